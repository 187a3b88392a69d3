"""`outputs`: what a run produced."""

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
    """Add the arguments of `outputs`."""
    add_id(parser, Kind.RUNS)
    add_task(parser, "name, path or id of a task")


def run(context: Context, asked: Namespace) -> Result:
    """Show what a run produced."""
    from ..lookup import Finder
    from ..outputs import outputs

    client = context.client(asked.namespace)
    return outputs(client, Finder(client).id(Kind.RUNS, asked.id, archived=False), asked.task)


COMMAND = Command(
    "outputs",
    About(
        "Show what a run produced: metrics, parameters and artifacts.",
        (
            ("3f1c9a52", "of the whole run, metrics first"),
            ("3f1c9a52 train", "of one task"),
            ("3f1c9a52 --json", "for a program"),
        ),
        "In a notebook, x = %kfp outputs RUN binds a sequence of tasks: x.metrics are rows,\n"
        "x.artifacts can be read, and x.to_pandas() is a DataFrame.",
    ),
    "Look",
    run,
    overview=("outputs RUN [TASK]", "Show what it produced: metrics, parameters, artifacts."),
    options=options,
)
