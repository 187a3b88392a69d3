"""Lists and watches of workflows and scheduled workflows, as kube-apiserver serves them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any

import pytest
import requests

from .conftest import V2, Client
from .documents import LINEAR

_WORKFLOWS = "/apis/argoproj.io/v1alpha1/namespaces/team-a/workflows"
_SCHEDULED = "/apis/kubeflow.org/v1beta1/namespaces/team-a/scheduledworkflows"
_METADATA = {"Accept": "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"}

Open = Callable[..., AbstractContextManager[Iterator[Any]]]


def _ask(client: Client, path: str = _WORKFLOWS, **options: Any) -> requests.Response:
    token = (client.sandbox.kubernetes.directory / "token").read_text()
    return client.send("GET", path, token=token, **options)


@contextmanager
def _watch(client: Client, path: str = _WORKFLOWS, **query: Any) -> Iterator[Iterator[Any]]:
    answer = _ask(client, path, params={"watch": 1, **query}, headers=_METADATA, stream=True)
    assert answer.status_code == 200
    with closing(answer):
        yield (json.loads(line) for line in answer.iter_lines(chunk_size=1))


def _names(listed: requests.Response) -> list[str]:
    return [item["metadata"]["name"] for item in listed.json()["items"]]


def _labels(event: Any) -> dict[str, str]:
    return dict(event["object"]["metadata"]["labels"])


def test_a_run_from_its_beginning_to_its_end(empty: Client) -> None:
    clock, experiment = empty.sandbox.clock, empty.experiment()
    listed = _ask(empty, headers=_METADATA, params={"labelSelector": "pipeline/runid"}).json()
    assert (listed["kind"], listed["items"]) == ("PartialObjectMetadataList", [])
    version = listed["metadata"]["resourceVersion"]
    with _watch(empty, resourceVersion=version) as events:
        run = empty.run(LINEAR, experiment)
        added = next(events)
        assert (added["type"], added["object"]["kind"]) == ("ADDED", "PartialObjectMetadata")
        assert _labels(added) == {"pipeline/runid": run["run_id"]}
        assert added["object"]["metadata"]["annotations"] == {
            "pipelines.kubeflow.org/run_name": "r"
        }
        clock.advance(5)
        running = next(events)
        assert running["type"] == "MODIFIED"
        assert _labels(running) | {
            "workflows.argoproj.io/completed": "false",
            "workflows.argoproj.io/phase": "Running",
        } == _labels(running)
        clock.advance(600)
        ended = next(events)
        assert _labels(ended)["workflows.argoproj.io/phase"] == "Succeeded"
        if "pipeline/persistedFinalState" not in _labels(ended):
            clock.advance(5)
            ended = next(events)
        assert _labels(ended)["pipeline/persistedFinalState"] == "true"
        versions = [
            int(event["object"]["metadata"]["resourceVersion"]) for event in (added, running, ended)
        ]
        assert int(version) < versions[0] < versions[1] < versions[2]
        clock.advance(4000)
        assert next(events)["type"] == "DELETED"
    assert _ask(empty).json()["items"] == []
    assert empty.get(f"{V2}/runs/{run['run_id']}")["state"] == "SUCCEEDED"


def test_a_deleted_run_takes_its_workflow_along(empty: Client) -> None:
    run = empty.run(LINEAR, empty.experiment())
    with _watch(empty) as events:
        assert next(events)["type"] == "ADDED"
        empty.send("DELETE", f"{V2}/runs/{run['run_id']}")
        assert next(events)["type"] == "DELETED"


def test_a_watch_goes_on_where_another_ended(empty: Client) -> None:
    experiment = empty.experiment()
    empty.run(LINEAR, experiment)
    version = _ask(empty).json()["metadata"]["resourceVersion"]
    late = empty.run(LINEAR, experiment)
    with _watch(empty, resourceVersion=version) as events:
        assert _labels(next(events))["pipeline/runid"] == late["run_id"]
    for begin in ("", "0"):
        with _watch(empty, resourceVersion=begin) as events:
            assert [next(events)["type"], next(events)["type"]] == ["ADDED", "ADDED"]


def test_bookmarks_each_minute_and_at_the_end(empty: Client) -> None:
    with _watch(empty, allowWatchBookmarks="true", timeoutSeconds=100) as events:
        empty.sandbox.clock.advance(60)
        first = next(events)
        empty.sandbox.clock.advance(45)
        assert [first["type"], *(event["type"] for event in events)] == ["BOOKMARK"] * 2
    assert set(first["object"]["metadata"]) == {"resourceVersion"}


def test_versions_that_cannot_be_watched_from(empty: Client) -> None:
    with _watch(empty, resourceVersion="3") as events:
        (error,) = events
    assert error["type"] == "ERROR"
    assert (error["object"]["code"], error["object"]["reason"]) == (410, "Expired")
    assert error["object"]["message"].startswith("too old resource version: 3 (")
    wrong = _ask(empty, params={"watch": 1, "resourceVersion": "abc"})
    assert wrong.status_code == 500
    assert "strconv.ParseUint" in wrong.json()["message"]
    assert "reason" not in wrong.json()


def test_the_fault_of_expired_versions(empty: Client) -> None:
    version = _ask(empty).json()["metadata"]["resourceVersion"]
    empty.sandbox.faults.set("watch-expired", times=1)
    with _watch(empty, resourceVersion=version) as events:
        assert next(events)["object"]["code"] == 410
    newer = _ask(empty).json()["metadata"]["resourceVersion"]
    with _watch(empty, resourceVersion=newer) as events:
        empty.run(LINEAR, empty.experiment())
        assert next(events)["type"] == "ADDED"


def test_watches_that_break(empty: Client) -> None:
    with _watch(empty) as events:
        empty.sandbox.drop_watches()
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            next(events)


def test_only_lists_are_compressed(empty: Client) -> None:
    experiment = empty.experiment()
    wide = {"Accept-Encoding": "gzip"}
    assert "Content-Encoding" not in _ask(empty, headers=wide).headers
    for _ in range(80):
        empty.run(LINEAR, experiment)
    empty.sandbox.clock.advance(60)
    listed = _ask(empty, headers=wide)
    assert (listed.headers["Content-Encoding"], len(listed.json()["items"])) == ("gzip", 80)
    watched = _ask(empty, params={"watch": 1}, headers=wide, stream=True)
    assert "Content-Encoding" not in watched.headers
    watched.close()


def test_pages_of_a_list(client: Client) -> None:
    everything = _names(_ask(client))
    first = _ask(client, params={"limit": 2})
    metadata = first.json()["metadata"]
    assert metadata["remainingItemCount"] == len(everything) - 2
    rest = _ask(client, params={"continue": metadata["continue"]})
    assert _names(first) + _names(rest) == everything
    assert _ask(client, params={"continue": "?"}).status_code == 400


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("pipeline/runid", True),
        ("!pipeline/runid", False),
        ("pipeline/runid={id}", True),
        ("pipeline/runid!={id}", False),
        ("pipeline/runid in (a, {id})", True),
        ("pipeline/runid notin (a, {id}),pipeline/runid", False),
        ("other=x", False),
    ],
)
def test_selectors(empty: Client, selector: str, found: bool) -> None:
    run = empty.run(LINEAR, empty.experiment())
    selector = selector.format(id=run["run_id"])
    assert bool(_names(_ask(empty, params={"labelSelector": selector}))) is found


def test_one_by_its_name(empty: Client) -> None:
    empty.run(LINEAR, empty.experiment())
    (name,) = _names(_ask(empty))
    assert _names(_ask(empty, params={"fieldSelector": f"metadata.name={name}"})) == [name]
    assert _names(_ask(empty, params={"fieldSelector": "metadata.name=x"})) == []
    assert _ask(empty, f"{_WORKFLOWS}/{name}").json()["kind"] == "Workflow"
    missing = _ask(empty, f"{_WORKFLOWS}/x")
    assert (missing.status_code, missing.json()["message"]) == (
        404,
        'workflows.argoproj.io "x" not found',
    )


def test_scheduled_workflows(client: Client) -> None:
    jobs = client.get(f"{V2}/recurringruns", namespace="team-a")["recurringRuns"]
    listed = _ask(client, _SCHEDULED).json()
    assert listed["kind"] == "ScheduledWorkflowList"
    assert {item["metadata"]["uid"] for item in listed["items"]} == {
        job["recurring_run_id"] for job in jobs
    }
    enabled = next(job for job in jobs if job["status"] == "ENABLED")
    version = listed["metadata"]["resourceVersion"]
    with _watch(client, _SCHEDULED, resourceVersion=version) as events:
        client.sandbox.clock.advance(1)
        client.post(f"{V2}/recurringruns/{enabled['recurring_run_id']}:disable")
        changed = next(events)
    assert changed["object"]["metadata"]["uid"] == enabled["recurring_run_id"]
    assert _labels(changed)["scheduledworkflows.kubeflow.org/enabled"] == "false"


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/apis/argoproj.io/v1alpha1/workflows", "at the cluster scope"),
        (_WORKFLOWS.replace("team-a", "team-b"), 'in the namespace "team-b"'),
    ],
)
def test_what_the_account_may_not(empty: Client, path: str, where: str) -> None:
    answer = _ask(empty, path, params={"watch": 1})
    assert (answer.status_code, answer.json()["details"]) == (
        403,
        {"group": "argoproj.io", "kind": "workflows"},
    )
    assert answer.json()["message"] == (
        'workflows.argoproj.io is forbidden: User "system:serviceaccount:team-a:default-editor" '
        f'cannot watch resource "workflows" in API group "argoproj.io" {where}'
    )


def test_a_viewer_may_list_nothing(empty: Client) -> None:
    empty.sandbox.kubernetes.deny("argoproj.io/workflows/list")
    assert _ask(empty).status_code == 403
    with _watch(empty):
        pass
