"""The explorer as a widget in a notebook, in a real JupyterLab."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from jupyter_kfp_auth.demo.lab import Lab
from kfp_sandbox import Sandbox

from .conftest import write_notebook

pytestmark = pytest.mark.ui

WIDGET = ".jp-OutputArea .jp-kfp-Explorer"


#: A kernel and its first imports take their time on a small machine.
KERNEL_START = 30_000


def run_all(page: Page, lab: Lab, *cells: str) -> Path:
    """Open a new notebook with these cells after the first two lines, and run it."""
    name = f"{uuid4().hex}.ipynb"
    path = write_notebook(
        lab.directory, name, "%load_ext jupyter_kfp_auth", "%kfp experiments", *cells
    )
    page.goto(f"{lab.url}lab/tree/{name}?reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.locator(".jp-Notebook").wait_for()
    # Before that JupyterLab would ask which kernel to use.
    page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for(timeout=KERNEL_START)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    widget = page.locator(WIDGET).first
    expect(widget.locator(".jp-kfp-Row")).to_have_count(8, timeout=KERNEL_START)
    return path


def test_shows_the_experiments_in_the_notebooks_theme(page: Page, lab: Lab) -> None:
    run_all(page, lab)
    expect(page.locator(WIDGET)).to_contain_text("8 of 8")
    expect(page.locator(f"{WIDGET} .jp-kfp-Row").first).to_contain_text("scratch")
    light = background(page)
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Theme", exact=True).hover()
    page.locator(".lm-Menu-itemLabel").get_by_text("JupyterLab Dark", exact=True).click()
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    assert background(page) != light


def background(page: Page) -> str:
    return str(page.locator(WIDGET).evaluate("it => getComputedStyle(it).backgroundColor"))


def test_two_widgets_share_the_code_and_survive_the_kernel(page: Page, lab: Lab) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    run_all(page, lab, "%kfp runs")
    widgets = page.locator(WIDGET)
    expect(widgets).to_have_count(2)
    expect(widgets.nth(1)).to_contain_text("Running")
    modules = [url for url in requests if "/kfp/v1/explorer/" in url]
    assert any("/explorer-" in url for url in modules)
    assert len(modules) == len(set(modules))
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name="Restart Kernel…").click()
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for(timeout=KERNEL_START)
    widgets.first.locator(".jp-kfp-Row", has_text="churn-xgboost").click()
    expect(widgets.first).to_contain_text("xgboost depth")


def test_stays_alive_while_a_long_cell_runs(page: Page, lab: Lab) -> None:
    run_all(page, lab, "import threading; threading.Event().wait(60)")
    expect(page.locator(".jp-InputPrompt").filter(has_text="[*]:")).to_have_count(1)
    page.locator(f"{WIDGET} .jp-kfp-Row", has_text="churn-xgboost").click()
    expect(page.locator(WIDGET)).to_contain_text("xgboost depth")
    expect(page.locator(".jp-InputPrompt").filter(has_text="[*]:")).to_have_count(1)


def test_the_saved_notebook_reads_without_a_kernel_and_holds_no_token(
    page: Page, lab: Lab, sandbox: Sandbox
) -> None:
    notebook = run_all(page, lab)
    with page.expect_response(lambda r: r.request.method == "PUT" and notebook.name in r.url):
        page.keyboard.press("Control+s")
    saved = notebook.read_text("utf-8")
    assert "churn-xgboost" in saved
    assert "text/html" in saved
    assert sandbox.token not in saved
    assert sandbox.token.rpartition(".")[2] not in saved
