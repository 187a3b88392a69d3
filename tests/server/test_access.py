"""Who may ask: every route is behind Jupyter's authentication and its authorizer."""

from __future__ import annotations

import pytest
from jupyter_server.auth import Authorizer, User
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.serverapp import ServerApp

from jupyter_kfp_auth.sandbox import Sandbox

from .conftest import Ask
from .contract import SOME_ID, routes

#: Beside the routes of the contract, what lies below the root and is none.
ROUTES = [*routes(), ("GET", "nothing"), ("POST", f"runs/{SOME_ID}/nothing")]


class Recorder(Authorizer):
    """Allows some actions, and remembers what it was asked."""

    allowed: frozenset[str]
    asked: list[tuple[str, str]]

    async def is_authorized(
        self, handler: JupyterHandler, user: User, action: str, resource: str
    ) -> bool:
        self.asked.append((action, resource))
        return action in self.allowed


@pytest.fixture
def authorizer(jp_serverapp: ServerApp) -> Recorder:
    recorder = Recorder(parent=jp_serverapp, identity_provider=jp_serverapp.identity_provider)
    recorder.allowed, recorder.asked = frozenset(), []
    jp_serverapp.web_app.settings["authorizer"] = recorder
    return recorder


def test_table_is_whole() -> None:
    assert len(ROUTES) == 14 + 12 + 2


@pytest.mark.parametrize("jp_argv", [[], ["--ServerApp.allow_unauthenticated_access=False"]])
async def test_strangers_are_refused(
    ask: Ask, sandbox: Sandbox, authorizer: Recorder, jp_argv: list[str]
) -> None:
    sandbox.clear_requests()
    for method, path in ROUTES:
        reply = await ask(path, method=method, known=False, headers={})
        assert (reply.status, reply.cause) == (403, "signed-out"), path
        wrong = {"Authorization": "token wrong"}
        assert (await ask(path, method=method, known=False, headers=wrong)).status == 403
    assert authorizer.asked == []
    assert sandbox.requests == []


async def test_authorizer_may_deny(ask: Ask, sandbox: Sandbox, authorizer: Recorder) -> None:
    sandbox.clear_requests()
    for method, path in ROUTES:
        reply = await ask(path, method=method)
        assert (reply.status, reply.cause) == (403, "jupyter-denied"), path
    assert authorizer.asked == [
        ("write" if method == "POST" else "read", "kfp") for method, _ in ROUTES
    ]
    assert sandbox.requests == []


async def test_authorizer_may_allow_reading_only(
    ask: Ask, sandbox: Sandbox, authorizer: Recorder
) -> None:
    authorizer.allowed = frozenset({"read"})
    for method, path in ROUTES:
        reply = await ask(path, method=method)
        assert (reply.status == 403) == (method == "POST"), path
    assert {request.method for request in sandbox.requests} == {"GET"}


async def test_cached_answer_is_not_for_everybody(ask: Ask, authorizer: Recorder) -> None:
    authorizer.allowed = frozenset({"read"})
    assert (await ask("experiments")).status == 200
    authorizer.allowed = frozenset()
    assert (await ask("experiments")).status == 403


async def test_preflight_tells_nothing(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.clear_requests()
    for path in dict(ROUTES).values():
        reply = await ask(path, method="OPTIONS", known=False, headers={})
        assert (reply.status, reply.body) == (200, b"")
    assert sandbox.requests == []
