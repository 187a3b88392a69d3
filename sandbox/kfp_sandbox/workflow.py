"""Runs as Argo Workflows with a status, which v1beta1 gives its clients to read."""

from __future__ import annotations

import json
from typing import Any

from . import pipeline_spec
from .errors import ApiError
from .run_state import FINAL, RunView, TaskView, v1_state
from .state import stamp
from .store import Row

_KINDS = {"dag": "DAG", "loop": "TaskGroup", "iteration": "DAG", "container": "Pod"}


def manifest(row: Row, text: str, current: RunView) -> str:
    """The workflow of a run as JSON. `text` is the compiled pipeline."""
    return json.dumps(document(row, text, current, persisted=False), separators=(",", ":"))


def document(row: Row, text: str, current: RunView, *, persisted: bool) -> dict[str, Any]:
    """The workflow of a run.

    Args:
        text: the compiled pipeline.
        persisted: whether Pipelines has been told how it ended.
    """
    name = str(row["k8s_name"] or row["id"])
    labels = {"pipeline/runid": row["id"]}
    annotations = {"pipelines.kubeflow.org/run_name": row["name"]}
    if current.state != "PENDING":
        labels["workflows.argoproj.io/completed"] = str(current.state in FINAL).lower()
        labels["workflows.argoproj.io/phase"] = v1_state(current.state)
        annotations["workflows.argoproj.io/pod-name-format"] = "v2"
    if persisted:
        labels["pipeline/persistedFinalState"] = "true"
    nodes = {node["id"]: node for node in _nodes(name, current)}
    status: dict[str, Any] = {
        "phase": v1_state(current.state),
        "startedAt": stamp(row["created_at"]),
        "finishedAt": stamp(current.finished_at) if current.finished_at else None,
        "nodes": nodes,
    }
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
        "status": status,
    }


def _spec(text: str, row: Row) -> dict[str, Any]:
    try:
        document = pipeline_spec.parse(text)
    except ApiError:
        return {}
    if document.is_workflow:
        return dict(document.pipeline.get("spec") or {})
    return {
        "entrypoint": "entrypoint",
        "serviceAccountName": row["service_account"],
        "templates": [{"name": "entrypoint", "dag": {"tasks": []}}],
    }


def _nodes(name: str, current: RunView) -> list[dict[str, Any]]:
    paths = {task.plan.path: task for task in current.tasks}
    children: dict[str, list[str]] = {}
    for path, task in paths.items():
        parent = path.rpartition("/")[0]
        befores = [f"{parent}/{key}" for key in task.plan.after if f"{parent}/{key}" in paths]
        for before in befores or [parent]:
            children.setdefault(before, []).append(node_id(name, task))
    return [_node(name, task, children.get(path, []), paths) for path, task in paths.items()]


def _node(
    name: str, task: TaskView, children: list[str], paths: dict[str, TaskView]
) -> dict[str, Any]:
    parent = paths.get(task.plan.path.rpartition("/")[0])
    kind = "Skipped" if task.state == "SKIPPED" else _KINDS[task.plan.kind]
    node: dict[str, Any] = {
        "id": node_id(name, task),
        "name": name if parent is None else f"{name}.{task.plan.path.replace('/', '.')}",
        "displayName": name if parent is None else task.plan.name,
        "type": kind,
        "templateName": task.plan.name,
        "phase": v1_state(task.state),
        "startedAt": stamp(task.start),
        "finishedAt": stamp(task.end) if task.end else None,
    }
    if parent is not None:
        node["boundaryID"] = node_id(name, parent)
    if children:
        node["children"] = children
    if task.state == "FAILED" and task.plan.error:
        node["message"] = task.plan.error
    return node


def node_id(name: str, task: TaskView) -> str:
    """What Argo calls the node of a task."""
    return name if not task.plan.parent else f"{name}-{int(task.plan.id[:8], 16)}"
