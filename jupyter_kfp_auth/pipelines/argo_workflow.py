"""The tasks of a run from its Argo workflow, whose nodes say where they are.

KFP 1.8 sends the workflow with each run, and 2.x does so through its old API.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

from ..http import strict_json
from ..http.strict_json import JsonDict
from .argo_names import pod_name
from .fields import JsonObject, mapping, objects, text, time
from .status import Status
from .steps import shown_name
from .task_models import Pod, Task

#: Bytes of compressed nodes when they are unpacked. Argo compresses them from 1 MB on.
_LARGEST = 32 * 1024 * 1024

#: Argo's phases, in the words of v2beta1. Of what it leaves out 2.x says nothing.
_STATES = {
    "Pending": "PENDING",
    "Running": "RUNNING",
    "Succeeded": "SUCCEEDED",
    "Skipped": "SKIPPED",
    "Omitted": "",
    "Failed": "FAILED",
    "Error": "FAILED",
    "Terminating": "CANCELING",
}

_ROUND = re.compile(r"(?P<loop>.+?)\((?P<number>\d{1,9}):[^.]*\)", re.DOTALL)


def state_of(phase: str) -> str:
    """Return a phase of Argo, or a status of KFP 1.8, in the words of v2beta1."""
    return _STATES.get(phase, phase)


def nodes_of(workflow: JsonObject) -> dict[str, JsonDict]:
    """Return the nodes of a workflow by id, unpacked where Argo has compressed them."""
    status = mapping(workflow, "status")
    found = mapping(status, "nodes") or _unpacked(text(status, "compressedNodes"))
    return {node_id: node for node_id, node in found.items() if isinstance(node, dict)}


def are_elsewhere(workflow: JsonObject) -> bool:
    """Tell whether Argo keeps the nodes in a database of its own, because there are too many."""
    status = mapping(workflow, "status")
    here = mapping(status, "nodes") or text(status, "compressedNodes")
    return bool(text(status, "offloadNodeStatusVersion")) and not here


def _unpacked(packed: str) -> JsonDict:
    """Return compressed nodes; none where they are broken, or larger than anything sensible."""
    if not packed:
        return {}
    try:
        data = base64.b64decode(packed, validate=False)
        unzip = zlib.decompressobj(wbits=47)  # gzip or zlib
        plain = unzip.decompress(data, _LARGEST)
        if unzip.unconsumed_tail:
            return {}
        found = strict_json.loads(plain, too_large=str)
    except (ValueError, binascii.Error, zlib.error):
        return {}
    return found if isinstance(found, dict) else {}


def tasks_of(workflow: JsonObject) -> tuple[Task, ...]:
    """Return the tasks of a workflow, each with the group that it is in as its parent.

    A node of type Retry and its attempts are one task; so are a loop's rounds parts of it. The node
    of the whole workflow is called ``root``, as in v2beta1.
    """
    return tuple(_Nodes(workflow).tasks())


class _Nodes:
    def __init__(self, workflow: JsonObject) -> None:
        self.name = text(mapping(workflow, "metadata"), "name")
        self.nodes = nodes_of(workflow)
        self.shown = {
            text(template, "name"): shown_name(template)
            for template in objects(mapping(workflow, "spec"), "templates")
        }
        #: The node that an attempt belongs to, by the attempt's id.
        self.retried = {
            child: node_id
            for node_id, node in self.nodes.items()
            if text(node, "type") == "Retry"
            for child in children(node)
        }
        self.parents: dict[str, list[str]] = {}
        for node_id, node in self.nodes.items():
            for child in children(node):
                self.parents.setdefault(child, []).append(node_id)
        self.loops = {
            text(node, "name"): node_id
            for node_id, node in self.nodes.items()
            if text(node, "type") == "TaskGroup"
        }

    def tasks(self) -> Iterator[Task]:
        found = {
            node_id: self._task(node_id, node)
            for node_id, node in self.nodes.items()
            if node_id not in self.retried
        }
        for node_id, task in found.items():
            yield replace(
                task, depends_on=tuple(self._before(node_id, found)), path=_path(task, found)
            )

    def _task(self, node_id: str, node: JsonDict) -> Task:
        state = state_of(text(node, "phase"))
        attempts = [
            (child, self.nodes[child]) for child in children(node) if child in self.nodes
        ] if text(node, "type") == "Retry" else []  # fmt: skip
        last = attempts[-1][1] if attempts else node
        said = text(last, "message") or text(node, "message")
        pods = tuple(self._pods(attempts or [(node_id, node)]))
        parent, name = self._place(node_id, node)
        failed_or_waits = state in ("FAILED", "PENDING") or text(last, "phase") == "Pending"
        return Task(
            task_id=text(node, "id") or node_id,
            display_name=name,
            state=state,
            error=said if failed_or_waits else "",
            created_at=time(node, "startedAt"),
            started_at=time(node, "startedAt"),
            finished_at=time(node, "finishedAt"),
            parent_task_id=parent,
            child_task_ids=tuple(self._children(node, attempts)),
            inputs=_values(mapping(last, "inputs")),
            outputs=_values(mapping(node, "outputs")) or _values(mapping(last, "outputs")),
            key=text(node, "displayName").split("(")[0],
            attempts=max(1, len(attempts)),
            node_id=node_id,
            pods=pods,
            status=Status.PENDING if text(last, "phase") == "Pending" else Status.UNKNOWN,
        )

    def _place(self, node_id: str, node: JsonObject) -> tuple[str, str]:
        """Return the id of the group that a node is in, and what it is called there."""
        if node_id == self.name:
            return "", "root"
        full = text(node, "name")
        match = _ROUND.fullmatch(full)
        if match and match["loop"] in self.loops:
            return self.loops[match["loop"]], f"iteration-{match['number']}"
        boundary = text(node, "boundaryID")
        shown = self.shown.get(text(node, "templateName"), "")
        name = shown or text(node, "displayName") or full
        return self.retried.get(boundary, boundary), name

    def _children(self, node: JsonObject, attempts: list[tuple[str, JsonDict]]) -> Iterator[str]:
        for child in children(node):
            if child not in self.retried:
                yield child
        for _, attempt in attempts:
            yield from (child for child in children(attempt) if child not in self.retried)

    def _before(self, node_id: str, found: dict[str, Task]) -> Iterator[str]:
        """Yield the tasks beside a node that come before it: those that have it as their child."""
        parent = found[node_id].parent_task_id
        for other in self.parents.get(node_id, ()):
            task = found.get(self.retried.get(other, other))
            if task is not None and task.parent_task_id == parent and task.node_id != node_id:
                yield task.task_id

    def _pods(self, attempts: list[tuple[str, JsonDict]]) -> Iterator[Pod]:
        number = 0
        for node_id, node in attempts:
            if text(node, "type") == "Pod":
                number += 1
                template = text(node, "templateName")
                name = pod_name(self.name, template, node_id) if template else node_id
                yield Pod(name, node_id, "main", number, state_of(text(node, "phase")))


def _path(task: Task, found: dict[str, Task]) -> tuple[str, ...]:
    names: list[str] = []
    one: Task | None = task
    while one is not None and one.display_name != "root" and len(names) < len(found):
        names.append(one.display_name)
        one = found.get(one.parent_task_id)
    return tuple(reversed(names))


def children(node: JsonObject) -> tuple[str, ...]:
    """Return the ids of a node's children."""
    listed = node.get("children")
    found = listed if isinstance(listed, list) else ()
    return tuple(child for child in found if isinstance(child, str))


def _values(sides: JsonObject) -> JsonDict:
    """Return what a node was given or has put out: values, and where artifacts are kept."""
    values = {text(item, "name"): item.get("value") for item in objects(sides, "parameters")}
    for item in objects(sides, "artifacts"):
        values[text(item, "name")] = text(mapping(item, "s3"), "key")
    return values
