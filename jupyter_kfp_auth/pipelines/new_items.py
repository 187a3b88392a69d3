"""What is to be created, in the words of v2beta1. Each API version makes its own body of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TypedDict

from ..http.strict_json import JsonObject
from .cron import six_fields
from .errors import InvalidRequest

#: Runs of one recurring run that Pipelines lets go on at a time.
MAX_CONCURRENCY = 10


@dataclass(frozen=True, slots=True)
class NewExperiment:
    """An experiment to create."""

    name: str
    description: str = ""
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class NewPipeline:
    """A pipeline to create, without a version."""

    name: str
    description: str = ""
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to start; the fields are explained at `Connection.create_run`."""

    name: str
    experiment_id: str = ""
    definition: JsonObject | None = field(default=None, repr=False)
    pipeline_id: str = ""
    version_id: str = ""
    parameters: JsonObject | None = field(default=None, repr=False)
    description: str = ""
    service_account: str = ""
    pipeline_root: str = ""


class RunFields(TypedDict, total=False):
    """What runs and recurring runs are created with; see `Connection.create_run`."""

    experiment_id: str
    definition: JsonObject
    pipeline_id: str
    version_id: str
    parameters: JsonObject
    description: str
    service_account: str
    pipeline_root: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a recurring run starts runs; the fields are explained at `create_recurring_run`."""

    cron: str = ""
    interval_seconds: int = 0
    start: datetime | None = None
    end: datetime | None = None
    max_concurrency: int = 1
    catchup: bool = True
    enabled: bool = True

    @classmethod
    def checked(
        cls,
        cron: str,
        interval: float | timedelta | None,
        start: datetime | None,
        end: datetime | None,
        max_concurrency: int,
        *,
        catchup: bool,
        enabled: bool,
    ) -> Schedule:
        """Return a schedule that Pipelines can take.

        Raises:
            InvalidRequest: it is none; the message names the option.
        """
        if bool(cron) == (interval is not None):
            raise InvalidRequest.of("cron", "given, or else an interval, and not both", cron)
        seconds = interval.total_seconds() if isinstance(interval, timedelta) else interval or 0
        if interval is not None and (seconds < 1 or seconds != int(seconds)):
            raise InvalidRequest.of("interval", "a whole number of seconds, 1 or more", interval)
        if not 1 <= max_concurrency <= MAX_CONCURRENCY:
            allowed = f"a number of runs from 1 to {MAX_CONCURRENCY}"
            raise InvalidRequest.of("max_concurrency", allowed, max_concurrency)
        if start and end and _utc(end) <= _utc(start):
            raise InvalidRequest.of("end", "later than start", end.isoformat())
        fields = six_fields(cron) if cron else ""
        return cls(fields, int(seconds), start, end, max_concurrency, catchup, enabled)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc)


@dataclass(frozen=True, slots=True)
class NewRecurringRun:
    """A recurring run to create: what it starts, and when."""

    run: NewRun
    schedule: Schedule


NewItem = NewExperiment | NewPipeline | NewRun | NewRecurringRun
