"""The pods of runs, their events and their logs, as far as the workflow is still there."""

from __future__ import annotations

from typing import Any

from .nodes import ArgoNode
from .run_state import FINAL
from .state import stamp
from .store import Row

Object = dict[str, Any]

_PHASES = {"PENDING": "Pending", "RUNNING": "Running", "SUCCEEDED": "Succeeded", "FAILED": "Failed"}
_LAUNCHER = "ghcr.io/kubeflow/kfp-launcher:2.17.0"
_DRIVER = "ghcr.io/kubeflow/kfp-driver:2.17.0"


def exists(node: ArgoNode) -> bool:
    """Whether a node has a pod: not if a quota did not let it be created."""
    quota = node.view.node.outcome.event[0] == "FailedCreate"
    return bool(node.pod_name) and not quota


def pod(row: Row, node: ArgoNode) -> Object:
    """The pod of a node."""
    view = node.view
    workflow = str(row["k8s_name"])
    driver = view.node.role in ("driver", "importer")
    image = _DRIVER if driver else view.node.step.task.image
    spec: Object = {
        "serviceAccountName": row["service_account"],
        "containers": [{"name": "main", "image": image}, {"name": "wait", "image": "argoexec"}],
        "initContainers": [{"name": "init", "image": "argoexec"}],
        "restartPolicy": "Never",
    }
    if not driver:
        spec["initContainers"].append({"name": "kfp-launcher", "image": _LAUNCHER})
    waits_for_node = view.node.outcome.event[0] == "FailedScheduling" and view.state == "PENDING"
    if not waits_for_node:
        spec["nodeName"] = "node-1"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": node.pod_name,
            "namespace": row["namespace"],
            "uid": f"{row['id'][:-12]}{node.id.rpartition('-')[2]:0>12}",
            "creationTimestamp": stamp(view.start),
            "labels": {
                "pipeline/runid": row["id"],
                "workflows.argoproj.io/workflow": workflow,
                "workflows.argoproj.io/completed": str(view.state in FINAL).lower(),
            },
            "annotations": {
                "workflows.argoproj.io/node-name": node.name,
                "workflows.argoproj.io/node-id": node.id,
            },
            "ownerReferences": [
                {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "name": workflow}
            ],
        },
        "spec": spec,
        "status": _status(node, image, waits_for_node),
    }


def _status(node: ArgoNode, image: str, waits_for_node: bool) -> Object:
    view, outcome = node.view, node.view.node.outcome
    scheduled: Object = {"type": "PodScheduled", "status": "True"}
    if waits_for_node:
        scheduled |= {"status": "False", "reason": "Unschedulable", "message": outcome.event[1]}
    status: Object = {"phase": _PHASES[view.state], "conditions": [scheduled]}
    if waits_for_node:
        return status
    status["startTime"] = stamp(view.start)
    if view.state == "PENDING":
        waiting = {"reason": "PodInitializing"}
        if outcome.waiting:
            reason, _, message = view.message.partition(": ")
            waiting = {"reason": reason, "message": message}
        state: Object = {"waiting": waiting}
    elif view.state == "RUNNING":
        state = {"running": {"startedAt": stamp(view.start + 1)}}
    else:
        state = {"terminated": _terminated(node)}
        if view.message.startswith("Step exceeded"):
            status["message"] = view.message
    status["containerStatuses"] = [
        {
            "name": "main",
            "image": image,
            "ready": view.state == "RUNNING",
            "started": view.state == "RUNNING",
            "restartCount": 0,
            "state": state,
        }
    ]
    return status


def _terminated(node: ArgoNode) -> Object:
    view = node.view
    code = view.node.outcome.exit_code if view.state == "FAILED" else 0
    if view.state == "FAILED" and not code:
        code = 143  # stopped by Argo at the deadline
    reasons = {0: "Completed", 137: "OOMKilled"}
    return {
        "exitCode": code,
        "reason": reasons.get(code, "Error"),
        "startedAt": stamp(view.start + 1),
        "finishedAt": stamp(view.end),
    }


def events(row: Row, node: ArgoNode) -> list[Object]:
    """The events of a pod that waits, and of one that does not the usual ones."""
    view, outcome = node.view, node.view.node.outcome
    if not exists(node):
        involved = ("Workflow", str(row["k8s_name"]))
        return [_event(row, node, involved, "Warning", *outcome.event)]
    involved = ("Pod", node.pod_name)
    if outcome.event[0] == "FailedScheduling" and view.state == "PENDING":
        return [_event(row, node, involved, "Warning", *outcome.event)]
    assigned = f"Successfully assigned {row['namespace']}/{node.pod_name} to node-1"
    found = [_event(row, node, involved, "Normal", "Scheduled", assigned)]
    if outcome.event[0] == "Failed" and view.state == "PENDING":
        image = view.node.step.task.image
        failed = outcome.event[1].replace("{image}", image)
        back_off = f'Back-off pulling image "{image}"'
        found.append(_event(row, node, involved, "Warning", "Failed", failed))
        found.append(_event(row, node, involved, "Normal", "BackOff", back_off))
    elif view.state != "PENDING":
        found.append(_event(row, node, involved, "Normal", "Started", "Started container main"))
    return found


def _event(
    row: Row, node: ArgoNode, involved: tuple[str, str], type_: str, reason: str, text: str
) -> Object:
    kind, name = involved
    first = stamp(node.view.start)
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {
            "name": f"{name}.{node.id.rpartition('-')[2]}{reason.lower()}",
            "namespace": row["namespace"],
            "creationTimestamp": first,
        },
        "involvedObject": {"kind": kind, "name": name, "namespace": row["namespace"]},
        "type": type_,
        "reason": reason,
        "message": text.replace("{pod}", node.pod_name),
        "firstTimestamp": first,
        "lastTimestamp": first,
        "count": 1,
    }
