"""What is to be created, in the words of v2beta1. Each API version makes its own body of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class NewExperiment:
    """An experiment to create."""

    name: str
    description: str = ""
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to start; the fields are explained at `Connection.create_run`."""

    name: str
    experiment_id: str = ""
    definition: Mapping[str, Any] | None = field(default=None, repr=False)
    pipeline_id: str = ""
    version_id: str = ""
    parameters: Mapping[str, Any] | None = field(default=None, repr=False)
    description: str = ""
    service_account: str = ""
    pipeline_root: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a recurring run starts runs: by ``cron``, or every ``interval_seconds``."""

    cron: str = ""
    interval_seconds: int = 0
    start: datetime | None = None
    end: datetime | None = None
    max_concurrency: int = 1
    catchup: bool = True
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class NewRecurringRun:
    """A recurring run to create: what it starts, and when."""

    run: NewRun
    schedule: Schedule


NewItem = NewExperiment | NewRun | NewRecurringRun
