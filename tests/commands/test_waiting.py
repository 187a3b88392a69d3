"""`wait`: every end of a run, and every other end of waiting for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from jupyter_kfp_auth.commands.task_summary import in_order, progress, work
from jupyter_kfp_auth.commands.waiting import Interrupted, NotSucceeded, TimeOver, verdict, wait
from jupyter_kfp_auth.http.errors import Unreachable
from jupyter_kfp_auth.pipelines.errors import Forbidden
from jupyter_kfp_auth.pipelines.models import Run, StateChange, Task


class Server:
    """Answers with one thing after the other; the last one stays."""

    def __init__(self, *answers: Any) -> None:
        self._answers: Iterator[Any] = iter(answers)
        self._last: Any = None

    def get_run(self, run_id: str) -> Run:
        self._last = next(self._answers, self._last)
        if isinstance(self._last, BaseException):
            raise self._last
        return Run(run_id, "mine", state=self._last)


class Seen:
    """Remembers what it is shown."""

    def __init__(self) -> None:
        self.states: list[str] = []
        self.notes: list[str] = []
        self.closed = False

    def show(self, run: Run, note: str) -> None:
        self.states.append(run.state)
        self.notes += [note] if note else []

    def close(self) -> None:
        self.closed = True


def follow(*answers: Any, timeout: float = 60.0, sleep: Any = lambda seconds: None) -> Seen:
    seen = Seen()
    client: Any = Server(*answers)
    try:
        wait(client, "1", timeout, seen, sleep)
    finally:
        assert seen.closed
    return seen


@pytest.mark.parametrize("state", ["SUCCEEDED", "SKIPPED"])
def test_ends_well(state: str) -> None:
    assert follow("PENDING", "RUNNING", state).states == ["PENDING", "RUNNING", state]


@pytest.mark.parametrize(
    ("state", "says"),
    [("FAILED", "mine ended FAILED"), ("CANCELED", "mine was terminated")],
)
def test_ends_badly(state: str, says: str) -> None:
    with pytest.raises(NotSucceeded, match=says) as ended:
        follow("RUNNING", state)
    assert ended.value.exit_code == 4
    assert ended.value.result is not None


def test_a_state_that_nobody_knows_goes_on() -> None:
    assert follow("", "HIBERNATING", "CANCELING", "PAUSED", "SUCCEEDED").states[-1] == "SUCCEEDED"


def test_goes_on_while_the_server_is_away() -> None:
    away = Unreachable("connection-refused", "nothing there")
    seen = follow("RUNNING", away, away, "SUCCEEDED")
    assert seen.states[-1] == "SUCCEEDED"
    assert len(seen.notes) == 2
    assert "Trying again" in seen.notes[0]


def test_a_refusal_ends_it() -> None:
    with pytest.raises(Forbidden):
        follow("RUNNING", Forbidden("rbac-denied", "no"))


def test_the_time_is_over() -> None:
    with pytest.raises(TimeOver, match="still running") as ended:
        follow("RUNNING", timeout=0.0)
    assert ended.value.exit_code == 5


def test_an_interrupt_ends_it_at_once() -> None:
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="The run 1 goes on") as ended:
        follow("RUNNING", sleep=interrupted)
    assert ended.value.exit_code == 130
    with pytest.raises(Interrupted):
        follow(KeyboardInterrupt())


def test_the_verdict_names_the_task_and_its_error() -> None:
    tasks = (
        Task("1", "root", "FAILED"),
        Task("2", "loop", "FAILED", parent_task_id="1"),
        Task("3", "fit", "FAILED", "exit code 1", parent_task_id="2"),
        Task("4", "score", "SUCCEEDED", parent_task_id="2"),
    )
    run = Run("9", "mine", state="FAILED", tasks=tasks)
    assert verdict(run) == "The run mine failed in the task fit: exit code 1"
    silent = Run("9", "mine", state="FAILED", tasks=(Task("3", "fit", "FAILED"),))
    assert verdict(silent).endswith("fit. To see what it printed: %kfp logs 9 fit")
    stopped = Run("9", "mine", state="FAILED", state_history=(StateChange("CANCELING"),))
    assert verdict(stopped) == "The run mine was terminated."


def test_tasks_that_work_are_counted_without_what_is_around_them() -> None:
    nodes = [
        Task(str(place), name, "SUCCEEDED")
        for place, name in enumerate(
            ["mine-4f2a1", "root", "root-driver", "fit", "fit-driver", "executor"]
        )
    ]
    assert [task.display_name for task in work(nodes)] == ["fit"]
    assert [task.display_name for _, task in in_order(nodes)] == ["fit"]
    running = [Task("1", "fit", "RUNNING"), Task("2", "score", "PENDING")]
    assert progress(running) == (0, 2, ["fit"])
