"""A pod without a token for Pipelines, in a cluster of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_kfp_auth.auth import requested_token
from jupyter_kfp_auth.config import runtime
from jupyter_kfp_auth.config.settings import Settings
from kfp_sandbox import Sandbox
from kfp_sandbox.routing import Call, Reply

MINT = "/serviceaccounts/token/create"
PATCH = "kubeflow.org/notebooks/patch"
GET = "kubeflow.org/notebooks/get"


class Pod:
    """The pod that this process pretends to be, and its cluster."""

    def __init__(self, sandbox: Sandbox, patch: pytest.MonkeyPatch) -> None:
        self.sandbox = sandbox
        self.cluster = sandbox.kubernetes
        self._patch = patch

    @property
    def settings(self) -> Settings:
        return runtime.current_settings()

    @property
    def ordinary_token(self) -> str:
        return (self.cluster.directory / "token").read_text()

    @property
    def minted(self) -> Path | None:
        return requested_token.find(str(self.cluster.directory))

    @property
    def minted_token(self) -> str:
        assert self.minted is not None
        return self.minted.read_text()

    def set(self, name: str, value: str) -> None:
        """Set an environment variable of this process."""
        self._patch.setenv(name, value)

    def asked(self, method: str = "") -> list[str]:
        """The requests to Kubernetes, as method, path and dry run."""
        return [
            f"{r.method} {r.path}{' dry' if 'dry_run' in r.query else ''}"
            for r in self.sandbox.requests
            if self.cluster.serves(r.path) and r.method.startswith(method)
        ]

    def answers(self, method: str, path: str, give: Callable[[Call], Reply | None]) -> None:
        """Let ``give`` answer such requests to Kubernetes; ``None`` leaves them as they are."""
        usual = self.cluster.answer

        def answer(call: Call) -> Reply:
            found = give(call) if call.method == method and path in call.path else None
            return found or usual(call)

        self._patch.setattr(self.cluster, "answer", answer)


def status(code: int, message: str, reason: str = "") -> Reply:
    """A refusal of Kubernetes."""
    body = {"kind": "Status", "status": "Failure", "message": message, "reason": reason}
    return Reply.of_json(body | {"code": code}, code)


def document(call: Call) -> Any:
    return json.loads(call.body)


@pytest.fixture
def pod(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Pod]:
    """Nothing is mounted, and the rights are those of a stock Kubeflow."""
    sandbox.faults.set("token-missing")
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    directory = tmp_path / "runtime"
    directory.mkdir()
    monkeypatch.setenv("TMPDIR", str(directory))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    runtime.reset()
    yield Pod(sandbox, monkeypatch)
    shutil.rmtree(directory, ignore_errors=True)
