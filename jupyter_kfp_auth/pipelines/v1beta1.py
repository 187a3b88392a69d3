"""The API version v1beta1: KFP 1.8. Its words are translated to those of v2beta1 here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ..http import strict_json
from .fields import JsonObject, flag, mapping, number, objects, real, text, time
from .models import Experiment, Metric, Pipeline, PipelineVersion, RecurringRun, Run, Task
from .query import Query, any_of, encode_filter, predicate
from .yaml_loader import NotYaml, documents

NAME = "v1beta1"
HEALTHZ = "/apis/v1beta1/healthz"

PATHS = {
    "experiments": "/apis/v1beta1/experiments",
    "runs": "/apis/v1beta1/runs",
    "recurring_runs": "/apis/v1beta1/jobs",
    "pipelines": "/apis/v1beta1/pipelines",
    "pipeline_versions": "/apis/v1beta1/pipeline_versions",
}
KEYS = {
    "experiments": "experiments",
    "runs": "runs",
    "recurring_runs": "jobs",
    "pipelines": "pipelines",
    "pipeline_versions": "versions",
}
_STORED = ("experiments", "runs")

#: Where an answer holds the definition of a pipeline version.
DEFINITION = "template"

#: Sort and filter fields that have another name here.
_FIELDS = {
    "display_name": "name",
    "state": "status",
    "experiment_id": "id",
    "run_id": "id",
    "recurring_run_id": "id",
    "pipeline_id": "id",
    "pipeline_version_id": "id",
    # The experiments of 1.8 do not know when their last run was.
    "last_run_created_at": "created_at",
}

#: Free text of the server and of Argo, in the words of v2beta1.
_STATES = {
    "Pending": "PENDING",
    "Running": "RUNNING",
    "Succeeded": "SUCCEEDED",
    "Skipped": "SKIPPED",
    "Omitted": "SKIPPED",
    "Failed": "FAILED",
    "Error": "FAILED",
    "Terminating": "CANCELING",
}
_WORDS = {"SUCCEEDED": "Succeeded", "FAILED": "Failed", "SKIPPED": "Skipped"} | {
    "PENDING": "Pending",
    "RUNNING": "Running",
    "CANCELING": "Terminating",
}


def list_path(resource: str, query: Query) -> str:
    """Return the path of a list."""
    return PATHS[resource]


def item_path(resource: str, item_id: str, pipeline_id: str = "") -> str:
    """Return the path of one item."""
    return f"{PATHS[resource]}/{item_id}"


def action_path(resource: str, item_id: str, action: str) -> str:
    """Return the path of an action; 1.8 writes some with a colon and some with a slash."""
    colon = action in ("archive", "unarchive")
    return f"{PATHS[resource]}/{item_id}{':' if colon else '/'}{action}"


def params(resource: str, query: Query) -> dict[str, str]:
    """Return the query parameters of a list."""
    predicates = []
    if query.search:
        predicates.append(predicate("name", "IS_SUBSTRING", query.search, verb="op"))
    if query.state:
        word = _WORDS.get(query.state, query.state)
        predicates.append(predicate("status", "EQUALS", word, verb="op"))
    if not query.include_archived and resource in _STORED:
        predicates.append(
            predicate("storage_state", "NOT_EQUALS", "STORAGESTATE_ARCHIVED", verb="op")
        )
    if query.run_ids:
        predicates.append(any_of("id", query.run_ids, verb="op"))
    field, direction = query.sort
    found = {
        "page_size": str(query.page_size),
        "page_token": query.page_token,
        "sort_by": f"{_FIELDS.get(field, field)} {direction}",
        "filter": encode_filter(predicates),
    }
    kind, owner = _owner(query)
    if resource == "pipeline_versions":
        found["resource_key.type"], found["resource_key.id"] = kind, owner
    elif owner:
        found["resource_reference_key.type"] = kind
        found["resource_reference_key.id"] = owner
    return {key: value for key, value in found.items() if value}


def _owner(query: Query) -> tuple[str, str]:
    """Return the one owner a list may name; an experiment stands for its namespace."""
    if query.pipeline_id:
        return "PIPELINE", query.pipeline_id
    if query.experiment_id:
        return "EXPERIMENT", query.experiment_id
    return "NAMESPACE", query.namespace


def definition_path(pipeline_id: str, version_id: str) -> str:
    """Return the path of the answer that holds a version's definition."""
    return f"{PATHS['pipeline_versions']}/{version_id}/templates"


