"""`debug`: a failed task as a cell."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ...pipelines.kinds import Kind
from ..command import Command, Context
from ..options import add_id, add_task
from ..parser import About, Parser

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the arguments of `debug`."""
    add_id(parser, Kind.RUNS)
    add_task(parser, "name, path or id of a task (the first that failed)")


def run(context: Context, asked: Namespace) -> Result:
    """Return the code of a task."""
    from ..debug import debug
    from ..lookup import Finder

    client = context.client(asked.namespace)
    return debug(client, Finder(client).id(Kind.RUNS, asked.id, archived=False), asked.task)


COMMAND = Command(
    "debug",
    About(
        "Put the code of a failed task, with its inputs, into a new cell.",
        (
            ("3f1c9a52", "the first task that failed"),
            ("3f1c9a52 train", "another one"),
        ),
        "Of a Python component it is the function, and a call with the run's own parameters and\n"
        "artifacts; of a container its image, command and arguments in words. Nothing is run by\n"
        "itself. In a terminal the code is printed.",
    ),
    "Run",
    run,
    options=options,
)
