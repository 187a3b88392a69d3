"""`wait`: follow a run until it ends. Reads only, so stopping it never harms the run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Protocol

from ..http.errors import PipelinesError, Unreachable
from ..pipelines.connection import Connection
from ..pipelines.errors import Unavailable
from ..pipelines.models import Reason, Run, Status
from ..pipelines.reasons import LOOK
from .formatting import plain
from .place import command
from .results import Details
from .run_changes import changes_of

#: Seconds between two looks: short at first, longer for a long run.
_SHORTEST, _LONGEST, _GROWTH = 1.0, 5.0, 1.2

#: Seconds for which Pipelines may be away without an end to the waiting.
_PATIENCE = 120.0

#: Seconds between two looks at pods that may wait, and the longest ``Retry-After``.
_BEYOND, _LONGEST_WAIT = 10.0, 60.0


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
    with closing(changes_of(client, run_id)) as changes:
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
    patience = Patience()
    look_beyond = time.monotonic()
    while True:
        try:
            run = _kept_reasons(client.get_run(run_id), run)
            patience.renew()
            if run.finished or time.monotonic() >= look_beyond:
                run = client.explain_run(run)
                look_beyond = time.monotonic() + _BEYOND
            show(run, _note(run))
            if run.finished or _unreadable(run):
                return run
        except (Unreachable, Unavailable) as error:
            pause = max(pause, patience.bear(error))
            if run is not None:
                show(run, f"{_sentence(error)} Trying again.")
        left = end - time.monotonic()
        if left <= 0:
            raise TimeOver(_not_finished(run_id, run), Details("runs", run) if run else None)
        wait_between(pause, left)
        pause = min(pause * _GROWTH, _LONGEST)


class Patience:
    """With a server that is away for a while: what passes is borne, what lasts is raised."""

    def __init__(self) -> None:
        self._away_since: float | None = None

    @property
    def tried(self) -> bool:
        """Whether the last look got no answer."""
        return self._away_since is not None

    def renew(self) -> None:
        """Take note that the server answers."""
        self._away_since = None

    def bear(self, error: PipelinesError) -> float:
        """Return the seconds that an answer asks to wait; 0 where it does not say.

        Raises:
            PipelinesError: the error itself, where the server has been away for too long.
        """
        now = time.monotonic()
        if self._away_since is None:
            self._away_since = now
        if now - self._away_since > _PATIENCE:
            raise error
        said = error.facts.get("retry_after", "")
        return min(float(said), _LONGEST_WAIT) if said.isdecimal() else 0.0


def _kept_reasons(run: Run, before: Run | None) -> Run:
    """Keep what the cluster has said of tasks that have not changed since."""
    if before is None:
        return run
    known = {task.task_id: task for task in before.tasks if task.reason is not None}
    tasks = []
    for task in run.tasks:
        old = known.get(task.task_id)
        same = old is not None and (old.state, old.started_at) == (task.state, task.started_at)
        keeps = same and old is not None and task.reason is None and not run.finished
        tasks.append(replace(task, status=old.status, reason=old.reason) if keeps and old else task)
    return replace(run, tasks=tuple(tasks), reason=run.reason or _unless(run.finished, before))


def _unless(finished: bool, before: Run) -> Reason | None:
    return None if finished else before.reason


def _unreadable(run: Run) -> bool:
    """Tell whether Pipelines can only give an error instead of the run: that does not pass."""
    return run.reason is not None and run.reason.code == "unreadable"


def _note(run: Run) -> str:
    """Return what keeps a run that goes on; empty for nothing."""
    if run.finished or run.reason is None or run.reason.code in ("starting", "unreadable"):
        return ""
    return f"{plain(run.reason.message)}. {plain(run.reason.next_step)}".strip()


def _not_finished(run_id: str, run: Run | None) -> str:
    note = _note(run) if run is not None else ""
    return f"Timed out; the run {run_id} is still running.{f' {note}' if note else ''}"


def _sentence(error: PipelinesError) -> str:
    diagnosis = error.diagnosis
    return str(diagnosis.message if diagnosis else error)


def verdict(run: Run) -> str:
    """Say how a run ended, why, and what to do next."""
    name = plain(run.display_name) or run.run_id
    if run.status is Status.TERMINATED:
        return f"The run {name} was terminated."
    reason = run.reason
    if reason is None:
        said = f": {plain(run.error)}" if run.error else "."
        return f"The run {name} ended {run.state or 'without a state'}{said}"
    if _unreadable(run):
        return f"{plain(reason.message)}."
    others = f" ({reason.more} more failed)" if reason.more else ""
    said = plain(reason.message).removeprefix("The run ")
    whole = said != plain(reason.message)
    sentence = f"The run {name} {said}." if whole else f"The run {name} failed: {said}{others}."
    if reason.next_step and reason.next_step != LOOK:
        sentence += f" {plain(reason.next_step)}"
    if reason.task:
        task = reason.task if reason.path else ""
        words = (run.run_id, task) if task and plain(task) == task else (run.run_id,)
        sentence += f" To see its log: {command('logs', *words)}"
    return sentence


class Silent:
    """Shows nothing."""

    def show(self, run: Run, note: str) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""
