"""Blocking work beside an event loop, for whose end nobody has to wait."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


class Threads:
    """Runs work in threads, so many at a time. Lives in one event loop.

    The process does not wait for them when it ends, as it would for those of a
    `ThreadPoolExecutor`: a server that stops must not wait for another one that is silent.

    Args:
        most: the threads at a time.
    """

    def __init__(self, most: int) -> None:
        self._free = asyncio.Semaphore(most)
        self._closed = False

    def close(self) -> None:
        """Begin nothing more."""
        self._closed = True

    async def run(self, work: Callable[[], T]) -> T:
        """Return what ``work`` returns, or raise what it raises."""
        if self._closed:
            raise RuntimeError("closed")
        loop = asyncio.get_running_loop()
        async with self._free:
            done: asyncio.Future[T] = loop.create_future()
            threading.Thread(target=_work, args=(work, loop, done), name="kfp", daemon=True).start()
            return await done


def _work(work: Callable[[], T], loop: asyncio.AbstractEventLoop, done: asyncio.Future[T]) -> None:
    def tell(finish: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has ended, and nobody waits
            loop.call_soon_threadsafe(lambda: None if done.cancelled() else finish())

    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - for whoever waits
        failure = error
        tell(lambda: done.set_exception(failure))
    else:
        tell(lambda: done.set_result(result))
