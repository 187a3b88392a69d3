"""Settings for the sandbox, and what every diagnosis has to look like."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_kfp_auth.config.settings import Settings, resolve
from jupyter_kfp_auth.doctor import Diagnosis
from kfp_sandbox import Sandbox

from ..hostile import hostile as hostile
from ..hostile import no_names as no_names

MakeSettings = Callable[..., Settings]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, without a context of kfp."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture
def make_settings(tmp_path: Path) -> MakeSettings:
    """Settings of a pod in the namespace team-a."""
    (tmp_path / "namespace").write_text("team-a")

    def make(sandbox: Sandbox | None = None, **arguments: Any) -> Settings:
        environ = sandbox.environment() if sandbox else {}
        arguments.setdefault("namespace_file", tmp_path / "namespace")
        return resolve(environ=environ, **arguments)

    return make


@pytest.fixture
def settings(sandbox: Sandbox, make_settings: MakeSettings) -> Settings:
    return make_settings(sandbox)


def check_form(diagnosis: Diagnosis, *tokens: str) -> None:
    """Hold a diagnosis to its form: something to read, something to do, nothing left open."""
    assert not diagnosis.ok
    assert diagnosis.message
    assert diagnosis.next_step.endswith(".")
    shown = f"{diagnosis}\n{diagnosis._repr_html_()}\n{diagnosis.as_dict()}"
    for text in (diagnosis.message, diagnosis.next_step):
        assert not re.search(r"[{}?]|None|\n", text), text
    assert "{" not in diagnosis.paste
    assert "..." not in diagnosis.paste
    for token in tokens:
        assert not token or token not in shown
        assert not token or token.rsplit(".", 1)[-1] not in shown
    # One failure only is the cause, whatever else was noticed.
    assert [check.outcome for check in diagnosis.checks].count("failed") <= 1
