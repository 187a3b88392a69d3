"""Acting from the side panel, notices of ended runs, and the status bar, in a real JupyterLab."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Locator, Page, Request, expect

from jupyter_kfp_auth.demo.lab import Lab
from kfp_sandbox import Sandbox
from kfp_sandbox.rbac import EDIT, VIEW

from .conftest import choose, write_notebook
from .test_widget import WIDGET, run_all

pytestmark = pytest.mark.ui

PANEL = "#jupyter-kfp-auth-explorer"
ICON = '[data-id="jupyter-kfp-auth-explorer"]'

#: The panel looks every 10 seconds while something is unfinished.
REFRESH = 25_000

#: The watcher looks every 10 seconds, on a machine that may be busy.
NOTICE = 30_000


@pytest.fixture(autouse=True)
def no_faults(sandbox: Sandbox) -> Iterator[None]:
    yield
    sandbox.faults.clear()


@pytest.fixture
def runs(open_lab: Page, sandbox: Sandbox) -> Locator:
    """The rows of the panel's list of all runs, of which one is under way."""
    begin_a_run(sandbox)
    open_lab.locator(ICON).click()
    panel = open_lab.locator(PANEL)
    panel.get_by_role("tab", name="Runs", exact=True).click()
    rows = panel.locator(".jp-kfp-Row")
    expect(rows.filter(has_text="Running").first).to_be_visible()
    return rows


def begin_a_run(sandbox: Sandbox) -> None:
    """Start a run of a pipeline that takes more than a minute; it is running when this returns."""
    address = f"{sandbox.url}/apis/v2beta1/runs"
    headers = {"Authorization": f"Bearer {sandbox.token}"}
    query = {"namespace": sandbox.namespace, "page_size": "200"}
    known = requests.get(address, query, headers=headers, timeout=10).json()["runs"]
    old = next(run for run in known if run["display_name"].startswith("xgboost depth"))
    kept = ("experiment_id", "pipeline_version_reference", "runtime_config")
    new = {"display_name": f"under way {len(known)}", **{name: old[name] for name in kept}}
    requests.post(address, json=new, headers=headers, timeout=10).raise_for_status()
    sandbox.clock.advance(5)


def act(row: Locator, *action: str) -> None:
    choose(row, *action)


def named(rows: Locator, state: str) -> Locator:
    """A row in this state, by its name, so that it stays itself when its state changes."""
    name = rows.filter(has_text=state).first.locator(".jp-kfp-MiddleName").text_content() or ""
    return rows.filter(has=rows.page.get_by_text(name, exact=True)).first


def test_widget_acts_through_the_server_also_while_a_cell_runs(page: Page, lab: Lab) -> None:
    run_all(page, lab, "import threading; threading.Event().wait(60)")
    expect(page.locator(".jp-InputPrompt").filter(has_text="[*]:")).to_have_count(1)
    widget = page.locator(WIDGET)
    widget.locator(".jp-kfp-Row", has_text="churn-xgboost").click()
    row = widget.locator(".jp-kfp-Row").filter(has_text="Succeeded").first
    row.scroll_into_view_if_needed()
    with page.expect_response(lambda answer: answer.url.endswith("/archive")) as answered:
        act(row, "Archive")
    assert answered.value.status == 204
    expect(page.locator(".jp-InputPrompt").filter(has_text="[*]:")).to_have_count(1)


def test_terminate_asks_first_then_shows_what_becomes_of_the_run(
    runs: Locator, sandbox: Sandbox
) -> None:
    posts: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and "/kfp/v1/" in request.url:
            posts.append(request.url)

    runs.page.on("request", note)
    row = named(runs, "Running")
    act(row, "Terminate")
    question = runs.page.locator(PANEL).get_by_role("alertdialog")
    expect(question).to_contain_text("Terminate")
    expect(runs.page.locator(".jp-Dialog")).to_have_count(0)
    assert posts == []
    with runs.page.expect_response(lambda answer: answer.url in posts) as answered:
        question.get_by_role("button", name="Terminate").dblclick()
    assert answered.value.status == 204
    expect(row).to_contain_text("Terminating")
    sandbox.clock.advance(600)
    expect(row).to_contain_text("Terminated", timeout=REFRESH)
    assert [url.rsplit("/", 1)[1].split("?")[0] for url in posts] == ["terminate"]


def test_forbidden_action_says_which_verb_is_missing(runs: Locator, sandbox: Sandbox) -> None:
    account = f"system:serviceaccount:{sandbox.namespace}:default-editor"
    sandbox.rbac.bind(sandbox.namespace, account, VIEW)
    try:
        row = named(runs, "Failed")
        act(row, "Retry")
        alert = runs.page.locator(PANEL).get_by_role("alert")
        expect(alert).to_contain_text("may not retry runs")
        expect(row).to_contain_text("Failed")
        assert "Traceback" not in alert.inner_text()
    finally:
        sandbox.rbac.bind(sandbox.namespace, account, EDIT)


