"""Names, and beginnings of ids, wherever an id is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from ..pipelines.connection import Connection
from ..pipelines.errors import NotFound
from ..pipelines.models import Model
from ..pipelines.options import AnyOptions
from .formatting import ago, plain
from .parser import GrammarError, did_you_mean

#: What a kind is called when there is one of it.
ONE = {
    "experiments": "experiment",
    "runs": "run",
    "recurring-runs": "recurring run",
    "pipelines": "pipeline",
    "pipeline-versions": "version",
}

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BEGINNING = re.compile(r"[0-9a-f]{3,8}(-[0-9a-f]{0,4}){0,3}(-[0-9a-f]{0,11})?")

_TOO_SHORT = re.compile(r"[0-9a-f]{1,2}")
_VARIABLE = re.compile(r"\{\w+\}|\$\w+")

#: How many of a kind, newest first, are searched for the beginning of an id; 200 come at once.
_DEEPEST = 2000

#: How many candidates an ambiguous name lists.
_SHOWN = 10


class Finder:
    """Finds what people mean, among what they may see.

    Args:
        client: to ask.
        namespace: to look in; by default the client's own.
    """

    def __init__(self, client: Connection, namespace: str | None = None) -> None:
        self._client = client
        self._namespace = namespace

    def id(self, kind: str, text: str, *, archived: bool | None = None) -> str:
        """Return the id of the one thing that is meant; a whole id costs no request.

        Args:
            kind: such as ``runs`` or ``recurring-runs``.
            text: an id, the beginning of one, or a name.
            archived: where several have the name, whether the archived ones are meant.

        Raises:
            GrammarError: none is, or several are; the message lists them.
        """
        found = self.id_or_none(kind, text, archived=archived)
        if found is None:
            raise self.not_found(kind, text)
        return found

    def id_or_none(self, kind: str, text: str, *, archived: bool | None = None) -> str | None:
        """Return the id as `id` does, or ``None`` where nothing is meant."""
        if _UUID.fullmatch(text):
            return text
        candidates = self.candidates(kind, text)
        if len(candidates) > 1 and archived is not None:
            stored = "ARCHIVED" if archived else "AVAILABLE"
            wanted = [m for m in candidates if getattr(m, "storage_state", stored) == stored]
            candidates = wanted or candidates
        return one_of({kind: candidates}, text)[1].id if candidates else None

    def experiment_id(self, text: str | None) -> str:
        """Return the id of the experiment that is meant; empty where none is. Raises as `id`."""
        return self.id("experiments", text, archived=False) if text else ""

    def anything(self, text: str) -> tuple[str, Model]:
        """Return the one thing of any kind that an id or name means, with its kind.

        Raises:
            GrammarError: none is meant, or several are.
        """
        kinds = [kind for kind in ONE if kind != "pipeline-versions"]
        found: dict[str, list[Model]] = {}
        for kind in kinds:
            if _UUID.fullmatch(text):
                try:
                    item = self._client.resource(kind).get(text)
                except NotFound:
                    continue
                return kind, item
            found[kind] = self.candidates(kind, text)
        if not any(found.values()):
            raise GrammarError(f"There is no run, experiment, recurring run or pipeline {text!r}.")
        return one_of(found, text)

    def candidates(self, kind: str, text: str) -> list[Model]:
        """Return what has this name; where nothing has, what has an id that begins so."""
        named = [m for m in self._walk(kind, search=text) if text in _names(m)]
        if named or not _BEGINNING.fullmatch(text):
            return named
        return [m for m in islice(self._walk(kind), _DEEPEST) if m.id.startswith(text)]

    def version(self, pipeline_id: str, text: str) -> Model:
        """Return the version of a pipeline that is meant; without a text the newest.

        Raises:
            GrammarError: there is none, or several have the name.
        """
        walk = self._client.iter_pipeline_versions(pipeline_id, page_size=200 if text else 1)
        if not text:
            newest = next(walk, None)
            if newest is None:
                raise GrammarError("This pipeline has no version.")
            return newest
        versions = list(walk)
        exact = [v for v in versions if text == v.id or text in _names(v)]
        found: list[Model] = list(exact or [v for v in versions if v.id.startswith(text)])
        if not found:
            names = [name for v in versions for name in sorted(_names(v))]
            shown = ", ".join(plain(name) for name in names[:_SHOWN])
            meant = did_you_mean(text, names)
            raise GrammarError(f"There is no version {text!r}.{meant} There are: {shown}.")
        return one_of({"pipeline-versions": found}, text)[1]

    def _walk(self, kind: str, search: str = "") -> Iterable[Model]:
        """Yield everything of a kind; pipelines are the namespace's own, then the shared ones."""
        options: AnyOptions = {"page_size": 200, "include_archived": True, "search": search}
        walk = self._client.resource(kind).walk
        seen = set()
        for namespace in (self._namespace, "") if kind == "pipelines" else (self._namespace,):
            for model in walk(namespace, **options):
                if model.id not in seen:
                    seen.add(model.id)
                    yield model
            if kind == "pipelines" and self._client.health.multi_user is False:
                return

    def not_found(self, kind: str, text: str) -> GrammarError:
        """Return the error that says what there is instead."""
        if _VARIABLE.fullmatch(text):  # IPython leaves in place what it cannot fill in
            return GrammarError(f"There is no variable {text.strip('{}$')}.")
        models = list(islice(self._walk(kind), 200))
        alike = sum(m.id.startswith(text) for m in models)
        if _TOO_SHORT.fullmatch(text) and alike:
            return GrammarError(
                f"{text!r} is too short: the ids of {alike} {kind.replace('-', ' ')} begin so. "
                "Give three characters or more."
            )
        newest = [name for m in models for name in sorted(_names(m))]
        meant = did_you_mean(text, newest)
        if not meant:
            near = [name for name in newest if text.lower() in name.lower()]
            meant = f" Did you mean {plain(near[0])}?" if near else ""
        listed = f" To see what there is: %kfp {kind}."
        return GrammarError(f"There is no {ONE[kind]} {text!r}.{plain(meant) or listed}")


def one_of(found: dict[str, list[Model]], text: str) -> tuple[str, Model]:
    """Return the only candidate with its kind.

    Raises:
        GrammarError: there are several; the message lists them, newest first.
    """
    every = [(kind, model) for kind, models in found.items() for model in models]
    if len(every) == 1:
        return every[0]
    lines = [
        f"  {model.id}  {ONE[kind]} {_about(model)}".rstrip() for kind, model in every[:_SHOWN]
    ]
    if len(every) > _SHOWN:
        lines.append(f"  ... and {len(every) - _SHOWN} more")
    raise GrammarError(f"{text!r} can mean several; use the id of one:\n" + "\n".join(lines))


def _names(model: Model) -> set[str]:
    names = {getattr(model, "display_name", ""), getattr(model, "name", "")}
    return {name for name in names if name}


def _about(model: Any) -> str:
    parts = [plain(model.display_name), getattr(model, "state", "").lower()]
    if getattr(model, "storage_state", "") == "ARCHIVED":
        parts.append("archived")
    parts.append(ago(model.created_at))
    return ", ".join(part for part in parts if part)
