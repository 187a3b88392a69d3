"""The routes of v1beta1, which 1.8 serves alone and every 2.x besides its own."""

from __future__ import annotations

from typing import Any

from .errors import invalid_input, wrapping
from .experiments import Experiments
from .jobs import JobRequest, Jobs
from .pipelines import Pipelines, broken_url
from .routing import Call, Router
from .runs import RunRequest, Runs, Source, latest_version
from .state import ServerState, message, text_of
from .upload import Uploads
from .v1beta1_json import MessagesV1, reference
from .v2beta1 import add_actions, add_delete

API = "v1beta1"
ROOT = f"/apis/{API}"

Json = dict[str, Any]
_RESOURCES = frozenset({"viewers", "pipelines", "experiments", "runs", "jobs"})


class ExperimentRoutesV1:
    """The experiments of v1beta1."""

    def __init__(
        self, server: ServerState, router: Router, messages: MessagesV1, experiments: Experiments
    ) -> None:
        self._server, self._messages, self._experiments = server, messages, experiments
        path = f"{ROOT}/experiments"
        router.add("GET", path, self._list)
        router.add("POST", path, self._create)
        router.add("GET", f"{path}/{{id}}", self._get)
        actions = {"archive": experiments.archive, "unarchive": experiments.unarchive}
        add_actions(router, path, "v1beta1 experiment", actions)
        add_delete(router, path, "v1beta1 experiment", experiments.delete)

    def _list(self, call: Call) -> Json:
        kind, identifier = _key(call)
        if kind not in ("", "NAMESPACE"):
            raise invalid_input(
                "Failed to list v1beta1 experiment due to invalid resource reference key. It must "
                "be of type 'Namespace' and contain an existing or empty namespace, but you "
                f"provided {identifier} of type {kind.title()}"
            )
        rows, total, token = self._experiments.page(call, identifier, API)
        return message(
            experiments=[self._messages.experiment(row) for row in rows],
            total_size=total,
            next_page_token=token,
        )

    def _get(self, call: Call) -> Json:
        with wrapping("Failed to fetch v1beta1 experiment"):
            return self._messages.experiment(self._experiments.get(call, call.params["id"]))

    def _create(self, call: Call) -> Json:
        body = self._server.body(
            call, "id", "name", "description", "created_at", "resource_references", "storage_state"
        )
        with wrapping("Failed to create a v1beta1 experiment"):
            row = self._experiments.create(
                call,
                text_of(body, "name"),
                text_of(body, "description"),
                reference(body, "NAMESPACE"),
            )
        return self._messages.experiment(row)


class RunRoutesV1:
    """The runs of v1beta1."""

    def __init__(
        self, server: ServerState, router: Router, messages: MessagesV1, runs: Runs
    ) -> None:
        self._server, self._messages, self._runs = server, messages, runs
        path = f"{ROOT}/runs"
        router.add("GET", path, self._list)
        router.add("POST", path, self._create)
        router.add("GET", f"{path}/{{id}}", self._get)
        router.add("POST", f"{path}/{{id}}:reportMetrics", self._report_metrics)
        actions = {"archive": runs.archive, "unarchive": runs.unarchive}
        add_actions(router, path, "v1beta1 run", actions)
        slashed = {"terminate": runs.terminate, "retry": runs.retry}
        add_actions(router, path, "v1beta1 run", slashed, separator="/")
        add_delete(router, path, "v1beta1 run", runs.delete)

    def _list(self, call: Call) -> Json:
        kind, identifier = _key(call)
        namespace = identifier if kind == "NAMESPACE" else ""
        experiment = identifier if kind == "EXPERIMENT" else ""
        rows, total, token = self._runs.page(call, namespace, experiment, API)
        now = self._server.now()
        return message(
            runs=[self._messages.run(row, now) for row in rows],
            total_size=total,
            next_page_token=token,
        )

    def _get(self, call: Call) -> Json:
        with wrapping("Failed to get a v1beta1 run"):
            row = self._runs.get(call, call.params["id"])
        return self._messages.run_detail(row, self._server.now())

    def _create(self, call: Call) -> Json:
        body = self._server.body(
            call, "id", "name", "storage_state", "description", "pipeline_spec",
            "resource_references", "service_account", "created_at", "scheduled_at", "finished_at",
            "status", "error", "metrics",
        )  # fmt: skip
        request = RunRequest(
            text_of(body, "name"),
            source_of(self._server, body),
            reference(body, "EXPERIMENT"),
            text_of(body, "description"),
            text_of(body, "service_account"),
        )
        with wrapping("Failed to create a new v1beta1 run"):
            row = self._runs.create(call, request)
        return self._messages.run_detail(row, self._server.now())

    def _report_metrics(self, call: Call) -> Json:
        metrics = self._server.body(call, "run_id", "metrics").get("metrics") or []
        with wrapping("Failed to report v1beta1 run metrics"):
            row = self._runs.report_metrics(call, call.params["id"], metrics)
        return message(
            results=[
                {
                    "metric_name": text_of(metric, "name"),
                    "metric_node_id": text_of(metric, "node_id") or row["k8s_name"],
                    "status": "OK",
                }
                for metric in metrics
            ]
        )


