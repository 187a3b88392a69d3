"""One grammar for `%kfp` and for `jupyter kfp`: the same words, options and help."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from typing import Any, NoReturn

from ..pipelines.models import KNOWN_STATES
from ..pipelines.query import MAX_PAGE_SIZE


class GrammarError(Exception):
    """What was typed is not understood; the message says what would be."""


class HelpAsked(Exception):
    """Not an error: help was asked for, and this is its text."""


class _Parser(argparse.ArgumentParser):
    """argparse that raises instead of ending the process, and suggests what was meant."""

    def error(self, message: str) -> NoReturn:
        raise GrammarError(f"{message[:1].upper()}{message[1:]}. See: {self.prog} -h")

    def print_help(self, file: Any = None) -> None:
        raise HelpAsked(self.format_help())

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise HelpAsked(message or "")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        near = difflib.get_close_matches(str(value), [str(c) for c in action.choices], n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        allowed = ", ".join(str(choice) for choice in action.choices)
        if action.dest == "command":
            raise GrammarError(f"There is no command {value!r}.{meant} There are: {allowed}.")
        option = "/".join(action.option_strings)
        raise GrammarError(f"{option} must be one of {allowed}, not {value!r}.{meant}")


def parse(arguments: Sequence[str], prog: str) -> argparse.Namespace:
    """Read a command line.

    Raises:
        GrammarError: it is not understood.
        HelpAsked: help was asked for, or nothing was.
    """
    parser = build(prog)
    if not arguments:
        parser.print_help()
    return parser.parse_args(arguments)


def build(prog: str) -> argparse.ArgumentParser:
    """Return the parser; ``prog`` is ``%kfp`` or ``jupyter kfp``."""
    parser = _Parser(
        prog=prog,
        description="Kubeflow Pipelines, authenticated by this pod's service account.",
        epilog=f"`{prog} COMMAND -h` explains one command. Nothing works? `{prog} doctor`.",
    )
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=_Parser, required=True
    )

    def command(name: str, help_: str, example: str, parents: Sequence[Any] = ()) -> Any:
        return commands.add_parser(
            name,
            help=help_,
            description=f"{help_}  Example: {prog} {example}",
            parents=list(parents),
        )

    show, lists = _show_options(), _list_options()
    command("experiments", "List experiments, newest first.", "experiments --search churn", [lists])
    runs = command("runs", "List runs, newest first.", "runs --state failed", [lists])
    runs.add_argument("-e", "--experiment", metavar="ID", help="only the runs of this experiment")
    runs.add_argument(
        "--state", type=str.lower, choices=[s.lower() for s in KNOWN_STATES], help="only these"
    )
    run = command("run", "Show one run with its tasks.", "run 3f1c9a52-...", [show])
    run.add_argument("id", metavar="RUN", help="id of the run")
    recurring = command(
        "recurring-runs", "List recurring runs, newest first.", "recurring-runs", [lists]
    )
    recurring.add_argument("-e", "--experiment", metavar="ID", help="only those of this experiment")
    command("pipelines", "List pipelines, newest first.", "pipelines --limit 50", [lists])
    for name, kind, help_ in _ACTIONS:
        action = command(name, help_, f"{name} 3f1c9a52-...", [show])
        action.add_argument("id", metavar=kind, help="id of the " + kind.lower().replace("_", " "))
    command("status", "Show settings with their origin, identity and versions.", "status", [show])
    command("doctor", "Say what is wrong: one cause, one next step.", "doctor", [show])
    use = command("use", "Choose namespace or host for this process.", "use -n team-b")
    use.add_argument("-n", "--namespace", help="namespace of your experiments")
    use.add_argument("--host", help="address of the Pipelines API")
    use.add_argument("--reset", action="store_true", help="forget what was chosen")
    client = command("client", "Make an authenticated kfp.Client.", "client my_client")
    client.add_argument("name", nargs="?", default="client", help="variable to bind it to")
    client.add_argument("-n", "--namespace", help="namespace of your experiments")
    return parser


_ACTIONS = (
    ("terminate", "RUN", "Stop a run."),
    ("retry", "RUN", "Run the failed tasks of a run again."),
    ("archive", "RUN", "Archive a run."),
    ("unarchive", "RUN", "Bring an archived run back."),
    ("enable", "RECURRING_RUN", "Let a recurring run start runs again."),
    ("disable", "RECURRING_RUN", "Keep a recurring run from starting runs."),
)


def _show_options() -> argparse.ArgumentParser:
    options = _Parser(add_help=False)
    options.add_argument("--json", action="store_true", help="print JSON for a program")
    options.add_argument("-n", "--namespace", help="another namespace, for this command")
    return options


def _list_options() -> argparse.ArgumentParser:
    options = _Parser(add_help=False, parents=[_show_options()])
    options.add_argument("--limit", type=_limit, default=20, metavar="N", help="at most N (20)")
    options.add_argument("--search", default="", metavar="TEXT", help="part of the name")
    options.add_argument(
        "--sort", default="created_at desc", metavar="FIELD", help='such as "name asc"'
    )
    return options


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= 100_000:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to 100000, not {text!r}")
    return int(text)


def page_size(limit: int) -> int:
    """Return the size of one page for a limit."""
    return min(limit, MAX_PAGE_SIZE)
