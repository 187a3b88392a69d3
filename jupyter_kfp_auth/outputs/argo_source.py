"""Outputs of Argo workflows: all that KFP 1.8 runs, read through its own API."""

from __future__ import annotations

import base64
import io
import json
import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

from ..http import strict_json
from ..http.errors import Explain, PipelinesError
from ..http.strict_json import JsonDict
from ..pipelines.argo_workflow import children, nodes_of
from ..pipelines.fields import JsonObject, mapping, objects, text
from ..pipelines.models import Run
from .assemble import task_keys
from .definition import Definition
from .models import Artifact, ArtifactFile
from .source import Execution

#: The artifact from which Pipelines reads a task's metrics, and what it calls their kind.
_METRICS = "mlpipeline-metrics"
_TYPES = {_METRICS: "system.Metrics", "mlpipeline-ui-metadata": "system.Artifact"}

#: Asks Pipelines for the JSON object at a path; the second argument says what is asked.
Ask = Callable[[str, str], JsonObject]


def is_workflow(run: Run) -> bool:
    """Tell whether a run is an Argo workflow of kfp 1."""
    return text(run.pipeline_spec or {}, "kind") == "Workflow"


class ArgoSource:
    """Reads runs of Argo workflows: one more call a run, which brings the whole workflow.

    Args:
        ask: asks Pipelines.
        explain: turns an error into a diagnosis.
    """

    def __init__(self, ask: Ask, explain: Explain | None = None) -> None:
        self._ask = ask
        self._content = ArgoContent(ask, explain)

    def executions(
        self, runs: Sequence[tuple[Run, Definition]]
    ) -> list[Iterable[Execution] | None]:
        """See `OutputsSource`."""
        return [self._executions(run) for run, _ in runs]

    def close(self) -> None:
        """There is nothing to close."""

    def _executions(self, run: Run) -> Iterable[Execution] | None:
        data = self._ask(f"/apis/v1beta1/runs/{run.run_id}", "get run")
        manifest = text(mapping(data, "pipeline_runtime"), "workflow_manifest")
        try:
            workflow = strict_json.loads(manifest.encode(), too_large=str) if manifest else None
        except ValueError:
            workflow = None
        if not isinstance(workflow, dict):
            return None
        places = {task.task_id: keys for keys, task in task_keys(run.tasks).items()}
        nodes = nodes_of(workflow)
        given = _parameters(mapping(workflow, "spec"), "arguments")
        found = [Execution((), group=True, inputs=given)]
        for node_id, node in nodes.items():
            place = places.get(text(node, "id") or node_id)
            if place is not None:
                attempts = [nodes[child] for child in children(node) if child in nodes]
                last = attempts[-1] if text(node, "type") == "Retry" and attempts else node
                found.append(self._execution(run, place, node_id, node, last))
        return found

    def _execution(
        self, run: Run, place: tuple[str, ...], node_id: str, node: JsonObject, last: JsonObject
    ) -> Execution:
        pod = text(node, "type") in ("Pod", "Retry")
        template = text(last, "templateName")
        outputs = mapping(node, "outputs") or mapping(last, "outputs")
        reader = text(last, "id") or node_id
        written = [
            self._artifact(run.run_id, reader, template, item)
            for item in objects(outputs, "artifacts")
            if pod and text(item, "name") != "main-logs"
        ]
        metrics = {m.name: m.value for m in run.metrics if m.task_id in (node_id, reader)}
        if metrics:
            written = [artifact for artifact in written if artifact.name != _METRICS]
            written.append(Artifact("", _METRICS, _TYPES[_METRICS], metadata=metrics))
        return Execution(
            place,
            inputs=_parameters(last, "inputs"),
            outputs={item["name"]: item.get("value") for item in _named(outputs, "parameters")},
            input_artifacts=tuple(
                self._artifact(run.run_id, "", template, item)
                for item in objects(mapping(last, "inputs"), "artifacts")
                if pod and text(mapping(item, "s3"), "key")
            ),
            artifacts=tuple(written),
        )

    def _artifact(self, run_id: str, node_id: str, template: str, item: JsonObject) -> Artifact:
        name, place = text(item, "name"), mapping(item, "s3")
        shown = name.removeprefix(f"{template}-")  # the compiler puts it before each output
        return Artifact(
            id=f"{node_id}.{name}" if node_id else "",
            name=shown,
            type=_TYPES.get(shown, "system.Artifact"),
            uri=f"minio://{text(place, 'bucket') or 'mlpipeline'}/{text(place, 'key')}",
            session=json.dumps({"run": run_id, "node": node_id, "name": name}),
            content=self._content if node_id else None,
        )


