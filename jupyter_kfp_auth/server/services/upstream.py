"""Pipelines on behalf of the handlers: off the event loop, coalesced, and every failure an answer.

What needs ``requests`` is imported when the first request arrives, never when the server starts.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from logging import Logger
from typing import TYPE_CHECKING

from ...config.settings import KfpAuth, Settings, resolve
from ...http.errors import PipelinesError, SettingsError
from ...http.strict_json import Json, JsonDict, JsonObject
from .answer import Answer, Fetched
from .cache import Cache
from .download import Download
from .outages import Outages
from .pace import Pace
from .run_reader import RunReader
from .run_watches import RunWatches
from .schedule import BRIEF, Question, Schedule
from .settings_stamp import stamp
from .threads import Threads

if TYPE_CHECKING:
    from ...cluster.client import Kubernetes
    from ...cluster.workflows import WorkflowEvent
    from ...commands.rest import Query
    from ...outputs.connection import Connection

#: Requests to Pipelines that may run at a time. Each waits for the network in its own thread.
WORKERS = 8

#: Seconds that a failure is remembered, so that many tabs do not hammer a server that is away.
ERROR_SECONDS = 1.0

INTERNAL: JsonDict = {
    "cause": "internal",
    "message": "Something went wrong inside the server extension.",
    "next_step": "Try again. If it keeps failing, see the Jupyter server log.",
    "status": 500,
}


class Upstream:
    """Asks Pipelines, with at most one request for the same thing in each interval.

    A token that is mounted later, and the namespace that it names, are found without a restart.

    Args:
        config: returns the configuration; called when it is first needed.
        interval: seconds that an answer to a user is good for.
        pace: how often pages may have Pipelines asked.
        changed: is told what has changed, in which namespace, and whether lists of runs show it.
        log: of the extension.
        watch: whether workflows may be watched.
        log_copies: bytes of the copies of logs that are looked at, and seconds for which they stay.
    """

    def __init__(
        self,
        config: Callable[[], KfpAuth],
        interval: float,
        pace: Pace,
        changed: Callable[[str, Sequence[WorkflowEvent], bool], object],
        log: Logger,
        *,
        watch: bool = True,
        log_copies: tuple[int, float] | None = None,
    ) -> None:
        self._log_copies = log_copies
        self._config = config
        self._interval = interval
        self._log = log
        self._cache: Cache[Question, Fetched] = Cache()
        self.watches = RunWatches(self._kubernetes, self._on_change, log, enabled=watch)
        self.schedule = Schedule(pace, self.watches)
        self._runs = RunReader(self.watches.find, self._whole_workflow)
        self._changed = changed
        self._threads = Threads(WORKERS)
        self._lock = threading.Lock()
        self._current: Connection | None = None
        self._seen: tuple[int, ...] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._outages = Outages(log)
        #: Why the last list was refused; ``None`` when it was not.
        self._refusal: JsonDict | None = None
        self.namespace = ""

    async def get(
        self, path: str, query: Query, *, fresh: bool = False, poll: bool = False
    ) -> Answer:
        """Answer a GET of ``openapi.yaml``; failures are answers too.

        Args:
            path: below ``kfp/v1/``.
            query: of the request.
            fresh: a user wants to know how it is now.
            poll: a page asks by itself, so an answer is good until the schedule says otherwise.
        """
        self._loop = asyncio.get_running_loop()
        question = Question.of(path, query)
        if fresh and question.run_id:
            self._runs.forget(question.run_id)
        if poll and path == "status":  # lists tell the rest, and are asked for anyway
            query = {"probe": "health", **query}
        fetch = partial(self._threads.run, partial(self._poll, path, query))
        fetched = await self._cache.get(
            question, fetch, partial(self._usable, question, fresh, poll)
        )
        namespace = question.namespace or self.namespace
        if not question.scheduled:  # it may be large, and is not asked for again and again
            seconds = max(BRIEF, self._interval)
            asyncio.get_running_loop().call_later(seconds, self._cache.expire, question.__eq__)
        if question.follows_runs:
            self.watches.look(namespace)
        refusal = self._refusal if poll else None
        version, complete = self.schedule.additions(question, fetched.status, namespace, refusal)
        return fetched.answer(version, complete)

    async def post(self, path: str, query: Query, body: Json = None) -> Answer:
        """Do what a POST asks, once. What was read before is forgotten, whatever came of it."""

        def work() -> tuple[int, Json]:
            from ...commands import rest

            return rest.post(self._client(), path, query, body)

        return await self._change(path, work)

    async def delete(self, path: str, query: Query) -> Answer:
        """Do what a DELETE asks, once, as `post`."""

        def work() -> tuple[int, Json]:
            from ...commands import rest

            return rest.delete(self._client(), path, query)

        return await self._change(path, work)

    def outdate(self) -> None:
        """Forget what was read: another process of this pod has changed something."""
        self._runs.forget()
        self._cache.expire()
        self._changed(self.namespace, (), True)

    async def download(self, path: str, query: Query | None = None) -> Answer | Download:
        """Return the whole of an artifact or a log, read while it is sent; or why it cannot be."""

        def begin() -> tuple[int, Json]:
            if path.endswith("/logs"):
                from ...commands.rest import log_download

                return 200, log_download(self._client(), path, query or {})
            from ...outputs.preview import download

            _, run_id, _, artifact_id = path.split("/")
            return 200, download(self._client().find_artifact(run_id, artifact_id))

        status, found = await self._threads.run(partial(self._attempt, path, begin))
        if status != 200:
            return Answer.of(status, found)
        name, size, pieces = found
        return Download(name, size, pieces, self._threads, self._log)

    async def fingerprint(self) -> str:
        """Return whom this server asks, and as whom; empty where a setting cannot be used."""
        try:
            return (await self._threads.run(self._settings)).fingerprint
        except SettingsError:
            return ""

    def watches_run(self, run_id: str) -> bool:
        """Tell whether a run's changes are seen as they happen; counts as a look at it."""
        self.watches.look(self.namespace)
        return self.watches.find(run_id) is not None

    def close(self) -> None:
        """Close the connections and take no more requests."""
        self.watches.close()
        self._cache.close()
        self._threads.close()
        with self._lock:
            if self._current is not None:
                self._current.close()

    def _usable(self, question: Question, fresh: bool, poll: bool, fetched: Fetched) -> bool:
        """Tell whether an answer that is there will do."""
        if fresh:
            return False
        least = self._interval if fetched.status == 200 else min(self._interval, ERROR_SECONDS)
        if not poll:
            return fetched.age < least
        namespace = question.namespace or self.namespace
        return fetched.age < max(least, self.schedule.lifetime(question, fetched, namespace))

    def _on_change(self, namespace: str, events: Sequence[WorkflowEvent]) -> None:
        """Forget what is no longer true, and let the pages ask for what has changed."""

        def is_here(question: Question) -> bool:
            return (question.namespace or self.namespace) == namespace

        known = [
            (question, fetched.data)
            for question, fetched in self._cache.known()
            if fetched.status == 200 and is_here(question)
        ]
        self._runs.changed(events)
        outdated, listed = self.schedule.outdated(known, events)
        if events:  # what is under way may not show them yet
            outdated.update(q for q in self._cache.pending() if q.follows_runs and is_here(q))
        else:
            outdated = self.schedule.missing(known, namespace)
        self._cache.expire(outdated.__contains__)
        self._changed(namespace, events, listed or not events)

    async def _change(self, path: str, work: Callable[[], tuple[int, Json]]) -> Answer:
        try:
            return Answer.of(*await self._threads.run(partial(self._attempt, path, work)))
        finally:
            self._runs.forget()
            self._cache.expire()

    # -- In a thread ------------------------------------------------------------------------------

    def _poll(self, path: str, query: Query) -> Fetched:
        status, data = self._attempt(path, lambda: (200, self._read(path, query)))
        self._outages.note(path, data["error"] if status != 200 or path == "status" else None)
        if Question.of(path, query).is_list and status not in (400, 404):
            self._refusal = data["error"] if status != 200 else None
        return Fetched(status, data)

    def _attempt(self, path: str, work: Callable[[], tuple[int, Json]]) -> tuple[int, Json]:
        """Return status and data of the answer, also when the work fails."""
        try:
            return work()
        except PipelinesError as caught:
            from ...commands.status import error_body

            error = error_body(caught)
        except Exception:  # noqa: BLE001 - a defect of ours, which is no reason to show a traceback
            self._log.exception("Answering kfp/v1/%s failed unexpectedly", path)
            error = INTERNAL
        return error["status"], {"error": error}

    def _read(self, path: str, query: Query) -> JsonDict:
        from ...commands import rest

        try:
            client = self._client()
        except SettingsError as error:
            if path == "doctor":  # it has an answer to that, too
                rest.parse(("namespace",), query)
                return _unusable(error)
            raise
        return rest.get(client, path, query)

    def _settings(self) -> Settings:
        return resolve(config=self._config())

    def _kubernetes(self) -> Kubernetes:
        from ...cluster.client import Kubernetes

        return Kubernetes(self._settings().service_account)

    def _whole_workflow(self, namespace: str, name: str) -> JsonObject:
        from ...cluster.workflows import Workflows

        with self._kubernetes() as kubernetes:
            return Workflows(kubernetes, namespace).get(name)

    def _client(self) -> Connection:
        """Return a client for the settings as they are now.

        They only change with the token's file: as long as that is there and the same, so are they.
        """
        from .page_connection import PageConnection

        with self._lock:
            client, seen = self._current, self._seen
        if client is not None and seen is not None and seen == stamp(client.settings):
            return client
        settings = self._settings()
        with self._lock:
            if self._current is None or self._current.settings != settings:
                if self._current is not None and self._loop is not None:
                    # What the account before may see, the new one may not.
                    self._runs.forget()
                    self._loop.call_soon_threadsafe(self._cache.expire)
                # The one before may still be waiting for an answer: it is freed after that.
                self._current = PageConnection(settings, self._runs)
                if self._log_copies is not None:
                    copies = self._current.log_copies
                    copies.most_bytes, copies.longest_idle = self._log_copies
                self._current.on_answer = self.schedule.pace.observe
                self.namespace = settings.namespace.value
            self._seen = stamp(settings)
            return self._current


def _unusable(error: SettingsError) -> JsonDict:
    """Return the diagnosis where the examination ends with a setting."""
    from ...doctor import Check, explain

    check = Check("settings", "Settings", "failed", error.detail)
    return replace(explain(error), checks=(check,)).as_dict()