def experiment_body(*, name: str, description: str = "", namespace: str = "") -> dict[str, Any]:
    """Return the body that creates an experiment."""
    body: dict[str, Any] = {"name": name, "description": description}
    if namespace:
        body["resource_references"] = [_refers("NAMESPACE", namespace, "OWNER")]
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
    """Return the body that starts a run.

    The parameters of an Argo workflow are text, and it knows of no root.
    """
    references = []
    if experiment_id:
        references.append(_refers("EXPERIMENT", experiment_id, "OWNER"))
    if version_id:
        references.append(_refers("PIPELINE_VERSION", version_id, "CREATOR"))
    spec: dict[str, Any] = {}
    if definition and definition.get("kind") != "Workflow":
        if not version_id:
            spec["pipeline_manifest"] = json.dumps(definition)
        config = {"parameters": dict(parameters or {}), "pipeline_root": pipeline_root}
        spec["runtime_config"] = {key: value for key, value in config.items() if value}
    else:
        given = dict(parameters or {})
        spec["parameters"] = [{"name": key, "value": _as_text(given[key])} for key in given]
        if definition and not version_id:
            spec["workflow_manifest"] = json.dumps(definition)
    body = {
        "name": name,
        "description": description,
        "service_account": service_account,
        "pipeline_spec": spec,
        "resource_references": references,
    }
    return {key: value for key, value in body.items() if value}


def _as_text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, (list, dict)) else str(value)


def _refers(kind: str, item_id: str, relationship: str) -> dict[str, Any]:
    return {"key": {"type": kind, "id": item_id}, "relationship": relationship}


def unwrap(data: JsonObject) -> JsonObject:
    """Return the run of a get, with the Argo workflow that holds its tasks beside it."""
    run = mapping(data, "run")
    return {**run, "pipeline_runtime": mapping(data, "pipeline_runtime")} if run else data


def experiment(data: JsonObject) -> Experiment:
    """Decode an experiment."""
    return Experiment(
        experiment_id=text(data, "id"),
        display_name=text(data, "name"),
        description=text(data, "description"),
        namespace=_reference(data, "NAMESPACE"),
        created_at=time(data, "created_at"),
        storage_state=_storage(data),
    )


def run(data: JsonObject, *, whole: bool = True) -> Run:
    """Decode a run; ``whole=False`` leaves out its tasks and its definition."""
    spec = mapping(data, "pipeline_spec")
    workflow = _workflow(data) if whole else {}
    return Run(
        run_id=text(data, "id"),
        display_name=text(data, "name"),
        description=text(data, "description"),
        experiment_id=_reference(data, "EXPERIMENT"),
        namespace=_reference(data, "NAMESPACE"),
        state=_state(text(data, "status")),
        error=text(data, "error") or text(mapping(workflow, "status"), "message"),
        created_at=time(data, "created_at"),
        scheduled_at=time(data, "scheduled_at"),
        finished_at=time(data, "finished_at"),
        storage_state=_storage(data),
        pipeline_id=text(spec, "pipeline_id"),
        pipeline_version_id=_reference(data, "PIPELINE_VERSION"),
        recurring_run_id=_reference(data, "JOB"),
        service_account=text(data, "service_account"),
        pipeline_root=text(mapping(spec, "runtime_config"), "pipeline_root"),
        parameters=_parameters(spec),
        metrics=_metrics(data),
        tasks=_tasks(workflow),
        pipeline_spec=_definition(spec, workflow) if whole else None,
    )


def recurring_run(data: JsonObject) -> RecurringRun:
    """Decode a job, which is what 1.8 calls a recurring run."""
    spec = mapping(data, "pipeline_spec")
    trigger = mapping(data, "trigger")
    cron = mapping(trigger, "cron_schedule")
    periodic = mapping(trigger, "periodic_schedule")
    schedule = cron or periodic
    return RecurringRun(
        recurring_run_id=text(data, "id"),
        display_name=text(data, "name"),
        description=text(data, "description"),
        experiment_id=_reference(data, "EXPERIMENT"),
        namespace=_reference(data, "NAMESPACE"),
        enabled=flag(data, "enabled"),
        created_at=time(data, "created_at"),
        updated_at=time(data, "updated_at"),
        cron=text(cron, "cron"),
        interval_seconds=number(periodic, "interval_second"),
        start_time=time(schedule, "start_time"),
        end_time=time(schedule, "end_time"),
        max_concurrency=number(data, "max_concurrency"),
        no_catchup=flag(data, "no_catchup"),
        pipeline_id=text(spec, "pipeline_id"),
        pipeline_version_id=_reference(data, "PIPELINE_VERSION"),
        service_account=text(data, "service_account"),
        parameters=_parameters(spec),
        error=text(data, "error"),
    )


def pipeline(data: JsonObject) -> Pipeline:
    """Decode a pipeline."""
    return Pipeline(
        pipeline_id=text(data, "id"),
        display_name=text(data, "name"),
        name=text(data, "name"),
        description=text(data, "description"),
        namespace=_reference(data, "NAMESPACE"),
        created_at=time(data, "created_at"),
        error=text(data, "error"),
    )


