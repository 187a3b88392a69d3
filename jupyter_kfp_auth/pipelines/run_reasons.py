"""Why a run failed or waits, from all that is known: the one place that says so.

Pipelines up to 2.17 tells of no node why it failed. What killed or keeps a container stands in its
pod's status or, where there never was a pod, in the workflow; an exception stands in the log. Where
the cluster may not be asked, what Pipelines has sent is all there is.
"""

from __future__ import annotations

import re
from dataclasses import replace

from .argo_workflow import state_of
from .cluster_view import ClusterView
from .models import Pod, Reason, Run, Status, Task
from .reasons import explain, is_under_way, one_line
from .status import TERMINAL_STATES
from .task_logs import NoLog, TaskLogs
from .task_status import driver_failed, failures, run_reason, settled

#: Tasks whose pods are looked at one by one: events, and the last lines of logs.
_MOST_WARNINGS, _MOST_LOGS = 5, 3

#: Lines of a log that are read for a reason, and how many of them are shown.
_TAIL, _SHOWN = 60, 3

#: Bytes of a log that are kept for a reason, where its source cannot begin near its end.
_LARGEST_TAIL = 32 * 1024

#: The last line of a traceback.
_EXCEPTION = re.compile(
    r"^(?:[A-Za-z_][\w.]*\.)?[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning|Timeout|Failure)"
    r"(?:: .*)?$"
)

#: What klog and KFP's driver write before what they say.
_KLOG = re.compile(r"^[EF]\d{4} (?:.*? )?\S+:\d+\] (?:KFP driver: )?(.*)$")

#: What Pipelines' SDK and terminals put into lines.
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def explained(run: Run, logs: TaskLogs) -> Run:
    """Return the run with the reasons that its pods, its workflow and its logs give.

    Args:
        run: as `get_run` returns it.
        logs: of its tasks.
    """
    view = logs.view
    if not run.state and not run.error:
        return _never_heard_of(run, view)
    if run.status is Status.FAILED and _may_be_stopped(run) and view.was_stopped:
        run = settled(run, stopped=True)
    wanted = [task for task in run.tasks if _is_open(task, run)]
    if not wanted:
        return run
    tasks = {task.task_id: _explained(task, view) for task in wanted}
    _warn(tasks, view)
    first = failures([tasks.get(task.task_id, task) for task in run.tasks])[:_MOST_LOGS]
    for task in first:
        tasks[task.task_id] = _with_log(task, logs)
    found = replace(run, tasks=tuple(tasks.get(task.task_id, task) for task in run.tasks))
    return replace(found, reason=run_reason(found))


def _is_open(task: Task, run: Run) -> bool:
    """Tell whether there may be more to say about a task than Pipelines has said."""
    if task.status is Status.FAILED:
        return task.reason is not None
    waits = task.status in (Status.PENDING, Status.RUNNING)
    return waits and not run.finished and bool(task.pods)


def _may_be_stopped(run: Run) -> bool:
    """Tell whether it is open that a run was terminated: its history often lacks that."""
    return any(
        "deadline" in task.error or (task.reason is not None and not task.error)
        for task in run.tasks
        if task.status is Status.FAILED
    )


def _explained(task: Task, view: ClusterView) -> Task:
    """Return a task with the reason that its pod gives, or its node in the workflow."""
    if task.status is Status.FAILED:
        driver = driver_failed(task)
        pods = [pod for pod in task.pods if (pod.kind == "driver") == driver]
        said = next(filter(None, (_said(pod, view) for pod in reversed(pods))), "")
        said = said or view.message(task.node_id)
        return replace(task, reason=explain(task, said or task.error, driver=driver))
    waiting = _waiting_pod(task, view)
    if waiting is None:
        return task
    pod, said = waiting
    task = replace(task, status=Status.PENDING)
    if not said or is_under_way(said):
        reason = Reason(
            "starting",
            f"{task.display_name} waits: its pod is being started",
            task_id=task.task_id,
            task=task.display_name,
            path=task.path,
        )
        return replace(task, reason=reason)
    return replace(task, reason=explain(task, said, waits=True, driver=pod.kind == "driver"))


def _waiting_pod(task: Task, view: ClusterView) -> tuple[Pod, str] | None:
    """Return the pod that a task waits for, and why that waits; ``None`` where it waits not."""
    for pod in reversed(task.pods):
        there = view.find(pod)
        if there is not None:
            waits = not there.began and not there.ended
            return (pod, there.said) if waits else None
        if pod.state == "PENDING":
            return pod, view.message(pod.node_id)
    return None


def _said(pod: Pod, view: ClusterView) -> str:
    there = view.find(pod)
    said = there.said if there is not None else ""
    return said or view.message(pod.node_id)


def _warn(tasks: dict[str, Task], view: ClusterView) -> None:
    """Ask for the events of pods that are being started without a word."""
    silent = [t for t in tasks.values() if t.reason is not None and t.reason.code == "starting"]
    for task in silent[:_MOST_WARNINGS]:
        there = next(filter(None, map(view.find, reversed(task.pods))), None)
        said = view.warning(there.name) if there is not None else ""
        if said:
            tasks[task.task_id] = replace(task, reason=explain(task, said, waits=True))


def _with_log(task: Task, logs: TaskLogs) -> Task:
    """Add the last lines of a failed task's log to its reason, and the exception in them."""
    reason = task.reason
    if reason is None or reason.log:
        return task
    lines = tail(logs, task)
    if not lines:
        return task
    shown = tuple(one_line(line, 300) for line in lines[-_SHOWN:])
    message = reason.message
    if reason.code in ("exit-code", "failed", "driver-failed"):
        find = _complaint if driver_failed(task) else _exception
        if said := find(lines):
            message = f"{message}: {said}"
    return replace(task, reason=replace(reason, message=message, log=shown))


def tail(logs: TaskLogs, task: Task) -> list[str]:
    """Return the last lines that a task printed, without empty ones; none where there is no log."""
    kept = b""
    try:
        pod = logs.pods(task)[-1]
        with logs.open(task, pod, tail=_TAIL) as opened:
            for piece in opened.pieces:
                kept = (kept + piece)[-_LARGEST_TAIL:]
    except NoLog:
        pass
    text = _ESCAPES.sub("", kept.decode("utf-8", errors="replace"))
    return [line.rstrip() for line in text.splitlines() if line.strip()][-_TAIL:]


def _exception(lines: list[str]) -> str:
    return next((one_line(line) for line in reversed(lines) if _EXCEPTION.match(line)), "")


def _complaint(lines: list[str]) -> str:
    """Return what a driver says last of an error."""
    found = (match[1] for line in reversed(lines) if (match := _KLOG.match(line)))
    return one_line(next(found, ""))


def _never_heard_of(run: Run, view: ClusterView) -> Run:
    """Return a run without any state with what its workflow says."""
    phase = state_of(str(_status(view).get("phase") or ""))
    message = str(_status(view).get("message") or "")
    if not phase:
        return run
    words = phase.lower() if phase in TERMINAL_STATES else f"{phase.lower()} in the cluster"
    assert run.reason is not None
    said = f"{run.reason.message}; its workflow is {words}" + (f": {message}" if message else "")
    return replace(run, reason=replace(run.reason, message=said))


def _status(view: ClusterView) -> dict[str, object]:
    status = view.workflow.get("status")
    return status if isinstance(status, dict) else {}
