"""Runs, as both versions of the API see them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import listing, pipeline_spec
from .errors import (
    ApiError,
    bad_request,
    converting,
    failed_precondition,
    internal,
    invalid_input,
    wrapping,
)
from .routing import Call
from .run_state import RunStates
from .state import ServerState
from .store import Clause, Row

_NO_NAMESPACE = "A run cannot have an empty namespace in multi-user mode"


@dataclass
class Source:
    """What a run or a recurring run executes: a version, the latest version, or a document."""

    pipeline_id: str = ""
    version_id: str = ""
    document: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    pipeline_root: str = ""

    def columns(self) -> Row:
        """The columns that runs and recurring runs have for it."""
        return {
            "pipeline_id": self.pipeline_id,
            "pipeline_version_id": self.version_id,
            "spec": self.document,
            "parameters": json.dumps(self.parameters),
            "pipeline_root": self.pipeline_root,
        }


@dataclass
class RunRequest:
    """The request for a run."""

    name: str
    source: Source
    experiment_id: str = ""
    description: str = ""
    service_account: str = ""
    recurring_run_id: str = ""
    scheduled_at: int = 0


class Runs:
    """What can be done with runs. Every method with a call checks who is asking."""

    def __init__(self, server: ServerState, run_states: RunStates) -> None:
        self._server = server
        self._run_states = run_states

    def page(
        self, call: Call, namespace: str, experiment_id: str, api: str
    ) -> tuple[list[Row], int, str]:
        """A page of the runs of a namespace or of an experiment."""
        server = self._server
        with wrapping("Failed to create list options"):
            options = listing.parse_options(listing.RUNS, call.query, api)
        with wrapping("Failed to list v1beta1 runs" if api == "v1beta1" else "Failed to list runs"):
            scope = self._scope(call, namespace, experiment_id)
            return listing.fetch(server.store, listing.RUNS, options, scope)

    def get(self, call: Call, identifier: str) -> Row:
        """One run."""
        return self._authorized(call, identifier, "get")

    def create(self, call: Call, request: RunRequest) -> Row:
        """Start a run."""
        server = self._server
        with converting("CreateJob(job.ToV2())Failed to create a run"):
            if not request.name:
                raise internal(
                    "Failed to convert a API run detail to its internal representation",
                    "Invalid input error: Run name cannot be empty",
                )
        with wrapping(
            "Failed to create a run due to invalid experimentId and namespace combination"
        ):
            experiment = owner(server, request.experiment_id)
        namespace = experiment["namespace"]
        with (
            wrapping(
                "Failed to create a run due to authorization error. "
                f"Check if you have write permissions to namespace {namespace}"
            ),
            wrapping(f"Failed to access run . Check if you have access to namespace {namespace}"),
        ):
            server.access.check(call, namespace, "runs", "create")
        return self.start(request, experiment)

    def start(self, request: RunRequest, experiment: Row) -> Row:
        """Start a run; the caller has been checked."""
        server, source = self._server, request.source
        unreadable = "Failed to create a run due to error fetching manifest"
        try:
            text = manifest(server, source)
        except ApiError as error:
            raise internal(unreadable, error.message) from None
        if not pipeline_spec.has_root(text):
            cause = "InvalidInputError: unknown template format: pipeline spec is invalid"
            invalid = "Failed to fetch a template with an invalid pipeline spec manifest"
            raise internal(unreadable, f"{invalid}: {cause}")
        with wrapping("Failed to generate the ExecutionSpec"):
            document = pipeline_spec.parse(text)
            with wrapping("invalid pipeline job inputs"):
                document.check(source.parameters)
        identifier, now = server.new_id(), server.now()
        # A run of a recurring run is named by the controller, and names no account.
        account = "" if request.recurring_run_id else server.default_account
        row = {
            "id": identifier,
            "name": request.name,
            "k8s_name": request.name
            if request.recurring_run_id
            else server.generated_name(document.name, identifier),
            "description": request.description,
            "namespace": experiment["namespace"],
            "experiment_id": experiment["id"],
            "service_account": request.service_account or account,
            "created_at": now,
            "scheduled_at": request.scheduled_at or now,
            "recurring_run_id": request.recurring_run_id,
            "script": self._run_states.script(identifier).dumps(),
            **source.columns(),
        }
        server.store.insert("runs", row)
        server.store.update("experiments", experiment["id"], last_run_created_at=now)
        self._run_states.settle()
        return server.row("runs", identifier)

    def terminate(self, call: Call, identifier: str) -> None:
        """Begin to end a run: it is CANCELING now and FAILED a little later."""
        row = self._authorized(call, identifier, "terminate")
        self._run_states.settle()
        if row["state"] not in ("PENDING", "RUNNING") or not row["script"]:
            with wrapping(f"Failed to terminate run {identifier}"):
                raise invalid_input(f"Failed to terminate a run {identifier}. Row not found")
        self._run_states.terminate(row)

    def retry(self, call: Call, identifier: str) -> None:
        """Run again what failed."""
        row = self._authorized(call, identifier, "retry")
        self._run_states.settle()
        if not row["script"] or not self._run_states.view(row).nodes:
            raise bad_request(
                f"Failed to retry run {identifier} due to error fetching workflow manifest",
                "Invalid input error: Workflow manifest cannot be empty",
            )
        if row["state"] != "FAILED":
            with wrapping(f"Failed to retry run {identifier}"):
                raise bad_request(
                    "Workflow must be Failed/Error to retry", "workflow cannot be retried"
                )
        self._run_states.retry(row)

    def archive(self, call: Call, identifier: str) -> None:
        """Hide a run."""
        self._authorized(call, identifier, "archive")
        self._server.store.update("runs", identifier, storage_state="ARCHIVED")

    def unarchive(self, call: Call, identifier: str) -> None:
        """Bring a run back, unless its experiment is archived."""
        row = self._authorized(call, identifier, "unarchive")
        experiment = self._server.row("experiments", row["experiment_id"])
        if experiment["storage_state"] == "ARCHIVED":
            raise failed_precondition(
                f"Failed to unarchive run {identifier} as experiment {experiment['id']} "
                "must be un-archived first",
                "Unarchive the experiment first to allow the run to be restored",
            )
        self._server.store.update("runs", identifier, storage_state="AVAILABLE")

    def delete(self, call: Call, identifier: str) -> None:
        """Remove a run."""
        self._authorized(call, identifier, "delete")
        self._server.store.delete_where("runs", [("id = ?", [identifier])])

    def read_artifact(self, call: Call, identifier: str) -> None:
        """Check that the caller may read the artifacts of a run."""
        self._authorized(call, identifier, "readArtifact")

    def report_metrics(self, call: Call, identifier: str, metrics: list[dict[str, Any]]) -> Row:
        """Store metrics of a run."""
        row = self._authorized(call, identifier, "reportMetrics")
        known = json.loads(row["metrics"])
        known |= {str(m.get("name")): float(m.get("number_value") or 0) for m in metrics}
        self._server.store.update("runs", identifier, metrics=json.dumps(known))
        return row

    def _scope(self, call: Call, namespace: str, experiment_id: str) -> list[Clause]:
        server = self._server
        if experiment_id:
            with wrapping(
                f"Failed to list runs due to error fetching namespace for experiment "
                f"{experiment_id}. Try filtering based on namespace"
            ):
                namespace = namespace_of_experiment(server, experiment_id)
        with wrapping(
            "Failed to list runs due to authorization error. "
            f"Check if you have permission to access namespace {namespace}"
        ):
            if not experiment_id:
                namespace = server.listed_namespace(call, "Run", namespace, _NO_NAMESPACE)
            where = f"Check if you have access to namespace {namespace}"
            with wrapping(f"Failed to access run . {where}"):
                server.access.check(call, namespace, "runs", "list")
        if experiment_id:
            return [("experiment_id = ?", [experiment_id])]
        return server.scope(namespace)

    def _authorized(self, call: Call, identifier: str, verb: str) -> Row:
        server = self._server
        with wrapping("Failed to authorize the request"):
            with (
                wrapping(f"Failed to authorize with the run ID {identifier}"),
                wrapping(f"Failed to fetch run {identifier}"),
            ):
                row = server.row("runs", identifier)
            with wrapping(
                f"Failed to access run {identifier}. "
                f"Check if you have access to namespace {row['namespace']}"
            ):
                server.access.check(call, row["namespace"], "runs", verb, row["k8s_name"])
        return row


def namespace_of_experiment(server: ServerState, experiment_id: str) -> str:
    """The namespace of an experiment. Raises ApiError (404)."""
    with wrapping(f"Failed to fetch namespace from experiment {experiment_id}"):
        return str(server.row("experiments", experiment_id)["namespace"])


def owner(server: ServerState, experiment_id: str) -> Row:
    """The experiment of a new run; in single-user mode the default one if none is named."""
    if experiment_id:
        with wrapping(f"Failed to fetch namespace for experiment {experiment_id}"):
            namespace_of_experiment(server, experiment_id)
        return server.row("experiments", experiment_id)
    if server.multi_user:
        raise invalid_input("Experiment id can not be empty in multi-user mode")
    found = server.store.select("experiments", [("name = 'Default'", [])], limit=1)
    if found:
        return found[0]
    row: Row = {"id": server.new_id(), "name": "Default", "created_at": server.now()}
    server.store.insert("experiments", row)
    return server.row("experiments", row["id"])


def manifest(server: ServerState, source: Source) -> str:
    """The document to execute; fills in the latest version. Raises ApiError."""
    if source.version_id:
        version = source.version_id
        with (
            wrapping("Failed to fetch a template due to error retrieving pipeline version"),
            wrapping(
                "Failed to fetch a pipeline version and its manifest from pipeline version "
                f"{version}"
            ),
        ):
            row = server.row("versions", version)
        source.pipeline_id = row["pipeline_id"]
        return str(row["spec"])
    if source.pipeline_id:
        server.row("pipelines", source.pipeline_id)
        row = latest_version(server, source.pipeline_id)
        source.version_id = row["id"]
        return str(row["spec"])
    if source.document:
        return source.document
    raise invalid_input("Failed to fetch a template with an empty pipeline spec manifest")


def latest_version(server: ServerState, pipeline_id: str) -> Row:
    """The newest version of a pipeline. Raises ApiError (404)."""
    rows = server.store.select(
        "versions",
        [("pipeline_id = ?", [pipeline_id])],
        order="created_at DESC, rowid DESC",
        limit=1,
    )
    if not rows:
        text = f"No pipeline versions found for pipeline {pipeline_id}"
        raise ApiError(5, f"NotFoundError: {text}", text)
    return rows[0]
