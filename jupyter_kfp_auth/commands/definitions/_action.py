"""Commands that do one thing to one resource: Pipelines has an action of the same name."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
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
        acts_on: what Pipelines has it for; a name is looked up among them in this order.
        overview: its line in the overview, if it has one of its own.
        synonyms: other words for it.
    """
    kind = acts_on[0]
    example = "nightly" if kind is Kind.RECURRING_RUNS else "3f1c9a52"
    return Command(
        name,
        About(summary, ((example, ""),)),
        "Run",
        partial(_run, acts_on, name),
        overview=overview,
        options=partial(add_id, kind=kind),
        synonyms=synonyms,
        acts_on=acts_on,
    )


def _run(kinds: Sequence[Kind], name: str, context: Context, asked: Namespace) -> Result:
    from ...pipelines.errors import NotFound
    from ..formatting import plain
    from ..lookup import Finder
    from ..results import Message

    client = context.client(asked.namespace)
    finder = Finder(client)
    archived = name == "unarchive"
    for kind in kinds:
        item_id = finder.id_or_none(kind, asked.id, archived=archived)
        if item_id is None:
            continue
        try:
            client.resource(kind).act(item_id, name)
        except NotFound:  # A whole id is of any kind.
            if kind is kinds[-1]:
                raise
            continue
        also = _ALSO.get((name, kind), "")
        done = f"{_DONE.get(name, f'Done: {name}')} {plain(asked.id)}.{also}"
        return Message(done, {"action": name, "id": item_id})
    raise finder.not_found(kinds[0], asked.id)


#: What has come of an action; some only begin.
_DONE = {
    "terminate": "Terminating",
    "retry": "Retrying",
    "archive": "Archived",
    "unarchive": "Restored",
    "enable": "Enabled",
    "disable": "Disabled",
}

#: What goes with an action, where that is not plain from its name.
_ALSO = {
    ("archive", Kind.EXPERIMENTS): " Its runs are archived too, and its recurring runs disabled.",
    ("unarchive", Kind.EXPERIMENTS): " What was archived with it stays archived.",
}
