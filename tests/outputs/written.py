"""Runs as KFP's drivers and launchers write them to ML Metadata, made by hand for the tests."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

Json = dict[str, Any]


class Written:
    """One run. Each method that adds a task returns its number, the parent of those in it.

    Args:
        run_id: a UUID, by default a new one.
        session: the decoded ``store_session_info`` of its pipeline root.
        inputs: the run's parameters; the root has none where there are none.
    """

    def __init__(
        self, run_id: str = "", session: Json | None = None, inputs: Json | None = None
    ) -> None:
        self.run_id = run_id or str(uuid4())
        self.root = f"minio://mlpipeline/v2/artifacts/pipeline/{self.run_id}"
        self.session = json.dumps(session or {"Provider": "minio", "Params": {"fromEnv": "true"}})
        self.executions: list[Json] = []
        given = {"task_name": "", "display_name": ""}
        self._add("DAG", "RUNNING", given | ({"inputs": inputs} if inputs else {}))

    def as_dict(self) -> Json:
        return {
            "run_id": self.run_id,
            "context": {
                "namespace": "team-a",
                "resource_name": "run-resource",
                "pipeline_root": self.root,
                "store_session_info": self.session,
            },
            "executions": self.executions,
        }

    def task(
        self,
        key: str,
        parent: int = 0,
        *,
        name: str = "",
        state: str = "COMPLETE",
        inputs: Json | None = None,
        outputs: Json | None = None,
        read: tuple[Json, ...] = (),
        wrote: tuple[Json, ...] = (),
        logs: int = 1,
        cached_from: int | None = None,
    ) -> int:
        """A container task with its log; a failed or running one has no outputs."""
        properties: Json = {
            "task_name": key,
            "display_name": name or key,
            "pod_name": "" if state == "CACHED" else f"run-{key}",
            "namespace": "team-a",
            "image": "",
            "inputs": inputs or {},
        }
        if state in ("COMPLETE", "CACHED"):
            properties["outputs"] = outputs or {}
        folder = f"{self.root}/{key}/{uuid4()}"
        kept = [
            {
                "name": "executor-logs",
                "type": "system.Artifact",
                "uri": f"{folder}/executor-logs-{n}",
                "display_name": "executor-logs",
            }
            for n in range(logs if state != "CACHED" else 0)
        ]
        item: Json = {"read": list(read), "wrote": [*wrote, *kept]}
        if cached_from is not None:
            item["cached_from"] = cached_from
        return self._add("Container", state, properties, parent, **item)

    def group(
        self,
        key: str,
        parent: int = 0,
        *,
        name: str = "",
        state: str = "RUNNING",
        inputs: Json | None = None,
        rounds: int | None = None,
        turn: int | None = None,
        parameters: Json | None = None,
        artifacts: Json | None = None,
    ) -> int:
        """A sub-pipeline, a condition, a loop (``rounds``) or a round of one (``turn``)."""
        properties: Json = {
            "task_name": key,
            "display_name": name or key,
            "inputs": inputs or {},
            "total_dag_tasks": 1,
        }
        if rounds is not None:
            properties["iteration_count"] = rounds
        if turn is not None:
            properties["iteration_index"] = turn
        if parameters:
            properties["parameter_producer_task"] = {
                k: json.dumps(v) for k, v in parameters.items()
            }
        if artifacts:
            properties["artifact_producer_task"] = json.dumps(artifacts)
        return self._add("DAG", state, properties, parent)

    def importer(self, name: str, uri: str, kind: str, metadata: Json) -> int:
        """An importer: it goes by its display name, where it has one."""
        artifact = {"name": "artifact", "type": kind, "uri": uri, "metadata": metadata}
        artifact["store_session_info"] = '{"Provider":"minio","Params":{"fromEnv":"true"}}'
        properties = {"task_name": name, "display_name": ""}
        return self._add("Importer", "COMPLETE", properties, 0, wrote=[artifact])

    def artifact(self, name: str, kind: str, metadata: Json | None = None, uri: str = "") -> Json:
        """An artifact of a task of this run."""
        return {
            "name": name,
            "type": kind if "." in kind else f"system.{kind}",
            "uri": uri or f"{self.root}/task/{uuid4()}/{name}",
            "metadata": metadata or {},
            "display_name": name,
            "store_session_info": self.session,
        }

    def _add(
        self, kind: str, state: str, properties: Json, parent: int | None = None, **more: Any
    ) -> int:
        item = {"kind": kind, "state": state, "properties": properties, **more}
        if parent is not None:
            item["parent"] = parent
        self.executions.append(item)
        return len(self.executions) - 1
