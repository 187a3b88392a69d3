"""Times, durations and names as people read them."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timezone

from ..pipelines.models import Run, Status, Task

_UNITS = ((86400 * 365, "year"), (86400 * 30, "month"), (86400, "day"), (3600, "hour"))


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """Return "3 minutes ago"; a dash where there is no time."""
    if moment is None:
        return "-"
    seconds = int(((now or datetime.now(timezone.utc)) - moment).total_seconds())
    if abs(seconds) < 60:
        return "just now"
    for size, unit in (*_UNITS, (60, "minute")):
        count = abs(seconds) // size
        if count:
            words = f"{count} {unit}{'s' if count > 1 else ''}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now"


def duration(start: datetime | None, end: datetime | None) -> str:
    """Return "1h 02m" or "3m 20s"; up to now where there is no end, a dash without a start."""
    if start is None:
        return "-"
    seconds = max(0, int(((end or datetime.now(timezone.utc)) - start).total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h {minutes:02}m"
    return f"{minutes}m {seconds:02}s" if minutes else f"{seconds}s"


#: What is shown of a run's or a task's status.
_WORDS = {Status.CACHED: "From cache", Status.NOT_STARTED: "Not started", Status.NOT_RUN: "Not run"}


def word(item: Run | Task) -> str:
    """Return the word for how a run or a task stands; a state that nobody knows as it was sent."""
    if item.status is not Status.UNKNOWN:
        return _WORDS.get(item.status) or item.status.value.capitalize()
    if isinstance(item, Task) and item.state in ("RUNNING", "PENDING") and item.finished_at:
        return "Unknown: the run has ended"
    return item.state or "Unknown"


def plain(text: str) -> str:
    """Return text that a terminal only shows: no escape sequences, no direction overrides."""
    return "".join(
        " " if c in "\n\r\t" else c if c == _JOINER or _harmless(c) else "\ufffd" for c in text
    )


_JOINER = "\u200d"  # holds emoji together


def _harmless(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
