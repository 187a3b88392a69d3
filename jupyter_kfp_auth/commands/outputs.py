"""`outputs`, `artifact` and `compare`: what runs produced, in tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import overload

from ..http.strict_json import JsonDict, JsonObject
from ..outputs import lookup
from ..outputs.connection import Connection
from ..outputs.models import (
    Artifact,
    ComparedRun,
    Comparison,
    RunOutputs,
    TaskOutputs,
    problem_of,
    shortest,
)
from .formatting import plain
from .parser import GrammarError, did_you_mean
from .results import Message, Result
from .tables import html_table, text_table

#: Characters of a value that a table shows.
_LONGEST = 60

#: Bytes of a text artifact that are shown.
_SHOWN = 4096

#: Title, headings, rows.
Table = tuple[str, tuple[str, ...], Sequence[tuple[str, ...]]]


class _Tables(Result):
    """A result that reads as a few tables with headings; empty ones are left out."""

    def tables(self) -> Iterable[Table]:
        """Yield title, headings and rows of each."""
        raise NotImplementedError

    def notes(self) -> Iterable[str]:
        """Yield what else there is to say."""
        return ()

    def text(self) -> str:
        """Return the tables one below the other."""
        parts = [
            f"{title}\n{text_table(headings, rows)}"
            for title, headings, rows in self.tables()
            if rows
        ]
        return "\n\n".join([*parts, *map(plain, self.notes())]) or "Nothing was put out."

    def html(self) -> str:
        """Return the tables one below the other."""
        parts = [
            f"<strong>{escape(plain(title))}</strong>{html_table(headings, rows, '')}"
            for title, headings, rows in self.tables()
            if rows
        ]
        parts += [f"<p>{escape(plain(note))}</p>" for note in self.notes()]
        return "".join(parts) or "<p>Nothing was put out.</p>"


class Outputs(_Tables, Sequence[TaskOutputs]):
    """What a run, or a task of it, took and gave: a sequence of tasks.

    Args:
        outputs: of the run, or of the tasks that are asked for.
        whole: whether the run's own parameters are shown as well.
    """

    def __init__(self, outputs: RunOutputs, *, whole: bool = True) -> None:
        self.outputs = outputs
        self._whole = whole

    @overload
    def __getitem__(self, index: int) -> TaskOutputs: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[TaskOutputs, ...]: ...
    def __getitem__(self, index: int | slice) -> TaskOutputs | tuple[TaskOutputs, ...]:
        return self.outputs[index]

    def __len__(self) -> int:
        return len(self.outputs)

    def __getattr__(self, name: str) -> object:
        # inputs, tasks, metrics, artifacts, to_pandas() ... are those of the run.
        if name.startswith("_") or name == "outputs":
            raise AttributeError(name)
        return getattr(self.outputs, name)

    def as_dict(self) -> JsonDict:
        """Return the same as the REST route."""
        return self.outputs.as_dict()

    def tables(self) -> Iterable[Table]:
        """Metrics first: that is what most people look for."""
        found = self.outputs
        yield (
            "Metrics",
            ("Task", "Artifact", "Metric", "Value"),
            [
                ("/".join(m.path), m.artifact, m.name, value(m.value))
                for task in found.tasks
                for m in task.metrics
            ],
        )
        curves = [
            ("/".join(t.path), c.artifact, f"ROC curve, {len(c.points)} points", c.slice)
            for t in found.tasks
            for c in t.curves
        ]
        curves += [
            (
                "/".join(t.path),
                m.artifact,
                f"confusion matrix, {len(m.rows)} categories",
                m.slice,
            )
            for t in found.tasks
            for m in t.matrices
        ]
        yield "Plots", ("Task", "Artifact", "Plot", "Slice"), curves
        if self._whole:
            yield "Inputs of the run", ("Name", "Value"), _values(found.inputs)
            yield "Outputs of the run", ("Name", "Value"), _values(found.outputs)
        yield (
            "Parameters",
            ("Task", "", "Name", "Value"),
            [
                ("/".join(task.path), way, name, shown)
                for task in found.tasks
                for way, values in (("in", task.inputs), ("out", task.outputs))
                for name, shown in _values(values)
                if not name.startswith("pipelinechannel--")
            ],
        )
        yield (
            "Artifacts",
            ("Artifact", "Type", "Where"),
            [
                ("/".join((*task.path, a.name)), a.type.removeprefix("system."), a.uri)
                for task in found.tasks
                for a in task.artifacts
                if not task.group
            ],
        )

    def notes(self) -> Iterable[str]:
        """Say what was reused, and what is missing."""
        cached = [task for task in self.outputs.tasks if task.cached]
        for origin in dict.fromkeys(task.cached_from for task in cached):
            names = ", ".join(task.task for task in cached if task.cached_from == origin)
            yield f"Reused from {f'run {origin}' if origin else 'an earlier run'}: {names}."
        if problem := problem_of(self.outputs.problem):
            yield f"{problem['message']} Next step: {problem['next_step']}"


class Compared(_Tables, Sequence[ComparedRun]):
    """Runs side by side: a sequence of them."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison

    @overload
    def __getitem__(self, index: int) -> ComparedRun: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[ComparedRun, ...]: ...
    def __getitem__(self, index: int | slice) -> ComparedRun | tuple[ComparedRun, ...]:
        return self.comparison[index]

    def __len__(self) -> int:
        return len(self.comparison)

    def __getattr__(self, name: str) -> object:
        # runs, arguments, metrics, to_pandas() ... are those of the comparison.
        if name.startswith("_") or name == "comparison":
            raise AttributeError(name)
        return getattr(self.comparison, name)

    def as_dict(self) -> JsonDict:
        """Return the same as the REST route."""
        return self.comparison.as_dict()

    def tables(self) -> Iterable[Table]:
        """One table: a row for each argument and metric, a column for each run."""
        found = self.comparison
        metrics = shortest([(*m.path, m.artifact, m.name) for m in found.metrics])
        rows = [("State", *(run.state or "-" for run in found.runs))]
        rows += [(name, *map(value, values)) for name, values in found.arguments.items()]
        rows += [
            (name, *map(value, metric.values))
            for name, metric in zip(metrics, found.metrics, strict=True)
        ]
        yield f"{len(found)} runs", ("", *(run.display_name for run in found.runs)), rows

    def notes(self) -> Iterable[str]:
        """Say which runs' outputs are missing, and why."""
        for run in self.comparison.runs:
            if run.problem:
                said = f"{run.problem['message']} Next step: {run.problem['next_step']}"
                yield f"{run.display_name}: {said}"


