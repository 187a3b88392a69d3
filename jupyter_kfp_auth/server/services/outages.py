"""What the log says when Pipelines goes away and comes back: once each, and not every poll."""

from __future__ import annotations

import threading
import time
from logging import Logger

from ...http.strict_json import JsonObject

#: Seconds after which a failure that was not met again no longer counts as an outage.
OUTAGE_SECONDS = 60.0


class Outages:
    """Notes failures to reach Pipelines. Thread-safe.

    Args:
        log: of the extension.
    """

    def __init__(self, log: Logger) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._failing: dict[str, float] = {}

    def note(self, path: str, error: JsonObject | None) -> None:
        """Note how asking for a path has ended; ``None`` for well."""
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
