"""The few routes of the Kubernetes API that a notebook needs to repair its own access.

They are served beside those of Pipelines, on the same address. A pod finds the real ones at
`KUBERNETES_SERVICE_HOST`, and signs in with its ordinary token, which Pipelines does not accept.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from .clock import Clock
from .routing import Call, Reply
from .state import stamp
from .tokens import AUDIENCE, Issuer, ReviewError, ServiceAccount

CLUSTER_AUDIENCE = "https://kubernetes.default.svc.cluster.local"
_LIFETIME = 365 * 86400.0  # seconds
MOUNT = Path("var/run/secrets/kubernetes.io/serviceaccount")

EDIT = frozenset(
    {
        *(f"kubeflow.org/notebooks/{verb}" for verb in ("get", "list", "watch", "patch", "update")),
        *(f"kubeflow.org/poddefaults/{verb}" for verb in ("get", "list", "watch")),
    }
)
"""What kubeflow-edit allows of what is served here, as `group/resource/verb`."""

_ROUTE = re.compile(
    r"/(?:api|apis/(?P<group>[^/]+\.[^/]+))/(?P<version>v\w+)"
    r"/namespaces/(?P<namespace>[^/]+)/(?P<resource>\w+)"
    r"(?:/(?P<name>[^/]+)(?:/(?P<sub>\w+))?)?"
)
_REVIEW = re.compile(r"/apis/authorization\.k8s\.io/v1/selfsubjectaccessreviews")
_REASONS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    415: "UnsupportedMediaType",
    422: "Invalid",
}

Object = dict[str, Any]


class _Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.reply = Reply.of_json(
            {
                "kind": "Status",
                "apiVersion": "v1",
                "metadata": {},
                "status": "Failure",
                "message": message,
                "reason": _REASONS[status],
                "code": status,
            },
            status,
        )


class Kubernetes:
    """One namespace with one notebook, as its own pod sees them.

    Attributes:
        name: the name of the notebook.
        allowed: what the pod's account may do, as `group/resource/verb`; tests may change it. The
            core group is empty: `/serviceaccounts/token/create`.
        notebook: the Notebook object.
        poddefaults: the PodDefault objects of the namespace.
        restarts: how often a change of the Notebook has restarted the pod.
    """

    def __init__(
        self,
        clock: Clock,
        issuer: Issuer,
        account: ServiceAccount,
        root: Path,
        on_restart: Callable[[bool, bool], None],
    ) -> None:
        self.name = "notebook"
        self.allowed: set[str] = set(EDIT)
        self.poddefaults: list[Object] = []
        self.restarts = 0
        self.notebook = _notebook(self.name, account, clock)
        self._clock = clock
        self._issuer = issuer
        self._account = account
        self._on_restart = on_restart
        self._directory = root / MOUNT

    @property
    def directory(self) -> Path:
        """Where the ordinary token and the namespace of the pod are mounted."""
        return self._directory

    def mount(self, certificate: Path | None) -> None:
        """Write the files that every pod has; `ca.crt` only if there is a certificate."""
        self._directory.mkdir(parents=True, exist_ok=True)
        token = self._issuer.issue(self._account, CLUSTER_AUDIENCE, _LIFETIME)
        (self._directory / "token").write_text(token)
        (self._directory / "namespace").write_text(self._account.namespace)
        if certificate:
            (self._directory / "ca.crt").write_bytes(certificate.read_bytes())

    def environment(self, url: str) -> dict[str, str]:
        """What Kubernetes and Kubeflow set in the pod, for a server at `url`."""
        host, _, port = url.partition("://")[2].rpartition(":")
        return {
            "KUBERNETES_SERVICE_HOST": host,
            "KUBERNETES_SERVICE_PORT": port,
            "NB_PREFIX": f"/notebook/{self._account.namespace}/{self.name}",
        }

    def allow(self, *pairs: str) -> None:
        """Allow these `group/resource/verb`."""
        self.allowed.update(pairs)

    def deny(self, *pairs: str) -> None:
        """Deny these `group/resource/verb`."""
        self.allowed.difference_update(pairs)

    def serves(self, path: str) -> bool:
        """Whether the path is one of Kubernetes."""
        return bool(path.startswith("/api/") or _REVIEW.match(path) or _ROUTE.fullmatch(path))

    def answer(self, call: Call) -> Reply:
        """Answer a request."""
        try:
            user = self._authenticate(call)
            if _REVIEW.fullmatch(call.path):
                return self._review(call, user)
            match = _ROUTE.fullmatch(call.path)
            if not match:
                raise _Refused(404, "the server could not find the requested resource")
            parts = {key: unquote(value or "") for key, value in match.groupdict().items()}
            return self._resource(call, user, **parts)
        except _Refused as refused:
            return refused.reply

    def _authenticate(self, call: Call) -> str:
        try:
            scheme, _, token = (call.headers.get("Authorization") or "").partition(" ")
            if scheme != "Bearer":
                raise ReviewError
            return self._issuer.review(token, CLUSTER_AUDIENCE)
        except ReviewError:
            raise _Refused(401, "Unauthorized") from None

    def _may(self, user: str, namespace: str, pair: str) -> bool:
        own = (self._account.user, self._account.namespace)
        return (user, namespace) == own and pair in self.allowed

    def _review(self, call: Call, user: str) -> Reply:
        review = _json(call)
        asked = (review.get("spec") or {}).get("resourceAttributes") or {}
        resource = "/".join(filter(None, (asked.get("resource"), asked.get("subresource"))))
        pair = f"{asked.get('group', '')}/{resource}/{asked.get('verb', '')}"
        allowed = self._may(user, str(asked.get("namespace", "")), pair)
        status: Object = {"allowed": allowed}
        if allowed:
            status["reason"] = "RBAC: allowed by RoleBinding of ClusterRole kubeflow-edit"
        return Reply.of_json({**review, "metadata": {}, "status": status}, 201)

    def _resource(
        self, call: Call, user: str, group: str, version: str, namespace: str, resource: str,
        name: str, sub: str,
    ) -> Reply:  # fmt: skip
        verbs = {"GET": "get" if name else "list", "POST": "create", "PATCH": "patch"}
        verb = verbs.get(call.method, call.method.lower())
        full = f"{resource}/{sub}" if sub else resource
        if not self._may(user, namespace, f"{group}/{full}/{verb}"):
            subject = f"{resource}.{group}" if group else resource
            raise _Refused(
                403,
                f'{subject}{f" {json.dumps(name)}" if name else ""} is forbidden: User "{user}" '
                f'cannot {verb} resource "{full}" in API group "{group}" in the namespace '
                f'"{namespace}"',
            )
        match group, full, verb:
            case "", "serviceaccounts/token", "create":
                return self._token_request(call, name)
            case "kubeflow.org", "poddefaults", "list":
                kind = {"apiVersion": f"{group}/{version}", "kind": "PodDefaultList"}
                return Reply.of_json({**kind, "metadata": {}, "items": self.poddefaults})
            case "kubeflow.org", "notebooks", "list":
                kind = {"apiVersion": f"{group}/{version}", "kind": "NotebookList"}
                return Reply.of_json({**kind, "metadata": {}, "items": [self.notebook]})
            case "kubeflow.org", "notebooks", "get" | "patch":
                if name != self.name:
                    raise _Refused(404, f'notebooks.kubeflow.org "{name}" not found')
                return Reply.of_json(self.notebook) if verb == "get" else self._patch(call)
        raise _Refused(404, "the server could not find the requested resource")

    def _token_request(self, call: Call, name: str) -> Reply:
        request = _json(call)
        given = request.get("spec") or {}
        seconds = int(given.get("expirationSeconds") or 3600)
        if seconds < 600:
            raise _Refused(
                422,
                "spec.expirationSeconds: Invalid value: "
                f"{seconds}: may not specify a duration less than 10 minutes",
            )
        audience = (given.get("audiences") or [CLUSTER_AUDIENCE])[0]
        account = ServiceAccount(self._account.namespace, name)
        status = {
            "token": self._issuer.issue(account, audience, seconds),
            "expirationTimestamp": stamp(self._clock.time() + seconds),
        }
        spec = {**given, "expirationSeconds": seconds}
        return Reply.of_json({**request, "metadata": {}, "spec": spec, "status": status}, 201)

    def _patch(self, call: Call) -> Reply:
        kind = call.headers.get("Content-Type") or ""
        changed = copy.deepcopy(self.notebook)
        try:
            if kind.startswith("application/json-patch+json"):
                for step in json.loads(call.body):
                    _apply(changed, step)
            elif kind.startswith("application/merge-patch+json"):
                changed = _merge(changed, json.loads(call.body))
            else:
                raise _Refused(415, "the body of the request was in an unknown format")
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise _Refused(
                422, f"the server rejected our request due to an error: {error}"
            ) from None
        version = self.notebook["metadata"]["resourceVersion"]
        if changed["metadata"].get("resourceVersion") != version:
            raise _Refused(
                409,
                f'Operation cannot be fulfilled on notebooks.kubeflow.org "{self.name}": the '
                "object has been modified; please apply your changes to the latest version and "
                "try again",
            )
        if changed != self.notebook and call.query.get("dry_run") != "All":
            changed["metadata"]["resourceVersion"] = str(int(version) + 1)
            before, self.notebook = self.notebook, changed
            if before["spec"] != changed["spec"]:
                self.restarts += 1
                self._on_restart(mounts_token(before), mounts_token(changed))
        return Reply.of_json(changed)


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


def _notebook(name: str, account: ServiceAccount, clock: Clock) -> Object:
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


def _json(call: Call) -> Object:
    try:
        document = json.loads(call.body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise _Refused(400, "the object provided is unrecognized")
    return document


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


def _apply(document: Any, step: Object) -> None:
    """One operation of a JSON patch (RFC 6902): add, replace, remove or test."""
    keys = [part.replace("~1", "/").replace("~0", "~") for part in step["path"].split("/")[1:]]
    parent = document
    for key in keys[:-1]:
        parent = parent[int(key)] if isinstance(parent, list) else parent[key]
    last: Any = keys[-1]
    operation = step["op"]
    if isinstance(parent, list):
        last = len(parent) if last == "-" else int(last)
        if operation == "add":
            parent.insert(last, step["value"])
            return
        if operation == "replace":
            parent[last] = step["value"]
            return
    if operation == "test":
        if parent[last] != step["value"]:
            raise ValueError(f"testing value {step['path']} failed")
    elif operation == "remove":
        del parent[last]
    elif operation in ("add", "replace"):
        if operation == "replace" and last not in parent:
            raise ValueError(f"replace operation does not apply: {step['path']} is missing")
        parent[last] = step["value"]
    else:
        raise ValueError(f"unexpected operation {operation}")
