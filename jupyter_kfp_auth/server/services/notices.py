"""Runs whose end is waited for: followed while they are unfinished, told of on the event bus."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from importlib import resources
from logging import Logger
from typing import TYPE_CHECKING

from ...http.strict_json import JsonDict
from ...pipelines.from_workflow import run_state
from ...pipelines.status import TERMINAL_STATES, run_status
from .answer import Answer

if TYPE_CHECKING:
    from jupyter_events import EventLogger

    from ...cluster.workflows import WorkflowEvent, WorkflowMetadata

_EVENTS = "https://github.com/jupyter-kfp-auth/jupyter-kfp-auth/events"

#: Of the events; browsers and other extensions subscribe to them.
RUN_STATE = f"{_EVENTS}/run-state/v1"
RUNS_CHANGED = f"{_EVENTS}/runs-changed/v1"

#: Runs followed at a time; beyond it the oldest is left.
MOST = 100

#: The longest pause after failures, in seconds.
LONGEST_PAUSE = 300.0

#: Seconds until Pipelines has the end that a workflow has told: usually one to three.
_UNTIL_THERE = (1.5, 3.0, 6.0, 12.0)


class Notices:
    """Publishes which runs have changed, and of some their states and that they have ended.

    While no run is followed nothing is asked and nothing runs. Lives in one event loop.

    Args:
        ask: answers a path of ``openapi.yaml`` as a page would be answered.
        watching: tells whether a run's changes are seen as they happen.
        pause: seconds between two looks at a run whose changes are not.
        bus: where the changes are published.
        log: of the extension.
    """

    def __init__(
        self,
        ask: Callable[[str], Awaitable[Answer]],
        watching: Callable[[str], bool],
        pause: Callable[[], float],
        bus: EventLogger,
        log: Logger,
    ) -> None:
        self._ask = ask
        self._watching = watching
        self._pause = pause
        self._bus = bus
        self._log = log
        self._states: dict[str, str] = {}
        self._task: asyncio.Task[None] | None = None
        self._ends: dict[str, asyncio.Task[None]] = {}
        # Before the first event, because who subscribes to all schemas gets those known by then.
        events = resources.files("jupyter_kfp_auth.server").joinpath("events")
        for name in ("run_state", "runs_changed"):
            schema = events.joinpath(f"{name}.yaml")
            bus.register_event_schema(schema.read_text("utf-8"))

    @property
    def watched(self) -> tuple[str, ...]:
        """The ids of the runs that are followed, the oldest first."""
        return tuple(self._states)

    def watch(self, run_id: str) -> None:
        """Tell of this run until it has ended. Looked at from the next interval on.

        Not at once, so that a run that was just begun again is not taken for one that has ended.
        """
        self._states.setdefault(run_id, "")
        if len(self._states) > MOST:
            del self._states[next(iter(self._states))]
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._follow())

    def unwatch(self, run_id: str) -> None:
        """Tell no more of this run."""
        self._states.pop(run_id, None)
        if not self._states:
            self.close()

    def close(self) -> None:
        """Follow nothing any more."""
        self._states.clear()
        for task in (*self._ends.values(), self._task):
            if task is not None:
                task.cancel()
        self._ends.clear()
        self._task = None

    def changed(self, namespace: str, events: Sequence[WorkflowEvent], listed: bool) -> None:
        """Tell all pages what has changed, and look at the runs that have ended."""
        workflows = {e.workflow.run_id: e.workflow for e in events if e.workflow}
        for run_id, workflow in workflows.items():
            if run_id in self._states:
                self._follow_workflow(workflow)
        self._emit(
            RUNS_CHANGED,
            {"namespace": namespace, "run_ids": list(workflows), "listed": listed},
        )

    def _follow_workflow(self, workflow: WorkflowMetadata) -> None:
        run_id = workflow.run_id
        if workflow.completed:
            if run_id not in self._ends or workflow.persisted:
                if run_id in self._ends:
                    self._ends.pop(run_id).cancel()
                pauses = (0.0, *_UNTIL_THERE) if workflow.persisted else _UNTIL_THERE
                self._ends[run_id] = asyncio.create_task(self._look_for_end(run_id, pauses))
            return
        before, state = self._states[run_id], run_state(workflow.phase)
        if state != before and before != "CANCELING":
            self._states[run_id] = state
            if before:
                self._publish(run_id, workflow.display_name, before, state)

    async def _look_for_end(self, run_id: str, pauses: Sequence[float]) -> None:
        for pause in pauses:
            await asyncio.sleep(pause)
            await self._look(run_id)
            if run_id not in self._states:
                break
        self._ends.pop(run_id, None)

    async def _follow(self) -> None:
        pause = self._pause()
        while self._states:
            await asyncio.sleep(pause)
            answers = [
                await self._look(run_id) for run_id in self.watched if not self._watching(run_id)
            ]
            failed = not all(answers)
            pause = min(2 * pause, LONGEST_PAUSE) if failed else self._pause()

    async def _look(self, run_id: str) -> bool:
        """Look at one run; return whether there was an answer."""
        answer = await self._ask(f"runs/{run_id}")
        if answer.status == 404:
            self._states.pop(run_id, None)
            return True
        if answer.status != 200:
            return False
        before = self._states.get(run_id)
        run = json.loads(answer.body)
        state = str(run["state"])
        if before is None or before == state:  # no longer followed, or nothing new
            return True
        finished = state in TERMINAL_STATES
        if finished:
            del self._states[run_id]
        else:
            self._states[run_id] = state
        if before or finished:
            reason = run["reason"] or {}
            error = str(reason.get("message") or run["error"])
            self._publish(run_id, run["display_name"], before, state, error, run["status"])
        return True

    def _publish(
        self, run_id: str, name: str, before: str, state: str, error: str = "", status: str = ""
    ) -> None:
        data = {
            "run_id": run_id,
            "display_name": name,
            "previous_state": before,
            "state": state,
            "finished": state in TERMINAL_STATES,
            "error": error,
            "status": status or str(run_status(state, ())),
        }
        self._emit(RUN_STATE, data)

    def _emit(self, schema_id: str, data: JsonDict) -> None:
        try:
            self._bus.emit(schema_id=schema_id, data=data)
        except Exception:  # noqa: BLE001 - a handler of somebody else's must not end the watch
            self._log.exception("Publishing the state of a run failed")
