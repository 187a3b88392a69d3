"""Starting a run over REST: once, checked, a user's own action, and told of when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

from kfp_sandbox import Sandbox
from kfp_sandbox.rbac import VIEW

from .conftest import Ask


async def old_run(ask: Ask) -> dict[str, Any]:
    """Return a run with an argument of its own."""
    runs = (await ask("runs", query={"search": "fraud by hand"})).data["items"]
    found: dict[str, Any] = runs[0]
    return found


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(getattr(request, "param", "2.17.0")) as sandbox:
        yield sandbox


def posts(sandbox: Sandbox) -> int:
    return sum(request.method == "POST" for request in sandbox.requests)


async def test_a_clone_is_started_once_and_watched(
    ask: Ask, sandbox: Sandbox, jp_serverapp: ServerApp
) -> None:
    old = await old_run(ask)
    before = jp_serverapp.web_app.settings["api_last_activity"]
    form = (await ask(f"runs/{old['run_id']}/parameters")).data
    sandbox.clear_requests()
    body = {"clone_of": old["run_id"], "parameters": {"day": "today"}}
    reply = await ask("runs", method="POST", body=body)
    assert reply.status == 201
    assert reply.data["display_name"] == form["name"]
    assert reply.data["parameters"] == {**old["parameters"], "day": "today"}
    assert posts(sandbox) == 1
    assert jp_serverapp.web_app.settings["api_last_activity"] != before
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_kfp_auth"]
    assert app.notices.watched == (reply.data["run_id"],)


@pytest.mark.parametrize("sandbox", ["1.8.5"], indirect=True)
async def test_in_the_old_api_version(ask: Ask) -> None:
    old = await old_run(ask)
    reply = await ask("runs", method="POST", body={"clone_of": old["run_id"], "name": "again"})
    assert (reply.status, reply.data["display_name"]) == (201, "again")
    assert reply.data["parameters"] == old["parameters"]


async def test_arguments_that_do_not_fit(ask: Ask, sandbox: Sandbox) -> None:
    old = await old_run(ask)
    sandbox.clear_requests()
    body = {"clone_of": old["run_id"], "parameters": {"percent": "half"}}
    reply = await ask("runs", method="POST", body=body)
    assert (reply.status, reply.cause) == (400, "invalid-request")
    said = reply.data["error"]
    assert said["fields"] == {"percent": "must be a whole number, not 'half'."}
    assert said["message"] == "percent: must be a whole number, not 'half'."
    assert posts(sandbox) == 0


async def test_who_may_not_is_told_what_to_paste(
    ask: Ask, sandbox: Sandbox, jp_serverapp: ServerApp
) -> None:
    old = await old_run(ask)
    sandbox.rbac.bind(sandbox.namespace, sandbox.account.user, VIEW)
    sandbox.clear_requests()
    reply = await ask("runs", method="POST", body={"clone_of": old["run_id"]})
    assert (reply.status, reply.cause) == (403, "rbac-denied")
    assert "kind: RoleBinding" in reply.data["error"]["paste"]
    assert posts(sandbox) == 1
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_kfp_auth"]
    assert app.notices.watched == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"clone_of": "r", "parameters": {"percent": 1e999}}',
        b'{"clone_of": "r", "parameters": {"percent": NaN}}',
        b'{"clone_of": "r", "parameters": {"percent": %s}}' % (b"9" * 5000),
        b'{"clone_of": "r", "name": "%s"}' % (b"x" * 1024 * 1024),
    ],
)
async def test_what_is_no_json_asks_nothing(ask: Ask, sandbox: Sandbox, body: bytes) -> None:
    sandbox.clear_requests()
    reply = await ask("runs", method="POST", body=body)
    assert (reply.status, reply.cause) in ((400, "invalid-request"), (413, "invalid-request"))
    assert sandbox.requests == []
