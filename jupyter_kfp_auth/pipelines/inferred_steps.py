"""The steps of a run whose definition cannot be read, from the ids of its nodes.

An id is the hash of a node's full name. So of all last names that occur, those are inside a node
whose full names together have an id that occurs. What came before what is not to be known that way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from .argo_names import fnv1a
from .places import DEEPEST
from .steps import Kind, Step
from .task_models import Task

_ATTEMPT = re.compile(r"(?:\(\d+\))+$")

#: What KFP itself puts around tasks.
_DRIVER, _EXECUTOR = "-driver", ".executor"
_LOOP, _ROUNDS = ".iteration-driver", "iteration-iterations"
_SCAFFOLD = (_ROUNDS, "iteration-driver", "iteration-item", "iteration-item-driver")


class InferredSteps:
    """A `Definition` of a run, as far as it has begun.

    Args:
        nodes: of the run.
        workflow: its name.
        exists: tells whether there is a node whose full name has this hash.
        rounds: names of nodes that are rounds of loops, by the loop's name and the number.
    """

    exit: Step | None = None

    def __init__(
        self,
        nodes: Sequence[Task],
        workflow: str,
        exists: Callable[[int], bool],
        rounds: Mapping[str, Mapping[int, str]],
    ) -> None:
        self._exists = exists
        self._rounds = rounds
        self._inside: dict[str, tuple[Step, ...]] = {}
        in_time = sorted(nodes, key=lambda node: str(node.started_at))
        turns = {name for loop in rounds.values() for name in loop.values()}
        names = dict.fromkeys(_ATTEMPT.sub("", node.display_name) for node in in_time)
        self._hooks = {name for name in names if name.endswith(".onExit")}
        self._names = [
            name for name in names if name not in turns and name not in (*_SCAFFOLD, *self._hooks)
        ]
        whole = self._content(fnv1a(workflow))
        self.driven = exists(fnv1a(".root-driver", whole))
        at = self._content(fnv1a(".root", whole)) if self.driven else whole
        self._top = tuple(self._steps(at, 0))

    def top(self) -> tuple[Step, ...]:
        """Return the outermost steps."""
        return self._top

    def inside(self, step: Step) -> tuple[Step, ...]:
        """Return what a group, or one round of a loop, consists of."""
        return self._inside.get(step.component, ())

    def _content(self, place: int) -> int:
        """Return the place of a node's last attempt; its own where it has none."""
        found, number = place, 0
        while self._exists(attempt := fnv1a(f"({number})", place)):
            found, number = attempt, number + 1
        return found

    def _has(self, name: str, at: int) -> bool:
        return self._exists(fnv1a(f".{name}", at))

    def _steps(self, at: int, depth: int) -> Iterator[Step]:
        if depth > DEEPEST:
            raise RecursionError("nested beyond reason")
        there = [name for name in self._names if self._has(name, at)]
        for name in there:
            owner = name.removesuffix(_DRIVER)
            if owner == name or not self._drives(name, owner, there, at):
                yield self._step(name, at, depth)
            elif owner not in there:  # only its driver has begun, or it never will
                yield Step(owner, owner, Kind.TASK, template="system-container-impl")
        for name in there:
            if f"{name}.onExit" not in self._hooks:
                continue
            hook = self._content(fnv1a(f".{name}.onExit", at))
            for step in self._steps(hook, depth + 1):
                yield Step(
                    step.key, step.name, step.kind, (name,), step.component, step.template,
                    ends_others=True,
                )  # fmt: skip

    def _drives(self, name: str, owner: str, there: Sequence[str], at: int) -> bool:
        """Tell whether a node is the driver of a task, and not a task of that name."""
        if owner in there:
            return True
        inside = self._content(fnv1a(f".{name}", at))
        if self._has(name + _DRIVER, at) or self._exists(fnv1a(_LOOP, inside)):
            return False
        return not any(self._has(other, inside) for other in self._names)

    def _step(self, name: str, at: int, depth: int) -> Step:
        main = fnv1a(f".{name}", at)
        content = self._content(main)
        component = str(main)
        loops = self._exists(fnv1a(_LOOP, content)) if self.driven else name in self._rounds
        if loops:
            turns = self._turns(name, main, content)
            merged = {
                step.key: step for turn in turns for step in self._steps(turn, depth + 1)
            }  # a round may have got further than another one
            self._inside[component] = tuple(merged.values())
            return Step(name, name, Kind.LOOP, component=component)
        if not self._exists(fnv1a(_EXECUTOR, content)):
            inside = tuple(self._steps(content, depth + 1))
            if inside:
                self._inside[component] = inside
                return Step(name, name, Kind.GROUP, component=component)
            if self.driven and not self._has(name + _DRIVER, at):
                return Step(name, name, Kind.IMPORTER, template="system-importer")
        template = "system-container-impl" if self.driven else name
        return Step(name, name, Kind.TASK, template=template)

    def _turns(self, name: str, main: int, content: int) -> list[int]:
        """Return the places of what is in a loop's rounds; none for what is no loop."""
        found = []
        for round_name in self._rounds.get(_ROUNDS if self.driven else name, {}).values():
            if self.driven:
                turn = fnv1a(f".{round_name}", content)
            else:
                turn = fnv1a(round_name.removeprefix(name), main)
            if self._exists(turn):
                inside = self._content(turn)
                if self.driven:
                    inside = self._content(fnv1a(".iteration-item", inside))
                found.append(inside)
        return found
