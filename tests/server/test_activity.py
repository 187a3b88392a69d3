"""An open panel must not keep an idle notebook server alive; its user does."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

from kfp_sandbox import Sandbox

from .conftest import Ask
from .contract import SOME_ID


@pytest.fixture
def activity(jp_serverapp: ServerApp) -> Any:
    """Return when the last activity was, as Kubeflow's culler sees it."""

    def last() -> datetime | None:
        found: datetime | None = jp_serverapp.web_app.settings.get("api_last_activity")
        return found

    return last


async def test_polls_do_not_count(ask: Ask, sandbox: Sandbox, activity: Any) -> None:
    before = activity()
    for path in ("status", "doctor", "experiments", "runs", f"runs/{SOME_ID}", "nothing"):
        await ask(path, query="no_track_activity=1")
        await ask(path, query="no_track_activity")
    etag = (await ask("runs", query="no_track_activity=1")).headers["ETag"]
    reply = await ask("runs", query="no_track_activity=1", headers={"If-None-Match": etag})
    assert reply.status == 304
    sandbox.stop()
    assert (await ask("runs", query="no_track_activity=1")).status == 503
    assert (await ask("runs", query="no_track_activity=%ff")).status == 503
    assert activity() == before


async def test_users_requests_count(ask: Ask, activity: Any) -> None:
    for path, method in (("runs", "GET"), (f"runs/{SOME_ID}/archive", "POST")):
        before = activity()
        await ask(path, method=method)
        assert activity() != before


async def test_strangers_do_not_count(ask: Ask, activity: Any) -> None:
    before = activity()
    assert (await ask("runs", known=False, headers={})).status == 403
    assert activity() == before


async def test_polls_leave_kernels_idle(ask: Ask, jp_serverapp: ServerApp) -> None:
    """Kubeflow's culler asks for the kernels' last activity, too."""
    manager: Any = jp_serverapp.kernel_manager
    kernel = await manager.start_kernel(kernel_name="python3")
    try:
        client = manager.get_kernel(kernel).client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        client.stop_channels()
        while manager.kernel_model(kernel)["execution_state"] != "idle":
            await asyncio.sleep(0.05)
        before = manager.kernel_model(kernel)["last_activity"]
        for _ in range(5):
            for path in ("status", "experiments", "runs"):
                await ask(path, query="no_track_activity=1")
        after = manager.kernel_model(kernel)
        assert (after["last_activity"], after["execution_state"]) == (before, "idle")
    finally:
        await manager.shutdown_kernel(kernel, now=True)
