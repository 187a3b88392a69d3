"""An action is sent once, and whoever acts at the same time sees the same in the end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from kfp_sandbox import Sandbox

from ..hostile import Exchange, Hostile, always, answer
from ..pipelines.conftest import MULTI_USER, routes
from ..server.conftest import Ask
from ..server.contract import routes as contract_routes

ACTIONS = [path for method, path in contract_routes() if method == "POST" and path.count("/") == 2]

#: How an action may fail without anybody knowing whether it was carried out.
UNKNOWN = {
    "closed": always(b"", keep=False),
    "silent": Exchange.wait,
    "cut": always(answer({})[:-1], keep=False),
    "unavailable": always(answer(b"upstream connect error or disconnect", 503)),
    "too many": always(answer({}, 429, retry_after="0")),
    "moved": always(answer({}, 307, location="/apis/v2beta1/again")),
}


def posts(requests: list[Any]) -> list[str]:
    lines = (getattr(r, "line", None) or f"{r.method} {r.path}" for r in requests)
    return [line for line in lines if line.startswith("POST")]


class TestUncertain:
    @pytest.fixture
    def config(self) -> dict[str, Any]:
        return {
            "KfpAuth": {"timeout": 0.4},
            "KfpApp": {"refresh_interval": 0.0, "watch_runs": False},
        }

    @pytest.fixture(autouse=True)
    def environment(
        self, hostile: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: None
    ) -> None:
        (tmp_path / "token").write_text("a-token")
        monkeypatch.setenv("KF_PIPELINES_ENDPOINT", hostile.url)
        monkeypatch.setenv("KF_PIPELINES_SA_TOKEN_PATH", str(tmp_path / "token"))

    @pytest.mark.parametrize("name", UNKNOWN)
    async def test_is_never_sent_again(self, ask: Ask, hostile: Hostile, name: str) -> None:
        """Each time over a connection that was in use before, which is where clients try again."""
        good = routes(healthz=MULTI_USER)

        def give(exchange: Exchange) -> None:
            acts = exchange.request.line.startswith("POST")
            (UNKNOWN[name] if acts else good)(exchange)

        hostile.answer = give
        paths = [path for path in ACTIONS if not path.endswith(("watch", "versions"))]
        assert len(paths) == 8
        for path in paths:
            await ask("experiments")
            hostile.requests.clear()
            reply = await ask(path, method="POST")
            assert reply.status >= 400
            assert len(posts(hostile.requests)) == 1


async def test_a_double_click_and_two_tabs_settle_on_what_the_server_says(
    ask: Ask, sandbox: Sandbox
) -> None:
    """Each click is one request; the second is told that there is nothing left to do, or joins."""
    run = (await ask("runs", query={"state": "RUNNING"})).data["items"][0]["run_id"]
    sandbox.clear_requests()
    actions = ("terminate", "terminate", "archive", "unarchive", "archive")
    replies = await asyncio.gather(*(ask(f"runs/{run}/{act}", method="POST") for act in actions))
    assert 204 in (replies[0].status, replies[1].status)  # They may overtake each other.
    assert {reply.status for reply in replies} <= {204, 400, 409}
    assert len(posts(sandbox.requests)) == len(actions)
    tabs = await asyncio.gather(*(ask(f"runs/{run}") for _ in range(4)))
    assert len({tab.body for tab in tabs}) == 1
    assert tabs[0].data["state"] in ("CANCELING", "CANCELED", "FAILED")
