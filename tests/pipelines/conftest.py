"""Clients of the sandbox in each API version, and of a server that answers as told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_kfp_auth.config.settings import resolve
from jupyter_kfp_auth.pipelines.connection import Connection
from kfp_sandbox import RecordedRequest, Sandbox

from ..hostile import Answer, Exchange, Hostile, always, answer
from ..hostile import hostile as hostile

#: A release of each kind: today's, the first of 2.x with the old gateway, and 1.8.
RELEASES = ("2.17.0", "2.0.5", "1.8.5")

NOWHERE = Path("/nowhere/namespace")
MULTI_USER = {"commit_sha": "abc", "tag_name": "2.17.0", "multi_user": True}
SINGLE_USER = {"commit_sha": "abc", "tag_name": "2.17.0"}

MakeClient = Callable[..., Connection]


@pytest.fixture
def make_client() -> Iterator[MakeClient]:
    """Make clients that are closed after the test."""
    made: list[Connection] = []

    def make(server: Sandbox | Hostile, **arguments: Any) -> Connection:
        environ = {}
        if isinstance(server, Sandbox):
            environ = server.environment()
        else:
            arguments.setdefault("host", server.url)
            arguments.setdefault("namespace", "team-a")
        arguments.setdefault("timeout", 5.0)
        settings = resolve(environ=environ, namespace_file=NOWHERE, **arguments)
        made.append(Connection(settings))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(sandbox: Sandbox, make_client: MakeClient) -> Connection:
    """A client of the newest release."""
    return make_client(sandbox)


@pytest.fixture(params=RELEASES)
def each(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of each release, frozen in time."""
    with Sandbox(release=request.param, auto_advance=False) as sandbox:
        yield sandbox


@pytest.fixture
def each_client(each: Sandbox, make_client: MakeClient) -> Connection:
    """A client of `each`."""
    return make_client(each)


@pytest.fixture
def told(hostile: Hostile, make_client: MakeClient, tmp_path: Path) -> Connection:
    """A client of a multi-user server that answers what `hostile.script` holds."""
    (tmp_path / "token").write_text("a-token")
    hostile.answer = routes(healthz=MULTI_USER)
    return make_client(hostile, token_path=str(tmp_path / "token"))


def routes(**by_end: Any) -> Answer:
    """Answer by the end of the path: JSON, or bytes as they are. The rest is an empty list."""

    def give(exchange: Exchange) -> None:
        path = exchange.request.path.split("?")[0]
        name = path.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        found = by_end.get(name, {})
        always(found if isinstance(found, bytes) else answer(found))(exchange)

    return give


def asked(sandbox: Sandbox, *, but: str = "/healthz") -> list[RecordedRequest]:
    """What reached the sandbox, without the health checks."""
    return [request for request in sandbox.requests if not request.path.endswith(but)]
