"""The API version v1beta1: KFP 1.8. Its words are translated to those of v2beta1 here."""

from __future__ import annotations

import json
from contextlib import suppress

from ..http import strict_json
from .argo_workflow import are_elsewhere, state_of
from .fields import JsonDict, JsonObject, flag, mapping, objects, text
from .kinds import Kind
from .new_items import NewExperiment, NewItem, NewPipeline, NewRun
from .query import Query, any_of, encode_filter, predicate
from .v2beta1 import trigger
from .yaml_loader import NotYaml, documents

NAME = "v1beta1"
HEALTHZ = "/apis/v1beta1/healthz"

#: Where an answer holds the definition of a pipeline version.
DEFINITION = "template"

_ELSEWHERE = "its workflow is too large, so its tasks are not kept here"

_PATHS = {
    Kind.EXPERIMENTS: "/apis/v1beta1/experiments",
    Kind.RUNS: "/apis/v1beta1/runs",
    Kind.RECURRING_RUNS: "/apis/v1beta1/jobs",
    Kind.PIPELINES: "/apis/v1beta1/pipelines",
    Kind.VERSIONS: "/apis/v1beta1/pipeline_versions",
}
_KEYS = {Kind.RECURRING_RUNS: "jobs", Kind.VERSIONS: "versions"}

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

#: The states of v2beta1 in the words of 1.8.
_WORDS = {"SUCCEEDED": "Succeeded", "FAILED": "Failed", "SKIPPED": "Skipped"} | {
    "PENDING": "Pending",
    "RUNNING": "Running",
    "CANCELING": "Terminating",
}


def list_path(kind: Kind, pipeline_id: str = "") -> str:
    """Return the path of a list."""
    return _PATHS[kind]


def list_key(kind: Kind) -> str:
    """Return the key under which an answer holds the items of a list."""
    return _KEYS.get(kind, kind.value)


def item_path(kind: Kind, item_id: str, pipeline_id: str = "") -> str:
    """Return the path of one item."""
    return f"{_PATHS[kind]}/{item_id}"


def action_path(kind: Kind, item_id: str, action: str) -> str:
    """Return the path of an action; 1.8 writes some with a colon and some with a slash."""
    colon = action in ("archive", "unarchive")
    return f"{_PATHS[kind]}/{item_id}{':' if colon else '/'}{action}"


def upload_path(kind: Kind) -> str:
    """Return the path that takes the file of a pipeline, or of a version."""
    return f"{_PATHS[Kind.PIPELINES]}/upload{'_version' if kind is Kind.VERSIONS else ''}"


def definition_path(pipeline_id: str, version_id: str) -> str:
    """Return the path of the answer that holds a version's definition."""
    return f"{_PATHS[Kind.VERSIONS]}/{version_id}/templates"


def params(kind: Kind, query: Query) -> dict[str, str]:
    """Return the query parameters of a list."""
    predicates = []
    if query.search:
        predicates.append(predicate("name", "IS_SUBSTRING", query.search, verb="op"))
    words = tuple(word for state in query.states for word in _words(state))
    if len(words) > 1:
        predicates.append(any_of("status", words, verb="op"))
    elif words:
        predicates.append(predicate("status", "EQUALS", words[0], verb="op"))
    if not query.include_archived and kind.archivable:
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
    if query.page_token and len(words) > 1:
        # The server takes a filter with IN for another one when it comes again; the token holds it.
        found["sort_by"] = found["filter"] = ""
    owner_kind, owner = _owner(query)
    if kind is Kind.VERSIONS:
        found["resource_key.type"], found["resource_key.id"] = owner_kind, owner
    elif owner:
        found["resource_reference_key.type"] = owner_kind
        found["resource_reference_key.id"] = owner
    return {key: value for key, value in found.items() if value}


def _words(state: str) -> tuple[str, ...]:
    """Return what 1.8 calls a state: two phases of Argo mean that a run has failed."""
    return ("Failed", "Error") if state == "FAILED" else (_WORDS.get(state, state),)


def _owner(query: Query) -> tuple[str, str]:
    """Return the one owner a list may name; an experiment stands for its namespace."""
    if query.pipeline_id:
        return "PIPELINE", query.pipeline_id
    if query.experiment_id:
        return "EXPERIMENT", query.experiment_id
    return "NAMESPACE", query.namespace


# -- What is sent ------------------------------------------------------------------------------


def body(new: NewItem) -> JsonDict:
    """Return the body that creates an item."""
    if isinstance(new, (NewExperiment, NewPipeline)):
        owners = [_refers("NAMESPACE", new.namespace, "OWNER")] if new.namespace else []
        found: JsonDict = {
            "name": new.name,
            "description": new.description,
            "resource_references": owners,
        }
    elif isinstance(new, NewRun):
        found = _run_body(new)
    else:
        found = _run_body(new.run) | {
            "trigger": trigger(new.schedule),
            "enabled": new.schedule.enabled,
            "max_concurrency": str(new.schedule.max_concurrency),
            "no_catchup": not new.schedule.catchup,
        }
    return {key: value for key, value in found.items() if value}


