"""`logs`: what the tasks of a run have printed."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from ...pipelines.kinds import Kind
from ..command import Command, Context
from ..options import add_id, add_task
from ..parser import About, Parser

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the options of `logs`."""
    add_id(parser, Kind.RUNS)
    add_task(parser, "name or id of a task")
    parser.add_argument("-f", "--follow", action="store_true", help="go on until the run ends")


def run(context: Context, asked: Namespace) -> Result:
    """Read logs, or write them as they grow."""
    from ..logs import follow, read
    from ..lookup import Finder
    from ..results import Message

    client = context.client(asked.namespace)
    run_id = Finder(client).id(Kind.RUNS, asked.id, archived=False)
    if not asked.follow:
        return read(client, run_id, asked.task)
    found = follow(client, run_id, asked.task, _nothing if asked.json else _write)
    return found if asked.json else Message(f"The run has ended: {found.ended}.")


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _nothing(text: str) -> None:
    return None


COMMAND = Command(
    "logs",
    About(
        "Show what the tasks of a run have printed.",
        (
            ("3f1c9a52", "of the failed tasks, or else of all"),
            ("3f1c9a52 train --follow", "of one task, as it grows"),
        ),
    ),
    "Run",
    run,
    overview=(
        "logs | debug RUN [TASK]",
        "Show what tasks printed; put a failed one into a cell.",
    ),
    options=options,
    synonyms=("log",),
)
