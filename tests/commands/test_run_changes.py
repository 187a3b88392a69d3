"""`wait` asks Pipelines once for each change of a run that it may watch."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_kfp_auth.cluster import workflow_watch
from jupyter_kfp_auth.commands import run_changes, waiting
from jupyter_kfp_auth.config.settings import resolve
from jupyter_kfp_auth.doctor import connect
from jupyter_kfp_auth.pipelines.models import Run
from kfp_sandbox import Sandbox

from ..cluster.fake_cluster import FakeCluster


@pytest.fixture
def cluster(
    frozen: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeCluster]:
    monkeypatch.setattr(workflow_watch, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(run_changes, "_SETTLE", 0.05)
    with FakeCluster(tmp_path) as cluster:
        for name, value in cluster.environment.items():
            monkeypatch.setenv(name, value)
        yield cluster


class Waiting:
    """Waits for a run in a thread."""

    def __init__(self, run_id: str) -> None:
        self.looks = threading.Semaphore(0)
        self.ended: list[Run] = []
        self._run_id = run_id
        self.thread = threading.Thread(target=self._wait, daemon=True)
        self.thread.start()

    def _wait(self) -> None:
        def show(run: Run, note: str) -> None:
            self.looks.release()

        with connect(resolve()) as client:
            self.ended.append(waiting.last(client, self._run_id, 60, show))


@pytest.fixture
def run_id(frozen: Sandbox) -> str:
    with connect(resolve()) as client:
        return client.list_runs(state="RUNNING").items[0].run_id


def test_one_look_for_each_change(
    cluster: FakeCluster, frozen: Sandbox, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The time after which to look without having been told is not what brings the answers.
    cluster.put(run_id, "Running")
    waits = Waiting(run_id)
    assert waits.looks.acquire(timeout=20)
    cluster.opened.get(timeout=20)
    frozen.clear_requests()
    cluster.put(run_id, "Running")
    assert waits.looks.acquire(timeout=20)
    frozen.clock.advance(86_400)
    cluster.put(run_id, "Failed")
    cluster.put(run_id, "Failed", persisted=True)
    waits.thread.join(20)
    assert waits.ended[0].finished
    assert sum(r.path.endswith(run_id) for r in frozen.requests) == 2


def test_goes_on_by_asking_where_it_may_not_watch(
    cluster: FakeCluster, frozen: Sandbox, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_SHORTEST", 0.01)
    cluster.allowed.clear()
    waits = Waiting(run_id)
    for _ in range(3):
        assert waits.looks.acquire(timeout=20)
    frozen.clock.advance(86_400)
    waits.thread.join(20)
    assert waits.ended[0].finished


def test_a_run_that_ended_before_the_watch_began_is_seen(cluster: FakeCluster) -> None:
    cluster.put("r", "Failed", persisted=True)
    changes = run_changes.RunChanges(cluster.connect, "team-a", "r")
    began = time.monotonic()
    changes.wait(30.0, 30.0)
    assert time.monotonic() - began < 25
    changes.close()


def test_what_was_told_is_a_reason_to_look_once(
    cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = run_changes.RunChanges(cluster.connect, "team-a", "r")
    assert not changes.is_quiet()  # nothing is known yet
    cluster.opened.get(timeout=20)
    while not changes.is_quiet():
        time.sleep(0.01)
    cluster.put("r", "Failed", persisted=True)
    assert changes._told.wait(20)
    assert not changes.is_quiet()
    assert changes.is_quiet()
    changes.close()


def test_the_time_for_waiting_ends_it(cluster: FakeCluster) -> None:
    changes = run_changes.RunChanges(cluster.connect, "team-a", "r")
    changes.wait(0.01, 0.1)
    changes.wait(0.01, 0.0)
    changes.close()
