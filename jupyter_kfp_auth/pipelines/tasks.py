"""Which task is part of which.

Servers up to 2.17 send the nodes of the Argo workflow behind a run: no parents, no useful order,
and beside each task its driver, its executor and the scaffolding of loops. What is part of what
stands in the run's definition. Which of many nodes with one name is looked for tell its children:
they are given by id, and Argo makes an id from the names of all that a node is in. Nodes without
children, which were skipped or have only begun, have to be told by times and states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from .fields import JsonObject, mapping, text
from .models import Task

_ROUND = re.compile(r"iteration-iterations\((\d+):")
#: What a node may begin with, beside the tasks of its own: its container, or its first round.
_BEGINNINGS = ("executor", "iteration-driver", "iteration-iterations", "iteration-item-driver")
_SCAFFOLD = re.compile(r".*-driver|executor(\(\d+\))?")

#: Times come in whole seconds, and a node may begin or end in the second after its parent's.
_SLACK = timedelta(seconds=1)
_NEVER = datetime.max.replace(tzinfo=timezone.utc) - _SLACK
_EVER = datetime.min.replace(tzinfo=timezone.utc) + _SLACK


def arrange(tasks: Sequence[Task], definition: JsonObject | None) -> tuple[Task, ...]:
    """Return the tasks as the definition nests them, parents first.

    Tasks that name their parents already, and those of a run without a known definition, keep their
    order. Children that are nodes and no tasks are left out.
    """
    spec = _spec(definition)
    found: tuple[Task, ...] = ()
    if spec and not any(task.parent_task_id for task in tasks):
        try:
            found = tuple(_Arrangement(tasks, spec).run())
        except (RecursionError, OverflowError):  # nested without end, or at the end of time
            found = ()
    known = {task.task_id for task in tasks}
    return tuple(
        replace(task, child_task_ids=tuple(filter(known.__contains__, task.child_task_ids)))
        if task.child_task_ids
        else task
        for task in found or tasks
    )


def _spec(definition: JsonObject | None) -> JsonObject:
    """Return the pipeline spec; beside a platform spec it lies one level deeper."""
    outer = definition or {}
    return mapping(outer, "pipeline_spec") or outer


class _Arrangement:
    def __init__(self, tasks: Sequence[Task], spec: JsonObject) -> None:
        self.components = mapping(spec, "components")
        self.root = mapping(spec, "root")
        self.nodes: dict[str, list[Task]] = {}
        for task in sorted(tasks, key=_span):
            self.nodes.setdefault(task.display_name, []).append(task)
        ids = (child for task in tasks for child in task.child_task_ids)
        self.workflow = next(ids, "").rpartition("-")[0]
        #: Whether ids are made as Argo makes them.
        self.known = False

    def run(self) -> Iterator[Task]:
        place = _argo_hash(".root", _argo_hash(self.workflow))
        for root in self.nodes.get("root", [])[:1]:
            self.known = not self.beginnings(place, self.root).isdisjoint(root.child_task_ids)
            yield root
            yield from self.inside(root, place, self.root)

    def inside(self, parent: Task, place: int, component: JsonObject) -> Iterator[Task]:
        """Yield what a component consists of, below ``parent``, which is at a ``place``."""
        for key, task in mapping(mapping(component, "dag"), "tasks").items():
            below = mapping(self.components, text(mapping(task, "componentRef"), "name"))
            at = _argo_hash(f".{key}", place)
            node = self.take(key, parent, at, below)
            if node is None or not isinstance(task, dict):
                continue  # it has not started, or it never will
            yield self.placed(node, parent, text(mapping(task, "taskInfo"), "name") or key)
            if "parameterIterator" in task or "artifactIterator" in task:
                for name, turn in self.rounds(node, at):
                    yield turn
                    item = _argo_hash(f".{name}.iteration-item", at)
                    yield from self.inside(turn, item, below)
            else:
                yield from self.inside(node, at, below)

    def take(self, name: str, parent: Task, at: int, component: JsonObject) -> Task | None:
        """Return the node with this name that ran within its parent; no other gets it again."""
        nodes = self.nodes.get(name, [])
        ids = self.beginnings(at, component)
        found = next((node for node in nodes if not ids.isdisjoint(node.child_task_ids)), None)
        found = found or self.timed(nodes, parent)
        if found is not None:
            nodes.remove(found)
        return found

    def beginnings(self, at: int, component: JsonObject) -> set[str]:
        """Return the ids that the children of a node at this place may have."""
        tasks = mapping(mapping(component, "dag"), "tasks")
        names = (*_BEGINNINGS, *tasks, *(f"{key}-driver" for key in tasks))
        return {f"{self.workflow}-{_argo_hash(f'.{name}', at)}" for name in names}

    def timed(self, nodes: Sequence[Task], parent: Task) -> Task | None:
        """Return the first that fits in time, of those that nothing else tells apart."""
        for slack in (timedelta(0), _SLACK):
            fits = [
                node
                for node in nodes
                if _within(node, parent, slack) and not (self.known and node.child_task_ids)
            ]
            if parent.state == "FAILED":  # something in it did
                fits.sort(key=lambda node: node.state != "FAILED")
            if fits:
                return fits[0]
        return None

    def rounds(self, loop: Task, place: int) -> list[tuple[str, Task]]:
        """Return the rounds of a loop with their nodes' names, those that ended first at first.

        A round that ended early has the fewest nodes to choose from, so it chooses first.
        """
        turns = []
        for name in self.nodes:
            if not (match := _ROUND.match(name)):
                continue
            node = self.take(name, loop, _argo_hash(f".{name}", place), {})
            if node is not None:
                turns.append((name, self.placed(node, loop, f"iteration-{match[1]}")))
        return sorted(turns, key=lambda turn: _span(turn[1]))

    def placed(self, node: Task, parent: Task, name: str) -> Task:
        """Return the node as a part of its parent, with the reason that its scaffold gives."""
        error = node.error
        if node.state == "FAILED" and not error:
            error = next((s.error for s in self.scaffold(node) if s.error), "")
        return replace(node, parent_task_id=parent.task_id, display_name=name, error=error)

    def scaffold(self, node: Task) -> Iterator[Task]:
        for name, nodes in self.nodes.items():
            if _SCAFFOLD.fullmatch(name):
                yield from (n for n in nodes if n.state == "FAILED" and _within(n, node, _SLACK))


def _span(task: Task) -> tuple[datetime, datetime]:
    """What ended first comes first; what has not ended, last."""
    return task.finished_at or _NEVER, task.started_at or _NEVER


def _within(node: Task, parent: Task, slack: timedelta) -> bool:
    if node.state == "FAILED" and parent.state == "SUCCEEDED":
        return False
    begins = node.started_at or node.finished_at or _NEVER
    ends = node.finished_at or _NEVER
    return (parent.started_at or _EVER) - slack <= begins and ends <= (
        parent.finished_at or _NEVER
    ) + slack


def _argo_hash(name: str, state: int = 2_166_136_261) -> int:
    """Return what Argo makes an id of: FNV-1a in 32 bits, going on from an earlier ``state``."""
    for byte in name.encode():
        state = (state ^ byte) * 16_777_619 & 0xFFFFFFFF
    return state
