"""Clones, comparisons and what is open after a reload, in a real JupyterLab."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from kfp_sandbox import Sandbox
from kfp_sandbox.rbac import EDIT, VIEW

from .conftest import choose, reload

pytestmark = pytest.mark.ui

PANEL = "#jupyter-kfp-auth-explorer"
DOCUMENT = "#jp-main-dock-panel .jp-kfp-Document:visible"


@pytest.fixture
def panel(open_lab: Page) -> Locator:
    """The panel with the list of all runs."""
    open_lab.locator('[data-id="jupyter-kfp-auth-explorer"]').click()
    panel = open_lab.locator(PANEL)
    panel.get_by_role("tab", name="Runs", exact=True).click()
    expect(panel.locator(".jp-kfp-Row").first).to_be_visible()
    return panel


def row(panel: Locator, name: str) -> Locator:
    return panel.locator(".jp-kfp-Row").filter(has=panel.page.get_by_title(name, exact=True))


def test_runs_are_compared_in_a_tab_which_is_there_after_a_reload(panel: Locator) -> None:
    page = panel.page
    panel.get_by_role("searchbox").fill("xgboost depth=")
    for depth in (4, 6, 8):
        row(panel, f"xgboost depth={depth}").click(modifiers=["Control"])
    panel.get_by_role("button", name="Compare", exact=True).click()
    table = page.locator(DOCUMENT).get_by_role("table")
    line = table.get_by_role("row", name="max_depth")
    expect(line.get_by_role("cell")).to_contain_text(["8", "6", "4"])
    page.locator(DOCUMENT).get_by_role("button", name="Remove xgboost depth=6").click()
    expect(line.get_by_role("cell")).to_contain_text(["8", "4"])
    left = table.locator("thead .jp-kfp-LinkButton")
    expect(left).to_have_count(2)
    reload(page, '"widgets":["jupyter-kfp-auth-comparison:', '"tab":"jupyter-kfp-auth-comparison-')
    expect(line.get_by_role("cell")).to_contain_text(["8", "4"], timeout=30_000)


def test_two_clicks_open_a_tab_and_one_shows_the_run_here_also_after_a_reload(
    panel: Locator,
) -> None:
    page = panel.page
    box = row(panel, "hello").locator(".jp-kfp-MiddleName").bounding_box()
    assert box
    page.mouse.dblclick(box["x"] + 5, box["y"] + 5)
    expect(page.locator(DOCUMENT).get_by_role("heading", name="hello", exact=True)).to_be_visible()
    row(panel, "hello again").click()
    expect(panel.get_by_role("heading", name="hello again")).to_be_visible()
    reload(page, '"label":"hello again"', '"current":"jupyter-kfp-auth-explorer"')
    expect(panel.get_by_role("heading", name="hello again")).to_be_visible(timeout=30_000)
    panel.get_by_role("button", name="Back").click()
    expect(row(panel, "hello")).to_be_visible()


def test_a_clone_is_started_once_opened_and_watched(panel: Locator) -> None:
    page = panel.page
    row(panel, "what if: 5 regions").press("Control+Enter")
    document = page.locator(DOCUMENT)
    document.get_by_role("button", name="Clone").click()
    horizon = document.get_by_label("horizon", exact=True)
    expect(horizon).to_have_value("16")
    horizon.fill("soon")
    document.get_by_label("Name of the new run").fill("another try")
    document.get_by_role("button", name="Start the run").click()
    expect(document.get_by_text("This is no whole number.")).to_be_visible()
    horizon.fill("12")
    posts: list[str] = []
    page.on("request", lambda r: posts.append(r.url) if r.method == "POST" else None)
    document.get_by_role("button", name="Start the run").dblclick()
    expect(document.get_by_role("heading", name="another try")).to_be_visible()
    is_watched(document)
    assert len([url for url in posts if url.split("?")[0].endswith("/kfp/v1/runs")]) == 1
    document.get_by_role("tab", name="Summary").click()
    expect(document.locator(".jp-kfp-Facts", has_text="horizon").first).to_contain_text("12")
    reload(page, '"name":"another try"', '"widgets":["jupyter-kfp-auth-run:')
    again = page.locator(DOCUMENT)
    expect(again.get_by_role("heading", name="another try")).to_be_visible(timeout=30_000)
    is_watched(again)


def is_watched(document: Locator) -> None:
    document.get_by_role("button", name="Actions for").click()
    menu = document.page.locator(".lm-Menu")
    expect(menu.get_by_text("Stop Watching", exact=True)).to_be_visible()
    document.page.keyboard.press("Escape")


def test_a_refused_clone_shows_what_to_paste(panel: Locator, sandbox: Sandbox) -> None:
    account = f"system:serviceaccount:{sandbox.namespace}:default-editor"
    sandbox.rbac.bind(sandbox.namespace, account, VIEW)
    try:
        choose(row(panel, "hello"), "Clone…")
        panel.get_by_role("button", name="Start the run").click()
        expect(panel.get_by_role("alert")).to_contain_text("may not create runs")
        expect(panel.get_by_role("alert")).to_contain_text("kind: RoleBinding")
    finally:
        sandbox.rbac.bind(sandbox.namespace, account, EDIT)
