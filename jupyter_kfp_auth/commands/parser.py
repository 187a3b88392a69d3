"""argparse for people: examples first, suggestions for typos, and no process that ends."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")


class GrammarError(Exception):
    """What was typed is not understood; the message says what would be."""


class HelpAsked(Exception):
    """Not an error: help was asked for, and this is its text."""


@dataclass(frozen=True, slots=True)
class About:
    """What the help says of a command.

    Attributes:
        summary: one sentence.
        examples: arguments, each with what they do.
        more: a paragraph below the options.
    """

    summary: str
    examples: tuple[tuple[str, str], ...] = ()
    more: str = ""


class Parser(argparse.ArgumentParser):
    """A parser that raises instead of ending the process, and suggests what was meant."""

    about: About | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        # Abbreviated options would hide typos, and would change their meaning with a new option.
        helps = options.pop("add_help", True)
        super().__init__(*args, **{"allow_abbrev": False, "add_help": False, **options})
        if helps:
            self.add_argument("-h", "--help", action="help", help="show this help")

    def error(self, message: str) -> NoReturn:
        """Raise a GrammarError instead of printing the usage and ending the process."""
        needed = re.match(r"the following arguments are required: (.+)", message)
        if needed:
            raise GrammarError(f"{self.prog} needs {needed[1]}. See: {self.prog} -h")
        message = re.sub(r"^argument ([^\s:]+): must ", r"\1 must ", message)
        message = message[:1].upper() + message[1:] if message[:1] != "-" else message
        raise GrammarError(f"{message}. See: {self.prog} -h")

    def print_help(self, file: object = None) -> None:
        """Raise a HelpAsked instead of printing."""
        raise HelpAsked(self.format_help())

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Raise instead of ending the process."""
        raise HelpAsked(message or "")

    def format_help(self) -> str:
        """Return the help: what it is, examples, and then every option."""
        if self.about is None:
            return super().format_help()
        parts = [self.about.summary]
        if self.about.examples:
            lines = [(f"{self.prog} {line}".strip(), says) for line, says in self.about.examples]
            parts.append(f"Example{'s' if len(lines) > 1 else ''}\n{columns(lines)}")
        formatter = self._get_formatter()
        formatter.add_usage(self.usage, self._actions, self._mutually_exclusive_groups, prefix="")
        usage = formatter.format_help().strip().split("\n")
        parts.append("Usage\n" + "\n".join(f"  {line}" for line in usage))
        shown = [action for action in self._actions if action.help != argparse.SUPPRESS]
        for heading, actions in (
            ("Arguments", [a for a in shown if not a.option_strings]),
            ("Options", [a for a in shown if a.option_strings]),
        ):
            if actions:
                parts.append(f"{heading}\n{columns([_described(a) for a in actions])}")
        return "\n\n".join([*parts, *filter(None, [self.about.more])])

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in getattr(action, "words", action.choices)]
        meant = did_you_mean(str(value), known)
        allowed = ", ".join(known)
        if action.dest == "command":
            raise GrammarError(f"There is no command {value!r}.{meant} There are: {allowed}.")
        option = "/".join(action.option_strings) or action.metavar
        raise GrammarError(f"{option} must be one of {allowed}, not {value!r}.{meant}")

    def unknown(self, extra: Sequence[str]) -> GrammarError:
        """Return the error for words that nothing takes."""
        word = next((w for w in extra if w.startswith("-")), extra[0])
        if word in ("|", ">", ">>", "<", "&&", "||", ";", "&"):
            return GrammarError(
                f"{word!r} is for a shell, not for {self.prog}: use an option such as --limit, or "
                "take the result into a variable."
            )
        if not word.startswith("-"):
            return GrammarError(f"Unexpected argument: {word!r}. See: {self.prog} -h")
        options = [o for action in self._actions for o in action.option_strings]
        name = word.partition("=")[0]
        known = ", ".join(o for o in options if o.startswith("--"))
        meant = did_you_mean(name, options)
        return GrammarError(f"{self.prog} has no option {name}.{meant} There are: {known}.")


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return " Did you mean X?" for the nearest known word, or nothing."""
    words = list(known)
    near = difflib.get_close_matches(given, words, n=1)
    if not near and len(given) >= 3:
        near = [word for word in words if word.startswith(given)]
    return f" Did you mean {near[0]}?" if near else ""


def columns(lines: Sequence[tuple[str, str]], width: int = 26, indent: int = 2) -> str:
    """Return lines in two columns; what is too long for the first gets a line of its own."""
    widest = max((len(left) for left, _ in lines), default=0)
    width = min(max(width, widest), 52)
    found = []
    for left, right in lines:
        if len(left) > width and right:
            found += [" " * indent + left, " " * (indent + width + 2) + right]
        else:
            found.append(f"{' ' * indent}{left:{width}}  {right}".rstrip())
    return "\n".join(found)


def _described(action: argparse.Action) -> tuple[str, str]:
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if not action.option_strings:
        return metavar, action.help or ""
    names = ", ".join(action.option_strings)
    if action.nargs != 0:
        names += f" {metavar}"
    text = action.help or ""
    if action.choices is not None:
        text += ": " + ", ".join(str(choice) for choice in action.choices)
    return names, text


def valued(check: Callable[[str], T]) -> Callable[[str], T]:
    """Let a check that raises ValueError name the option, what is allowed, and what was given."""

    def convert(text: str) -> T:
        try:
            return check(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"must be {error}, not {text!r}") from None

    return convert
