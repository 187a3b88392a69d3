"""Workflows, listed and watched: nothing is missed, whatever ends a watch."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from jupyter_kfp_auth.cluster import workflow_watch
from jupyter_kfp_auth.cluster.client import KubernetesError
from jupyter_kfp_auth.cluster.workflow_watch import Refused, WorkflowWatch
from jupyter_kfp_auth.cluster.workflows import WorkflowMetadata, Workflows

from .fake_cluster import NAMESPACE, FakeCluster


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow_watch, "FIRST_PAUSE", 0.01)


class Follower:
    """Runs a watch in a thread and keeps what it tells."""

    def __init__(self, cluster: FakeCluster, run_id: str = "") -> None:
        self.told: queue.Queue[Any] = queue.Queue()
        self.ready: queue.Queue[KubernetesError | None] = queue.Queue()
        self.raised: BaseException | None = None
        self.watch = WorkflowWatch(
            cluster.connect, NAMESPACE, self.told.put, self.ready.put, run_id=run_id
        )
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            self.watch.run()
        except (Refused, KubernetesError) as error:
            self.raised = error

    def next(self) -> tuple[str, str, str]:
        event = self.told.get(timeout=20)
        return event.kind, event.workflow.run_id, event.workflow.phase


@pytest.fixture
def follower(cluster: FakeCluster) -> Iterator[Follower]:
    cluster.put("old", "Succeeded", persisted=True)
    follower = Follower(cluster)
    follower.thread.start()
    assert follower.ready.get(timeout=20) is None
    cluster.opened.get(timeout=20)
    yield follower
    follower.watch.stop()
    follower.thread.join(20)
    assert not follower.thread.is_alive()


def test_tells_each_change_and_nothing_of_what_was_there(
    cluster: FakeCluster, follower: Follower
) -> None:
    cluster.put("a")
    cluster.put("a", "Running")
    cluster.put("a", "Failed", persisted=True)
    cluster.delete("a")
    assert [follower.next() for _ in range(4)] == [
        ("ADDED", "a", ""),
        ("MODIFIED", "a", "Running"),
        ("MODIFIED", "a", "Failed"),
        ("DELETED", "a", "Failed"),
    ]
    assert list(follower.watch.workflows) == ["w-old"]
    assert cluster.count("list") == cluster.count("watch") == 1


def test_asks_for_metadata_only_with_bookmarks_from_the_lists_version(
    cluster: FakeCluster, follower: Follower
) -> None:
    path, query = next(r for r in cluster.requests if "watch" in r[1])
    assert path == "/apis/argoproj.io/v1alpha1/namespaces/team-a/workflows"
    assert query["labelSelector"] == "pipeline/runid"
    assert query["allowWatchBookmarks"] == "true"
    assert query["resourceVersion"] == "101"
    assert int(query["timeoutSeconds"]) >= workflow_watch.LENGTH
    assert all(a.startswith("application/json;as=PartialObject") for a in cluster.accepted)


def test_goes_on_from_the_last_bookmark_when_the_server_ends_it(
    cluster: FakeCluster, follower: Follower
) -> None:
    cluster.put("a", "Running")
    cluster.bookmark()
    last = cluster.version
    follower.next()
    cluster.end_watches()
    assert cluster.opened.get(timeout=20) == str(last)
    cluster.put("a", "Succeeded")
    assert follower.next() == ("MODIFIED", "a", "Succeeded")
    assert cluster.count("list") == 1


def test_a_broken_connection_loses_nothing(cluster: FakeCluster, follower: Follower) -> None:
    cluster.failing = 2
    cluster.drop_watches()
    cluster.put("a", "Running")
    assert isinstance(follower.ready.get(timeout=20), KubernetesError)
    assert follower.next() == ("ADDED", "a", "Running")


def test_a_version_that_is_too_old_is_listed_anew_and_the_gap_told(
    cluster: FakeCluster, follower: Follower
) -> None:
    cluster.put("a", "Running")
    follower.next()
    with cluster._lock:
        cluster._queues, waiting = [], cluster._queues  # these watches miss what follows
    cluster.put("a", "Failed")
    cluster.put("b")
    cluster.delete("old")
    cluster.forget()
    with cluster._lock:
        cluster._queues = waiting
    cluster.end_watches()
    told = sorted(follower.next() for _ in range(3))
    assert told == [
        ("ADDED", "b", ""),
        ("DELETED", "old", "Succeeded"),
        ("MODIFIED", "a", "Failed"),
    ]
    assert cluster.count("list") == 2


@pytest.mark.parametrize(
    "line",
    [
        b'{"type":"ERROR","object":{"kind":"Status","message":"no","code":500}}\n',
        b"<html>gateway</html>\n",
        b'{"type":"MODIFIED"}\n',
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
    ],
)
def test_what_is_no_event_ends_the_watch_and_nothing_else(
    cluster: FakeCluster, follower: Follower, line: bytes
) -> None:
    cluster.send(line)
    assert isinstance(follower.ready.get(timeout=20), KubernetesError)
    cluster.opened.get(timeout=20)
    cluster.put("a", "Running")
    assert follower.next() == ("ADDED", "a", "Running")


def test_an_object_that_is_no_runs_workflow_is_left_out(
    cluster: FakeCluster, follower: Follower
) -> None:
    cluster.send(b'\n{"type":"ADDED","object":{"metadata":{"name":"x","labels":7}}}\n')
    cluster.put("a")
    assert follower.next() == ("ADDED", "a", "")


def test_who_may_not_is_refused_without_a_watch(cluster: FakeCluster) -> None:
    cluster.allowed.discard("watch")
    follower = Follower(cluster)
    follower._run()
    assert isinstance(follower.raised, Refused)
    assert cluster.count("watch") == cluster.count("list") == 0


def test_whose_right_is_taken_away_is_refused(cluster: FakeCluster, follower: Follower) -> None:
    cluster.allowed.clear()
    cluster.end_watches()
    follower.thread.join(20)
    assert isinstance(follower.raised, Refused)


def test_of_one_run_only(cluster: FakeCluster) -> None:
    follower = Follower(cluster, "b")
    follower.thread.start()
    follower.ready.get(timeout=20)
    cluster.opened.get(timeout=20)
    cluster.put("a", "Running")
    cluster.put("b", "Running")
    assert follower.next() == ("ADDED", "b", "Running")
    follower.watch.stop()
    follower.thread.join(20)


def test_stops_while_the_cluster_does_not_answer(cluster: FakeCluster) -> None:
    cluster.failing = 10_000
    follower = Follower(cluster)
    follower.thread.start()
    assert isinstance(follower.ready.get(timeout=20), KubernetesError)
    follower.watch.stop()
    follower.thread.join(20)
    assert not follower.thread.is_alive()


def test_lists_page_by_page(cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_kfp_auth.cluster.workflows._PAGE", 2)
    for number in range(5):
        cluster.put(f"r{number}", "Running")
    with cluster.connect() as kubernetes:
        found, version = Workflows(kubernetes, NAMESPACE).list()
    assert [w.run_id for w in found] == [f"r{number}" for number in range(5)]
    assert version == str(cluster.version)
    assert cluster.count("list") == 3


def test_a_whole_workflow(cluster: FakeCluster) -> None:
    cluster.put("a", "Running", status={"nodes": {"n": {"phase": "Pending"}}})
    with cluster.connect() as kubernetes:
        found = Workflows(kubernetes, NAMESPACE).get("w-a")
        assert found["status"]["nodes"]["n"]["phase"] == "Pending"
        with pytest.raises(KubernetesError, match="cluster-not-found"):
            Workflows(kubernetes, NAMESPACE).get("w-b")


@pytest.mark.parametrize("document", [None, 7, {}, {"metadata": {"name": "x"}}, {"metadata": []}])
def test_metadata_of_anything_else(document: Any) -> None:
    assert WorkflowMetadata.of(document) is None
