"""The Notebook that the pod belongs to, which a notebook may patch to mount a token."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable
from typing import Any

import jsonpatch
from jsonpointer import JsonPointerException

from .clock import Clock
from .state import stamp
from .tokens import AUDIENCE, ServiceAccount

Object = dict[str, Any]


class UnknownFormat(Exception):
    """A patch of a kind that is not understood."""


class Conflict(Exception):
    """A patch of an older version."""


class Notebook:
    """A Notebook whose pod restarts when its template changes.

    Attributes:
        document: the object.
        restarts: how often a change has restarted the pod.
    """

    def __init__(
        self,
        name: str,
        account: ServiceAccount,
        clock: Clock,
        on_restart: Callable[[bool, bool], None],
    ) -> None:
        self.name = name
        self.document = _document(name, account, clock)
        self.restarts = 0
        self._on_restart = on_restart

    def patch(self, kind: str, body: bytes, *, dry_run: bool) -> Object:
        """The patched object. Raises UnknownFormat, Conflict, ValueError."""
        changed = _patched(self.document, kind, body)
        version = self.document["metadata"]["resourceVersion"]
        if changed["metadata"].get("resourceVersion") != version:
            raise Conflict
        if changed != self.document and not dry_run:
            changed["metadata"]["resourceVersion"] = str(int(version) + 1)
            before, self.document = self.document, changed
            if before["spec"] != changed["spec"]:
                self.restarts += 1
                self._on_restart(mounts_token(before), mounts_token(changed))
        return changed


def mounts_token(notebook: Object) -> bool:
    """Whether the pod of the notebook has a projected token for Pipelines."""
    pod = notebook["spec"]["template"]["spec"]
    names = {
        volume["name"]
        for volume in pod.get("volumes") or []
        for source in (volume.get("projected") or {}).get("sources") or []
        if (source.get("serviceAccountToken") or {}).get("audience") == AUDIENCE
    }
    mounts: Iterable[Object] = (pod["containers"][0] or {}).get("volumeMounts") or []
    return any(mount.get("name") in names for mount in mounts)


def _patched(document: Object, kind: str, body: bytes) -> Object:
    patch = json.loads(body)
    if kind.startswith("application/merge-patch+json"):
        return dict(_merge(document, patch))
    if not kind.startswith("application/json-patch+json"):
        raise UnknownFormat
    try:
        return dict(jsonpatch.apply_patch(copy.deepcopy(document), list(patch)))
    except (jsonpatch.JsonPatchException, JsonPointerException) as error:
        raise ValueError(str(error)) from None
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError(repr(error)) from None


def _merge(target: Any, patch: Any) -> Any:
    """A JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merge(result.get(name), value)
    return result


def _document(name: str, account: ServiceAccount, clock: Clock) -> Object:
    container = {
        "name": name,
        "image": "ghcr.io/kubeflow/kubeflow/notebook-servers/jupyter-scipy:v1.10.0",
        "env": [],
        "volumeMounts": [{"mountPath": "/home/jovyan", "name": "home"}],
    }
    volume = {"name": "home", "persistentVolumeClaim": {"claimName": f"{name}-volume"}}
    pod = {"serviceAccountName": account.name, "containers": [container], "volumes": [volume]}
    return {
        "apiVersion": "kubeflow.org/v1",
        "kind": "Notebook",
        "metadata": {
            "name": name,
            "namespace": account.namespace,
            "creationTimestamp": stamp(clock.time()),
            "resourceVersion": "1000",
            "labels": {"app": name},
            "annotations": {},
        },
        "spec": {"template": {"spec": pod}},
    }
