"""The tasks of a run: in order, those that work, those that failed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timezone

from ..pipelines.models import Status, Task
from ..pipelines.task_status import failures, leaves
from .formatting import plain

#: Statuses that do not change any more.
ENDED = frozenset(
    {
        Status.SUCCEEDED,
        Status.CACHED,
        Status.SKIPPED,
        Status.FAILED,
        Status.TERMINATED,
        Status.NOT_RUN,
    }
)

_ROUND = re.compile(r"iteration-(\d+)")
_NEVER = datetime.max.replace(tzinfo=timezone.utc)


def in_order(tasks: Sequence[Task]) -> list[tuple[int, Task]]:
    """Return tasks depth first, each with its depth: a group, then what is in it, by start.

    A loop's rounds come by their number. What all tasks have above them is left out.
    """
    known = {task.task_id for task in tasks}
    children: dict[str, list[Task]] = {}
    for task in tasks:
        parent = task.parent_task_id
        children.setdefault(parent if parent in known else "", []).append(task)
    top = children.pop("", [])
    if [task.display_name for task in top] == ["root"]:
        top = children.pop(top[0].task_id, [])
    found: list[tuple[int, Task]] = []
    stack = [(0, task) for task in reversed(_sorted(top))]
    while stack:
        depth, task = stack.pop()
        found.append((depth, task))
        below = _sorted(children.pop(task.task_id, []))
        stack += [(depth + 1, child) for child in reversed(below)]
    return found


def work(tasks: Sequence[Task]) -> list[Task]:
    """Return the tasks that do something themselves, in order: not the groups around them."""
    doing = {task.task_id for task in leaves(tasks)}
    return [task for _, task in in_order(tasks) if task.task_id in doing]


def failing(tasks: Sequence[Task]) -> list[Task]:
    """Return the tasks that failed themselves, not those around them; the earliest first."""
    return failures(tasks)


def progress(tasks: Sequence[Task]) -> tuple[int, int, list[str]]:
    """Return how many tasks have ended, how many are known, and the names of those that run."""
    doing = leaves(tasks)
    done = sum(task.status in ENDED for task in doing)
    running = [plain(task.display_name) for task in doing if task.status is Status.RUNNING]
    return done, len(doing), running


def newly_ended(tasks: Sequence[Task], known: dict[str, datetime | None]) -> list[Task]:
    """Return the tasks that have ended since the last time, and remember them in ``known``.

    A task that is retried has an earlier end in it, and ends again.
    """
    new = [
        task
        for task in leaves(tasks)
        if task.status in ENDED
        and task.status is not Status.NOT_RUN
        and known.get(task.task_id, _NEVER) != task.finished_at
    ]
    known.update((task.task_id, task.finished_at) for task in new)
    return sorted(new, key=lambda task: str(task.finished_at))


def labels(tasks: Sequence[Task]) -> dict[str, str]:
    """Return what to call tasks, by id: the name, or the whole path where a name occurs twice."""
    count = Counter(task.display_name for task in tasks)
    return {
        task.task_id: task.display_name if count[task.display_name] == 1 else "/".join(task.path)
        for task in tasks
    }


def _sorted(tasks: Sequence[Task]) -> list[Task]:
    rounds = [_ROUND.fullmatch(task.display_name) for task in tasks]
    if all(rounds):
        return sorted(tasks, key=lambda task: int(task.display_name.partition("-")[2]))
    return sorted(tasks, key=lambda task: task.started_at or _NEVER)
