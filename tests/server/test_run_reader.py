"""Runs as pages see them: one call each, the workflow's tasks, and ids that stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from jupyter_kfp_auth.cluster.client import KubernetesError
from jupyter_kfp_auth.cluster.workflows import WorkflowEvent, WorkflowMetadata
from jupyter_kfp_auth.pipelines.models import Run, Task
from jupyter_kfp_auth.server.services import run_reader
from jupyter_kfp_auth.server.services.run_reader import RunReader

TRAIN = {"componentRef": {"name": "c"}, "taskInfo": {"name": "train"}}
SPEC = {
    "root": {"dag": {"tasks": {"train": TRAIN}}},
    "components": {"c": {"executorLabel": "e"}},
    "deploymentSpec": {"executors": {"e": {"container": {}}}},
}


class World:
    """What Pipelines and the cluster say, and how often they were asked."""

    def __init__(self) -> None:
        self.run = Run("r", state="RUNNING", pipeline_spec=SPEC)
        self.workflow: WorkflowMetadata | None = None
        self.nodes: dict[str, Any] = {}
        self.calls = self.reads = 0
        self.reader = RunReader(
            lambda run_id: ("team-a", self.workflow) if self.workflow else None, self._whole
        )

    def _whole(self, namespace: str, name: str) -> Mapping[str, Any]:
        self.reads += 1
        if not self.nodes:
            raise KubernetesError("cluster-denied", "no")
        phase = self.workflow.phase if self.workflow else ""
        return {
            "metadata": {"name": name, "creationTimestamp": "2026-01-01T00:00:00Z"},
            "status": {"phase": phase, "nodes": self.nodes},
        }

    def change(self, version: str, phase: str, **nodes: tuple[str, str]) -> None:
        """Let the workflow be in a phase, with these nodes' names and phases."""
        self.workflow = WorkflowMetadata("w", "r", "", version, phase, phase != "Running")
        self.nodes = {
            node_id.replace("_", "-"): {
                "id": node_id.replace("_", "-"),
                "name": f"w.{name}",
                "displayName": name.rpartition(".")[2],
                "phase": state,
                "type": "DAG",
                "startedAt": "2026-01-01T00:00:00Z",
            }
            for node_id, (name, state) in nodes.items()
        }
        self.reader.changed([WorkflowEvent("MODIFIED", version, self.workflow)])

    def read(self) -> Run:
        def fetch() -> Run:
            self.calls += 1
            return self.run

        return self.reader.read("r", fetch)


@pytest.fixture
def world() -> World:
    return World()


def test_the_parts_of_a_page_share_one_call(world: World) -> None:
    assert world.read() is world.read()
    assert world.calls == 1


def test_changes_of_the_workflow_cost_no_call(world: World) -> None:
    for version, phase in (("1", "Running"), ("2", "Running"), ("3", "Failed")):
        world.change(version, phase, w_1=("root", phase))
        run = world.read()
        assert run.state == {"Running": "RUNNING", "Failed": "FAILED"}[phase]
    assert (world.calls, world.reads) == (1, 3)
    world.read()
    assert world.reads == 3


def test_the_end_comes_from_pipelines(world: World) -> None:
    world.change("1", "Running", w_1=("root", "Running"))
    world.read()
    world.run = Run("r", state="FAILED", error="it says why", pipeline_spec=SPEC)
    world.workflow = WorkflowMetadata("w", "r", "", "2", "Succeeded", True, True)
    world.reader.changed([WorkflowEvent("MODIFIED", "2", world.workflow)])
    assert (world.read().state, world.read().error) == ("FAILED", "it says why")
    assert world.calls == 2
    # Nothing that follows is a reason to ask again, but that it goes on.
    world.reader.changed([WorkflowEvent("MODIFIED", "3", world.workflow)])
    world.read()
    assert world.calls == 2
    world.change("4", "Running", w_1=("root", "Running"))
    world.read()
    assert world.calls == 3


def test_where_the_workflow_may_not_be_read_pipelines_is_what_there_is(world: World) -> None:
    world.change("1", "Running")
    assert world.read() is world.run


def test_asked_again_when_it_is_old_or_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.read()
    world.reader.forget("other")
    world.read()
    assert world.calls == 1
    world.reader.forget("r")
    world.read()
    world.reader.forget()
    world.read()
    assert world.calls == 3
    monkeypatch.setattr(run_reader, "_SHARED", -1.0)
    world.read()
    assert world.calls == 4


def test_tasks_keep_the_ids_under_which_they_were_first_shown(world: World) -> None:
    def with_ids(root: str, train: str) -> Run:
        tasks = (
            Task(root, "root", node_id="w-1"),
            Task(train, "train", parent_task_id=root, node_id="w-2", depends_on=(root,)),
        )
        return Run("r", state="RUNNING", tasks=tasks)

    world.run = with_ids("uuid-1", "w-2")
    world.read()
    world.run = with_ids("uuid-1", "uuid-2")
    world.reader.forget()
    root, train = world.read().tasks
    assert (root.task_id, train.task_id) == ("uuid-1", "w-2")
    assert (train.parent_task_id, train.depends_on) == ("uuid-1", ("uuid-1",))


def test_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_reader, "_MOST", 2)
    for number in range(5):
        world.reader.read(f"r{number}", lambda: world.run)
    assert len(world.reader._known) == 2
