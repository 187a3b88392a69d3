"""The tasks of a run as its definition nests them, from what real servers send."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import requests

from jupyter_kfp_auth.config.settings import resolve
from jupyter_kfp_auth.doctor import connect
from jupyter_kfp_auth.pipelines.connection import Connection
from jupyter_kfp_auth.pipelines.models import Run, Task
from jupyter_kfp_auth.pipelines.task_tree import arrange
from kfp_sandbox import Sandbox

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def outline(run: Run) -> Counter[tuple[str, str]]:
    """The path and the state of every task."""
    tasks = {task.task_id: task for task in run.tasks}

    def path(task: Task | None) -> str:
        if task is None:
            return ""
        return f"{path(tasks.get(task.parent_task_id))}/{task.display_name}"

    # Those that have not begun are in one of the two forms only.
    return Counter((path(task), task.state) for task in run.tasks if task.state)


def client(sandbox: Sandbox) -> Connection:
    return connect(resolve(environ=sandbox.environment()))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_argos_nodes_become_the_tree_that_the_api_describes(seed: int) -> None:
    with (
        Sandbox(seed=seed, auto_advance=False, task_details="tree") as described,
        Sandbox(seed=seed, auto_advance=False, task_details="argo") as sent,
        client(described) as expected,
        client(sent) as found,
    ):
        for run in expected.iter_runs(include_archived=True):
            assert outline(found.get_run(run.run_id)) == outline(expected.get_run(run.run_id))


def loops_in_loops() -> dict[str, Any]:
    """A compiled pipeline whose rounds all run at the same time, and have the same tasks."""

    def dag(key: str, component: str, items: str) -> dict[str, Any]:
        loop = {"items": {"raw": items}, "itemInput": "item"}
        task = {"componentRef": {"name": component}, "taskInfo": {"name": key}}
        return {"dag": {"tasks": {key: {**task, "parameterIterator": loop}}}}

    work = {"componentRef": {"name": "work"}, "taskInfo": {"name": "work"}}
    return {
        "pipelineInfo": {"name": "loops-in-loops"},
        "schemaVersion": "2.1.0",
        "sdkVersion": "kfp-2.13.0",
        "root": dag("outer", "comp-outer", '["a", "b", "c"]'),
        "components": {
            "comp-outer": dag("inner", "comp-inner", '["1", "2"]'),
            "comp-inner": {"dag": {"tasks": {"work": work}}},
            "work": {"executorLabel": "work"},
        },
        "deploymentSpec": {"executors": {"work": {"container": {"image": "python:3.12"}}}},
    }


@pytest.mark.parametrize("seconds", [5, 10, 20, 4000])
def test_rounds_that_run_at_the_same_time_keep_their_tasks(seconds: int) -> None:
    outlines = []
    for details in ("tree", "argo"):
        with (
            Sandbox(auto_advance=False, task_details=details) as sandbox,
            client(sandbox) as pipelines,
        ):
            experiment = pipelines.list_experiments().items[0].experiment_id
            run = {"display_name": "loops", "experiment_id": experiment}
            made = requests.post(
                f"{sandbox.url}/apis/v2beta1/runs",
                json={**run, "pipeline_spec": loops_in_loops()},
                headers={"Authorization": f"Bearer {sandbox.token}"},
                timeout=10,
            ).json()
            sandbox.clock.advance(seconds)
            outlines.append(outline(pipelines.get_run(made["run_id"])))
    assert outlines[0] == outlines[1]


def test_the_definition_of_a_version_is_asked_for_once(sandbox: Sandbox) -> None:
    with client(sandbox) as pipelines:
        run = next(run for run in pipelines.iter_runs() if run.pipeline_version_id)
        for _ in range(3):
            assert pipelines.get_run(run.run_id).pipeline_spec
    asked = [request for request in sandbox.requests if "/versions/" in request.path]
    assert len(asked) == 1


def test_a_run_whose_version_may_not_be_read_still_shows_its_tasks(sandbox: Sandbox) -> None:
    sandbox.faults.set("rbac-denied", path="/apis/v2beta1/pipelines")
    with client(sandbox) as pipelines:
        run = next(r for r in pipelines.iter_runs(state="SUCCEEDED") if r.pipeline_version_id)
        assert pipelines.get_run(run.run_id).tasks


def node(name: str, start: int, end: int | None, state: str = "SUCCEEDED") -> Task:
    """A node of which no children are known, from one second after noon to another."""
    return Task(
        task_id=f"{name} {start}",
        display_name=name,
        state=state,
        started_at=NOON + timedelta(seconds=start),
        finished_at=None if end is None else NOON + timedelta(seconds=end),
    )


@pytest.mark.parametrize("spec", [None, {}, {"root": 5}, {"root": {"dag": {"tasks": {"x": None}}}}])
def test_without_a_usable_definition_nothing_is_lost(spec: dict[str, object] | None) -> None:
    tasks = (node("a", 0, 1), node("b", 1, 2))
    assert arrange(tasks, spec) == tasks
