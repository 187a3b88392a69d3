"""The pods of a run: how they are, why they wait or were killed, and what they print."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from ..http.stream import Stream
from ..http.strict_json import Json, JsonObject
from .client import Kubernetes
from .workflows import RUN_LABEL

#: Argo's annotations with a node's id and full name.
_NODE_ID = "workflows.argoproj.io/node-id"
_NODE_NAME = "workflows.argoproj.io/node-name"

#: Pods in one answer of a list, and in all.
_PAGE, _MOST = 250, 5000

#: Seconds that a container's log may take: half a gigabyte over a slow network.
_LONGEST = 900.0


@dataclass(frozen=True, slots=True)
class RunPod:
    """A pod of a run, as the cluster has it.

    Attributes:
        name: of the pod.
        node_id: of its node in the Argo workflow; empty where only the name is noted.
        node_name: the full name of that node.
        phase: such as ``Pending`` or ``Failed``.
        said: why it waits, or what ended it, in Kubernetes' words; empty for nothing.
        began: whether its main container has begun, so that there may be a log.
        ended: whether it has ended.
    """

    name: str
    node_id: str = ""
    node_name: str = ""
    phase: str = ""
    said: str = ""
    began: bool = False
    ended: bool = False

    @classmethod
    def of(cls, document: Json) -> RunPod | None:
        """Read a pod; ``None`` for what is none."""
        metadata = _mapping(_mapping(document).get("metadata"))
        notes = _mapping(metadata.get("annotations"))
        status = _mapping(_mapping(document).get("status"))
        phase = _text(status, "phase")
        found = cls(
            name=_text(metadata, "name"),
            node_id=_text(notes, _NODE_ID),
            node_name=_text(notes, _NODE_NAME),
            phase=phase,
            said=said_of(status),
            began=_began(status),
            ended=phase in ("Succeeded", "Failed"),
        )
        return found if found.name else None


class Pods:
    """The pods of one run.

    Args:
        kubernetes: the cluster's API.
        namespace: that they are in.
        run_id: of the run.
    """

    def __init__(self, kubernetes: Kubernetes, namespace: str, run_id: str) -> None:
        self._kubernetes = kubernetes
        self._selector = f"{RUN_LABEL}={run_id}"
        place = f"/api/v1/namespaces/{quote(namespace, safe='')}"
        self._path, self._events = f"{place}/pods", f"{place}/events"

    def list(self) -> tuple[RunPod, ...]:
        """Return the pods that there are. Raises `KubernetesError`."""
        params = {"labelSelector": self._selector, "limit": str(_PAGE)}
        found: list[RunPod] = []
        while True:
            page = self._kubernetes.get(self._path, params)
            items = page.get("items")
            pods = map(RunPod.of, items if isinstance(items, list) else ())
            found += [pod for pod in pods if pod is not None]
            token = _text(_mapping(page.get("metadata")), "continue")
            if not token or token == params.get("continue") or len(found) >= _MOST:
                return tuple(found)
            params["continue"] = token

    def warning(self, pod: str) -> str:
        """Return the newest warning about a pod; empty for none. Raises `KubernetesError`."""
        selector = f"involvedObject.kind=Pod,involvedObject.name={pod},type=Warning"
        items = self._kubernetes.get(self._events, {"fieldSelector": selector}).get("items")
        events = [e for e in items if isinstance(e, dict)] if isinstance(items, list) else []
        if not events:
            return ""
        last = max(events, key=lambda event: _text(event, "lastTimestamp"))
        return f"{_text(last, 'reason')}: {_text(last, 'message')}"

    @contextmanager
    def log(
        self, pod: str, container: str = "main", *, follow: bool = False, tail: int | None = None
    ) -> Iterator[Stream]:
        """Open the log of a container.

        Args:
            pod: its name.
            container: ``main`` runs the code.
            follow: go on until the container ends.
            tail: only the last lines.

        Raises:
            KubernetesError: there is none, or it may not be read; also while it is read.
        """
        params = {"container": container} | ({"follow": "true"} if follow else {})
        params |= {"tailLines": str(tail)} if tail is not None else {}
        path = f"{self._path}/{quote(pod, safe='')}/log"
        with self._kubernetes.stream(path, params, accept="*/*", seconds=_LONGEST) as stream:
            yield stream


def said_of(status: JsonObject) -> str:
    """Return why a pod waits, or what ended it, from its status.

    The container that runs the code comes first, then those around it, then the pod as a whole.
    """
    containers = _objects(status, "containerStatuses")
    main = [one for one in containers if _text(one, "name") == "main"]
    around = [one for one in containers if one not in main]
    around += _objects(status, "initContainerStatuses")
    for found in (*map(_killed, main), *map(_waits, (*main, *around))):
        if found:
            return found
    reason, message = _text(status, "reason"), _text(status, "message")
    if reason:
        return f"{reason}: {message}" if message else reason
    for condition in _objects(status, "conditions"):
        if _text(condition, "type") == "PodScheduled" and _text(condition, "status") == "False":
            return f"{_text(condition, 'reason')}: {_text(condition, 'message')}"
    if message:
        return message
    return next(filter(None, map(_killed, around)), "")


def _killed(container: JsonObject) -> str:
    state = _mapping(container.get("state"))
    ended = _mapping(state.get("terminated")) or _mapping(
        _mapping(container.get("lastState")).get("terminated")
    )
    code = ended.get("exitCode")
    reason, message = _text(ended, "reason"), _text(ended, "message")
    if not isinstance(code, int) or code == 0:
        return ""
    named = "" if reason in ("", "Error") else f"{reason} "
    return f"{named}(exit code {code})" + (f": {message}" if message else "")


def _waits(container: JsonObject) -> str:
    waiting = _mapping(_mapping(container.get("state")).get("waiting"))
    reason, message = _text(waiting, "reason"), _text(waiting, "message")
    return f"{reason}: {message}" if reason and message else reason


def _began(status: JsonObject) -> bool:
    for container in _objects(status, "containerStatuses"):
        if _text(container, "name") == "main":
            return "waiting" not in _mapping(container.get("state"))
    return _text(status, "phase") != "Pending"


def _objects(data: JsonObject, key: str) -> list[JsonObject]:
    found = data.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _mapping(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _text(data: JsonObject, key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""
