"""What may come next in a command line: commands, options, states, names and ids.

Light on purpose: a shell starts a process for each press of Tab.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .grammar import NOTEBOOK_ONLY, build, subparsers
from .parser import Parser
from .registry import named

#: Kinds of things that belong to what the line names first: its pipeline, or its run.
_PARTS = ("pipeline-versions", "tasks")

#: Files that `submit` can take.
_SUFFIXES = (".yaml", ".yml", ".json", ".py", ".zip", ".gz", ".tgz")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that may come next, and what it means."""

    text: str
    about: str = ""


#: Returns what there is of some kinds (such as ``runs``, ``tasks of train-7``) in a namespace
#: (``None``: one's own).
Names = Callable[[Sequence[str], "str | None"], Sequence[Candidate]]

#: Returns what there is besides of a kind, such as variables.
More = Callable[[str], Iterable[Candidate]]


@dataclass(frozen=True, slots=True)
class Line:
    """A command line up to the cursor.

    Attributes:
        words: those that are complete.
        current: the one at the cursor, without quotes.
        raw: the same as it was typed.
    """

    words: tuple[str, ...]
    current: str
    raw: str


def split(text: str) -> Line:
    """Split a command line up to the cursor as a shell does, with quotes that may still be open."""
    words: list[str] = []
    current, quote, start, escaped = "", "", None, False
    for place, character in enumerate(text):
        if start is None and not character.isspace():
            start = place
        if escaped:
            current, escaped = current + character, False
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote:
            current, quote = (current, "") if character == quote else (current + character, quote)
        elif character in "\"'":
            quote = character
        elif not character.isspace():
            current += character
        elif start is not None:
            words.append(current)
            current, start = "", None
    return Line(tuple(words), current, "" if start is None else text[start:])


def complete(
    words: Sequence[str],
    current: str,
    *,
    prog: str,
    names: Names,
    more: More = lambda kind: (),
) -> list[Candidate]:
    """Return the words that may stand in place of the current one.

    Args:
        words: those before it, without the program's name.
        current: what is typed of it.
        prog: ``%kfp`` or ``jupyter kfp``.
        names: what there is on the server.
        more: what there is besides of a kind, such as variables.
    """
    parsers = subparsers(build(prog))
    if not words:
        notebook = prog.startswith("%")
        commands = [
            Candidate(name, parser.about.summary if parser.about else "")
            for name, parser in parsers.items()
            if notebook or name not in NOTEBOOK_ONLY
        ]
        return _beginning([*commands, *more("commands")], current)
    parser = parsers.get(named(words[0]))
    if parser is None:
        return _beginning(more(f"arguments of {words[0]}"), current) if len(words) == 1 else []
    return _Completion(parser, words[1:], names, more).of(current)


class _Completion:
    def __init__(self, parser: Parser, words: Sequence[str], names: Names, more: More) -> None:
        self._words = words
        self._names = names
        self._more = more
        self._options = {o: action for action in parser._actions for o in action.option_strings}
        self._positionals = [a for a in parser._actions if not a.option_strings]
        self._namespace = self._value_of("-n", "--namespace")

    def of(self, current: str) -> list[Candidate]:
        name, equals, value = current.partition("=")
        if equals and name in self._options:
            found = self._values(self._options[name], value)
            return [Candidate(f"{name}={one.text}", one.about) for one in found]
        before = self._words[-1] if self._words else ""
        if before in self._options and self._options[before].nargs != 0:
            return self._values(self._options[before], current)
        if len(self._words) > 1 and self._words[-2] == "--sort":
            directions = _beginning([Candidate("asc"), Candidate("desc")], current)
            if directions and not current.startswith("-"):
                return directions
        if current.startswith("-"):
            return self._unused_options(current)
        place = len(self._given())
        if place < len(self._positionals):
            return self._values(self._positionals[place], current)
        return self._unused_options(current)

    def _unused_options(self, current: str) -> list[Candidate]:
        used = {id(self._options[w]) for w in self._words if w in self._options}
        return _beginning(
            [
                Candidate(option, action.help or "")
                for option, action in self._options.items()
                if option.startswith("--")
                and action.help != argparse.SUPPRESS
                # What makes a list may come again.
                and (id(action) not in used or isinstance(action.default, list))
            ],
            current,
        )

    def _values(self, action: argparse.Action, current: str) -> list[Candidate]:
        if action.choices is not None:
            return _beginning([Candidate(str(c)) for c in action.choices], current.lower())
        if words := getattr(action, "words", None):
            return _beginning([Candidate(word) for word in words], current)
        found: list[Candidate] = []
        kinds = str(getattr(action, "completes", "")).split()
        for kind in kinds:
            found += self._more(kind)
        if kinds and kinds[0] in _PARTS:
            given = self._given()
            kinds = [f"{kinds[0]} of {given[0]}"] if given else []
        if kinds:
            found += self._names(kinds, self._namespace)
        if action.dest == "namespace":  # the same from several sides is one
            return _beginning(dict.fromkeys(found), current)
        if action.dest == "pipeline":
            found += files(current)
        found += self._more(action.dest)
        return _beginning(_unambiguous(found, current), current)

    def _given(self) -> list[str]:
        """Return the positional arguments so far."""
        given, skip = list[str](), False
        for word in self._words:
            if skip:
                skip = False
            elif word.startswith("-"):
                action = self._options.get(word)
                skip = action is not None and action.nargs != 0
            else:
                given.append(word)
        return given

    def _value_of(self, *options: str) -> str | None:
        for option, value in zip(self._words, self._words[1:], strict=False):
            if option in options:
                return value
        return None


def files(current: str) -> list[Candidate]:
    """Return the directories, and the files that `submit` takes, that begin so."""
    path = Path(current or ".")
    folder = path if not current or current.endswith("/") else path.parent
    shown = current[: current.rfind("/") + 1]
    try:
        found = sorted(folder.expanduser().iterdir())
    except OSError:
        return []
    return [
        Candidate(shown + one.name + ("/" if one.is_dir() else ""))
        for one in found[:1000]
        if not one.name.startswith(".") and (one.is_dir() or one.suffix.lower() in _SUFFIXES)
    ]


def _beginning(candidates: Iterable[Candidate], current: str) -> list[Candidate]:
    return [one for one in candidates if one.text.startswith(current)]


def _unambiguous(candidates: Sequence[Candidate], current: str) -> list[Candidate]:
    """Return names first; an id only where the name means several, or an id is being typed."""
    ids = [one for one in candidates if one.about.startswith("id of ")]
    names = [one for one in candidates if not one.about.startswith("id of ")]
    count: dict[str, int] = {}
    for one in names:
        count[one.text] = count.get(one.text, 0) + 1
    unique = [one for one in names if count[one.text] == 1]
    several = {name for name, times in count.items() if times > 1}
    wanted = [
        one
        for one in ids
        if (current and one.text.startswith(current)) or one.about.removeprefix("id of ") in several
    ]
    return unique + wanted
