"""`recurring-runs`: list them."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ...pipelines.kinds import Kind
from ..command import Command, Context
from ..options import add_experiment, add_listing
from ..parser import About, Parser

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the options of `recurring-runs`."""
    add_listing(parser, Kind.RECURRING_RUNS)
    add_experiment(parser, "only those of this one")


def run(context: Context, asked: Namespace) -> Result:
    """List recurring runs."""
    from ..listing import listing

    return listing(context, Kind.RECURRING_RUNS, asked)


COMMAND = Command(
    "recurring-runs",
    About(
        "List recurring runs, newest first.",
        (("--search nightly", "those with nightly in their name"),),
    ),
    "Look",
    run,
    overview=("recurring-runs", "List recurring runs."),
    options=options,
    synonyms=("jobs", "schedules"),
)
