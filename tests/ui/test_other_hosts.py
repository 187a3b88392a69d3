"""Smoke: the oldest JupyterLab that is supported, and Notebook 7, from their own environments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Error, Locator, Page, expect

from jupyter_kfp_auth.demo.lab import Lab
from kfp_sandbox import Sandbox

from .conftest import ICON, PANEL, kubeflow_lab, write_notebook
from .test_widget import KERNEL_START, WIDGET

pytestmark = [pytest.mark.ui, pytest.mark.extra]

_ENVIRONMENTS = Path(__file__).parents[2] / ".venvs"


def _command(environment: str, module: str) -> tuple[str, ...]:
    python = _ENVIRONMENTS / environment / "bin" / "python"
    if not python.exists():
        pytest.fail(f"There is no {python}. Run: make lab-envs", pytrace=False)
    return (str(python), "-m", module)


@pytest.fixture
def errors(page: Page) -> Iterator[list[str]]:
    """What the browser's console says against us."""
    found: list[str] = []

    def note(message: ConsoleMessage) -> None:
        text = f"{message.text} {message.location.get('url', '')}"
        if message.type == "error" and ("kfp" in text or "anywidget" in text):
            found.append(text)

    def fail(error: Error) -> None:
        if "kfp" in str(error.stack):
            found.append(str(error))

    page.on("console", note)
    page.on("pageerror", fail)
    yield found
    assert found == []


def _go_to_a_run(page: Page) -> Locator:
    """From the panel's experiments to a run."""
    panel = page.locator(PANEL)
    expect(panel.locator(".jp-kfp-Row")).to_have_count(8)
    panel.locator(".jp-kfp-Row", has_text="churn-xgboost").click()
    panel.locator(".jp-kfp-Row", has_text="xgboost depth").first.click()
    return panel


def _shows_a_graph(view: Locator) -> None:
    expect(view.get_by_role("tree", name="Task graph")).to_be_visible()
    expect(view.get_by_role("treeitem").first).to_be_visible()


def _open_and_run(page: Page, address: str) -> None:
    """Open a notebook, run it once its kernel has answered, and see its widget."""
    with page.expect_websocket(lambda it: "/channels" in it.url, timeout=KERNEL_START) as kernel:
        page.goto(address, wait_until="commit")
    kernel.value.wait_for_event(
        "framereceived", lambda frame: "kernel_info_reply" in str(frame), timeout=KERNEL_START
    )
    page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(page.locator(f"{WIDGET} .jp-kfp-Row")).to_have_count(8, timeout=KERNEL_START)


def _notebook(lab: Lab) -> str:
    write_notebook(lab.directory, "smoke.ipynb", "%load_ext jupyter_kfp_auth", "%kfp experiments")
    return "smoke.ipynb"


def test_jupyterlab_4_2(page: Page, sandbox: Sandbox, tmp_path: Path, errors: list[str]) -> None:
    command = _command("lab-4.2", "jupyterlab")
    with kubeflow_lab(sandbox, tmp_path, command=command) as lab:
        _open_and_run(page, f"{lab.url}lab/tree/{_notebook(lab)}?reset")
        page.locator(ICON).click()
        _go_to_a_run(page).get_by_role("button", name="in a tab").click()
        _shows_a_graph(page.locator('[id^="jupyter-kfp-auth-run-"]'))


def test_notebook_7(page: Page, sandbox: Sandbox, tmp_path: Path, errors: list[str]) -> None:
    command = _command("notebook-7", "notebook")
    with kubeflow_lab(sandbox, tmp_path, command=command) as lab:
        _open_and_run(page, f"{lab.url}notebooks/{_notebook(lab)}")
        page.get_by_role("menuitem", name="View", exact=True).click()
        page.get_by_role("menuitem", name="Open Kubeflow Pipelines").click()
        panel = _go_to_a_run(page)
        # The main area holds the notebook, and no tabs.
        expect(panel.get_by_role("button", name="in a tab")).to_have_count(0)
        panel.get_by_label("More views").select_option(label="Graph")
        _shows_a_graph(panel)
