"""The routes of v2beta1."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from .errors import gateway_error, invalid_input, wrapping
from .experiments import Experiments
from .jobs import JobRequest, Jobs
from .pipelines import Pipelines, broken_url
from .routing import Call, Router
from .runs import RunRequest, Runs, Source
from .state import ServerState, message, text_of
from .upload import Uploads
from .v2beta1_json import Messages

API = "v2beta1"
ROOT = f"/apis/{API}"

Json = dict[str, Any]


class ExperimentRoutes:
    """The experiments of v2beta1."""

    def __init__(
        self, server: ServerState, router: Router, messages: Messages, experiments: Experiments
    ) -> None:
        self._server, self._messages, self._experiments = server, messages, experiments
        path = f"{ROOT}/experiments"
        router.add("GET", path, self._list)
        router.add("POST", path, self._create)
        router.add("GET", f"{path}/{{id}}", self._get)
        actions = {"archive": experiments.archive, "unarchive": experiments.unarchive}
        add_actions(router, path, "experiment", actions)
        add_delete(router, path, "experiment", experiments.delete)

    def _list(self, call: Call) -> Json:
        rows, total, token = self._experiments.page(call, call.query.get("namespace", ""), API)
        return message(
            experiments=[self._messages.experiment(row) for row in rows],
            total_size=total,
            next_page_token=token,
        )

    def _get(self, call: Call) -> Json:
        with wrapping("Failed to fetch experiment"):
            return self._messages.experiment(self._experiments.get(call, call.params["id"]))

    def _create(self, call: Call) -> Json:
        body = self._server.body(
            call, "experiment_id", "display_name", "description", "created_at", "namespace",
            "storage_state", "last_run_created_at",
        )  # fmt: skip
        with wrapping("Failed to create a experiment"):
            row = self._experiments.create(
                call,
                text_of(body, "display_name"),
                text_of(body, "description"),
                text_of(body, "namespace"),
            )
        return self._messages.experiment(row)


class RunRoutes:
    """The runs of v2beta1."""

    def __init__(self, server: ServerState, router: Router, messages: Messages, runs: Runs) -> None:
        self._server, self._messages, self._runs = server, messages, runs
        path = f"{ROOT}/runs"
        router.add("GET", path, self._list)
        router.add("POST", path, self._create)
        router.add("GET", f"{path}/{{id}}", self._get)
        actions = {
            "archive": runs.archive,
            "unarchive": runs.unarchive,
            "terminate": runs.terminate,
            "retry": runs.retry,
        }
        add_actions(router, path, "run", actions)
        add_delete(router, path, "run", runs.delete)

    def _list(self, call: Call) -> Json:
        query, now = call.query, self._server.now()
        rows, total, token = self._runs.page(
            call, query.get("namespace", ""), query.get("experiment_id", ""), API
        )
        return message(
            runs=[self._messages.run(row, now) for row in rows],
            total_size=total,
            next_page_token=token,
        )

    def _get(self, call: Call) -> Json:
        with wrapping("Failed to get a run"):
            row = self._runs.get(call, call.params["id"])
        return self._messages.run(row, self._server.now())

    def _create(self, call: Call) -> Json:
        body = self._server.body(
            call, "experiment_id", "run_id", "display_name", "storage_state", "description",
            "pipeline_version_id", "pipeline_spec", "pipeline_version_reference", "runtime_config",
            "service_account", "created_at", "scheduled_at", "finished_at", "state", "error",
            "run_details", "recurring_run_id", "state_history", "plugins_input", "plugins_output",
        )  # fmt: skip
        request = RunRequest(
            text_of(body, "display_name"),
            source_of(body),
            text_of(body, "experiment_id") or call.query.get("experiment_id", ""),
            text_of(body, "description"),
            text_of(body, "service_account"),
        )
        with wrapping("Failed to create a new run"):
            row = self._runs.create(call, request)
        return self._messages.run(row, self._server.now())


class RecurringRunRoutes:
    """The recurring runs of v2beta1."""

    def __init__(self, server: ServerState, router: Router, messages: Messages, jobs: Jobs) -> None:
        self._server, self._messages, self._jobs = server, messages, jobs
        path = f"{ROOT}/recurringruns"
        router.add("GET", path, self._list)
        router.add("POST", path, self._create)
        router.add("GET", f"{path}/{{id}}", self._get)
        actions = {
            "enable": lambda call, identifier: jobs.set_enabled(call, identifier, True),
            "disable": lambda call, identifier: jobs.set_enabled(call, identifier, False),
        }
        add_actions(router, path, "recurring run", actions)
        add_delete(router, path, "recurring run", jobs.delete)

    def _list(self, call: Call) -> Json:
        query = call.query
        rows, total, token = self._jobs.page(
            call, query.get("namespace", ""), query.get("experiment_id", ""), API
        )
        # The one key of the API that is not in snake_case.
        return message(
            recurringRuns=[self._messages.recurring_run(row) for row in rows],
            total_size=total,
            next_page_token=token,
        )

    def _get(self, call: Call) -> Json:
        with wrapping("Failed to fetch a recurring run"):
            return self._messages.recurring_run(self._jobs.get(call, call.params["id"]))

    def _create(self, call: Call) -> Json:
        body = self._server.body(
            call, "recurring_run_id", "display_name", "description", "pipeline_version_id",
            "pipeline_spec", "pipeline_version_reference", "runtime_config", "service_account",
            "max_concurrency", "trigger", "mode", "created_at", "updated_at", "status", "error",
            "no_catchup", "namespace", "experiment_id", "plugins_input",
        )  # fmt: skip
        request = JobRequest(
            text_of(body, "display_name"),
            source_of(body),
            body.get("trigger") or {},
            text_of(body, "experiment_id"),
            text_of(body, "description"),
            text_of(body, "service_account"),
            _integer(body, "max_concurrency"),
            bool(body.get("no_catchup")),
            body.get("mode") in ("ENABLE", 1),
        )
        with wrapping("Failed to create a recurring run"):
            return self._messages.recurring_run(self._jobs.create(call, request))


class PipelineRoutes:
    """The pipelines and versions of v2beta1."""

    def __init__(
        self, server: ServerState, router: Router, messages: Messages, pipelines: Pipelines
    ) -> None:
        self._server, self._messages, self._pipelines = server, messages, pipelines
        path = f"{ROOT}/pipelines"
        router.add("GET", path, self._list)
        router.add("POST", path, self._create)
        Uploads(server, pipelines, router, ROOT, messages.pipeline, messages.version)
        router.add("POST", f"{path}/create", self._create_with_version)
        router.add("GET", f"{path}/names/{{name}}", self._by_name)
        router.add("GET", f"{path}/{{id}}", self._get)
        router.add("DELETE", f"{path}/{{id}}", self._delete)
        versions = f"{path}/{{id}}/versions"
        router.add("GET", versions, self._list_versions)
        router.add("POST", versions, self._create_version)
        router.add("GET", f"{versions}/{{version}}", self._get_version)
        router.add("DELETE", f"{versions}/{{version}}", self._delete_version)
        if server.release.has_tags:
            router.add("PATCH", f"{path}/{{id}}", self._update)
            router.add("PATCH", f"{versions}/{{version}}", self._update_version)

    def _list(self, call: Call) -> Json:
        rows, total, token = self._pipelines.page(call, call.query.get("namespace", ""), API)
        return message(
            pipelines=[self._messages.pipeline(row) for row in rows],
            total_size=total,
            next_page_token=token,
        )

    def _get(self, call: Call) -> Json:
        identifier = call.params["id"]
        with wrapping(f"Failed to get a pipeline {identifier}. Check error stack"):
            return self._messages.pipeline(self._pipelines.get(call, identifier))

    def _by_name(self, call: Call) -> Json:
        name, namespace = call.params["name"], call.query.get("namespace", "")
        with wrapping(
            f"Failed to get a pipeline with name {name} and namespace {namespace}. "
            "Check error stack."
        ):
            return self._messages.pipeline(self._pipelines.by_name(call, name, namespace))

    def _create(self, call: Call) -> Json:
        body = self._server.body(
            call, "pipeline_id", "display_name", "name", "description", "created_at",
            "namespace", "error", "tags",
        )  # fmt: skip
        with wrapping("Failed to create a pipeline due to server error"):
            row = self._pipelines.create(
                call,
                text_of(body, "name"),
                text_of(body, "namespace"),
                display_name=text_of(body, "display_name"),
                description=text_of(body, "description"),
                tags=body.get("tags") or {},
            )
        return self._messages.pipeline(row)

    def _create_with_version(self, call: Call) -> Json:
        self._server.body(call, "pipeline", "pipeline_version")
        raise broken_url()

    def _create_version(self, call: Call) -> Json:
        body = self._server.body(
            call, "pipeline_id", "pipeline_version_id", "display_name", "name", "description",
            "created_at", "package_url", "code_source_url", "pipeline_spec", "error", "tags",
        )  # fmt: skip
        if not (body.get("package_url") or {}).get("pipeline_url"):
            raise invalid_input("Failed to create a pipeline version. Package URL is nil")
        self._pipelines.get(call, call.params["id"], "create")
        raise broken_url()

    def _update(self, call: Call) -> Json:
        body = self._server.body(call, "display_name", "description", "tags", "name")
        row = self._pipelines.update(call, call.params["id"], _changes(body))
        return self._messages.pipeline(row)

    def _update_version(self, call: Call) -> Json:
        body = self._server.body(call, "display_name", "description", "tags", "name")
        row = self._pipelines.update_version(call, call.params["version"], _changes(body))
        return self._messages.version(row)

    def _delete(self, call: Call) -> Json:
        identifier = call.params["id"]
        cascade = call.query.get("cascade", "") == "true" and self._server.release.since(2, 14)
        with wrapping(f"Failed to delete pipeline {identifier}. Check error stack"):
            self._pipelines.delete(call, identifier, cascade=cascade)
        return {}

    def _list_versions(self, call: Call) -> Json:
        rows, total, token = self._pipelines.versions(call, call.params["id"], API)
        return message(
            pipeline_versions=[self._messages.version(row) for row in rows],
            total_size=total,
            next_page_token=token,
        )

    def _get_version(self, call: Call) -> Json:
        identifier = call.params["version"]
        with wrapping(f"Failed to get a pipeline version {identifier}"):
            return self._messages.version(self._pipelines.version(call, identifier))

    def _delete_version(self, call: Call) -> Json:
        identifier = call.params["version"]
        with wrapping(
            f"Failed to delete a pipeline version id {identifier} under pipeline id "
            f"{call.params['id']}. Check error stack"
        ):
            self._pipelines.delete_version(call, identifier)
        return {}


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


def add_actions(
    router: Router,
    path: str,
    kind: str,
    actions: Mapping[str, Callable[[Call, str], None]],
    separator: str = ":",
) -> None:
    """Routes such as `path/{id}:action` that answer `{}`."""
    for name, action in actions.items():
        article = "" if kind.endswith("experiment") else "a "
        endpoint = _void(action, f"Failed to {name} {article}{kind}")
        router.add("POST", f"{path}/{{id}}{separator}{name}", endpoint)


def add_delete(router: Router, path: str, kind: str, delete: Callable[[Call, str], None]) -> None:
    """The route that deletes a row."""
    router.add("DELETE", f"{path}/{{id}}", _void(delete, f"Failed to delete a {kind}"))


def _void(action: Callable[[Call, str], None], text: str) -> Callable[[Call], Json]:
    def endpoint(call: Call) -> Json:
        with wrapping(text):
            action(call, call.params["id"])
        return {}

    return endpoint


def _integer(body: Json, name: str) -> int:
    try:
        return int(body.get(name) or 0)
    except (TypeError, ValueError):
        raise gateway_error(f"proto: (line 1:2): invalid value for int64 field {name}") from None


def _changes(body: Json) -> Json:
    changes: Json = {name: body[name] for name in ("display_name", "description") if name in body}
    if "tags" in body:
        changes["tags"] = json.dumps(body["tags"])
    return changes
