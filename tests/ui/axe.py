"""What axe finds in our elements, and how well the colours of states can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

_AXE = Path(__file__).parents[2] / "labextension/node_modules/axe-core/axe.min.js"

#: Everything that we draw into JupyterLab's page.
OURS = ".jp-kfp-Explorer, .jp-kfp-Status"

#: What is told by its colour.
STATES = ".jp-kfp-State, .jp-kfp-Timeline-bar"

THEMES = ("JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast")

#: The contrast that WCAG 2.2 asks for in 1.4.3, here of icons and bars too.
CONTRAST = 4.5

_OPTIONS = {
    "resultTypes": ["violations", "incomplete"],
    # It wants names to be what is seen without any space or dot between the parts.
    "rules": {"label-content-name-mismatch": {"enabled": False}},
}

#: Compares colours with what their elements' ancestors put behind them.
_TOO_FAINT = """([selectors, contrast]) => {
  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const over = (below, colour, opacity = 1) => {
    pen.globalAlpha = 1;
    pen.fillStyle = below;
    pen.fillRect(0, 0, 1, 1);
    pen.globalAlpha = opacity;
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return `rgb(${[...pen.getImageData(0, 0, 1, 1).data].slice(0, 3)})`;
  };
  const behind = element => element
    ? over(behind(element.parentElement), getComputedStyle(element).backgroundColor)
    : 'white';
  const luminance = colour => {
    const [red, green, blue] = colour.match(/\\d+/g).map(Number).map(value =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ratio = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const found = {};
  for (const element of document.querySelectorAll(selectors)) {
    const style = getComputedStyle(element);
    const bar = element.matches('.jp-kfp-Timeline-bar');
    if (!element.checkVisibility() || style.opacity !== '1') continue;
    const below = behind(bar ? element.parentElement : element);
    const colour = over(below, bar ? style.backgroundColor : style.color);
    const told = ratio(colour, below);
    if (told < contrast && style.backgroundImage === 'none') {
      const name = `${element.getAttribute('class')}: ${colour} on ${below}`;
      found[name] = `${name} is ${told.toFixed(2)}:1`;
    }
  }
  return Object.values(found);
}"""


def prepare(page: Page) -> None:
    """Let axe see JupyterLab's page, which has a body without height, and no splash on it."""
    page.add_style_tag(content="body { height: 100vh } #jupyterlab-splash { display: none }")
    page.evaluate(_AXE.read_text("utf-8"))


def use_theme(page: Page, theme: str) -> None:
    """Change the theme by JupyterLab's own command and wait until it is there."""
    page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", theme)


def findings(page: Page) -> list[str]:
    """What is seriously wrong with what we show: one line for each element.

    Args:
        page: a page on which at least one of our elements is shown.
    """
    result: dict[str, Any] = page.evaluate(
        "([ours, options]) => axe.run({ include: [[ours]] }, options)", [OURS, _OPTIONS]
    )
    serious = [rule for rule in result["violations"] if rule["impact"] in ("serious", "critical")]
    untold = [rule for rule in result["incomplete"] if rule["id"] == "color-contrast"]
    left = [node["target"][0] for rule in untold for node in rule["nodes"]]
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in serious
        for node in rule["nodes"]
    ] + list(page.evaluate(_TOO_FAINT, [", ".join([STATES, *left]), CONTRAST]))
