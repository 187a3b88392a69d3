"""The plan of a run: which tasks it has, when each starts and ends, and how.

Everything is a function of the pipeline, the parameters and the seed, so a run goes the same way
each time. Times are seconds after the run was created.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from . import conditions
from .conditions import Unknown
from .graph import Argument, Task

START_DELAY = 3.0
"""Seconds that a run is pending."""
_GAP = 1.0
_MAX_ITERATIONS = 100
_SELECTOR = re.compile(r"""parseJson\(string_value\)\[["']?([^"'\]]+)["']?\]""")


@dataclass(frozen=True)
class PlannedTask:
    """A task of a run. One that never starts is not in the plan.

    Attributes:
        kind: `dag`, `loop`, `iteration` or `container`.
        state: how it ends: SUCCEEDED, FAILED or SKIPPED.
        path: the keys from the root to the task.
        after: the keys of the siblings that come before.
    """

    id: str
    name: str
    path: str
    parent: str
    kind: str
    start: float
    end: float
    state: str
    error: str = ""
    after: tuple[str, ...] = ()


@dataclass
class Plan:
    """The plan of a run.

    Attributes:
        terminated: when somebody terminated it.
        grace: how long it takes to end after that.
        resumed: when somebody retried it.
        past: times and states before that.
    """

    seed: str
    fails: bool = False
    attempt: int = 1
    terminated: float | None = None
    grace: float = 5.0
    resumed: float | None = None
    past: list[tuple[float, str]] = field(default_factory=list)
    tasks: list[PlannedTask] = field(default_factory=list)

    @property
    def start(self) -> float:
        """When the first task starts."""
        return self.tasks[0].start if self.tasks else START_DELAY

    @property
    def end(self) -> float:
        """When the last task ends."""
        return max((task.end for task in self.tasks), default=START_DELAY)

    @property
    def state(self) -> str:
        """How the run ends, if nobody terminates it."""
        return self.tasks[0].state if self.tasks else "SUCCEEDED"

    def dumps(self) -> str:
        """The plan as text for the database."""
        return json.dumps(asdict(self), separators=(",", ":"))

    def delayed(self, seconds: float) -> Plan:
        """The same plan, with everything later: the run waits for resources."""
        tasks = [
            replace(task, start=task.start + seconds, end=task.end + seconds) for task in self.tasks
        ]
        return replace(self, tasks=tasks)

    @classmethod
    def loads(cls, text: str) -> Plan:
        """The plan from its text."""
        document = json.loads(text)
        tasks = [
            PlannedTask(**{**task, "after": tuple(task["after"])}) for task in document.pop("tasks")
        ]
        past = [(offset, state) for offset, state in document.pop("past")]
        return cls(tasks=tasks, past=past, **document)


def make(root: Task, values: Mapping[str, Any], seed: str, *, fails: bool = False) -> Plan:
    """The plan of a new run.

    Args:
        values: the parameters.
        seed: what the durations, outputs and ids depend on.
        fails: whether one task shall fail.
    """
    plan = Plan(seed, fails)
    node = _Expander(seed).expand(root, values)
    failing = _failing(node, seed) if fails else ""
    _Scheduler(plan, failing, {}, 0.0).schedule(node, START_DELAY, "")
    plan.tasks.sort(key=lambda task: (task.start, task.path))
    return plan


def decided(root: Task, values: Mapping[str, Any], seed: str) -> dict[str, Any]:
    """The outputs that conditions look at, by the path of their task and their name."""
    expander = _Expander(seed)
    expander.expand(root, values)
    return expander.outputs


def list_length(seed: str, source: str) -> int:
    """How many items there are in a list that a task puts out."""
    return 2 + _hash(seed, source) % 3


def retry(plan: Plan, root: Task, values: Mapping[str, Any], at: float, *, fails: bool) -> Plan:
    """The plan of a retried run: what succeeded stays, the rest runs again from `at`."""
    node = _Expander(plan.seed).expand(root, values)
    limit = plan.end if plan.terminated is None else plan.terminated
    kept = {
        task.path: task
        for task in plan.tasks
        if task.kind == "container" and task.state == "SUCCEEDED" and task.end <= limit
    }
    again = Plan(plan.seed, fails, plan.attempt + 1, resumed=at)
    failing = _failing(node, plan.seed) if fails else ""
    _Scheduler(again, failing, kept, at + START_DELAY).schedule(node, START_DELAY, "")
    again.tasks.sort(key=lambda task: (task.start, task.path))
    return again


@dataclass
class _Node:
    """A task of one run, before it has times."""

    name: str
    path: str
    kind: str = "container"
    after: tuple[str, ...] = ()
    always: bool = False
    skipped: bool = False
    limit: int = 0
    children: list[_Node] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The last part of the path, which siblings do not share."""
        return self.path.rpartition("/")[2]


