"""`schedule`: start runs of a pipeline again and again."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from .. import option_types
from ..command import Command, Context
from ..options import add_pipeline, add_run, add_version
from ..parser import About, Parser, valued

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the options of `schedule`."""
    add_pipeline(parser)
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument(
        "--cron", metavar="EXPRESSION", help='five fields, or six with seconds first: "0 6 * * *"'
    )
    when.add_argument(
        "--every",
        type=valued(option_types.seconds),
        metavar="TIME",
        help="from one run to the next: 30m, 6h, 1d",
    )
    for name, text in (("--start", "nothing starts before"), ("--end", "nothing starts after")):
        parser.add_argument(
            name, type=valued(option_types.moment), metavar="TIME", help=f"{text}: 2026-12-01T06:00"
        )
    parser.add_argument(
        "--max-concurrency",
        type=valued(option_types.concurrency),
        default=1,
        metavar="N",
        help="runs at a time, 1 to 10 (1)",
    )
    parser.add_argument(
        "--no-catchup", action="store_true", help="leave out the runs that were missed"
    )
    parser.add_argument("--disabled", action="store_true", help="start nothing before `enable`")
    parser.add_argument("--description", default="", metavar="TEXT", help="for people")
    add_run(parser, "Default", what="the recurring run")
    add_version(parser)


def run(context: Context, asked: Namespace) -> Result:
    """Create a recurring run."""
    from ..scheduling import schedule

    return schedule(context, asked)


COMMAND = Command(
    "schedule",
    About(
        "Start runs of a pipeline again and again: a recurring run.",
        (
            ('train --cron "0 6 * * *"', "daily at six"),
            ("train --every 6h --no-catchup", "every six hours"),
            ('train.yaml --cron "0 6 * * 1-5" --arg lr=0.1', "on weekdays, with an argument"),
        ),
        "PIPELINE is what `submit` takes. Times of a cron expression are in the time zone of\n"
        "Pipelines, which is UTC unless an administrator has set another one. Five fields are\n"
        "sent as six, with second 0: that is how Pipelines wants them.",
    ),
    "Run",
    run,
    overview=("schedule PIPELINE", 'Again and again: --cron "0 6 * * *", --every 6h.'),
    options=options,
)
