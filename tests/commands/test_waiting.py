"""`wait`: every end of a run, and every other end of waiting for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest

from jupyter_kfp_auth.commands.task_summary import in_order, newly_ended, progress, work
from jupyter_kfp_auth.commands.waiting import Interrupted, NotSucceeded, TimeOver, verdict, wait
from jupyter_kfp_auth.http.errors import Unreachable
from jupyter_kfp_auth.pipelines.errors import Forbidden, Unavailable
from jupyter_kfp_auth.pipelines.models import Reason, Run, StateChange, Task
from jupyter_kfp_auth.pipelines.task_status import settled


class Server:
    """Answers with one thing after the other; the last one stays."""

    def __init__(self, *answers: Any) -> None:
        self._answers: Iterator[Any] = iter(answers)
        self._last: Any = None

    def get_run(self, run_id: str) -> Run:
        self._last = next(self._answers, self._last)
        if isinstance(self._last, BaseException):
            raise self._last
        return settled(Run(run_id, "mine", state=self._last))

    def explain_run(self, run: Run) -> Run:
        return run


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


def test_the_verdict_names_the_task_why_it_failed_and_what_to_do() -> None:
    tasks = (
        Task("1", "root", "FAILED"),
        Task("2", "loop", "FAILED", parent_task_id="1", path=("loop",)),
        Task("3", "fit it", "FAILED", "OOMKilled", parent_task_id="2", path=("loop", "fit it")),
        Task("4", "score", "SUCCEEDED", parent_task_id="2", path=("loop", "score")),
    )
    run = settled(Run("9", "mine", state="FAILED", tasks=tasks))
    assert verdict(run) == (
        "The run mine failed: fit it was killed: out of memory (exit code 137). Raise its memory "
        "limit with set_memory_limit, or let it use less. To see its log: %kfp logs 9 'fit it'"
    )
    stopped = Run("9", "mine", state="FAILED", state_history=(StateChange("CANCELING"),))
    assert verdict(settled(stopped)) == "The run mine was terminated."
    nothing = settled(Run("9", "mine", state="FAILED"))
    assert verdict(nothing) == "The run mine ended FAILED."


def test_a_run_that_pipelines_cannot_show_ends_the_waiting() -> None:
    class Broken(Server):
        def get_run(self, run_id: str) -> Run:
            return settled(Run(run_id, error="error parsing pipeline spec"))

    seen = Seen()
    client: Any = Broken()
    with pytest.raises(NotSucceeded, match="cannot show this run: error parsing") as ended:
        wait(client, "1", 60.0, seen, lambda seconds: None)
    assert ended.value.exit_code == 4


def test_waits_as_long_as_a_busy_server_asks_for() -> None:
    slept: list[float] = []
    busy = Unavailable("too-many-requests", "too many", status=429, facts={"retry_after": "7"})
    follow("RUNNING", busy, "SUCCEEDED", sleep=slept.append)
    assert max(slept) == 7.0


def test_says_what_keeps_a_run_and_asks_the_cluster_seldom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []
    now = [100.0]
    monkeypatch.setattr("jupyter_kfp_auth.commands.waiting.time.monotonic", lambda: now[0])

    class Stuck(Server):
        def explain_run(self, run: Run) -> Run:
            asked.append(now[0])
            why = Reason("image-pull", "fit does not start: no such image", "Check its name.")
            return replace(run, reason=why)

    def sleep(seconds: float) -> None:
        now[0] += seconds

    seen = Seen()
    client: Any = Stuck("RUNNING")
    with pytest.raises(TimeOver, match=r"still running\. fit does not start: no such image"):
        wait(client, "1", 9.0, seen, sleep)
    assert len(asked) == 1, "one look in ten seconds"
    assert seen.notes[0] == "fit does not start: no such image. Check its name."


def test_rounds_come_by_number_and_groups_do_no_work() -> None:
    def task(name: str, parent: str, second: int | None = None) -> Task:
        at = None if second is None else datetime(2026, 11, 1, 0, 0, second, tzinfo=timezone.utc)
        return Task(name, name.rpartition("/")[2], parent_task_id=parent, started_at=at)

    tasks = [
        task("root", ""),
        task("loop", "root", 5),
        *(task(f"iteration-{number}", "loop", 9 - number % 3) for number in (11, 2, 0)),
        task("late", "root", 8),
        task("first", "root", 1),
        task("to come", "root"),
    ]
    assert [(depth, one.display_name) for depth, one in in_order(tasks)] == [
        (0, "first"),
        (0, "loop"),
        (1, "iteration-0"),
        (1, "iteration-2"),
        (1, "iteration-11"),
        (0, "late"),
        (0, "to come"),
    ]
    assert "loop" not in [one.display_name for one in work(tasks)]


def test_a_retried_task_ends_again() -> None:
    def ended(state: str, second: int) -> Task:
        at = datetime(2026, 11, 1, 0, 0, second, tzinfo=timezone.utc)
        task = Task("1", "fit", state, finished_at=at, started_at=at, path=("fit",))
        return settled(Run("9", state="RUNNING", tasks=(task,))).tasks[0]

    known: dict[str, datetime | None] = {}
    assert [task.state for task in newly_ended([ended("FAILED", 1)], known)] == ["FAILED"]
    assert newly_ended([ended("FAILED", 1)], known) == []
    assert [task.state for task in newly_ended([ended("SUCCEEDED", 9)], known)] == ["SUCCEEDED"]
    assert progress([ended("SUCCEEDED", 9)]) == (1, 1, [])
