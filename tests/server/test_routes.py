"""Every route of the contract, and everything that is none."""

from __future__ import annotations

from importlib import resources
from typing import Any

import pytest
from openapi_spec_validator import validate

from kfp_sandbox import Sandbox

from .conftest import Ask
from .contract import DOCUMENT, SOME_ID

LISTS = ("experiments", "runs", "recurring-runs", "pipelines")


def test_contract_is_valid() -> None:
    validate(DOCUMENT)


@pytest.mark.parametrize("kind", LISTS)
async def test_lists_and_items(ask: Ask, kind: str) -> None:
    page = (await ask(kind, query={"page_size": "2"})).data
    assert page["items"]
    assert page["total_size"] >= len(page["items"])
    own = f"{kind.replace('-', '_')[:-1]}_id"
    for item in page["items"]:
        answer = await ask(f"{kind}/{item[own]}")
        assert answer.status == 200
        assert answer.data[own] == item[own]


async def test_modules_of_the_explorer(ask: Ask) -> None:
    """They are kept by browsers for ever: the names change with the content."""
    files = [*(resources.files("jupyter_kfp_auth") / "notebook/static/explorer").iterdir()]
    assert files
    for file in files:
        answer = await ask(f"explorer/{file.name}")
        assert answer.body == file.read_bytes()
        assert "immutable" in answer.headers["Cache-Control"]
    for none in ("explorer/nothing.js", "explorer/..%2floader.js", "explorer/"):
        assert (await ask(none)).cause == "not-found"


async def test_versions_of_a_pipeline(ask: Ask) -> None:
    pipelines = (await ask("pipelines", query={"namespace": ""})).data["items"]
    pipelines += (await ask("pipelines")).data["items"]
    for pipeline in pipelines:
        page = (await ask(f"pipelines/{pipeline['pipeline_id']}/versions")).data
        assert {v["pipeline_id"] for v in page["items"]} == {pipeline["pipeline_id"]}


async def test_every_page_once(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.add_experiments(25)
    seen: list[str] = []
    token = ""
    while True:
        page = (await ask("experiments", query={"page_size": "10", "page_token": token})).data
        seen += [item["experiment_id"] for item in page["items"]]
        token = page["next_page_token"]
        if not token:
            break
    assert len(seen) == len(set(seen)) == page["total_size"]


async def test_query_reaches_pipelines(ask: Ask, sandbox: Sandbox) -> None:
    query = {
        "namespace": sandbox.namespace,
        "search": "50% + ü",
        "sort_by": "name asc",
        "page_size": "7",
        "include_archived": "true",
        "state": "FAILED",
    }
    sandbox.clear_requests()
    assert (await ask("runs", query=query)).status == 200
    sent = sandbox.requests[-1].query
    assert sent["namespace"] == sandbox.namespace
    assert sent["page_size"] == "7"
    assert sent["sort_by"].startswith("name")
    assert sent["filter"]


@pytest.mark.parametrize(
    ("kind", "there", "back"),
    [
        ("experiments", "archive", "unarchive"),
        ("runs", "archive", "unarchive"),
        ("recurring-runs", "disable", "enable"),
    ],
)
async def test_actions(ask: Ask, sandbox: Sandbox, kind: str, there: str, back: str) -> None:
    own = f"{kind.replace('-', '_')[:-1]}_id"
    items = (await ask(kind)).data["items"]
    enabled = [i for i in items if i.get("enabled", True) and i.get("state") != "RUNNING"]
    path = f"{kind}/{enabled[0][own]}"
    before = (await ask(path)).data
    sandbox.clear_requests()
    assert (await ask(f"{path}/{there}", method="POST")).status == 204
    assert [r.method for r in sandbox.requests].count("POST") == 1
    field = "enabled" if kind == "recurring-runs" else "storage_state"
    assert (await ask(path)).data[field] != before[field]
    assert (await ask(f"{path}/{back}", method="POST")).status == 204
    assert (await ask(path)).data[field] == before[field]


async def test_terminate_and_retry(ask: Ask) -> None:
    runs = (await ask("runs", query={"state": "RUNNING"})).data["items"]
    path = f"runs/{runs[0]['run_id']}"
    assert (await ask(f"{path}/terminate", method="POST")).status == 204
    assert (await ask(path)).data["state"] != "RUNNING"
    failed = (await ask("runs", query={"state": "FAILED"})).data["items"]
    path = f"runs/{failed[0]['run_id']}"
    assert (await ask(f"{path}/retry", method="POST")).status == 204
    assert (await ask(path)).data["state"] != "FAILED"


async def test_failed_action_is_sent_once(ask: Ask, sandbox: Sandbox) -> None:
    run = (await ask("runs")).data["items"][0]["run_id"]
    sandbox.faults.set("upstream-unavailable")
    sandbox.clear_requests()
    reply = await ask(f"runs/{run}/archive", method="POST")
    assert (reply.status, reply.cause) == (502, "outcome-unknown")
    assert [r.method for r in sandbox.requests] == ["POST"]


async def test_status_and_doctor(ask: Ask, sandbox: Sandbox) -> None:
    status = (await ask("status")).data
    assert status["ok"]
    assert status["settings"]["host"] == {"value": sandbox.url, "origin": "KF_PIPELINES_ENDPOINT"}
    assert status["identity"] == sandbox.account.user
    assert status["pipelines"]["stand_in"]
    found = (await ask("doctor")).data
    assert found["ok"], found


async def test_doctor_of_another_namespace(ask: Ask) -> None:
    found = (await ask("doctor", query={"namespace": "team-b"})).data
    assert (found["ok"], found["cause"]) == (False, "rbac-denied")
    assert "team-b" in found["paste"]
    assert (await ask("doctor", query={"namespace": "Team_B"})).status == 400
    assert (await ask("doctor", query={"host": "http://evil.example"})).status == 400


async def test_host_never_comes_from_a_request(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.clear_requests()
    for query in ({"host": "http://evil.example"}, {"url": "http://evil.example"}):
        reply = await ask("experiments", query=query)
        assert (reply.status, reply.cause) == (400, "invalid-request")
    assert sandbox.requests == []


async def test_nothing_of_the_browser_is_passed_on(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.clear_requests()
    headers = {"Cookie": "a=b", "kubeflow-userid": "root@example.com", "X-Forwarded-For": "1.2.3.4"}
    assert (await ask("experiments", headers=headers)).status == 200
    assert sandbox.requests
    for request in sandbox.requests:
        assert request.headers["Authorization"] == f"Bearer {sandbox.token}"
        for name in headers:
            assert name not in request.headers


@pytest.mark.parametrize(
    "path",
    [
        "",
        "nothing",
        "experiments/",
        "runs/..%2f..%2fapis",
        "runs/%2e%2e",
        "runs/a%2fb",
        "runs/a%0ab",
        "runs/a%00",
        "runs/a%20b",
        "runs/" + "a" * 10_000,
        f"runs/{SOME_ID}/tasks",
        f"runs/{SOME_ID}/terminate/now",
        f"pipelines/{SOME_ID}%2fversions",
        f"pipelines/{SOME_ID}/versions/1/nothing",
        "apis/v2beta1/experiments",
        "experiments/versions/x",
        "versions",
    ],
)
async def test_no_such_route(ask: Ask, sandbox: Sandbox, path: str) -> None:
    sandbox.clear_requests()
    for method in ("GET", "POST"):
        reply = await ask(path, method=method)
        assert (reply.status, reply.cause) == (404, "not-found")
    assert sandbox.requests == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"experiments/{SOME_ID}"),
        ("POST", "status"),
        ("GET", f"pipelines/{SOME_ID}/versions/1"),
        ("GET", f"runs/{SOME_ID}/terminate"),
        ("DELETE", "runs"),
        ("DELETE", f"runs/{SOME_ID}/terminate"),
        ("PUT", "nothing"),
    ],
)
async def test_no_such_verb(ask: Ask, sandbox: Sandbox, method: str, path: str) -> None:
    sandbox.clear_requests()
    reply = await ask(path, method=method)
    assert (reply.status, reply.cause) == (405, "method-not-allowed")
    assert sandbox.requests == []


