"""`artifact`: look at one, or save it."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ...pipelines.kinds import Kind
from ..command import Command, Context
from ..options import add_id
from ..parser import About, Parser

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the arguments of `artifact`."""
    add_id(parser, Kind.RUNS)
    parser.add_argument("artifact", metavar="TASK/NAME", help="the path that outputs shows")
    parser.add_argument("--save", metavar="PATH", help="copy the file or folder to PATH")


def run(context: Context, asked: Namespace) -> Result:
    """Show an artifact, or save it."""
    from ..lookup import Finder
    from ..outputs import artifact

    client = context.client(asked.namespace)
    return artifact(
        client, Finder(client).id(Kind.RUNS, asked.id, archived=False), asked.artifact, asked.save
    )


COMMAND = Command(
    "artifact",
    About(
        "Look at an artifact, or save it.",
        (
            ("3f1c9a52 train/model", "what is known of it, and how it begins"),
            ("3f1c9a52 train/model --save model", "the whole, a file or a folder"),
        ),
        "TASK/NAME is the path that outputs shows, or its end.\n"
        "In a notebook, x = %kfp artifact ... binds it: x.read(), x.open(), x.to_pandas().",
    ),
    "Look",
    run,
    overview=("artifact RUN TASK/NAME", "Look at an artifact, or --save PATH."),
    options=options,
)
