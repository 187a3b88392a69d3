"""The messages of v2beta1."""

from __future__ import annotations

import json
from typing import Any

from . import pipeline_spec, task_details
from .errors import ApiError
from .releases import Release
from .run_state import RunStates
from .state import message, stamp
from .store import Row


class Messages:
    """Writes rows as the given release does.

    Args:
        as_nodes: whether the tasks of a run are the nodes of its Argo Workflow.
    """

    def __init__(self, release: Release, run_states: RunStates, *, as_nodes: bool = False) -> None:
        self._release = release
        self._run_states = run_states
        self._as_nodes = as_nodes

    def experiment(self, row: Row) -> dict[str, Any]:
        """An experiment."""
        return message(
            experiment_id=row["id"],
            display_name=row["name"],
            description=row["description"],
            created_at=stamp(row["created_at"]),
            namespace=row["namespace"],
            storage_state=row["storage_state"],
            last_run_created_at=stamp(row["last_run_created_at"]),
        )

    def run(self, row: Row) -> dict[str, Any]:
        """A run with its tasks as they stand now."""
        current = self._run_states.view(row)
        if self._as_nodes:
            wrapped = self._run_states.argo_defaults
            tasks = task_details.as_nodes(row, current, wrapped=wrapped)
        else:
            tasks = task_details.as_tree(row, current)
        return message(
            experiment_id=row["experiment_id"],
            run_id=row["id"],
            display_name=row["name"],
            storage_state=row["storage_state"],
            description=row["description"],
            **_source(row),
            runtime_config=_runtime_config(row),
            service_account=row["service_account"],
            created_at=stamp(row["created_at"]),
            scheduled_at=stamp(row["scheduled_at"]),
            finished_at=stamp(current.finished_at),
            state=current.state,
            run_details=message(task_details=tasks),
            recurring_run_id=row["recurring_run_id"],
            state_history=_history(current.history),
        )

    def recurring_run(self, row: Row) -> dict[str, Any]:
        """A recurring run. It names both its mode, which is set, and its status."""
        trigger = {"trigger": json.loads(row["trigger"])}  # sent even if it is empty
        return trigger | message(
            recurring_run_id=row["id"],
            display_name=row["name"],
            description=row["description"],
            **_source(row),
            runtime_config=_runtime_config(row),
            service_account=row["service_account"],
            max_concurrency=str(row["max_concurrency"]),
            mode="ENABLE" if row["enabled"] else "DISABLE",
            created_at=stamp(row["created_at"]),
            updated_at=stamp(row["updated_at"]),
            status="ENABLED" if row["enabled"] else "DISABLED",
            no_catchup=bool(row["no_catchup"]),
            namespace=row["namespace"],
            experiment_id=row["experiment_id"],
        )

    def pipeline(self, row: Row) -> dict[str, Any]:
        """A pipeline."""
        return message(
            pipeline_id=row["id"],
            display_name=row["display_name"],
            name=row["name"] if self._release.has_names else "",
            description=row["description"],
            created_at=stamp(row["created_at"]),
            namespace=row["namespace"],
            tags=json.loads(row["tags"]) if self._release.has_tags else {},
        )

    def version(self, row: Row) -> dict[str, Any]:
        """A pipeline version with its document."""
        url = row["package_url"]
        return message(
            pipeline_id=row["pipeline_id"],
            pipeline_version_id=row["id"],
            display_name=row["display_name"],
            name=row["name"] if self._release.has_names else "",
            description=row["description"],
            created_at=stamp(row["created_at"]),
            package_url={"pipeline_url": url} if url else None,
            code_source_url=row["code_source_url"],
            pipeline_spec=pipeline_spec.parse(row["spec"]).struct(),
            tags=json.loads(row["tags"]) if self._release.has_tags else {},
        )


def _source(row: Row) -> dict[str, Any]:
    if row["pipeline_version_id"] or row["pipeline_id"]:
        reference = message(
            pipeline_id=row["pipeline_id"], pipeline_version_id=row["pipeline_version_id"]
        )
        return {"pipeline_version_reference": reference}
    if not row["spec"]:
        return {}
    try:
        return {"pipeline_spec": pipeline_spec.parse(row["spec"]).struct()}
    except ApiError as error:
        return {"error": {"code": error.code, "message": error.message}}


def _runtime_config(row: Row) -> dict[str, Any]:
    return message(parameters=json.loads(row["parameters"]), pipeline_root=row["pipeline_root"])


def _history(entries: tuple[tuple[int, str], ...]) -> list[dict[str, Any]]:
    return [{"update_time": stamp(at), "state": state} for at, state in entries]
