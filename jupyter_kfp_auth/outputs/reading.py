"""Read what runs produced: one run, and several side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..http.errors import PipelinesError
from ..pipelines.models import Run
from .assemble import assemble
from .definition import Definition
from .models import RunOutputs
from .source import Execution, OutputsSource


def read(source: OutputsSource, run: Run) -> RunOutputs:
    """Return what a run produced.

    Args:
        source: where it is kept.
        run: as Pipelines has shown it to this user, so that nothing else is looked up.

    Raises:
        PipelinesError: the source cannot be read.
    """
    return read_all(source, [run])[0]


def read_all(source: OutputsSource, runs: Sequence[Run]) -> list[RunOutputs]:
    """Return what runs produced, all asked at the same time. Raises as `read`."""
    defined = [(run, Definition(run.pipeline_spec)) for run in runs]
    return [
        _assembled(run, executions)
        for run, executions in zip(runs, source.executions(defined), strict=True)
    ]


def _assembled(run: Run, executions: Iterable[Execution] | None) -> RunOutputs:
    if executions is None and (run.finished_at or any(task.finished_at for task in run.tasks)):
        return without(run, not_recorded(run))
    return assemble(run, executions or ())


def without(run: Run, problem: PipelinesError) -> RunOutputs:
    """Return what is known of a run whose outputs cannot be read, with the reason."""
    found = assemble(run, ())
    return RunOutputs(run.run_id, inputs=found.inputs, tasks=found.tasks, problem=problem)


def not_recorded(run: Run) -> PipelinesError:
    """Return the problem that the store has nothing of a run that has worked."""
    return PipelinesError(
        "metadata-no-run",
        f"nothing is recorded for the run {run.run_id}",
        facts={"run": run.run_id},
    )
