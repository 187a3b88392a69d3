"""The API version v2beta1: KFP 2.x."""

from __future__ import annotations

from .fields import JsonDict, JsonObject
from .kinds import Kind
from .models import rfc3339
from .new_items import NewExperiment, NewItem, NewPipeline, NewRun, Schedule
from .query import Query, any_of, encode_filter, predicate

NAME = "v2beta1"
HEALTHZ = "/apis/v2beta1/healthz"

#: Where an answer holds the definition of a pipeline version.
DEFINITION = "pipeline_spec"

_PATHS = {
    Kind.EXPERIMENTS: "/apis/v2beta1/experiments",
    Kind.RUNS: "/apis/v2beta1/runs",
    Kind.RECURRING_RUNS: "/apis/v2beta1/recurringruns",
    Kind.PIPELINES: "/apis/v2beta1/pipelines",
}
_KEYS = {
    Kind.RECURRING_RUNS: "recurringRuns",  # camelCase, alone in this API
    Kind.VERSIONS: "pipeline_versions",
}


def list_path(kind: Kind, pipeline_id: str = "") -> str:
    """Return the path of a list."""
    if kind is Kind.VERSIONS:
        return f"{_PATHS[Kind.PIPELINES]}/{pipeline_id}/versions"
    return _PATHS[kind]


def list_key(kind: Kind) -> str:
    """Return the key under which an answer holds the items of a list."""
    return _KEYS.get(kind, kind.value)


def item_path(kind: Kind, item_id: str, pipeline_id: str = "") -> str:
    """Return the path of one item."""
    return f"{list_path(kind, pipeline_id)}/{item_id}"


def action_path(kind: Kind, item_id: str, action: str) -> str:
    """Return the path of a custom method such as ``:terminate``."""
    return f"{item_path(kind, item_id)}:{action}"


def upload_path(kind: Kind) -> str:
    """Return the path that takes the file of a pipeline, or of a version."""
    return f"{_PATHS[Kind.PIPELINES]}/upload{'_version' if kind is Kind.VERSIONS else ''}"


def definition_path(pipeline_id: str, version_id: str) -> str:
    """Return the path of the answer that holds a version's definition."""
    return item_path(Kind.VERSIONS, version_id, pipeline_id)


def params(kind: Kind, query: Query) -> dict[str, str]:
    """Return the query parameters of a list."""
    predicates = []
    if query.search:
        predicates.append(predicate("name", "IS_SUBSTRING", query.search))
    if len(query.states) > 1:
        predicates.append(any_of("state", query.states))
    elif query.state:
        predicates.append(predicate("state", "EQUALS", query.state))
    if not query.include_archived and kind.archivable:
        # Not EQUALS AVAILABLE: rows written by old releases hold another word for it.
        predicates.append(predicate("storage_state", "NOT_EQUALS", "ARCHIVED"))
    if query.run_ids:
        predicates.append(any_of("run_id", query.run_ids))
    field, direction = query.sort
    found = {
        "page_size": str(query.page_size),
        "page_token": query.page_token,
        "sort_by": f"{field} {direction}",
        # A filter with IN that comes again with a page token is taken for another one.
        "filter": "" if query.page_token and len(query.states) > 1 else encode_filter(predicates),
        "namespace": query.namespace,
        "experiment_id": query.experiment_id,
    }
    return {key: value for key, value in found.items() if value}


def body(new: NewItem) -> JsonDict:
    """Return the body that creates an item."""
    if isinstance(new, (NewExperiment, NewPipeline)):
        found: JsonDict = {
            "display_name": new.name,
            "description": new.description,
            "namespace": new.namespace,
        }
    elif isinstance(new, NewRun):
        found = _run(new)
    else:
        found = _run(new.run) | {
            "trigger": trigger(new.schedule),
            "mode": "ENABLE" if new.schedule.enabled else "DISABLE",
            "max_concurrency": str(new.schedule.max_concurrency),
            "no_catchup": not new.schedule.catchup,
        }
    return {key: value for key, value in found.items() if value}


def _run(new: NewRun) -> JsonDict:
    config = {"parameters": dict(new.parameters or {}), "pipeline_root": new.pipeline_root}
    found: JsonDict = {
        "display_name": new.name,
        "description": new.description,
        "experiment_id": new.experiment_id,
        "service_account": new.service_account,
        "pipeline_spec": {} if new.version_id else dict(new.definition or {}),
        "runtime_config": {key: value for key, value in config.items() if value},
    }
    if new.version_id:
        found["pipeline_version_reference"] = {
            "pipeline_id": new.pipeline_id,
            "pipeline_version_id": new.version_id,
        }
    return found


def trigger(schedule: Schedule) -> JsonDict:
    """Return when a recurring run starts; the same in both API versions."""
    between = {
        "start_time": rfc3339(schedule.start) if schedule.start else "",
        "end_time": rfc3339(schedule.end) if schedule.end else "",
    }
    times = {key: value for key, value in between.items() if value}
    if schedule.cron:
        return {"cron_schedule": {**times, "cron": schedule.cron}}
    return {"periodic_schedule": {**times, "interval_second": str(schedule.interval_seconds)}}


def normalize(kind: Kind, data: JsonObject) -> JsonObject:
    """Return one item of an answer: here it is that already."""
    return data
