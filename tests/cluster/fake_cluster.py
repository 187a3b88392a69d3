"""A small API server of Kubernetes that lists and watches workflows as a real one does."""

from __future__ import annotations

import gzip
import json
import queue
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jupyter_kfp_auth.cluster.client import Kubernetes

from ..pod import make_token

NAMESPACE = "team-a"
_END = object()
_DROP = object()

Object = dict[str, Any]


class FakeCluster:
    """Workflows that a test changes; each change reaches the watches that are open.

    Attributes:
        allowed: the verbs on workflows that the account has.
        requests: path and query of each request.
        oldest: versions before this one are too old for a watch.
        watches: how many are open.
    """

    def __init__(self, directory: Path) -> None:
        self.allowed = {"list", "watch", "get"}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.accepted: list[str] = []
        self.oldest = 0
        self.failing = 0
        self.opened: queue.Queue[str] = queue.Queue()
        self._directory = directory
        self._version = 100
        self._workflows: dict[str, Object] = {}
        self._log: list[tuple[int, Object]] = []
        self._queues: list[queue.Queue[Any]] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        (directory / "token").write_text(make_token(aud=["https://kubernetes.default.svc"]))
        (directory / "namespace").write_text(NAMESPACE)

    def __enter__(self) -> FakeCluster:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.end_watches()
        self._server.shutdown()
        self._server.server_close()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "KUBERNETES_SERVICE_HOST": "127.0.0.1",
            "KUBERNETES_SERVICE_PORT": str(self._server.server_address[1]),
            "KF_SERVICE_ACCOUNT_DIRECTORY": str(self._directory),
        }

    @property
    def watches(self) -> int:
        return len(self._queues)

    def connect(self) -> Kubernetes:
        return Kubernetes(self._directory, self.environment)

    def count(self, kind: str) -> int:
        """Count the requests of a kind: ``list``, ``watch``, ``get`` or ``review``."""
        return sum(_kind(path, query) == kind for path, query in self.requests)

    def put(self, run_id: str, phase: str = "", *, persisted: bool = False, **more: Any) -> None:
        """Make or change the workflow of a run, as Argo and Pipelines do."""
        name = f"w-{run_id}"
        labels = {"pipeline/runid": run_id}
        if phase:
            ended = phase in ("Succeeded", "Failed", "Error")
            labels["workflows.argoproj.io/completed"] = "true" if ended else "false"
            labels["workflows.argoproj.io/phase"] = phase
        if persisted:
            labels["pipeline/persistedFinalState"] = "true"
        workflow: Object = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Workflow",
            "metadata": {
                "name": name,
                "namespace": NAMESPACE,
                "labels": labels,
                "annotations": {"pipelines.kubeflow.org/run_name": f"run {run_id}"},
                "managedFields": [{"manager": "apiserver", "operation": "Update"}],
            },
            **more,
        }
        kind = "MODIFIED" if name in self._workflows else "ADDED"
        self._workflows[name] = workflow
        self._tell(kind, workflow)

    def delete(self, run_id: str) -> None:
        self._tell("DELETED", self._workflows.pop(f"w-{run_id}"))

    def bookmark(self) -> None:
        self._version += 7
        metadata = {"resourceVersion": str(self._version)}
        self._send({"type": "BOOKMARK", "object": {"kind": "Workflow", "metadata": metadata}})

    def send(self, line: bytes) -> None:
        """Send a line as it is to every watch."""
        self._send(line)

    def end_watches(self) -> None:
        """End every watch as the server does when its time is over."""
        self._send(_END)

    def drop_watches(self) -> None:
        """Break every connection of a watch."""
        self._send(_DROP)

    def forget(self) -> None:
        """Let every version so far be too old."""
        self.oldest = self._version + 1

    # -- In the server's threads ------------------------------------------------------------------

    def _tell(self, kind: str, workflow: Object) -> None:
        self._version += 1
        workflow["metadata"]["resourceVersion"] = str(self._version)
        event = {"type": kind, "object": json.loads(json.dumps(workflow))}
        with self._lock:
            self._log.append((self._version, event))
            for one in self._queues:
                one.put(event)

    def _send(self, what: Any) -> None:
        with self._lock:
            for one in self._queues:
                one.put(what)

    def listed(self, query: Mapping[str, str], partial: bool) -> Object:
        chosen = [w for w in self._workflows.values() if _selected(w, query)]
        begin, size = int(query.get("continue", 0)), int(query.get("limit", 500))
        metadata = {"resourceVersion": str(self._version)}
        if len(chosen) > begin + size:
            metadata["continue"] = str(begin + size)
        items = [_partial(w) if partial else w for w in chosen[begin : begin + size]]
        kind = "PartialObjectMetadataList" if partial else "WorkflowList"
        return {"kind": kind, "apiVersion": "v1", "metadata": metadata, "items": items or None}

    @contextmanager
    def watched(self, query: Mapping[str, str]) -> Iterator[Iterator[Any]]:
        version = int(query["resourceVersion"])
        mine: queue.Queue[Any] = queue.Queue()
        with self._lock:
            for at, event in self._log:
                if at > version:
                    mine.put(event)
            self._queues.append(mine)
        self.opened.put(query["resourceVersion"])
        try:
            yield iter(mine.get, None)
        finally:
            with self._lock:
                self._queues.remove(mine)

    def workflow(self, name: str) -> Object | None:
        return self._workflows.get(name)

    @property
    def version(self) -> int:
        return self._version


