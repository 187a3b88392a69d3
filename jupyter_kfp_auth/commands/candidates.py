"""Names and ids for completion: from a cache of some seconds, never late, silent on failure."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
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
    from .formatting import plain
    from .lookup import Finder
    from .task_summary import work

    tasks = work(client.get_run(Finder(client).id("runs", run)).tasks)
    named = {t.display_name: t for t in tasks if plain(t.display_name) == t.display_name}
    return [Candidate(name, f"task, {task.state.lower()}") for name, task in named.items() if name]


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
        key: Callable[[], Any] = lambda: None,
        fetch: Callable[[str, str | None], Sequence[Candidate]] = fetch,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key = key
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[Any, tuple[float, Sequence[Candidate]]] = {}
        self._coming: dict[Any, threading.Event] = {}

    def __call__(self, kinds: Sequence[str], namespace: str | None) -> list[Candidate]:
        """Return what there is, or was a moment ago, or nothing; soon in any case."""
        key = self._key()
        places = [(kind, namespace, key) for kind in kinds]
        end = time.monotonic() + DEADLINE
        for arrived in [self._order(place) for place in places]:
            if arrived is not None:
                arrived.wait(max(0.0, end - time.monotonic()))
        with self._lock:
            known = [self._known.get(place, (0.0, ()))[1] for place in places]
        return [candidate for found in known for candidate in found]

    def _order(self, place: Any) -> threading.Event | None:
        """Have names brought, unless they are there; return what tells that they have come."""
        with self._lock:
            asked = self._known.get(place, (-LIFETIME, ()))[0]
            if self._clock() - asked < LIFETIME:
                return None
            arrived = self._coming.get(place)
            if arrived is None:
                arrived = self._coming[place] = threading.Event()
                threading.Thread(target=self._bring, args=(place, arrived), daemon=True).start()
            return arrived

    def _bring(self, place: Any, arrived: threading.Event) -> None:
        old = self._known.get(place, (0.0, ()))[1]
        try:
            found = self._fetch(place[0], place[1])
        except Exception:  # noqa: BLE001 - whatever it is: Tab stays silent
            found = old
        with self._lock:
            for key in {place[2], self._key()}:
                self._known[place[0], place[1], key] = (self._clock(), found)
            self._coming.pop(place, None)
        arrived.set()
