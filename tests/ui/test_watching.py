"""Where workflows may be watched, a change is on the page without Pipelines being asked for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from jupyter_kfp_auth.demo.lab import Lab
from kfp_sandbox import Sandbox

from .conftest import ICON, PANEL, kubeflow_lab
from .test_actions import begin_a_run

pytestmark = pytest.mark.ui


@pytest.fixture(scope="module")
def lab(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    home = tmp_path_factory.mktemp("home")
    # Polls come so seldom that what is seen in time was told by the watch.
    options = ("--KfpApp.watch_runs=True", "--KfpApp.poll_interval=3600")
    with kubeflow_lab(sandbox, home, *options) as lab:
        yield lab


def test_the_end_of_a_run_shows_by_itself(open_lab: Page, sandbox: Sandbox) -> None:
    begin_a_run(sandbox)
    open_lab.locator(ICON).click()
    panel = open_lab.locator(PANEL)
    panel.get_by_role("tab", name="Runs", exact=True).click()
    row = panel.locator(".jp-kfp-Row", has_text="under way").first
    expect(row).to_contain_text("Running")
    sandbox.clock.advance(3600)
    expect(row).to_contain_text("Succeeded", timeout=30_000)