class JobRoutesV1:
    """The recurring runs of v1beta1."""

    def __init__(
        self, server: ServerState, router: Router, messages: MessagesV1, jobs: Jobs
    ) -> None:
        self._server, self._messages, self._jobs = server, messages, jobs
        path = f"{ROOT}/jobs"
        router.add("GET", path, self._list)
        router.add("POST", path, self._create)
        router.add("GET", f"{path}/{{id}}", self._get)
        actions = {
            "enable": lambda call, identifier: jobs.set_enabled(call, identifier, True),
            "disable": lambda call, identifier: jobs.set_enabled(call, identifier, False),
        }
        add_actions(router, path, "v1beta1 recurring run", actions, separator="/")
        add_delete(router, path, "recurring run", jobs.delete)

    def _list(self, call: Call) -> Json:
        kind, identifier = _key(call)
        namespace = identifier if kind == "NAMESPACE" else ""
        experiment = identifier if kind == "EXPERIMENT" else ""
        rows, total, token = self._jobs.page(call, namespace, experiment, API)
        return message(
            jobs=[self._messages.job(row) for row in rows],
            total_size=total,
            next_page_token=token,
        )

    def _get(self, call: Call) -> Json:
        with wrapping("Failed to fetch a v1beta1 recurring run"):
            return self._messages.job(self._jobs.get(call, call.params["id"]))

    def _create(self, call: Call) -> Json:
        body = self._server.body(
            call, "id", "name", "description", "pipeline_spec", "resource_references",
            "service_account", "max_concurrency", "trigger", "mode", "created_at", "updated_at",
            "status", "error", "enabled", "no_catchup",
        )  # fmt: skip
        request = JobRequest(
            text_of(body, "name"),
            source_of(self._server, body),
            body.get("trigger") or {},
            reference(body, "EXPERIMENT"),
            text_of(body, "description"),
            text_of(body, "service_account"),
            int(body.get("max_concurrency") or 0),
            bool(body.get("no_catchup")),
            bool(body.get("enabled")) or body.get("mode") in ("ENABLED", 1),
        )
        with wrapping("Failed to create a recurring run"):
            return self._messages.job(self._jobs.create(call, request))


