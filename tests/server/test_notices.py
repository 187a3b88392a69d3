"""Watched runs: asked for only while one is unfinished, told of on Jupyter's event bus."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp

from jupyter_kfp_auth.commands import server_discovery
from jupyter_kfp_auth.server.services.notices import MOST, RUN_STATE, Notices
from kfp_sandbox import Sandbox

from .conftest import Ask

Counter = Callable[[str], int]


@pytest.fixture
def config() -> dict[str, Any]:
    return {"KfpApp": {"refresh_interval": 0.0, "poll_interval": 0.1, "watch_runs": False}}


@pytest.fixture
def events(jp_serverapp: ServerApp, secrets: set[str]) -> asyncio.Queue[dict[str, Any]]:
    """What is published, in order."""
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def listener(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        assert not any(token in str(data) for token in secrets if token)
        queue.put_nowait({name: data[name] for name in ("run_id", "state", "finished")})

    assert jp_serverapp.event_logger is not None
    jp_serverapp.event_logger.add_listener(schema_id=RUN_STATE, listener=listener)
    return queue


@pytest.fixture
def notices(jp_serverapp: ServerApp) -> Notices:
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_kfp_auth"]
    assert isinstance(app, ExtensionApp)
    found: Notices = app.notices  # type: ignore[attr-defined]
    return found


async def next_event(events: asyncio.Queue[dict[str, Any]]) -> dict[str, Any]:
    return await asyncio.wait_for(events.get(), 20)


async def running(ask: Ask) -> str:
    """Return the id of a run that goes on."""
    page = (await ask("runs", query={"state": "RUNNING"})).data
    return str(page["items"][0]["run_id"])


async def looks(upstream: Counter, run: str, more: int) -> None:
    """Wait until the run was looked at so many times more."""
    goal = upstream(f"runs/{run}") + more
    for _ in range(400):
        if upstream(f"runs/{run}") >= goal:
            return
        await asyncio.sleep(0.02)
    pytest.fail("The run is not looked at.")


async def test_tells_that_a_watched_run_has_ended_and_then_asks_no_more(
    ask: Ask, sandbox: Sandbox, events: asyncio.Queue[dict[str, Any]], notices: Notices
) -> None:
    run = await running(ask)
    assert (await ask(f"runs/{run}/watch", method="POST")).status == 204
    assert run in notices.watched
    sandbox.clock.advance(86_400)
    event = await next_event(events)
    assert (event["run_id"], event["finished"]) == (run, True)
    assert event["state"] in ("SUCCEEDED", "FAILED")
    assert notices.watched == ()
    assert notices._task is not None
    await asyncio.wait_for(notices._task, 5)  # it ends by itself


async def test_who_terminates_is_told(
    ask: Ask, sandbox: Sandbox, events: asyncio.Queue[dict[str, Any]]
) -> None:
    run = await running(ask)
    assert (await ask(f"runs/{run}/terminate", method="POST")).status == 204
    sandbox.clock.advance(3_600)
    assert (await next_event(events))["finished"]


async def test_who_is_refused_is_told_nothing(ask: Ask, sandbox: Sandbox, notices: Notices) -> None:
    run = await running(ask)
    sandbox.faults.set("rbac-denied")
    assert (await ask(f"runs/{run}/terminate", method="POST")).status == 403
    assert notices.watched == ()


async def test_changes_before_the_end_are_told_too(
    ask: Ask, upstream: Counter, events: asyncio.Queue[dict[str, Any]]
) -> None:
    run = await running(ask)
    await ask(f"runs/{run}/watch", method="POST")
    await looks(upstream, run, 2)
    await ask(f"runs/{run}/terminate", method="POST")
    event = await next_event(events)
    assert event == {"run_id": run, "state": "CANCELING", "finished": False}


async def test_nothing_is_asked_while_nothing_is_watched(
    ask: Ask, upstream: Counter, notices: Notices
) -> None:
    assert notices._task is None
    run = await running(ask)
    await ask(f"runs/{run}/watch", method="POST")
    await looks(upstream, run, 1)
    assert (await ask(f"runs/{run}/unwatch", method="POST")).status == 204
    assert notices.watched == ()
    assert notices._task is None


async def test_waits_longer_after_failures_and_goes_on(
    ask: Ask, sandbox: Sandbox, events: asyncio.Queue[dict[str, Any]], notices: Notices
) -> None:
    run = await running(ask)
    await ask(f"runs/{run}/watch", method="POST")
    sandbox.faults.set("rbac-denied")
    sandbox.clear_requests()
    while len(sandbox.requests) < 3:
        await asyncio.sleep(0.02)
    assert notices.watched == (run,)
    sandbox.faults.clear()
    sandbox.clock.advance(86_400)
    assert (await next_event(events))["finished"]


async def test_a_run_that_is_not_there_is_forgotten(ask: Ask, notices: Notices) -> None:
    await ask("runs/0f1e2d3c-0000-4000-8000-000000000000/watch", method="POST")
    assert notices._task is not None
    await asyncio.wait_for(notices._task, 10)
    assert notices.watched == ()


async def test_watches_end_with_the_server(
    ask: Ask, notices: Notices, jp_serverapp: ServerApp
) -> None:
    await ask(f"runs/{await running(ask)}/watch", method="POST")
    task = notices._task
    assert task is not None
    await jp_serverapp.extension_manager.stop_all_extensions()
    await asyncio.wait([task], timeout=5)
    assert task.cancelled()


async def test_no_more_than_so_many(ask: Ask, notices: Notices) -> None:
    for number in range(MOST + 2):
        notices.watch(f"r{number}")
    assert notices.watched == tuple(f"r{number}" for number in range(2, MOST + 2))
    notices.close()


async def test_tells_which_runs_are_watched(ask: Ask) -> None:
    assert (await ask("watched")).data == {"run_ids": []}
    run = await running(ask)
    await ask(f"runs/{run}/watch", method="POST")
    assert (await ask("watched")).data == {"run_ids": [run]}
    assert (await ask("watched", query="a=b")).status == 400
    await ask(f"runs/{run}/unwatch", method="POST")
    assert (await ask("watched")).data == {"run_ids": []}


@pytest.mark.parametrize("jp_argv", [[], ["--IdentityProvider.token="]])
async def test_a_kernel_begins_a_watch_with_the_servers_own_token_or_none(
    ask: Ask,
    notices: Notices,
    jp_serverapp: ServerApp,
    http_server_port: Any,
    jp_base_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    info = {
        "pid": "1",
        "url": f"http://{jp_serverapp.ip}:1{jp_base_url}",
        "hostname": "",  # then it is here, whatever the URL says
        "port": http_server_port[1],
        "token": jp_serverapp.identity_provider.token,
    }
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    monkeypatch.setattr(server_discovery, "_servers", lambda: iter([info]))
    run = await running(ask)
    fingerprint = (await ask("status")).data["fingerprint"]
    await asyncio.to_thread(server_discovery.watch, run, "another")
    assert run not in notices.watched
    await asyncio.to_thread(server_discovery.watch, run, fingerprint)
    assert run in notices.watched


async def test_takes_no_query(ask: Ask, notices: Notices) -> None:
    reply = await ask(f"runs/{await running(ask)}/watch", method="POST", query={"a": "b"})
    assert reply.status == 400
    assert notices.watched == ()


async def test_event_that_nobody_can_take_does_not_end_the_watch(
    ask: Ask, sandbox: Sandbox, notices: Notices, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**event: Any) -> None:
        raise ValueError("no")

    monkeypatch.setattr(notices._bus, "emit", broken)
    await ask(f"runs/{await running(ask)}/watch", method="POST")
    task = notices._task
    assert task is not None
    sandbox.clock.advance(86_400)
    await asyncio.wait_for(task, 10)
    assert notices.watched == ()
