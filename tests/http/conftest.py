"""A pod with a token, and settings that look nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_kfp_auth.config.settings import Settings, resolve
from jupyter_kfp_auth.http.session import Session

from ..hostile import Hostile
from ..hostile import hostile as hostile
from ..hostile import no_names as no_names
from ..pod import NOWHERE, make_token

MakeSession = Callable[..., Session]


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the machine on which the tests run do not count."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def token() -> str:
    return make_token()


@pytest.fixture
def token_path(tmp_path: Path, token: str) -> Path:
    path = tmp_path / "token"
    path.write_text(token)
    return path


@pytest.fixture
def settings(hostile: Hostile, token_path: Path) -> Settings:
    """Where the hostile server is, and with which token; patience for a second."""
    return resolve(
        host=hostile.url,
        token_path=str(token_path),
        namespace="team-a",
        timeout=1.0,
        environ={},
        namespace_file=NOWHERE,
    )


@pytest.fixture
def make_session(settings: Settings) -> Iterator[MakeSession]:
    """Make sessions that are closed after the test."""
    made: list[Session] = []

    def make(settings: Settings = settings, **options: Any) -> Session:
        host, ca_cert = settings.host.value, settings.ca_cert.value
        made.append(Session(host, settings.token_file, ca_cert, settings.timeout, **options))
        return made[-1]

    yield make
    for session in made:
        session.close()


@pytest.fixture
def session(make_session: MakeSession) -> Session:
    return make_session()
