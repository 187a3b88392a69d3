"""Who changes something in a notebook sees it in the panel: the Jupyter server is told."""

from __future__ import annotations

import pytest

from jupyter_kfp_auth.commands import server_discovery

from .conftest import Run


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    paths: list[str] = []

    def ask(info: object, method: str, path: str, *rest: object, **more: object) -> None:
        paths.append(f"{method} {path}")

    monkeypatch.setattr(server_discovery, "running", lambda: {"url": ""})
    monkeypatch.setattr(server_discovery, "ask", ask)
    return paths


def test_a_change_is_told_once(run: Run, told: list[str]) -> None:
    run("create-experiment new-one")
    assert told == ["POST changed"]


def test_a_look_is_not_told(run: Run, told: list[str]) -> None:
    run("experiments")
    run("pipelines")
    assert told == []
