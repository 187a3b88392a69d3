"""How results and progress look in a terminal: coloured and fitted there, plain everywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from ..pipelines.models import Run, Task
from .formatting import duration, plain, word
from .results import Details, Listing
from .tables import COLUMNS, plain_table
from .task_summary import newly_ended, progress

#: Styles of states; every state is also a word.
STYLES = {
    "Succeeded": "green",
    "From cache": "green",
    "Failed": "bold red",
    "Running": "cyan",
    "Terminating": "yellow",
    "Paused": "yellow",
    **dict.fromkeys(("Pending", "Skipped", "Terminated", "Not started", "Not run"), "dim"),
}
_SIGNS = {"Succeeded": "✓", "From cache": "✓", "Failed": "✗"}

#: As much of an id as is unique among some thousands.
_SHORT_ID = 8

#: Columns of the screen between two columns of a table, and the least for a name.
_GAP, _NARROWEST = 3, 8


def show(result: Any, console: Console) -> None:
    """Print a result: fitted to the width on a terminal, whole where it is piped."""
    if not console.is_terminal or not isinstance(result, (Listing, Details)):
        # Not through rich, which would wrap it.
        print(result, file=console.file)
        return
    console.print(_listing(result, console.width) if isinstance(result, Listing) else _run(result))


def _listing(listing: Listing, width: int) -> RenderableType:
    caption = Text(plain(listing.caption), style="dim")
    rows = listing.rows
    if not rows:
        return caption
    headings = COLUMNS[listing.kind].headings
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    if sum(widths) + 3 * len(widths) > width and headings[-1] == "ID":
        rows = [(*row[:-1], row[-1][:_SHORT_ID]) for row in rows]
    return Group(_table(headings, rows, width=width), caption)


def _run(details: Details) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    for name, value in details.fields:
        grid.add_row(Text(plain(name), style="dim"), _cell(value))
    parts: list[RenderableType] = [grid]
    if details.log:
        parts += [Text(), *(Text(f"  │ {plain(line)}", style="dim") for line in details.log)]
    if details.tasks:
        parts += [Text(), _table(COLUMNS["tasks"].headings, details.tasks, fold=True)]
    parts += [Text(plain(note), style="dim") for note in details.notes]
    return Group(*parts)


def _table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, width: int = 0, fold: bool = False
) -> Table:
    """Return a table; its first column gives way to the width, or its last one is folded."""
    table: Table = plain_table()
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    # Ids, states and times are of use only when they are whole.
    room = max(width - sum(widths[1:]) - _GAP * (len(widths) - 1), _NARROWEST) if width else None
    last = len(headings) - 1
    for place, heading in enumerate(headings):
        folded = fold and place == last
        table.add_column(
            heading,
            no_wrap=not folded,
            overflow="fold" if folded else "ellipsis",
            max_width=room if place == 0 else None,
        )
    for row in rows:
        table.add_row(*map(_cell, row))
    return table


def _cell(value: str) -> Text:
    return Text(plain(value), style=STYLES.get(value, ""))


class TerminalWatch:
    """A bar on a terminal, and a line for each task that has ended."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._ended: dict[str, datetime | None] = {}
        self._bar: Progress | None = None
        self._task: Any = None

    def show(self, run: Run, note: str) -> None:
        """Move the bar."""
        if self._bar is None:
            self._bar = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=self._console,
                transient=True,
            )
            self._task = self._bar.add_task("")
            self._bar.start()
        for task in newly_ended(run.tasks, self._ended):
            self._console.print(_ended(task), highlight=False)
        done, known, running = progress(run.tasks)
        words = note or ", ".join(running) or word(run).lower()
        self._bar.update(
            self._task,
            description=f"{plain(run.display_name)[:32]}: {words[:60]}",
            completed=done,
            total=max(known, 1),
        )

    def close(self) -> None:
        """Take the bar away; the lines stay."""
        if self._bar is not None:
            self._bar.stop()


class LineWatch:
    """A line for each task that has ended: for logs and pipes."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._ended: dict[str, datetime | None] = {}
        self._note = ""

    def show(self, run: Run, note: str) -> None:
        """Print what is new."""
        for task in newly_ended(run.tasks, self._ended):
            print(_ended(task).plain, file=self._file, flush=True)
        if note and note != self._note:
            print(note, file=self._file, flush=True)
        self._note = note

    def close(self) -> None:
        """Nothing is left to do."""


def watch(console: Console) -> TerminalWatch | LineWatch:
    """Return what suits the console."""
    return TerminalWatch(console) if console.is_terminal else LineWatch(console.file)


def _ended(task: Task) -> Text:
    shown = word(task)
    style = STYLES.get(shown, "default")
    line = Text(f"{_SIGNS.get(shown, '-')} ", style=style)
    line.append(plain(task.display_name), style="default")
    line.append(f"  {shown.lower()}", style=style)
    line.append(f"  {duration(task.started_at, task.finished_at)}", style="dim")
    return line
