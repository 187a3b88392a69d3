"""A run as an Argo Workflow with its status."""

from __future__ import annotations

import json
from typing import Any

from . import pipeline_spec
from .errors import ApiError
from .nodes import ArgoNode, argo_nodes
from .run_state import FINAL, RunView, v1_state
from .state import message, stamp
from .store import Row

Json = dict[str, Any]


def document(row: Row, text: str, current: RunView, *, persisted: bool, wrapped: bool) -> Json:
    """The workflow of a run.

    Args:
        text: the compiled pipeline.
        persisted: whether Pipelines has been told how it ended.
        wrapped: whether Argo has the settings of KFP 2.17's own manifests.
    """
    name = str(row["k8s_name"] or row["id"])
    labels = {"pipeline/runid": row["id"]}
    annotations = {"pipelines.kubeflow.org/run_name": row["name"]}
    ended = current.state in FINAL
    if current.nodes:
        phase = "Running" if current.state in ("PENDING", "CANCELING") else v1_state(current.state)
        labels["workflows.argoproj.io/completed"] = str(ended).lower()
        labels["workflows.argoproj.io/phase"] = phase
        annotations["workflows.argoproj.io/pod-name-format"] = "v2"
    if persisted:
        labels["pipeline/persistedFinalState"] = "true"
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {
            "name": name,
            "generateName": f"{name.rpartition('-')[0]}-",
            "namespace": row["namespace"],
            "uid": row["id"],
            "creationTimestamp": stamp(row["created_at"]),
            "labels": labels,
            "annotations": annotations,
        },
        "spec": _spec(text, row),
        "status": _status(name, current, wrapped),
    }


def _spec(text: str, row: Row) -> Json:
    try:
        compiled = pipeline_spec.parse(text)
    except ApiError:
        return {}
    spec: Json = {
        "entrypoint": "entrypoint",
        "podMetadata": {"labels": {"pipeline/runid": row["id"]}},
        "templates": [{"name": "entrypoint", "dag": {"tasks": []}}],
    }
    if compiled.is_workflow:
        spec = dict(compiled.pipeline.get("spec") or {})
    spec["serviceAccountName"] = row["service_account"]
    if '"terminate"' in row["script"]:
        spec["activeDeadlineSeconds"] = 0
    return spec


def _status(name: str, current: RunView, wrapped: bool) -> Json:
    if not current.nodes:
        return {"startedAt": None, "finishedAt": None}
    nodes = argo_nodes(current, name, wrapped=wrapped)
    pods = [node for node in nodes if node.type == "Pod"]
    done = sum(node.view.state == "SUCCEEDED" for node in pods)
    ended = current.state in FINAL
    progress = f"{done}/{len(pods)}"
    status: Json = {
        "phase": v1_state(current.state) if ended else "Running",
        "startedAt": stamp(min(node.view.start for node in nodes)),
        "finishedAt": stamp(current.finished_at) if ended else None,
        "progress": progress,
        "nodes": {node.id: _node(node, name) for node in nodes},
    }
    if ended:
        conditions = [("PodRunning", "False"), ("Completed", "True")]
        status["conditions"] = [{"type": type_, "status": text} for type_, text in conditions]
    return status


def _node(node: ArgoNode, workflow: str) -> Json:
    view = node.view
    ended = view.state in FINAL
    flag = message(hooked=view.node.role == "hook", retried=node.wrapped)
    return {
        "id": node.id,
        "name": node.name,
        "displayName": node.display_name,
        "type": node.type,
        "templateName": view.node.template,
        "templateScope": f"local/{workflow}",
        "phase": v1_state(view.state),
        "startedAt": stamp(view.start),
        "finishedAt": stamp(view.end) if ended else None,
        **message(
            boundaryID=node.boundary,
            children=node.children,
            message=view.message.replace("{pod}", node.pod_name),
            nodeFlag=flag,
            outputs=_outputs(node) if ended and node.type in ("Pod", "Retry") else None,
            hostNodeName="node-1" if node.pod_name and view.state != "PENDING" else "",
        ),
    }


def _outputs(node: ArgoNode) -> Json:
    """What a pod has put out: only drivers have parameters."""
    view = node.view
    exit_code = view.node.outcome.exit_code if view.state == "FAILED" else 0
    outputs: Json = {} if view.message.startswith("Step exceeded") else {"exitCode": str(exit_code)}
    if view.node.role != "driver" or view.state != "SUCCEEDED":
        return outputs
    step = view.node.step
    values = {"condition": str(not step.skipped).lower()}
    if view.node.template == "system-dag-driver":
        values["execution-id"] = str(100 + view.index)
        values["iteration-count"] = str(len(step.children) if step.kind == "loop" else 0)
    else:
        values["cached-decision"] = str(view.node.cached).lower()
    return {**outputs, "parameters": [{"name": k, "value": v} for k, v in values.items()]}


def manifest(row: Row, text: str, current: RunView, *, wrapped: bool) -> str:
    """The workflow of a run as JSON."""
    workflow = document(row, text, current, persisted=False, wrapped=wrapped)
    return json.dumps(workflow, separators=(",", ":"))
