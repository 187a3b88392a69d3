"""Every view can be read and used by everyone, in each of JupyterLab's themes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from jupyter_kfp_auth.demo.lab import Lab
from kfp_sandbox import Sandbox

from .axe import THEMES, findings, prepare, use_theme
from .conftest import choose
from .test_widget import WIDGET, run_all

pytestmark = pytest.mark.ui

PANEL = "#jupyter-kfp-auth-explorer"
ICON = '[data-id="jupyter-kfp-auth-explorer"]'


@pytest.fixture(scope="module")
def desk(browser: Browser, browser_context_args: dict[str, Any], lab: Lab) -> Iterator[Page]:
    """One page for all, since loading JupyterLab takes longer than looking at a view."""
    context = browser.new_context(**browser_context_args)
    page = context.new_page()
    page.goto(f"{lab.url}lab?reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.locator(ICON).click()
    page.locator(f"{PANEL} .jp-kfp-Row").first.wait_for()
    prepare(page)
    yield page
    context.close()


@pytest.fixture
def panel(desk: Page) -> Locator:
    return desk.locator(PANEL)


@pytest.fixture(autouse=True)
def no_faults(sandbox: Sandbox) -> Iterator[None]:
    yield
    sandbox.faults.clear()


def assert_readable(page: Page) -> None:
    """Nothing serious is found, whatever the theme."""
    found = {}
    for theme in THEMES:
        use_theme(page, theme)
        found[theme] = findings(page)
    assert found == {theme: [] for theme in THEMES}


def go_to(panel: Locator, tab: str) -> Locator:
    """Show a list and return its rows."""
    panel.get_by_role("tab", name=tab, exact=True).click()
    rows = panel.locator(".jp-kfp-Row")
    expect(panel.locator(".jp-kfp-List")).to_have_attribute("aria-busy", "false")
    rows.first.wait_for()
    return rows


def test_a_text_that_cannot_be_read_is_found(desk: Page, panel: Locator) -> None:
    style = desk.add_style_tag(
        content=".jp-kfp-MiddleName { color: #888 } .jp-kfp-State { color: #888 }"
    )
    go_to(panel, "Runs")
    found = "\n".join(findings(desk))
    style.evaluate("style => style.remove()")
    assert "color-contrast" in found
    assert "jp-kfp-State" in found


def test_experiments(desk: Page, panel: Locator) -> None:
    rows = go_to(panel, "Experiments")
    rows.first.hover()
    rows.first.get_by_role("button", name="Actions for").click()
    assert_readable(desk)
    desk.keyboard.press("Escape")


def test_runs_with_their_actions_and_a_question(desk: Page, panel: Locator) -> None:
    rows = go_to(panel, "Runs")
    running = rows.filter(has_text="Running").first
    choose(running, "Terminate")
    panel.get_by_role("alertdialog").wait_for()
    assert_readable(desk)
    panel.get_by_role("button", name="Cancel").click()


def test_recurring_runs(desk: Page, panel: Locator) -> None:
    go_to(panel, "Recurring").first.click()
    assert_readable(desk)


def test_pipelines_and_versions(desk: Page, panel: Locator) -> None:
    rows = go_to(panel, "Pipelines")
    assert_readable(desk)
    rows.first.click()
    expect(panel.get_by_role("navigation", name="Path")).to_be_visible()
    rows.first.wait_for()
    assert_readable(desk)


def test_comparison(desk: Page, panel: Locator) -> None:
    rows = go_to(panel, "Runs")
    for row in range(3):
        rows.nth(row).click(modifiers=["Control"])
    assert_readable(desk)
    panel.get_by_role("button", name="Compare", exact=True).click()
    desk.get_by_role("region", name="Comparison").get_by_role("table").wait_for()
    assert_readable(desk)
    desk.evaluate("jupyterapp.shell.currentWidget.close()")


def test_run_in_the_panel_and_in_a_tab(desk: Page, panel: Locator) -> None:
    go_to(panel, "Runs").filter(has_text="Failed").first.click()
    panel.get_by_role("button", name="in a tab").wait_for()
    assert_readable(desk)

    panel.get_by_role("button", name="in a tab").click()
    document = desk.locator('[id^="jupyter-kfp-auth-run-"]')
    document.get_by_role("tab", name="Graph").click()
    document.locator('.jp-kfp-Node[data-state="FAILED"]').last.click()
    document.get_by_role("complementary").wait_for()
    assert_readable(desk)
    views = {"Timeline": "Timeline", "Tasks": "TaskTree", "Log": "Log", "Outputs": "Outputs"}
    for tab, shown in {**views, "Summary": "Outputs", "Definition": "Definition"}.items():
        document.get_by_role("tab", name=re.compile(f"^{tab}")).first.click()
        panel_of_tab = document.get_by_role("tabpanel", name=tab).first
        panel_of_tab.locator(f".jp-kfp-{shown}").first.wait_for()
        assert_readable(desk)
    desk.evaluate("jupyterapp.shell.currentWidget.close()")


def test_connection_with_a_problem_and_its_repair(
    desk: Page, panel: Locator, sandbox: Sandbox
) -> None:
    go_to(panel, "Experiments")
    connection = panel.locator(".jp-kfp-Foot-connection")
    connection.click()
    panel.get_by_role("button", name="Check Connection").click()
    expect(panel.get_by_role("button", name="Copy Report")).to_be_visible()
    assert_readable(desk)

    sandbox.faults.set("token-audience")
    panel.get_by_role("button", name="Refresh").click()
    expect(panel).to_contain_text("Not updated")
    connection.click()
    panel.get_by_role("button", name="Check Connection").click()
    panel.get_by_role("button", name="What was checked").click()
    panel.get_by_role("button", name="See what can be repaired").click()
    panel.get_by_role("region", name="Repair").wait_for()
    assert_readable(desk)

    sandbox.faults.clear()
    connection.click()
    panel.get_by_role("button", name="Try Now").click()
    expect(panel).not_to_contain_text("Not updated")


def test_namespace_that_is_refused(desk: Page, panel: Locator) -> None:
    panel.locator(".jp-kfp-Foot-connection").click()
    field = panel.get_by_label("Namespace", exact=True)
    field.fill("team-x")
    field.press("Enter")
    expect(panel.get_by_role("alert")).to_contain_text("kind: RoleBinding")
    assert_readable(desk)
    field.fill("Not a name")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert_readable(desk)
    desk.keyboard.press("Escape")


def test_widget(desk: Page, lab: Lab) -> None:
    run_all(desk, lab)
    prepare(desk)
    desk.locator(f"{WIDGET} .jp-kfp-Row").first.click()
    desk.locator(WIDGET).get_by_role("navigation", name="Path").wait_for()
    assert_readable(desk)
