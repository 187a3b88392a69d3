"""What `%kfp` shows in a real JupyterLab, beside the explorer: links, progress and Tab."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from jupyter_kfp_auth.demo.lab import Lab
from kfp_sandbox import Sandbox

from .conftest import PREFIX
from .test_widget import run_all

pytestmark = pytest.mark.ui


def test_a_link_a_bar_and_tab(page: Page, lab: Lab, sandbox: Sandbox) -> None:
    run_all(
        page,
        lab,
        "%kfp open churn-xgboost",
        "%kfp submit churn-training --wait --name watched",
        "%kfp runs -e churn-x",
    )
    leads_to_the_dashboard_on_the_pages_own_host(page, lab)
    moves_a_bar_and_then_shows_the_run(page, sandbox)
    tells_of_its_end_without_being_asked(page)
    completes_a_name(page)


def leads_to_the_dashboard_on_the_pages_own_host(page: Page, lab: Lab) -> None:
    link = page.get_by_role("link", name="Open the experiment churn-xgboost")
    expect(link).to_have_attribute("target", "_blank")
    origin = lab.url.removesuffix("/").removesuffix(PREFIX.rstrip("/"))
    address = link.evaluate("link => link.href")
    assert address.startswith(f"{origin}/_/pipeline/?ns=team-a#/experiments/details/")


def moves_a_bar_and_then_shows_the_run(page: Page, sandbox: Sandbox) -> None:
    bar = page.locator(".jp-OutputArea progress")
    expect(bar).to_be_visible()
    sandbox.clock.advance(600)
    expect(page.get_by_text("watched: SUCCEEDED, 6 of 6 tasks have ended")).to_be_visible()
    expect(bar).to_have_attribute("value", "6")
    explorers = page.locator(".jp-OutputArea .jp-kfp-Explorer")
    expect(explorers).to_have_count(2)
    expect(explorers.last).to_contain_text("watched")


def tells_of_its_end_without_being_asked(page: Page) -> None:
    toast = page.locator(".Toastify__toast", has_text="watched has succeeded.")
    expect(toast).to_have_count(1)
    toast.get_by_role("button", name="Open run").click()
    expect(page.locator(".lm-DockPanel-tabBar").get_by_text("watched")).to_be_visible()
    page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab").first.click()


def completes_a_name(page: Page) -> None:
    cell = page.locator(".jp-CodeCell").nth(4).locator(".cm-content")
    cell.click()
    page.keyboard.press("End")
    for _ in range(20):  # the first Tab brings the names, perhaps too late for itself
        page.keyboard.press("Tab")
        page.wait_for_timeout(250)
        if cell.inner_text() != "%kfp runs -e churn-x":
            break
    expect(cell).to_have_text("%kfp runs -e churn-xgboost")
