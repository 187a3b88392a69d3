"""The tasks of a run: in order, those that work, those that failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from ..pipelines.models import TERMINAL_STATES, Task
from .formatting import plain

#: A node of a loop that only stands around its iteration.
_AROUND = ("root", "iteration-item")


def in_order(tasks: Sequence[Task]) -> list[tuple[int, Task]]:
    """Return tasks depth first, each with its depth: a group, then what is in it, by start.

    What all tasks have above them, and nodes that only serve the workflow engine, are left out.
    """
    if _are_nodes(tasks):
        return [(0, task) for task in _by_start(work(tasks))]
    known = {task.task_id for task in tasks}
    children: dict[str, list[Task]] = {}
    for task in tasks:
        parent = task.parent_task_id
        children.setdefault(parent if parent in known else "", []).append(task)
    top = children.pop("", [])
    if len(top) == 1 and top[0].display_name == "root":
        top = children.pop(top[0].task_id, [])
    found: list[tuple[int, Task]] = []
    stack = [(0, task) for task in reversed(_by_start(top))]
    while stack:
        depth, task = stack.pop()
        found.append((depth, task))
        below = _by_start(children.pop(task.task_id, []))
        stack += [(depth + 1, child) for child in reversed(below)]
    return found


def work(tasks: Sequence[Task]) -> list[Task]:
    """Return the tasks that do something themselves: not the groups around them, no drivers."""
    groups = {task.parent_task_id for task in tasks}
    names = {task.display_name for task in tasks}
    if _are_nodes(tasks):
        tasks = [task for task in tasks if f"{task.display_name}-driver" in names]
    return [t for t in tasks if t.task_id not in groups and t.display_name not in _AROUND]


def failing(tasks: Sequence[Task]) -> list[Task]:
    """Return the tasks that failed themselves, not those around them; the earliest first."""
    failed = [task for task in work(tasks) if task.state == "FAILED"]
    return sorted(failed, key=lambda task: (task.finished_at is None, str(task.finished_at)))


def progress(tasks: Sequence[Task]) -> tuple[int, int, list[str]]:
    """Return how many tasks have ended, how many are known, and the names of those that run."""
    doing = work(tasks)
    done = sum(task.state in TERMINAL_STATES for task in doing)
    return done, len(doing), [plain(t.display_name) for t in doing if t.state == "RUNNING"]


def newly_ended(tasks: Sequence[Task], known: set[str]) -> list[Task]:
    """Return the tasks that have ended since the last time, and remember them in ``known``."""
    new = [t for t in work(tasks) if t.state in TERMINAL_STATES and t.task_id not in known]
    known.update(task.task_id for task in new)
    return sorted(new, key=lambda task: str(task.finished_at))


def _are_nodes(tasks: Sequence[Task]) -> bool:
    """Tell whether they are the nodes of the workflow as they are: each task beside its driver."""
    return any(task.display_name.endswith("-driver") for task in tasks)


def _by_start(tasks: Sequence[Task]) -> list[Task]:
    never = datetime.max.replace(tzinfo=timezone.utc)
    return sorted(tasks, key=lambda task: task.started_at or never)
