"""Runs that somebody waits for: looked at while they are unfinished, told of on the event bus."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from importlib import resources
from logging import Logger
from typing import TYPE_CHECKING, Any

from .upstream import Answer

if TYPE_CHECKING:
    from jupyter_events import EventLogger

#: Of the events; browsers and other extensions subscribe to it.
SCHEMA_ID = "https://github.com/jupyter-kfp-auth/jupyter-kfp-auth/events/run-state/v1"

#: Runs watched at a time; beyond it the oldest watch ends.
MOST = 100

#: The longest pause after failures, in seconds.
LONGEST_PAUSE = 300.0

_FINISHED = frozenset({"SUCCEEDED", "SKIPPED", "FAILED", "CANCELED"})


class Watcher:
    """Publishes the state changes of watched runs, and that they have ended.

    While no run is watched nothing is asked and nothing runs. Lives in one event loop.

    Args:
        ask: answers a path of ``openapi.yaml`` from the cache that all tabs share.
        bus: where the changes are published.
        interval: seconds between two looks at a run.
        log: of the extension.
    """

    def __init__(
        self,
        ask: Callable[[str], Awaitable[Answer]],
        bus: EventLogger,
        interval: float,
        log: Logger,
    ) -> None:
        self._ask = ask
        self._bus = bus
        self._interval = interval
        self._log = log
        self._states: dict[str, str] = {}
        self._task: asyncio.Task[None] | None = None
        # Before the first event, because who subscribes to all schemas gets those known by then.
        bus.register_event_schema(
            resources.files(__package__).joinpath("events/run_state.yaml").read_text("utf-8")
        )

    @property
    def watched(self) -> tuple[str, ...]:
        """The ids of the runs that are watched, oldest watch first."""
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
        """Watch nothing any more."""
        self._states.clear()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _follow(self) -> None:
        pause = self._interval
        while self._states:
            await asyncio.sleep(pause)
            answers = [await self._look(run_id) for run_id in self.watched]
            pause = self._interval if all(answers) else min(2 * pause, LONGEST_PAUSE)

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
        if before is None or before == state:  # no longer watched, or nothing new
            return True
        finished = state in _FINISHED
        if finished:
            del self._states[run_id]
        else:
            self._states[run_id] = state
        if before or finished:
            self._publish(run, before, finished)
        return True

    def _publish(self, run: dict[str, Any], before: str, finished: bool) -> None:
        data = {
            "run_id": run["run_id"],
            "display_name": run["display_name"],
            "previous_state": before,
            "state": run["state"],
            "finished": finished,
            "error": run["error"],
        }
        try:
            self._bus.emit(schema_id=SCHEMA_ID, data=data)
        except Exception:  # noqa: BLE001 - a handler of somebody else's must not end the watch
            self._log.exception("Publishing the state of a run failed")
