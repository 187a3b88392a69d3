"""One grammar for `%kfp` and for `jupyter kfp`: the same words, options and help."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from . import option_types, options
from .command import GROUPS
from .parser import GrammarError, HelpAsked, Parser, columns
from .registry import COMMANDS, named

__all__ = ["GrammarError", "HelpAsked", "build", "parse", "subparsers"]

#: Commands that only make sense where variables and settings live on after them.
NOTEBOOK_ONLY = tuple(one.name for one in COMMANDS.values() if one.notebook_only)

#: Commands that only a terminal has; they are not in this grammar.
TERMINAL_ONLY = ("completion", "demo", "sandbox")


def parse(arguments: Sequence[str], prog: str) -> argparse.Namespace:
    """Read a command line.

    Raises:
        GrammarError: it is not understood.
        HelpAsked: help was asked for, or nothing was.
    """
    parser = build(prog)
    if not arguments or list(arguments) in (["help"], ["-h"], ["--help"]):
        raise HelpAsked(overview(prog))
    if arguments[0] in TERMINAL_ONLY and prog.startswith("%"):
        raise GrammarError(f"{arguments[0]} is for a terminal: jupyter kfp {arguments[0]}")
    if arguments[0] == "help":
        arguments = [*arguments[1:], "-h"]
    asked, extra = parser.parse_known_args(arguments)
    asked.prog = prog
    asked.command = named(asked.command)
    if extra:
        raise subparsers(parser)[asked.command].unknown(extra)
    if getattr(asked, "sort", None) is not None:
        try:
            asked.sort = option_types.sort_by(asked.command, " ".join(asked.sort))
        except ValueError as error:
            raise GrammarError(str(error)) from None
    return asked


def overview(prog: str) -> str:
    """Return the help that fits on one screen."""
    notebook = prog.startswith("%")
    parts = ["Kubeflow Pipelines, authenticated by this pod's service account."]
    first = [
        (f"{prog} doctor", "check the connection and explain what is wrong"),
        (f"{prog} experiments", "what there is"),
        (
            f"{prog} submit {'my_pipeline' if notebook else 'pipeline.py'} --wait",
            "run a pipeline and see it to its end",
        ),
    ]
    if notebook:
        first.append(("%%kfp submit --wait", "the same, for the pipeline that the cell defines"))
    parts.append("First steps\n" + columns(first))
    for group in GROUPS:
        lines = [
            one.overview
            for one in COMMANDS.values()
            if one.group == group and one.overview and (notebook or not one.notebook_only)
        ]
        parts.append(f"{group}\n{columns(lines, 24)}")
    parts.append(
        "Runs, experiments and pipelines go by id, the beginning of an id, or name.\n"
        "Lists take --limit, --search and --sort; nearly all take --json and -n NAMESPACE.\n"
        f"{prog} COMMAND -h explains one command, with examples."
    )
    return "\n\n".join(parts)


def subparsers(parser: argparse.ArgumentParser) -> dict[str, Parser]:
    """Return the parser of each command, by its name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return {name: action.choices[name] for name in COMMANDS}
    return {}


def build(prog: str) -> Parser:
    """Return the parser; ``prog`` is ``%kfp`` or ``jupyter kfp``."""
    parser = Parser(prog=prog)
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", parser_class=Parser, required=True
    )
    for command in COMMANDS.values():
        made = commands.add_parser(command.name, aliases=command.synonyms)
        made.about = command.about
        if command.common:
            options.add_common(made)
        command.options(made)
    listed = list(COMMANDS)
    if not prog.startswith("%"):
        listed = [name for name in COMMANDS if name not in NOTEBOOK_ONLY] + [*TERMINAL_ONLY]
    commands.words = listed  # type: ignore[attr-defined]
    return parser
