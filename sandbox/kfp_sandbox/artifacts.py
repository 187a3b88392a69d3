"""Bytes of artifacts and logs of tasks. No container ran, so they say just that."""

from __future__ import annotations

import base64
from typing import Any

from .errors import wrapping
from .routing import Call, Reply, Router
from .run_state import view
from .runs import Runs
from .state import World

_TEXT = "The sandbox runs no containers, so there is nothing to read here.\n"


class ArtifactRoutes:
    """`...artifacts/{name}:read` of both versions, and the logs of v1alpha1."""

    def __init__(self, world: World, router: Router, runs: Runs) -> None:
        self._world = world
        self._runs = runs
        pattern = "/runs/{id}/nodes/{node}/artifacts/{name}:read"
        for version in ("v1beta1", "v2beta1") if world.release.has_v2 else ("v1beta1",):
            router.add("GET", f"/apis/{version}{pattern}", self._read)
        router.add("GET", "/apis/v1alpha1/runs/{id}/nodes/{node}/log", self._log)

    def _read(self, call: Call) -> dict[str, Any]:
        # Since 2.15 the real server loses the caller's identity on this route.
        if self._world.release.since(2, 15):
            call.headers = {}
        with wrapping("failed to read artifact"):
            self._runs.read_artifact(call, call.params["id"])
        return {"data": base64.b64encode(_TEXT.encode()).decode()}

    def _log(self, call: Call) -> Reply:
        """The log of a task: 200 whatever happens, and nobody is asked who they are."""
        row = self._world.store.get("runs", call.params["id"])
        if row is None:
            error = f"Run {call.params['id']} not found"
            return Reply.of_text(f'{{"error_message":"{error}","error_details":"{error}"}}', 200)
        node = call.params["node"]
        lines = [
            f"{task.plan.name} {task.state}"
            for task in view(row, self._world.now()).tasks
            if node in (task.plan.name, task.plan.id)
        ]
        return Reply.of_text("\n".join([*lines, _TEXT]), 200)
