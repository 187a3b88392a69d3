"""Every fault by name, as it shows on the wire."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from kfp_sandbox.faults import FAULTS, NAMES

from .conftest import V1, V2, Client, StartSandbox

_LIST = f"{V2}/experiments?namespace=team-a"


@pytest.mark.parametrize(
    ("name", "status", "text", "headers"),
    [
        ("istio-denied", 403, "RBAC: access denied", {"server": "envoy", "content-length": "19"}),
        ("istio-issuer", 401, "Jwt issuer is not configured",
         {"server": "envoy", "content-length": "28"}),
        ("istio-jwks", 401, "Jwks doesn't have key to match kid or alg from Jwt", {}),
        ("upstream-unavailable", 503,
         "upstream connect error or disconnect/reset before headers. "
         "reset reason: connection failure", {"server": "envoy"}),
        ("login-redirect", 302, "", {"location":
         "/dex/auth?client_id=kubeflow-oidc-authservice&response_type=code"}),
    ],
)  # fmt: skip
def test_answers_of_the_proxies(
    empty: Client, name: str, status: int, text: str, headers: dict[str, str]
) -> None:
    empty.sandbox.faults.set(name)
    answer = empty.send("GET", _LIST)
    assert (answer.status_code, answer.text) == (status, text)
    assert {key: answer.headers[key] for key in headers} == headers
    assert "json" not in answer.headers.get("Content-Type", "")
    empty.sandbox.faults.clear()
    assert empty.send("GET", _LIST).status_code == 200


def test_login_page_is_a_200_in_html(empty: Client) -> None:
    empty.sandbox.faults.set("login-page")
    answer = empty.send("GET", _LIST)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Log in to Your Account" in answer.text


def test_api_too_old_leaves_v1(start: StartSandbox) -> None:
    client = start()
    client.sandbox.faults.set("api-too-old")
    answer = client.send("GET", f"{V2}/healthz")
    assert (answer.status_code, answer.headers["x-powered-by"]) == (404, "Express")
    assert "<pre>Cannot GET /pipeline/apis/v2beta1/healthz</pre>" in answer.text
    assert client.get(f"{V1}/healthz")["multi_user"] is True


@pytest.mark.parametrize("status", [400, 401, 409, 500])
def test_identity_missing_with_any_status(empty: Client, status: int) -> None:
    empty.sandbox.faults.set("identity-missing", status=status)
    got, body = empty.failure(_LIST)
    assert got == status
    assert "there is no user identity header" in body["message"]


def test_rbac_denied(empty: Client) -> None:
    empty.sandbox.faults.set("rbac-denied")
    status, body = empty.failure(_LIST)
    assert status == 403
    assert "is not authorized with reason" in body["message"]


def test_healthz_down_is_for_healthz(empty: Client) -> None:
    empty.sandbox.faults.set("healthz-down")
    assert empty.send("GET", f"{V2}/healthz").status_code == 503
    assert empty.send("GET", _LIST).status_code == 200


def test_namespace_required_though_healthz_says_otherwise(start: StartSandbox) -> None:
    client = start(multi_user=False)
    client.sandbox.faults.set("namespace-required")
    status, body = client.failure(f"{V2}/experiments")
    assert status == 400
    assert "cannot have an empty namespace in multi-user mode" in body["message"]
    assert client.send("GET", _LIST).status_code == 200
    client.sandbox.faults.set("namespace-required", always=True)
    assert client.send("GET", _LIST).status_code == 400


def test_namespace_rejected_though_healthz_says_otherwise(start: StartSandbox) -> None:
    client = start()
    client.sandbox.faults.set("namespace-rejected")
    status, body = client.failure(_LIST)
    assert status == 400
    assert "In single-user mode, ListExperiment cannot filter by namespace." in body["message"]
    assert client.get(f"{V2}/experiments")["total_size"] == 10
    client.sandbox.faults.set("namespace-rejected", always=True)
    assert client.send("GET", f"{V2}/experiments").status_code == 400


def test_single_user_1_8_rejects_a_namespace(start: StartSandbox) -> None:
    client = start(multi_user=False, release="1.8.5", seed=None)
    key = "resource_reference_key.type=NAMESPACE&resource_reference_key.id=team-a"
    status, body = client.failure(f"{V1}/experiments?{key}")
    assert status == 400
    assert "In single-user mode, ListExperiment cannot filter by namespace." in body["message"]


def test_token_missing(empty: Client) -> None:
    empty.sandbox.faults.set("token-missing")
    with pytest.raises(FileNotFoundError):
        empty.sandbox.token_path.read_text()
    empty.sandbox.faults.clear()
    assert empty.send("GET", _LIST).status_code == 200


def test_token_empty(empty: Client) -> None:
    empty.sandbox.faults.set("token-empty")
    assert empty.sandbox.token_path.read_text() == ""


def test_token_unreadable(empty: Client) -> None:
    empty.sandbox.faults.set("token-unreadable")
    with pytest.raises(PermissionError):
        empty.sandbox.token_path.read_text()


@pytest.mark.parametrize(
    ("name", "options", "text"),
    [
        ("token-expired", {}, "service account token has expired"),
        ("token-invalidated", {}, "service account token has been invalidated"),
        ("token-audience", {}, 'audiences ["https://kubernetes.default.svc.cluster.local"] is'),
        ("token-audience", {"late": True},
         "Failed to find all of '[pipelines.kubeflow.org]' in audience: []"),
    ],
)  # fmt: skip
def test_refused_tokens(empty: Client, name: str, options: dict[str, Any], text: str) -> None:
    empty.sandbox.faults.set(name, **options)
    status, body = empty.failure(_LIST)
    assert status == 401
    assert text in body["message"]
    empty.sandbox.faults.clear()
    assert empty.send("GET", _LIST).status_code == 200


def test_silent_never_answers(empty: Client) -> None:
    empty.sandbox.faults.set("silent", times=1)
    with pytest.raises(requests.ReadTimeout):
        empty.send("GET", _LIST, timeout=0.2)
    assert empty.sandbox.requests[-1].status == 0
    assert empty.send("GET", _LIST).status_code == 200


def test_stopping_does_not_wait_for_silence(empty: Client) -> None:
    empty.sandbox.faults.set("silent")
    with pytest.raises(requests.ReadTimeout):
        empty.send("GET", _LIST, timeout=0.1)
    empty.sandbox.stop()
    empty.sandbox.start()


def test_slow_answers_late(empty: Client) -> None:
    empty.sandbox.faults.set("slow", seconds=0.3)
    assert empty.send("GET", _LIST).elapsed.total_seconds() > 0.25


@pytest.mark.parametrize("name", ["reset", "truncated"])
def test_broken_connections(empty: Client, name: str) -> None:
    empty.experiment()
    empty.sandbox.faults.set(name)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        empty.send("GET", _LIST)


def test_truncated_json_in_a_whole_answer(empty: Client) -> None:
    empty.experiment()
    empty.sandbox.faults.set("truncated", announced=False)
    answer = empty.send("GET", _LIST)
    assert answer.text.startswith('{"experiments":')
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_not_json(empty: Client) -> None:
    empty.sandbox.faults.set("not-json", body="<oops>", status=502)
    answer = empty.send("GET", _LIST)
    assert (answer.status_code, answer.text) == (502, "<oops>")
    empty.sandbox.faults.set("not-json", body=[1, 2])
    assert empty.send("GET", _LIST).json() == [1, 2]


def test_grpc_too_large_depends_on_the_page(empty: Client) -> None:
    empty.sandbox.faults.set("grpc-too-large", limit=10)
    status, body = empty.failure(f"{_LIST}&page_size=11")
    assert status == 500
    assert body["message"].startswith("grpc: received message larger than max")
    assert empty.send("GET", f"{_LIST}&page_size=10").status_code == 200
    assert empty.send("GET", _LIST).status_code == 500, "20 rows are the default"


def test_faults_are_limited_by_times_and_path(empty: Client) -> None:
    empty.sandbox.faults.set("istio-denied", times=2, path=f"{V2}/experiments")
    codes = [empty.send("GET", path).status_code for path in (f"{V2}/healthz", *[_LIST] * 3)]
    assert codes == [200, 403, 403, 200]
    assert empty.sandbox.faults.as_list() == []


def test_unknown_faults_are_refused(empty: Client) -> None:
    with pytest.raises(ValueError, match="no such fault: 'nope'; there are api-too-old"):
        empty.sandbox.faults.set("nope")


def test_every_fault_says_what_it_does(empty: Client) -> None:
    for name, text in FAULTS.items():
        assert text
        empty.sandbox.faults.set(name)
    assert {fault["name"] for fault in empty.sandbox.faults.as_list()} == NAMES
