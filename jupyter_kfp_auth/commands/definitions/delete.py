"""`delete`: remove something for good."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ..command import Command, Context
from ..options import completes
from ..parser import About, Parser

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the options of `delete`."""
    found = parser.add_argument(
        "ids", metavar="ID", nargs="+", help="ids, beginnings of ids, or names"
    )
    completes(found, "runs experiments recurring-runs pipelines")
    parser.add_argument(
        "--version",
        metavar="VERSION",
        help="only this version of the pipeline",
    )
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")


def run(context: Context, asked: Namespace) -> Result:
    """Delete runs, experiments, recurring runs, pipelines, or a version."""
    from ..deleting import delete

    return delete(context, asked)


COMMAND = Command(
    "delete",
    About(
        "Delete runs, experiments, recurring runs, pipelines, or a version of one.",
        (
            ("3f1c9a52", "asks first, and says what goes with it"),
            ("churn-training --version v1", "one version of a pipeline"),
            ("train-1 train-2 --yes", "several, from a script"),
        ),
        "It cannot be undone. Runs of an experiment, of a pipeline or of a recurring run stay.",
    ),
    "Run",
    run,
    overview=("create-experiment | delete", "Create an experiment; delete for good, after asking."),
    options=options,
    synonyms=("rm", "remove"),
)
