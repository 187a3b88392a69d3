"""The typed client of the Pipelines REST API."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..config.settings import Settings
from ..http.errors import PipelinesError
from ._transport import Transport
from .models import Experiment, Health, Page, Pipeline, PipelineVersion, RecurringRun, Run
from .query import MAX_PAGE_SIZE

_NEWEST_FIRST = "created_at desc"


class Connection:
    """Reads and acts on experiments, runs, recurring runs and pipelines.

    Speaks v2beta1, and v1beta1 where the server is KFP 1.8. Thread-safe. Every method raises a
    `PipelinesError` that says what is wrong and what to do about it.

    The lists share their arguments. The ``iter_`` forms take the same ones and yield the items of
    every page, each once.

    - ``namespace``: of Kubernetes; by default the configured one.
    - ``page_size``: 1 to 200 rows. Pipelines itself takes no more.
    - ``page_token``: from the page before, with the same other arguments.
    - ``sort_by``: a field, and ``asc`` or ``desc``.
    - ``search``: part of a name.
    - ``include_archived``: the archived ones, too.

    Args:
        settings: where Pipelines is, and who asks.
        explain: turns an error into a diagnosis; without it errors carry codes only.
    """

    def __init__(
        self, settings: Settings, explain: Callable[[PipelinesError], Any] | None = None
    ) -> None:
        self._transport = Transport(settings, explain)

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

    def close(self) -> None:
        """Close the pooled connections."""
        self._transport.session.close()

    def __enter__(self) -> Connection:
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
        self,
        namespace: str | None = None,
        *,
        page_size: int = 20,
        page_token: str = "",
        sort_by: str = _NEWEST_FIRST,
        search: str = "",
        include_archived: bool = False,
    ) -> Page[Experiment]:
        """Return one page of experiments, newest first."""
        return self._transport.list(
            "experiments",
            namespace,
            page_size=page_size,
            page_token=page_token,
            sort_by=sort_by,
            search=search,
            include_archived=include_archived,
        )

    def iter_experiments(self, namespace: str | None = None, **query: Any) -> Iterator[Experiment]:
        """Yield every experiment."""
        query.setdefault("include_archived", False)
        return self._transport.walk("experiments", namespace, **query)

    def get_experiment(self, experiment_id: str) -> Experiment:
        """Return one experiment."""
        experiment: Experiment = self._transport.get("experiments", experiment_id)
        return experiment

    def create_experiment(
        self, name: str, *, description: str = "", namespace: str | None = None
    ) -> Experiment:
        """Create an experiment and return it.

        Raises:
            Conflict: there is one of that name.
        """
        owner = self._transport.namespace_for(namespace)
        experiment: Experiment = self._transport.create(
            "experiments", name=name, description=description, namespace=owner
        )
        return experiment

    def archive_experiment(self, experiment_id: str) -> None:
        """Archive an experiment with its runs."""
        self._transport.act("experiments", experiment_id, "archive")

    def unarchive_experiment(self, experiment_id: str) -> None:
        """Bring an archived experiment back, without its runs."""
        self._transport.act("experiments", experiment_id, "unarchive")

    # -- Runs ---------------------------------------------------------------------------------

    def list_runs(
        self,
        namespace: str | None = None,
        *,
        experiment_id: str = "",
        state: str = "",
        page_size: int = 20,
        page_token: str = "",
        sort_by: str = _NEWEST_FIRST,
        search: str = "",
        include_archived: bool = False,
    ) -> Page[Run]:
        """Return one page of runs without their tasks, newest first.

        Args:
            namespace: see the class; an ``experiment_id`` outweighs it.
            experiment_id: only the runs of this experiment.
            state: only those in this state, such as ``FAILED``.
            page_size: see the class, as for the rest.
            page_token: from the page before.
            sort_by: a field, and ``asc`` or ``desc``.
            search: part of a name.
            include_archived: list archived ones too.
        """
        return self._transport.list(
            "runs",
            namespace,
            experiment_id=experiment_id,
            state=state,
            page_size=page_size,
            page_token=page_token,
            sort_by=sort_by,
            search=search,
            include_archived=include_archived,
        )

    def iter_runs(self, namespace: str | None = None, **query: Any) -> Iterator[Run]:
        """Yield every run, without its tasks."""
        query.setdefault("include_archived", False)
        return self._transport.walk("runs", namespace, **query)

    def get_run(self, run_id: str) -> Run:
        """Return one run with its tasks, state history and definition."""
        run: Run = self._transport.get("runs", run_id)
        return run

    def get_runs(self, run_ids: Sequence[str]) -> list[Run]:
        """Return several runs of the namespace without their tasks, in one call where it can be.

        Raises:
            NotFound: there is no run of one of these ids.
        """
        ids = tuple(dict.fromkeys(run_ids))
        found: dict[str, Run] = {}
        for start in range(0, len(ids), MAX_PAGE_SIZE):
            part = ids[start : start + MAX_PAGE_SIZE]
            page: Page[Run] = self._transport.list(
                "runs", run_ids=part, page_size=len(part), include_archived=True
            )
            found |= {run.run_id: run for run in page.items}
        # Of another namespace, perhaps, or the server gave fewer rows than there are.
        return [found[run_id] if run_id in found else self.get_run(run_id) for run_id in run_ids]

    def create_run(
        self,
        name: str,
        *,
        experiment_id: str = "",
        definition: Mapping[str, Any] | None = None,
        pipeline_id: str = "",
        version_id: str = "",
        parameters: Mapping[str, Any] | None = None,
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
            workflow: the pipeline is an Argo workflow of kfp 1.
        """
        run: Run = self._transport.create(
            "runs",
            name=name,
            experiment_id=experiment_id,
            definition=definition,
            pipeline_id=pipeline_id,
            version_id=version_id,
            parameters=parameters,
            description=description,
            service_account=service_account,
            pipeline_root=pipeline_root,
            workflow=workflow,
        )
        return run

    def terminate_run(self, run_id: str) -> None:
        """Stop a run. It becomes CANCELING at once, and FAILED when its pods are gone."""
        self._transport.act("runs", run_id, "terminate")

    def retry_run(self, run_id: str) -> None:
        """Run the failed tasks of a run again."""
        self._transport.act("runs", run_id, "retry")

    def archive_run(self, run_id: str) -> None:
        """Archive a run."""
        self._transport.act("runs", run_id, "archive")

    def unarchive_run(self, run_id: str) -> None:
        """Bring an archived run back."""
        self._transport.act("runs", run_id, "unarchive")

    def get_node_log(self, run_id: str, node_id: str) -> str:
        """Return what a node of a run's workflow has printed, as far as Pipelines can read it.

        It answers 200 before it knows whether it can, and then writes the error into the log.
        """
        return self._transport.log(run_id, node_id)

    # -- Recurring runs -----------------------------------------------------------------------

    def list_recurring_runs(
        self,
        namespace: str | None = None,
        *,
        experiment_id: str = "",
        page_size: int = 20,
        page_token: str = "",
        sort_by: str = _NEWEST_FIRST,
        search: str = "",
    ) -> Page[RecurringRun]:
        """Return one page of recurring runs, newest first."""
        return self._transport.list(
            "recurring_runs",
            namespace,
            experiment_id=experiment_id,
            page_size=page_size,
            page_token=page_token,
            sort_by=sort_by,
            search=search,
        )

    def iter_recurring_runs(
        self, namespace: str | None = None, **query: Any
    ) -> Iterator[RecurringRun]:
        """Yield every recurring run."""
        return self._transport.walk("recurring_runs", namespace, **query)

    def get_recurring_run(self, recurring_run_id: str) -> RecurringRun:
        """Return one recurring run."""
        recurring_run: RecurringRun = self._transport.get("recurring_runs", recurring_run_id)
        return recurring_run

    def enable_recurring_run(self, recurring_run_id: str) -> None:
        """Let a recurring run start runs again."""
        self._transport.act("recurring_runs", recurring_run_id, "enable")

    def disable_recurring_run(self, recurring_run_id: str) -> None:
        """Keep a recurring run from starting runs."""
        self._transport.act("recurring_runs", recurring_run_id, "disable")

    # -- Pipelines ----------------------------------------------------------------------------

    def list_pipelines(
        self,
        namespace: str | None = None,
        *,
        page_size: int = 20,
        page_token: str = "",
        sort_by: str = _NEWEST_FIRST,
        search: str = "",
    ) -> Page[Pipeline]:
        """Return one page of pipelines, newest first; ``namespace=""`` lists the shared ones."""
        return self._transport.list(
            "pipelines",
            namespace,
            page_size=page_size,
            page_token=page_token,
            sort_by=sort_by,
            search=search,
        )

    def iter_pipelines(self, namespace: str | None = None, **query: Any) -> Iterator[Pipeline]:
        """Yield every pipeline of a namespace."""
        return self._transport.walk("pipelines", namespace, **query)

    def get_pipeline(self, pipeline_id: str) -> Pipeline:
        """Return one pipeline."""
        pipeline: Pipeline = self._transport.get("pipelines", pipeline_id)
        return pipeline

    def list_pipeline_versions(
        self,
        pipeline_id: str,
        *,
        page_size: int = 20,
        page_token: str = "",
        sort_by: str = _NEWEST_FIRST,
        search: str = "",
    ) -> Page[PipelineVersion]:
        """Return one page of a pipeline's versions, newest first."""
        return self._transport.list(
            "pipeline_versions",
            pipeline_id=pipeline_id,
            page_size=page_size,
            page_token=page_token,
            sort_by=sort_by,
            search=search,
        )

    def iter_pipeline_versions(self, pipeline_id: str, **query: Any) -> Iterator[PipelineVersion]:
        """Yield every version of a pipeline."""
        return self._transport.walk("pipeline_versions", pipeline_id=pipeline_id, **query)

    def get_pipeline_version(self, pipeline_id: str, pipeline_version_id: str) -> PipelineVersion:
        """Return one version of a pipeline."""
        version: PipelineVersion = self._transport.get(
            "pipeline_versions", pipeline_version_id, pipeline_id
        )
        return version

    def get_pipeline_definition(self, pipeline_id: str, pipeline_version_id: str) -> Any:
        """Return what a version was compiled to: an object, or its text from KFP 1.8."""
        return self._transport.definition(pipeline_id, pipeline_version_id)
