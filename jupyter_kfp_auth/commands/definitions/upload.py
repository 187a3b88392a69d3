"""`upload`: a pipeline, or one more version of it."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ..command import Command, Context
from ..options import add_pipeline
from ..parser import About, Parser

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the options of `upload`."""
    add_pipeline(parser)
    parser.add_argument("--name", default="", metavar="NAME", help="of the pipeline (its own)")
    parser.add_argument(
        "--version", default="", metavar="VERSION", help="name of the version: adds one more"
    )
    parser.add_argument("--description", default="", metavar="TEXT", help="for people")
    parser.add_argument("--shared", action="store_true", help="for every namespace")


def run(context: Context, asked: Namespace) -> Result:
    """Upload a pipeline or a version."""
    from ..uploading import upload

    return upload(context, asked)


COMMAND = Command(
    "upload",
    About(
        "Upload a pipeline, or a new version of one.",
        (
            ("train.yaml", "a compiled pipeline, under its own name"),
            ("train --version v2", "a pipeline function, as a version"),
            ("train.py:train --name churn --shared", "from a Python file, for everyone"),
        ),
        "PIPELINE is a pipeline function, a file with a compiled pipeline, or a Python file\n"
        "that defines one (FILE.py or FILE.py:NAME). It is checked before anything is sent.\n"
        "With --version the pipeline of that name gets one more version; without it a new\n"
        "pipeline is made.",
    ),
    "Run",
    run,
    overview=("upload PIPELINE", "Upload a pipeline, or with --version one more version."),
    options=options,
)
