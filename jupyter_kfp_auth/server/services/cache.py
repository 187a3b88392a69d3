"""One upstream request for any number of tabs that ask the same thing at about the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Iterator
from functools import partial
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Cache(Generic[K, T]):
    """Keeps answers, and lets all who ask meanwhile share them.

    An entry is the task that fetches the answer: while it runs it is waited for, when it is done it
    is the answer. How old an answer may be is for those who ask to say. Lives in one event loop and
    needs no lock.

    Args:
        size: the number of entries that are kept; the oldest goes first.
    """

    def __init__(self, size: int = 64) -> None:
        self._size = size
        self._entries: dict[K, asyncio.Task[T]] = {}

    async def get(
        self, key: K, fetch: Callable[[], Coroutine[Any, Any, T]], usable: Callable[[T], bool]
    ) -> T:
        """Return the answer for ``key``, fetched at most once at a time.

        Args:
            key: what is asked.
            fetch: asks it; called only when there is no usable answer.
            usable: whether an answer that is already there will do; one under way always does.
        """
        entry = self._entries.get(key)
        if entry is None or (entry.done() and not usable(entry.result())):
            entry = asyncio.create_task(fetch())
            self._keep(key, entry)
        # Shielded, because a tab that goes away must not take the others' answer with it.
        return await asyncio.shield(entry)

    def known(self) -> Iterator[tuple[K, T]]:
        """Yield every answer that is there, with what was asked."""
        for key, entry in list(self._entries.items()):
            if entry.done():
                yield key, entry.result()

    def pending(self) -> list[K]:
        """Return what is being asked at this moment."""
        return [key for key, entry in self._entries.items() if not entry.done()]

    def expire(self, outdated: Callable[[K], bool] = lambda key: True) -> None:
        """Forget answers, also those under way: they are older than what is asked next."""
        for key in list(filter(outdated, self._entries)):
            del self._entries[key]

    def close(self) -> None:
        """Forget every answer and wait no longer for those under way."""
        for entry in self._entries.values():
            entry.cancel()
        self.expire()

    def _keep(self, key: K, entry: asyncio.Task[T]) -> None:
        self._entries.pop(key, None)
        self._entries[key] = entry
        if len(self._entries) > self._size:
            del self._entries[next(iter(self._entries))]
        entry.add_done_callback(partial(self._arrived, key))

    def _arrived(self, key: K, entry: asyncio.Task[T]) -> None:
        failed = entry.cancelled() or entry.exception() is not None
        if failed and self._entries.get(key) is entry:
            del self._entries[key]
