"""What Pipelines makes in the cluster: Workflows of runs, ScheduledWorkflows of recurring runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from typing import Any

from . import workflow
from .nodes import ArgoNode, argo_nodes
from .run_state import FINAL, RunStates
from .state import ServerState, stamp
from .store import Row
from .watch import Collection, Key, Kind, Object

WORKFLOWS = Kind("argoproj.io", "v1alpha1", "workflows", "Workflow")
SCHEDULED = Kind("kubeflow.org", "v1beta1", "scheduledworkflows", "ScheduledWorkflow")

_LIFE_AFTER_END = 3600  # seconds, as `ttlStrategy` in KFP's manifests
_REPORT_DELAY = 1  # seconds until the persistence agent has reported the end

_Current = dict[Key, tuple[Hashable, Callable[[], Object]]]


class Cluster:
    """The objects of a server's runs and recurring runs, brought up to date by `update`."""

    def __init__(self, server: ServerState, run_states: RunStates) -> None:
        self._server = server
        self._run_states = run_states
        self._seen: tuple[int, int] | None = None
        self.clock = server.clock
        self.workflows = Collection(WORKFLOWS, server.clock)
        self.scheduled = Collection(SCHEDULED, server.clock)
        self.collections = {
            (collection.kind.group, collection.kind.resource): collection
            for collection in (self.workflows, self.scheduled)
        }

    @property
    def watched(self) -> bool:
        """Whether a watch is open."""
        return any(collection.watched for collection in self.collections.values())

    def update(self) -> None:
        """Take note of what has changed."""
        moment = (self._server.now(), self._server.store.changes)
        if moment == self._seen:
            return
        self._seen = moment
        self.workflows.update(self._workflows())
        self.scheduled.update(self._scheduled())

    def wake(self) -> None:
        """Let every open watch look at the clock."""
        for collection in self.collections.values():
            collection.wake()

    def drop(self) -> None:
        """Break every open watch."""
        for collection in self.collections.values():
            collection.drop()

    def nodes(self, row: Row) -> list[ArgoNode]:
        """The nodes of a run's workflow as they stand now."""
        current = self._run_states.view(row, self._server.now())
        wrapped = self._run_states.argo_defaults
        return argo_nodes(current, str(row["k8s_name"] or row["id"]), wrapped=wrapped)

    def pods(self, namespace: str) -> Iterator[tuple[Row, ArgoNode]]:
        """The nodes in a namespace that have or shall have a pod, while their workflow is there."""
        for row in self._alive():
            if self._key(row)[0] == namespace:
                yield from ((row, node) for node in self.nodes(row) if node.pod_name)

    def _alive(self) -> list[Row]:
        limit = self._server.now() - _LIFE_AFTER_END
        clause = ("script != '' AND (settled = 0 OR finished_at > ?)", [limit])
        return self._server.store.select("runs", [clause])

    def _key(self, row: Row) -> Key:
        return str(row["namespace"] or self._server.pod_namespace), str(row["k8s_name"])

    def _workflows(self) -> _Current:
        now = self._server.now()
        current: _Current = {}
        for row in self._alive():
            key = self._key(row)
            current[key] = self._workflow(row, now, self.workflows.state(key))
        return current

    def _workflow(
        self, row: Row, now: int, before: Hashable
    ) -> tuple[Hashable, Callable[[], Object]]:
        persisted = bool(row["settled"]) and now > row["finished_at"] + _REPORT_DELAY
        state: Hashable = ("ended", row["finished_at"], persisted)
        if state != before and not persisted:
            seen = self._run_states.view(row, now)
            if seen.state not in FINAL:
                state = (seen.state, *((view.index, view.state) for view in seen.nodes.values()))
        return state, partial(self._render, row, now, persisted)

    def _render(self, row: Row, at: int, persisted: bool) -> Object:
        text = self._run_states.manifest(row)
        current = self._run_states.view(row, at)
        wrapped = self._run_states.argo_defaults
        return workflow.document(row, text, current, persisted=persisted, wrapped=wrapped)

    def _scheduled(self) -> _Current:
        return {
            self._key(row): (
                (row["updated_at"], row["fired_at"], row["enabled"]),
                partial(scheduled_workflow, row),
            )
            for row in self._server.store.select("jobs")
        }


def scheduled_workflow(row: Row) -> Object:
    """The ScheduledWorkflow of a recurring run."""
    trigger: dict[str, Any] = json.loads(row["trigger"])
    cron, periodic = trigger.get("cron_schedule"), trigger.get("periodic_schedule")
    schedule: Object = {}
    if cron:
        schedule["cronSchedule"] = {"cron": cron["cron"]}
    if periodic:
        schedule["periodicSchedule"] = {"intervalSecond": int(periodic["interval_second"])}
    condition = "Enabled" if row["enabled"] else "Disabled"
    last = {"lastTriggeredTime": stamp(row["fired_at"])} if row["fired_at"] else {}
    return {
        "apiVersion": SCHEDULED.api_version,
        "kind": SCHEDULED.name,
        "metadata": {
            "name": row["k8s_name"],
            "generateName": f"{row['k8s_name'].rpartition('-')[0]}-",
            "namespace": row["namespace"],
            "uid": row["id"],
            "creationTimestamp": stamp(row["created_at"]),
            "labels": {
                "scheduledworkflows.kubeflow.org/enabled": str(bool(row["enabled"])).lower(),
                "scheduledworkflows.kubeflow.org/status": condition,
            },
        },
        "spec": {
            "enabled": bool(row["enabled"]),
            "maxConcurrency": row["max_concurrency"],
            "noCatchup": bool(row["no_catchup"]),
            "trigger": schedule,
            "serviceAccount": row["service_account"],
        },
        "status": {
            "conditions": [{"type": condition, "status": "True"}],
            "trigger": last,
        },
    }