def test_archived_run_leaves_the_list(runs: Locator) -> None:
    row = named(runs, "Succeeded")
    panel = runs.page.locator(PANEL)
    footer = panel.locator(".jp-kfp-Foot-slot")
    total = int(footer.inner_text().split()[2])
    act(row, "Archive")
    expect(footer).to_contain_text(f"of {total - 1}")
    # It stays where it was, under the pointer, until the reader refreshes.
    expect(row).to_have_class(re.compile("jp-mod-gone"))
    footer.get_by_role("button", name="Refresh").click()
    expect(row).to_have_count(0)


def test_tells_when_a_watched_run_ends_with_the_panel_closed(
    runs: Locator, sandbox: Sandbox
) -> None:
    page = runs.page
    row = named(runs, "Running")
    name = row.locator(".jp-kfp-MiddleName").text_content() or ""
    with page.expect_response(lambda answer: "/watch" in answer.url):
        act(row, "Watch")
    page.locator(ICON).click()
    expect(page.locator(PANEL)).to_be_hidden()
    sandbox.clock.advance(86_400)
    notice = page.locator(".Toastify__toast", has_text=name)
    notice.wait_for(timeout=NOTICE)
    notice.get_by_role("button", name="Open run").click()
    expect(page.locator("#jp-main-dock-panel").get_by_role("heading", name=name)).to_be_visible()


def test_status_bar_asks_nothing_before_the_panel_is_opened(page: Page, lab: Lab) -> None:
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "/kfp/v1/" in r.url else None)
    page.goto(f"{lab.url}lab?reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.locator(ICON).wait_for()
    expect(page.locator(".jp-kfp-Status")).to_have_count(0)
    assert asked == []
    page.locator(ICON).click()
    item = page.locator(".jp-kfp-Status")
    expect(item).to_contain_text("team-a")
    expect(item).to_have_text(re.compile(r"^team-a · \d+ running"))
    runs = [url for url in asked if "/runs?" in url]
    assert len(runs) == 1
    assert all("no_track_activity" in url for url in asked)
    page.locator(ICON).click()
    expect(page.locator(PANEL)).to_be_hidden()
    item.click()
    expect(page.locator(PANEL)).to_be_visible()


def test_launcher_card_opens_the_panel(open_lab: Page) -> None:
    open_lab.locator(".jp-LauncherCard", has_text="Kubeflow Pipelines").click()
    expect(open_lab.locator(f"{PANEL} .jp-kfp-Row").first).to_be_visible()


def test_other_namespace_that_is_forbidden_leaves_everything_as_it_is(open_lab: Page) -> None:
    open_lab.locator(ICON).click()
    panel = open_lab.locator(PANEL)
    count = panel.locator(".jp-kfp-Row").count
    expect(panel.locator(".jp-kfp-Row").first).to_be_visible()
    before = count()
    panel.get_by_role("button", name="Connection").click()
    field = panel.get_by_label("Namespace")
    field.fill("team-x")
    field.press("Enter")
    expect(panel.get_by_role("alert")).to_contain_text("may not list experiments")
    expect(panel.get_by_role("alert")).to_contain_text("kind: RoleBinding")
    expect(field).to_have_value("team-x")
    assert count() <= before


def beside_a_notebook(page: Page, lab: Lab, name: str) -> tuple[Locator, Locator]:
    """Return the cell of a new notebook, where the cursor is, and the panel with its runs."""
    write_notebook(lab.directory, name, "")
    page.goto(f"{lab.url}lab/tree/{name}?reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    cell = page.locator(".jp-Notebook .jp-CodeCell .cm-content").first
    cell.click()
    page.locator(ICON).click()
    panel = page.locator(PANEL)
    panel.get_by_role("tab", name="Runs", exact=True).click()
    return cell, panel


def test_code_for_a_run_goes_into_a_new_cell(page: Page, lab: Lab) -> None:
    cell, panel = beside_a_notebook(page, lab, "insert.ipynb")
    cell.fill("mine = 1")
    act(panel.locator(".jp-kfp-Row").first, "Insert Code", "Python Object")
    cells = page.locator(".jp-Notebook .jp-CodeCell .cm-content")
    expect(cells).to_have_count(2)
    expect(cells.nth(1)).to_contain_text("jka.connect().get_run(")
    expect(cell).to_have_text("mine = 1")
    expect(page.locator(".Toastify__toast", has_text="insert.ipynb")).to_be_visible()


def test_run_can_be_dragged_between_cells(page: Page, lab: Lab) -> None:
    cell, panel = beside_a_notebook(page, lab, "drag.ipynb")
    cell.fill("mine = 1")
    panel.locator(".jp-kfp-Row").first.drag_to(cell)
    cells = page.locator(".jp-Notebook .jp-CodeCell .cm-content")
    expect(cells).to_have_count(2)
    expect(cells.filter(has_text="jka.connect().get_run(")).to_have_count(1)
    expect(cells.filter(has_text="mine = 1")).to_have_text("mine = 1")
