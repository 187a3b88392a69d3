"""The graph of a pipeline's tasks, whatever it was compiled to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Argument:
    """Where a parameter of a task comes from.

    Attributes:
        kind: `constant`, `input` (a parameter of the enclosing graph) or `output` (of a task).
        value: the constant, the name of the parameter, or `task/output`.
        selector: what to take of it, such as `parseJson(string_value)["a"]`.
    """

    kind: str
    value: Any
    selector: str = ""


@dataclass(frozen=True)
class Iterator:
    """A loop over items that are known, or come with a parameter, or with an artifact."""

    item: str
    items: Sequence[Any] | None
    parameter: str | None
    limit: int = 0


@dataclass(frozen=True)
class Task:
    """A task; one with children is a graph of its own.

    Attributes:
        dependencies: keys of tasks that come before, in the same graph.
        always: runs even if those failed.
        template: what the compiled pipeline calls what it runs.
        image: of its container.
        program: the source and the name of its Python function, or nothing and its command.
        importer: imports an artifact, without a container of the user.
        retries: attempts after a failure.
    """

    name: str
    key: str = ""
    dependencies: tuple[str, ...] = ()
    condition: str = ""
    always: bool = False
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    iterator: Iterator | None = None
    children: tuple[Task, ...] | None = None
    template: str = ""
    image: str = ""
    program: tuple[str, str] = ("", "")
    importer: bool = False
    retries: int = 0
