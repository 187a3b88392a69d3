"""The tasks of one run: loops are unrolled and conditions decided, but nothing has times yet."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import conditions
from .conditions import Unknown
from .graph import Argument, Task

_MAX_ITERATIONS = 100
_SELECTOR = re.compile(r"""parseJson\(string_value\)\[["']?([^"'\]]+)["']?\]""")


@dataclass
class Step:
    """A task of one run.

    Attributes:
        kind: `dag`, `loop`, `iteration` or `container`.
        path: the keys from the root to the task.
        after: the keys of the siblings that come before.
        skipped: its condition does not hold.
        item: of a round of a loop.
    """

    task: Task
    name: str
    path: str
    kind: str = "container"
    after: tuple[str, ...] = ()
    skipped: bool = False
    item: Any = None
    values: Mapping[str, Any] = field(default_factory=dict)
    children: list[Step] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The last part of the path, which siblings do not share."""
        return self.path.rpartition("/")[2]


def unroll(root: Task, values: Mapping[str, Any], seed: str) -> Step:
    """The tasks of a run with these parameters. Values that are not known depend on the seed."""
    return _Unroller(seed).unroll(root, values)


def decided(root: Task, values: Mapping[str, Any], seed: str) -> dict[str, Any]:
    """The outputs that conditions look at, by the path of their task and their name."""
    unroller = _Unroller(seed)
    unroller.unroll(root, values)
    return unroller.outputs


def list_length(seed: str, source: str) -> int:
    """How many items there are in a list that a task puts out."""
    return 2 + number(seed, source) % 3


def number(seed: str, text: str) -> int:
    """A large number that depends on both."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{text}".encode()).digest()[:6], "big")


class _Unroller:
    def __init__(self, seed: str) -> None:
        self._seed = seed
        self.outputs: dict[str, Any] = {}

    def unroll(self, root: Task, values: Mapping[str, Any]) -> Step:
        step = Step(root, root.name, root.name, "dag", values=values)
        step.children = self._graph(root.children or (), step.path, values)
        return step

    def _graph(self, tasks: Sequence[Task], path: str, values: Mapping[str, Any]) -> list[Step]:
        keys = {task.key for task in tasks}
        prepared = [(task, self._arguments(task, path, values)) for task in tasks]
        for task, arguments in prepared:
            self._settle(task, arguments, prepared)
        return [self._step(task, path, arguments, keys) for task, arguments in prepared]

    def _step(self, task: Task, path: str, arguments: Mapping[str, Any], keys: set[str]) -> Step:
        own = f"{path}/{task.key}"
        after = tuple(key for key in task.dependencies if key in keys)
        known = self._resolved(arguments)
        step = Step(task, task.name, own, after=after, values=known)
        if task.condition:
            step.skipped = not conditions.evaluate(task.condition, known)
        if task.children is not None:
            step.kind = "dag"
        if step.skipped:
            return step
        if task.iterator:
            step.kind = "loop"
            for index, item in enumerate(self._items(task, own, arguments)):
                step.children.append(self._round(task, f"{own}/{index}", item, arguments))
        elif task.children is not None:
            step.children = self._graph(task.children, own, arguments)
        return step

    def _round(self, task: Task, path: str, item: Any, arguments: Mapping[str, Any]) -> Step:
        assert task.iterator is not None
        inner = {**arguments, task.iterator.item: item}
        name = f"iteration-{path.rpartition('/')[2]}"
        values = self._resolved(inner)
        if task.children is None:
            return Step(task, name, path, item=item, values=values)
        children = self._graph(task.children, path, inner)
        return Step(task, name, path, "iteration", item=item, values=values, children=children)

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
        """Give a value to what the task's condition looks at and no parameter says."""
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
            self.outputs[value.source] = options[number(self._seed, value.source) % len(options)]

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
