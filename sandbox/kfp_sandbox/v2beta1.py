"""The routes of v2beta1."""

from __future__ import annotations

import json
from typing import Any

from .errors import invalid_input, wrapping
from .experiments import Experiments
from .jobs import JobRequest, Jobs
from .pipelines import Pipelines, broken_url
from .resource_routes import Resource, integer
from .routing import Call, Router
from .runs import RunRequest, Runs, Source
from .state import ServerState, text_of
from .store import Row
from .upload import Uploads
from .v2beta1_json import Messages

API = "v2beta1"
ROOT = f"/apis/{API}"

Json = dict[str, Any]

_SOURCE = "pipeline_version_id pipeline_spec pipeline_version_reference runtime_config "
_EXPERIMENT = (
    "experiment_id display_name description created_at namespace storage_state last_run_created_at"
)
_RUN = _SOURCE + (
    "experiment_id run_id display_name storage_state description service_account created_at "
    "scheduled_at finished_at state error run_details recurring_run_id state_history "
    "plugins_input plugins_output"
)
_RECURRING_RUN = _SOURCE + (
    "recurring_run_id display_name description service_account max_concurrency trigger mode "
    "created_at updated_at status error no_catchup namespace experiment_id plugins_input"
)
_PIPELINE = "pipeline_id display_name name description created_at namespace error tags"
_VERSION = (
    "pipeline_id pipeline_version_id display_name name description created_at package_url "
    "code_source_url pipeline_spec error tags"
)
_CHANGES = "display_name description tags name"


def add_routes(
    server: ServerState,
    router: Router,
    messages: Messages,
    experiments: Experiments,
    runs: Runs,
    jobs: Jobs,
    pipelines: Pipelines,
) -> None:
    """Add every route of v2beta1."""
    _add_experiments(server, router, messages, experiments)
    _add_runs(server, router, messages, runs)
    _add_recurring_runs(server, router, messages, jobs)
    _add_pipelines(server, router, messages, pipelines)
    _add_versions(server, router, messages, pipelines)


def _add_experiments(
    server: ServerState, router: Router, messages: Messages, experiments: Experiments
) -> None:
    def create(call: Call) -> Row:
        body = server.body(call, *_EXPERIMENT.split())
        names = ("display_name", "description", "namespace")
        return experiments.create(call, *(text_of(body, name) for name in names))

    routes = Resource(router, f"{ROOT}/experiments", "experiment", messages.experiment)
    routes.list(
        "experiments", lambda call: experiments.page(call, call.query.get("namespace", ""), API)
    )
    routes.create(create, "Failed to create a experiment")
    routes.get(experiments.get, "Failed to fetch experiment")
    routes.act(archive=experiments.archive, unarchive=experiments.unarchive)
    routes.delete(experiments.delete)


def _add_runs(server: ServerState, router: Router, messages: Messages, runs: Runs) -> None:
    def create(call: Call) -> Row:
        body = server.body(call, *_RUN.split())
        request = RunRequest(
            text_of(body, "display_name"),
            source_of(body),
            text_of(body, "experiment_id") or call.query.get("experiment_id", ""),
            text_of(body, "description"),
            text_of(body, "service_account"),
        )
        return runs.create(call, request)

    routes = Resource(router, f"{ROOT}/runs", "run", messages.run)
    routes.list("runs", lambda call: runs.page(call, *_place(call), API))
    routes.create(create, "Failed to create a new run")
    routes.get(runs.get, "Failed to get a run")
    routes.act(
        archive=runs.archive, unarchive=runs.unarchive, terminate=runs.terminate, retry=runs.retry
    )
    routes.delete(runs.delete)


def _add_recurring_runs(
    server: ServerState, router: Router, messages: Messages, jobs: Jobs
) -> None:
    def create(call: Call) -> Row:
        body = server.body(call, *_RECURRING_RUN.split())
        request = JobRequest(
            text_of(body, "display_name"),
            source_of(body),
            body.get("trigger") or {},
            text_of(body, "experiment_id"),
            text_of(body, "description"),
            text_of(body, "service_account"),
            integer(body, "max_concurrency"),
            bool(body.get("no_catchup")),
            body.get("mode") in ("ENABLE", 1),
        )
        return jobs.create(call, request)

    path = f"{ROOT}/recurringruns"
    routes = Resource(router, path, "recurring run", messages.recurring_run)
    # The one key of the API that is not in snake_case.
    routes.list("recurringRuns", lambda call: jobs.page(call, *_place(call), API))
    routes.create(create, "Failed to create a recurring run")
    routes.get(jobs.get, "Failed to fetch a recurring run")
    routes.act(enable=jobs.enable, disable=jobs.disable)
    routes.delete(jobs.delete)


