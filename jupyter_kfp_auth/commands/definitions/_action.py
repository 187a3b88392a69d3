"""Commands that do one thing to one resource: Pipelines has an action of the same name."""

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


def action(
    name: str,
    summary: str,
    *acts_on: Kind,
    overview: tuple[str, str] | None = None,
    synonyms: tuple[str, ...] = (),
) -> Command:
    """Return the command of an action.

    Args:
        name: of the action.
        summary: one sentence.
        acts_on: what Pipelines has it for; the command takes the first of them.
        overview: its line in the overview, if it has one of its own.
        synonyms: other words for it.
    """
    kind = acts_on[0]
    example = "nightly" if kind is Kind.RECURRING_RUNS else "3f1c9a52"
    return Command(
        name,
        About(summary, ((example, ""),)),
        "Run",
        partial(_run, kind, name),
        overview=overview,
        options=partial(add_id, kind=kind),
        synonyms=synonyms,
        acts_on=acts_on,
    )


def _run(kind: Kind, name: str, context: Context, asked: Namespace) -> Result:
    from ..lookup import Finder
    from ..results import Message

    client = context.client(asked.namespace)
    item_id = Finder(client).id(kind, asked.id, archived=name == "unarchive")
    client.resource(kind).act(item_id, name)
    return Message(f"Done: {name} {item_id}.", {"action": name, "id": item_id})
