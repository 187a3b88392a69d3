"""Task details as releases up to 2.17 really send them: one for each node of the Argo Workflow.

Such a task has no parent. Its name is the node's: each container has a `<task>-driver`, a `<task>`
and an `executor`; loops have `iteration-...` nodes. Children are named by node, but no task says
which node it is, so a client can only go by names. They come in no useful order.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .engine import FINAL, RunView, TaskView
from .store import Row
from .world import message, stamp

_DRIVER_SECONDS = 1


@dataclass
class _Node:
    path: str
    name: str
    start: int
    end: int
    state: str
    children: list[str] = field(default_factory=list)


def details(row: Row, current: RunView) -> list[dict[str, Any]]:
    """The task details of a run."""
    if not current.tasks:
        return []
    workflow = str(row["k8s_name"] or row["id"])
    below: dict[str, list[TaskView]] = {}
    for task in current.tasks:
        below.setdefault(task.plan.path.rpartition("/")[0], []).append(task)
    root = current.tasks[0]
    entry = _Node("", workflow, root.start, root.end, root.state)
    nodes = [entry, *_dag(root, below)]
    entry.children.append("root-driver")
    messages = [_message(row, workflow, node) for node in nodes]
    return [each for _, each in sorted(messages, key=lambda pair: pair[0])]


def _dag(task: TaskView, below: dict[str, list[TaskView]]) -> list[_Node]:
    """A graph with its driver and everything below."""
    path, key = task.plan.path, task.plan.path.rpartition("/")[2]
    driver, own = _driver(task, path, key), _own(task, path, key)
    children = below.get(path, [])
    return [driver, own, *_inside(own, children, below)]


def _inside(
    own: _Node, children: Sequence[TaskView], below: dict[str, list[TaskView]]
) -> list[_Node]:
    """The tasks of a graph, each linked to those that come after it."""
    nodes: list[_Node] = []
    ends: dict[str, _Node] = {}
    for child in children:
        key = child.plan.path.rpartition("/")[2]
        made = _task(child, below)
        nodes += made
        ends[key] = next((node for node in made if node.name == "executor"), made[-1])
        before = [ends[name] for name in child.plan.after if name in ends]
        for node in before or [own]:
            node.children.append(made[0].path)
    return nodes


def _task(task: TaskView, below: dict[str, list[TaskView]]) -> list[_Node]:
    path, key = task.plan.path, task.plan.path.rpartition("/")[2]
    if task.plan.kind == "loop":
        return _loop(task, below)
    if task.plan.kind != "container":
        return _dag(task, below)
    return _container(task, path, key)


def _container(task: TaskView, path: str, key: str) -> list[_Node]:
    driver, own = _driver(task, path, key), _own(task, path, key)
    if task.state == "SKIPPED":
        return [driver, own]
    own.children.append(f"{path}/executor")
    start = task.start + _DRIVER_SECONDS
    return [driver, own, _Node(f"{path}/executor", "executor", start, task.end, task.state)]


def _loop(task: TaskView, below: dict[str, list[TaskView]]) -> list[_Node]:
    path, key = task.plan.path, task.plan.path.rpartition("/")[2]
    own, driver = _own(task, path, key), _driver(task, f"{path}/iteration", "iteration")
    group = _Node(f"{path}/iterations", "iteration-iterations", task.start, task.end, task.state)
    own.children.append(driver.path)
    driver.children = [group.path]
    nodes = [own, driver, group]
    for index, step in enumerate(below.get(path, [])):
        name = f"iteration-iterations({index}:{index})"
        outer = _Node(f"{step.plan.path}/outer", name, step.start, step.end, step.state)
        outer.children.append(f"{step.plan.path}-driver")
        group.children.append(outer.path)
        nodes.append(outer)
        if step.plan.kind == "container":
            nodes += _container(step, step.plan.path, "iteration-item")
        else:
            own_item = _own(step, step.plan.path, "iteration-item")
            nodes += [_driver(step, step.plan.path, "iteration-item"), own_item]
            nodes += _inside(own_item, below.get(step.plan.path, []), below)
    return nodes


def _driver(task: TaskView, path: str, key: str) -> _Node:
    end = task.start + _DRIVER_SECONDS
    return _Node(f"{path}-driver", f"{key}-driver", task.start, end, "SUCCEEDED", [path])


def _own(task: TaskView, path: str, key: str) -> _Node:
    return _Node(path, key, task.start, task.end, task.state)


def _message(row: Row, workflow: str, node: _Node) -> tuple[str, dict[str, Any]]:
    identifier = _id(workflow, node.path)
    over = node.state in FINAL
    return identifier, message(
        run_id=row["id"],
        task_id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{row['id']}/{node.path}")),
        display_name=node.name,
        create_time=stamp(row["created_at"]),
        start_time=stamp(node.start),
        end_time=stamp(node.end if over else 0),
        state=node.state,
        state_history=[{"update_time": stamp(node.end or node.start), "state": node.state}],
        child_tasks=[{"pod_name": _id(workflow, child)} for child in node.children],
    )


def _id(workflow: str, path: str) -> str:
    if not path:
        return workflow
    number = int.from_bytes(hashlib.sha256(path.encode()).digest()[:4], "big")
    return f"{workflow}-{number}"
