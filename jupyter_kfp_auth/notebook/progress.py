"""How a run gets on, in the output of the cell that waits for it. One output, shown anew."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from IPython import display

from ..commands.formatting import duration, plain, word
from ..commands.task_summary import progress, work
from ..http.strict_json import JsonDict
from ..pipelines.models import Run, Task

_SIGNS = {"Succeeded": "✓", "From cache": "✓", "Failed": "✗", "Running": "▶", "Pending": "…"}
_WIDTH = 24  # of the bar in plain text

#: Rows of tasks that are shown; the bar counts them all.
_ROWS = 30


class NotebookWatch:
    """A bar, and a line for each task. Needs no widgets: it lives in saved notebooks, too."""

    def __init__(self) -> None:
        self._handle: Any = None
        self._shown: JsonDict = {}

    def show(self, run: Run, note: str) -> None:
        """Show the run as it is now; nothing is sent where nothing has changed."""
        content = {"text/plain": _text(run, note), "text/html": _html(run, note)}
        if content == self._shown:
            return
        if self._handle is None:
            show: Callable[..., object] = display.display
            self._handle = show(content, raw=True, display_id=True)
        else:
            self._handle.update(content, raw=True)
        self._shown = content

    def close(self) -> None:
        """The last view stays."""


def _caption(run: Run, note: str) -> str:
    done, known, running = progress(run.tasks)
    words = f"{word(run)}, {done} of {known} tasks have ended"
    if running and not run.finished:
        words += f"; running: {', '.join(running)}"
    return plain(f"{run.display_name}: {words}. {note}".strip())


def _text(run: Run, note: str) -> str:
    done, known, _ = progress(run.tasks)
    filled = round(_WIDTH * done / known) if known else 0
    lines = [f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {_caption(run, note)}"]
    lines += [" ".join(_row(task)).rstrip() for task in work(run.tasks)[:_ROWS]]
    return "\n".join(lines)


def _html(run: Run, note: str) -> str:
    done, known, _ = progress(run.tasks)
    rows = "".join(
        "<tr>" + "".join(f'<td style="text-align:left">{escape(c)}</td>' for c in _row(task))
        + "</tr>"
        for task in work(run.tasks)[:_ROWS]
    )  # fmt: skip
    bar = f'<progress value="{done}" max="{max(known, 1)}"></progress>'
    return f"<div>{bar} {escape(_caption(run, note))}</div><table>{rows}</table>"


def _row(task: Task) -> tuple[str, ...]:
    took = duration(task.started_at, task.finished_at) if task.finished_at else ""
    reason = task.reason.message if task.reason is not None else task.error
    error = plain(reason)[:200]
    return (
        _SIGNS.get(word(task), "-"),
        plain(task.display_name),
        word(task).lower(),
        took,
        *([error] if error else []),
    )
