"""A Jupyter server with the extension, and a way to ask it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

import pytest
from jupyter_server.serverapp import ServerApp

from kfp_sandbox import Sandbox

from . import contract

#: Settings of the environment in which the tests run must not count.
VARIABLES = (
    "KF_PIPELINES_ENDPOINT",
    "KF_PIPELINES_SA_TOKEN_PATH",
    "KF_PIPELINES_SSL_SA_CERTS",
    "PIPELINES_SSL_CA_CERTS",
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "KF_PIPELINES_UI_ENDPOINT",
    "NB_PREFIX",
)


@dataclass(frozen=True)
class Reply:
    """An answer of the extension."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    @property
    def cause(self) -> str:
        return str(self.data["error"]["cause"])


class Ask(Protocol):
    async def __call__(
        self,
        path: str,
        *,
        query: Mapping[str, Any] | str = ...,
        method: str = ...,
        headers: Mapping[str, str] = ...,
        known: bool = ...,
        body: Any = ...,
    ) -> Reply: ...


@pytest.fixture
def config() -> dict[str, Any]:
    """What a test adds to the configuration; a request goes upstream each time it is made."""
    return {"KfpApp": {"refresh_interval": 0.0, "poll_interval": 0.0, "watch_runs": False}}


@pytest.fixture
def jp_server_config(config: dict[str, Any]) -> dict[str, Any]:
    extensions = {"jupyter_kfp_auth": True, "jupyter_server_terminals": False}
    return {"ServerApp": {"jpserver_extensions": extensions}, **config}


@pytest.fixture(autouse=True)
def environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def secrets(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> Iterator[set[str]]:
    """Every token of the test. None may be in a log, at any level."""
    caplog.set_level(logging.DEBUG)
    tokens = {sandbox.token}
    yield tokens
    for token in tokens | {sandbox.token}:
        assert not token or token not in caplog.text
        assert not token or token.rsplit(".", 1)[-1] not in caplog.text


@pytest.fixture
def ask(
    jp_serverapp: ServerApp,
    jp_base_url: str,
    jp_auth_header: dict[str, str],
    http_server_client: Any,
    secrets: set[str],
    sandbox: Sandbox,
) -> Ask:
    """Ask the extension; every answer is held against the contract and searched for the token."""

    async def ask(
        path: str,
        *,
        query: Mapping[str, Any] | str = "",
        method: str = "GET",
        headers: Mapping[str, str] = jp_auth_header,
        known: bool = True,
        body: Any = b"",
    ) -> Reply:
        text = query if isinstance(query, str) else urlencode(query)
        secrets.add(sandbox.token)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = await http_server_client.fetch(
            f"{jp_base_url}kfp/v1/{path}" + (f"?{text}" if text else ""),
            method=method,
            headers={**(jp_auth_header if known else {}), **headers},
            body=content if method == "POST" else None,
            raise_error=False,
            follow_redirects=False,
            allow_nonstandard_methods=True,
        )
        reply = Reply(response.code, response.headers, response.body or b"")
        contract.check(method, path, reply.status, reply.headers, reply.body)
        for token in filter(None, secrets):
            assert token.encode() not in reply.body
            assert token not in str(list(reply.headers.items()))
        return reply

    return ask


@pytest.fixture
def upstream(sandbox: Sandbox) -> Callable[[str], int]:
    """Count the requests that reached Pipelines at a path that ends so."""
    return lambda path: sum(request.path.endswith(path) for request in sandbox.requests)
