"""One upstream request for any number of tabs that ask the same thing at about the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Cache(Generic[T]):
    """Keeps answers for a short time and lets everybody who asks meanwhile share them.

    An entry is the task that fetches the answer: while it runs it is waited for, when it is done it
    is the answer. Lives in one event loop and needs no lock.

    Args:
        lifetime: seconds that an answer may be given again, counted from its arrival.
        size: the number of entries that are kept; the oldest goes first.
    """

    def __init__(self, lifetime: Callable[[T], float], size: int = 128) -> None:
        self._lifetime = lifetime
        self._size = size
        self._entries: dict[Hashable, asyncio.Task[T]] = {}

    async def get(
        self, key: Hashable, fetch: Callable[[], Coroutine[Any, Any, T]], *, fresh: bool = False
    ) -> T:
        """Return the answer for ``key``, fetched at most once at a time.

        Args:
            key: what is asked.
            fetch: asks it; called only when there is no usable answer.
            fresh: do not take an answer that is already there; one under way is waited for.
        """
        entry = self._entries.get(key)
        if entry is None or (fresh and entry.done()):
            entry = asyncio.create_task(fetch())
            self._keep(key, entry)
        # Shielded, because a tab that goes away must not take the others' answer with it.
        return await asyncio.shield(entry)

    def clear(self) -> None:
        """Forget every answer, also those under way: they are older than what is asked next."""
        self._entries.clear()

    def close(self) -> None:
        """Forget every answer and wait no longer for those under way."""
        for entry in self._entries.values():
            entry.cancel()
        self.clear()

    def _keep(self, key: Hashable, entry: asyncio.Task[T]) -> None:
        self._entries.pop(key, None)
        self._entries[key] = entry
        if len(self._entries) > self._size:
            del self._entries[next(iter(self._entries))]
        entry.add_done_callback(partial(self._arrived, key))

    def _arrived(self, key: Hashable, entry: asyncio.Task[T]) -> None:
        if entry.cancelled() or entry.exception() is not None:
            self._drop(key, entry)
        else:
            seconds = self._lifetime(entry.result())
            entry.get_loop().call_later(seconds, self._drop, key, entry)

    def _drop(self, key: Hashable, entry: asyncio.Task[T]) -> None:
        if self._entries.get(key) is entry:
            del self._entries[key]
