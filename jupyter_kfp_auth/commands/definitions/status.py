"""`status`: settings with their origins, identity and versions."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ..command import Command, Context
from ..parser import About

if TYPE_CHECKING:
    from ..results import Result


def run(context: Context, asked: Namespace) -> Result:
    """Show the connection of this process."""
    from ..status import status_here
    from ..status_report import StatusReport

    return StatusReport(status_here(context.client(asked.namespace)))


COMMAND = Command(
    "status",
    About("Show settings with their origin, identity and versions.", (("", ""),)),
    "Connect",
    run,
    overview=("status", "Show settings with their origin, identity, versions."),
)
