"""When the explorer asks: only while it can be seen, and ever more seldom while nobody answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from jupyter_kfp_auth.demo.lab import Lab
from kfp_sandbox import Sandbox

from .conftest import ICON, PANEL
from .test_widget import WIDGET, run_all

pytestmark = pytest.mark.ui

HOUR = 3_600_000

#: Notes when experiments are asked for, by the page's clock (milliseconds).
NOTE = """
window.asked = [];
const send = window.fetch;
window.fetch = (what, ...rest) => {
  if (/kfp\\/v1\\/experiments/.test(what.url ?? what)) window.asked.push(Date.now());
  return send(what, ...rest);
};
"""


@pytest.fixture
def clocked(page: Page) -> Iterator[Page]:
    """A page whose clock the test moves."""
    page.clock.install()
    page.add_init_script(NOTE)
    yield page
    page.unroute_all(behavior="ignoreErrors")


@pytest.fixture
def panel(clocked: Page, lab: Lab) -> Page:
    clocked.goto(f"{lab.url}lab?reset")
    clocked.locator("#jupyterlab-splash").wait_for(state="detached")
    clocked.locator(ICON).click()
    expect(clocked.locator(f"{PANEL} .jp-kfp-Row")).to_have_count(8)
    return clocked


#: What the browser says when another tab comes to the front.
COVER = """hidden => {
  const said = { hidden, visibilityState: hidden ? 'hidden' : 'visible' };
  for (const [name, value] of Object.entries(said)) {
    Object.defineProperty(document, name, { configurable: true, value });
  }
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def test_a_hidden_panel_asks_nothing_until_it_is_shown_again(panel: Page) -> None:
    panel.locator('[data-id="filebrowser"]').click()
    expect(panel.locator(PANEL)).to_be_hidden()
    panel.evaluate("window.asked = []")
    panel.clock.run_for(HOUR)
    assert panel.evaluate("window.asked") == []
    with panel.expect_response(lambda answer: "/kfp/v1/experiments" in answer.url):
        panel.locator(ICON).click()


def test_nothing_at_all_is_sent_while_another_tab_is_in_front(panel: Page) -> None:
    expect(panel.locator(".jp-kfp-Status")).to_contain_text("team-a")
    ours: list[str] = []
    panel.on("request", lambda r: ours.append(r.url) if "/kfp/v1/" in r.url else None)
    panel.evaluate(COVER, True)
    panel.clock.run_for(HOUR)
    assert ours == []
    with panel.expect_response(lambda answer: "/kfp/v1/experiments" in answer.url):
        panel.evaluate(COVER, False)


def test_asks_a_dead_server_ever_more_seldom_and_recovers(panel: Page, sandbox: Sandbox) -> None:
    rows = panel.locator(f"{PANEL} .jp-kfp-Row")
    stale = panel.locator(PANEL).get_by_text("Not updated: ")
    sandbox.stop()
    try:
        panel.locator(PANEL).get_by_role("button", name="Refresh").click()
        expect(stale).to_be_visible()
        panel.evaluate("window.asked = []")
        for _ in range(8):
            with panel.expect_response(lambda answer: "/kfp/v1/experiments" in answer.url):
                panel.clock.run_for(330_000)
            expect(stale).to_be_visible()
            expect(rows).to_have_count(8)
        pauses = [later - sooner for sooner, later in pairwise(panel.evaluate("window.asked"))]
        assert min(pauses) >= 5_000
        assert pauses[-1] >= 300_000
    finally:
        sandbox.start()
    while stale.count():
        panel.clock.run_for(330_000)
    expect(rows).to_have_count(8)


def test_a_widget_that_is_closed_sends_nothing(clocked: Page, lab: Lab) -> None:
    run_all(clocked, lab)
    clocked.locator(WIDGET).get_by_role("button", name="Refresh").click()
    clocked.evaluate("jupyterapp.commands.execute('docmanager:save')")
    clocked.evaluate("jupyterapp.shell.currentWidget.close()")
    expect(clocked.locator(WIDGET)).to_have_count(0)
    clocked.evaluate("window.asked = []")
    clocked.clock.run_for(HOUR)
    assert clocked.evaluate("window.asked") == []
