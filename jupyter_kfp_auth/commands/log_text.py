"""Logs as text: what there is of one, its heading, and what a terminal may show of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..http.errors import in_a_line
from ..pipelines.task_logs import NoLog
from .formatting import plain

#: The most of one log that is shown, in bytes, from its end.
LARGEST = 2 * 1024 * 1024

_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")


@dataclass(frozen=True, slots=True)
class Entry:
    """The log of one attempt of a task, or why there is none.

    Attributes:
        name: of the task, with its attempt where there are several.
        log: what was printed.
        problem: why there is no log, or no more of it; empty where it is whole.
    """

    name: str
    log: str = ""
    problem: str = ""


def sentence(error: NoLog) -> str:
    """Return why there is no log, and what to do about it."""
    return in_a_line(error.message, error.next_step)


def heading(name: str) -> str:
    """Return the line above the log of a task."""
    return f"── {plain(name)} ──"


def printable(log: str) -> str:
    """Return a log that a terminal only shows: lines, tabs and colours, nothing else."""
    pieces = _COLOUR.split(log.replace("\r\n", "\n"))
    return "".join(
        piece if _COLOUR.fullmatch(piece) else "\n".join(map(_line, piece.split("\n")))
        for piece in pieces
    )


def _line(line: str) -> str:
    return "\t".join(plain(part) for part in line.split("\t"))
