"""Pipelines on behalf of the handlers: off the event loop, coalesced, and every failure an answer.

What needs ``requests`` is imported when the first request arrives, never when the server starts.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from logging import Logger
from typing import TYPE_CHECKING, Any

from ..auth import requested_token
from ..config.settings import KfpAuth, Settings, resolve
from ..http.errors import PipelinesError, SettingsError
from .cache import Cache
from .threads import Threads

if TYPE_CHECKING:
    from ..commands.rest import Query
    from ..outputs.connection import Connection

#: Requests to Pipelines that may run at a time. Each waits for the network in its own thread.
WORKERS = 8

#: Seconds that a failure is remembered, so that many tabs do not hammer a server that is away.
ERROR_SECONDS = 1.0

#: Seconds after which a failure that nobody met again no longer counts as an outage.
OUTAGE_SECONDS = 60.0

INTERNAL: dict[str, Any] = {
    "cause": "internal",
    "message": "Something went wrong inside the server extension.",
    "next_step": "Try again; if it stays so, look into the log of the Jupyter server.",
    "status": 500,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser gets: made once, sent to every tab that asks."""

    status: int
    body: bytes
    etag: str
    arrived: float

    @classmethod
    def of(cls, status: int, data: Any = None) -> Answer:
        """Encode ``data`` as JSON; nothing for ``None``."""
        body = b""
        if data is not None:
            body = json.dumps(data, separators=(",", ":"), allow_nan=False).encode()
        etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
        return cls(status, body, etag, time.monotonic())

    @property
    def age(self) -> int:
        """Whole seconds since Pipelines answered."""
        return int(time.monotonic() - self.arrived)


class Download:
    """A file on its way to the browser: the next piece is read when the last one has gone.

    Args:
        name: of the file.
        size: in bytes; ``None`` where it is not known.
        pieces: of its content; reading them blocks.
        threads: to read in.
        log: of the extension.
    """

    def __init__(
        self, name: str, size: int | None, pieces: Iterator[bytes], threads: Threads, log: Logger
    ) -> None:
        self.name = name
        self.size = size
        self.failed = False
        self._pieces = pieces
        self._threads = threads
        self._log = log

    @property
    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the content; ``failed`` tells afterwards whether it ended early."""
        try:
            while (piece := await self._threads.run(partial(next, self._pieces, None))) is not None:
                yield piece
        except PipelinesError as error:
            self.failed = True
            self._log.warning("The download of %s ended early: %s", self.name, error.cause_code)


class Upstream:
    """Asks Pipelines, with at most one request for the same thing in each interval.

    A token that is mounted later, and the namespace that it names, are found without a restart.

    Args:
        config: returns the configuration; called when it is first needed.
        interval: seconds that an answer is good for.
        log: of the extension.
    """

    def __init__(self, config: Callable[[], KfpAuth], interval: float, log: Logger) -> None:
        self._config = config
        self._log = log
        self._cache: Cache[Answer] = Cache(
            lambda answer: interval if answer.status == 200 else min(interval, ERROR_SECONDS)
        )
        self._threads = Threads(WORKERS)
        self._lock = threading.Lock()
        self._current: Connection | None = None
        self._seen: tuple[int, ...] | None = None
        self._failing: dict[str, float] = {}

    async def get(self, path: str, query: Query, *, fresh: bool = False) -> Answer:
        """Answer a GET of ``openapi.yaml``; failures are answers too."""
        key = (path, *sorted(query.items()))
        fetch = partial(self._threads.run, partial(self._poll, path, query))
        return await self._cache.get(key, fetch, fresh=fresh)

    async def post(self, path: str, query: Query, body: Any = None) -> Answer:
        """Do what a POST asks, once. What was read before is forgotten, whatever came of it."""
        try:
            return await self._threads.run(partial(self._act, path, query, body))
        finally:
            self._cache.clear()

    async def download(self, path: str) -> Answer | Download:
        """Return an artifact's whole, which is read while it is sent; or why it cannot be."""

        def begin() -> tuple[int, Any]:
            from ..outputs.preview import download

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

    def close(self) -> None:
        """Close the connections and take no more requests."""
        self._cache.close()
        self._threads.close()
        with self._lock:
            if self._current is not None:
                self._current.close()

    # -- In a thread ------------------------------------------------------------------------------

    def _poll(self, path: str, query: Query) -> Answer:
        status, data = self._attempt(path, lambda: (200, self._read(path, query)))
        self._note(path, data["error"] if status != 200 or path == "status" else None)
        return Answer.of(status, data)

    def _act(self, path: str, query: Query, body: Any) -> Answer:
        from ..commands import rest

        def work() -> tuple[int, Any]:
            return rest.post(self._client(), path, query, body)

        return Answer.of(*self._attempt(path, work))

    def _attempt(self, path: str, work: Callable[[], tuple[int, Any]]) -> tuple[int, Any]:
        """Return status and data of the answer, also when the work fails."""
        try:
            return work()
        except PipelinesError as caught:
            from ..commands.status import error_body

            error = error_body(caught)
        except Exception:  # noqa: BLE001 - a defect of ours, which is no reason to show a traceback
            self._log.exception("Answering kfp/v1/%s failed unexpectedly", path)
            error = INTERNAL
        return error["status"], {"error": error}

    def _read(self, path: str, query: Query) -> dict[str, Any]:
        from ..commands import rest

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

    def _client(self) -> Connection:
        """Return a client for the settings as they are now.

        They only change with the token's file: as long as that is there and the same, so are they.
        """
        from ..doctor import connect

        with self._lock:
            client, seen = self._current, self._seen
        if client is not None and seen is not None and seen == _stamp(client.settings):
            return client
        settings = self._settings()
        with self._lock:
            if self._current is None or self._current.settings != settings:
                # The one before may still be waiting for an answer: it is freed after that.
                self._current = connect(settings)
            self._seen = _stamp(settings)
            return self._current

    def _note(self, path: str, error: dict[str, Any] | None) -> None:
        """Log that Pipelines went away and that it is back, once each, and not every poll."""
        now = time.monotonic()
        with self._lock:
            known = {p: at for p, at in self._failing.items() if now - at < OUTAGE_SECONDS}
            self._failing = known
            if error is not None and error["status"] in (502, 503):
                changed = not known
                known[path] = now
            elif changed := path in known:
                known.clear()
        if not changed:
            return
        if known:
            self._log.warning("Pipelines is out of reach (%(cause)s): %(message)s", error)
        else:
            self._log.info("Pipelines answers again")


def _unusable(error: SettingsError) -> dict[str, Any]:
    """Return the diagnosis where the examination ends with a setting."""
    from ..doctor import Check, explain

    check = Check("settings", "Settings", "failed", error.detail)
    return replace(explain(error), checks=(check,)).as_dict()


def _stamp(settings: Settings) -> tuple[int, ...] | None:
    """Return what changes when another token is written or minted; ``None`` when there is none."""
    try:
        found = os.stat(settings.token_path.value)
    except (OSError, ValueError):
        return None
    is_minted = requested_token.find(settings.service_account) is not None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size, is_minted
