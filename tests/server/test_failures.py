"""What is missing or broken is said as one cause, is never an empty list, and passes by itself."""

from __future__ import annotations

import asyncio
import logging
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

from jupyter_kfp_auth.commands import rest
from jupyter_kfp_auth.config.settings import Settings, resolve
from jupyter_kfp_auth.server.services import outages as outages_module
from jupyter_kfp_auth.server.services import upstream as upstream_module
from jupyter_kfp_auth.server.services.outages import Outages
from kfp_sandbox import Sandbox

from .conftest import Ask

LISTS = ("experiments", "runs", "recurring-runs", "pipelines")


@pytest.mark.parametrize(
    ("fault", "options", "status", "cause"),
    [
        ("token-missing", {}, 502, "token-missing"),
        ("token-empty", {}, 502, "token-empty"),
        ("token-unreadable", {}, 502, "token-unreadable"),
        ("token-expired", {}, 502, "token-expired"),
        ("token-invalidated", {}, 502, "token-invalidated"),
        ("token-audience", {}, 502, "token-audience"),
        ("istio-denied", {}, 502, "istio-denied"),
        ("istio-issuer", {}, 502, "istio-issuer"),
        ("rbac-denied", {}, 403, "rbac-denied"),
        ("login-page", {}, 502, "login-required"),
        ("login-redirect", {}, 502, "login-required"),
        ("upstream-unavailable", {}, 503, "mesh-unavailable"),
        ("reset", {}, 502, "connection-broken"),
        ("truncated", {}, 502, "connection-broken"),
        ("not-json", {"body": "[]"}, 502, "not-pipelines"),
        ("not-json", {"body": '{"items": []}'}, 502, "not-pipelines"),
    ],
)
async def test_fault(
    ask: Ask, sandbox: Sandbox, fault: str, options: dict[str, Any], status: int, cause: str
) -> None:
    assert (await ask("status")).data["ok"]
    sandbox.faults.set(fault, **options)
    for kind in LISTS[:3]:
        reply = await ask(kind)
        assert (reply.status, reply.cause) == (status, cause)
        assert reply.data["error"]["next_step"]
    found = (await ask("doctor")).data
    assert (found["ok"], found["cause"]) == (False, cause)
    sandbox.faults.clear()
    assert (await ask("experiments")).data["items"]
    assert (await ask("doctor")).data["ok"]


async def test_unreachable_and_back(ask: Ask, sandbox: Sandbox) -> None:
    good = await ask("experiments")
    sandbox.stop()
    for kind in LISTS:
        reply = await ask(kind)
        assert (reply.status, reply.cause) == (503, "connection-refused")
    status = (await ask("status")).data
    assert (status["ok"], status["error"]["cause"]) == (False, "connection-refused")
    assert (await ask("doctor")).data["cause"] == "connection-refused"
    sandbox.start()
    assert (await ask("experiments")).body == good.body
    assert (await ask("status")).data["ok"]


