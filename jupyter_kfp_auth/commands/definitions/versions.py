"""`versions`: the versions of a pipeline."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ...pipelines.kinds import Kind
from ..command import Command, Context
from ..options import add_listing, completes
from ..parser import About, Parser

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the options of `versions`."""
    pipeline = parser.add_argument(
        "pipeline", metavar="PIPELINE", help="id, the beginning of one, or name of the pipeline"
    )
    completes(pipeline, "pipelines")
    add_listing(parser, Kind.VERSIONS)


def run(context: Context, asked: Namespace) -> Result:
    """List the versions of a pipeline."""
    from ..listing import listing
    from ..lookup import Finder

    pipeline_id = Finder(context.client(asked.namespace)).id(Kind.PIPELINES, asked.pipeline)
    return listing(context, Kind.VERSIONS, asked, pipeline_id=pipeline_id)


COMMAND = Command(
    "versions",
    About(
        "List the versions of a pipeline, newest first.",
        (("churn-training", "of an uploaded pipeline"),),
    ),
    "Look",
    run,
    options=options,
)