class ArgoContent:
    """Reads artifacts through Pipelines, which sends each as a compressed archive. Thread-safe.

    Args:
        ask: asks Pipelines.
        explain: turns an error into a diagnosis.
    """

    def __init__(self, ask: Ask, explain: Explain | None = None) -> None:
        self._ask = ask
        self._explain = explain

    def read(self, artifact: Artifact, limit: int | None) -> bytes:
        """Return the content, or its first ``limit`` bytes."""
        with self._archive(artifact) as tar:
            members = _members(tar)
            if len(members) != 1:
                facts = {"artifact": artifact.name}
                raise self._error("artifact-is-folder", f"{artifact.name} is a folder", facts)
            file = tar.extractfile(members[0])
            return file.read(-1 if limit is None else limit) if file else b""

    def stream(self, artifact: Artifact) -> Iterator[bytes]:
        """Yield the content, which has come in one piece."""
        yield self.read(artifact, None)

    def open(self, artifact: Artifact) -> IO[bytes]:
        """Return a seekable file."""
        return io.BytesIO(self.read(artifact, None))

    def files(self, artifact: Artifact) -> tuple[ArtifactFile, ...]:
        """Return the files of a folder, or the single file itself."""
        with self._archive(artifact) as tar:
            members = _members(tar)
            if len(members) == 1:
                return (ArtifactFile("", members[0].size),)
            return tuple(ArtifactFile(member.name, member.size) for member in members)

    def save(self, artifact: Artifact, path: Path) -> Path:
        """Copy the file or folder to ``path``."""
        if path.is_dir():
            raise FileExistsError(f"{path} is a folder")
        with self._archive(artifact) as tar:
            members = _members(tar)
            if len(members) != 1:
                for member in members:
                    _inside(path, member.name)
                tar.extractall(path, members, filter="data")
                return path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.read(artifact, None))
        return path

    @contextmanager
    def _archive(self, artifact: Artifact) -> Iterator[tarfile.TarFile]:
        place = json.loads(artifact.session)
        names = {key: quote(place[key], safe="") for key in ("run", "node", "name")}
        path = "/apis/v1beta1/runs/{run}/nodes/{node}/artifacts/{name}:read".format(**names)
        data = text(self._ask(path, "read artifact"), "data")
        try:
            with tarfile.open(fileobj=io.BytesIO(base64.b64decode(data))) as tar:
                yield tar
        except (ValueError, tarfile.TarError):
            facts = {"artifact": artifact.name, "said": "it is not a compressed archive."}
            raise self._error("artifact-failed", "not an archive", facts) from None

    def _error(self, cause: str, detail: str, facts: dict[str, str]) -> PipelinesError:
        error = PipelinesError(cause, detail, facts=facts)
        error.explain = self._explain
        return error


def _members(tar: tarfile.TarFile) -> list[tarfile.TarInfo]:
    return [member for member in tar.getmembers() if member.isfile()]


def _inside(path: Path, name: str) -> None:
    if not (path / name).resolve().is_relative_to(path.resolve()):
        raise FileExistsError(f"{name[:80]!r} would be written outside {path}")


def _named(sides: JsonObject, kind: str) -> list[JsonObject]:
    return [item for item in objects(sides, kind) if text(item, "name")]


def _parameters(node: JsonObject, side: str) -> JsonDict:
    return {p["name"]: p.get("value") for p in _named(mapping(node, side), "parameters")}
