"""The routes of v1beta1, which 1.8 serves alone and every 2.x besides its own."""

from __future__ import annotations

from typing import Any

from .errors import invalid_input, wrapping
from .experiments import Experiments
from .jobs import JobRequest, Jobs
from .pipelines import Pipelines, broken_url
from .resource_routes import Page, Resource, integer
from .routing import Call, Router
from .runs import RunRequest, Runs, Source, latest_version
from .state import ServerState, message, text_of
from .store import Row
from .upload import Uploads
from .v1beta1_json import MessagesV1, reference

API = "v1beta1"
ROOT = f"/apis/{API}"

Json = dict[str, Any]

_RESOURCES = frozenset({"viewers", "pipelines", "experiments", "runs", "jobs"})
_EXPERIMENT = "id name description created_at resource_references storage_state"
_RUN = (
    "id name storage_state description pipeline_spec resource_references service_account "
    "created_at scheduled_at finished_at status error metrics"
)
_JOB = (
    "id name description pipeline_spec resource_references service_account max_concurrency "
    "trigger mode created_at updated_at status error enabled no_catchup"
)


def add_routes(
    server: ServerState,
    router: Router,
    messages: MessagesV1,
    experiments: Experiments,
    runs: Runs,
    jobs: Jobs,
    pipelines: Pipelines,
) -> None:
    """Add every route of v1beta1."""
    _add_experiments(server, router, messages, experiments)
    _add_runs(server, router, messages, runs)
    _add_jobs(server, router, messages, jobs)
    _add_pipelines(server, router, messages, pipelines)
    _add_versions(router, messages, pipelines)
    _add_auth(server, router)


def _add_experiments(
    server: ServerState, router: Router, messages: MessagesV1, experiments: Experiments
) -> None:
    def page(call: Call) -> Page:
        kind, identifier = _key(call)
        if kind not in ("", "NAMESPACE"):
            raise invalid_input(
                "Failed to list v1beta1 experiment due to invalid resource reference key. It must "
                "be of type 'Namespace' and contain an existing or empty namespace, but you "
                f"provided {identifier} of type {kind.title()}"
            )
        return experiments.page(call, identifier, API)

    def create(call: Call) -> Row:
        body = server.body(call, *_EXPERIMENT.split())
        namespace = reference(body, "NAMESPACE")
        return experiments.create(
            call, text_of(body, "name"), text_of(body, "description"), namespace
        )

    path = f"{ROOT}/experiments"
    routes = Resource(router, path, "v1beta1 experiment", messages.experiment)
    routes.list("experiments", page)
    routes.create(create, "Failed to create a v1beta1 experiment")
    routes.get(experiments.get, "Failed to fetch v1beta1 experiment")
    routes.act(archive=experiments.archive, unarchive=experiments.unarchive)
    routes.delete(experiments.delete)


def _add_runs(server: ServerState, router: Router, messages: MessagesV1, runs: Runs) -> None:
    def create(call: Call) -> Json:
        body = server.body(call, *_RUN.split())
        request = RunRequest(
            text_of(body, "name"),
            source_of(server, body),
            reference(body, "EXPERIMENT"),
            text_of(body, "description"),
            text_of(body, "service_account"),
        )
        with wrapping("Failed to create a new v1beta1 run"):
            return messages.run_detail(runs.create(call, request))

    def report_metrics(call: Call) -> Json:
        metrics = server.body(call, "run_id", "metrics").get("metrics") or []
        with wrapping("Failed to report v1beta1 run metrics"):
            row = runs.report_metrics(call, call.params["id"], metrics)
        results = [
            {
                "metric_name": text_of(metric, "name"),
                "metric_node_id": text_of(metric, "node_id") or row["k8s_name"],
                "status": "OK",
            }
            for metric in metrics
        ]
        return message(results=results)

    path = f"{ROOT}/runs"
    routes = Resource(router, path, "v1beta1 run", messages.run)
    routes.list("runs", lambda call: runs.page(call, *_place(call), API))
    router.add("POST", path, create)
    routes.get(runs.get, "Failed to get a v1beta1 run", messages.run_detail)
    router.add("POST", f"{path}/{{id}}:reportMetrics", report_metrics)
    routes.act(archive=runs.archive, unarchive=runs.unarchive)
    routes.act("/", terminate=runs.terminate, retry=runs.retry)
    routes.delete(runs.delete)


def _add_jobs(server: ServerState, router: Router, messages: MessagesV1, jobs: Jobs) -> None:
    def create(call: Call) -> Row:
        body = server.body(call, *_JOB.split())
        request = JobRequest(
            text_of(body, "name"),
            source_of(server, body),
            body.get("trigger") or {},
            reference(body, "EXPERIMENT"),
            text_of(body, "description"),
            text_of(body, "service_account"),
            integer(body, "max_concurrency"),
            bool(body.get("no_catchup")),
            bool(body.get("enabled")) or body.get("mode") in ("ENABLED", 1),
        )
        return jobs.create(call, request)

    routes = Resource(router, f"{ROOT}/jobs", "v1beta1 recurring run", messages.job)
    routes.list("jobs", lambda call: jobs.page(call, *_place(call), API))
    routes.create(create, "Failed to create a recurring run")
    routes.get(jobs.get, "Failed to fetch a v1beta1 recurring run")
    routes.act("/", enable=jobs.enable, disable=jobs.disable)
    routes.delete(jobs.delete, "Failed to delete a recurring run")


