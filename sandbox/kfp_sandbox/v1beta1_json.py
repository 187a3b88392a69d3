"""The messages of v1beta1."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from . import nodes, pipeline_spec, workflow
from .run_state import RunStates, RunView, v1_state
from .state import ServerState, message, stamp, text_of
from .store import Row

Json = dict[str, Any]


def reference(body: Mapping[str, Any], kind: str) -> str:
    """The id of the first resource reference of this type, empty if there is none."""
    for entry in body.get("resource_references") or body.get("resourceReferences") or []:
        key = entry.get("key") or {}
        if key.get("type") == kind:
            return text_of(key, "id")
    return ""


class MessagesV1:
    """Writes rows as v1beta1."""

    def __init__(self, server: ServerState, run_states: RunStates) -> None:
        self._server = server
        self._run_states = run_states
        self._named = not server.release.has_v2  # 1.8 names what it refers to

    def experiment(self, row: Row) -> Json:
        """An experiment."""
        references = [self._reference("NAMESPACE", row["namespace"], "OWNER")]
        if self._named and not self._server.multi_user:
            references = []
        return message(
            id=row["id"],
            name=row["name"],
            description=row["description"],
            created_at=stamp(row["created_at"]),
            resource_references=references,
            storage_state=f"STORAGESTATE_{row['storage_state']}",
        )

    def run(self, row: Row) -> Json:
        """A run without its workflow."""
        current = self._run_states.view(row)
        archived = row["storage_state"] == "ARCHIVED"
        return message(
            id=row["id"],
            name=row["name"],
            storage_state="STORAGESTATE_ARCHIVED" if archived else "",  # AVAILABLE is zero
            description=row["description"],
            pipeline_spec=self._pipeline_spec(row),
            resource_references=self._owners(row),
            service_account=row["service_account"],
            created_at=stamp(row["created_at"]),
            scheduled_at=stamp(row["scheduled_at"]),
            finished_at=stamp(current.finished_at),
            status=v1_state(current.state),
            metrics=_metrics(row, current),
        )

    def run_detail(self, row: Row) -> Json:
        """A run with its workflow."""
        text = self._run_states.manifest(row)
        current, wrapped = self._run_states.view(row), self._run_states.argo_defaults
        name = "pipeline_manifest"
        if self._named or (text and pipeline_spec.parse(text).is_workflow):
            name = "workflow_manifest"
        runtime = {name: workflow.manifest(row, text, current, wrapped=wrapped)}
        return {"run": self.run(row), "pipeline_runtime": runtime}

    def job(self, row: Row) -> Json:
        """A recurring run."""
        status = "ENABLED" if row["enabled"] else "DISABLED"
        return message(
            id=row["id"],
            name=row["name"],
            description=row["description"],
            pipeline_spec=self._pipeline_spec(row),
            resource_references=self._owners(row) if self._named else self._job_owners(row),
            service_account=row["service_account"],
            max_concurrency=str(row["max_concurrency"]),
            trigger=json.loads(row["trigger"]),
            created_at=stamp(row["created_at"]),
            updated_at=stamp(row["updated_at"]),
            status=status if self._named else "STATUS_UNSPECIFIED",
            enabled=bool(row["enabled"]),
            no_catchup=bool(row["no_catchup"]),
        )

    def pipeline(self, row: Row) -> Json:
        """A pipeline with its default version."""
        version = self._server.store.get("versions", row["default_version_id"])
        if version is None:
            mine = [("pipeline_id = ?", [row["id"]])]
            found = self._server.store.select("versions", mine, order="created_at DESC", limit=1)
            version = found[0] if found else None
        owners = [self._reference("NAMESPACE", row["namespace"], "OWNER")]
        return message(
            id=row["id"],
            created_at=stamp(row["created_at"]),
            name=row["name"],
            description=row["description"],
            parameters=_parameters(version["spec"]) if version else [],
            default_version=self.version(version) if version else None,
            resource_references=owners if row["namespace"] else [],
        )

    def version(self, row: Row) -> Json:
        """A pipeline version."""
        url = row["code_source_url"]
        return message(
            id=row["id"],
            name=row["name"],
            created_at=stamp(row["created_at"]),
            parameters=_parameters(row["spec"]),
            code_source_url=url,
            package_url={"pipeline_url": url} if url else None,
            resource_references=[self._reference("PIPELINE", row["pipeline_id"], "OWNER")],
            description=row["description"],
        )

    def _pipeline_spec(self, row: Row) -> Json:
        text = self._run_states.manifest(row)
        document = pipeline_spec.parse(text) if text else None
        table, key = (
            ("pipelines", "pipeline_id") if self._named else ("versions", "pipeline_version_id")
        )
        named = self._server.store.get(table, row[key])
        given = json.loads(row["parameters"])
        is_workflow = document is not None and document.is_workflow
        config = message(parameters=given, pipeline_root=row["pipeline_root"])
        return message(
            pipeline_id=row["pipeline_id"],
            pipeline_name=named["name"] if named else "",
            workflow_manifest=text if is_workflow else "",
            pipeline_manifest="" if is_workflow else self._written(text),
            parameters=[
                message(name=name, value=value if isinstance(value, str) else json.dumps(value))
                for name, value in given.items()
            ]
            if is_workflow
            else [],
            runtime_config={} if is_workflow else config,
        )

    def _written(self, text: str) -> str:
        """A compiled pipeline as 2.x writes it anew: sorted, without comments."""
        if self._named or not text:
            return text
        return pipeline_spec.written(text)

    def _job_owners(self, row: Row) -> list[Json]:
        """What a job of 2.x refers to, in its order."""
        found = (
            ("NAMESPACE", row["namespace"], "OWNER"),
            ("EXPERIMENT", row["experiment_id"], "OWNER"),
            ("PIPELINE", row["pipeline_id"], "CREATOR"),
            ("PIPELINE_VERSION", row["pipeline_version_id"], "CREATOR"),
        )
        return [self._reference(*each) for each in found if each[1]]

    def _owners(self, row: Row) -> list[Json]:
        references = [self._reference("EXPERIMENT", row["experiment_id"], "OWNER")]
        if row["namespace"]:
            references.append(self._reference("NAMESPACE", row["namespace"], "OWNER"))
        if row["pipeline_version_id"]:
            version = row["pipeline_version_id"]
            references.append(self._reference("PIPELINE_VERSION", version, "CREATOR"))
        if row.get("recurring_run_id"):
            references.append(self._reference("JOB", row["recurring_run_id"], "CREATOR"))
        return references

    def _reference(self, kind: str, identifier: str, relationship: str) -> Json:
        tables = {"EXPERIMENT": "experiments", "PIPELINE_VERSION": "versions", "JOB": "jobs"}
        name = ""
        if self._named and kind in tables:
            row = self._server.store.get(tables[kind], identifier)
            name = row["name"] if row else ""
        return message(key={"type": kind, "id": identifier}, name=name, relationship=relationship)


def _metrics(row: Row, current: RunView) -> list[Json]:
    """The metrics of a run, as if its last step had reported them."""
    name = str(row["k8s_name"])
    found = nodes.argo_nodes(current, name, wrapped=False)
    pods = [node for node in found if node.type == "Pod" and node.view.end]
    last = max(pods, key=lambda node: node.view.end, default=None)
    return [
        message(
            name=metric,
            node_id=last.id if last else name,
            number_value=value,
            format="PERCENTAGE" if metric == "accuracy" else "RAW",
        )
        for metric, value in json.loads(row["metrics"]).items()
    ]


def _parameters(text: str) -> list[Json]:
    return [
        message(name=name, value=_text(definition.get("defaultValue")))
        for name, definition in pipeline_spec.parse(text).parameters().items()
    ]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
