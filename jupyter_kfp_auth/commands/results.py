"""What commands give back: values first, and then a table in text or HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from html import escape
from typing import Any, overload

from ..pipelines.models import Model, Page, Task
from .tables import COLUMNS, html_table, text_table
from .words import ago, duration, plain


class Result:
    """Something a command gives back. Shows itself in a terminal, a notebook, or as JSON."""

    #: What an explorer widget would show, and the answer that it can start from.
    view: Mapping[str, Any] | None = None
    first: Mapping[str, Any] | None = None
    #: Set where there is a page to talk to: makes the explorer's part of the display.
    widget: Callable[[Result], Mapping[str, Any]] | None = None

    def text(self) -> str:
        """Return the result as plain text."""
        raise NotImplementedError

    def html(self) -> str:
        """Return the result as static HTML."""
        return f"<pre>{escape(self.text())}</pre>"

    def as_dict(self) -> Any:
        """Return the result as JSON-ready data."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": self.text(), "text/html": self.html()}
        return bundle | dict(self.widget(self) if self.widget else {})


@dataclass(repr=False)
class Listing(Result, Sequence[Model]):
    """A list of models, with the size of the whole list on the server."""

    kind: str
    items: tuple[Model, ...]
    total_size: int
    query: Mapping[str, str] = field(default_factory=dict)
    namespace: str = ""
    next_page_token: str = ""

    @overload
    def __getitem__(self, index: int) -> Model: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Model]: ...
    def __getitem__(self, index: int | slice) -> Model | Sequence[Model]:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def to_pandas(self) -> Any:
        """Return the items as a `pandas.DataFrame`, one row each."""
        import pandas  # the user's own; nothing here depends on it

        return pandas.DataFrame([item.as_dict() for item in self.items])

    def as_dict(self) -> dict[str, Any]:
        """Return the same as the REST route: a page."""
        return Page(self.items, self.next_page_token, self.total_size).as_dict()

    @property
    def caption(self) -> str:
        """How many there are, in words."""
        where = f" in {self.namespace}" if self.namespace else ""
        return f"{len(self.items)} of {self.total_size} {self.kind.replace('-', ' ')}{where}"

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The cells of the table."""
        columns = COLUMNS[self.kind]
        return [columns.row(item) for item in self.items]

    def text(self) -> str:
        """Return a table and its caption."""
        if not self.items:
            return self.caption
        return f"{text_table(COLUMNS[self.kind].headings, self.rows)}\n{self.caption}"

    def html(self) -> str:
        """Return a table and its caption; names are text, never markup."""
        return html_table(COLUMNS[self.kind].headings, self.rows, self.caption)

    @property
    def view(self) -> Mapping[str, Any]:  # type: ignore[override]
        """The explorer's view of this list."""
        return {"kind": self.kind, "id": "", "query": dict(self.query)}

    @property
    def first(self) -> Mapping[str, Any]:  # type: ignore[override]
        """The page at hand, so that the explorer shows something at once."""
        return {"path": self.kind, "query": dict(self.query), "body": self.as_dict()}


@dataclass(repr=False)
class Details(Result):
    """One model, with its fields and, for a run, its tasks."""

    kind: str
    item: Any

    def as_dict(self) -> dict[str, Any]:
        """Return the same as the REST route."""
        found: dict[str, Any] = self.item.as_dict()
        return found

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What is worth showing of the model."""
        item = self.item
        if self.kind == "experiments":
            times = [("Created", ago(item.created_at)), ("Last run", ago(item.last_run_created_at))]
            return [("Experiment", item.display_name), ("ID", item.id), *times]
        fields = [
            ("Run", item.display_name),
            ("ID", item.id),
            ("State", item.state or "-"),
            ("Created", ago(item.created_at)),
            ("Duration", duration(item.created_at, item.finished_at)),
        ]
        fields += [("Error", item.error)] if item.error else []
        return fields + [(f"  {name}", str(value)) for name, value in item.parameters.items()]

    @property
    def _tasks(self) -> list[tuple[str, ...]]:
        rows = []
        for depth, task in in_order(getattr(self.item, "tasks", ())):
            name, *cells = COLUMNS["tasks"].row(task)
            rows.append(("\u2003" * depth + name, *cells))
        return rows

    def text(self) -> str:
        """Return the fields, then the tasks."""
        width = max(len(name) for name, _ in self.fields)
        lines = [f"{plain(name):{width}}  {plain(value)}" for name, value in self.fields]
        if self._tasks:
            lines += ["", text_table(COLUMNS["tasks"].headings, self._tasks)]
        return "\n".join(lines)

    def html(self) -> str:
        """Return the fields and the tasks as tables."""
        fields = html_table((), self.fields, "")
        return fields + (
            html_table(COLUMNS["tasks"].headings, self._tasks, "") if self._tasks else ""
        )

    @property
    def view(self) -> Mapping[str, Any] | None:  # type: ignore[override]
        """The explorer's view of a run."""
        return {"kind": "run", "id": self.item.id, "query": {}} if self.kind == "runs" else None

    @property
    def first(self) -> Mapping[str, Any]:  # type: ignore[override]
        """The run at hand."""
        return {"path": f"{self.kind}/{self.item.id}", "query": {}, "body": self.as_dict()}


@dataclass(repr=False)
class Message(Result):
    """A sentence, with data behind it where a program asks."""

    sentence: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """Return the sentence."""
        return self.sentence

    def as_dict(self) -> dict[str, Any]:
        """Return the data."""
        return {"message": self.sentence, **self.data}


def in_order(tasks: Sequence[Task]) -> list[tuple[int, Task]]:
    """Return tasks depth first, each with its depth: a group, then what is in it, by start."""
    known = {task.task_id for task in tasks}
    children: dict[str, list[Task]] = {}
    for task in tasks:
        parent = task.parent_task_id
        children.setdefault(parent if parent in known else "", []).append(task)
    found: list[tuple[int, Task]] = []
    stack = [(0, task) for task in reversed(_by_start(children.pop("", [])))]
    while stack:
        depth, task = stack.pop()
        found.append((depth, task))
        below = _by_start(children.pop(task.task_id, []))
        stack += [(depth + 1, child) for child in reversed(below)]
    return found


def _by_start(tasks: Sequence[Task]) -> list[Task]:
    never = datetime.max.replace(tzinfo=timezone.utc)
    return sorted(tasks, key=lambda task: task.started_at or never)