async def test_unreachable_from_the_start(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.stop()
    assert (await ask("runs")).cause == "connection-refused"
    sandbox.start()
    assert (await ask("runs")).data["items"]


async def test_token_mounted_later(
    ask: Ask, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With it comes its own word on the namespace."""
    path = tmp_path / "later" / "token"
    monkeypatch.setenv("KF_PIPELINES_SA_TOKEN_PATH", str(path))
    assert (await ask("experiments")).cause == "token-missing"
    status = (await ask("status")).data
    assert (status["ok"], status["error"]["cause"]) == (False, "token-missing")
    assert status["settings"]["namespace"] == {"value": "team-a", "origin": "the pod"}
    path.parent.mkdir()
    shutil.copyfile(sandbox.token_path, path)
    assert (await ask("experiments")).data["items"]
    status = (await ask("status")).data
    assert status["ok"]
    assert status["settings"]["namespace"] == {"value": "team-a", "origin": "the token"}


async def test_rotated_token(ask: Ask, sandbox: Sandbox) -> None:
    await ask("experiments")
    old = sandbox.token
    sandbox.rotate_token()
    assert sandbox.token != old
    await ask("experiments")
    assert sandbox.requests[-1].headers["Authorization"] == f"Bearer {sandbox.token}"


async def test_token_of_another_account(ask: Ask, sandbox: Sandbox) -> None:
    first = (await ask("status")).data
    sandbox.rbac.bind("team-b", "system:serviceaccount:team-b:default-editor")
    sandbox.write_token(sandbox.issue_token(namespace="team-b"))
    status = (await ask("status")).data
    assert status["settings"]["namespace"]["value"] == "team-b"
    assert status["fingerprint"] != first["fingerprint"]
    assert (await ask("experiments")).status == 200
    assert sandbox.requests[-1].query["namespace"] == "team-b"


async def test_settings_are_resolved_when_the_token_changes(
    ask: Ask, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolved = []

    def counted(**options: Any) -> Settings:
        resolved.append(options)
        return resolve(**options)

    monkeypatch.setattr(upstream_module, "resolve", counted)
    for count in (1, 2):
        for _ in range(3):
            await ask("experiments")
        assert len(resolved) == count
        sandbox.rotate_token()


async def test_opaque_token(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.write_token("opaque-token-0123456789abcdef")
    assert (await ask("experiments")).status >= 400
    status = (await ask("status")).data
    assert status["token"] == {"present": True, "audience": [], "expires_at": None}


async def test_wrong_host_in_the_environment(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KF_PIPELINES_ENDPOINT", "http://user:secret@pipelines")
    for path in ("status", *LISTS):
        reply = await ask(path)
        assert reply.cause == "host-invalid"
        assert b"secret" not in reply.body
    found = (await ask("doctor")).data
    assert (found["ok"], found["cause"]) == (False, "host-invalid")
    assert found["checks"][0]["outcome"] == "failed"


class TestConfigured:
    @pytest.fixture
    def config(self, tmp_path: Path) -> dict[str, Any]:
        return {
            "KfpAuth": {
                "host": "http://127.0.0.1:9",
                "namespace": "team-c",
                "token_path": str(tmp_path / "token"),
                "timeout": 1.5,
            }
        }

    async def test_traitlets_win_over_the_environment(self, ask: Ask, tmp_path: Path) -> None:
        settings = (await ask("status")).data["settings"]
        assert settings["host"] == {"value": "http://127.0.0.1:9", "origin": "KfpAuth.host"}
        assert settings["namespace"] == {"value": "team-c", "origin": "KfpAuth.namespace"}
        assert settings["token_path"]["value"] == str(tmp_path / "token")


class TestSilent:
    @pytest.fixture
    def config(self) -> dict[str, Any]:
        return {
            "KfpAuth": {"timeout": 0.5},
            "KfpApp": {"refresh_interval": 0.0, "watch_runs": False},
        }

    async def test_others_are_answered_meanwhile(self, ask: Ask, sandbox: Sandbox) -> None:
        assert (await ask("status")).data["ok"]
        sandbox.faults.set("silent", path="/apis/v2beta1/runs")
        waiting = asyncio.ensure_future(ask("runs"))
        assert (await ask("experiments")).data["items"]
        assert not waiting.done()
        assert (await waiting).cause == "no-answer"


class TestByCommandLine:
    @pytest.fixture
    def jp_argv(self) -> list[str]:
        return ["--KfpAuth.namespace=team-d", "--KfpApp.refresh_interval=7"]

    async def test_options(self, ask: Ask, jp_serverapp: ServerApp) -> None:
        namespace = (await ask("status")).data["settings"]["namespace"]
        assert namespace == {"value": "team-d", "origin": "KfpAuth.namespace"}
        assert jp_serverapp.web_app.settings["jupyter_kfp_auth"].refresh_interval == 7


async def test_defect_of_ours(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*arguments: Any) -> None:
        raise RuntimeError("a private matter")

    monkeypatch.setattr(rest, "get", fails)
    monkeypatch.setattr(rest, "post", fails)
    caplog.clear()
    reply = await ask("experiments")
    assert (reply.status, reply.cause) == (500, "internal")
    assert b"private" not in reply.body
    assert b"Traceback" not in reply.body
    assert len(_ours(caplog)) == 1
    assert (await ask("runs/a/archive", method="POST")).cause == "internal"


async def test_log_tells_changes_and_not_polls(
    ask: Ask, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    await ask("status")
    caplog.clear()
    for _ in range(3):
        await ask("experiments")
    assert _ours(caplog) == []
    sandbox.stop()
    for _ in range(3):
        for path in ("status", "experiments", "runs"):
            await ask(path)
    assert [line.split(":")[0] for line in _ours(caplog)] == [
        "Pipelines is out of reach (connection-refused)"
    ]
    sandbox.start()
    for _ in range(3):
        for path in ("runs", "status", "experiments"):
            await ask(path)
    assert _ours(caplog)[1:] == ["Pipelines answers again"]
    sandbox.faults.set("token-missing")
    for _ in range(3):
        await ask("status")
    assert len(_ours(caplog)) == 3


async def test_refusal_of_one_thing_is_no_outage(
    ask: Ask, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    sandbox.faults.set("rbac-denied")
    for _ in range(3):
        assert (await ask("experiments")).status == 403
        assert (await ask("runs/nothing")).status >= 400
        await ask("status")
    assert _ours(caplog) == []


async def test_one_slow_list_does_not_flap(
    ask: Ask, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    sandbox.faults.set("upstream-unavailable", path="/apis/v2beta1/runs")
    for _ in range(4):
        await ask("status")
        await ask("runs")
        await ask("experiments")
    assert len(_ours(caplog)) == 1


async def test_outage_that_nobody_met_again_is_over(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = 0.0
    monkeypatch.setattr(outages_module, "time", SimpleNamespace(monotonic=lambda: now))
    outages = Outages(logging.getLogger("KfpApp"))
    error = {"cause": "no-answer", "message": "Nothing.", "status": 503}
    for path, at, lines in (("a", 0.0, 1), ("b", 59.0, 1), ("c", 100.0, 1), ("d", 200.0, 2)):
        now = at
        outages.note(path, error)
        assert len(_ours(caplog)) == lines


async def test_end_closes_everything(ask: Ask, jp_serverapp: ServerApp) -> None:
    await ask("experiments")
    app = jp_serverapp.web_app.settings["jupyter_kfp_auth"]
    await app.stop_extension()
    reply = await ask("experiments")
    assert (reply.status, reply.cause) == (500, "internal")


def _ours(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the extension itself logged; Jupyter logs each request too."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name == "KfpApp" and record.levelno > logging.DEBUG
    ]
