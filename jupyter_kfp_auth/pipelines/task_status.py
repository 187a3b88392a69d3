"""What a run's tasks, taken together, say about each of them and about the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from .models import Run
from .reasons import explain
from .status import TERMINAL_STATES, Status, run_status, task_status
from .task_models import Reason, Task

_NOT_HEARD = "If it persists, ask your administrator to look at the persistence agent of Pipelines."

#: Times come in whole seconds.
_SLACK = timedelta(seconds=1)


def settled(run: Run, *, stopped: bool = False) -> Run:
    """Return the run with the status and the reason of itself and of its tasks.

    Only what Pipelines has sent is used. A task that still runs in a run that has ended ends with
    it, as far as anybody knows.

    Args:
        run: as it was sent.
        stopped: whether it is known from elsewhere that the run was terminated.
    """
    status = run_status(run.state, [change.state for change in run.state_history])
    if stopped and status is Status.FAILED:
        status = Status.TERMINATED
    at = _stopped_at(run) if status is Status.TERMINATED else None
    tasks = tuple(_settled(task, run, at) for task in run.tasks)
    failed = {task.task_id for task in failures(tasks)}
    tasks = tuple(
        replace(task, reason=explain(task, task.error, driver=driver_failed(task)))
        if task.task_id in failed
        else task
        for task in tasks
    )
    settled_run = replace(run, status=status, tasks=tasks)
    return replace(settled_run, reason=run_reason(settled_run))


def run_reason(run: Run) -> Reason | None:
    """Return why a run failed or waits: the reason of the first task that did, or its own."""
    if run.status is Status.FAILED:
        failed = failures(run.tasks)
        if failed:
            first = failed[0]
            reason = first.reason or explain(first, first.error)
            return replace(reason, more=len(failed) - 1)
        said = f": {run.error}" if run.error else ""
        return Reason("failed", f"The run ended FAILED{said}")
    if run.status is Status.UNKNOWN and run.error:
        return Reason("unreadable", f"Pipelines cannot show this run: {run.error}")
    if not run.state and run.created_at is not None:
        return Reason("not-heard-of", "Pipelines has not heard from this run", _NOT_HEARD)
    if run.finished:
        return None
    waiting = (t for t in run.tasks if t.status is Status.PENDING and t.reason is not None)
    return next((task.reason for task in waiting), None)


def failures(tasks: Sequence[Task]) -> list[Task]:
    """Return the tasks that failed themselves, not those around them; the earliest first."""
    groups = {task.parent_task_id for task in tasks}
    every = [task for task in tasks if task.status is Status.FAILED]
    failed = [task for task in every if task.task_id not in groups or driver_failed(task)]
    if not failed:  # whatever failed in it is not known
        around = {task.parent_task_id for task in every}
        failed = [task for task in every if task.task_id not in around]
    return sorted(failed, key=lambda task: (task.finished_at is None, str(task.finished_at)))


def leaves(tasks: Sequence[Task]) -> list[Task]:
    """Return the tasks that do something themselves: not the groups around them."""
    groups = {task.parent_task_id for task in tasks}
    return [t for t in tasks if t.task_id not in groups and (t.path or t.display_name != "root")]


def _settled(task: Task, run: Run, stopped: datetime | None) -> Task:
    known = task.status  # what the nodes beside it say
    ended = task.finished_at
    terminated = stopped is not None and (ended is None or ended >= stopped - _SLACK)
    status = task_status(
        task.state,
        ended=run.finished,
        terminated=terminated,
        begun=task.started_at is not None,
    )
    if known is Status.CACHED and status is Status.SUCCEEDED:
        status = known
    if known is Status.PENDING and status is Status.RUNNING:
        status = known
    if run.finished and task.state not in TERMINAL_STATES and task.started_at and ended is None:
        task = replace(task, finished_at=run.finished_at)
    return replace(task, status=status, reason=None)


def driver_failed(task: Task) -> bool:
    """Tell whether it was the driver of a task that failed: it never began itself."""
    last = [pod for pod in task.pods if pod.kind == "driver"]
    return bool(last) and last[-1].state == "FAILED"


def _stopped_at(run: Run) -> datetime | None:
    """Return when a run was terminated."""
    for change in reversed(run.state_history):
        if change.state == "CANCELING":
            return change.update_time
    return run.finished_at
