"""The artifacts of one task as objects that its component can be called with, on this machine."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from ..http.errors import PipelinesError
from .models import Artifact, TaskOutputs


class TaskFiles:
    """Fetches what a task read, and gives places for what it writes, in a temporary folder.

    Args:
        task: as `Connection.get_outputs` gives it.
        folder: where the files go; by default a new temporary folder that stays.
    """

    def __init__(self, task: TaskOutputs, folder: str | Path | None = None) -> None:
        self.task = task
        self.folder = Path(folder or tempfile.mkdtemp(prefix=f"{_safe(task.task)}-"))

    def __repr__(self) -> str:
        return f"TaskFiles({self.task.task!r}, {str(self.folder)!r})"

    def input_path(self, name: str) -> str:
        """Fetch an input artifact, a file or a folder, and return where it now is.

        Raises:
            PipelinesError: it cannot be read; the error says why.
        """
        return self._fetch(self._inputs(name)[0], name)

    def input(self, name: str, kind: object = None) -> Any:
        """Fetch an input artifact and return it as the component gets it.

        Args:
            name: of the artifact in the task.
            kind: its class in `kfp.dsl`, such as ``Dataset``; by default ``Artifact``.

        Raises:
            PipelinesError: it cannot be read; the error says why.
            ImportError: kfp 2 is not installed in this kernel.
        """
        artifact = self._inputs(name)[0]
        return _object(kind, artifact, self._fetch(artifact, name))

    def inputs(self, name: str, kind: object = None) -> list[Any]:
        """Fetch every artifact of an input that is a list of them. Raises as `input`."""
        return [
            _object(kind, artifact, self._fetch(artifact, f"{name}-{number}"))
            for number, artifact in enumerate(self._inputs(name))
        ]

    def output_path(self, name: str) -> str:
        """Return a place to write an output to."""
        path = self.folder / "out" / _safe(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        return str(path)

    def output(self, name: str, kind: object = None) -> Any:
        """Return an output artifact that the component can write to. Raises as `input`."""
        return _object(kind, Artifact("", name), self.output_path(name))

    def _inputs(self, name: str) -> list[Artifact]:
        found = [artifact for artifact in self.task.input_artifacts if artifact.name == name]
        if not found:
            raise PipelinesError(
                "artifact-not-recorded",
                f"{self.task.task} has no input artifact {name!r} on record",
                facts={"artifact": name},
            )
        return found

    def _fetch(self, artifact: Artifact, name: str) -> str:
        path = self.folder / "in" / _safe(name)
        if not path.exists():
            artifact.save(path)
        return str(path)


def _object(kind: Any, artifact: Artifact, path: str) -> Any:
    """Return an artifact of kfp's own class whose path is the file on this machine."""
    if kind is None:
        from kfp import dsl

        kind = dsl.Artifact
    # Its own `path` is derived from the uri, as if the store were mounted.
    local = type(kind.__name__, (kind,), {"path": path})
    return local(name=artifact.name, uri=artifact.uri or path, metadata=dict(artifact.metadata))


def _safe(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_." else "-" for c in name).strip(".") or "task"
