"""Definitions on disk: bounded, private, and never a reason to fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_kfp_auth.pipelines import definition_store
from jupyter_kfp_auth.pipelines.definition_store import DefinitionStore

HOST = "http://ml-pipeline:8888"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(tmp_path)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "jupyter-kfp-auth" / "definitions"


def test_kept_for_the_next_process_and_for_this_host_only(environ: dict[str, str]) -> None:
    DefinitionStore(HOST, environ).put("p", "v", {"root": 1})
    assert DefinitionStore(HOST, environ).get("p", "v") == {"root": 1}
    assert DefinitionStore(HOST, environ).get("p", "w") is None
    assert DefinitionStore("http://other", environ).get("p", "v") is None


def test_private_to_this_user(environ: dict[str, str], folder: Path) -> None:
    store = DefinitionStore(HOST, environ)
    store.put("p", "v", {"root": 1})
    (file,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    folder.chmod(0o777)  # others may have put something into it
    assert store.get("p", "v") is None
    store.put("p", "w", {"root": 1})
    assert list(folder.iterdir()) == [file]


def test_bounded(environ: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definition_store, "_MOST", 3)
    monkeypatch.setattr(definition_store, "_LARGEST", 100)
    store = DefinitionStore(HOST, environ)
    for number in range(6):
        store.put("p", f"v{number}", {"root": number})
    assert len(list(folder.iterdir())) == 3
    store.put("p", "large", {"root": "x" * 200})
    assert store.get("p", "large") is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"{}"])
def test_what_cannot_be_read_is_not_there(
    environ: dict[str, str], folder: Path, content: bytes
) -> None:
    store = DefinitionStore(HOST, environ)
    store.put("p", "v", {"root": 1})
    (file,) = folder.iterdir()
    file.write_bytes(content)
    assert store.get("p", "v") is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = DefinitionStore(HOST, {"XDG_CACHE_HOME": str(tmp_path / "file")})
    store.put("p", "v", {"root": 1})
    assert store.get("p", "v") is None