def _add_pipelines(
    server: ServerState, router: Router, messages: Messages, pipelines: Pipelines
) -> None:
    def create(call: Call) -> Row:
        body = server.body(call, *_PIPELINE.split())
        return pipelines.create(
            call,
            text_of(body, "name"),
            text_of(body, "namespace"),
            display_name=text_of(body, "display_name"),
            description=text_of(body, "description"),
            tags=body.get("tags") or {},
        )

    def create_with_version(call: Call) -> Json:
        server.body(call, "pipeline", "pipeline_version")
        raise broken_url()

    def by_name(call: Call) -> Json:
        name, namespace = call.params["name"], call.query.get("namespace", "")
        with wrapping(
            f"Failed to get a pipeline with name {name} and namespace {namespace}. "
            "Check error stack."
        ):
            return messages.pipeline(pipelines.by_name(call, name, namespace))

    def update(call: Call) -> Json:
        changes = _changes(server.body(call, *_CHANGES.split()))
        return messages.pipeline(pipelines.update(call, call.params["id"], changes))

    def delete(call: Call, identifier: str) -> None:
        cascade = call.query.get("cascade", "") == "true" and server.release.since(2, 14)
        pipelines.delete(call, identifier, cascade=cascade)

    path = f"{ROOT}/pipelines"
    routes = Resource(router, path, "pipeline", messages.pipeline)
    routes.list(
        "pipelines", lambda call: pipelines.page(call, call.query.get("namespace", ""), API)
    )
    routes.create(create, "Failed to create a pipeline due to server error")
    Uploads(server, pipelines, router, ROOT, messages.pipeline, messages.version)
    router.add("POST", f"{path}/create", create_with_version)
    router.add("GET", f"{path}/names/{{name}}", by_name)
    routes.get(pipelines.get, "Failed to get a pipeline {id}. Check error stack")
    routes.delete(delete, "Failed to delete pipeline {id}. Check error stack")
    if server.release.has_tags:
        router.add("PATCH", f"{path}/{{id}}", update)


def _add_versions(
    server: ServerState, router: Router, messages: Messages, pipelines: Pipelines
) -> None:
    def create(call: Call) -> Json:
        body = server.body(call, *_VERSION.split())
        if not (body.get("package_url") or {}).get("pipeline_url"):
            raise invalid_input("Failed to create a pipeline version. Package URL is nil")
        pipelines.get(call, call.params["id"], "create")
        raise broken_url()

    def update(call: Call) -> Json:
        changes = _changes(server.body(call, *_CHANGES.split()))
        return messages.version(pipelines.update_version(call, call.params["version"], changes))

    path = f"{ROOT}/pipelines/{{id}}/versions"
    routes = Resource(router, path, "pipeline version", messages.version)
    routes.list("pipeline_versions", lambda call: pipelines.versions(call, call.params["id"], API))
    router.add("POST", path, create)
    routes.get(pipelines.version, "Failed to get a pipeline version {id}", id_="version")
    routes.delete(
        pipelines.delete_version,
        "Failed to delete a pipeline version id {version} under pipeline id {id}. "
        "Check error stack",
        id_="version",
    )
    if server.release.has_tags:
        router.add("PATCH", f"{path}/{{version}}", update)


def source_of(body: Json) -> Source:
    """What a run or recurring run of v2beta1 executes."""
    reference = body.get("pipeline_version_reference") or {}
    config = body.get("runtime_config") or {}
    document = body.get("pipeline_spec")
    return Source(
        str(reference.get("pipeline_id") or ""),
        str(reference.get("pipeline_version_id") or body.get("pipeline_version_id") or ""),
        json.dumps(document) if document is not None else "",
        config.get("parameters") or {},
        str(config.get("pipeline_root") or ""),
    )


def _place(call: Call) -> tuple[str, str]:
    """The namespace and the experiment that a list is restricted to."""
    return call.query.get("namespace", ""), call.query.get("experiment_id", "")


def _changes(body: Json) -> Json:
    changes: Json = {name: body[name] for name in ("display_name", "description") if name in body}
    if "tags" in body:
        changes["tags"] = json.dumps(body["tags"])
    return changes
