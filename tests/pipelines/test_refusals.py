"""What Pipelines' own refusals mean: the same in the shapes of 2.x, of 1.8 and of uploads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_kfp_auth.config.settings import Settings, resolve
from jupyter_kfp_auth.doctor import explain
from jupyter_kfp_auth.http.session import Answer
from jupyter_kfp_auth.pipelines.answers import error_from
from jupyter_kfp_auth.pipelines.refusals import REFUSALS, said, unwrapped

STACK = (
    "\ngithub.com/kubeflow/pipelines/backend/src/common/util.NewInternalServerError\n"
    "\t/go/src/github.com/kubeflow/pipelines/backend/src/common/util/error.go:144\nruntime.goexit"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "token").write_text("opaque")
    return resolve(
        host="http://ml-pipeline.kubeflow:8888",
        token_path=str(tmp_path / "token"),
        namespace="team-a",
        environ={},
        namespace_file=Path("/nowhere/namespace"),
    )


def answer(body: Any, status: int, method: str = "POST") -> Answer:
    url = "http://ml-pipeline.kubeflow:8888/apis/v2beta1/runs"
    headers = {"Content-Type": "application/json"}
    return Answer(status, headers, json.dumps(body).encode(), url, True, method)


def v2(reason: str, inner: str = "Internal Server Error", code: int = 13) -> dict[str, Any]:
    detail = {"@type": "type.googleapis.com/google.rpc.Status", "code": code, "message": inner}
    message = f"Failed to create a new run: InternalServerError: {reason}"
    return {"code": code, "message": message, "details": [detail]}


def v1(reason: str, inner: str = "Internal Server Error", code: int = 13) -> dict[str, Any]:
    details = f"Failed to create a new run.: InternalServerError: {reason}{STACK}"
    detail = {"@type": "type.googleapis.com/api.Error", "error_message": inner}
    detail["error_details"] = details
    return {"error": inner, "code": code, "message": inner, "details": [detail]}


def upload(reason: str) -> dict[str, Any]:
    return {
        "error_message": "Failed to create a pipeline and a pipeline version",
        "error_details": f"Failed to create a pipeline: InternalServerError: {reason}{STACK}",
    }


#: Reason, cause, and what the sentence has to hold of the reason.
REASONS: dict[str, tuple[str, str]] = {
    # The pipeline.
    'Workflow.argoproj.io "a" is invalid: metadata.annotations: Too long: must have at most 262144 '
    "bytes": ("pipeline-too-large", "262144"),
    "etcdserver: request is too large": ("pipeline-too-large", "etcdserver"),
    "rpc error: code = ResourceExhausted desc = trying to send message larger than max (3145730 vs."
    " 2097152)": ("pipeline-too-large", "2097152"),
    "Request entity too large: limit is 3145728": ("pipeline-too-large", "3145728"),
    "workflow is longer than maximum allowed size. compressed size 1048999 > maxSize 1048576": (
        "pipeline-too-large", "1048576"),
    "Error 1105: Packet for query is too large": ("pipeline-too-large", "Packet"),
    "Error 1406 (22001): Data too long for column 'WorkflowSpecManifest' at row 1": (
        "pipeline-too-long", "WorkflowSpecManifest"),
    "Error 1406: Data too long for column 'Parameters' at row 1": ("value-too-long", "Parameters"),
    "Error 1366: Incorrect string value: '\\xF0\\x9F\\x98\\x80' for column": (
        "text-not-storable", "Incorrect string value"),
    "WorkflowSpecManifest 1f0c not found.": ("definition-missing", "not found"),
    "The specified key does not exist.": ("definition-missing", "key"),
    "unknown template format: pipeline spec is invalid": ("template-unreadable", "unknown"),
    "KFP only supports schema version 2.1.0, but the pipeline spec has version 2.0.0": (
        "template-unreadable", "2.0.0"),
    # What Pipelines is made of.
    "dial tcp: lookup mysql on 10.96.0.10:53: no such host": ("database-unavailable", "mysql"),
    "dial tcp 10.1.2.3:3306: connect: connection refused": ("database-unavailable", "3306"),
    "driver: bad connection": ("database-unavailable", "bad connection"),
    "Error 1040: Too many connections": ("database-unavailable", "Too many"),
    "Error 1213: Deadlock found when trying to get lock": ("database-unavailable", "Deadlock"),
    "write /var/lib/mysql/x: no space left on device": ("disk-full", "no space"),
    "Get \"http://minio-service.kubeflow:9000/mlpipeline\": dial tcp: connect: connection refused":
        ("store-unavailable", "minio"),
    "The specified bucket does not exist": ("store-unavailable", "bucket"),
    'no matches for kind "Workflow" in version "argoproj.io/v1alpha1"': ("argo-missing", "kind"),
    'workflows.argoproj.io is forbidden: User "system:serviceaccount:kubeflow:ml-pipeline" cannot '
    'create resource "workflows" in API group "argoproj.io" in the namespace "team-a"': (
        "workflow-denied", "ml-pipeline"),
    'workflows.argoproj.io "a" is forbidden: exceeded quota: q, requested: count=1, used: 10': (
        "quota-exceeded", "exceeded quota"),
    'admission webhook "policy.example" denied the request: label owner is missing': (
        "admission-denied", "label owner"),
    'namespaces "team-q" not found': ("namespace-missing", "team-q"),
    "client rate limiter Wait returned an error: context deadline exceeded": (
        "pipelines-busy", "rate limiter"),
    "etcdserver: request timed out": ("pipelines-busy", "timed out"),
    # Which namespace?
    "Invalid input error: Namespace cannot be empty when creating an Argo workflow": (
        "namespace-required", ""),
    "Invalid input error: Run must have an owner namespace": ("namespace-required", ""),
    "Invalid input error: Resource cannot have an empty namespace and experiment id": (
        "namespace-required", ""),
    "ListJobs must filter by resource reference of type namespace, but we got: ": (
        "namespace-required", ""),
    "In single-user mode, CreateExperimentRequest shouldn't contain resource references.": (
        "namespace-rejected", ""),
    "Experiment id can not be empty in multi-user mode": ("experiment-required", ""),
}  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("shape", [v2, v1, upload])
def test_the_reason_is_found_wherever_it_stands(
    reason: str, shape: Any, settings: Settings
) -> None:
    cause, holds = REASONS[reason]
    error = error_from(answer(shape(reason), 500), settings, asked="create run")
    assert error.cause_code == cause
    shown = explain(error)
    assert shown.cause == cause
    assert holds in f"{shown.message} {error.facts['said']}"
    for noise in ("github.com", "/go/src", "goexit", "InternalServerError", "Internal Server"):
        assert noise not in shown.message


def test_every_refusal_has_an_example() -> None:
    told = {cause for cause, _ in REASONS.values()}
    elsewhere = {"rbac-denied", "name-taken", "run-ended", "run-not-retryable"}
    tokens = {code for code, _, _ in REFUSALS if code.startswith(("token-", "identity-"))}
    assert told | elsewhere | tokens >= {code for code, _, _ in REFUSALS}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (v2("The name train already exist", "Already exist error", 6), 409),
        (v1("The name train already exists", "Already exist error", 6), 409),
        (
            upload("Already exist error: The name train already exist"),
            409,
        ),
        (v2("Error 1062: Duplicate entry 'train' for key 'Name'"), 500),
    ],
)
def test_a_name_that_is_taken(body: Any, status: int, settings: Settings) -> None:
    error = error_from(answer(body, status), settings, asked="upload pipeline")
    assert error.cause_code == "name-taken"
    assert "Take another name" in explain(error).next_step


def test_words_in_a_name_are_not_taken_for_a_reason(settings: Settings) -> None:
    inner = "Run minio:9000 lookup mysql not found"
    error = error_from(answer(v2(inner, inner, 5), 404, "GET"), settings, asked="get run")
    assert error.cause_code == "not-found"


@given(st.text(max_size=300))
def test_any_text_keeps_something(text: str) -> None:
    assert bool(unwrapped(text)) == bool(text.strip())
    assert isinstance(said(answer({"code": 13, "message": text, "details": []}, 500)), str)


# -- Why a token is not believed ----------------------------------------------------------------

EMPTY = "Failed to check authorization. User identity is empty in the request header"


def review(why: str) -> dict[str, Any]:
    """The answer of 2.17 to a token that kube-apiserver does not believe."""
    message = (
        f"List experiments failed: Failed to authorize with API: Unauthenticated: {EMPTY}: "
        "[Unauthenticated: Request header error: there is no user identity header., "
        f"Authentication failure: Unauthenticated: Review.Status.Authenticated is false. Error "
        f"{why}: Failed to authenticate token review]"
    )
    detail = {"@type": "type.googleapis.com/google.rpc.Status", "code": 16, "message": EMPTY}
    return {"code": 16, "message": message, "details": [detail]}


GOOD = {"aud": ["pipelines.kubeflow.org"], "iss": "https://other.example", "sub": "a"}


@pytest.mark.parametrize(
    ("why", "token", "cause", "holds"),
    [
        ("[invalid bearer token, service account token has expired]", GOOD, "token-expired", ""),
        ("[invalid bearer token, service account token is not valid yet]", GOOD,
         "token-not-yet-valid", ""),
        ('[invalid bearer token, serviceaccounts "gone" not found]', GOOD, "token-invalidated", ""),
        ("[invalid bearer token, service account UID (a) does not match claim (b)]", GOOD,
         "token-invalidated", ""),
        ("[invalid bearer token, service account token has been invalidated]", GOOD,
         "token-invalidated", ""),
        ("[invalid bearer token, go-jose/go-jose: error in cryptographic primitive]", GOOD,
         "token-rejected", "error in cryptographic primitive"),
        ("[invalid bearer token, invalid signature, no keys found]", GOOD, "token-issuer",
         "https://other.example"),
        ("invalid bearer token", GOOD, "token-issuer", "https://other.example"),
        ("invalid bearer token", "garbage", "token-malformed", ""),
        ("invalid bearer token", "a.b.c", "token-malformed", ""),
        ("[invalid bearer token, something new]", "garbage", "token-rejected", "something new"),
    ],
)  # fmt: skip
def test_the_text_inside_the_review_is_what_counts(
    why: str, token: Any, cause: str, holds: str, settings: Settings
) -> None:
    text = token if isinstance(token, str) else jwt.encode(token, "k" * 32, "HS256")
    Path(settings.token_path.value).write_text(text)
    error = error_from(answer(review(why), 401, "GET"), settings, asked="list experiments")
    diagnosis = explain(error)
    assert diagnosis.cause == cause
    assert holds in diagnosis.message
    assert "identity is empty" not in diagnosis.message
    assert text not in diagnosis.message
