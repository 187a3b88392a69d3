"""What JupyterLab's start costs, and what is said when the two parts do not fit together."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Response, Route, expect

from jupyter_kfp_auth.demo.lab import Lab
from kfp_sandbox import Sandbox

from .conftest import ICON, PANEL, kubeflow_lab, reload

pytestmark = pytest.mark.ui

#: Stands in the explorer's code, and not in what loads it.
EXPLORER = "jp-kfp-Toolbar"


def test_nothing_opens_and_the_explorer_is_not_loaded_before_it_is_opened(
    page: Page, lab: Lab
) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"{lab.url}lab?reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.locator(ICON).wait_for()
    expect(page.locator(".jp-Dialog, .Toastify__toast, .jp-kfp-Explorer")).to_have_count(0)
    assert _scripts(answers)
    assert not any(EXPLORER in script for script in _scripts(answers))
    assert not [answer for answer in answers if "/kfp/v1/" in answer.url]
    page.locator(ICON).click()
    page.locator(f"{PANEL} .jp-kfp-Row").first.wait_for()
    assert any(EXPLORER in script for script in _scripts(answers))


def _scripts(answers: list[Response]) -> list[str]:
    ours = [answer for answer in answers if "/extensions/jupyter-kfp-auth/" in answer.url]
    return [answer.text() for answer in ours if answer.url.partition("?")[0].endswith(".js")]


def test_the_open_panel_is_there_again_after_a_reload(open_lab: Page) -> None:
    open_lab.locator(ICON).click()
    open_lab.locator(f"{PANEL} .jp-kfp-Row").first.wait_for()
    reload(open_lab, '"current":"jupyter-kfp-auth-explorer"')
    open_lab.locator("#jupyterlab-splash").wait_for(state="detached")
    expect(open_lab.locator(f"{PANEL} .jp-kfp-Row")).to_have_count(8)


def test_without_the_server_part_the_panel_says_how_to_enable_it(
    page: Page, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    disabled = "--ServerApp.jpserver_extensions=jupyter_kfp_auth=False"
    with kubeflow_lab(sandbox, home, disabled) as lab:
        page.goto(f"{lab.url}lab?reset")
        page.locator("#jupyterlab-splash").wait_for(state="detached")
        page.locator(ICON).click()
        panel = page.locator(PANEL)
        expect(panel).to_contain_text("jupyter server extension enable jupyter_kfp_auth")
        expect(panel).to_contain_text("jupyter server extension list")
        expect(panel).not_to_contain_text("0 of 0")
        expect(page.locator(".jp-Dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("changed", "warns"),
    [
        ({"api_version": "0"}, True),
        ({"versions": {"jupyter-kfp-auth": "0.1.999"}}, False),
    ],
    ids=["another interface", "another patch"],
)
def test_a_server_part_of_another_version(
    open_lab: Page, changed: dict[str, Any], warns: bool
) -> None:
    def change(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), **changed})

    open_lab.route("**/kfp/v1/status*", change)
    open_lab.locator(ICON).click()
    panel = open_lab.locator(PANEL)
    expect(panel.locator(".jp-kfp-Row")).to_have_count(8)
    expect(panel.get_by_text("team-a (sandbox)")).to_be_visible()  # The status is there.
    banner = panel.get_by_role("status").filter(has_text="different versions")
    expect(banner).to_have_count(1 if warns else 0)
    expect(open_lab.locator(".jp-Dialog")).to_have_count(0)
    if warns:
        banner.get_by_role("button", name="Dismiss").click()
        expect(banner).to_have_count(0)
        expect(panel.locator(".jp-kfp-Row")).to_have_count(8)
