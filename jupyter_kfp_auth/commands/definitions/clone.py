"""`clone`: start a run like an old one."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ...pipelines.kinds import Kind
from ..command import Command, Context
from ..options import add_id, add_start
from ..parser import About, Parser

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the options of `clone`."""
    add_id(parser, Kind.RUNS)
    add_start(parser, "the old one's")


def run(context: Context, asked: Namespace) -> Result:
    """Start a run once more, and wait for its end where that is asked for."""
    from ..arguments import mapping
    from ..clone import clone, original
    from ..lookup import Finder
    from ..started import started

    client = context.client(asked.namespace)
    finder = Finder(client)
    old = original(client, finder.id(Kind.RUNS, asked.id, archived=False))
    new = clone(
        client,
        old,
        name=asked.name or "",
        experiment_id=finder.experiment_id(asked.experiment),
        texts=asked.arg,
        values=mapping(asked.args, context.variables) if asked.args else {},
    )
    return started(context, asked, new)


COMMAND = Command(
    "clone",
    About(
        "Start a run like an old one, with other arguments.",
        (
            ("3f1c9a52 --arg lr=0.2 --wait", "and see it to its end"),
            ("3f1c9a52 --name again -e tests", "in another experiment"),
        ),
        "The new run has the pipeline, arguments, service account and pipeline root of the old\n"
        "one, but for what you change. The arguments are checked before anything is sent.",
    ),
    "Run",
    run,
    overview=("clone RUN", "Run it again with changes: --arg lr=0.2."),
    options=options,
    synonyms=("rerun",),
)
