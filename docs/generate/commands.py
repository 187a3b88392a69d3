"""The reference of `%kfp` and `jupyter kfp`, from their grammar."""

from __future__ import annotations

from argparse import Action

from jupyter_kfp_auth import cli
from jupyter_kfp_auth.commands import grammar
from jupyter_kfp_auth.commands.command import GROUPS, Command
from jupyter_kfp_auth.commands.parser import Parser
from jupyter_kfp_auth.commands.registry import COMMANDS

from .tables import plain, table

#: Options that are explained once for all commands.
_COMMON = {"help", "json", "namespace"}


def commands() -> str:
    """Return a section for each command, in the groups of the overview."""
    parsers = grammar.subparsers(grammar.build("%kfp"))
    parts = []
    for group in GROUPS:
        parts.append(f"## {group}")
        parts += [
            _section(one, parsers[one.name]) for one in COMMANDS.values() if one.group == group
        ]
    return "\n\n".join(parts)


def terminal() -> str:
    """Return what only the terminal has."""
    own = [(f"`jupyter kfp {name}`", text) for name, text in cli._OWN.items()]
    codes = [(str(code), meaning) for code, meaning in cli._EXIT_CODES.items()]
    return "\n\n".join(
        [table(("Command", "What it does"), own), table(("Exit code", "Meaning"), codes)]
    )


def _section(command: Command, parser: Parser) -> str:
    name, about = command.name, command.about
    examples = [(f"%kfp {name} {words}".rstrip(), says) for words, says in about.examples]
    width = max((len(line) for line, _ in examples), default=0)
    shown = "\n".join(f"{line:{width}}   # {says}" if says else line for line, says in examples)
    parts = [f"### {name}", plain(about.summary)]
    if command.notebook_only:
        parts.append("Only in a notebook or IPython.")
    if command.synonyms:
        words = [f"`{word}`" for word in command.synonyms]
        parts.append(f"{' and '.join(words)} {'means' if len(words) == 1 else 'mean'} the same.")
    parts += [f"```ipython\n{shown}\n```", plain(about.more)]
    rows = [_row(action) for action in parser._actions if action.dest not in _COMMON]
    if rows:
        parts.append(table(("Argument", "Meaning"), rows))
    return "\n\n".join(part for part in parts if part)


def _row(action: Action) -> tuple[str, str]:
    metavar = str(action.metavar or action.dest.upper())
    value = "" if action.nargs == 0 else f" {metavar}"
    names = ", ".join(f"`{name}{value}`" for name in action.option_strings) or f"`{metavar}`"
    text = plain(action.help or "")
    if action.choices is not None:
        text += ": " + ", ".join(f"`{choice}`" for choice in action.choices)
    return names, text