def pipeline_version(data: JsonObject) -> PipelineVersion:
    """Decode a pipeline version."""
    return PipelineVersion(
        pipeline_version_id=text(data, "id"),
        pipeline_id=_reference(data, "PIPELINE"),
        display_name=text(data, "name"),
        name=text(data, "name"),
        description=text(data, "description"),
        created_at=time(data, "created_at"),
        code_source_url=text(data, "code_source_url"),
        package_url=text(mapping(data, "package_url"), "pipeline_url"),
    )


def _workflow(data: JsonObject) -> dict[str, Any]:
    manifest = text(mapping(data, "pipeline_runtime"), "workflow_manifest")
    try:
        workflow = strict_json.loads(manifest.encode(), too_large=str) if manifest else {}
    except ValueError:
        return {}
    return workflow if isinstance(workflow, dict) else {}


def _definition(spec: JsonObject, workflow: JsonObject) -> dict[str, Any] | None:
    """Return what was submitted; where a run does not say, what its workflow was made of."""
    manifest = text(spec, "workflow_manifest") or text(spec, "pipeline_manifest")
    with suppress(NotYaml):
        found = documents(manifest)
        if len(found) == 1 and isinstance(found[0], dict):
            return found[0]
        if len(found) == 2:  # a pipeline, and the settings of its platform
            return {"pipeline_spec": found[0], "platform_spec": found[1]}
    made = {key: value for key, value in workflow.items() if key != "status"}
    return made if isinstance(made.get("spec"), dict) else None


def _tasks(workflow: JsonObject) -> tuple[Task, ...]:
    """Read the tasks out of the Argo workflow's nodes.

    A node of type Retry only stands for its attempts, so these take its place. The node of the
    whole workflow has its name, and is called ``root`` as in v2beta1.
    """
    whole = text(mapping(workflow, "metadata"), "name")
    nodes = {
        node_id: node
        for node_id, node in mapping(mapping(workflow, "status"), "nodes").items()
        if isinstance(node, dict)
    }
    attempts = {
        node_id: _children(node) for node_id, node in nodes.items() if text(node, "type") == "Retry"
    }
    found = []
    for node_id, node in nodes.items():
        if node_id in attempts:
            continue
        children = (attempts.get(child, (child,)) for child in _children(node))
        state = _state(text(node, "phase"))
        found.append(
            Task(
                task_id=text(node, "id") or node_id,
                display_name="root"
                if node_id == whole
                else text(node, "displayName") or text(node, "name"),
                state=state,
                error=text(node, "message") if state == "FAILED" else "",
                created_at=time(node, "startedAt"),
                started_at=time(node, "startedAt"),
                finished_at=time(node, "finishedAt"),
                parent_task_id=text(node, "boundaryID"),
                child_task_ids=tuple(child for group in children for child in group),
                inputs=_values(mapping(node, "inputs")),
                outputs=_values(mapping(node, "outputs")),
            )
        )
    return tuple(found)


def _children(node: JsonObject) -> tuple[str, ...]:
    children = node.get("children")
    found = children if isinstance(children, list) else ()
    return tuple(child for child in found if isinstance(child, str))


def _values(sides: JsonObject) -> dict[str, Any]:
    """Return what a node was given or has put out: values, and where artifacts are kept."""
    values = {text(item, "name"): item.get("value") for item in objects(sides, "parameters")}
    for item in objects(sides, "artifacts"):
        values[text(item, "name")] = text(mapping(item, "s3"), "key")
    return values


def _metrics(data: JsonObject) -> tuple[Metric, ...]:
    """Read the numbers that tasks have reported; a zero is absent on the wire."""
    found = []
    for item in objects(data, "metrics"):
        value = real(item, "number_value") if "number_value" in item else 0.0
        if value is not None:
            percentage = text(item, "format") == "PERCENTAGE"
            found.append(Metric(text(item, "name"), value, percentage, text(item, "node_id")))
    return tuple(found)


def _parameters(spec: JsonObject) -> dict[str, Any]:
    listed = {text(item, "name"): item.get("value") for item in objects(spec, "parameters")}
    return listed or mapping(mapping(spec, "runtime_config"), "parameters")


def _reference(data: JsonObject, kind: str) -> str:
    """Return the id of the object of ``kind`` that this one refers to."""
    for reference in objects(data, "resource_references"):
        key = mapping(reference, "key")
        if text(key, "type") == kind:
            return text(key, "id")
    return ""


def _state(status: str) -> str:
    return _STATES.get(status, status)


def _storage(data: JsonObject) -> str:
    return "ARCHIVED" if text(data, "storage_state").endswith("ARCHIVED") else "AVAILABLE"