class PipelineRoutesV1:
    """The pipelines and versions of v1beta1."""

    def __init__(
        self, server: ServerState, router: Router, messages: MessagesV1, pipelines: Pipelines
    ) -> None:
        self._server, self._messages, self._pipelines = server, messages, pipelines
        path, versions = f"{ROOT}/pipelines", f"{ROOT}/pipeline_versions"
        router.add("GET", path, self._list)
        router.add("POST", path, self._create)
        Uploads(server, pipelines, router, ROOT, messages.pipeline, messages.version)
        router.add("GET", f"{path}/{{id}}", self._get)
        router.add("DELETE", f"{path}/{{id}}", self._delete)
        router.add("GET", f"{path}/{{id}}/templates", self._template)
        router.add("POST", f"{path}/{{id}}/default_version/{{version}}", self._set_default)
        router.add("GET", f"{ROOT}/namespaces/{{namespace}}/pipelines/{{name}}", self._by_name)
        router.add("GET", versions, self._list_versions)
        router.add("POST", versions, self._create)
        router.add("GET", f"{versions}/{{version}}", self._get_version)
        router.add("DELETE", f"{versions}/{{version}}", self._delete_version)
        router.add("GET", f"{versions}/{{version}}/templates", self._version_template)

    def _list(self, call: Call) -> Json:
        _, namespace = _key(call)
        rows, total, token = self._pipelines.page(call, namespace, API)
        return message(
            pipelines=[self._messages.pipeline(row) for row in rows],
            total_size=total,
            next_page_token=token,
        )

    def _get(self, call: Call) -> Json:
        identifier = call.params["id"]
        with wrapping(f"Failed to get a pipeline (v1beta1) {identifier}. Check error stack"):
            return self._messages.pipeline(self._pipelines.get(call, identifier))

    def _by_name(self, call: Call) -> Json:
        name, namespace = call.params["name"], call.params["namespace"]
        namespace = "" if namespace == "-" else namespace
        with wrapping(
            f"Failed to get a pipeline (v1beta1) with name {name} and namespace {namespace}. "
            "Check error stack."
        ):
            return self._messages.pipeline(self._pipelines.by_name(call, name, namespace))

    def _create(self, call: Call) -> Json:
        call.json()
        raise broken_url()

    def _delete(self, call: Call) -> Json:
        identifier = call.params["id"]
        with wrapping(f"Failed to delete pipeline (v1beta1) {identifier}. Check error stack"):
            cascade = not self._server.release.has_v2  # 1.8 has no such word: versions go as well
            self._pipelines.delete(call, identifier, cascade=cascade)
        return {}

    def _template(self, call: Call) -> Json:
        row = self._pipelines.get(call, call.params["id"])
        return {"template": latest_version(self._server, row["id"])["spec"]}

    def _set_default(self, call: Call) -> Json:
        version = self._pipelines.version(call, call.params["version"])
        columns = {"default_version_id": version["id"]}
        self._pipelines.update(call, call.params["id"], columns)
        return {}

    def _list_versions(self, call: Call) -> Json:
        _, pipeline_id = _key(call, "resource_key")
        if not pipeline_id:
            raise invalid_input(
                "Failed to list pipeline versions (v1beta1) due to missing pipeline id"
            )
        rows, total, token = self._pipelines.versions(call, pipeline_id, API)
        return message(
            versions=[self._messages.version(row) for row in rows],
            total_size=total,
            next_page_token=token,
        )

    def _get_version(self, call: Call) -> Json:
        identifier = call.params["version"]
        with wrapping(f"Failed to get a pipeline version (v1beta1) {identifier}"):
            return self._messages.version(self._pipelines.version(call, identifier))

    def _version_template(self, call: Call) -> Json:
        return {"template": self._pipelines.version(call, call.params["version"])["spec"]}

    def _delete_version(self, call: Call) -> Json:
        identifier = call.params["version"]
        with wrapping(f"Failed to delete a pipeline version (v1beta1) {identifier}"):
            self._pipelines.delete_version(call, identifier)
        return {}


class AuthRoute:
    """`/auth`: may the caller use a resource of a namespace?"""

    def __init__(self, server: ServerState, router: Router) -> None:
        self._server = server
        router.add("GET", f"{ROOT}/auth", self._authorize)

    def _authorize(self, call: Call) -> Json:
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
            self._server.access.check(call, namespace, resource, verb)
        return {}


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


def _key(call: Call, name: str = "resource_reference_key") -> tuple[str, str]:
    """The resource that a list is restricted to: its type and its id."""
    return call.query.get(f"{name}.type", ""), call.query.get(f"{name}.id", "")
