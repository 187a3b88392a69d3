"""`wait`: follow a run until it ends. Reads only, so stopping it never harms the run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import Protocol

from ..cluster.client import Kubernetes
from ..http.errors import PipelinesError, Unreachable
from ..pipelines.connection import Connection
from ..pipelines.errors import Unavailable
from ..pipelines.models import Run
from .formatting import plain
from .place import command
from .results import Details
from .run_changes import RunChanges
from .task_summary import failing

#: Seconds between two looks: short at first, longer for a long run.
_SHORTEST, _LONGEST, _GROWTH = 1.0, 5.0, 1.2

#: Seconds for which Pipelines may be away without an end to the waiting.
_PATIENCE = 120.0


class NotSucceeded(Exception):
    """Waiting ended without a run that succeeded.

    Attributes:
        result: the run as it was seen last, if it was.
        exit_code: what the command line returns.
    """

    exit_code = 4

    def __init__(self, message: str, result: Details | None = None) -> None:
        super().__init__(message)
        self.result = result


class TimeOver(NotSucceeded):
    """The run goes on, but the time given for waiting is over."""

    exit_code = 5


class Interrupted(NotSucceeded):
    """The user stopped waiting; the run goes on."""

    exit_code = 130


class Watch(Protocol):
    """Shows how a run gets on."""

    def show(self, run: Run, note: str) -> None:
        """Show the run as it is now, and what there is to say about it."""

    def close(self) -> None:
        """Stop showing."""


def wait(
    client: Connection,
    run_id: str,
    timeout: float,
    watch: Watch,
    sleep: Callable[[float], object] | None = None,
) -> Run:
    """Return the run when it has succeeded.

    Args:
        client: to ask.
        run_id: of the run.
        timeout: seconds.
        watch: is shown the run each time it is looked at.
        sleep: waits for so many seconds; by default as `time.sleep`.

    Raises:
        NotSucceeded: it failed, was canceled, or something ended the waiting.
        PipelinesError: Pipelines refused, or was away for long.
    """
    run: Run | None = None
    try:
        run = last(client, run_id, timeout, watch.show, sleep)
    except KeyboardInterrupt:
        raise Interrupted(f"Stopped waiting. The run {run_id} goes on.") from None
    finally:
        watch.close()
    if run.state in ("SUCCEEDED", "SKIPPED"):
        return run
    raise NotSucceeded(verdict(run), Details("runs", run))


def last(
    client: Connection,
    run_id: str,
    timeout: float | None,
    show: Callable[[Run, str], object],
    sleep: Callable[[float], object] | None = None,
) -> Run:
    """Look at the run until its state is final, and return it.

    Args:
        client: to ask.
        run_id: of the run.
        timeout: seconds; ``None`` for as long as it takes.
        show: is given the run each time it is looked at, and what there is to say about it.
        sleep: waits for so many seconds; by default until the run changes, where its workflow may
            be watched.

    Raises:
        TimeOver: it has not ended in time.
        PipelinesError: Pipelines refused, or was away for long.
    """
    end = float("inf") if timeout is None else time.monotonic() + timeout
    with _pausing(client, run_id, sleep) as pause:
        return _look_until(client, run_id, end, show, pause)


@contextmanager
def _pausing(
    client: Connection, run_id: str, sleep: Callable[[float], object] | None
) -> Iterator[Callable[[float, float], object]]:
    """Yield what waits until it is time for another look, given the usual and the longest time."""
    if sleep is not None:
        yield lambda usual, longest: sleep(min(usual, longest))
        return
    settings = client.settings
    connect = partial(Kubernetes, settings.service_account)
    with closing(RunChanges(connect, settings.namespace.value, run_id)) as changes:
        yield changes.wait


def _look_until(
    client: Connection,
    run_id: str,
    end: float,
    show: Callable[[Run, str], object],
    wait_between: Callable[[float, float], object],
) -> Run:
    pause = _SHORTEST
    run: Run | None = None
    away_since: float | None = None
    while True:
        try:
            run = client.get_run(run_id)
            away_since = None
            show(run, "")
            if run.finished:
                return run
        except (Unreachable, Unavailable) as error:
            now = time.monotonic()
            away_since = now if away_since is None else away_since
            if now - away_since > _PATIENCE:
                raise
            if run is not None:
                show(run, f"{_sentence(error)} Trying again.")
        left = end - time.monotonic()
        if left <= 0:
            raise TimeOver(
                f"Timed out; the run {run_id} is still running.",
                Details("runs", run) if run else None,
            )
        wait_between(pause, left)
        pause = min(pause * _GROWTH, _LONGEST)


def _sentence(error: PipelinesError) -> str:
    diagnosis = error.diagnosis
    return str(diagnosis.message if diagnosis else error)


def verdict(run: Run) -> str:
    """Say how a run ended, which task is to blame, and what that said."""
    name = plain(run.display_name) or run.run_id
    if run.state == "CANCELED" or any(c.state == "CANCELING" for c in run.state_history):
        return f"The run {name} was terminated."
    failed = failing(run.tasks)
    if not failed:
        reason = f": {plain(run.error)}" if run.error else "."
        return f"The run {name} ended {run.state}{reason}"
    first = failed[0]
    task = plain(first.display_name)
    reason = plain(first.error or next((t.error for t in failed if t.error), ""))
    others = f" ({len(failed) - 1} more failed)" if len(failed) > 1 else ""
    look = command("logs", run.run_id, first.display_name)
    said = f": {reason}" if reason else f". To see what it printed: {plain(look)}"
    return f"The run {name} failed in the task {task}{others}{said}"


class Silent:
    """Shows nothing."""

    def show(self, run: Run, note: str) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""
