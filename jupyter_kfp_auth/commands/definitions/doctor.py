"""`doctor`: what is wrong, and repairing it."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from ..command import Command, Context
from ..parser import About, Parser
from ..place import in_terminal

if TYPE_CHECKING:
    from ...doctor import Diagnosis
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the options that make the doctor do its next step."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--fix", action="store_true", help="apply the fix, after asking")
    which.add_argument("--unfix", action="store_true", help="take back what --fix has done")
    parser.add_argument("--yes", action="store_true", help="do not ask: for scripts")


def run(context: Context, asked: Namespace) -> Result | Diagnosis:
    """Examine the connection, or repair it."""
    from ... import doctor
    from ...config import runtime
    from ...http.errors import PipelinesError

    try:
        settings = runtime.current_settings(namespace=asked.namespace)
    except PipelinesError as error:
        return doctor.explain(error)
    if asked.fix or asked.unfix:
        from ..repair import run as repair

        out = sys.stderr if asked.json else sys.stdout
        fit = str if asked.prog.startswith("%") else in_terminal
        return repair(settings, unfix=asked.unfix, yes=asked.yes, out=out, fit=fit)
    return doctor.diagnose(settings)


COMMAND = Command(
    "doctor",
    About(
        "Say what is wrong: one cause, one next step.",
        (("", ""), ("--fix", "apply the fix, after asking")),
    ),
    "Connect",
    run,
    overview=("doctor", "Say what is wrong: one cause, one next step."),
    options=options,
    synonyms=("diagnose",),
)
