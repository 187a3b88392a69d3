"""`delete`: say what goes, ask, delete one by one, and tell what was done and what was not."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass

from ..http.errors import PipelinesError
from ..http.strict_json import JsonDict
from ..pipelines.connection import Connection
from ..pipelines.kinds import Kind
from ..pipelines.models import Model
from .command import Context
from .formatting import plain
from .lookup import Finder
from .parser import GrammarError
from .repair import NobodyToAsk, ask
from .results import Result


@dataclass(frozen=True, slots=True)
class Doomed:
    """Something that is to be deleted."""

    kind: Kind
    item: Model
    #: Of a version's pipeline.
    pipeline_id: str = ""

    @property
    def name(self) -> str:
        """How it is named to people."""
        name = plain(str(getattr(self.item, "display_name", "")) or self.item.id)
        return f"{self.kind.singular.removeprefix('pipeline ')} {name}"


@dataclass(repr=False)
class Deleted(Result):
    """What was deleted, and what was refused, each with the reason."""

    done: tuple[Doomed, ...]
    refused: tuple[tuple[Doomed, str], ...] = ()
    note: str = ""

    #: Of a command that could not do all.
    exit_code = 1

    @property
    def ok(self) -> bool:
        """Whether all is done."""
        return not self.refused and not self.note

    def text(self) -> str:
        """Return a line for each."""
        lines = [f"Deleted {one.name}." for one in self.done]
        lines += [f"Not deleted: {one.name}. {reason}" for one, reason in self.refused]
        return "\n".join([*lines, *filter(None, [self.note])])

    def as_dict(self) -> JsonDict:
        """Return kinds and ids."""
        return {
            "deleted": [{"kind": str(one.kind), "id": one.item.id} for one in self.done],
            "refused": [
                {"kind": str(one.kind), "id": one.item.id, "reason": reason}
                for one, reason in self.refused
            ],
            "note": self.note,
        }


def delete(context: Context, asked: Namespace, confirm: Callable[[str], bool] = ask) -> Deleted:
    """Delete what is meant, after a yes.

    Raises:
        GrammarError: nothing, or more than one thing, has a name.
    """
    client = context.client(asked.namespace)
    doomed = _doomed(client, asked)
    if not asked.yes:
        try:
            if not confirm(_question(client, doomed)):
                return Deleted((), note="Nothing was deleted.")
        except NobodyToAsk:
            words = f"{asked.prog} delete {' '.join(asked.ids)} --yes"
            return Deleted((), note=f"Nothing was deleted: no one can be asked. To agree: {words}")
    done, refused = [], []
    for one in doomed:
        try:
            remove(client, one.kind, one.item.id, one.pipeline_id)
        except PipelinesError as error:
            refused.append((one, f"{error}"))
        else:
            done.append(one)
    return Deleted(tuple(done), tuple(refused))


def _doomed(client: Connection, asked: Namespace) -> list[Doomed]:
    finder = Finder(client)
    if not asked.version:
        return [Doomed(Kind(kind), item) for kind, item in map(finder.anything, asked.ids)]
    if len(asked.ids) > 1:
        raise GrammarError("--version is for one pipeline.")
    pipeline_id = finder.id(Kind.PIPELINES, asked.ids[0])
    return [Doomed(Kind.VERSIONS, finder.version(pipeline_id, asked.version), pipeline_id)]


def _question(client: Connection, doomed: list[Doomed]) -> str:
    lines = []
    for one in doomed:
        also = ""
        if one.kind is Kind.PIPELINES:
            count = client.list_pipeline_versions(one.item.id, page_size=1).total_size
            also = f" with its {count} version{'' if count == 1 else 's'}"
        lines.append(f"Delete the {one.name}{also}? {_CONSEQUENCES[one.kind]}".strip())
    return "\n".join([*lines, "This cannot be undone. [y/N] "])


_CONSEQUENCES = {
    Kind.RUNS: "Its artifacts stay in the store.",
    Kind.EXPERIMENTS: "Its runs and recurring runs stay, without an experiment.",
    Kind.RECURRING_RUNS: "The runs that it has started stay.",
    Kind.PIPELINES: "Its runs stay.",
    Kind.VERSIONS: "Its runs stay.",
}


def remove(client: Connection, kind: Kind, item_id: str, pipeline_id: str = "") -> None:
    """Delete one thing for good; a pipeline with its versions.

    Args:
        client: to ask.
        kind: of the thing.
        item_id: of the thing.
        pipeline_id: of a version's pipeline.
    """
    if kind is Kind.PIPELINES:
        client.delete_pipeline(item_id, cascade=True)
    elif kind is Kind.VERSIONS:
        client.delete_pipeline_version(pipeline_id, item_id)
    else:
        client.resource(kind).delete(item_id)
