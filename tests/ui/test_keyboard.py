"""The keyboard alone reaches everything, and what has the focus can be seen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import ICON, PANEL

pytestmark = pytest.mark.ui

#: What Tab should come to: rows take turns, and the arrow keys lead from one to the next.
STOPS = """panel => [...panel.querySelectorAll('button, input, select, a[href], [tabindex]')]
  .filter(element => element.tabIndex >= 0 && !element.disabled && element.checkVisibility())
  .map(element => element.ariaLabel || element.textContent || element.className)"""

#: The same of what has the focus, and whether one can see that it has it.
FOCUS = """panel => {
  const element = document.activeElement;
  const shown = [element, element.parentElement].some(it => {
    const { outlineStyle, outlineWidth } = getComputedStyle(it);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
  });
  const name = element.ariaLabel || element.textContent || element.className;
  return panel.contains(element) ? [name, shown] : null;
}"""


def test_from_the_side_bar_to_a_run_in_a_tab(open_lab: Page) -> None:
    keys = open_lab.keyboard
    open_lab.evaluate("jupyterapp.restored.then(() => null)")
    open_lab.locator(".jp-LauncherCard").first.wait_for()
    icons = open_lab.locator(".jp-SideBar.jp-mod-left")
    while not icons.evaluate("icons => icons.contains(document.activeElement)"):
        keys.press("Tab")
    while not open_lab.locator(f"{ICON}:focus").count():
        keys.press("ArrowDown")
    keys.press("Enter")
    # JupyterLab moves the focus once more while it starts.
    expect(open_lab.locator(".jp-kfp-Status")).to_contain_text("team-a")
    panel = open_lab.locator(PANEL)
    row = panel.locator(".jp-kfp-DataRow")
    expect(row).to_have_count(8)

    panel.get_by_role("tab", name="Experiments", exact=True).focus()
    expected = panel.evaluate(STOPS)
    reached = []
    while (focus := panel.evaluate(FOCUS)) is not None:
        name, shown = focus
        assert shown, f"Nobody sees that {name} has the focus"
        reached.append(name)
        keys.press("Tab")
    assert reached == expected
    keys.press("Shift+Tab")
    assert panel.evaluate(FOCUS)[0] == expected[-1]

    row.first.focus()
    keys.press("End")
    expect(row.last).to_be_focused()
    keys.press("Home")
    while "churn-xgboost" not in panel.evaluate(FOCUS)[0]:
        keys.press("ArrowDown")
    keys.press("Enter")
    expect(panel.get_by_role("navigation", name="Path")).to_contain_text("churn-xgboost")
    _tab_to(open_lab, r"xgboost depth=\d")
    keys.press("Control+Enter")
    document = open_lab.locator('[id^="jupyter-kfp-auth-run-"]')
    heading = document.get_by_role("heading", name=re.compile("^xgboost depth"))
    expect(heading).to_be_visible()


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until something whose name begins so has the focus."""
    panel = page.locator(PANEL)
    expect(panel.get_by_role("row", name=re.compile(f"^{name}")).first).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        if re.match(name, (panel.evaluate(FOCUS) or [""])[0]):
            return
    pytest.fail(f"Tab does not lead to {name}")
