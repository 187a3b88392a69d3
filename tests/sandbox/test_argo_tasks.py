"""Task details as the nodes of the Argo Workflow."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from kfp_sandbox import Sandbox

from .conftest import V2, Client, StartSandbox
from .documents import EXIT, LINEAR, LOOP, Spec


@pytest.fixture
def argo(start: StartSandbox) -> Client:
    """A sandbox that sends Argo's nodes."""
    return start(seed=None, auto_advance=False, task_details="argo")


def _details(client: Client, document: Spec, after: float = 300) -> list[Any]:
    run = client.run(document, client.experiment())
    client.sandbox.clock.advance(after)
    read = client.get(f"{V2}/runs/{run['run_id']}")
    return list(read.get("run_details", {}).get("task_details", []))


def test_each_container_has_three_nodes(argo: Client) -> None:
    tasks = _details(argo, LINEAR)
    names = Counter(task["display_name"] for task in tasks)
    workflow = next(name for name in names if name.startswith("test-"))
    assert names == {
        workflow: 1, "root-driver": 1, "root": 1, "executor": 3,
        "one": 1, "two": 1, "three": 1, "one-driver": 1, "two-driver": 1, "three-driver": 1,
    }  # fmt: skip
    assert {task["state"] for task in tasks} == {"SUCCEEDED"}


def test_nobody_has_a_parent_and_children_are_nodes(argo: Client) -> None:
    tasks = _details(argo, LINEAR)
    assert not any("parent_task_id" in task for task in tasks)
    children = [child for task in tasks for child in task.get("child_tasks", [])]
    assert {tuple(child) for child in children} == {("pod_name",)}
    assert len(children) == len({child["pod_name"] for child in children}) == len(tasks) - 1


def test_loops_and_conditions(argo: Client) -> None:
    tasks = _details(argo, LOOP)
    names = Counter(task["display_name"] for task in tasks)
    assert names["iteration-iterations"] == 1
    assert names["iteration-iterations(2:2)"] == 1
    assert names["iteration-item"] == names["iteration-item-driver"] == 3
    assert (names["only-b"], names["only-b-driver"], names["executor"]) == (3, 3, 4)
    skipped = [task["display_name"] for task in tasks if task["state"] == "SKIPPED"]
    assert skipped == ["only-b", "only-b"]


def test_running_nodes_have_no_end(argo: Client) -> None:
    tasks = {task["display_name"]: task for task in _details(argo, EXIT, after=8)}
    assert tasks["executor"]["state"] == "RUNNING"
    assert tasks["executor"]["end_time"] == "1970-01-01T00:00:00Z"
    assert tasks["inner-driver"]["end_time"] > tasks["inner-driver"]["start_time"]


def test_a_pending_run_has_none(argo: Client) -> None:
    assert _details(argo, LINEAR, after=0) == []


def test_other_words_are_refused() -> None:
    with pytest.raises(ValueError, match="tree or argo"):
        Sandbox(seed=None, task_details="flat")
