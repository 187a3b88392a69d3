"""The API version v2beta1: KFP 2.x."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .fields import JsonObject, flag, mapping, number, objects, text, time
from .models import Experiment, Pipeline, PipelineVersion, RecurringRun, Run, StateChange, Task
from .query import Query, any_of, encode_filter, predicate
from .tasks import arrange

NAME = "v2beta1"
HEALTHZ = "/apis/v2beta1/healthz"

#: Where each resource lives, and under which key its lists come.
PATHS = {
    "experiments": "/apis/v2beta1/experiments",
    "runs": "/apis/v2beta1/runs",
    "recurring_runs": "/apis/v2beta1/recurringruns",
    "pipelines": "/apis/v2beta1/pipelines",
}
KEYS = {
    "experiments": "experiments",
    "runs": "runs",
    "recurring_runs": "recurringRuns",  # camelCase, alone in this API
    "pipelines": "pipelines",
    "pipeline_versions": "pipeline_versions",
}
_STORED = ("experiments", "runs")

#: Where an answer holds the definition of a pipeline version.
DEFINITION = "pipeline_spec"


def list_path(resource: str, query: Query) -> str:
    """Return the path of a list."""
    if resource == "pipeline_versions":
        return f"{PATHS['pipelines']}/{query.pipeline_id}/versions"
    return PATHS[resource]


def item_path(resource: str, item_id: str, pipeline_id: str = "") -> str:
    """Return the path of one item."""
    if resource == "pipeline_versions":
        return f"{PATHS['pipelines']}/{pipeline_id}/versions/{item_id}"
    return f"{PATHS[resource]}/{item_id}"


def action_path(resource: str, item_id: str, action: str) -> str:
    """Return the path of a custom method such as ``:terminate``."""
    return f"{PATHS[resource]}/{item_id}:{action}"


def params(resource: str, query: Query) -> dict[str, str]:
    """Return the query parameters of a list."""
    predicates = []
    if query.search:
        predicates.append(predicate("name", "IS_SUBSTRING", query.search))
    if query.state:
        predicates.append(predicate("state", "EQUALS", query.state))
    if not query.include_archived and resource in _STORED:
        # Not EQUALS AVAILABLE: rows written by old releases hold another word for it.
        predicates.append(predicate("storage_state", "NOT_EQUALS", "ARCHIVED"))
    if query.run_ids:
        predicates.append(any_of("run_id", query.run_ids))
    field, direction = query.sort
    found = {
        "page_size": str(query.page_size),
        "page_token": query.page_token,
        "sort_by": f"{field} {direction}",
        "filter": encode_filter(predicates),
        "namespace": query.namespace,
        "experiment_id": query.experiment_id,
    }
    return {key: value for key, value in found.items() if value}


def definition_path(pipeline_id: str, version_id: str) -> str:
    """Return the path of the answer that holds a version's definition."""
    return item_path("pipeline_versions", version_id, pipeline_id)


def experiment_body(*, name: str, description: str = "", namespace: str = "") -> dict[str, Any]:
    """Return the body that creates an experiment."""
    body = {"display_name": name, "description": description, "namespace": namespace}
    return {key: value for key, value in body.items() if value}


def run_body(
    *,
    name: str,
    experiment_id: str = "",
    definition: Mapping[str, Any] | None = None,
    pipeline_id: str = "",
    version_id: str = "",
    parameters: Mapping[str, Any] | None = None,
    description: str = "",
    service_account: str = "",
    pipeline_root: str = "",
) -> dict[str, Any]:
    """Return the body that starts a run."""
    config = {"parameters": dict(parameters or {}), "pipeline_root": pipeline_root}
    body: dict[str, Any] = {
        "display_name": name,
        "description": description,
        "experiment_id": experiment_id,
        "service_account": service_account,
        "pipeline_spec": {} if version_id else dict(definition or {}),
        "runtime_config": {key: value for key, value in config.items() if value},
    }
    if version_id:
        body["pipeline_version_reference"] = {
            "pipeline_id": pipeline_id,
            "pipeline_version_id": version_id,
        }
    return {key: value for key, value in body.items() if value}


def unwrap(data: JsonObject) -> JsonObject:
    """Return the run of a get; here it is the answer itself."""
    return data


def experiment(data: JsonObject) -> Experiment:
    """Decode an experiment."""
    return Experiment(
        experiment_id=text(data, "experiment_id"),
        display_name=text(data, "display_name"),
        description=text(data, "description"),
        namespace=text(data, "namespace"),
        created_at=time(data, "created_at"),
        last_run_created_at=time(data, "last_run_created_at"),
        storage_state=_storage(data),
    )


