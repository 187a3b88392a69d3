"""`run`: one run with its tasks."""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from typing import TYPE_CHECKING

from ...pipelines.kinds import Kind
from ..command import Command, Context
from ..options import add_id
from ..parser import About

if TYPE_CHECKING:
    from ..results import Result


def run(context: Context, asked: Namespace) -> Result:
    """Show a run."""
    from ..lookup import Finder
    from ..results import Details

    client = context.client(asked.namespace)
    found = client.get_run(Finder(client).id(Kind.RUNS, asked.id, archived=False))
    return Details(Kind.RUNS, client.explain_run(found))


COMMAND = Command(
    "run",
    About(
        "Show one run with its tasks.",
        (("3f1c9a52", "by id, the beginning of an id, or name"),),
    ),
    "Look",
    run,
    overview=("run RUN", "Show one run with its tasks."),
    options=partial(add_id, kind=Kind.RUNS),
    synonyms=("show", "get"),
)
