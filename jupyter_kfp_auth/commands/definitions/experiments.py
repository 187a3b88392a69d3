"""`experiments`: list them."""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from typing import TYPE_CHECKING

from ...pipelines.kinds import Kind
from ..command import Command, Context
from ..options import add_listing
from ..parser import About

if TYPE_CHECKING:
    from ..results import Result


def run(context: Context, asked: Namespace) -> Result:
    """List experiments."""
    from ..listing import listing

    return listing(context, Kind.EXPERIMENTS, asked)


COMMAND = Command(
    "experiments",
    About(
        "List experiments, newest first.",
        (
            ("", "the newest 20"),
            ("--search churn", "those with churn in their name"),
            ("--sort last-run --limit 50", "those that ran last"),
        ),
    ),
    "Look",
    run,
    overview=("experiments", "List experiments, newest first."),
    options=partial(add_listing, kind=Kind.EXPERIMENTS),
)
