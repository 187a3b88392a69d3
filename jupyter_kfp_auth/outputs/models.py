"""What a run produced, as plain values."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol, overload

from ..http.errors import PipelinesError
from ..http.strict_json import Json, JsonDict, JsonObject

if TYPE_CHECKING:
    import pandas


class ArtifactContent(Protocol):
    """Reads what artifacts hold. A fault is a `PipelinesError` with its cause."""

    def read(self, artifact: Artifact, limit: int | None) -> bytes:
        """Return the content, or its first ``limit`` bytes."""

    def stream(self, artifact: Artifact) -> Iterator[bytes]:
        """Yield the content in pieces."""

    def open(self, artifact: Artifact) -> IO[bytes]:
        """Return a seekable file that reads what is needed."""

    def files(self, artifact: Artifact) -> tuple[ArtifactFile, ...]:
        """Return the files of a folder; of a single file, itself with an empty name."""

    def save(self, artifact: Artifact, path: Path) -> Path:
        """Copy the file or folder to ``path``."""


@dataclass(frozen=True, slots=True)
class ArtifactFile:
    """One file of an artifact.

    Attributes:
        name: below the artifact's uri, with slashes; empty where the artifact is a single file.
        size: in bytes.
    """

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file or folder that a task wrote or read, with its metadata.

    Attributes:
        id: given by the metadata store; empty where there is none.
        name: of the artifact in the task that lists it.
        type: such as ``system.Model``.
        uri: where it is kept, such as ``minio://mlpipeline/v2/artifacts/...``.
        metadata: what the component noted about it.
    """

    id: str
    name: str
    type: str = ""
    uri: str = ""
    metadata: JsonObject = field(default_factory=dict, hash=False)
    #: How its store is reached (``store_session_info``), its namespace, and what reads it.
    session: str = field(default="", repr=False, compare=False)
    namespace: str = field(default="", repr=False, compare=False)
    content: ArtifactContent | None = field(default=None, repr=False, compare=False)

    def read(self, limit: int | None = None) -> bytes:
        """Return what it holds, or the first ``limit`` bytes.

        Raises:
            PipelinesError: it cannot be read, or it is a folder; the error says why.
        """
        return self._content.read(self, limit)

    def stream(self) -> Iterator[bytes]:
        """Yield what it holds in pieces, without ever holding the whole. Raises as `read`."""
        return self._content.stream(self)

    def open(self) -> IO[bytes]:
        """Return a binary file to read from; only what is needed is fetched. Raises as `read`."""
        return self._content.open(self)

    def files(self) -> tuple[ArtifactFile, ...]:
        """Return the files of a folder; of a single file, itself with an empty name."""
        return self._content.files(self)

    def save(self, path: str | Path) -> Path:
        """Copy it, file or folder, to ``path`` and return that.

        Raises:
            PipelinesError: it cannot be read.
            FileExistsError: ``path`` is a folder with something in it, or a file for a folder.
        """
        return self._content.save(self, Path(path))

    def to_pandas(self, **options: object) -> pandas.DataFrame:
        """Return a CSV, TSV, JSON-lines or Parquet file as a `pandas.DataFrame`.

        Args:
            options: passed on to pandas' reader.
        """
        import pandas  # the user's own; nothing here depends on it

        data = self.read()
        if data[:4] == b"PAR1":
            return pandas.read_parquet(io.BytesIO(data), **options)
        if data.lstrip()[:1] in (b"{", b"["):
            lines = not data.lstrip().startswith(b"[")
            return pandas.read_json(io.BytesIO(data), **{"lines": lines, **options})
        first = data.split(b"\n", 1)[0]
        separator = "\t" if first.count(b"\t") > first.count(b",") else ","
        return pandas.read_csv(io.BytesIO(data), **{"sep": separator, **options})

    def as_dict(self) -> JsonDict:
        """Return JSON-ready data."""
        return {
            "id": self.id,
            "name": self.name,
            "type": self.type,
            "uri": self.uri,
            "metadata": plain(self.metadata),
        }

    @property
    def _content(self) -> ArtifactContent:
        if self.content is None:
            raise PipelinesError("artifact-no-store", f"{self.uri} has no store to read it from")
        return self.content


@dataclass(frozen=True, slots=True)
class Metric:
    """One value that a task logged.

    Attributes:
        task: display name of the task.
        path: display names from the root to the task.
        artifact: name of the metrics artifact; empty for KFP 1.8.
        name: of the metric.
        value: a number (the metadata store keeps six decimals), or text.
    """

    task: str
    path: tuple[str, ...]
    artifact: str
    name: str
    value: float | int | str

    def as_dict(self) -> JsonDict:
        """Return JSON-ready data."""
        return {
            "task": self.task,
            "path": list(self.path),
            "artifact": self.artifact,
            "name": self.name,
            "value": plain(self.value),
        }


