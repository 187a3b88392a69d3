"""`doctor --fix` and `doctor --unfix`: show what would be done, ask, do it, look again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TextIO

from ..config.settings import Settings
from ..doctor import repair
from ..doctor.repair import Outcome, Plan
from ..http.strict_json import JsonDict
from .results import Result


class NobodyToAsk(Exception):
    """This session is not interactive: no one can say yes."""


@dataclass(repr=False)
class Repair(Result):
    """What was planned and what has come of it.

    ``outcome`` is ``None`` where nobody said yes; ``note`` then says why nothing was done.
    """

    plan: Plan
    outcome: Outcome | None = None
    note: str = ""

    @property
    def ok(self) -> bool:
        """Whether Pipelines can be used now, as far as that can be seen."""
        return self.outcome is not None and self.outcome.ok

    @property
    def _shown(self) -> Plan | Outcome:
        """The outcome where something was tried; the plan where there was nothing to try."""
        tried = self.outcome is not None and self.plan.changes
        return self.outcome if tried and self.outcome is not None else self.plan

    def text(self) -> str:
        """Return what has come of it."""
        return self.note or self._shown.text()

    def html(self) -> str:
        """Return what has come of it."""
        return f"<p>{escape(self.note)}</p>" if self.note else self._shown.html()

    def as_dict(self) -> JsonDict:
        """Return plan and outcome."""
        outcome = self.outcome.as_dict() if self.outcome else None
        return {"plan": self.plan.as_dict(), "outcome": outcome, "note": self.note}


def ask(question: str) -> bool:
    """Ask the user; only a yes is one.

    Raises:
        NobodyToAsk: nobody can answer here.
    """
    in_terminal = getattr(input, "__module__", "") == "builtins"  # a kernel has its own
    if in_terminal and not sys.stdin.isatty():
        raise NobodyToAsk
    try:
        return input(question).strip().lower() in ("y", "yes")
    except (EOFError, NotImplementedError):  # a kernel without stdin raises the latter
        raise NobodyToAsk from None
    except KeyboardInterrupt:
        return False


def run(
    settings: Settings,
    *,
    unfix: bool = False,
    yes: bool = False,
    out: TextIO | None = None,
    confirm: Callable[[str], bool] = ask,
    fit: Callable[[str], str] = str,
) -> Repair:
    """Plan a repair, or its undoing; show it, ask, and carry it out.

    Args:
        settings: of this process.
        unfix: take back what was repaired.
        yes: do not ask.
        out: where the plan is shown; by default standard output.
        confirm: asks the user; raises `NobodyToAsk`.
        fit: makes what is offered to type fit the place.
    """
    plan = repair.plan_undo(settings) if unfix else repair.plan(settings)
    if not plan.changes:
        return Repair(plan, repair.apply(plan))
    print(fit(plan.text()), file=out or sys.stdout, flush=True)
    if not yes:
        question = "Do this and restart the notebook server? [y/N] " if plan.restart else _QUESTION
        try:
            if not confirm(question):
                return Repair(plan, note="Nothing was changed.")
        except NobodyToAsk:
            option = "--unfix --yes" if unfix else "--fix --yes"
            note = (
                "Nothing was changed: this is not an interactive session. To confirm, run "
                f"%kfp doctor {option}."
            )
            return Repair(plan, note=note)
    return Repair(plan, repair.apply(plan))


_QUESTION = "Do this? [y/N] "
