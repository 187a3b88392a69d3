"""`create-experiment`: make an experiment."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ..command import Command, Context
from ..parser import About, Parser

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the options of `create-experiment`."""
    parser.add_argument("name", metavar="NAME", help="of the experiment")
    parser.add_argument("--description", default="", metavar="TEXT", help="for people")


def run(context: Context, asked: Namespace) -> Result:
    """Create an experiment."""
    from ...pipelines.kinds import Kind
    from ..results import Details

    client = context.client(asked.namespace)
    made = client.create_experiment(asked.name, description=asked.description)
    return Details(Kind.EXPERIMENTS, made)


COMMAND = Command(
    "create-experiment",
    About("Create an experiment.", (("churn --description 'models of 2026'", ""),)),
    "Run",
    run,
    options=options,
)
