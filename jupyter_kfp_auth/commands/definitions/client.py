"""`client`: an authenticated kfp.Client. The notebook carries it out, for it binds a variable."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ..command import Command, Context
from ..options import add_namespace
from ..parser import About, GrammarError, Parser

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the options of `client`."""
    parser.add_argument(
        "name", nargs="?", metavar="NAME", default="client", help="variable to bind (client)"
    )
    parser.add_argument(
        "--everywhere", action="store_true", help="plain kfp.Client(...) calls, too"
    )
    parser.add_argument("--off", action="store_true", help="end --everywhere")
    add_namespace(parser)


def run(context: Context, asked: Namespace) -> Result:
    """Refuse: there are no variables here."""
    raise GrammarError("client is for a notebook: %kfp client")


COMMAND = Command(
    "client",
    About(
        "Make an authenticated kfp.Client.",
        (("", "binds the variable client"), ("my_client", "or another one")),
    ),
    "Connect",
    run,
    overview=("client [NAME]", "Make an authenticated kfp.Client."),
    options=options,
    common=False,
    notebook_only=True,
)
