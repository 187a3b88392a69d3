"""Pods of runs, their events and their logs, by the Kubernetes API and by Pipelines."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import V2, Client
from .documents import LINEAR

_PODS = "/api/v1/namespaces/team-a/pods"
_EVENTS = "/api/v1/namespaces/team-a/events"


def _ask(client: Client, path: str, **query: Any) -> Any:
    token = (client.sandbox.kubernetes.directory / "token").read_text()
    return client.send("GET", path, token=token, params=query)


def _run(client: Client, outcome: str = "succeeds", after: float = 300) -> str:
    client.sandbox.outcomes["two"] = outcome
    identifier = client.run(LINEAR, client.experiment())["run_id"]
    client.sandbox.clock.advance(after)
    return str(identifier)


def _pod(client: Client, node: str = ".root.two.executor") -> Any:
    """The pod of a node."""
    pods = _ask(client, _PODS).json()["items"]
    key = "workflows.argoproj.io/node-name"
    return next(pod for pod in pods if pod["metadata"]["annotations"][key].endswith(node))


def _state(pod: Any) -> Any:
    return pod["status"]["containerStatuses"][0]["state"]


def test_a_pod_for_each_driver_and_container(empty: Client) -> None:
    identifier = _run(empty)
    pods = _ask(empty, _PODS, labelSelector=f"pipeline/runid={identifier}").json()
    assert (pods["kind"], len(pods["items"])) == ("PodList", 7)
    assert {pod["status"]["phase"] for pod in pods["items"]} == {"Succeeded"}
    pod = _pod(empty)
    workflow = pod["metadata"]["labels"]["workflows.argoproj.io/workflow"]
    number = pod["metadata"]["annotations"]["workflows.argoproj.io/node-id"].rpartition("-")[2]
    assert pod["metadata"]["name"] == f"{workflow}-system-container-impl-{number}"
    assert _ask(empty, f"{_PODS}/{pod['metadata']['name']}").json() == pod
    assert _ask(empty, f"{_PODS}/nothing").status_code == 404


@pytest.mark.parametrize(
    ("outcome", "code", "reason"), [("fails", 1, "Error"), ("out-of-memory", 137, "OOMKilled")]
)
def test_pods_that_fail(empty: Client, outcome: str, code: int, reason: str) -> None:
    _run(empty, outcome)
    terminated = _state(_pod(empty))["terminated"]
    assert (terminated["exitCode"], terminated["reason"]) == (code, reason)


def test_a_pod_that_cannot_pull_its_image(empty: Client) -> None:
    _run(empty, "image-pull")
    pod = _pod(empty)
    waiting = _state(pod)["waiting"]
    assert waiting == {
        "reason": "ImagePullBackOff",
        "message": 'Back-off pulling image "busybox"',
    }
    name = pod["metadata"]["name"]
    events = _ask(empty, _EVENTS, fieldSelector=f"involvedObject.name={name}").json()["items"]
    reasons = [(event["type"], event["reason"]) for event in events]
    assert ("Warning", "Failed") in reasons
    log = _ask(empty, f"{_PODS}/{name}/log")
    assert (log.status_code, "is waiting to start" in log.json()["message"]) == (400, True)


def test_a_pod_that_finds_no_node(empty: Client) -> None:
    _run(empty, "unschedulable")
    pod = _pod(empty)
    assert "containerStatuses" not in pod["status"]
    assert "nodeName" not in pod["spec"]
    (scheduled,) = pod["status"]["conditions"]
    assert (scheduled["status"], scheduled["reason"]) == ("False", "Unschedulable")
    events = _ask(empty, _EVENTS, fieldSelector="reason=FailedScheduling").json()["items"]
    assert [event["involvedObject"]["name"] for event in events] == [pod["metadata"]["name"]]


def test_a_pod_that_a_quota_does_not_let_be_made(empty: Client) -> None:
    _run(empty, "quota")
    assert len(_ask(empty, _PODS).json()["items"]) == 4, "that of the task's driver is the last"
    (event,) = _ask(empty, _EVENTS, fieldSelector="reason=FailedCreate").json()["items"]
    assert "exceeded quota" in event["message"]


def test_logs_of_containers_and_drivers(empty: Client) -> None:
    _run(empty, "fails")
    name = _pod(empty)["metadata"]["name"]
    log = _ask(empty, f"{_PODS}/{name}/log", container="main").text
    assert "Traceback (most recent call last):" in log
    assert "KeyError" in log
    last = _ask(empty, f"{_PODS}/{name}/log", tailLines=1).text
    assert last == log.splitlines()[-1] + "\n"
    stamped = _ask(empty, f"{_PODS}/{name}/log", timestamps="true").text.splitlines()
    assert [line.split(" ", 1)[1] for line in stamped] == log.splitlines()
    assert len(_ask(empty, f"{_PODS}/{name}/log", limitBytes=10).text) == 10
    driver = _pod(empty, ".root.two-driver")["metadata"]["name"]
    assert "driver" in _ask(empty, f"{_PODS}/{driver}/log").text


def test_a_log_grows_while_its_pod_runs(empty: Client) -> None:
    _run(empty, after=0)
    empty.sandbox.clock.advance(6)
    name = _pod(empty, ".root.one.executor")["metadata"]["name"]
    early = _ask(empty, f"{_PODS}/{name}/log").text
    empty.sandbox.clock.advance(60)
    late = _ask(empty, f"{_PODS}/{name}/log").text
    assert late.startswith(early)
    assert len(late) > len(early)


def test_pipelines_reads_logs_by_the_name_of_the_pod_without_a_token(empty: Client) -> None:
    identifier = _run(empty, "fails")
    pod = _pod(empty)["metadata"]
    route = f"/apis/v1alpha1/runs/{identifier}/nodes/{{}}/log"
    log = empty.send("GET", route.format(pod["name"]), token="")
    assert (log.status_code, "Traceback" in log.text) == (200, True)
    node = pod["annotations"]["workflows.argoproj.io/node-id"]
    missing = empty.send("GET", route.format(node), token="")
    assert missing.status_code == 200
    assert set(missing.json()) == {"error_message", "error_details"}
    assert missing.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_pods_are_gone_with_their_workflow(empty: Client) -> None:
    identifier = _run(empty, after=300)
    name = _pod(empty)["metadata"]["name"]
    empty.sandbox.clock.advance(2 * 3600)
    assert _ask(empty, _PODS).json()["items"] == []
    assert empty.get(f"{V2}/runs/{identifier}")["state"] == "SUCCEEDED"
    archived = empty.send("GET", f"/apis/v1alpha1/runs/{identifier}/nodes/{name}/log", token="")
    assert "done in" in archived.text


def test_pods_ask_for_rights_of_their_own(empty: Client) -> None:
    _run(empty)
    empty.sandbox.kubernetes.deny("/pods/list", "/pods/log/get")
    assert _ask(empty, _PODS).status_code == 403
    answer = _ask(empty, f"{_PODS}/x/log")
    assert answer.json()["message"] == (
        'pods "x" is forbidden: User "system:serviceaccount:team-a:default-editor" cannot get '
        'resource "pods/log" in API group "" in the namespace "team-a"'
    )
