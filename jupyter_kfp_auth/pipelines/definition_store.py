"""Definitions of pipeline versions, kept on disk: they never change, so each is asked for once."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ..http import strict_json
from .fields import JsonObject

#: Files that are kept, and the largest of them in bytes.
_MOST, _LARGEST = 64, 2 * 1024 * 1024


class DefinitionStore:
    """A bounded folder of definitions, private to this user. Without it nothing is remembered.

    Args:
        host: address of the Pipelines whose definitions they are.
        environ: environment variables, by default those of this process.
    """

    def __init__(self, host: str, environ: Mapping[str, str] | None = None) -> None:
        env = os.environ if environ is None else environ
        cache = env.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        self._directory = Path(cache) / "jupyter-kfp-auth" / "definitions"
        self._host = host

    def get(self, pipeline_id: str, version_id: str) -> JsonObject | None:
        """Return a definition; ``None`` where it is not kept, or cannot be read."""
        path = self._path(pipeline_id, version_id)
        try:
            if not self._is_private() or path.stat().st_size > _LARGEST:
                return None
            found = strict_json.loads(path.read_bytes(), too_large=str)
            os.utime(path)  # the longest unused goes first
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) and found else None

    def put(self, pipeline_id: str, version_id: str, definition: JsonObject) -> None:
        """Keep a definition, in one step; where that cannot be, nothing happens."""
        data = json.dumps(definition, separators=(",", ":")).encode()
        if not definition or len(data) > _LARGEST:
            return
        with suppress(OSError):
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._is_private():
                return
            descriptor, name = tempfile.mkstemp(dir=self._directory, suffix=".new")
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            os.replace(name, self._path(pipeline_id, version_id))
            self._drop_old()

    def _path(self, pipeline_id: str, version_id: str) -> Path:
        key = "\n".join((self._host, pipeline_id, version_id))
        return self._directory / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"

    def _is_private(self) -> bool:
        """Tell whether the folder is this user's and closed to others."""
        found = self._directory.lstat()
        mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
        return stat.S_ISDIR(found.st_mode) and mine and not found.st_mode & 0o077

    def _drop_old(self) -> None:
        files = sorted(self._directory.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in files[:-_MOST]:
            path.unlink(missing_ok=True)
