"""Put runs side by side."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from ..http.strict_json import Json, JsonDict
from ..pipelines.models import Run, rfc3339
from .models import (
    ComparedMetric,
    ComparedRun,
    Comparison,
    Metric,
    RunOutputs,
    TaskOutputs,
    problem_of,
)


def compare(runs: Sequence[Run], outputs: Sequence[RunOutputs]) -> Comparison:
    """Return runs side by side.

    Args:
        runs: as Pipelines gives them.
        outputs: of the same runs, in the same order.
    """
    return Comparison(
        runs=tuple(
            ComparedRun(
                run.run_id,
                run.display_name,
                run.state,
                rfc3339(run.created_at) if run.created_at else "",
                problem_of(found.problem),
            )
            for run, found in zip(runs, outputs, strict=True)
        ),
        # What was given is as it was typed; what was not, the pipeline's default, is in the store.
        arguments=_arguments(
            [{**o.inputs, **r.parameters} for r, o in zip(runs, outputs, strict=True)]
        ),
        metrics=_metrics(outputs),
        curves=tuple(_placed(runs, outputs, "curves")),
        matrices=tuple(_placed(runs, outputs, "matrices")),
    )


def _arguments(given: Sequence[JsonDict]) -> dict[str, tuple[Json, ...]]:
    names = dict.fromkeys(name for arguments in given for name in arguments)
    return {name: tuple(arguments.get(name) for arguments in given) for name in names}


def _metrics(outputs: Sequence[RunOutputs]) -> tuple[ComparedMetric, ...]:
    rows: dict[Hashable, tuple[Metric, list[Json]]] = {}
    for index, found in enumerate(outputs):
        for task in found.tasks:
            for metric in task.metrics:
                key = (metric.path, metric.artifact, metric.name)
                row = rows.setdefault(key, (metric, [None] * len(outputs)))
                row[1][index] = metric.value
    return tuple(
        ComparedMetric(first.task, first.path, first.artifact, first.name, tuple(values))
        for first, values in rows.values()
    )


def _placed(runs: Sequence[Run], outputs: Sequence[RunOutputs], kind: str) -> Iterable[JsonDict]:
    """Yield curves or matrices, each with the task that logged it and its run."""
    for run, found in zip(runs, outputs, strict=True):
        for task in found.tasks:
            for item in getattr(task, kind):
                yield {"run_id": run.run_id, **_place(task), **item.as_dict()}


def _place(task: TaskOutputs) -> JsonDict:
    return {"task": task.task, "path": list(task.path)}
