"""Take the pictures of the documentation anew: `make pictures`. Look at them before they go in."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from jupyter_kfp_auth.demo.lab import Lab
from kfp_sandbox import Sandbox

HERE = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
EXPERIMENT = "demand-forecast"


def main() -> None:
    """Start the sandbox, JupyterLab and Chromium, and take each picture."""
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)))
    with tempfile.TemporaryDirectory() as home, Sandbox() as sandbox, sync_playwright() as play:
        directory = prepare(Path(home))
        environment = {
            **sandbox.environment(),
            "JUPYTERLAB_SETTINGS_DIR": f"{home}/settings",
            "JUPYTERLAB_WORKSPACES_DIR": f"{home}/workspaces",
        }
        with Lab(directory, environment, ("--no-browser", "--ServerApp.port=0")) as lab:
            browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(f"{lab.url}lab/tree/experiments.ipynb?reset&token={lab.token}")
            take(page)
            browser.close()


def prepare(home: Path) -> Path:
    """Write the notebook to be shown, and the settings that keep dialogs away."""
    settings = home / "settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}', "utf-8")
    lines = ("%load_ext jupyter_kfp_auth", "%kfp experiments")
    cells: list[dict[str, object]] = [
        {
            "cell_type": "code",
            "id": str(number),
            "source": line,
            "execution_count": None,
            "metadata": {},
            "outputs": [],
        }
        for number, line in enumerate(lines)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    directory = home / "work"
    directory.mkdir()
    (directory / "experiments.ipynb").write_text(json.dumps(notebook), "utf-8")
    return directory


def take(page: Page) -> None:
    """Walk through JupyterLab, and take a picture where there is something to see."""
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.locator('[data-id="jupyter-kfp-auth-explorer"]').click()
    page.locator(".jp-Notebook").click()
    page.keyboard.press("Escape")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".jp-OutputArea .jp-kfp-Row").first.wait_for()
    panel = page.locator("#jupyter-kfp-auth-explorer")
    panel.locator(".jp-kfp-Row", has_text=EXPERIMENT).first.click()
    failed = panel.locator(".jp-kfp-Row", has_text="Failed").first
    failed.wait_for()
    page.mouse.move(640, 780)
    page.screenshot(path=HERE / "explorer.png")

    failed.click()
    panel.get_by_role("button", name="in a tab").click()
    page.get_by_text("Traceback (most recent call last)").last.wait_for()
    page.mouse.move(640, 780)
    page.screenshot(path=HERE / "run.png")


if __name__ == "__main__":
    main()