@dataclass(repr=False)
class ArtifactDetails(Result):
    """One artifact: an object to read from, and the beginning of what it holds."""

    artifact: Artifact
    task: TaskOutputs
    beginning: str = ""

    def __getattr__(self, name: str) -> object:
        # read(), open(), save(), to_pandas(), metadata ... are those of the artifact.
        if name.startswith("_") or name == "artifact":
            raise AttributeError(name)
        return getattr(self.artifact, name)

    def as_dict(self) -> JsonDict:
        """Return the artifact with the path of its task."""
        return {"task": self.task.task, "path": list(self.task.path), **self.artifact.as_dict()}

    def text(self) -> str:
        """Return what is known of it, then how it begins."""
        found = self.artifact
        rows = [("Artifact", found.name), ("Task", "/".join(self.task.path))]
        rows += [("Type", found.type), ("Where", found.uri)]
        rows += [(f"  {name}", shown) for name, shown in _values(found.metadata)]
        width = max(len(plain(name)) for name, _ in rows)
        lines = [f"{plain(name):{width}}  {plain(shown)}" for name, shown in rows]
        return "\n".join([*lines, "", self.beginning] if self.beginning else lines)


def outputs(client: Connection, run_id: str, task: str | None) -> Outputs:
    """Return what a run produced, or the tasks that ``task`` means.

    Raises:
        GrammarError: the run has no such task.
        PipelinesError: it cannot be read.
    """
    found = client.get_outputs(run_id)
    if not task:
        return Outputs(found)
    chosen = lookup.tasks(found, task)
    if not chosen:
        names = [one.task for one in found.tasks]
        raise GrammarError(f"The run has no task {task!r}.{did_you_mean(task, names)}")
    return Outputs(replace(found, tasks=tuple(chosen)), whole=False)


def artifact(client: Connection, run_id: str, name: str, path: str | None) -> Result:
    """Return one artifact of a run, or save it.

    Raises:
        GrammarError: the run has no such artifact, several, or ``path`` is taken.
        PipelinesError: it cannot be read.
    """
    found = client.get_outputs(run_id)
    candidates = lookup.artifacts(found, name)
    if len(candidates) != 1:
        listed = candidates or [(t, a) for t in found.tasks for a in t.artifacts if not t.group]
        names = ["/".join((*task.path, one.name)) for task, one in listed]
        if candidates:
            lines = "\n".join(f"  {plain(shown)}" for shown in names[:20])
            raise GrammarError(f"{name!r} can mean several; use the path of one:\n{lines}")
        there = f" There are: {', '.join(map(plain, names[:10]))}." if names else ""
        meant = did_you_mean(name, names)
        raise GrammarError(f"The run has no artifact {name!r}.{meant or there}")
    task, one = candidates[0]
    if path is None:
        return ArtifactDetails(one, task, _beginning(one))
    try:
        saved = one.save(path)
    except OSError as error:
        raise GrammarError(f"It cannot be saved: {error}.") from None
    return Message(f"Saved {one.name} to {saved}.", {"path": str(saved), "uri": one.uri})


def compare(client: Connection, run_ids: Sequence[str]) -> Compared:
    """Return runs side by side. Raises `PipelinesError`."""
    return Compared(client.compare_runs(run_ids))


def value(found: object) -> str:
    """Return a value as a table shows it: numbers short, everything else as JSON."""
    if found is None:
        return "-"
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, float):
        return f"{found:.6g}"
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, default=str)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _values(found: JsonObject) -> list[tuple[str, str]]:
    return [(name, value(item)) for name, item in found.items()]


def _beginning(found: Artifact) -> str:
    """Return how a text begins, or what a folder holds."""
    files = found.files()
    if len(files) != 1 or files[0].name:
        lines = [f"  {file.name}  {file.size} bytes" for file in files[:20]]
        more = [f"  ... and {len(files) - 20} more"] if len(files) > 20 else []
        return "\n".join([f"A folder of {len(files)} files:", *map(plain, lines), *more])
    data = found.read(_SHOWN)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if error.start < len(data) - 4:  # not a letter that was cut at the end
            return f"{files[0].size} bytes that are no text; save them with --save PATH."
        text = data[: error.start].decode()
    if "\0" in text:
        return f"{files[0].size} bytes that are no text; save them with --save PATH."
    lines = [plain(line) for line in text.splitlines()]
    if files[0].size > len(data):
        lines.append(f"... {files[0].size} bytes in all; save them with --save PATH.")
    return "\n".join(lines)
