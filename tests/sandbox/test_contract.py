"""What Kubeflow Pipelines 2.17.0 answers to requests that are easily answered in another way.

Each line is a request and what of the real server's answer matters to a client: status, media type,
code, and the words that people see.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import jwt
import pytest
import requests

from .conftest import V1, V2, Client
from .documents import LINEAR, pipeline, task

_JSON = "application/json"
_TEXT = "text/plain; charset=utf-8"
_MISSING = "11111111-2222-4333-8444-555555555555"


def _details(answer: requests.Response) -> str:
    return str(answer.json()["details"][0]["message"])


# -- What the gateway refuses, before anyone is asked who they are --------------------------------


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("page_size=", 'parsing field "page_size": strconv.ParseInt: parsing "": invalid syntax'),
        ("page_size=ten",
         'parsing field "page_size": strconv.ParseInt: parsing "ten": invalid syntax'),
        ("page_size=4294967296",
         'parsing field "page_size": strconv.ParseInt: parsing "4294967296": value out of range'),
        ("page_size=3&page_size=4", 'too many values for field "page_size": 3, 4'),
        ("pageSize=3&page_size=4", 'too many values for field "page_size": 3, 4'),
        ("sort_by=a&sort_by=b", 'too many values for field "sort_by": a, b'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("resource", ["experiments", "runs", "recurringruns", "pipelines"])
def test_queries(empty: Client, resource: str, query: str, message: str) -> None:
    answer = empty.send("GET", f"{V2}/{resource}?namespace=team-a&{query}", token="")
    assert (answer.status_code, answer.json()) == (400, {"code": 3, "message": message})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"display_name": 12, "namespace": "team-a"}',
         "invalid value for string field displayName: 12"),
        ('{"display_name": "a", "description": ["b"]}',
         'invalid value for string field description: ["b"]'),
        ('{"display_name": "a", "colour": "red"}', 'unknown field "colour"'),
        ('{"display_name": "a"', "unexpected EOF"),
        ("[1]", "proto: syntax error (line 1:1): unexpected token ["),
    ],
)  # fmt: skip
def test_bodies(empty: Client, body: str, message: str) -> None:
    answer = empty.send("POST", f"{V2}/experiments", data=body, token="")
    assert answer.status_code == 400
    assert answer.json()["code"] == 3
    assert answer.json()["message"].endswith(message)
    assert "details" not in answer.json()
    assert empty.get(f"{V2}/experiments", namespace="team-a") == {}


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "message"),
    [
        ("POST", f"{V2}/runs/{_MISSING}:explode", 501, 12, "Method Not Allowed"),
        ("POST", f"{V2}/experiments/{_MISSING}:pause", 501, 12, "Method Not Allowed"),
        ("PUT", f"{V2}/runs", 501, 12, "Method Not Allowed"),
        ("GET", f"{V2}/nothing", 404, 5, "Not Found"),
        ("GET", f"{V2}/auth", 404, 5, "Not Found"),
    ],
)
def test_routes(
    empty: Client, method: str, path: str, status: int, code: int, message: str
) -> None:
    answer = empty.send(method, path)
    assert (answer.status_code, answer.json()) == (status, {"code": code, "message": message})


# -- Lists ----------------------------------------------------------------------------------------


def _filter(**predicate: Any) -> str:
    return quote(json.dumps({"predicates": [predicate]}))


@pytest.mark.parametrize(
    ("predicate", "message"),
    [
        ({"key": "name", "operation": "EQUALS"},
         "Error using Filter.Predicate.Value with <nil>"),
        ({"key": "name", "string_value": "a"},
         "Error using Filter.Predicate.Operation with go_client.Predicate_Operation"),
        ({"key": "colour", "operation": "EQUALS", "string_value": "a"},
         'no support for filtering on unrecognized field "colour"'),
    ],
)  # fmt: skip
def test_filters(empty: Client, predicate: dict[str, str], message: str) -> None:
    answer = empty.send("GET", f"{V2}/runs?namespace=team-a&filter={_filter(**predicate)}")
    assert (answer.status_code, answer.json()["code"], _details(answer)) == (400, 3, message)


@pytest.mark.parametrize(
    ("sort_by", "name"),
    [
        ("metric:auc", "auc"),
        ("experiment_id desc", "ExperimentUUID"),
        ("recurring_run_id", "JobUUID"),
        ("state_history", "StateHistory"),
    ],
)
def test_sorting_that_has_no_second_page(client: Client, sort_by: str, name: str) -> None:
    query = {"namespace": "team-a", "sort_by": sort_by}
    assert client.get(f"{V2}/runs", page_size=200, **query)["runs"]
    answer = client.send("GET", f"{V2}/runs", params={**query, "page_size": 2})
    assert (answer.status_code, _details(answer)) == (
        400,
        f'cannot sort by field "{name}" on type "Run"',
    )


# -- Uploads --------------------------------------------------------------------------------------


def _upload(client: Client, content: str, file: str = "p.yaml", **options: Any) -> Any:
    path = f"{V2}/pipelines/upload?name=mine&namespace=team-a"
    return client.send("POST", path, files={"uploadfile": (file, content)}, **options)


@pytest.mark.parametrize(
    ("content", "file", "status", "kind", "message"),
    [
        (json.dumps(LINEAR), "p.txt", 400, _TEXT, "Failed to read a pipeline spec file"),
        ("", "p.yaml", 500, _JSON, "Failed to create a pipeline and a pipeline version"),
        ("x: 1\ny: 2\n", "p.yaml", 400, _JSON, "unknown template format"),
        (json.dumps({**LINEAR, "extra": 1}), "p.json", 400, _JSON, "unknown template format"),
        (json.dumps({**LINEAR, "schemaVersion": "2.0.0"}), "p.json", 400, _JSON,
         "KFP only supports schema version 2.1.0, but the pipeline spec has version 2.0.0"),
        (json.dumps(pipeline({"a": task("a", componentRef={"name": "comp-b"})})).replace(
            '"comp-b": {', '"comp-c": {'), "p.json", 400, _JSON,
         'component spec for "comp-b" not found'),
    ],
)  # fmt: skip
def test_uploads_that_fail(
    empty: Client, content: str, file: str, status: int, kind: str, message: str
) -> None:
    answer = _upload(empty, content, file)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, kind)
    assert set(answer.json()) == {"error_message", "error_details"}
    assert answer.json()["error_message"] == message


def test_an_upload_of_a_name_that_is_taken(empty: Client) -> None:
    assert _upload(empty, json.dumps(LINEAR)).status_code == 200
    again = _upload(empty, json.dumps(LINEAR))
    assert (again.status_code, again.headers["Content-Type"]) == (409, _JSON)
    denied = _upload(empty, json.dumps(LINEAR), token="")
    assert (denied.status_code, denied.headers["Content-Type"]) == (400, _TEXT)


def test_a_client_needs_a_time_limit_for_uploads(empty: Client) -> None:
    empty.sandbox.faults.set("upload-hangs")
    with pytest.raises(requests.exceptions.ReadTimeout):
        _upload(empty, "a: [1, 2", timeout=0.3)
    assert _upload(empty, json.dumps(LINEAR)).status_code == 200, "others are answered"


# -- Runs and recurring runs ----------------------------------------------------------------------


@pytest.mark.parametrize("document", [{}, {"a": 1}, {"pipelineInfo": {"name": "a"}}])
def test_a_run_of_no_pipeline(empty: Client, document: Any) -> None:
    body = {"display_name": "r", "experiment_id": empty.experiment(), "pipeline_spec": document}
    answer = empty.send("POST", f"{V2}/runs", json=body)
    assert (answer.status_code, answer.json()["code"]) == (500, 13)
    assert _details(answer) == "Internal Server Error"


def test_retrying_before_the_first_report_and_after_success(empty: Client) -> None:
    identifier = empty.run(LINEAR, empty.experiment())["run_id"]
    path = f"{V2}/runs/{identifier}:retry"
    early = empty.send("POST", path)
    assert (early.status_code, early.json()["code"], _details(early)) == (
        409,
        10,
        f"Failed to retry run {identifier} due to error fetching workflow manifest",
    )
    empty.sandbox.clock.advance(600)
    late = empty.send("POST", path)
    assert (late.status_code, late.json()["code"], _details(late)) == (
        409,
        10,
        "Workflow must be Failed/Error to retry",
    )


def test_bytes_of_artifacts_are_lost(empty: Client) -> None:
    identifier = empty.run(LINEAR, empty.experiment())["run_id"]
    answer = empty.send("GET", f"{V2}/runs/{identifier}/nodes/one/artifacts/model:read")
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, _TEXT)
    assert "User identity is empty in the request header" in answer.json()["error_message"]


def test_a_recurring_run_without_a_trigger(empty: Client) -> None:
    body = {
        "display_name": "now and then",
        "experiment_id": empty.experiment(),
        "pipeline_spec": LINEAR,
        "max_concurrency": "1",
        "mode": "ENABLE",
    }
    made = empty.post(f"{V2}/recurringruns", body)
    assert (made["trigger"], made["service_account"]) == ({}, "default-editor")
    assert empty.get(f"{V2}/recurringruns/{made['recurring_run_id']}") == made


def test_a_job_of_v1(client: Client) -> None:
    listed = client.get(f"{V2}/recurringruns", namespace="team-a")["recurringRuns"]
    wanted = next(job for job in listed if job["display_name"] == "fraud-nightly")
    job = client.get(f"{V1}/jobs/{wanted['recurring_run_id']}")
    kinds = [reference["key"]["type"] for reference in job["resource_references"]]
    assert kinds == ["NAMESPACE", "EXPERIMENT", "PIPELINE", "PIPELINE_VERSION"]
    version = client.get(
        f"{V2}/pipelines/{job['pipeline_spec']['pipeline_id']}/versions/"
        f"{job['resource_references'][3]['key']['id']}"
    )
    assert job["pipeline_spec"]["pipeline_name"] == version["name"]
    assert (job["status"], job["enabled"]) == ("STATUS_UNSPECIFIED", True)


def test_a_run_of_kfp_2_in_v1(empty: Client) -> None:
    identifier = empty.run(LINEAR, empty.experiment())["run_id"]
    detail = empty.get(f"{V1}/runs/{identifier}")
    assert list(detail["pipeline_runtime"]) == ["pipeline_manifest"]
    assert json.loads(detail["pipeline_runtime"]["pipeline_manifest"])["kind"] == "Workflow"


# -- Tokens ---------------------------------------------------------------------------------------


def _token(client: Client, kind: str) -> str:
    sandbox, good = client.sandbox, client.sandbox.token
    if kind == "other issuer":
        claims = {"iss": "https://elsewhere", "aud": ["pipelines.kubeflow.org"], "sub": "x"}
        return jwt.encode(claims, "k" * 32, "HS256")
    if kind == "expired for another audience":
        return sandbox.issue_token("https://kubernetes.default.svc", expires_in=-3600)
    return {
        "no JWT": "abc",
        "almost a JWT": "a.b.c",
        "wrong signature": good.rpartition(".")[0] + "." + "A" * 43,
        "expired": sandbox.issue_token(expires_in=-3600),
        "expired just now": sandbox.issue_token(expires_in=-30),
    }[kind]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("no JWT", "Error invalid bearer token:"),
        ("almost a JWT", "Error invalid bearer token:"),
        ("other issuer", "Error invalid bearer token:"),
        ("wrong signature",
         "[invalid bearer token, go-jose/go-jose: error in cryptographic primitive]"),
        ("expired", "[invalid bearer token, service account token has expired]"),
        ("expired for another audience",
         'token audiences ["https://kubernetes.default.svc"] is invalid for the target audiences '
         '["pipelines.kubeflow.org"]'),
        ("expired just now", ""),
    ],
)  # fmt: skip
def test_tokens(empty: Client, kind: str, reason: str) -> None:
    path = f"{V2}/experiments?namespace=team-a"
    answer = empty.send("GET", path, token=_token(empty, kind))
    assert answer.status_code == (401 if reason else 200)
    if reason:
        assert reason in answer.json()["message"]
        assert answer.json()["code"] == 16
        assert _details(answer) == (
            "Failed to check authorization. User identity is empty in the request header"
        )


def test_the_header_may_only_say_bearer(empty: Client) -> None:
    path = f"{V2}/experiments?namespace=team-a"
    headers = {"Authorization": f"bearer {empty.sandbox.token}"}
    answer = empty.send("GET", path, token="", headers=headers)
    assert answer.status_code == 401
    assert "Header 'Authorization' is incorrectly formatted" in answer.json()["message"]
