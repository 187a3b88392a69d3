"""Who may ask: every route is behind Jupyter's authentication and its authorizer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jupyter_server.auth import Authorizer, User
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.serverapp import ServerApp
from tornado.web import RequestHandler

from jupyter_kfp_auth.server import handlers
from kfp_sandbox import Sandbox

from .conftest import Ask
from .contract import SOME_ID, routes

#: Beside the routes of the contract, what lies below the root and is none.
ROUTES = [
    *routes(),
    ("GET", "nothing"),
    ("POST", f"runs/{SOME_ID}/nothing"),
    ("DELETE", f"runs/{SOME_ID}/nothing"),
]

_NOTHING: Any = None
TABLE = handlers.routes(_NOTHING, _NOTHING)


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


def handled() -> set[tuple[str, str]]:
    """Every pattern of the route table, with each verb that its handler defines."""
    return {
        (pattern, verb)
        for pattern, handler, _ in TABLE
        for verb in handler.SUPPORTED_METHODS
        if verb.lower() in vars(handler)
    }


def test_every_handler_is_met_by_a_route_of_these_tests() -> None:
    """A route that is added is in the contract, and so it is tested; if not, this fails."""
    met = {
        (next(one for one, _, _ in TABLE if re.fullmatch(one, f"/kfp/v1/{path}")), method)
        for method, path in ROUTES
    }
    assert met == handled()


def test_no_verb_is_inherited() -> None:
    """`authorized` remembers the resource of the class that defines the verb."""
    for _, handler, _ in TABLE:
        for verb in ("get", "head", "post", "put", "patch", "delete"):
            inherited = getattr(handler, verb) if verb not in vars(handler) else None
            assert inherited in (None, RequestHandler._unimplemented_method)


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
        ("read" if method == "GET" else "write", "kfp") for method, _ in ROUTES
    ]
    assert sandbox.requests == []


async def test_authorizer_may_allow_reading_only(
    ask: Ask, sandbox: Sandbox, authorizer: Recorder
) -> None:
    authorizer.allowed = frozenset({"read"})
    for method, path in ROUTES:
        reply = await ask(path, method=method)
        assert (reply.status == 403) == (method != "GET"), path
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


#: What is no id, as a browser can send it: a way out, another host, a header of its own.
NO_IDS = (
    *("..", "%2e%2e", ".", "a%2fb", "a%2Fb", "..%2f..%2fapis", "%2fetc%2fpasswd", "a%5cb"),
    *("a%0ab", "a%0d%0aX-Evil:1", "a%00", "%00", "a%20b", "a%3fb", "a%23b", "a;b", "a:b", "-a"),
    *("%ff", "%e2%80%ae", "http:%2f%2fevil.example", "@evil.example", "a" * 129, "a" * 10_000),
)


async def test_nothing_but_an_id_gets_into_a_path(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.clear_requests()
    for method, path in ROUTES:
        if SOME_ID not in path:
            continue
        for wrong in NO_IDS:
            reply = await ask(path.replace(SOME_ID, wrong), method=method)
            assert (reply.status, reply.cause) == (404, "not-found"), (path, wrong)
    assert sandbox.requests == []


async def test_no_parameter_that_is_not_known_gets_anywhere(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.clear_requests()
    for method, path in ROUTES:
        for query in ("host=http://evil.example", "filter=%7b%7d", "path=/apis", "Authorization=x"):
            reply = await ask(path, method=method, query=query)
            assert reply.status in (400, 404), (path, query)
    assert sandbox.requests == []