class _Expander:
    """Unrolls loops and decides conditions."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self.outputs: dict[str, Any] = {}

    def expand(self, root: Task, values: Mapping[str, Any]) -> _Node:
        node = _Node(root.name, root.name, "dag")
        node.children = self._graph(root.children or (), node.path, values)
        return node

    def _graph(self, tasks: Sequence[Task], path: str, values: Mapping[str, Any]) -> list[_Node]:
        keys = {task.key for task in tasks}
        prepared = [(task, self._arguments(task, path, values)) for task in tasks]
        for task, arguments in prepared:
            self._settle(task, arguments, prepared)
        return [self._node(task, path, arguments, keys) for task, arguments in prepared]

    def _node(self, task: Task, path: str, arguments: Mapping[str, Any], keys: set[str]) -> _Node:
        own = f"{path}/{task.key}"
        after = tuple(key for key in task.dependencies if key in keys)
        node = _Node(task.name, own, after=after, always=task.always)
        if task.condition:
            node.skipped = not conditions.evaluate(task.condition, self._resolved(arguments))
        if task.children is not None:
            node.kind = "dag"
        if node.skipped:
            return node
        if task.iterator:
            node.kind, node.limit = "loop", task.iterator.limit
            for index, item in enumerate(self._items(task, own, arguments)):
                step = _Node(f"iteration-{index}", f"{own}/{index}", "iteration")
                inner = {**arguments, task.iterator.item: item}
                if task.children is None:
                    step.kind = "container"
                else:
                    step.children = self._graph(task.children, step.path, inner)
                node.children.append(step)
        elif task.children is not None:
            node.children = self._graph(task.children, own, arguments)
        return node

    def _arguments(self, task: Task, path: str, values: Mapping[str, Any]) -> dict[str, Any]:
        if not task.arguments and (task.condition or task.iterator or task.children):
            return dict(values)  # Argo templates look at names of the whole workflow
        return {
            name: self._argument(argument, path, values)
            for name, argument in task.arguments.items()
        }

    def _argument(self, argument: Argument, path: str, values: Mapping[str, Any]) -> Any:
        if argument.kind == "constant":
            return argument.value
        if argument.kind == "output":
            return Unknown(f"{path}/{argument.value}{argument.selector}")
        value = values.get(argument.value, "")
        match = _SELECTOR.fullmatch(argument.selector)
        if isinstance(value, Unknown):
            return Unknown(value.source + argument.selector)
        if match and isinstance(value, Mapping):
            return value.get(match.group(1), "")
        return value

    def _settle(
        self, task: Task, arguments: dict[str, Any], siblings: list[tuple[Task, dict[str, Any]]]
    ) -> None:
        """Give a value to what the task's condition looks at and nobody knows."""
        for name in conditions.names(task.condition) if task.condition else ():
            value = arguments.setdefault(name, Unknown(name))
            if not isinstance(value, Unknown) or value.source in self.outputs:
                continue
            constants = [
                constant
                for other, _ in siblings
                for constant in conditions.literals(other.condition, name)
            ]
            options = conditions.guesses(constants)
            self.outputs[value.source] = options[_hash(self._seed, value.source) % len(options)]

    def _resolved(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: self.outputs.get(value.source, "") if isinstance(value, Unknown) else value
            for name, value in arguments.items()
        }

    def _items(self, task: Task, path: str, arguments: Mapping[str, Any]) -> list[Any]:
        assert task.iterator is not None
        items: Any = task.iterator.items
        if items is None:
            items = arguments.get(task.iterator.parameter or "")
        if isinstance(items, str):
            try:
                items = json.loads(items)
            except ValueError:
                items = None
        if not isinstance(items, Sequence) or isinstance(items, str):
            source = items.source if isinstance(items, Unknown) else path
            count = list_length(self._seed, source)
            items = [Unknown(f"{source}/{index}") for index in range(count)]
        return list(items)[:_MAX_ITERATIONS]


