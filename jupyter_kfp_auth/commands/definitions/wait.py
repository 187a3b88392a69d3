"""`wait`: follow a run until it ends."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ...pipelines.kinds import Kind
from ..command import Command, Context
from ..options import add_id, add_timeout
from ..parser import About, Parser

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the options of `wait`."""
    add_id(parser, Kind.RUNS)
    add_timeout(parser)


def run(context: Context, asked: Namespace) -> Result:
    """Wait for a run."""
    from ..lookup import Finder
    from ..results import Details
    from ..waiting import wait

    client = context.client(asked.namespace)
    run_id = Finder(client).id(Kind.RUNS, asked.id, archived=False)
    return Details(Kind.RUNS, wait(client, run_id, asked.timeout, context.watch()))


COMMAND = Command(
    "wait",
    About(
        "Follow a run, task by task, until it ends.",
        (("3f1c9a52 --timeout 30m", "but half an hour at most"),),
        "Interrupting stops the waiting, never the run. When the run fails, this fails.",
    ),
    "Run",
    run,
    overview=("wait RUN", "Follow a run, task by task, until it ends."),
    options=options,
    synonyms=("watch",),
)
