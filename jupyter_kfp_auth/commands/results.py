"""What commands give back: values first, and then a table in text or HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING, Any, overload

from ..http.strict_json import Json, JsonDict, JsonObject
from ..pipelines.models import Model, Page, Pipeline, Reason, RecurringRun, Run
from .formatting import ago, duration, plain, word
from .schedule_words import next_time, schedule_words
from .tables import COLUMNS, html_table, text_table
from .task_summary import in_order

if TYPE_CHECKING:
    import pandas


class Result:
    """Something a command gives back. Shows itself in a terminal, a notebook, or as JSON."""

    #: What an explorer widget would show, and the answer that it can start from.
    view: JsonObject | None = None
    first: JsonObject | None = None
    #: Set where there is a page to talk to: makes the explorer's part of the display.
    widget: Callable[[Result], JsonObject] | None = None

    def text(self) -> str:
        """Return the result as plain text."""
        raise NotImplementedError

    def html(self) -> str:
        """Return the result as static HTML."""
        return f"<pre>{escape(self.text())}</pre>"

    def as_dict(self) -> Json:
        """Return the result as JSON-ready data."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> JsonDict:
        bundle: JsonDict = {"text/plain": self.text(), "text/html": self.html()}
        return bundle | dict(self.widget(self) if self.widget else {})


class Listing(Result, Sequence[Model]):
    """A list of models: a sequence of as many as were asked for, fetched as they are needed.

    One page is there from the beginning. Its length is what the server says there is, up to the
    limit; whoever looks further (an index, a slice, a loop, a table) fetches the pages for it, and
    then the length is that of what came.

    Args:
        kind: such as ``runs``.
        items: the first page.
        total_size: how many there are on the server.
        query: what was asked, in the words of the REST interface.
        namespace: whose they are, where that matters.
        next_page_token: empty when there are no more.
        limit: how many are wanted; by default those that are there.
        fetch: returns the page behind a token.
    """

    def __init__(
        self,
        kind: str,
        items: tuple[Model, ...],
        total_size: int,
        query: Mapping[str, str] | None = None,
        namespace: str = "",
        next_page_token: str = "",
        *,
        limit: int | None = None,
        fetch: Callable[[str], Page[Model]] | None = None,
    ) -> None:
        self.kind = kind
        self.total_size = total_size
        self.query = query or {}
        self.namespace = namespace
        self.limit = len(items) if limit is None else limit
        self._first = items
        self._loaded = list(items[: self.limit])
        self._seen = {item.id for item in items}
        self._first_token = next_page_token
        # Behind a page that is cut the server's token would leave out what is cut off.
        self._token = next_page_token if len(items) <= self.limit else ""
        self._fetch = fetch

    @property
    def items(self) -> tuple[Model, ...]:
        """Every model, up to the limit."""
        return tuple(self._up_to(self.limit))

    @overload
    def __getitem__(self, index: int) -> Model: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Model]: ...
    def __getitem__(self, index: object) -> Model | Sequence[Model]:
        if not isinstance(index, (int, slice)):
            shown = repr(index)[:40]
            raise TypeError(f"a listing has no {shown}: take one of it, x[0], or x.to_pandas()")
        if isinstance(index, slice):
            wanted = range(len(self))[index]
            return tuple(self._up_to(max(wanted, default=-1) + 1)[index])
        return self._up_to(self.limit if index < 0 else index + 1)[index]

    def __len__(self) -> int:
        if self._complete:
            return len(self._loaded)
        return max(len(self._loaded), min(self.limit, self.total_size))

    def __iter__(self) -> Iterator[Model]:
        place = 0
        while place < len(self._up_to(place + 1)):
            yield self._loaded[place]
            place += 1

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = Result.__hash__

    @property
    def _complete(self) -> bool:
        return len(self._loaded) >= self.limit or not self._token or self._fetch is None

    def _up_to(self, count: int) -> list[Model]:
        """Fetch pages until so many models are there, or no more come."""
        while len(self._loaded) < count and not self._complete and self._fetch is not None:
            page = self._fetch(self._token)
            self._token = page.next_page_token if page.next_page_token != self._token else ""
            # Rows may have moved from one page to the next in the meantime.
            new = [item for item in page.items if item.id not in self._seen]
            self._seen.update(item.id for item in new)
            room = self.limit - len(self._loaded)
            self._loaded += new[:room]
            self._token = self._token if len(new) <= room else ""
            self.total_size = page.total_size
        return self._loaded

    def to_pandas(self) -> pandas.DataFrame:
        """Return the items as a `pandas.DataFrame`, one row each."""
        import pandas  # the user's own; nothing here depends on it

        return pandas.DataFrame([item.as_dict() for item in self])

    def as_dict(self) -> JsonDict:
        """Return the same as the REST route: a page, of the size of the limit."""
        return Page(self.items, self._token, self.total_size).as_dict()

    @property
    def caption(self) -> str:
        """How many there are, in words."""
        where = f" in {self.namespace}" if self.namespace else ""
        kind = self.kind.replace("-", " ")
        return f"{len(self.items)} of {max(self.total_size, len(self))} {kind}{where}"

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
    def view(self) -> JsonObject:  # type: ignore[override]
        """The explorer's view of this list."""
        return {"kind": self.kind, "id": "", "query": dict(self.query)}

    @property
    def first(self) -> JsonObject:  # type: ignore[override]
        """The page at hand, so that the explorer shows something at once."""
        page = Page(self._first, self._first_token, self.total_size)
        return {"path": self.kind, "query": dict(self.query), "body": page.as_dict()}