def run(data: JsonObject, *, whole: bool = True) -> Run:
    """Decode a run; ``whole=False`` leaves out its tasks and its definition."""
    history = tuple(_change(item) for item in objects(data, "state_history"))
    reasons = [change.error for change in history if change.error]
    config = mapping(data, "runtime_config")
    return Run(
        run_id=text(data, "run_id"),
        display_name=text(data, "display_name"),
        description=text(data, "description"),
        experiment_id=text(data, "experiment_id"),
        state=_state(data),
        # `error` is about reading the run; why it failed is in its history.
        error=_message(data) or (reasons[-1] if reasons and _state(data) == "FAILED" else ""),
        created_at=time(data, "created_at"),
        scheduled_at=time(data, "scheduled_at"),
        finished_at=time(data, "finished_at"),
        storage_state=_storage(data),
        **_source(data),
        recurring_run_id=text(data, "recurring_run_id"),
        service_account=text(data, "service_account"),
        pipeline_root=text(config, "pipeline_root"),
        parameters=mapping(config, "parameters"),
        metrics=(),  # they are artifacts in ML Metadata
        tasks=_tasks(data) if whole else (),
        state_history=history,
        pipeline_spec=(mapping(data, "pipeline_spec") or None) if whole else None,
    )


def recurring_run(data: JsonObject) -> RecurringRun:
    """Decode a recurring run."""
    trigger = mapping(data, "trigger")
    cron = mapping(trigger, "cron_schedule")
    periodic = mapping(trigger, "periodic_schedule")
    schedule = cron or periodic
    return RecurringRun(
        recurring_run_id=text(data, "recurring_run_id"),
        display_name=text(data, "display_name"),
        description=text(data, "description"),
        experiment_id=text(data, "experiment_id"),
        namespace=text(data, "namespace"),
        enabled=(text(data, "status") or text(data, "mode")) in ("ENABLED", "ENABLE"),
        created_at=time(data, "created_at"),
        updated_at=time(data, "updated_at"),
        cron=text(cron, "cron"),
        interval_seconds=number(periodic, "interval_second"),
        start_time=time(schedule, "start_time"),
        end_time=time(schedule, "end_time"),
        max_concurrency=number(data, "max_concurrency"),
        no_catchup=flag(data, "no_catchup"),
        **_source(data),
        service_account=text(data, "service_account"),
        parameters=mapping(mapping(data, "runtime_config"), "parameters"),
        error=_message(data),
    )


def pipeline(data: JsonObject) -> Pipeline:
    """Decode a pipeline; ``name`` exists since 2.14 only."""
    return Pipeline(
        pipeline_id=text(data, "pipeline_id"),
        display_name=text(data, "display_name"),
        name=text(data, "name") or text(data, "display_name"),
        description=text(data, "description"),
        namespace=text(data, "namespace"),
        created_at=time(data, "created_at"),
        error=_message(data),
    )


def pipeline_version(data: JsonObject) -> PipelineVersion:
    """Decode a pipeline version."""
    return PipelineVersion(
        pipeline_version_id=text(data, "pipeline_version_id"),
        pipeline_id=text(data, "pipeline_id"),
        display_name=text(data, "display_name"),
        name=text(data, "name") or text(data, "display_name"),
        description=text(data, "description"),
        created_at=time(data, "created_at"),
        code_source_url=text(data, "code_source_url"),
        package_url=text(mapping(data, "package_url"), "pipeline_url"),
        error=_message(data),
    )


def _source(data: JsonObject) -> dict[str, str]:
    """Return which uploaded pipeline it comes from; old servers name the version only."""
    reference = mapping(data, "pipeline_version_reference")
    version = text(reference, "pipeline_version_id") or text(data, "pipeline_version_id")
    return {"pipeline_id": text(reference, "pipeline_id"), "pipeline_version_id": version}


def _tasks(data: JsonObject) -> tuple[Task, ...]:
    sent = [_task(item) for item in objects(mapping(data, "run_details"), "task_details")]
    return arrange(sent, mapping(data, "pipeline_spec"))


def _task(data: JsonObject) -> Task:
    children = (
        text(child, "task_id") or text(child, "pod_name") for child in objects(data, "child_tasks")
    )
    return Task(
        task_id=text(data, "task_id"),
        display_name=text(data, "display_name"),
        state=_state(data),
        error=_message(data),
        created_at=time(data, "create_time"),
        started_at=time(data, "start_time"),
        finished_at=time(data, "end_time"),
        parent_task_id=text(data, "parent_task_id"),
        child_task_ids=tuple(child for child in children if child),
        inputs=mapping(data, "inputs"),
        outputs=mapping(data, "outputs"),
        state_history=tuple(_change(item) for item in objects(data, "state_history")),
    )


def _change(data: JsonObject) -> StateChange:
    return StateChange(_state(data), time(data, "update_time"), _message(data))


def _state(data: JsonObject) -> str:
    state = text(data, "state")
    return "" if state == "RUNTIME_STATE_UNSPECIFIED" else state


def _storage(data: JsonObject) -> str:
    return "ARCHIVED" if text(data, "storage_state").endswith("ARCHIVED") else "AVAILABLE"


def _message(data: JsonObject) -> str:
    """Return the message of the ``error`` field, which is a ``google.rpc.Status``."""
    error = mapping(data, "error")
    return text(error, "message") or (f"error {error['code']}" if error.get("code") else "")
