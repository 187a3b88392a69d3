"""How a run or a task stands, in one word: one table for every place that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum


class State(str, Enum):
    """A state of a run or a task, as Pipelines documents it. Equal to its text."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"
    CANCELING = "CANCELING"
    CANCELED = "CANCELED"
    PAUSED = "PAUSED"

    __str__ = str.__str__

    @classmethod
    def of(cls, text: str) -> State | str:
        """Return the state of a text. Pipelines may give others: they are passed on as they are."""
        return _STATES.get(text, text)


#: Every state that Pipelines documents.
KNOWN_STATES = tuple(State)
_STATES = {state.value: state for state in State}

#: Run and task states that do not change any more.
TERMINAL_STATES = frozenset({State.SUCCEEDED, State.SKIPPED, State.FAILED, State.CANCELED})


class Status(str, Enum):
    """What is shown of a run or a task.

    Pipelines' own states do not tell a run that its user stopped from one that failed, nor a task
    that was taken from the cache from one that ran, nor one whose turn has not come from one that
    never gets it.
    """

    PENDING = "pending"
    RUNNING = "running"
    TERMINATING = "terminating"
    SUCCEEDED = "succeeded"
    CACHED = "cached"
    SKIPPED = "skipped"
    FAILED = "failed"
    TERMINATED = "terminated"
    NOT_STARTED = "not-started"
    NOT_RUN = "not-run"
    PAUSED = "paused"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return self.value


_BY_STATE = {
    "PENDING": Status.PENDING,
    "RUNNING": Status.RUNNING,
    "SUCCEEDED": Status.SUCCEEDED,
    "SKIPPED": Status.SKIPPED,
    "FAILED": Status.FAILED,
    "CANCELING": Status.TERMINATING,
    "CANCELED": Status.TERMINATED,
    "PAUSED": Status.PAUSED,
}


def run_status(state: str, history: Sequence[str]) -> Status:
    """Return the status of a run.

    Args:
        state: as Pipelines gives it; a run that was terminated ends FAILED.
        history: the states so far, oldest first.
    """
    status = _BY_STATE.get(state, Status.UNKNOWN)
    if status is Status.FAILED and _canceled(history):
        return Status.TERMINATED
    if status in (Status.PENDING, Status.RUNNING) and history and history[-1] == "CANCELING":
        return Status.TERMINATING
    return status


def _canceled(history: Sequence[str]) -> bool:
    """Tell whether the last attempt of a run was canceled; a retry begins another one."""
    for state in reversed(history):
        if state == "CANCELING":
            return True
        if state == "RUNNING":
            return False
    return False


def task_status(state: str, *, ended: bool, terminated: bool = False, begun: bool = True) -> Status:
    """Return the status of a task.

    Args:
        state: as Pipelines gives it.
        ended: whether its run has ended.
        terminated: whether it failed because its run was terminated.
        begun: whether there is anything of it; otherwise its turn has not come.
    """
    if not state:
        return Status.NOT_RUN if ended or begun else Status.NOT_STARTED
    status = _BY_STATE.get(state, Status.UNKNOWN)
    if status is Status.FAILED and terminated:
        return Status.TERMINATED
    if ended and state not in TERMINAL_STATES:
        return Status.UNKNOWN
    return status
