"""How far runs are. Their state is read off their plan and the clock; nothing runs by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import pipeline_spec
from . import schedule as plans
from .schedule import Plan, PlannedTask
from .state import World
from .store import Row

FINAL = frozenset({"SUCCEEDED", "SKIPPED", "FAILED", "CANCELED"})

_V1_STATES = {
    "PENDING": "Pending",
    "RUNNING": "Running",
    "SUCCEEDED": "Succeeded",
    "SKIPPED": "Skipped",
    "FAILED": "Failed",
    "CANCELING": "Terminating",
}


@dataclass(frozen=True)
class TaskView:
    """A task at some moment. Times are seconds since the epoch, 0 if not reached."""

    plan: PlannedTask
    state: str
    start: int
    end: int
    history: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class RunView:
    """A run at some moment."""

    state: str
    finished_at: int
    history: tuple[tuple[int, str], ...]
    tasks: tuple[TaskView, ...]


def v1_state(state: str) -> str:
    """The free text that v1beta1 has for a state."""
    return _V1_STATES.get(state, "Unknown")


def view(row: Row, now: float) -> RunView:
    """The run as it stands now."""
    created = int(row["created_at"])
    if not row["plan"]:  # rows filled in bulk have an end, but no tasks
        history = [(created, "PENDING")]
        if row["state"] != "PENDING":
            history.append((int(row["finished_at"]), str(row["state"])))
        return RunView(row["state"], row["finished_at"], tuple(history), ())
    plan = Plan.loads(row["plan"])
    elapsed = now - created
    history = [(created + int(at), state) for at, state in _history(plan) if at <= elapsed]
    state = history[-1][1] if history else "PENDING"
    tasks = [_task(task, plan, created, elapsed) for task in plan.tasks]
    return RunView(
        state,
        history[-1][0] if state in FINAL else 0,
        tuple(history),
        tuple(task for task in tasks if task),
    )


def _history(plan: Plan) -> list[tuple[float, str]]:
    """The times and states of the whole run."""
    first = 0.0 if plan.resumed is None else plan.resumed
    running = max(plan.start, first + plans.START_DELAY)
    history = [*plan.past, (first, "PENDING"), (running, "RUNNING"), (plan.end, plan.state)]
    if plan.terminated is not None:
        ended = plan.terminated
        history = [entry for entry in history if entry[0] <= ended]
        history += [(ended, "CANCELING"), (ended + plan.grace, "FAILED")]
    return history


def _task(task: PlannedTask, plan: Plan, created: int, elapsed: float) -> TaskView | None:
    start, end, state = task.start, task.end, task.state
    if plan.terminated is not None and end > plan.terminated:
        if start > plan.terminated:
            return None
        end, state = plan.terminated + plan.grace, "FAILED"
    history = [(start - 1.0, "PENDING"), (start, "RUNNING"), (end, state)]
    if state == "SKIPPED":
        history = [(start, state)]
    seen = tuple((created + int(at), name) for at, name in history if at <= elapsed)
    if not seen:
        return None
    reached = seen[-1][1]
    return TaskView(
        task,
        reached,
        created + int(start) if start <= elapsed else 0,
        created + int(end) if reached in FINAL else 0,
        seen,
    )


class Engine:
    """Starts, stops and follows the runs of a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def plan(
        self, run_id: str, text: str, given: Mapping[str, Any], *, fails: bool = False
    ) -> Plan:
        """The plan of a new run of the pipeline `text`.

        A task fails if `fails` says so, or a parameter named `fail` is true.
        """
        document = pipeline_spec.parse(text)
        values = document.values(given)
        fails = fails or _wants_failure(values)
        return plans.make(document.root(), values, run_id, fails=fails)

    def settle(self) -> None:
        """Bring the stored states of unfinished runs up to date."""
        store, now = self._world.store, self._world.now()
        for row in store.select("runs", [("settled = 0", [])]):
            current = view(row, now)
            store.update(
                "runs",
                row["id"],
                state=current.state,
                status=v1_state(current.state),
                finished_at=current.finished_at,
                history=" ".join(state for _, state in current.history),
                settled=int(current.state in FINAL),
            )

    def terminate(self, row: Row) -> None:
        """Begin to end an unfinished run."""
        plan = Plan.loads(row["plan"])
        plan.terminated = self._elapsed(row)
        self._world.store.update("runs", row["id"], plan=plan.dumps())
        self.settle()

    def retry(self, row: Row) -> None:
        """Run again what did not succeed."""
        plan = Plan.loads(row["plan"])
        document = pipeline_spec.parse(self.manifest(row))
        values = document.values(json.loads(row["parameters"]))
        at = self._elapsed(row)
        again = plans.retry(plan, document.root(), values, at, fails=_wants_failure(values))
        again.past = [entry for entry in _history(plan) if entry[0] <= at]
        self._world.store.update("runs", row["id"], plan=again.dumps(), settled=0, finished_at=0)
        self.settle()

    def manifest(self, row: Row) -> str:
        """The compiled pipeline of a run or a recurring run."""
        if row["spec"]:
            return str(row["spec"])
        version = self._world.store.get("versions", row["pipeline_version_id"])
        return str(version["spec"]) if version else ""

    def _elapsed(self, row: Row) -> float:
        return float(self._world.now() - row["created_at"])


def _wants_failure(values: Mapping[str, Any]) -> bool:
    return str(values.get("fail", "")).lower() in ("true", "1", "yes")
