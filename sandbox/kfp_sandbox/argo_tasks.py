"""Task details as releases up to 2.17 really send them: one for each node of the Argo Workflow.

Such a task has no parent. Its name is the node's: each container has a `<task>-driver`, a `<task>`
and an `executor`; loops have `iteration-...` nodes. Children are given by the node's id, which Argo
makes from the names of all that the node is in; no task says which node it is itself. They come in
no useful order.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .run_state import FINAL, RunView, TaskView
from .state import message, stamp
from .store import Row

_DRIVER_SECONDS = 1


@dataclass
class _Node:
    #: Its name in Argo: what it is in, by dots, without the workflow.
    path: str
    name: str
    start: int
    end: int
    state: str
    children: list[str] = field(default_factory=list)
    #: That of the task, for the node that stands for it.
    task_id: str = ""


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
    nodes = [entry, *_dag(root, "", below)]
    entry.children.append(".root-driver")
    messages = [_message(row, workflow, node) for node in nodes]
    return [each for _, each in sorted(messages, key=lambda pair: pair[0])]


def _dag(task: TaskView, place: str, below: dict[str, list[TaskView]]) -> list[_Node]:
    """A graph with its driver and everything below."""
    driver, own = _pair(task, place, _key(task))
    return [driver, own, *_inside(own, below.get(task.plan.path, []), below)]


def _inside(
    own: _Node, children: Sequence[TaskView], below: dict[str, list[TaskView]]
) -> list[_Node]:
    """The tasks of a graph, each linked to those that come after it."""
    nodes: list[_Node] = []
    ends: dict[str, _Node] = {}
    for child in children:
        made = _task(child, own.path, below)
        nodes += made
        ends[_key(child)] = next((node for node in made if node.name == "executor"), made[-1])
        before = [ends[name] for name in child.plan.after if name in ends]
        for node in before or [own]:
            node.children.append(made[0].path)
    return nodes


def _task(task: TaskView, place: str, below: dict[str, list[TaskView]]) -> list[_Node]:
    if task.plan.kind == "loop":
        return _loop(task, place, below)
    if task.plan.kind != "container":
        return _dag(task, place, below)
    return _container(task, place, _key(task))


def _container(task: TaskView, place: str, key: str) -> list[_Node]:
    driver, own = _pair(task, place, key)
    if task.state == "SKIPPED":
        return [driver, own]
    own.children.append(f"{own.path}.executor")
    start = task.start + _DRIVER_SECONDS
    return [driver, own, _Node(f"{own.path}.executor", "executor", start, task.end, task.state)]


def _loop(task: TaskView, place: str, below: dict[str, list[TaskView]]) -> list[_Node]:
    own = _own(task, place, _key(task), task.plan.id)
    driver = _driver(task, own.path, "iteration")
    group = _own(task, own.path, "iteration-iterations")
    own.children.append(driver.path)
    driver.children = [group.path]
    nodes = [own, driver, group]
    for index, step in enumerate(below.get(task.plan.path, [])):
        outer = _own(step, own.path, f"iteration-iterations({index}:{index})")
        outer.children.append(f"{outer.path}.iteration-item-driver")
        group.children.append(outer.path)
        nodes.append(outer)
        if step.plan.kind == "container":
            nodes += _container(step, outer.path, "iteration-item")
        else:
            item_driver, item = _pair(step, outer.path, "iteration-item")
            nodes += [item_driver, item]
            nodes += _inside(item, below.get(step.plan.path, []), below)
    return nodes


def _key(task: TaskView) -> str:
    return task.plan.path.rpartition("/")[2]


def _pair(task: TaskView, place: str, key: str) -> tuple[_Node, _Node]:
    """The driver, and the node that stands for the task."""
    return _driver(task, place, key), _own(task, place, key, task.plan.id)


def _driver(task: TaskView, place: str, key: str) -> _Node:
    end = task.start + _DRIVER_SECONDS
    own = f"{place}.{key}"
    return _Node(f"{own}-driver", f"{key}-driver", task.start, end, "SUCCEEDED", [own])


def _own(task: TaskView, place: str, key: str, task_id: str = "") -> _Node:
    return _Node(f"{place}.{key}", key, task.start, task.end, task.state, task_id=task_id)


def _message(row: Row, workflow: str, node: _Node) -> tuple[str, dict[str, Any]]:
    identifier = _id(workflow, node.path)
    over = node.state in FINAL
    return identifier, message(
        run_id=row["id"],
        task_id=node.task_id or str(uuid.uuid5(uuid.NAMESPACE_OID, f"{row['id']}{node.path}")),
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
    number = 2_166_136_261  # FNV-1a in 32 bits
    for byte in f"{workflow}{path}".encode():
        number = (number ^ byte) * 16_777_619 & 0xFFFFFFFF
    return f"{workflow}-{number}"
