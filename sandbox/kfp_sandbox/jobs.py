"""Recurring runs, which v1beta1, RBAC and the database call jobs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from . import listing, pipeline_spec
from .cron import Cron, CronError
from .errors import ApiError, converting, internal, invalid_input, wrapping
from .routing import Call
from .run_state import RunStates
from .runs import RunRequest, Runs, Source, manifest, namespace_of_experiment, owner
from .state import ServerState, seconds, stamp
from .store import Clause, Row
from .unrolling import number

_NO_NAMESPACE = "a recurring run cannot have an empty namespace in multi-user mode"
_WINDOWS = (60, 3600, 86400, 31 * 86400, 366 * 86400)  # seconds in which to look for the last time


@dataclass
class JobRequest:
    """The request for a recurring run. `trigger` is in the words of v2beta1."""

    name: str
    source: Source
    trigger: dict[str, Any]
    experiment_id: str = ""
    description: str = ""
    service_account: str = ""
    max_concurrency: int = 1
    no_catchup: bool = False
    enabled: bool = True


class Jobs:
    """What can be done with recurring runs. Every method with a call checks who is asking."""

    def __init__(self, server: ServerState, run_states: RunStates, runs: Runs) -> None:
        self._server = server
        self._run_states = run_states
        self._runs = runs

    def page(
        self, call: Call, namespace: str, experiment_id: str, api: str
    ) -> tuple[list[Row], int, str]:
        """A page of the recurring runs of a namespace or of an experiment."""
        server = self._server
        with wrapping("Failed to list recurring runs due to error parsing the listing options"):
            options = listing.parse_options(listing.JOBS, call.query, api)
        with wrapping("Failed to list jobs"):
            scope = self._scope(call, namespace, experiment_id)
            return listing.fetch(server.store, listing.JOBS, options, scope)

    def get(self, call: Call, identifier: str) -> Row:
        """One recurring run."""
        return self._authorized(call, identifier, "get")

    def create(self, call: Call, request: JobRequest) -> Row:
        """A new recurring run."""
        server = self._server
        with converting("Failed to create a recurring run"):
            self._check(request)
        with wrapping(
            "Failed to create a recurring run due to invalid experimentId and namespace combination"
        ):
            experiment = owner(server, request.experiment_id)
        namespace = experiment["namespace"]
        with (
            wrapping(
                "Failed to create a recurring run due to authorization error. "
                f"Check if you have write permission to namespace {namespace}"
            ),
            wrapping("failed to authorize with API"),
        ):
            server.access.check(call, namespace, "jobs", "create", request.name)
        return self.add(request, experiment)

    def add(self, request: JobRequest, experiment: Row) -> Row:
        """A new recurring run; the caller has been checked."""
        server, source = self._server, request.source
        pinned = bool(source.version_id or source.document)
        try:
            text = manifest(server, source)
            if not pipeline_spec.has_root(text):
                raise invalid_input("unknown template format", "pipeline spec is invalid")
        except ApiError as error:
            raise internal(
                "Failed to create a recurring run with an invalid pipeline spec manifest",
                error.message,
            ) from None
        with wrapping("Failed to create a recurring run during scheduled workflow creation"):
            pipeline_spec.parse(text).check(source.parameters)
        if not pinned:  # follows the latest version
            source.version_id = ""
        identifier, now = server.new_id(), server.now()
        row = {
            "id": identifier,
            "name": request.name,
            "k8s_name": self._server.generated_name(request.name, identifier),
            "description": request.description,
            "namespace": experiment["namespace"],
            "experiment_id": experiment["id"],
            "service_account": request.service_account or server.default_account,
            "enabled": int(request.enabled),
            "created_at": now,
            "updated_at": now,
            "max_concurrency": request.max_concurrency,
            "no_catchup": int(request.no_catchup),
            "trigger": json.dumps(_normal(request.trigger)),
            "fired_at": _bounds(request.trigger)[0] or now,
            **source.columns(),
        }
        server.store.insert("jobs", row)
        return server.row("jobs", identifier)

    def enable(self, call: Call, identifier: str) -> None:
        """Let it start runs."""
        self._set_enabled(call, identifier, True)

    def disable(self, call: Call, identifier: str) -> None:
        """Let it start no more runs."""
        self._set_enabled(call, identifier, False)

    def _set_enabled(self, call: Call, identifier: str, enabled: bool) -> None:
        self._authorized(call, identifier, "enable" if enabled else "disable")
        now = self._server.now()
        self._server.store.update(
            "jobs", identifier, enabled=int(enabled), updated_at=now, fired_at=now
        )

    def delete(self, call: Call, identifier: str) -> None:
        """Remove it; its runs stay."""
        self._authorized(call, identifier, "delete")
        self._server.store.delete_where("jobs", [("id = ?", [identifier])])

    def tick(self) -> None:
        """Start the runs that have become due and that the concurrency leaves room for."""
        store, now = self._server.store, self._server.now()
        for job in store.select("jobs", [("enabled = 1", [])]):
            running: list[Clause] = [("recurring_run_id = ? AND settled = 0", [job["id"]])]
            for _ in range(job["max_concurrency"] - store.count("runs", running)):
                moment = _due(job, now)
                if moment is None:
                    break
                job["fired_at"] = moment
                store.update("jobs", job["id"], fired_at=moment)
                self._fire(job, moment)

    def _fire(self, job: Row, moment: int) -> None:
        experiment = self._server.store.get("experiments", job["experiment_id"])
        if experiment is None:
            return
        turn = 1 + self._server.store.count("runs", [("recurring_run_id = ?", [job["id"]])])
        mark = number(str(job["id"]), str(turn)) % 2**32
        source = Source(
            job["pipeline_id"],
            job["pipeline_version_id"],
            job["spec"],
            json.loads(job["parameters"]),
            job["pipeline_root"],
        )
        request = RunRequest(
            f"{job['k8s_name'].replace('-', '')}-{turn}-{mark}",
            source,
            recurring_run_id=job["id"],
            scheduled_at=moment,
        )
        try:
            self._runs.start(request, experiment)
        except ApiError:  # the pipeline is gone; the schedule stays, as in KFP
            return

    def _check(self, request: JobRequest) -> None:
        if not request.name:
            raise invalid_input("Recurring run name is empty. Please specify a valid name")
        if not 1 <= request.max_concurrency <= 10:
            raise invalid_input(
                "Max concurrency of a recurring run must be at least 1 and at most 10. "
                f"Received {request.max_concurrency}"
            )
        cron = request.trigger.get("cron_schedule") or {}
        if "cron" in cron:
            try:
                Cron(str(cron["cron"]))
            except CronError as error:
                raise invalid_input(
                    "Schedule cron is not a supported format"
                    f"(https://godoc.org/github.com/robfig/cron). Error: {error}"
                ) from None
        periodic = request.trigger.get("periodic_schedule") or {}
        interval = int(periodic.get("interval_second") or 0)
        if periodic and interval < 1:
            raise invalid_input(
                f"Found invalid period schedule interval {interval}. "
                "Set at interval to least 1 second"
            )

    def _scope(self, call: Call, namespace: str, experiment_id: str) -> list[Clause]:
        server = self._server
        if experiment_id:
            with wrapping(
                "Failed to list recurring runs due to error fetching namespace for experiment "
                f"{experiment_id}. Try filtering based on namespace"
            ):
                namespace = namespace_of_experiment(server, experiment_id)
        with wrapping(
            "Failed to list recurring runs due to authorization error. "
            f"Check if you have permission to access namespace {namespace}"
        ):
            if not experiment_id:
                namespace = server.listed_namespace(call, "Job", namespace, _NO_NAMESPACE)
            with wrapping("failed to authorize with API"):
                server.access.check(call, namespace, "jobs", "list")
        if experiment_id:
            return [("experiment_id = ?", [experiment_id])]
        return server.scope(namespace)

    def _authorized(self, call: Call, identifier: str, verb: str) -> Row:
        server = self._server
        with wrapping("Failed to authorize the request"):
            with wrapping("failed to authorize with the recurring run ID"):
                row = server.row("jobs", identifier)
            with wrapping("failed to authorize with API"):
                server.access.check(call, row["namespace"], "jobs", verb, row["name"])
        return row


def next_time(trigger: dict[str, Any], after: int) -> int | None:
    """The first time later than `after` at which the trigger starts a run."""
    cron = trigger.get("cron_schedule") or {}
    if cron.get("cron"):
        return Cron(str(cron["cron"])).next(after)
    interval = int((trigger.get("periodic_schedule") or {}).get("interval_second") or 0)
    return after + interval if interval else None


def _due(job: Row, now: int) -> int | None:
    """The next time at which the recurring run should start a run, if it has come.

    Without catch-up that is the last of the times that have passed.
    """
    trigger = json.loads(job["trigger"])
    limit = min(now, _bounds(trigger)[1] or now)
    first = next_time(trigger, job["fired_at"])
    if first is None or first > limit:
        return None
    if not job["no_catchup"]:
        return first
    if "periodic_schedule" in trigger:
        interval = int(trigger["periodic_schedule"]["interval_second"])
        return first + (limit - first) // interval * interval
    for window in _WINDOWS:
        last, moment = None, next_time(trigger, max(first - 1, limit - window))
        while moment is not None and moment <= limit:
            last, moment = moment, next_time(trigger, moment)
        if last is not None:
            return last
    return first


def _bounds(trigger: dict[str, Any]) -> tuple[int, int]:
    schedule = trigger.get("cron_schedule") or trigger.get("periodic_schedule") or {}
    return seconds(schedule.get("start_time")), seconds(schedule.get("end_time"))


def _normal(trigger: dict[str, Any]) -> dict[str, Any]:
    """The trigger as the server gives it back."""
    result: dict[str, Any] = {}
    for kind, schedule in trigger.items():
        if not schedule:
            continue
        entry = {
            name: stamp(seconds(schedule[name]))
            for name in ("start_time", "end_time")
            if schedule.get(name)
        }
        if kind == "cron_schedule":
            entry["cron"] = str(schedule.get("cron") or "")
        else:
            entry["interval_second"] = str(schedule.get("interval_second") or 0)
        result[kind] = entry
    return result