def _add_pipelines(
    server: ServerState, router: Router, messages: MessagesV1, pipelines: Pipelines
) -> None:
    def by_name(call: Call) -> Json:
        name, namespace = call.params["name"], call.params["namespace"]
        namespace = "" if namespace == "-" else namespace
        with wrapping(
            f"Failed to get a pipeline (v1beta1) with name {name} and namespace {namespace}. "
            "Check error stack."
        ):
            return messages.pipeline(pipelines.by_name(call, name, namespace))

    def delete(call: Call, identifier: str) -> None:
        # 1.8 has no such word: versions go as well.
        pipelines.delete(call, identifier, cascade=not server.release.has_v2)

    def template(call: Call) -> Json:
        row = pipelines.get(call, call.params["id"])
        return {"template": latest_version(server, row["id"])["spec"]}

    def set_default(call: Call) -> Json:
        version = pipelines.version(call, call.params["version"])
        pipelines.update(call, call.params["id"], {"default_version_id": version["id"]})
        return {}

    path = f"{ROOT}/pipelines"
    routes = Resource(router, path, "pipeline", messages.pipeline)
    routes.list("pipelines", lambda call: pipelines.page(call, _key(call)[1], API))
    router.add("POST", path, _create_from_url)
    Uploads(server, pipelines, router, ROOT, messages.pipeline, messages.version)
    routes.get(pipelines.get, "Failed to get a pipeline (v1beta1) {id}. Check error stack")
    routes.delete(delete, "Failed to delete pipeline (v1beta1) {id}. Check error stack")
    router.add("GET", f"{path}/{{id}}/templates", template)
    router.add("POST", f"{path}/{{id}}/default_version/{{version}}", set_default)
    router.add("GET", f"{ROOT}/namespaces/{{namespace}}/pipelines/{{name}}", by_name)


def _add_versions(router: Router, messages: MessagesV1, pipelines: Pipelines) -> None:
    def page(call: Call) -> Page:
        _, pipeline_id = _key(call, "resource_key")
        if not pipeline_id:
            raise invalid_input(
                "Failed to list pipeline versions (v1beta1) due to missing pipeline id"
            )
        return pipelines.versions(call, pipeline_id, API)

    def template(call: Call) -> Json:
        return {"template": pipelines.version(call, call.params["version"])["spec"]}

    path = f"{ROOT}/pipeline_versions"
    routes = Resource(router, path, "pipeline version", messages.version)
    routes.list("versions", page)
    router.add("POST", path, _create_from_url)
    failed = "a pipeline version (v1beta1) {version}"
    routes.get(pipelines.version, "Failed to get a pipeline version (v1beta1) {id}", id_="version")
    routes.delete(pipelines.delete_version, f"Failed to delete {failed}", id_="version")
    router.add("GET", f"{path}/{{version}}/templates", template)


def _add_auth(server: ServerState, router: Router) -> None:
    """`/auth`: may the caller use a resource of a namespace?"""

    def authorize(call: Call) -> Json:
        namespace = call.query.get("namespace", "").lower()
        resource = call.query.get("resources", "").lower()
        verb = call.query.get("verb", "").lower()
        with wrapping("Authorize request is not valid"):
            if not namespace:
                raise invalid_input("Namespace is empty. Please specify a valid namespace")
            if resource not in _RESOURCES:
                raise invalid_input("Resources not specified. Please specify a valid resources")
            if verb not in ("create", "get", "delete"):
                raise invalid_input("Verb not specified. Please specify a valid verb")
        with wrapping("Failed to authorize the request"):
            server.access.check(call, namespace, resource, verb)
        return {}

    router.add("GET", f"{ROOT}/auth", authorize)


def source_of(server: ServerState, body: Json) -> Source:
    """What a run or job of v1beta1 executes."""
    given = body.get("pipeline_spec") or {}
    config = given.get("runtime_config") or {}
    parameters = {
        text_of(parameter, "name"): text_of(parameter, "value")
        for parameter in given.get("parameters") or []
    }
    document = text_of(given, "workflow_manifest") or text_of(given, "pipeline_manifest")
    source = Source(
        text_of(given, "pipeline_id") or reference(body, "PIPELINE"),
        reference(body, "PIPELINE_VERSION"),
        document,
        config.get("parameters") or parameters,
        text_of(config, "pipeline_root"),
    )
    if source.pipeline_id and not source.version_id:
        pipeline = server.store.get("pipelines", source.pipeline_id)
        source.version_id = pipeline["default_version_id"] if pipeline else ""
    return source


def _create_from_url(call: Call) -> Json:
    call.json()
    raise broken_url()


def _key(call: Call, name: str = "resource_reference_key") -> tuple[str, str]:
    """The resource that a list is restricted to: its type and its id."""
    return call.query.get(f"{name}.type", ""), call.query.get(f"{name}.id", "")


def _place(call: Call) -> tuple[str, str]:
    """The namespace and the experiment that a list is restricted to."""
    kind, identifier = _key(call)
    return (
        identifier if kind == "NAMESPACE" else "",
        identifier if kind == "EXPERIMENT" else "",
    )
