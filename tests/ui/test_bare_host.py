"""The widget in a page without a Jupyter server: everything comes by kernel messages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from jupyter_kfp_auth.commands.results import Details, Listing
from jupyter_kfp_auth.config.settings import resolve
from jupyter_kfp_auth.doctor import connect
from jupyter_kfp_auth.outputs.connection import Connection
from kfp_sandbox import Sandbox

from .bare import BareHost

pytestmark = pytest.mark.ui

#: Between two looks while something is unfinished (milliseconds).
QUICK = 10_000


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Connection]:
    with connect(resolve(environ=sandbox.environment())) as client:
        yield client


@pytest.fixture
def host(page: Page) -> BareHost:
    page.clock.install()
    return BareHost(page)


def test_two_widgets_take_their_code_from_the_kernel_once(
    host: BareHost, client: Connection
) -> None:
    host.show(runs(client), client)
    host.show(experiments(client), client)
    expect(explorers(host)).to_have_count(2)
    expect(explorers(host).nth(1)).to_contain_text("churn-xgboost")
    assert [it["kind"] for it in host.asked].count("code") == 1


def test_what_is_known_is_shown_until_the_kernel_answers(
    host: BareHost, client: Connection
) -> None:
    host.busy = True
    host.show(experiments(client), client)
    expect(host.page.get_by_role("cell", name="churn-xgboost")).to_be_visible()
    host.page.clock.run_for(2_000)
    expect(host.page.get_by_role("status")).to_contain_text("Waiting for the live view")
    # Its kernel has been restarted: the next one does not wait for it for ever.
    host.busy = False
    host.show(experiments(client), client)
    host.page.clock.run_for(2_000)
    expect(explorers(host)).to_have_count(1)
    expect(host.page.get_by_role("cell", name="churn-xgboost")).to_be_visible()


def test_says_so_when_the_kernel_has_other_code(
    host: BareHost, client: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "explorer").mkdir()
    monkeypatch.setattr("jupyter_kfp_auth.notebook.widget._STATIC", tmp_path)
    host.show(experiments(client), client)
    expect(host.page.get_by_role("status")).to_have_text(
        "There is no live view here. Restart the kernel: jupyter-kfp-auth was updated."
    )
    expect(host.page.get_by_role("cell", name="churn-xgboost")).to_be_visible()


def test_refreshes_until_the_run_is_canceled(
    host: BareHost, client: Connection, sandbox: Sandbox
) -> None:
    """A state that nobody knows may change: it is shown as it is, and looked at again."""
    run = in_state("RUNNING", client)
    host.show(run, client)
    expect(explorers(host)).to_contain_text("Running")
    sandbox.api.state.store.update("runs", run.item.id, state="FROZEN", script="")
    after(host, QUICK)
    expect(explorers(host)).to_contain_text("FROZEN")
    sandbox.api.state.store.update("runs", run.item.id, state="CANCELED")
    after(host, QUICK)
    expect(explorers(host)).to_contain_text("Terminated")
    looks = host.paths().count(f"runs/{run.item.id}")
    assert looks >= 2
    after(host, 3 * QUICK)
    assert host.paths().count(f"runs/{run.item.id}") == looks


def test_asks_nothing_when_it_is_closed_or_out_of_view(host: BareHost, client: Connection) -> None:
    host.show(in_state("RUNNING", client), client)
    expect(explorers(host)).to_have_count(1)
    assert asks(host)
    host.page.evaluate("document.body.style.paddingTop = '3000px'")
    expect(explorers(host)).not_to_be_in_viewport()
    drawn(host)
    assert not asks(host)
    host.page.evaluate("document.body.style.paddingTop = ''")
    expect(explorers(host)).to_be_in_viewport()
    assert asks(host)
    host.close(0)
    assert not asks(host)


def test_interrupt_ends_refreshing(
    host: BareHost, client: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.show(in_state("RUNNING", client), client)
    expect(explorers(host)).to_have_count(1)
    with monkeypatch.context() as patch:
        patch.setattr(client, "get_run", interrupted)
        after(host, QUICK)
        expect(explorers(host)).to_contain_text("has stopped refreshing")
    assert not asks(host)
    host.page.get_by_role("button", name="Go on").click()
    assert asks(host)


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_stops_after_a_while_until_it_is_asked_to_go_on(host: BareHost, client: Connection) -> None:
    host.show(in_state("RUNNING", client), client)
    expect(explorers(host)).to_have_count(1)
    assert asks(host)
    host.page.clock.fast_forward("31:00")
    expect(explorers(host)).to_contain_text("has stopped refreshing")
    after(host, QUICK)
    assert not asks(host)
    host.page.get_by_role("button", name="Go on").click()
    assert asks(host)


def asks(host: BareHost) -> bool:
    """Tell whether anything is asked for in the next few intervals."""
    host.asked.clear()
    for _ in range(4):
        after(host, QUICK)
    return bool(host.paths())


def after(host: BareHost, milliseconds: int) -> None:
    """Let time pass, and answers to what is asked then arrive."""
    host.page.clock.run_for(milliseconds)
    drawn(host)


def drawn(host: BareHost) -> None:
    """Wait until the page has been drawn, and with it what is in view is known."""
    frame = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    host.page.evaluate(frame)


def in_state(state: str, client: Connection) -> Details:
    run = next(run for run in client.list_runs(page_size=100).items if run.state == state)
    return Details("runs", client.get_run(run.run_id))


def explorers(host: BareHost) -> Locator:
    return host.page.locator(".jp-kfp-Explorer")


def runs(client: Connection) -> Listing:
    page = client.list_runs()
    return Listing("runs", page.items, page.total_size)


def experiments(client: Connection) -> Listing:
    page = client.list_experiments()
    return Listing("experiments", page.items, page.total_size)
