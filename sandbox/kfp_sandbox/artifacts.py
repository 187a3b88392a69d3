"""Bytes of artifacts, of which there are none, and logs of pods."""

from __future__ import annotations

import base64
from typing import Any

from . import logs
from .cluster import Cluster
from .errors import ApiError, wrapping
from .routing import Call, Reply, Router
from .runs import Runs
from .state import ServerState

_TEXT = "The sandbox runs no containers, so there is nothing to read here.\n"


class ArtifactRoutes:
    """`...artifacts/{name}:read` of both versions, and the logs of v1alpha1."""

    def __init__(self, server: ServerState, router: Router, runs: Runs, cluster: Cluster) -> None:
        self._server = server
        self._cluster = cluster
        self._runs = runs
        pattern = "/runs/{id}/nodes/{node}/artifacts/{name}:read"
        for version in ("v1beta1", "v2beta1") if server.release.has_v2 else ("v1beta1",):
            router.add("GET", f"/apis/{version}{pattern}", self._read)
        router.add("GET", "/apis/v1alpha1/runs/{id}/nodes/{node}/log", self._log)

    def _read(self, call: Call) -> dict[str, Any] | Reply:
        if self._server.release.since(2, 15):
            return self._refused(call)
        with wrapping("failed to read artifact"):
            self._runs.read_artifact(call, call.params["id"])
        return {"data": base64.b64encode(_TEXT.encode()).decode()}

    def _refused(self, call: Call) -> Reply:
        """Since 2.15 the real server loses the caller's identity on this route: always 403."""
        call.headers = {}
        try:
            self._runs.read_artifact(call, call.params["id"])
            text = ""
        except ApiError as error:
            text = error.message
        reply = Reply.of_json({"error_message": text, "error_details": text}, 403)
        reply.headers["Content-Type"] = "text/plain; charset=utf-8"
        return reply

    def _log(self, call: Call) -> Reply:
        """The log of a pod: 200 whatever happens, and no token is looked at."""
        run_id, name = call.params["id"], call.params["node"]
        row = self._server.store.get("runs", run_id)
        for node in self._cluster.nodes(row) if row else ():
            if node.pod_name == name:
                return Reply.of_text(logs.text(logs.log(node, self._server.now())), 200)
        place = f"/artifacts/{row['k8s_name'] if row else run_id}/{name}/main.log"
        error = (
            f"BadRequestError: Failed to read logs for run {run_id}: InternalServerError: Failed "
            f"to read logs from archive {name} due to error fetching the log file: "
            f'InternalServerError: Failed to get file reader for {place}: blob (key "{place}") '
            "(code=NotFound): NoSuchKey: The specified key does not exist."
        )
        reply = Reply.of_json({"error_message": error, "error_details": error})
        reply.headers["Content-Type"] = "text/plain; charset=utf-8"
        return reply
