"""How often Pipelines is asked where it cannot be watched: as seldom as its answers are slow."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

#: Seconds between two questions when Pipelines is quick, and when it is slowest.
SHORTEST, LONGEST = 10.0, 600.0

#: Seconds that an answer may take anyway, and how many times as long as it takes beyond them to
#: wait until the next question. A stock server makes its callers wait in line for a fifth of a
#: second each: every 40 seconds, then.
_FREE, _TIMES = 0.1, 400.0

#: How much longer one slow answer, or one refusal, may make the pause; how fast it comes down.
_SLOWER, _REFUSED, _QUICKER = 2.0, 4.0, 0.9

#: How many times less often to ask for what has ended.
FINISHED = 6.0


@dataclass(frozen=True, slots=True)
class Pause:
    """Seconds between two questions, and why so many: ``""``, ``busy`` or ``away``."""

    seconds: float
    reason: str


class Pace:
    """One pace for all that a Jupyter server asks Pipelines. Thread-safe.

    Args:
        shortest: seconds between two questions at best.
        clock: in seconds.
    """

    def __init__(
        self, shortest: float = SHORTEST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._shortest = shortest
        self._clock = clock
        self._lock = threading.Lock()
        self._seconds = shortest
        self._reason = ""
        self._not_before = 0.0

    def observe(self, seconds: float, status: int | None, retry_after: float = 0.0) -> None:
        """Learn from one answer.

        Args:
            seconds: that it took.
            status: HTTP status; ``None`` where no answer came.
            retry_after: seconds that the server wants to be left alone.
        """
        refused = status is None or status == 429 or status >= 500
        with self._lock:
            longest = LONGEST if self._shortest < LONGEST else self._shortest
            if refused:
                wanted = min(self._seconds * _REFUSED, longest)
                self._reason = "busy" if status == 429 else "away"
            else:
                wanted = min(max((seconds - _FREE) * _TIMES, self._shortest), longest)
                wanted = min(max(wanted, self._seconds * _QUICKER), self._seconds * _SLOWER)
                self._reason = "busy" if wanted > self._shortest else ""
            self._seconds = wanted
            if retry_after > 0:
                self._not_before = self._clock() + min(retry_after, longest)

    @property
    def pause(self) -> Pause:
        """How long to wait between two questions."""
        with self._lock:
            left = self._not_before - self._clock()
            return Pause(max(self._seconds, left), self._reason)