def _handler(cluster: FakeCluster) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            cluster.requests.append((self.path, {}))
            asked = body["spec"]["resourceAttributes"]
            own = asked["namespace"] == NAMESPACE and asked["resource"] == "workflows"
            allowed = own and asked["group"] == "argoproj.io" and asked["verb"] in cluster.allowed
            self._json(201, {**body, "status": {"allowed": allowed}})

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            cluster.requests.append((parts.path, query))
            cluster.accepted.append(self.headers["Accept"])
            kind = _kind(parts.path, query)
            if cluster.failing:
                cluster.failing -= 1
                self._refuse(503, "etcdserver: leader changed")
            elif not self.headers["Authorization"].startswith("Bearer "):
                self._refuse(401, "Unauthorized")
            elif kind not in cluster.allowed:
                self._refuse(403, f'workflows.argoproj.io is forbidden: User "x" cannot {kind}')
            elif kind == "get":
                found = cluster.workflow(parts.path.rsplit("/", 1)[1])
                self._json(200, found) if found else self._refuse(404, "not found")
            elif kind == "list":
                self._json(200, cluster.listed(query, "PartialObject" in self.headers["Accept"]))
            else:
                self._watch(query)

        def _watch(self, query: Mapping[str, str]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            if int(query["resourceVersion"]) < cluster.oldest:
                said = f"too old resource version: {query['resourceVersion']} ({cluster.oldest})"
                status = {"kind": "Status", "message": said, "reason": "Expired", "code": 410}
                self._chunk({"type": "ERROR", "object": status})
                self.wfile.write(b"0\r\n\r\n")
                return
            with cluster.watched(query) as events, suppress(OSError):
                for event in events:
                    if event is _END:
                        self.wfile.write(b"0\r\n\r\n")
                        return
                    if event is _DROP:
                        self.close_connection = True
                        return
                    if isinstance(event, bytes):
                        self._write(event)
                    elif event["type"] == "BOOKMARK" or _selected(event["object"], query):
                        self._chunk({**event, "object": _partial(event["object"])})

        def _chunk(self, event: Object) -> None:
            line = json.dumps(event).encode() + b"\n"
            self._write(line[:20])  # lines and chunks need not end together
            self._write(line[20:])

        def _write(self, data: bytes) -> None:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

        def _refuse(self, code: int, said: str) -> None:
            status = {"kind": "Status", "status": "Failure", "message": said, "code": code}
            self._json(code, status)

        def _json(self, code: int, document: Object) -> None:
            data = gzip.compress(json.dumps(document).encode())
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler


def _kind(path: str, query: Mapping[str, str]) -> str:
    if path.endswith("selfsubjectaccessreviews"):
        return "review"
    if not path.endswith("/workflows"):
        return "get"
    return "watch" if "watch" in query else "list"


def _selected(workflow: Object, query: Mapping[str, str]) -> bool:
    name, _, value = query.get("labelSelector", "").partition("=")
    labels = workflow["metadata"].get("labels", {})
    return not name or (name in labels and (not value or labels[name] == value))


def _partial(document: Object) -> Object:
    metadata = document["metadata"]
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata}
