"""Tables of models, in plain text and in static HTML."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ..pipelines.models import Status
from .formatting import ago, duration, plain, word
from .schedule_words import next_time, schedule_words

Row = Callable[[Any], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Columns:
    """Headings of a table, and how a model becomes a row of it."""

    headings: tuple[str, ...]
    row: Row


COLUMNS: dict[str, Columns] = {
    "experiments": Columns(
        ("Experiment", "Created", "Last run", "ID"),
        lambda e: (
            e.display_name,
            ago(e.created_at),
            ago(e.last_run_created_at),
            e.experiment_id,
        ),
    ),
    "runs": Columns(
        ("Run", "State", "Created", "Duration", "ID"),
        lambda r: (
            r.display_name,
            f"{word(r)}: {r.error}" if r.error and not r.state else word(r),
            ago(r.created_at),
            duration(r.created_at, r.finished_at),
            r.run_id,
        ),
    ),
    "recurring-runs": Columns(
        ("Recurring run", "Schedule", "Next", "Enabled", "ID"),
        lambda r: (
            r.display_name,
            schedule_words(r),
            "-" if (following := next_time(r)) is None else ago(following),
            "yes" if r.enabled else "no",
            r.recurring_run_id,
        ),
    ),
    "pipelines": Columns(
        ("Pipeline", "Namespace", "Created", "ID"),
        lambda p: (p.display_name, p.namespace or "shared", ago(p.created_at), p.pipeline_id),
    ),
    "pipeline-versions": Columns(
        ("Version", "Created", "Description", "ID"),
        lambda v: (v.display_name, ago(v.created_at), v.description, v.pipeline_version_id),
    ),
    "tasks": Columns(
        ("Task", "State", "Duration", "Reason"),
        lambda t: (
            t.display_name,
            word(t) + (f", {t.attempts} attempts" if t.attempts > 1 else ""),
            "-" if t.status is Status.NOT_RUN else duration(t.started_at, t.finished_at),
            t.reason.message if t.reason is not None else t.error,
        ),
    ),
}


def plain_table() -> Any:
    """Return an empty `rich.table.Table` of the one look that all our tables have."""
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)


def text_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in plain text. Whatever the cells hold, it only ever shows."""
    from rich.console import Console
    from rich.text import Text

    table = plain_table()
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    for row in rows:
        table.add_row(*(Text(plain(cell)[:200]) for cell in row))
    out = io.StringIO()
    # In a kernel rich would display the table by itself, beside what we return.
    console = Console(file=out, width=10_000, color_system=None, force_jupyter=False)
    console.print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip("\n").split("\n"))


def html_table(headings: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """Return a table in static HTML."""
    head = "".join(f'<th style="text-align:left">{escape(h)}</th>' for h in headings)
    body = "".join(
        "<tr>"
        + "".join(f'<td style="text-align:left">{escape(plain(cell))}</td>' for cell in row)
        + "</tr>"
        for row in rows
    )
    head = f"<thead><tr>{head}</tr></thead>" if head else ""
    foot = f"<p>{escape(plain(caption))}</p>" if caption else ""
    return f"<table>{head}<tbody>{body}</tbody></table>{foot}"
