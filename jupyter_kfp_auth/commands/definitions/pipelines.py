"""`pipelines`: list them."""

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
    """List pipelines."""
    from ..listing import listing

    return listing(context, Kind.PIPELINES, asked)


COMMAND = Command(
    "pipelines",
    About(
        "List uploaded pipelines, newest first.",
        (("--sort name", "in the order of their names"),),
    ),
    "Look",
    run,
    overview=("pipelines | versions ID", "List pipelines; the versions of one."),
    options=partial(add_listing, kind=Kind.PIPELINES),
)
