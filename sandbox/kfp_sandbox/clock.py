"""Time as the sandbox sees it: real time plus an offset that tests can push."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timezone


class Clock:
    """A clock that can be pushed forward, and frozen.

    Args:
        start: what the clock shows when it is made; the real time if not given. Must be aware.
        running: whether it moves with real time. A frozen clock only moves by `advance`.
    """

    def __init__(self, start: datetime | None = None, *, running: bool = True) -> None:
        self._running = running
        self._offset = start.timestamp() - time.time() if start else 0.0
        self._frozen_at = time.time() + self._offset
        self._listeners: list[Callable[[], None]] = []

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self._offset if self._running else self._frozen_at

    def now(self) -> datetime:
        """The time as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.time(), timezone.utc)

    def advance(self, seconds: float) -> None:
        """Push the clock forward; runs, schedules and token lives move with it."""
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        self._offset += seconds
        self._frozen_at += seconds
        for listener in self._listeners:
            listener()

    def on_advance(self, listener: Callable[[], None]) -> None:
        """Call `listener` each time after the clock was pushed."""
        self._listeners.append(listener)