@pytest.mark.parametrize(
    "query",
    [
        "page_size=0",
        "page_size=201",
        "page_size=ten",
        "page_size=2&page_size=3",
        "page_size=",
        "sort_by=name;drop",
        "namespace=Team_A",
        "namespace=..%2f",
        "include_archived=yes",
        "state=SAD",
        "experiment_id=..%2f",
        "search=" + "a" * 257,
        "search=%ff",
        "unknown=1",
        "12ab=",
        "1732377600=1",
    ],
)
async def test_wrong_query(ask: Ask, sandbox: Sandbox, query: str) -> None:
    sandbox.clear_requests()
    reply = await ask("runs", query=query)
    assert (reply.status, reply.cause) == (400, "invalid-request")
    assert sandbox.requests == []


async def test_post_takes_no_query(ask: Ask, sandbox: Sandbox) -> None:
    run = (await ask("runs")).data["items"][0]["run_id"]
    sandbox.clear_requests()
    reply = await ask(f"runs/{run}/archive", method="POST", query="force=1")
    assert (reply.status, reply.cause) == (400, "invalid-request")
    assert sandbox.requests == []


@pytest.mark.parametrize("query", ["1732377600123", "_=1732377600123", "no_track_activity=1"])
async def test_parameters_of_jupyter_are_not_ours(ask: Ask, sandbox: Sandbox, query: str) -> None:
    assert (await ask("runs", query=query)).status == 200
    assert sandbox.requests[-1].query.keys().isdisjoint({"_", "no_track_activity"})


async def test_headers_of_an_answer(ask: Ask) -> None:
    for path in ("runs", "nothing"):
        headers: Any = (await ask(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "private, no-cache"


async def test_number_that_json_cannot_say(ask: Ask, sandbox: Sandbox) -> None:
    body = '{"run_id": "r1", "runtime_config": {"parameters": {"rate": 1e999, "n": 3}}}'
    path = "/apis/v2beta1/runs/r1"
    await ask("status")
    sandbox.faults.set("not-json", path=path, body=body)
    reply = await ask("runs/r1")
    assert reply.status == 200
    assert reply.data["parameters"] == {"rate": "1e999", "n": 3}