class _Scheduler:
    """Gives times to nodes and adds them to a plan."""

    def __init__(
        self, plan: Plan, failing: str, kept: Mapping[str, PlannedTask], resume: float
    ) -> None:
        self._plan = plan
        self._failing = failing
        self._kept = kept
        self._resume = resume

    def schedule(self, node: _Node, ready: float, parent: str) -> PlannedTask:
        """Add the node and what is below it. Returns the node's own entry."""
        identifier = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self._plan.seed}/{node.path}"))
        task = PlannedTask(
            identifier, node.name, node.path, parent, node.kind, ready, ready, "SUCCEEDED",
            after=node.after,
        )  # fmt: skip
        if node.skipped:
            task = replace(task, end=ready + _GAP, state="SKIPPED")
        elif node.kind == "container":
            task = self._container(task)
        else:
            ends, failed = self._children(node, ready, identifier)
            task = replace(task, end=ends + _GAP, state="FAILED" if failed else "SUCCEEDED")
        self._plan.tasks.append(task)
        return task

    def _container(self, task: PlannedTask) -> PlannedTask:
        if task.path in self._kept:
            kept = self._kept[task.path]
            return replace(task, start=kept.start, end=kept.end)
        start = max(task.start, self._resume)
        end = start + 4.0 + _hash(self._plan.seed, task.path) % 18
        if task.path != self._failing:
            return replace(task, start=start, end=end)
        reason = "main: Error (exit code 1)"
        error = f"This step is in Failed state with this message: {reason}"
        return replace(task, start=start, end=end, state="FAILED", error=error)

    def _children(self, node: _Node, ready: float, parent: str) -> tuple[float, bool]:
        """Schedule the children. Returns when the last ends, and whether one failed."""
        if node.kind == "loop":
            return self._iterations(node, ready, parent)
        done: dict[str, PlannedTask | None] = {}
        waiting = list(node.children)
        while waiting:
            keys = {child.key for child in waiting}
            child = next((c for c in waiting if not keys & set(c.after)), waiting[0])
            waiting.remove(child)
            before = [done[key] for key in child.after if key in done]
            blocked = any(task is None or task.state == "FAILED" for task in before)
            if blocked and not child.always:
                done[child.key] = None
                continue
            start = max((task.end for task in before if task), default=ready) + _GAP
            done[child.key] = self.schedule(child, start, parent)
        ran = [task for task in done.values() if task]
        end = max((task.end for task in ran), default=ready)
        return end, any(task.state == "FAILED" for task in ran)

    def _iterations(self, node: _Node, ready: float, parent: str) -> tuple[float, bool]:
        lanes = [ready] * (node.limit or max(1, len(node.children)))
        failed = False
        for child in node.children:
            lane = lanes.index(min(lanes))
            task = self.schedule(child, lanes[lane] + _GAP, parent)
            lanes[lane] = task.end
            failed = failed or task.state == "FAILED"
        return max(lanes), failed


def _failing(node: _Node, seed: str) -> str:
    """The path of the container that fails."""
    paths = _containers(node)
    return paths[_hash(seed, "failure") % len(paths)] if paths else ""


def _containers(node: _Node) -> list[str]:
    if node.skipped or node.always:
        return []
    if node.kind == "container":
        return [node.path]
    return [path for child in node.children for path in _containers(child)]


def _hash(seed: str, text: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}/{text}".encode()).digest()[:6], "big")
