"""The routes of the Kubernetes API that a notebook needs, with their RBAC.

They are served beside those of Pipelines, on the same address. A pod finds the real ones at
`KUBERNETES_SERVICE_HOST`, and signs in with its ordinary token, which Pipelines does not accept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from . import logs, object_store, pods
from .cluster import Cluster
from .faults import Faults
from .kubernetes_answers import (
    Object,
    Refused,
    Target,
    compressed,
    forbidden,
    json_object,
    list_object,
    status_object,
)
from .notebook import Conflict, Notebook, UnknownFormat
from .routing import Call, Reply
from .state import stamp
from .tokens import Issuer, ReviewError, ServiceAccount
from .watch import Collection, Expired, Invalid, Selection, lines, matches

CLUSTER_AUDIENCE = "https://kubernetes.default.svc.cluster.local"
MOUNT = Path("var/run/secrets/kubernetes.io/serviceaccount")

_READ = ("get", "list", "watch")
_WRITE = ("patch", "update")
EDIT = frozenset(
    f"{resource}/{verb}"
    for resource, verbs in {
        "kubeflow.org/notebooks": (*_READ, *_WRITE),
        "kubeflow.org/poddefaults": _READ,
        "kubeflow.org/scheduledworkflows": (*_READ, *_WRITE, "create", "delete"),
        "/secrets": _READ,
        "/configmaps": _READ,
        "argoproj.io/workflows": (*_READ, *_WRITE, "create", "delete"),
        "/pods": _READ,
        "/pods/log": ("get",),
        "/events": _READ,
    }.items()
    for verb in verbs
)
"""What kubeflow-edit allows of what is served here, as `group/resource/verb`."""

_TOKEN_LIFETIME = 365 * 86400.0  # seconds
_ROUTE = re.compile(
    r"/(?:api|apis/(?P<group>[^/]+\.[^/]+))/(?P<version>v\w+)"
    r"(?:/namespaces/(?P<namespace>[^/]+))?/(?P<resource>\w+)"
    r"(?:/(?P<name>[^/]+)(?:/(?P<sub>\w+))?)?"
)
_REVIEW = re.compile(r"/apis/authorization\.k8s\.io/v1/selfsubjectaccessreviews")
_VERBS = {"POST": "create", "PATCH": "patch", "PUT": "update", "DELETE": "delete"}


class Kubernetes:
    """One namespace with one notebook, as its own pod sees them.

    Attributes:
        allowed: what the pod's account may do, as `group/resource/verb`; tests may change it. The
            core group is empty: `/serviceaccounts/token/create`.
        poddefaults: the PodDefault objects of the namespace.
    """

    def __init__(
        self,
        cluster: Cluster,
        faults: Faults,
        issuer: Issuer,
        account: ServiceAccount,
        root: Path,
        on_restart: Callable[[bool, bool], None],
    ) -> None:
        self.name = "notebook"
        self.allowed: set[str] = set(EDIT)
        self.poddefaults: list[Object] = []
        self._notebook = Notebook(self.name, account, cluster.clock, on_restart)
        self._cluster = cluster
        self._faults = faults
        self._issuer = issuer
        self._account = account
        self._directory = root / MOUNT

    @property
    def notebook(self) -> Object:
        """The Notebook object."""
        return self._notebook.document

    @property
    def restarts(self) -> int:
        """How often a change of the Notebook has restarted the pod."""
        return self._notebook.restarts

    @property
    def directory(self) -> Path:
        """Where the ordinary token and the namespace of the pod are mounted."""
        return self._directory

    def mount(self, certificate: Path | None) -> None:
        """Write the files that every pod has; `ca.crt` only if there is a certificate."""
        self._directory.mkdir(parents=True, exist_ok=True)
        token = self._issuer.issue(self._account, CLUSTER_AUDIENCE, _TOKEN_LIFETIME)
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
                raise Refused(404, "the server could not find the requested resource")
            parts = {key: unquote(value or "") for key, value in match.groupdict().items()}
            reply = self._resource(call, user, Target(**parts))
        except Refused as refused:
            return refused.reply
        return compressed(call, reply)

    def _authenticate(self, call: Call) -> str:
        try:
            scheme, _, token = (call.headers.get("Authorization") or "").partition(" ")
            if scheme != "Bearer":
                raise ReviewError
            return self._issuer.review(token, CLUSTER_AUDIENCE)
        except ReviewError:
            raise Refused(401, "Unauthorized") from None

    def _may(self, user: str, namespace: str, pair: str) -> bool:
        own = (self._account.user, self._account.namespace)
        return (user, namespace) == own and pair in self.allowed

    def _review(self, call: Call, user: str) -> Reply:
        review = json_object(call)
        asked = (review.get("spec") or {}).get("resourceAttributes") or {}
        resource = "/".join(filter(None, (asked.get("resource"), asked.get("subresource"))))
        pair = f"{asked.get('group', '')}/{resource}/{asked.get('verb', '')}"
        allowed = self._may(user, str(asked.get("namespace", "")), pair)
        status: Object = {"allowed": allowed}
        if allowed:
            own = f"{self._account.name}/{self._account.namespace}"
            status["reason"] = (
                f'RBAC: allowed by RoleBinding "{own}" of ClusterRole "kubeflow-edit" '
                f'to ServiceAccount "{own}"'
            )
        return Reply.of_json({**review, "metadata": {}, "status": status}, 201)

    def _resource(self, call: Call, user: str, target: Target) -> Reply:
        watch = call.query.get("watch", "") in ("1", "true")
        verb = _VERBS.get(call.method) or ("watch" if watch else "get" if target.name else "list")
        if not self._may(user, target.namespace, f"{target.group}/{target.full}/{verb}"):
            raise forbidden(user, verb, target)
        collection = self._cluster.collections.get((target.group, target.resource))
        if collection:
            return self._changing(call, target, verb, collection)
        return self._own(call, target, verb)

    def _own(self, call: Call, target: Target, verb: str) -> Reply:
        """Answer about what the notebook needs for its repair, and to read artifacts."""
        api_version = f"{target.group}/{target.version}"
        match target.group, target.full, verb:
            case "", "serviceaccounts/token", "create":
                return self._token_request(call, target.name)
            case "", "secrets", "get" if target.name == object_store.SECRET:
                return Reply.of_json(object_store.secret(target.namespace))
            case "", "secrets" | "configmaps", "get":
                raise target.missing()
            case "kubeflow.org", "poddefaults", "list":
                return Reply.of_json(list_object(api_version, "PodDefaultList", self.poddefaults))
            case "kubeflow.org", "notebooks", "list":
                return Reply.of_json(list_object(api_version, "NotebookList", [self.notebook]))
            case "kubeflow.org", "notebooks", "get" | "patch":
                if target.name != self.name:
                    raise target.missing()
                return self._patch(call) if verb == "patch" else Reply.of_json(self.notebook)
            case "", "pods" | "events", "list":
                return self._list_pods(call, target)
            case "", "pods" | "pods/log", "get":
                return self._pod(call, target)
        raise Refused(404, "the server could not find the requested resource")

    def _list_pods(self, call: Call, target: Target) -> Reply:
        """Pods, or events about them."""
        selector, fields = (
            call.query.get("label_selector", ""),
            call.query.get("field_selector", ""),
        )
        found = list(self._cluster.pods(target.namespace))
        if target.resource == "events":
            items = [event for row, node in found for event in pods.events(row, node)]
            kind = "EventList"
        else:
            items = [pods.pod(row, node) for row, node in found if pods.exists(node)]
            kind = "PodList"
        try:
            items = [item for item in items if matches(item, selector, fields)]
        except Invalid as error:
            raise Refused(400, str(error)) from None
        return Reply.of_json(list_object("v1", kind, items))

    def _pod(self, call: Call, target: Target) -> Reply:
        """A pod, or the log of one of its containers."""
        found = self._cluster.pods(target.namespace)
        named = ((row, node) for row, node in found if node.pod_name == target.name)
        row, node = next(named, (None, None))
        if not row or not node or not pods.exists(node):
            raise target.missing()
        if not target.sub:
            return Reply.of_json(pods.pod(row, node))
        container = call.query.get("container", "main")
        if node.view.state == "PENDING":
            raise Refused(
                400,
                f'container "{container}" in pod "{target.name}" is waiting to start: '
                "PodInitializing",
            )
        lines = logs.log(node, self._cluster.clock.time(), container)
        if "tail_lines" in call.query:
            lines = lines[-int(call.query["tail_lines"]) :]
        text = logs.text(lines, timestamps=call.query.get("timestamps") == "true")
        limit = int(call.query.get("limit_bytes") or 0)
        reply = Reply.of_text(text, 200)
        reply.body = reply.body[:limit] if limit else reply.body
        return reply

    def _changing(self, call: Call, target: Target, verb: str, collection: Collection) -> Reply:
        """Answer about objects that change by themselves."""
        self._cluster.update()
        query = call.query
        selection = Selection(
            target.namespace,
            query.get("label_selector", ""),
            query.get("field_selector", ""),
            "as=PartialObjectMetadata" in (call.headers.get("Accept") or ""),
        )
        try:
            if verb == "watch":
                return self._watch(call, selection, collection)
            if verb == "list":
                limit = int(query.get("limit") or 0)
                return Reply.of_json(collection.page(selection, limit, query.get("continue", "")))
        except Invalid as error:
            raise Refused(400, str(error)) from None
        event = collection.find((target.namespace, target.name))
        if verb != "get":
            raise Refused(405, "the server does not allow this method on the requested resource")
        if event is None:
            raise target.missing()
        return Reply.of_json(selection.form(event))

    def _watch(self, call: Call, selection: Selection, collection: Collection) -> Reply:
        query = call.query
        if query.get("send_initial_events") == "true":
            text = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is"
            raise Refused(
                422,
                'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: '
                f"{text} enabled",
                group="meta.k8s.io",
                kind="ListOptions",
            )
        try:
            if self._faults.take("watch-expired", call.path):
                collection.compact()
            since = collection.check_version(query.get("resource_version", ""))
        except Expired as error:
            return Reply.of_stream(lines(("ERROR", status_object(410, str(error)))))
        except Invalid as error:  # the real one says 500 without a reason
            raise Refused(500, str(error)) from None
        broken = self._faults.take("watch-dropped", call.path) is not None
        return Reply.of_stream(
            collection.watch(
                selection,
                since,
                broken=broken,
                timeout=float(query.get("timeout_seconds") or 0),
                bookmarks=query.get("allow_watch_bookmarks") in ("1", "true"),
            )
        )

    def _token_request(self, call: Call, name: str) -> Reply:
        request = json_object(call)
        given = request.get("spec") or {}
        seconds = int(given.get("expirationSeconds") or 3600)
        if seconds < 600:
            raise Refused(
                422,
                "spec.expirationSeconds: Invalid value: "
                f"{seconds}: may not specify a duration less than 10 minutes",
            )
        audience = (given.get("audiences") or [CLUSTER_AUDIENCE])[0]
        account = ServiceAccount(self._account.namespace, name)
        status = {
            "token": self._issuer.issue(account, audience, seconds),
            "expirationTimestamp": stamp(self._cluster.clock.time() + seconds),
        }
        spec = {**given, "expirationSeconds": seconds}
        return Reply.of_json({**request, "metadata": {}, "spec": spec, "status": status}, 201)

    def _patch(self, call: Call) -> Reply:
        kind = call.headers.get("Content-Type") or ""
        try:
            dry_run = call.query.get("dry_run") == "All"
            return Reply.of_json(self._notebook.patch(kind, call.body, dry_run=dry_run))
        except UnknownFormat:
            raise Refused(415, "the body of the request was in an unknown format") from None
        except ValueError as error:
            text = f"the server rejected our request due to an error: {error}"
            raise Refused(422, text) from None
        except Conflict:
            raise Refused(
                409,
                f'Operation cannot be fulfilled on notebooks.kubeflow.org "{self.name}": the '
                "object has been modified; please apply your changes to the latest version and "
                "try again",
            ) from None
