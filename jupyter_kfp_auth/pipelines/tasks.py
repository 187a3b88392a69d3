"""Which task is part of which.

Servers up to 2.17 send the nodes of the Argo workflow behind a run: no parents, no useful order,
and beside each task its driver, its executor and the scaffolding of loops. What is part of what
stands in the run's definition only; which node of a loop belongs to which of its rounds has to be
told from times and states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from .models import Task
from .wire import JsonObject, mapping, text

_ROUND = re.compile(r"iteration-iterations\((\d+):")
_SCAFFOLD = re.compile(r".*-driver|executor(\(\d+\))?")

#: Times come in whole seconds, and a node may begin or end in the second after its parent's.
_SLACK = timedelta(seconds=1)
_NEVER = datetime.max.replace(tzinfo=timezone.utc) - _SLACK
_EVER = datetime.min.replace(tzinfo=timezone.utc) + _SLACK


def arrange(tasks: Sequence[Task], definition: JsonObject | None) -> tuple[Task, ...]:
    """Return the tasks as the definition nests them, parents first.

    Tasks that name their parents already, and those of a run without a known definition, come back
    as they are.
    """
    spec = _spec(definition)
    if not spec or any(task.parent_task_id for task in tasks):
        return tuple(tasks)
    try:
        found = tuple(_Arrangement(tasks, spec).run())
    except (RecursionError, OverflowError):  # nested without end, or at the end of time
        found = ()
    return found or tuple(tasks)


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

    def run(self) -> Iterator[Task]:
        for root in self.nodes.get("root", [])[:1]:
            yield root
            yield from self.inside(root, self.root)

    def inside(self, parent: Task, component: JsonObject) -> Iterator[Task]:
        """Yield what a component consists of, below ``parent``."""
        for key, task in mapping(mapping(component, "dag"), "tasks").items():
            node = self.take(key, parent)
            if node is None or not isinstance(task, dict):
                continue  # it has not started, or it never will
            yield self.placed(node, parent, text(mapping(task, "taskInfo"), "name") or key)
            name = text(mapping(task, "componentRef"), "name")
            below = mapping(self.components, name)
            if "parameterIterator" in task or "artifactIterator" in task:
                for turn in self.rounds(node):
                    yield turn
                    yield from self.inside(turn, below)
            else:
                yield from self.inside(node, below)

    def take(self, name: str, parent: Task) -> Task | None:
        """Return the node with this name that ran within its parent; no other gets it again."""
        nodes = self.nodes.get(name, [])
        for slack in (timedelta(0), _SLACK):
            fits = [node for node in nodes if _within(node, parent, slack)]
            if parent.state == "FAILED":  # something in it did
                fits.sort(key=lambda node: node.state != "FAILED")
            if fits:
                nodes.remove(fits[0])
                return fits[0]
        return None

    def rounds(self, loop: Task) -> list[Task]:
        """Return the rounds of a loop, those that ended first before the others.

        A round that ended early has the fewest nodes to choose from, so it chooses first.
        """
        names = [name for name in self.nodes if _ROUND.match(name)]
        taken = [(name, self.take(name, loop)) for name in names]
        turns = [
            self.placed(node, loop, f"iteration-{match[1]}")
            for name, node in taken
            if node is not None and (match := _ROUND.match(name))
        ]
        return sorted(turns, key=_span)

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
