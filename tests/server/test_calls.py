"""How many signed-in calls pages make, with what they ask by themselves."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_kfp_auth.server.services import answer as answer_module
from jupyter_kfp_auth.server.services import run_reader
from jupyter_kfp_auth.server.services.pace import Pace
from kfp_sandbox import Sandbox

from .conftest import Ask

POLL = "no_track_activity=1"

#: What the panel asks when it is opened, with the status bar, where nothing goes on.
FIRST_SCREEN = ("status", "experiments", "runs?state=SUCCEEDED")


@pytest.fixture
def config() -> dict[str, Any]:
    return {"KfpApp": {"watch_runs": False}}


class Clock:
    """The time by which answers age."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        time = SimpleNamespace(monotonic=lambda: self.now)
        monkeypatch.setattr(answer_module, "time", time)
        monkeypatch.setattr(run_reader, "time", time)


@pytest.fixture
def clock(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pipelines is quick, however busy this machine is."""
    monkeypatch.setattr(Pace, "observe", lambda *seen: None)


async def look(ask: Ask, *paths: str) -> None:
    """Ask at the same time, as a page does by itself."""
    asked = [path.partition("?") for path in paths]
    await asyncio.gather(*(ask(path, query=f"{query}&{POLL}") for path, _, query in asked))


def calls(sandbox: Sandbox) -> int:
    """Count the signed-in calls since the last time."""
    found = sum(request.authenticated for request in sandbox.requests)
    sandbox.clear_requests()
    return found


async def test_first_screen_second_tab_and_an_idle_minute(
    ask: Ask, sandbox: Sandbox, clock: Clock, quick: None
) -> None:
    await look(ask, *FIRST_SCREEN)
    assert calls(sandbox) <= 2
    await look(ask, *FIRST_SCREEN)
    assert calls(sandbox) == 0
    for _ in range(6):
        clock.now += 10.0
        await look(ask, *FIRST_SCREEN * 5)
    assert calls(sandbox) <= 3


async def test_a_runs_tab_and_a_second_one(
    ask: Ask, sandbox: Sandbox, clock: Clock, quick: None
) -> None:
    runs = (await ask("runs", query="state=SUCCEEDED&page_size=100")).data["items"]
    one, other = [run["run_id"] for run in runs if run["pipeline_version_id"]][:2]
    await look(ask, f"runs/{one}")
    calls(sandbox)
    versions = {run["run_id"]: run["pipeline_version_id"] for run in runs}
    await look(ask, f"runs/{other}", f"runs/{other}/parameters")
    assert calls(sandbox) <= (1 if versions[one] == versions[other] else 2)
    await look(ask, f"runs/{other}", f"runs/{one}")
    assert calls(sandbox) == 0


async def test_what_goes_on_is_asked_for_once_an_interval_by_any_number_of_tabs(
    ask: Ask, sandbox: Sandbox, clock: Clock, quick: None
) -> None:
    await look(ask, "runs")
    calls(sandbox)
    for _ in range(3):
        clock.now += 10.0
        await look(ask, *("runs",) * 10)
    assert calls(sandbox) == 3


async def test_a_busy_server_is_asked_less_often_and_the_status_says_so(
    ask: Ask, sandbox: Sandbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await look(ask, "runs")
    sandbox.faults.set("slow", seconds=0.25)
    for _ in range(3):
        clock.now += 700.0
        await look(ask, "runs")
    sandbox.faults.clear()
    updates = (await ask("status", query=POLL)).data["updates"]
    assert (updates["mode"], updates["reason"]) == ("poll", "busy")
    assert updates["interval_seconds"] >= 40
    assert updates["message"].endswith(": Pipelines is busy")
    calls(sandbox)
    for _ in range(3):
        clock.now += 10.0
        await look(ask, "runs")
    assert calls(sandbox) == 0
    await ask("runs", headers={"Cache-Control": "no-cache"})
    assert calls(sandbox) == 1
