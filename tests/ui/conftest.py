"""A real JupyterLab, under a prefix as in Kubeflow, in a real Chromium."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from jupyter_kfp_auth.demo.lab import LAB, Lab
from kfp_sandbox import Sandbox

PREFIX = "/notebook/team-a/nb/"

#: The side panel, and its icon in the side bar.
PANEL = "#jupyter-kfp-auth-explorer"
ICON = '[data-id="jupyter-kfp-auth-explorer"]'


@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Keep pytest-jupyter's event loop apart from the one that Playwright keeps running."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's Chromium, also as root in a container."""
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        pytest.fail("There is no Chromium. On Debian or Ubuntu: apt-get install chromium")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": chromium, "args": flags}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Give the page the size of a laptop's screen."""
    return {**browser_context_args, "viewport": {"width": 1280, "height": 800}}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One stand-in for the tests of a file, since JupyterLab takes seconds to start."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def lab(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab as Kubeflow's images start it."""
    with kubeflow_lab(sandbox, tmp_path_factory.mktemp("home")) as lab:
        yield lab


@contextmanager
def kubeflow_lab(
    sandbox: Sandbox, home: Path, *options: str, command: tuple[str, ...] = LAB
) -> Iterator[Lab]:
    """A server as Kubeflow's images start it: a prefix, no token, XSRF checks on."""
    work = home / "work"
    work.mkdir()
    keep_quiet(home)
    environment = {
        **sandbox.environment(),
        "HOME": str(home),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "NB_PREFIX": PREFIX.rstrip("/"),
    }
    usual = (
        "--no-browser",
        "--ServerApp.port=0",
        f"--ServerApp.base_url={PREFIX}",
        "--IdentityProvider.token=",
        # Answers are good for a while, or until a watch tells of a change. These tests change
        # things behind the server's back, so each request of a page goes to Pipelines.
        "--KfpApp.refresh_interval=0",
        "--KfpApp.poll_interval=0",
        "--KfpApp.watch_runs=False",
        "--LabApp.expose_app_in_browser=True",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_RUNTIME_DIR", environment["JUPYTER_RUNTIME_DIR"])
        with Lab(work, environment, (*usual, *options), command=command) as lab:
            yield lab


def keep_quiet(home: Path) -> None:
    """Let JupyterLab not ask whether to show news, over what the tests look at."""
    settings = home / ".jupyter/lab/user-settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}', "utf-8")


def choose(row: Locator, *entries: str) -> None:
    """Choose from a row's menu, entry by entry where there are menus in it."""
    page = row.page
    row.hover()
    row.get_by_role("button", name="Actions for").click()
    for entry in entries:
        # JupyterLab's own menu, or ours where there is none.
        labels = page.locator(".lm-Menu-itemLabel, .jp-kfp-Menu [role=menuitem] > span")
        labels.filter(has_text=re.compile(f"^{re.escape(entry)}$")).first.click()


@pytest.fixture
def open_lab(page: Page, lab: Lab) -> Page:
    """Open JupyterLab on an empty workspace and wait until it is there."""
    page.goto(f"{lab.url}lab?reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.locator("#jp-main-dock-panel").wait_for()
    return page


#: Whether the workspace that JupyterLab has saved holds all of these texts.
_SAVED = """async texts => {
  const { baseUrl } = JSON.parse(document.getElementById('jupyter-config-data').textContent);
  const answer = await fetch(`${baseUrl}lab/api/workspaces`);
  const saved = JSON.stringify(await answer.json());
  return texts.every(text => saved.includes(text));
}"""


def reload(page: Page, *kept: str) -> None:
    """Load the page anew once JupyterLab has saved its layout, in which all of `kept` occur."""
    for _ in range(60):
        if page.evaluate(_SAVED, list(kept)):
            break
        page.wait_for_timeout(250)
    else:
        pytest.fail(f"JupyterLab has not saved {kept} in its layout.")
    page.goto(page.url.partition("?")[0])


def write_notebook(directory: Path, name: str, *cells: str) -> Path:
    """Put a notebook with these code cells into a directory."""
    import nbformat

    node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    # With a kernel named, JupyterLab does not ask which one to use.
    node.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = directory / name
    nbformat.write(node, path)
    return path
