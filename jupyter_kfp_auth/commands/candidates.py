"""Names and ids for completion: from a cache of some seconds, never late, silent on failure."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .completion import Candidate

if TYPE_CHECKING:
    from ..config.settings import Settings
    from ..pipelines.connection import Connection
    from ..pipelines.models import Model

#: Seconds for which names are good.
LIFETIME = 30.0

#: Seconds for which a press of Tab waits for them.
DEADLINE = 0.15

#: Seconds for the server to answer; later names are of no use.
_TIMEOUT = 3.0

#: How many of a kind, newest first, are offered.
_MOST = 200


def fetch(kind: str, namespace: str | None) -> list[Candidate]:
    """Return what there is of a kind, the newest first: names, and ids.

    Args:
        kind: such as ``runs``, ``namespaces`` or ``tasks of train-7``.
        namespace: to look in; by default one's own.

    Raises:
        PipelinesError: it did not work.
        GrammarError: nothing, or more than one thing, has the name behind ``of``.
    """
    from .. import doctor
    from ..config import runtime

    settings = runtime.current_settings(namespace=namespace)
    if kind == "namespaces":
        return _namespaces(settings)
    with doctor.connect(replace(settings, timeout=min(settings.timeout, _TIMEOUT))) as client:
        kind, _, owner = kind.partition(" of ")
        if kind == "tasks":
            return _tasks(client, owner)
        return [one for model in _models(client, kind, owner) for one in _named(kind, model)]


def _namespaces(settings: Settings) -> list[Candidate]:
    """Return those that are known here: nobody may list all of a cluster."""
    claims = settings.token_file.claims()
    known = (settings.namespace.value, claims.namespace if claims else "")
    return [Candidate(name, "namespace") for name in dict.fromkeys(known) if name]


def _tasks(client: Connection, run: str) -> list[Candidate]:
    from .formatting import plain, word
    from .lookup import Finder
    from .task_summary import work

    tasks = work(client.get_run(Finder(client).id("runs", run)).tasks)
    named = {t.display_name: t for t in tasks if plain(t.display_name) == t.display_name}
    return [Candidate(name, f"task, {word(task).lower()}") for name, task in named.items() if name]


def _models(client: Connection, kind: str, owner: str) -> list[Model]:
    from .lookup import Finder

    if kind == "pipeline-versions":
        pipeline_id = Finder(client).id("pipelines", owner)
        return list(client.list_pipeline_versions(pipeline_id, page_size=_MOST).items)
    models = list(client.resource(kind).list(page_size=_MOST).items)
    if kind == "pipelines" and client.health.multi_user:
        models += client.list_pipelines("", page_size=_MOST).items
    return models


def _named(kind: str, model: Any) -> Iterator[Candidate]:
    from .formatting import ago, plain
    from .lookup import ONE

    state = str(getattr(model, "state", "")).lower()
    about = ", ".join(filter(None, (ONE[kind], state, ago(model.created_at))))
    if model.display_name and plain(model.display_name) == model.display_name:
        yield Candidate(model.display_name, about)
    yield Candidate(model.id, f"id of {plain(model.display_name)}")


@dataclass
class _Entry:
    """Names, when they were asked for, and whether they have come."""

    asked: float
    names: Sequence[Candidate]
    coming: Future[None] = field(default_factory=Future)


class Cache:
    """Remembers names for a while, and fetches them in a thread of its own.

    Args:
        key: changes when other names would come, such as after ``%kfp use``; ``None`` as long as
            that costs more than a moment to find out.
        fetch: returns what there is of a kind in a namespace.
        clock: seconds that only ever grow.
    """

    def __init__(
        self,
        key: Callable[[], Hashable] = lambda: None,
        fetch: Callable[[str, str | None], Sequence[Candidate]] = fetch,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key = key
        self._fetch = fetch
        self._clock = clock
        self._entries: dict[tuple[str, str | None, Hashable], _Entry] = {}

    def __call__(self, kinds: Sequence[str], namespace: str | None) -> list[Candidate]:
        """Return what there is, or was a moment ago, or nothing; soon in any case."""
        entries = [self._entry(kind, namespace) for kind in kinds]
        wait([entry.coming for entry in entries], DEADLINE)
        return [candidate for entry in entries for candidate in entry.names]

    def _entry(self, kind: str, namespace: str | None) -> _Entry:
        """Return the names of a kind; where they are old, have them fetched."""
        place = kind, namespace, self._key()
        entry = self._entries.get(place)
        if entry is None or (entry.coming.done() and self._clock() - entry.asked >= LIFETIME):
            entry = _Entry(self._clock(), entry.names if entry else ())
            self._entries[place] = entry
            threading.Thread(target=self._bring, args=(kind, namespace, entry), daemon=True).start()
        return entry

    def _bring(self, kind: str, namespace: str | None, entry: _Entry) -> None:
        with suppress(Exception):  # whatever it is: Tab stays silent
            entry.names = self._fetch(kind, namespace)
        entry.asked = self._clock()
        self._entries[kind, namespace, self._key()] = entry  # the key may be known by now
        entry.coming.set_result(None)
