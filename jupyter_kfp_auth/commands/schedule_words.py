"""When a recurring run starts runs, in words."""

from __future__ import annotations

from datetime import datetime, timezone

from ..pipelines import cron
from ..pipelines.models import RecurringRun

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def schedule_words(job: RecurringRun) -> str:
    """Return such as "at 06:00 (UTC)" or "every 6 hours"; what is wrong where that is known.

    The zone of cron is the server's, UTC unless it was set otherwise: no route tells which.
    """
    if job.error:
        return f"cannot start: {job.error}"
    if job.cron:
        return f"{cron.in_words(job.cron)} (UTC)"
    return every(job.interval_seconds) if job.interval_seconds else "-"


def every(seconds: int) -> str:
    """Return an interval in its largest whole unit."""
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    count = seconds // size
    return f"every {unit}" if count == 1 else f"every {count} {unit}s"


def next_time(job: RecurringRun, now: datetime | None = None) -> datetime | None:
    """Return when the next run starts; ``None`` where none will, or where it cannot be known.

    An interval counts from the last run that was started, which Pipelines does not tell.
    """
    now = now or datetime.now(timezone.utc)
    if not job.enabled or job.error or (job.end_time and job.end_time <= now):
        return None
    begin = max(now, job.start_time) if job.start_time else now
    if not job.cron:
        return job.start_time if job.start_time and job.start_time > now else None
    found = next(cron.next_times(job.cron, begin), None)
    return None if found is None or (job.end_time and found > job.end_time) else found
