"""Read what runs produced: one run, and several side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from ..http.errors import PipelinesError
from ..pipelines.models import Run
from .assemble import assemble
from .definition import Definition
from .models import RunOutputs
from .source import OutputsSource

#: Runs whose outputs are read at a time.
_AT_A_TIME = 8


def read(source: OutputsSource, run: Run) -> RunOutputs:
    """Return what a run produced.

    Args:
        source: where it is kept.
        run: as Pipelines has shown it to this user, so that nothing else is looked up.

    Raises:
        PipelinesError: the source cannot be read.
    """
    executions = source.executions(run, Definition(run.pipeline_spec))
    outputs = assemble(run, executions or ())
    if executions is None and (run.finished_at or any(task.finished_at for task in run.tasks)):
        return without(run, not_recorded(run))
    return outputs


def without(run: Run, problem: PipelinesError) -> RunOutputs:
    """Return what is known of a run whose outputs cannot be read, with the reason."""
    found = assemble(run, ())
    return RunOutputs(run.run_id, inputs=found.inputs, tasks=found.tasks, problem=problem)


def read_all(source_of: Callable[[Run], OutputsSource], runs: Sequence[Run]) -> list[RunOutputs]:
    """Return what runs produced, read at the same time; a run that cannot be read says why."""

    def one(run: Run) -> RunOutputs:
        try:
            return read(source_of(run), run)
        except PipelinesError as error:
            return without(run, error)

    if len(runs) < 2:
        return [one(run) for run in runs]
    with ThreadPoolExecutor(min(_AT_A_TIME, len(runs)), thread_name_prefix="kfp") as pool:
        return list(pool.map(one, runs))


def not_recorded(run: Run) -> PipelinesError:
    """Return the problem that the store has nothing of a run that has worked."""
    return PipelinesError(
        "metadata-no-run",
        f"nothing is recorded for the run {run.run_id}",
        facts={"run": run.run_id},
    )
