"""Behind a real JupyterHub: a proxy, a prefix of the hub's and of the user's, two users."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from kfp_sandbox import Sandbox

from ..ui.conftest import ICON, PANEL, keep_quiet
from ..ui.conftest import browser_type_launch_args as browser_type_launch_args
from ..ui.conftest import jp_asyncio_loop as jp_asyncio_loop
from .hub import BASE, START, Hub

pytestmark = [pytest.mark.ui, pytest.mark.extra, pytest.mark.timeout(300)]

#: Send an action as the page does, with or without its XSRF token, and return the status.
_POST = """async ([path, signed]) => {
  const { baseUrl } = JSON.parse(document.getElementById('jupyter-config-data').textContent);
  const [, token] = document.cookie.match(/\\b_xsrf=([^;]*)/) ?? [];
  const headers = signed ? { 'X-XSRFToken': token } : {};
  const answer = await fetch(`${baseUrl}kfp/v1/${path}`, { method: 'POST', headers });
  return answer.status;
}"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    directory = tmp_path_factory.mktemp("hub")
    hub = Hub(directory, sandbox.environment())
    for user in ("ada", "grace"):
        keep_quiet(directory / "homes" / user)
    yield hub.start()
    hub.stop()


@pytest.fixture(scope="module")
def tokens(hub: Hub) -> dict[str, str]:
    """A token of each user, whose server runs."""
    return {user: hub.start_server(user) for user in ("ada", "grace")}


def ask(hub: Hub, user: str, token: str, path: str, method: str = "GET") -> requests.Response:
    return requests.request(
        method,
        f"{hub.url}user/{user}/kfp/v1/{path}",
        headers={"Authorization": f"token {token}"},
        timeout=START,
        allow_redirects=False,
    )


def test_each_user_sees_the_experiments_through_the_proxy(hub: Hub, tokens: dict[str, str]) -> None:
    for user, token in tokens.items():
        answer = ask(hub, user, token, "experiments")
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["items"]) == 8


def test_nobody_uses_the_server_of_another(hub: Hub, tokens: dict[str, str]) -> None:
    answer = ask(hub, "ada", tokens["grace"], "experiments")
    assert answer.status_code in (302, 403)
    assert "experiment" not in answer.text.replace("experiments", "")
    nothing = requests.get(
        f"{hub.url}user/ada/kfp/v1/experiments", timeout=START, allow_redirects=False
    )
    assert nothing.status_code in (302, 403)


def test_the_panel_shows_and_acts_and_the_token_stays_in_the_pod(
    hub: Hub, sandbox: Sandbox, tokens: dict[str, str], page: Page
) -> None:
    """Signed in with the hub's form; what the page sends carries XSRF and the hub's cookies."""
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"{hub.url}hub/login?next={BASE}user/ada/lab%3Freset")
    page.locator("#username_input").fill("ada")
    page.locator("#password_input").fill("any")
    page.get_by_role("button", name="Sign in").click()
    page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=START * 1000)
    page.locator(ICON).click()
    panel = page.locator(PANEL)
    expect(panel.locator(".jp-kfp-Row")).to_have_count(8)
    ours = [answer for answer in answers if f"{BASE}user/ada/kfp/v1/" in answer.url]
    assert ours
    run = ask(hub, "ada", tokens["ada"], "runs?state=RUNNING").json()["items"][0]["run_id"]
    assert page.evaluate(_POST, [f"runs/{run}/archive", False]) == 403  # without the XSRF token
    assert page.evaluate(_POST, [f"runs/{run}/archive", True]) == 204
    token = sandbox.token
    assert not [answer.url for answer in ours if token in answer.text()]
    assert token not in hub.log()