@dataclass(repr=False)
class Details(Result):
    """One model, with its fields and, for a run, its tasks."""

    kind: str
    item: Any
    #: What else there is to say.
    notes: tuple[str, ...] = ()

    def as_dict(self) -> JsonDict:
        """Return the same as the REST route."""
        found: JsonDict = self.item.as_dict()
        return found

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What is worth showing of the model."""
        item = self.item
        if self.kind == "experiments":
            times = [("Created", ago(item.created_at)), ("Last run", ago(item.last_run_created_at))]
            return [("Experiment", item.display_name), ("ID", item.id), *times]
        if isinstance(item, RecurringRun):
            following = next_time(item)
            return [
                ("Recurring run", item.display_name),
                ("ID", item.id),
                ("Schedule", schedule_words(item)),
                ("Next", ago(following) if following else "-"),
                ("Enabled", "yes" if item.enabled else "no"),
                *((f"  {name}", str(value)) for name, value in item.parameters.items()),
            ]
        if isinstance(item, Pipeline):
            owner = item.namespace or "shared"
            return [("Pipeline", item.display_name), ("ID", item.id), ("Namespace", owner)]
        fields = [
            ("Run", item.display_name),
            ("ID", item.id),
            ("State", word(item)),
            ("Created", ago(item.created_at)),
            ("Duration", duration(item.created_at, item.finished_at)),
        ]
        fields += self._reason(item.reason) if item.reason else []
        fields += [("Error", item.error)] if item.error and not item.reason else []
        return fields + [(f"  {name}", str(value)) for name, value in item.parameters.items()]

    def _reason(self, reason: Reason) -> list[tuple[str, str]]:
        """Return the lines that explain a run: why, and what to do."""
        more = f" (and {reason.more} more failed)" if reason.more else ""
        found = [("Why", reason.message + more)]
        return found + ([("Next", reason.next_step)] if reason.next_step else [])

    @property
    def log(self) -> tuple[str, ...]:
        """The last lines of the log of what failed. They may hold secrets: nothing saves them."""
        reason = getattr(self.item, "reason", None)
        return reason.log if reason is not None else ()

    @property
    def tasks(self) -> list[tuple[str, ...]]:
        """The cells of the table of tasks, indented as they are nested."""
        rows = []
        for depth, task in in_order(getattr(self.item, "tasks", ())):
            name, *cells = COLUMNS["tasks"].row(task)
            rows.append(("\u2003" * depth + name, *cells))
        return rows

    def __format__(self, spec: str) -> str:
        # In a line of `%kfp`, `{run}` stands for the run's id.
        return format(self.item.id, spec)

    def text(self) -> str:
        """Return the fields, then the tasks."""
        width = max(len(name) for name, _ in self.fields)
        lines = [f"{plain(name):{width}}  {plain(value)}" for name, value in self.fields]
        if self.log and self.widget is None:
            lines += ["", *(f"  │ {plain(line)}" for line in self.log)]
        if self.tasks:
            lines += ["", text_table(COLUMNS["tasks"].headings, self.tasks)]
        return "\n".join([*lines, *map(plain, self.notes)])

    def html(self) -> str:
        """Return the fields and the tasks as tables."""
        parts = [html_table((), self.fields, "")]
        if self.tasks:
            parts.append(html_table(COLUMNS["tasks"].headings, self.tasks, ""))
        return "".join([*parts, *(f"<p>{escape(plain(note))}</p>" for note in self.notes)])

    @property
    def view(self) -> JsonObject | None:  # type: ignore[override]
        """The explorer's view of a run."""
        return {"kind": "run", "id": self.item.id, "query": {}} if self.kind == "runs" else None

    @property
    def first(self) -> JsonObject:  # type: ignore[override]
        """The run at hand, without what its tasks have printed."""
        body = without_logs(self.item).as_dict() if self.kind == "runs" else self.as_dict()
        return {"path": f"{self.kind}/{self.item.id}", "query": {}, "body": body}


def without_logs(run: Run) -> Run:
    """Return a run without the lines of logs in its reasons: for what is saved with a notebook."""

    def bare(reason: Reason | None) -> Reason | None:
        return replace(reason, log=()) if reason is not None and reason.log else reason

    tasks = tuple(
        replace(task, reason=bare(task.reason)) if task.reason is not None else task
        for task in run.tasks
    )
    return replace(run, reason=bare(run.reason), tasks=tasks)


@dataclass(repr=False)
class Message(Result):
    """A sentence, with data behind it where a program asks."""

    sentence: str
    data: JsonObject = field(default_factory=dict)

    def text(self) -> str:
        """Return the sentence."""
        return self.sentence

    def as_dict(self) -> JsonDict:
        """Return the data."""
        return {"message": self.sentence, **self.data}
