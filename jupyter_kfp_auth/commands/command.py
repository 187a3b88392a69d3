"""What a command is: its words, options and examples, and how it is carried out.

Light on purpose: a shell starts a process for each press of Tab. What carries a command out is
imported when it runs.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ..pipelines.kinds import Kind
from .parser import About, Parser

if TYPE_CHECKING:
    from ..doctor import Diagnosis
    from .connection import Connection
    from .results import Result
    from .waiting import Watch

#: The headings of the overview, in order.
GROUPS = ("Look", "Run", "Connect")


class Context(Protocol):
    """What a command is carried out with."""

    #: Where pipelines and arguments are found by name.
    variables: Mapping[str, object]
    #: Makes what shows the progress of a run.
    watch: Callable[[], Watch]

    def client(self, namespace: str | None = None) -> Connection:
        """Return the connection for the present settings, in a namespace."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        name: as it is typed.
        about: summary, examples, and what else the help says.
        group: one of `GROUPS`.
        run: carries it out.
        overview: its line in the overview: words and meaning; ``None`` where the line of another
            command names it as well.
        options: adds its own options and arguments to its parser.
        common: it takes ``--json`` and ``-n``.
        synonyms: other words for it, which are understood and not listed.
        notebook_only: it makes sense only where variables and settings live on after it.
        acts_on: kinds of resources that Pipelines has this action for; REST has it for the same.
    """

    name: str
    about: About
    group: str
    run: Callable[[Context, Namespace], Result | Diagnosis]
    overview: tuple[str, str] | None = None
    options: Callable[[Parser], object] = lambda parser: None
    common: bool = True
    synonyms: tuple[str, ...] = ()
    notebook_only: bool = False
    acts_on: tuple[Kind, ...] = ()