def _run_body(new: NewRun) -> JsonDict:
    """Return the body that starts a run.

    The parameters of an Argo workflow are text, and it knows of no root.
    """
    references = []
    if new.experiment_id:
        references.append(_refers("EXPERIMENT", new.experiment_id, "OWNER"))
    if new.version_id:
        references.append(_refers("PIPELINE_VERSION", new.version_id, "CREATOR"))
    given = dict(new.parameters or {})
    spec: JsonDict = {}
    if new.definition and new.definition.get("kind") != "Workflow":
        if not new.version_id:
            spec["pipeline_manifest"] = json.dumps(new.definition)
        config = {"parameters": given, "pipeline_root": new.pipeline_root}
        spec["runtime_config"] = {key: value for key, value in config.items() if value}
    else:
        spec["parameters"] = [{"name": key, "value": _as_text(given[key])} for key in given]
        if new.definition and not new.version_id:
            spec["workflow_manifest"] = json.dumps(new.definition)
    return {
        "name": new.name,
        "description": new.description,
        "service_account": new.service_account,
        "pipeline_spec": spec,
        "resource_references": references,
    }


def _as_text(value: object) -> str:
    return json.dumps(value) if isinstance(value, (list, dict)) else str(value)


def _refers(kind: str, item_id: str, relationship: str) -> JsonDict:
    return {"key": {"type": kind, "id": item_id}, "relationship": relationship}


# -- What is received, in the words of v2beta1 ---------------------------------------------------


def normalize(kind: Kind, data: JsonObject) -> JsonObject:
    """Return one item of an answer as v2beta1 would write it."""
    if kind is Kind.RUNS:
        # One that is not in a list is wrapped, with the Argo workflow of its tasks beside it.
        whole = mapping(data, "run")
        return _whole_run(whole, mapping(data, "pipeline_runtime")) if whole else _run(data)
    if kind is Kind.RECURRING_RUNS:
        return _common(data, "recurring_run_id") | {
            **_source(data),
            "status": "ENABLED" if flag(data, "enabled") else "DISABLED",
            "updated_at": data.get("updated_at"),
            "trigger": data.get("trigger"),
            "max_concurrency": data.get("max_concurrency"),
            "no_catchup": data.get("no_catchup"),
        }
    if kind is Kind.PIPELINES:
        return _common(data, "pipeline_id") | {"name": data.get("name")}
    if kind is Kind.VERSIONS:
        return _common(data, "pipeline_version_id") | {
            "name": data.get("name"),
            "pipeline_id": _reference(data, "PIPELINE"),
            "code_source_url": data.get("code_source_url"),
            "package_url": data.get("package_url"),
        }
    return _common(data, "experiment_id") | {"storage_state": data.get("storage_state")}


def _common(data: JsonObject, id_name: str) -> JsonDict:
    return {
        id_name: data.get("id"),
        "display_name": data.get("name"),
        "description": data.get("description"),
        "namespace": _reference(data, "NAMESPACE"),
        "created_at": data.get("created_at"),
        "error": {"message": data.get("error")},
    }


def _source(data: JsonObject) -> JsonDict:
    """Return what a run or a recurring run runs, and for whom."""
    spec = mapping(data, "pipeline_spec")
    config = mapping(spec, "runtime_config")
    listed = {text(item, "name"): item.get("value") for item in objects(spec, "parameters")}
    return {
        "experiment_id": _reference(data, "EXPERIMENT"),
        "pipeline_version_reference": {
            "pipeline_id": text(spec, "pipeline_id"),
            "pipeline_version_id": _reference(data, "PIPELINE_VERSION"),
        },
        "service_account": data.get("service_account"),
        "runtime_config": {
            "parameters": listed or mapping(config, "parameters"),
            "pipeline_root": config.get("pipeline_root"),
        },
    }


def _run(data: JsonObject) -> JsonDict:
    return _common(data, "run_id") | {
        **_source(data),
        "state": state_of(text(data, "status")),
        "scheduled_at": data.get("scheduled_at"),
        "finished_at": data.get("finished_at"),
        "storage_state": data.get("storage_state"),
        "recurring_run_id": _reference(data, "JOB"),
        "metrics": data.get("metrics"),
    }


def _whole_run(data: JsonObject, runtime: JsonObject) -> JsonDict:
    workflow = _workflow(runtime)
    error = text(data, "error") or text(mapping(workflow, "status"), "message")
    return _run(data) | {
        "error": {"message": error or (_ELSEWHERE if are_elsewhere(workflow) else "")},
        "run_details": {"workflow": workflow},
        "pipeline_spec": _definition(mapping(data, "pipeline_spec"), workflow),
    }


def workflow_of(data: JsonObject) -> JsonDict:
    """Return the Argo workflow in the answer to a get of a run; empty where there is none."""
    return _workflow(mapping(data, "pipeline_runtime"))


def _workflow(runtime: JsonObject) -> JsonDict:
    manifest = text(runtime, "workflow_manifest")
    try:
        workflow = strict_json.loads(manifest.encode(), too_large=str) if manifest else {}
    except ValueError:
        return {}
    return workflow if isinstance(workflow, dict) else {}


def _definition(spec: JsonObject, workflow: JsonObject) -> JsonDict | None:
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


def _reference(data: JsonObject, kind: str) -> str:
    """Return the id of the object of ``kind`` that this one refers to."""
    for reference in objects(data, "resource_references"):
        key = mapping(reference, "key")
        if text(key, "type") == kind:
            return text(key, "id")
    return ""
