"""The Argo workflows behind runs: their metadata, listed and watched, and one whole workflow.

A watch of whole workflows is never compressed: nine to twenty-one megabytes for a run of a hundred
tasks. Their metadata, a few kilobytes each time, says which run it is and how far it is. A whole
workflow is asked for, compressed, for the one run that is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from ..http import strict_json
from ..http.stream import Stream
from ..http.strict_json import Json, JsonDict, JsonObject
from .client import Kubernetes, KubernetesError

GROUP = "argoproj.io"

#: Every workflow of a run has this label, with the run's id.
RUN_LABEL = "pipeline/runid"

#: Metadata alone; where a server does not know that representation, the whole objects.
_ONE = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
_MANY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"

#: Workflows in one answer of a list.
_PAGE = 250

#: Seconds that the server may take beyond the end of a watch that was agreed on.
_SLACK = 15.0


@dataclass(frozen=True, slots=True)
class WorkflowMetadata:
    """What the metadata of a workflow says about its run.

    Attributes:
        name: the workflow's name.
        run_id: of the run that it belongs to.
        display_name: the run's name; empty where it is not noted.
        resource_version: changes with every change of the workflow.
        phase: as Argo calls it, such as ``Running``; empty before Argo has seen it.
        completed: whether Argo is done with it.
        persisted: whether Pipelines has the final state.
    """

    name: str
    run_id: str
    display_name: str = ""
    resource_version: str = ""
    phase: str = ""
    completed: bool = False
    persisted: bool = False

    @classmethod
    def of(cls, document: Json) -> WorkflowMetadata | None:
        """Read the metadata of an object; ``None`` for one that is not a run's workflow."""
        metadata = _mapping(_mapping(document).get("metadata"))
        labels = _mapping(metadata.get("labels"))
        notes = _mapping(metadata.get("annotations"))
        found = cls(
            name=_text(metadata, "name"),
            run_id=_text(labels, RUN_LABEL),
            display_name=_text(notes, "pipelines.kubeflow.org/run_name"),
            resource_version=_text(metadata, "resourceVersion"),
            phase=_text(labels, "workflows.argoproj.io/phase"),
            completed=_text(labels, "workflows.argoproj.io/completed") == "true",
            persisted=_text(labels, "pipeline/persistedFinalState") == "true",
        )
        return found if found.name and found.run_id else None


@dataclass(frozen=True, slots=True)
class WorkflowEvent:
    """One line of a watch.

    Attributes:
        kind: ``ADDED``, ``MODIFIED``, ``DELETED``, or ``BOOKMARK``, which has no workflow.
        resource_version: where the watch goes on from here; empty where it does not say.
        workflow: as it is now, or was before it was deleted.
    """

    kind: str
    resource_version: str
    workflow: WorkflowMetadata | None = None


class Expired(KubernetesError):
    """The version that the watch was to go on from is too old: list again."""


class Workflows:
    """The workflows of the runs in one namespace.

    Args:
        kubernetes: the cluster's API.
        namespace: that they are in.
        run_id: only that of this run.
    """

    def __init__(self, kubernetes: Kubernetes, namespace: str, run_id: str = "") -> None:
        self._kubernetes = kubernetes
        self._namespace = namespace
        self._selector = f"{RUN_LABEL}={run_id}" if run_id else RUN_LABEL
        place = quote(namespace, safe="")
        self._path = f"/apis/{GROUP}/v1alpha1/namespaces/{place}/workflows"

    def may_watch(self) -> bool:
        """Ask whether this account may list and watch them. Raises `KubernetesError`."""
        return all(
            self._kubernetes.allows(verb, "workflows", namespace=self._namespace, group=GROUP)
            for verb in ("list", "watch")
        )

    def list(self) -> tuple[tuple[WorkflowMetadata, ...], str]:
        """Return the metadata of all, and the version that a watch goes on from.

        Raises:
            KubernetesError: the cluster could not be asked, or refused.
        """
        params = {"labelSelector": self._selector, "limit": str(_PAGE)}
        found: list[WorkflowMetadata] = []
        while True:
            page = self._kubernetes.get(self._path, params, accept=_MANY)
            items = page.get("items")
            for item in items if isinstance(items, list) else ():
                workflow = WorkflowMetadata.of(item)
                if workflow is not None:
                    found.append(workflow)
            metadata = _mapping(page.get("metadata"))
            token = _text(metadata, "continue")
            if not token or token == params.get("continue"):
                return tuple(found), _text(metadata, "resourceVersion")
            params["continue"] = token

    @contextmanager
    def watch(self, resource_version: str, seconds: int) -> Iterator[Watch]:
        """Open a watch from a version on; the server ends it after so many seconds.

        Raises:
            KubernetesError: the cluster could not be asked, or refused; also while it is read.
        """
        params = {
            "watch": "1",
            "labelSelector": self._selector,
            "allowWatchBookmarks": "true",
            "resourceVersion": resource_version,
            "timeoutSeconds": str(seconds),
        }
        with self._kubernetes.stream(
            self._path, params, accept=_ONE, seconds=seconds + _SLACK
        ) as stream:
            yield Watch(stream)

    def whole(self) -> JsonDict:
        """Return the whole workflow of one run; empty for none. Raises `KubernetesError`."""
        page = self._kubernetes.get(self._path, {"labelSelector": self._selector, "limit": "1"})
        items = page.get("items")
        found = items[0] if isinstance(items, list) and items else None
        return found if isinstance(found, dict) else {}

    def get(self, name: str) -> JsonDict:
        """Return a whole workflow; it comes compressed. Raises `KubernetesError`."""
        return self._kubernetes.get(f"{self._path}/{quote(name, safe='')}")


class Watch:
    """A watch that is open: iterate over its events, `close` it from any thread."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[WorkflowEvent]:
        """Yield the events until the server ends the watch.

        Raises:
            Expired: list again.
            KubernetesError: the server reports an error, or what it sends is no watch.
        """
        for line in self._stream.lines():
            if line.strip():
                yield _event(line)

    def close(self) -> None:
        """End the watch."""
        self._stream.close()


def _event(line: bytes) -> WorkflowEvent:
    try:
        document = _mapping(strict_json.loads(line, too_large=str))
    except ValueError:
        document = {}
    kind, found = _text(document, "type"), _mapping(document.get("object"))
    if kind == "ERROR":
        code, said = found.get("code"), _text(found, "message")
        error = Expired if code == 410 else KubernetesError
        status = code if isinstance(code, int) else None
        raise error("cluster-failed", said, status=status, facts={"said": said})
    if not kind or not found:
        said = "what came is not an event of a watch"
        raise KubernetesError("cluster-failed", said, facts={"said": said})
    version = _text(_mapping(found.get("metadata")), "resourceVersion")
    return WorkflowEvent(kind, version, None if kind == "BOOKMARK" else WorkflowMetadata.of(found))


def _mapping(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _text(data: JsonObject, key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""
