"""Options and arguments that several commands share."""

from __future__ import annotations

import argparse

from ..pipelines.kinds import Kind
from . import option_types
from .parser import Parser, valued


def completes(action: argparse.Action, kinds: str) -> None:
    """Say whose names and ids an argument takes; completion looks at it."""
    action.completes = kinds  # type: ignore[attr-defined]


def in_notebook(parser: Parser) -> bool:
    """Tell whether a command is read by ``%kfp``."""
    return parser.prog.startswith("%")


def add_common(parser: Parser) -> None:
    """Add what nearly every command takes."""
    parser.add_argument("--json", action="store_true", help="print JSON for a program")
    add_namespace(parser)


def add_namespace(parser: Parser) -> None:
    """Add ``-n NAMESPACE``."""
    completes(
        parser.add_argument("-n", "--namespace", metavar="NAMESPACE", help="instead of your own"),
        "namespaces",
    )


def add_id(parser: Parser, kind: Kind | None = None) -> None:
    """Add the id or name of what a command is about: of one kind, or of any."""
    what = "id, the beginning of one, or name"
    if kind is None:
        found = parser.add_argument("id", metavar="ID", help=what)
        completes(found, "runs experiments recurring-runs pipelines")
        return
    metavar = kind.singular.upper().replace(" ", "_")
    found = parser.add_argument("id", metavar=metavar, help=f"{what} of the {kind.singular}")
    completes(found, kind.value)


def add_task(parser: Parser, text: str) -> None:
    """Add the name of a task, which may be left out."""
    completes(parser.add_argument("task", metavar="TASK", nargs="?", help=text), "tasks")


def add_experiment(parser: Parser, text: str) -> None:
    """Add ``-e EXPERIMENT``."""
    completes(
        parser.add_argument("-e", "--experiment", metavar="EXPERIMENT", help=text), "experiments"
    )


def add_listing(parser: Parser, kind: Kind) -> None:
    """Add what every list takes."""
    parser.add_argument(
        "--limit", type=valued(option_types.limit), default=20, metavar="N", help="at most N (20)"
    )
    parser.add_argument("--search", default="", metavar="TEXT", help="part of the name")
    fields = option_types.SORTS[kind.command]
    sort = parser.add_argument(
        "--sort",
        nargs="+",
        default=["created"],
        metavar="FIELD",
        help=f"{', '.join(fields)}; asc or desc behind it",
    )
    sort.words = list(fields)  # type: ignore[attr-defined]
    if kind.archivable:
        parser.add_argument("--archived", action="store_true", help="the archived ones, too")


def add_pipeline(parser: Parser) -> None:
    """Add the pipeline that a command is about, wherever it is."""
    notebook = in_notebook(parser)
    pipeline = parser.add_argument(
        "pipeline",
        metavar="PIPELINE",
        nargs="?" if notebook else None,
        help="variable, file, or name or id" if notebook else "file, or name or id",
    )
    completes(pipeline, "pipelines")


def add_version(parser: Parser) -> None:
    """Add ``--version``, of an uploaded pipeline that is to be run."""
    version = parser.add_argument(
        "--version", metavar="VERSION", help="of an uploaded pipeline (newest)"
    )
    completes(version, "pipeline-versions")


def add_run(parser: Parser, experiment: str, what: str = "the run") -> None:
    """Add arguments, experiment and name; ``experiment`` is the one by default."""
    notebook = in_notebook(parser)
    parser.add_argument(
        "-a",
        "--arg",
        action="append",
        default=[],
        type=valued(option_types.assignment),
        metavar="NAME=VALUE",
        help="an argument; as often as you like",
    )
    parser.add_argument(
        "--args",
        metavar="JSON",
        help="all arguments: a JSON object or file" + (", or a dict" if notebook else ""),
    )
    add_experiment(parser, f"where it belongs ({experiment})")
    parser.add_argument("--name", metavar="NAME", help=f"what to call {what}")


def add_start(parser: Parser, experiment: str) -> None:
    """Add what every command takes that starts a run; ``experiment`` is the one by default."""
    add_run(parser, experiment)
    parser.add_argument("-w", "--wait", action="store_true", help="until the run has ended")
    add_timeout(parser)
    if in_notebook(parser):
        parser.add_argument("--to", metavar="NAME", help="variable to bind the run to")


def add_timeout(parser: Parser) -> None:
    """Add ``--timeout``, of commands that wait for a run."""
    parser.add_argument(
        "--timeout",
        type=valued(option_types.seconds),
        default=86400.0,
        metavar="TIME",
        help="wait at most so long: 90s, 30m, 2h (24h)",
    )
