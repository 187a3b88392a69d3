"""`use`: choose namespace or host for this process."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ..command import Command, Context
from ..parser import About, Parser

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the options of `use`."""
    parser.add_argument("--host", metavar="URL", help="address of the Pipelines API")
    parser.add_argument("--reset", action="store_true", help="forget what was chosen")


def run(context: Context, asked: Namespace) -> Result:
    """Choose, and say what is used from now on."""
    from ...config import runtime
    from ...http.errors import PipelinesError
    from ..results import Message

    before = runtime.chosen()
    if asked.reset:
        runtime.reset()
    runtime.use(namespace=asked.namespace, host=asked.host)
    if asked.host:
        try:
            context.client(None).healthz()  # needs no token, and costs Pipelines nothing
        except PipelinesError as error:
            runtime.restore(before)
            error.facts["outcome"] = "The settings stay as they were."
            raise
    settings = runtime.current_settings()
    namespace = settings.namespace.value or "none"
    return Message(
        f"Using {settings.host.value} ({settings.host.origin}), "
        f"namespace {namespace} ({settings.namespace.origin or 'not set'}).",
        settings.as_dict(),
    )


COMMAND = Command(
    "use",
    About(
        "Choose namespace or host for this process.",
        (("-n team-b", "from here on"), ("--reset", "as it was in the beginning")),
    ),
    "Connect",
    run,
    overview=("use", "Choose: -n NAMESPACE, --host URL."),
    options=options,
    notebook_only=True,
)
