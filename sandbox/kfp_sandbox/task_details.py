"""Task details of a run, in two forms.

Releases up to 2.17 really send one for each node of the Argo Workflow: without a parent, named as
the node, with children by the ids of nodes, while no task says which node it is itself; in no
useful order. The other form is what the published API describes.
"""

from __future__ import annotations

import uuid
from typing import Any

from .nodes import argo_nodes
from .run_state import NodeView, RunView
from .state import message, stamp
from .store import Row

Json = dict[str, Any]


def as_nodes(row: Row, current: RunView, *, wrapped: bool) -> list[Json]:
    """One for each node of the workflow."""
    found = []
    for node in argo_nodes(current, str(row["k8s_name"] or row["id"]), wrapped=wrapped):
        view = node.view
        task_id = _id(row, f"{node.name}" if node.wrapped else view.index)
        found.append(
            message(
                run_id=row["id"],
                task_id=task_id,
                display_name=node.display_name,
                create_time=stamp(row["created_at"]),
                start_time=stamp(view.start),
                end_time=stamp(view.end),
                state=_state(view),
                state_history=_history(view),
                child_tasks=[{"pod_name": child} for child in node.children],
            )
        )
    return sorted(found, key=lambda task: str(task["task_id"]))


def as_tree(row: Row, current: RunView) -> list[Json]:
    """One for each task, with its parent and its children."""
    tasks = current.tasks
    parents = {view.index: current.parent(view) for view in tasks}
    children: dict[int, list[Json]] = {}
    for view in tasks:
        above = parents[view.index]
        if above:
            children.setdefault(above.index, []).append({"task_id": task_id(row, view)})
    return [_task(row, view, parents[view.index], children.get(view.index, [])) for view in tasks]


def task_id(row: Row, view: NodeView) -> str:
    """The id of the task that a node stands for."""
    return _id(row, view.index)


def _task(row: Row, view: NodeView, parent: NodeView | None, children: list[Json]) -> Json:
    error = None
    if view.state == "FAILED" and view.node.step.kind == "container":
        reason = view.message or "main: Error (exit code 1)"
        text = f"This step is in Failed state with this message: {reason}"
        error = {"code": 2, "message": text}
    return message(
        run_id=row["id"],
        task_id=task_id(row, view),
        display_name=view.node.step.name,
        create_time=stamp(view.history[0][0]),
        start_time=stamp(view.start),
        end_time=stamp(view.end),
        state=_state(view),
        error=error,
        parent_task_id=task_id(row, parent) if parent else "",
        state_history=_history(view),
        child_tasks=children,
    )


def _state(view: NodeView) -> str:
    """The state on the wire, where an omitted task has none."""
    return "" if view.state == "OMITTED" else view.state


def _history(view: NodeView) -> list[Json]:
    return [
        message(update_time=stamp(at), state="" if state == "OMITTED" else state)
        for at, state in view.history
    ]


def _id(row: Row, place: object) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{row['id']}/{place}"))
