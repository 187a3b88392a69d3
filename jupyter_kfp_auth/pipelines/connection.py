"""The typed client of the Pipelines REST API."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ..config.settings import Settings
from ..http.errors import Explain, PipelinesError
from ..http.redaction import redacted
from ..http.strict_json import JsonObject
from . import decode, v1beta1
from ._pipeline_methods import PipelineMethods
from ._run_insight import RunInsight
from ._transport import Transport
from .kinds import Kind
from .lost_run import Sent, found_or_raised
from .models import Experiment, Health, Model, Page, RecurringRun, Run
from .new_items import NewExperiment, NewRecurringRun, NewRun, Schedule
from .query import MAX_PAGE_SIZE
from .resource import Resource

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from .options import ExperimentOptions, RecurringRunOptions, RunOptions


class Connection(PipelineMethods, RunInsight):
    """Reads and acts on experiments, runs, recurring runs and pipelines.

    Speaks v2beta1, and v1beta1 where the server is KFP 1.8. Thread-safe. Every method raises a
    `PipelinesError` that says what is wrong and what to do about it.

    The lists share their options, all of which may be left out. The ``iter_`` forms take the same
    ones and yield the items of every page, each once.

    - ``namespace``: of Kubernetes; by default the configured one.
    - ``page_size``: 1 to 200 rows (20). Pipelines itself takes no more.
    - ``page_token``: from the page before, with the same other options.
    - ``sort_by``: a field, and ``asc`` or ``desc`` (``created_at desc``).
    - ``search``: part of a name.
    - ``include_archived``: the archived ones, too (``False``); of experiments and runs.
    - ``experiment_id``: only those of this experiment; of runs and recurring runs.
    - ``state``: only those in this state, such as ``FAILED``; of runs.

    Args:
        settings: where Pipelines is, and who asks.
        explain: turns an error into a diagnosis; without it errors carry codes only.
    """

    def __init__(self, settings: Settings, explain: Explain | None = None) -> None:
        RunInsight.__init__(self)
        self._transport = transport = Transport(settings, explain)
        self._experiments = Resource(transport, Kind.EXPERIMENTS, decode.experiment)
        self._runs = Resource(
            transport,
            Kind.RUNS,
            decode.run,
            decode_row=partial(decode.run, whole=False),
            complete=transport.with_tasks,
        )
        self._recurring_runs = Resource(transport, Kind.RECURRING_RUNS, decode.recurring_run)
        self._pipelines = Resource(transport, Kind.PIPELINES, decode.pipeline)
        self._versions = Resource(transport, Kind.VERSIONS, decode.pipeline_version)
        self._resources: dict[str, Resource[Model]] = {
            Kind.EXPERIMENTS: self._experiments,
            Kind.RUNS: self._runs,
            Kind.RECURRING_RUNS: self._recurring_runs,
            Kind.PIPELINES: self._pipelines,
            Kind.VERSIONS: self._versions,
        }

    @property
    def settings(self) -> Settings:
        """Where this client looks, and who it is there."""
        return self._transport.settings

    @property
    def health(self) -> Health:
        """What `healthz` said when it was asked last."""
        return self._transport.health

    @property
    def namespaced(self) -> bool:
        """Whether lists of this server name a namespace, as far as it has said so."""
        return self._transport.namespaced

    def resource(self, kind: str) -> Resource[Model]:
        """Return the resources of one kind, for what treats all kinds alike.

        Args:
            kind: such as ``runs``; one of `Kind`.
        """
        return self._resources[kind]

    @property
    def changes(self) -> int:
        """How many requests to change something have been sent."""
        return self._transport.changes

    @property
    def on_answer(self) -> Callable[[float, int | None, float], object] | None:
        """Is told of each signed-in GET: its seconds, status (or ``None``), ``Retry-After``."""
        return self._transport.on_answer

    @on_answer.setter
    def on_answer(self, listener: Callable[[float, int | None, float], object] | None) -> None:
        self._transport.on_answer = listener

    def close(self) -> None:
        """Close the pooled connections."""
        RunInsight.close(self)
        self._transport.session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        settings = self.settings
        return f"Connection({settings.host.value!r}, namespace={settings.namespace.value!r})"

    def healthz(self) -> Health:
        """Ask the server for its health, API, release and mode; no token is needed for that."""
        return self._transport.healthz()

    # -- Experiments --------------------------------------------------------------------------

    def list_experiments(
        self, namespace: str | None = None, **options: Unpack[ExperimentOptions]
    ) -> Page[Experiment]:
        """Return one page of experiments, newest first."""
        return self._experiments.list(namespace, **options)

    def iter_experiments(
        self, namespace: str | None = None, **options: Unpack[ExperimentOptions]
    ) -> Iterator[Experiment]:
        """Yield every experiment."""
        return self._experiments.walk(namespace, **options)

    def get_experiment(self, experiment_id: str) -> Experiment:
        """Return one experiment."""
        return self._experiments.get(experiment_id)

    def create_experiment(
        self, name: str, *, description: str = "", namespace: str | None = None
    ) -> Experiment:
        """Create an experiment and return it.

        Raises:
            Conflict: there is one of that name.
        """
        owner = self._transport.namespace_for(namespace)
        return self._experiments.create(NewExperiment(name, description, owner))

    def archive_experiment(self, experiment_id: str) -> None:
        """Archive an experiment with its runs."""
        self._experiments.act(experiment_id, "archive")

    def unarchive_experiment(self, experiment_id: str) -> None:
        """Bring an archived experiment back, without its runs."""
        self._experiments.act(experiment_id, "unarchive")

    def delete_experiment(self, experiment_id: str) -> None:
        """Delete an experiment for good. Its runs stay, without an experiment."""
        self._experiments.delete(experiment_id)

    # -- Runs ---------------------------------------------------------------------------------

    def list_runs(self, namespace: str | None = None, **options: Unpack[RunOptions]) -> Page[Run]:
        """Return one page of runs without their tasks, newest first.

        An ``experiment_id`` outweighs the namespace; ``state`` may name several, with commas
        between.
        """
        return self._runs.list(namespace, **options)

    def iter_runs(
        self, namespace: str | None = None, **options: Unpack[RunOptions]
    ) -> Iterator[Run]:
        """Yield every run, without its tasks."""
        return self._runs.walk(namespace, **options)

    def get_run(self, run_id: str) -> Run:
        """Return one run with its tasks, state history and definition."""
        return self._runs.get(run_id)

    def get_runs(self, run_ids: Sequence[str]) -> list[Run]:
        """Return several runs of the namespace without their tasks, in one call where it can be.

        Raises:
            NotFound: there is no run of one of these ids.
        """
        ids = tuple(dict.fromkeys(run_ids))
        found: dict[str, Run] = {}
        for start in range(0, len(ids), MAX_PAGE_SIZE):
            part = ids[start : start + MAX_PAGE_SIZE]
            page = self._runs.list(run_ids=part, page_size=len(part), include_archived=True)
            found |= {run.run_id: run for run in page.items}
        # Of another namespace, perhaps, or the server gave fewer rows than there are.
        return [found[run_id] if run_id in found else self.get_run(run_id) for run_id in run_ids]

    def create_run(
        self,
        name: str,
        *,
        experiment_id: str = "",
        definition: JsonObject | None = None,
        pipeline_id: str = "",
        version_id: str = "",
        parameters: JsonObject | None = None,
        description: str = "",
        service_account: str = "",
        pipeline_root: str = "",
        workflow: bool = False,
    ) -> Run:
        """Start a run and return it.

        Args:
            name: what the run is called.
            experiment_id: where it belongs; a multi-user server wants one.
            definition: a compiled pipeline: the ``pipelineInfo`` document of kfp 2, or the Argo
                workflow of kfp 1.
            pipeline_id: of an uploaded pipeline, with ``version_id``: that is run, and a definition
                only says how KFP 1.8 wants the parameters.
            version_id: of the uploaded pipeline's version.
            parameters: by name, over the pipeline's own defaults.
            description: for people.
            service_account: the account that the run's pods use.
            pipeline_root: where its artifacts go; without it, where they go by default.
            workflow: the pipeline is an Argo workflow of kfp 1, which goes through v1beta1 on any
                release.

        Raises:
            OutcomeUnknown: the answer got lost, and no run of that name is listed (yet). Where one
                is that was created since, it is returned.
        """
        new = NewRun(
            name,
            experiment_id=experiment_id,
            definition=definition,
            pipeline_id=pipeline_id,
            version_id=version_id,
            parameters=parameters,
            description=description,
            service_account=service_account,
            pipeline_root=pipeline_root,
        )
        sent = Sent.now()
        try:
            return self._runs.create(new, v1beta1 if workflow else None)
        except PipelinesError as error:
            error.facts["compiled"] = _compiled_by(definition or {})
            if not error.may_have_happened:
                raise
            return found_or_raised(self._transport, new, sent, error)

    def terminate_run(self, run_id: str) -> None:
        """Stop a run. It becomes CANCELING at once, and FAILED when its pods are gone."""
        self._runs.act(run_id, "terminate")

    def retry_run(self, run_id: str) -> None:
        """Run the failed tasks of a run again."""
        self._runs.act(run_id, "retry")

    def archive_run(self, run_id: str) -> None:
        """Archive a run."""
        self._runs.act(run_id, "archive")

    def unarchive_run(self, run_id: str) -> None:
        """Bring an archived run back."""
        self._runs.act(run_id, "unarchive")

    def delete_run(self, run_id: str) -> None:
        """Delete a run for good; one that goes on is stopped."""
        self._runs.delete(run_id)

    def get_node_log(self, run_id: str, node_id: str) -> str:
        """Return what a node of a run's workflow has printed, as far as Pipelines can read it.

        It answers 200 before it knows whether it can, and then writes the error into the log.
        """
        return self._transport.log(run_id, node_id)

    # -- Recurring runs -----------------------------------------------------------------------

    def list_recurring_runs(
        self, namespace: str | None = None, **options: Unpack[RecurringRunOptions]
    ) -> Page[RecurringRun]:
        """Return one page of recurring runs, newest first."""
        return self._recurring_runs.list(namespace, **options)

    def iter_recurring_runs(
        self, namespace: str | None = None, **options: Unpack[RecurringRunOptions]
    ) -> Iterator[RecurringRun]:
        """Yield every recurring run."""
        return self._recurring_runs.walk(namespace, **options)

    def get_recurring_run(self, recurring_run_id: str) -> RecurringRun:
        """Return one recurring run."""
        return self._recurring_runs.get(recurring_run_id)

    def create_recurring_run(
        self,
        name: str,
        *,
        cron: str = "",
        interval: float | timedelta | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        max_concurrency: int = 1,
        catchup: bool = True,
        enabled: bool = True,
        experiment_id: str = "",
        definition: JsonObject | None = None,
        pipeline_id: str = "",
        version_id: str = "",
        parameters: JsonObject | None = None,
        description: str = "",
        service_account: str = "",
        pipeline_root: str = "",
        workflow: bool = False,
    ) -> RecurringRun:
        """Start runs of a pipeline again and again, and return the recurring run that does.

        Args:
            name: what the recurring run is called.
            cron: six fields, seconds first, or the usual five; or else an ``interval``.
            interval: seconds, or a `timedelta`, from one run to the next: whole seconds, 1 or more.
            start: nothing starts before it; without a time zone it is local time.
            end: nothing starts after it.
            max_concurrency: runs at a time, 1 to 10.
            catchup: whether runs that were missed are started later.
            enabled: whether it starts runs from now on.
            experiment_id: as for `create_run`, like the rest.
            definition: a compiled pipeline.
            pipeline_id: of an uploaded pipeline, with ``version_id``.
            version_id: of the uploaded pipeline's version.
            parameters: by name, over the pipeline's own defaults.
            description: for people.
            service_account: the account that the runs' pods use.
            pipeline_root: where artifacts go.
            workflow: the pipeline is an Argo workflow of kfp 1.

        Raises:
            InvalidRequest: the schedule, or the pipeline, is not what it must be.
        """
        run = NewRun(
            name,
            experiment_id=experiment_id,
            definition=definition,
            pipeline_id=pipeline_id,
            version_id=version_id,
            parameters=parameters,
            description=description,
            service_account=service_account,
            pipeline_root=pipeline_root,
        )
        with self._transport.explained():
            schedule = Schedule.checked(
                cron, interval, start, end, max_concurrency, catchup=catchup, enabled=enabled
            )
        new = NewRecurringRun(run, schedule)
        return self._recurring_runs.create(new, v1beta1 if workflow else None)

    def enable_recurring_run(self, recurring_run_id: str) -> None:
        """Let a recurring run start runs again."""
        self._recurring_runs.act(recurring_run_id, "enable")

    def disable_recurring_run(self, recurring_run_id: str) -> None:
        """Keep a recurring run from starting runs."""
        self._recurring_runs.act(recurring_run_id, "disable")

    def delete_recurring_run(self, recurring_run_id: str) -> None:
        """Delete a recurring run for good. The runs that it started stay."""
        self._recurring_runs.delete(recurring_run_id)


def _compiled_by(definition: JsonObject) -> str:
    """Return what compiled a pipeline, such as ``kfp-2.14.0``; empty where it does not say."""
    inner = definition.get("pipeline_spec")
    spec = inner if isinstance(inner, Mapping) else definition
    return redacted(str(spec.get("sdkVersion") or ""), length=40)
