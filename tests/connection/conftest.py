"""A pod with a token, and settings that look nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from jupyter_kfp_auth.connection.session import Session
from jupyter_kfp_auth.connection.settings import Settings, resolve

from ..hostile import Hostile
from ..hostile import hostile as hostile
from ..hostile import no_names as no_names

NOWHERE = Path("/nowhere/namespace")

MakeSession = Callable[..., Session]


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the machine on which the tests run do not count."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def make_token(**claims: Any) -> str:
    """A token as the kubelet writes it, with other claims where the test says so."""
    content = {
        "aud": ["pipelines.kubeflow.org"],
        "iss": "https://kubernetes.default.svc",
        "sub": "system:serviceaccount:team-a:default-editor",
        "kubernetes.io": {"namespace": "team-a"},
    }
    return jwt.encode(content | claims, "k" * 32, "HS256")


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
        made.append(Session(settings, **options))
        return made[-1]

    yield make
    for session in made:
        session.close()


@pytest.fixture
def session(make_session: MakeSession) -> Session:
    return make_session()
