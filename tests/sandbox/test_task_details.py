"""Task details as the nodes of the Argo Workflow."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from kfp_sandbox import Sandbox

from .conftest import V2, Client, StartSandbox
from .documents import EXIT, LINEAR, LOOP, Spec, pipeline, task


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


def test_none_has_a_parent_and_children_are_nodes(argo: Client) -> None:
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


def _workflow(client: Client) -> Any:
    """The workflow of the only run, by the Kubernetes API."""
    token = (client.sandbox.kubernetes.directory / "token").read_text()
    path = "/apis/argoproj.io/v1alpha1/namespaces/team-a/workflows"
    (workflow,) = client.send("GET", path, token=token).json()["items"]
    return workflow


def _nodes(client: Client) -> dict[str, Any]:
    """Its nodes by their names, without the workflow's."""
    workflow = _workflow(client)
    name = workflow["metadata"]["name"]
    nodes = workflow["status"]["nodes"].values()
    return {node["name"].removeprefix(name): node for node in nodes}


def test_an_exit_task_is_in_the_hook_of_its_handler(argo: Client) -> None:
    tasks = {task["display_name"]: task for task in _details(argo, EXIT)}
    nodes = _nodes(argo)
    hook = nodes[".root.work.onExit"]
    assert (hook["displayName"], hook["nodeFlag"]) == ("work.onExit", {"hooked": True})
    assert ".root.work.onExit.clean-up.executor" in nodes
    assert ".root.clean-up" not in nodes
    assert {"pod_name": hook["id"]} in tasks["work"]["child_tasks"]
    assert hook["id"] in nodes[".root.work"]["children"]


def test_ids_are_hashes_of_full_names(argo: Client) -> None:
    _details(argo, LINEAR)
    name = _workflow(argo)["metadata"]["name"]
    for node in _nodes(argo).values():
        number = 2_166_136_261
        for byte in node["name"].encode():
            number = (number ^ byte) * 16_777_619 % 2**32
        assert node["id"] in (name, f"{name}-{number}")


def test_what_a_failure_leaves_out_has_no_state(argo: Client) -> None:
    argo.sandbox.outcomes["two"] = "fails"
    tasks = {task["display_name"]: task for task in _details(argo, LINEAR)}
    assert (tasks["two"]["state"], tasks["root"]["state"]) == ("FAILED", "FAILED")
    for name in ("three", "three-driver"):
        assert "state" not in tasks[name]
        assert tasks[name]["start_time"] == tasks[name]["end_time"]
        assert _nodes(argo)[f".root.{name}"]["phase"] == "Omitted"
    assert _nodes(argo)[".root.two.executor"]["message"] == "main: Error (exit code 1)"


def test_a_driver_that_fails(argo: Client) -> None:
    argo.sandbox.outcomes["two"] = "driver-fails"
    tasks = {task["display_name"]: task for task in _details(argo, LINEAR)}
    assert tasks["two-driver"]["state"] == "FAILED"
    assert "state" not in tasks["two"]
    assert "state" not in tasks["three"]


def test_a_task_from_the_cache_has_a_skipped_executor(argo: Client) -> None:
    argo.sandbox.outcomes["one"] = "cached"
    _details(argo, LINEAR)
    nodes = _nodes(argo)
    assert nodes[".root.one.executor"]["type"] == "Skipped"
    assert nodes[".root.one"]["phase"] == "Succeeded"
    outputs = nodes[".root.one-driver"]["outputs"]["parameters"]
    assert {"name": "cached-decision", "value": "true"} in outputs
    assert nodes[".root.one.executor"]["children"] == [nodes[".root.two-driver"]["id"]]


def _with_retries() -> Spec:
    retries = {"retryPolicy": {"maxRetryCount": 2}}
    return pipeline({"one": task("one", **retries), "two": task("two", "one")})


def test_attempts_of_a_retried_task(argo: Client) -> None:
    argo.sandbox.outcomes["one"] = "fails-once"
    tasks = Counter(task["display_name"] for task in _details(argo, _with_retries()))
    assert (tasks["executor(0)"], tasks["executor(1)"], tasks["executor(2)"]) == (1, 1, 0)
    nodes = _nodes(argo)
    states = [nodes[f".root.one.executor{number}"]["phase"] for number in ("(0)", "(1)", "")]
    assert states == ["Failed", "Succeeded", "Succeeded"]
    assert nodes[".root.one.executor"]["type"] == "Retry"
    assert nodes[".root.one.executor(1)"]["children"] == [nodes[".root.two-driver"]["id"]]


def test_the_settings_of_argo_that_come_with_kfp(start: StartSandbox) -> None:
    client = start(seed=None, auto_advance=False, task_details="argo", argo_defaults=True)
    client.sandbox.outcomes["one"] = "fails-once"
    names = Counter(task["display_name"] for task in _details(client, _with_retries()))
    assert (names["one"], names["one(0)"], names["executor(1)"]) == (1, 1, 0)
    nodes = _nodes(client)
    own = nodes["(0).root(0).one(0)"]
    assert (nodes["(0).root(0).one"]["type"], own["type"]) == ("Retry", "DAG")
    assert nodes["(0).root(0).one(0).executor(0)"]["type"] == "Pod"
    omitted = nodes["(0).root(0).two-driver"]
    assert (omitted["type"], omitted["phase"]) == ("Skipped", "Omitted"), "no retry in this way"
    assert own["children"] == [nodes["(0).root(0).one(0).executor"]["id"], omitted["id"]]


def test_importers_are_one_node(argo: Client) -> None:
    document = pipeline({"get": task("get"), "use": task("use", "get")})
    document["components"]["comp-get"] = {"executorLabel": "import"}
    document["deploymentSpec"]["executors"]["import"] = {"importer": {"artifactUri": {}}}
    names = Counter(task["display_name"] for task in _details(argo, document))
    assert (names["get"], names["get-driver"], names["executor"]) == (1, 0, 1)
    nodes = _nodes(argo)
    assert nodes[".root.get"]["children"] == [nodes[".root.use-driver"]["id"]]


def test_a_pending_run_has_none(argo: Client) -> None:
    assert _details(argo, LINEAR, after=0) == []


def test_other_words_are_refused() -> None:
    with pytest.raises(ValueError, match="tree or argo"):
        Sandbox(seed=None, task_details="flat")
