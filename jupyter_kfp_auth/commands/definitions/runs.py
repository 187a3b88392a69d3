"""`runs`: list them."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ...pipelines.kinds import Kind
from ...pipelines.status import KNOWN_STATES
from ..command import Command, Context
from ..options import add_experiment, add_listing
from ..parser import About, Parser

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the options of `runs`."""
    add_listing(parser, Kind.RUNS)
    add_experiment(parser, "only those of this one")
    parser.add_argument(
        "--state",
        type=str.lower,
        choices=[state.lower() for state in KNOWN_STATES],
        metavar="STATE",
        help="only those in one state",
    )


def run(context: Context, asked: Namespace) -> Result:
    """List runs."""
    from ..listing import listing

    return listing(context, Kind.RUNS, asked, state=(asked.state or "").upper())


COMMAND = Command(
    "runs",
    About(
        "List runs, newest first.",
        (
            ("--state failed", "what failed"),
            ("-e churn-xgboost --limit 50", "the runs of one experiment"),
            ("--sort name asc --json", "for a program"),
        ),
    ),
    "Look",
    run,
    overview=("runs", "List runs: -e EXPERIMENT, --state failed."),
    options=options,
    synonyms=("ls", "list"),
)
