"""JupyterLab in Chromium: what it loads at its start, and how soon the first rows are there."""

from __future__ import annotations

import gzip
import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Response, sync_playwright

from jupyter_kfp_auth.demo.lab import Lab

from .measure import Result, elapsed_ms, more_by
from .server import jupyter

ICON = '[data-id="jupyter-kfp-auth-explorer"]'
ROW = "#jupyter-kfp-auth-explorer .jp-kfp-Row"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def browser_page() -> Iterator[Page]:
    """Open a page of the system's Chromium."""
    found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser.new_page(viewport={"width": 1280, "height": 800})
        browser.close()


def opening(repeats: int = 5) -> Iterator[Result]:
    """Measure what comes before the click on the panel's icon, and what comes after it."""
    with jupyter() as lab, browser_page() as page:
        yield Result(
            "JavaScript at JupyterLab's start, gzip", _javascript_kb(page, lab), "nothing", 0,
            more_by(10, "KB"), unit="KB",
        )  # fmt: skip
        pairs = []
        for _ in range(repeats):
            _open(page, lab)
            ours = elapsed_ms(lambda: _first_rows(page))
            pairs.append((ours, _plain_fetch_ms(page)))
        yield Result(
            "first rows after the click", statistics.median(ours for ours, _ in pairs),
            "fetch of the list in the page", statistics.median(plain for _, plain in pairs),
            more_by(500),
        )  # fmt: skip


def _open(page: Page, lab: Lab) -> None:
    page.goto(f"{lab.url}lab?token={lab.token}&reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.locator(ICON).wait_for()


def _javascript_kb(page: Page, lab: Lab) -> float:
    """Return the size of our scripts that JupyterLab loads before anybody asks for them."""
    found: list[Response] = []
    page.on("response", lambda answer: found.append(answer))
    _open(page, lab)
    page.wait_for_load_state("networkidle")
    ours = [
        answer
        for answer in found
        if "jupyter-kfp-auth" in answer.url and ".js" in answer.url and "/api/" not in answer.url
    ]
    if not ours:
        raise RuntimeError("JupyterLab does not load the extension")
    return sum(len(gzip.compress(answer.body())) for answer in ours) / 1000


def _first_rows(page: Page) -> None:
    page.locator(ICON).click()
    page.locator(ROW).first.wait_for()


def _plain_fetch_ms(page: Page) -> float:
    """Return how long the page itself takes to fetch and parse what the panel shows first."""
    script = """async () => {
        const base = JSON.parse(document.getElementById('jupyter-config-data').textContent).baseUrl;
        const start = performance.now();
        const answer = await fetch(base + 'kfp/v1/experiments', {cache: 'no-store'});
        await answer.json();
        return performance.now() - start;
    }"""
    return float(page.evaluate(script))