@dataclass(frozen=True, slots=True)
class Curve:
    """A ROC curve. ``points`` are (threshold, false positive rate, true positive rate)."""

    artifact: str
    points: tuple[tuple[float, float, float], ...]
    slice: str = ""
    kind: str = "roc"

    def as_dict(self) -> JsonDict:
        """Return JSON-ready data."""
        points = [[_finite(number) for number in point] for point in self.points]
        return {
            "artifact": self.artifact,
            "kind": self.kind,
            "slice": self.slice,
            "points": points,
        }


@dataclass(frozen=True, slots=True)
class Matrix:
    """A confusion matrix: a row for each actual category, a column for each predicted one."""

    artifact: str
    categories: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    slice: str = ""

    def as_dict(self) -> JsonDict:
        """Return JSON-ready data."""
        return {
            "artifact": self.artifact,
            "slice": self.slice,
            "categories": list(self.categories),
            "rows": [[_finite(number) for number in row] for row in self.rows],
        }


@dataclass(frozen=True, slots=True)
class TaskOutputs:
    """What one task took and gave.

    Attributes:
        task: display name.
        path: display names from the root, rounds of loops as ``iteration-0``; keys of the pipeline
            where display names do not tell tasks apart.
        keys: the same by the pipeline's own keys.
        task_id: as in `Run.tasks`; empty where Pipelines does not list it.
        state: as in `Task`; empty where not known.
        group: whether it is a group of tasks: its outputs are those of tasks in it.
        cached: whether it was reused from an earlier execution.
        cached_from: id of the run that made it; empty where not known.
        inputs: parameters by name.
        outputs: parameters by name.
        input_artifacts: a list of artifacts comes as several of one name.
        artifacts: that it wrote.
        curves: ROC curves.
        matrices: confusion matrices.
        logs: artifacts that hold what it printed, oldest attempt first.
    """

    task: str
    path: tuple[str, ...]
    keys: tuple[str, ...] = ()
    task_id: str = ""
    state: str = ""
    group: bool = False
    cached: bool = False
    cached_from: str = ""
    inputs: JsonObject = field(default_factory=dict, hash=False)
    outputs: JsonObject = field(default_factory=dict, hash=False)
    input_artifacts: tuple[Artifact, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    metrics: tuple[Metric, ...] = ()
    curves: tuple[Curve, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    logs: tuple[Artifact, ...] = field(default=(), repr=False)

    def as_dict(self) -> JsonDict:
        """Return JSON-ready data."""
        return {
            "task_id": self.task_id,
            "task": self.task,
            "path": list(self.path),
            "state": self.state,
            "cached": self.cached,
            "cached_from": self.cached_from,
            "inputs": plain(self.inputs),
            "outputs": plain(self.outputs),
            "input_artifacts": [artifact.as_dict() for artifact in self.input_artifacts],
            "artifacts": [artifact.as_dict() for artifact in self.artifacts],
            "curves": [curve.as_dict() for curve in self.curves],
            "matrices": [matrix.as_dict() for matrix in self.matrices],
        }


@dataclass(frozen=True, slots=True)
class RunOutputs(Sequence[TaskOutputs]):
    """What a run took and gave: a sequence of its tasks.

    Attributes:
        run_id: given by Pipelines.
        inputs: the run's parameters by name, with the pipeline's defaults.
        outputs: the pipeline's own output parameters by name.
        tasks: groups first, then what is in them.
        artifacts: every artifact that a task of the run wrote or reused, once.
        pipeline_artifacts: the pipeline's own output artifacts.
        problem: why something is missing; ``None`` where all that exists was read.
    """

    run_id: str
    inputs: JsonObject = field(default_factory=dict, hash=False)
    outputs: JsonObject = field(default_factory=dict, hash=False)
    tasks: tuple[TaskOutputs, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    pipeline_artifacts: tuple[Artifact, ...] = ()
    problem: PipelinesError | None = field(default=None, compare=False)

    @overload
    def __getitem__(self, index: int) -> TaskOutputs: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[TaskOutputs, ...]: ...
    def __getitem__(self, index: int | slice) -> TaskOutputs | tuple[TaskOutputs, ...]:
        return self.tasks[index]

    def __len__(self) -> int:
        return len(self.tasks)

    @property
    def metrics(self) -> list[JsonDict]:
        """Every metric: rows with ``task``, ``path``, ``artifact``, ``name``, ``value``."""
        return [metric.as_dict() for task in self.tasks for metric in task.metrics]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a `pandas.DataFrame` with a row for each task.

        Its columns are ``task``, ``path``, ``state`` and ``cached``, then ``input.NAME``,
        ``output.NAME`` and ``metric.NAME`` (``metric.ARTIFACT.NAME`` where a task has several).
        """
        import pandas

        return pandas.DataFrame([_row(task) for task in self.tasks])

    def as_dict(self) -> JsonDict:
        """Return JSON-ready data, as the REST route does."""
        return {
            "run_id": self.run_id,
            "inputs": plain(self.inputs),
            "outputs": plain(self.outputs),
            "tasks": [task.as_dict() for task in self.tasks],
            "metrics": self.metrics,
            "artifacts": [artifact.as_dict() for artifact in self.pipeline_artifacts],
            "problem": problem_of(self.problem),
        }


@dataclass(frozen=True, slots=True)
class ComparedMetric:
    """One metric side by side; ``None`` for a run that has no such value."""

    task: str
    path: tuple[str, ...]
    artifact: str
    name: str
    values: tuple[float | int | str | None, ...]

    def as_dict(self) -> JsonDict:
        """Return JSON-ready data."""
        return {
            "task": self.task,
            "path": list(self.path),
            "artifact": self.artifact,
            "name": self.name,
            "values": [plain(value) for value in self.values],
        }


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """One of the runs that are compared.

    Attributes:
        run_id: given by Pipelines.
        display_name: its name.
        state: as in `Run`.
        created_at: UTC, RFC 3339; empty where not known.
        problem: cause, message and next step where its outputs could not be read.
    """

    run_id: str
    display_name: str = ""
    state: str = ""
    created_at: str = ""
    problem: Mapping[str, str] | None = field(default=None, hash=False)

    def as_dict(self) -> JsonDict:
        """Return JSON-ready data."""
        return {
            "run_id": self.run_id,
            "display_name": self.display_name,
            "state": self.state,
            "created_at": self.created_at,
            "problem": dict(self.problem) if self.problem else None,
        }


@dataclass(frozen=True, slots=True)
class Comparison(Sequence[ComparedRun]):
    """Runs side by side: a sequence of them.

    Attributes:
        runs: in the order in which they were named.
        arguments: by name, a value for each run; ``None`` where a run has no such argument.
        metrics: in the order of the pipelines' tasks.
        curves: each with its task, path and run.
        matrices: each with its task, path and run.
    """

    runs: tuple[ComparedRun, ...]
    arguments: Mapping[str, tuple[Json, ...]] = field(default_factory=dict, hash=False)
    metrics: tuple[ComparedMetric, ...] = ()
    curves: tuple[JsonObject, ...] = field(default=(), hash=False)
    matrices: tuple[JsonObject, ...] = field(default=(), hash=False)

    @overload
    def __getitem__(self, index: int) -> ComparedRun: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[ComparedRun, ...]: ...
    def __getitem__(self, index: int | slice) -> ComparedRun | tuple[ComparedRun, ...]:
        return self.runs[index]

    def __len__(self) -> int:
        return len(self.runs)

    def to_pandas(self) -> pandas.DataFrame:
        """Return a `pandas.DataFrame` with a row for each run.

        Its columns are ``run_id``, ``run``, ``state`` and ``created_at``, then ``argument.NAME``
        and ``metric.NAME``; where several metrics have one name, their artifact and task stand
        before it: ``metric.TASK.ARTIFACT.NAME``.
        """
        import pandas

        names = shortest([(*m.path, m.artifact, m.name) for m in self.metrics])
        rows = []
        for index, run in enumerate(self.runs):
            row: JsonDict = {
                "run_id": run.run_id,
                "run": run.display_name,
                "state": run.state,
                "created_at": run.created_at,
            }
            row |= {f"argument.{name}": values[index] for name, values in self.arguments.items()}
            row |= {
                f"metric.{name}": metric.values[index]
                for name, metric in zip(names, self.metrics, strict=True)
            }
            rows.append(row)
        return pandas.DataFrame(rows)

    def as_dict(self) -> JsonDict:
        """Return JSON-ready data, as the REST route does."""
        return {
            "runs": [run.as_dict() for run in self.runs],
            "arguments": {name: plain(list(values)) for name, values in self.arguments.items()},
            "metrics": [metric.as_dict() for metric in self.metrics],
            "curves": [dict(curve) for curve in self.curves],
            "matrices": [dict(matrix) for matrix in self.matrices],
        }


def problem_of(error: PipelinesError | None) -> dict[str, str] | None:
    """Return cause, message and next step of an error as JSON-ready data."""
    if error is None:
        return None
    diagnosis = error.diagnosis
    return {
        "cause": error.cause_code,
        "message": diagnosis.message if diagnosis else error.detail,
        "next_step": diagnosis.next_step if diagnosis else "",
    }


def plain(value: object) -> Json:
    """Return a value as JSON can hold it: numbers that are none become text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def shortest(paths: Sequence[tuple[str, ...]]) -> list[str]:
    """Return for each path the fewest of its last parts that tell it apart, joined by dots."""
    names = [".".join(filter(None, path[-1:])) for path in paths]
    longest = max(map(len, paths), default=0)
    for length in range(2, longest + 1):
        repeated = {name for name in names if names.count(name) > 1}
        if not repeated:
            break
        names = [
            ".".join(filter(None, path[-length:])) if name in repeated else name
            for name, path in zip(names, paths, strict=True)
        ]
    return names


def _row(task: TaskOutputs) -> JsonDict:
    row: JsonDict = {
        "task": task.task,
        "path": "/".join(task.path),
        "state": task.state,
        "cached": task.cached,
    }
    row |= {f"input.{name}": value for name, value in task.inputs.items()}
    row |= {f"output.{name}": value for name, value in task.outputs.items()}
    names = shortest([(metric.artifact, metric.name) for metric in task.metrics])
    return row | {
        f"metric.{name}": metric.value for name, metric in zip(names, task.metrics, strict=True)
    }


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
