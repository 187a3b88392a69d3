"""What Pipelines keeps, as plain values. Field names are those of the v2beta1 API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from ..http.strict_json import JsonDict, JsonObject
from .model_base import Model as Model
from .model_base import Named as Named
from .model_base import rfc3339 as rfc3339
from .status import KNOWN_STATES as KNOWN_STATES
from .status import TERMINAL_STATES as TERMINAL_STATES
from .status import State as State
from .status import Status as Status
from .task_models import Pod as Pod
from .task_models import Reason as Reason
from .task_models import StateChange as StateChange
from .task_models import Task as Task


@dataclass(frozen=True, slots=True)
class Experiment(Named):
    """A group of runs in a namespace.

    Attributes:
        experiment_id: given by Pipelines.
        display_name: its name.
        description: for people.
        namespace: the Kubernetes namespace; empty on a server for a single user.
        created_at: UTC.
        last_run_created_at: UTC; ``None`` before the first run.
        storage_state: ``AVAILABLE`` or ``ARCHIVED``.
    """

    _id: ClassVar[str] = "experiment_id"
    experiment_id: str
    display_name: str = ""
    description: str = ""
    namespace: str = ""
    created_at: datetime | None = None
    last_run_created_at: datetime | None = None
    storage_state: str = "AVAILABLE"


@dataclass(frozen=True, slots=True)
class Metric(Model):
    """A number that a task has reported about the run.

    KFP 1.8 keeps these with the run. The metrics of v2 pipelines are artifacts in ML Metadata,
    which the run API does not tell.

    Attributes:
        value: the number; ``percentage`` says that 0.5 is meant to be read as 50 %.
        task_id: the task that reported it.
    """

    _id: ClassVar[str] = "name"
    name: str
    value: float
    percentage: bool = False
    task_id: str = ""


@dataclass(frozen=True, slots=True)
class Run(Named):
    """One execution of a pipeline. Lists leave out ``tasks`` and ``pipeline_spec``.

    Attributes:
        run_id: given by Pipelines.
        display_name: its name.
        description: for people.
        experiment_id: of the experiment that it belongs to.
        namespace: empty where Pipelines does not say; v2beta1 never does.
        state: such as ``RUNNING`` or ``SUCCEEDED``, or whatever Pipelines gave; empty for nothing.
        error: why it failed, as far as Pipelines says; empty otherwise.
        created_at: UTC.
        scheduled_at: UTC; when a recurring run meant it to begin.
        finished_at: UTC; ``None`` before its end.
        storage_state: ``AVAILABLE`` or ``ARCHIVED``.
        pipeline_id: of the uploaded pipeline; empty for one that came with the run.
        pipeline_version_id: of its version.
        recurring_run_id: of the recurring run that started it; empty otherwise.
        service_account: that its pods use.
        parameters: by name.
        tasks: in the order in which Pipelines gives them; empty in lists.
        state_history: oldest first.
        pipeline_spec: the compiled pipeline, where the run carries it; ``None`` in lists.
        status: what to show, in one word: the state, with what is known beside it.
        reason: why it failed or waits; ``None`` where there is nothing to explain.
    """

    _id: ClassVar[str] = "run_id"
    run_id: str
    display_name: str = ""
    description: str = ""
    experiment_id: str = ""
    namespace: str = ""
    state: State | str = ""
    error: str = ""
    created_at: datetime | None = None
    scheduled_at: datetime | None = None
    finished_at: datetime | None = None
    storage_state: str = "AVAILABLE"
    pipeline_id: str = ""
    pipeline_version_id: str = ""
    recurring_run_id: str = ""
    service_account: str = ""
    pipeline_root: str = ""
    parameters: JsonObject = field(default_factory=dict, hash=False)
    metrics: tuple[Metric, ...] = ()
    tasks: tuple[Task, ...] = ()
    state_history: tuple[StateChange, ...] = ()
    pipeline_spec: JsonObject | None = field(default=None, hash=False)
    status: Status = Status.UNKNOWN
    reason: Reason | None = None

    @property
    def finished(self) -> bool:
        """Whether the state is final."""
        return self.state in TERMINAL_STATES


@dataclass(frozen=True, slots=True)
class RecurringRun(Named):
    """A schedule that starts runs: by ``cron``, or every ``interval_seconds``.

    Attributes:
        recurring_run_id: given by Pipelines.
        display_name: its name.
        description: for people.
        experiment_id: of the experiment that its runs belong to.
        namespace: the Kubernetes namespace.
        enabled: whether it starts runs.
        created_at: UTC.
        updated_at: UTC.
        cron: six fields, seconds first; empty for an interval.
        interval_seconds: ``None`` for a cron schedule.
        start_time: UTC; before it nothing starts.
        end_time: UTC; after it nothing starts.
        max_concurrency: runs at a time, 1 to 10.
        no_catchup: whether missed times are left out.
        pipeline_id: of the uploaded pipeline.
        pipeline_version_id: of its version.
        service_account: that the runs' pods use.
        parameters: by name.
        error: why it starts nothing; empty otherwise.
    """

    _id: ClassVar[str] = "recurring_run_id"
    recurring_run_id: str
    display_name: str = ""
    description: str = ""
    experiment_id: str = ""
    namespace: str = ""
    enabled: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None
    cron: str = ""
    interval_seconds: int | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    max_concurrency: int | None = None
    no_catchup: bool = False
    pipeline_id: str = ""
    pipeline_version_id: str = ""
    service_account: str = ""
    parameters: JsonObject = field(default_factory=dict, hash=False)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Pipeline(Model):
    """An uploaded pipeline.

    Attributes:
        pipeline_id: given by Pipelines.
        display_name: the name to show.
        name: the name in the cluster; from Pipelines 2.14 on it may be another.
        description: for people.
        namespace: empty for a shared pipeline.
        created_at: UTC.
        error: what is wrong with it; empty otherwise.
    """

    _id: ClassVar[str] = "pipeline_id"
    pipeline_id: str
    display_name: str = ""
    name: str = ""
    description: str = ""
    namespace: str = ""
    created_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class PipelineVersion(Model):
    """One version of an uploaded pipeline.

    Attributes:
        pipeline_version_id: given by Pipelines.
        pipeline_id: of its pipeline.
        display_name: the name to show.
        name: the name in the cluster; from Pipelines 2.14 on it may be another.
        description: for people.
        created_at: UTC.
        code_source_url: where its source is, if somebody said so.
        package_url: where it was uploaded from.
        error: what is wrong with it; empty otherwise.
    """

    _id: ClassVar[str] = "pipeline_version_id"
    pipeline_version_id: str
    pipeline_id: str = ""
    display_name: str = ""
    name: str = ""
    description: str = ""
    created_at: datetime | None = None
    code_source_url: str = ""
    package_url: str = ""
    error: str = ""


T_co = TypeVar("T_co", bound=Model, covariant=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """One page of a list: a sequence of its items.

    Attributes:
        items: in the order that was asked for.
        next_page_token: for the page behind it; empty on the last one.
        total_size: rows on all pages together.
        page_size: what was asked for at last: less than the caller wanted where the server could
            not send that many rows at once.
    """

    items: tuple[T_co, ...]
    next_page_token: str = ""
    total_size: int = 0
    page_size: int = 20

    def __iter__(self) -> Iterator[T_co]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def as_dict(self) -> JsonDict:
        """Return the page as JSON-ready data."""
        return {
            "items": [item.as_dict() for item in self.items],
            "next_page_token": self.next_page_token,
            "total_size": self.total_size,
        }


@dataclass(frozen=True, slots=True)
class Health:
    """What the health check says about the server.

    Attributes:
        api: ``v2beta1``, or ``v1beta1`` for KFP 1.8.
        release: the server's release tag, such as ``2.17.0``; empty when it does not say.
        multi_user: whether namespaces and credentials count; ``None`` when it does not say.
        pipeline_store: ``database`` or ``kubernetes``; empty before 2.14.
        stand_in: whether the embedded sandbox answered instead of a cluster.
    """

    api: str
    release: str = ""
    multi_user: bool | None = None
    pipeline_store: str = ""
    stand_in: bool = False
