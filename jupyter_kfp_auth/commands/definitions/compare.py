"""`compare`: runs side by side."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ...pipelines.kinds import Kind
from ..command import Command, Context
from ..options import completes
from ..parser import About, Parser

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the arguments of `compare`."""
    ids = parser.add_argument(
        "ids", metavar="RUN", nargs="+", help="ids, beginnings of ids, or names of runs"
    )
    completes(ids, Kind.RUNS.value)


def run(context: Context, asked: Namespace) -> Result:
    """Show runs side by side."""
    from ..lookup import Finder
    from ..outputs import compare

    client = context.client(asked.namespace)
    finder = Finder(client)
    return compare(client, [finder.id(Kind.RUNS, text) for text in asked.ids])


COMMAND = Command(
    "compare",
    About(
        "Show runs side by side: arguments, states and metrics.",
        (("3f1c9a52 7be01c44", "two runs, or as many as you like"),),
        "In a notebook, x = %kfp compare ... binds it: x.to_pandas() has a row for each run.",
    ),
    "Look",
    run,
    overview=("compare RUN RUN ...", "Arguments, states and metrics side by side."),
    options=options,
    synonyms=("diff",),
)
