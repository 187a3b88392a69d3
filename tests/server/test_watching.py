"""Runs that change, while pages look: told at once, asked for once, and not asked for otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

from jupyter_kfp_auth.cluster import workflow_watch
from jupyter_kfp_auth.server.services import run_watches
from jupyter_kfp_auth.server.services.notices import RUN_STATE, RUNS_CHANGED
from kfp_sandbox import Sandbox

from ..cluster.fake_cluster import FakeCluster
from .conftest import Ask

POLL = "no_track_activity=1"


@pytest.fixture
def config() -> dict[str, Any]:
    """Nothing is asked again within the hour, unless a change is told."""
    return {"KfpApp": {"refresh_interval": 0.0, "poll_interval": 3600.0}}


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCluster]:
    monkeypatch.setattr(workflow_watch, "FIRST_PAUSE", 0.01)
    directory = tmp_path / "account"
    directory.mkdir()
    with FakeCluster(directory) as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def environment(environment: None, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in cluster.environment.items():
        monkeypatch.setenv(name, value)


class Bus:
    """What is published, in order."""

    def __init__(self, server: ServerApp) -> None:
        self.changes: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.states: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

        async def changed(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
            self.changes.put_nowait({k: v for k, v in data.items() if not k.startswith("__")})

        async def state(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
            self.states.put_nowait(data)

        assert server.event_logger is not None
        server.event_logger.add_listener(schema_id=RUNS_CHANGED, listener=changed)
        server.event_logger.add_listener(schema_id=RUN_STATE, listener=state)

    async def change(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.changes.get(), 20)


@pytest.fixture
def bus(jp_serverapp: ServerApp, cluster: FakeCluster) -> Bus:
    return Bus(jp_serverapp)


@pytest.fixture
def calls(sandbox: Sandbox) -> Callable[[], int]:
    """Count the signed-in requests since the last time."""

    def count() -> int:
        found = [r for r in sandbox.requests if not r.path.endswith("/healthz")]
        sandbox.clear_requests()
        return len(found)

    return count


async def shown(ask: Ask, bus: Bus) -> list[dict[str, Any]]:
    """Look at the runs as a page does, until they are watched."""
    runs: list[dict[str, Any]] = (await ask("runs", query=POLL)).data["items"]
    assert (await bus.change())["run_ids"] == []
    return runs


def unfinished(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return next(run for run in runs if run["state"] == "RUNNING")


async def test_an_idle_page_asks_nothing_however_many_there_are(
    ask: Ask, bus: Bus, cluster: FakeCluster, calls: Callable[[], int]
) -> None:
    await shown(ask, bus)
    await ask("status", query=POLL)
    assert calls() == 1
    for _ in range(5):
        await asyncio.gather(*(ask(path, query=POLL) for path in ("runs", "status") * 5))
    assert calls() == 0
    assert cluster.count("watch") == cluster.count("list") == 1
    updates = (await ask("status", query=POLL)).data["updates"]
    assert (updates["mode"], updates["interval_seconds"]) == ("watch", None)


async def test_a_new_phase_is_shown_without_asking_pipelines(
    ask: Ask, bus: Bus, cluster: FakeCluster, calls: Callable[[], int]
) -> None:
    run = unfinished(await shown(ask, bus))
    etag = (await ask("runs", query=POLL)).headers["ETag"]
    calls()
    cluster.put(run["run_id"], "Failed")
    change = await bus.change()
    assert change == {"namespace": "team-a", "run_ids": [run["run_id"]], "listed": True}
    reply = await ask("runs", query=POLL, headers={"If-None-Match": etag})
    assert reply.status == 200
    states = {row["run_id"]: (row["state"], row["status"]) for row in reply.data["items"]}
    assert states[run["run_id"]] == ("FAILED", "failed")
    assert calls() == 0


async def test_the_end_is_asked_for_once_when_pipelines_has_it(
    ask: Ask, bus: Bus, cluster: FakeCluster, sandbox: Sandbox, calls: Callable[[], int]
) -> None:
    run = unfinished(await shown(ask, bus))
    cluster.put(run["run_id"], "Succeeded")
    await bus.change()
    await ask("runs", query=POLL)
    sandbox.clock.advance(86_400)
    calls()
    cluster.put(run["run_id"], "Succeeded", persisted=True)
    await bus.change()
    await asyncio.gather(*(ask("runs", query=POLL) for _ in range(5)))
    assert calls() == 1
    rows = (await ask("runs", query=POLL)).data["items"]
    assert next(r for r in rows if r["run_id"] == run["run_id"])["finished_at"]


async def test_a_new_run_is_asked_for_once(
    ask: Ask, bus: Bus, cluster: FakeCluster, calls: Callable[[], int]
) -> None:
    await shown(ask, bus)
    calls()
    cluster.put("new")
    change = await bus.change()
    assert (change["run_ids"], change["listed"]) == (["new"], True)
    await asyncio.gather(*(ask("runs", query=POLL) for _ in range(3)))
    assert calls() == 1
    cluster.put("new", "Running")
    assert (await bus.change())["run_ids"] == ["new"]


async def test_never_contradicts_a_final_state(
    ask: Ask, bus: Bus, cluster: FakeCluster, calls: Callable[[], int]
) -> None:
    ended = next(r for r in await shown(ask, bus) if r["state"] == "SUCCEEDED")
    calls()
    cluster.put(ended["run_id"], "Failed", persisted=True)
    await bus.change()
    rows = (await ask("runs", query=POLL)).data["items"]
    assert next(r for r in rows if r["run_id"] == ended["run_id"])["state"] == "SUCCEEDED"


async def test_a_retry_of_an_ended_run_is_asked_for(
    ask: Ask, bus: Bus, cluster: FakeCluster, calls: Callable[[], int]
) -> None:
    ended = next(r for r in await shown(ask, bus) if r["state"] == "FAILED")
    cluster.put(ended["run_id"], "Failed", persisted=True)
    await bus.change()
    await ask("runs", query=POLL)
    calls()
    cluster.put(ended["run_id"], "Running")
    await bus.change()
    await ask("runs", query=POLL)
    assert calls() == 1


async def test_a_workflow_whose_time_is_over_changes_nothing(
    ask: Ask, bus: Bus, cluster: FakeCluster, calls: Callable[[], int]
) -> None:
    ended = next(r for r in await shown(ask, bus) if r["state"] == "FAILED")
    cluster.put(ended["run_id"], "Failed", persisted=True)
    await bus.change()
    await ask("runs", query=POLL)
    calls()
    cluster.delete(ended["run_id"])
    assert not (await bus.change())["listed"]
    await ask("runs", query=POLL)
    assert calls() == 0


async def test_the_runs_in_progress_are_counted_by_the_watch(
    ask: Ask, bus: Bus, cluster: FakeCluster, calls: Callable[[], int]
) -> None:
    await shown(ask, bus)
    await ask("status", query=POLL)
    calls()
    for number in range(3):
        cluster.put(f"r{number}", "Running")
    cluster.put("r0", "Succeeded")
    seen: set[str] = set()
    while len(seen) < 3:
        seen |= set((await bus.change())["run_ids"])
    assert (await ask("status", query=POLL)).data["in_progress"] == 2
    assert calls() == 0


async def test_fifteen_changes_at_once_are_told_together(
    ask: Ask, bus: Bus, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_watches, "GATHER", 1.0)
    await shown(ask, bus)
    for number in range(15):
        cluster.put(f"r{number}")
    assert len((await bus.change())["run_ids"]) == 15


async def test_the_tasks_of_a_run_that_is_looked_at_come_from_its_workflow(
    ask: Ask, bus: Bus, cluster: FakeCluster, calls: Callable[[], int]
) -> None:
    run_id = unfinished(await shown(ask, bus))["run_id"]
    node = {"name": f"w-{run_id}", "displayName": "root", "id": "w-1", "type": "DAG"}
    for phase, state in (("Running", "RUNNING"), ("Failed", "FAILED")):
        nodes = {"w-1": {**node, "phase": phase, "startedAt": "2026-01-01T00:00:00Z"}}
        cluster.put(run_id, phase, status={"phase": phase, "nodes": nodes})
        await bus.change()
        run = (await ask(f"runs/{run_id}", query=POLL)).data
        assert run["state"] == state
        assert calls() <= (3 if phase == "Running" else 0)  # list, run and definition, at first
    assert cluster.count("get") == 2


async def test_who_waits_for_a_run_is_told_of_its_end_with_one_question(
    ask: Ask, bus: Bus, cluster: FakeCluster, sandbox: Sandbox, calls: Callable[[], int]
) -> None:
    run = unfinished(await shown(ask, bus))
    cluster.put(run["run_id"], "Running")
    await bus.change()
    await ask(f"runs/{run['run_id']}/watch", method="POST")
    sandbox.clock.advance(86_400)
    calls()
    cluster.put(run["run_id"], "Succeeded", persisted=True)
    told = await asyncio.wait_for(bus.states.get(), 20)
    assert (told["run_id"], told["finished"]) == (run["run_id"], True)
    assert calls() <= 2  # the run, and its pipeline's definition


async def test_who_may_not_watch_is_served_by_polls(
    ask: Ask, bus: Bus, cluster: FakeCluster, calls: Callable[[], int]
) -> None:
    cluster.allowed.clear()
    assert await shown(ask, bus)
    await ask("status", query=POLL)
    calls()
    for path in ("runs", "status") * 5:
        await ask(path, query=POLL)
    assert calls() == 0
    updates = (await ask("status", query=POLL)).data["updates"]
    assert updates["mode"] == "poll"
    assert updates["reason"] == "refused"
    assert updates["message"] == "every 3600 s"


async def test_a_click_is_answered_afresh_also_where_it_is_watched(
    ask: Ask, bus: Bus, cluster: FakeCluster, calls: Callable[[], int]
) -> None:
    await shown(ask, bus)
    calls()
    await ask("runs", headers={"Cache-Control": "no-cache"})
    assert calls() == 1


async def test_ends_when_no_page_has_looked_for_a_while(
    ask: Ask,
    bus: Bus,
    cluster: FakeCluster,
    jp_serverapp: ServerApp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await shown(ask, bus)
    monkeypatch.setattr(run_watches, "IDLE", 0.0)
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_kfp_auth"]
    watches = app.upstream.watches
    watches._check_later("team-a", watches._namespaces["team-a"])
    for _ in range(400):
        cluster.bookmark()  # a server notices a closed connection when it writes
        if not cluster.watches:
            return
        await asyncio.sleep(0.05)
    pytest.fail("The watch goes on.")


async def test_changes_do_not_count_as_activity(
    ask: Ask, bus: Bus, cluster: FakeCluster, jp_serverapp: ServerApp
) -> None:
    settings = jp_serverapp.web_app.settings
    before = settings.get("api_last_activity")
    run = unfinished(await shown(ask, bus))
    for phase in ("Running", "Failed"):
        cluster.put(run["run_id"], phase)
        await bus.change()
        await ask("runs", query=POLL)
        await ask(f"runs/{run['run_id']}", query=POLL)
    assert settings.get("api_last_activity") == before


async def test_what_a_notebook_changes_is_asked_for_anew(
    ask: Ask, bus: Bus, cluster: FakeCluster, calls: Callable[[], int]
) -> None:
    await shown(ask, bus)
    calls()
    assert (await ask("changed", method="POST", query=POLL)).status == 204
    assert (await bus.change())["listed"]
    await asyncio.gather(*(ask("runs", query=POLL) for _ in range(3)))
    assert calls() == 1
