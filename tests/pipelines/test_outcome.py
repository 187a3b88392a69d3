"""Changes whose answer gets lost: they may have been made, and nothing is sent again blindly."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from jupyter_kfp_auth.doctor import explain
from jupyter_kfp_auth.pipelines.connection import Connection
from jupyter_kfp_auth.pipelines.errors import ApiError, OutcomeUnknown, PipelinesError

from ..hostile import Answer, Exchange, Hostile, always, answer
from .conftest import MULTI_USER, MakeClient

EXPERIMENT = "e0000000-0000-4000-8000-000000000001"
RUN = "10000000-0000-4000-8000-000000000001"
GATEWAY = b"<html><head><title>504 Gateway Time-out</title></head><body></body></html>"
#: A server whose clock is an hour ahead of ours.
THERE = datetime.now(timezone.utc) + timedelta(hours=1)


def hang_up(exchange: Exchange) -> None:
    """Close without a byte."""


def internal(message: str) -> bytes:
    detail = {"@type": "type.googleapis.com/google.rpc.Status", "code": 13}
    detail["message"] = "Internal Server Error"
    return answer({"code": 13, "message": message, "details": [detail]}, 500)


def runs(*created: datetime, name: str = "train") -> Answer:
    rows = [
        {
            "run_id": RUN[:-1] + str(place),
            "display_name": name,
            "experiment_id": EXPERIMENT,
            "created_at": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for place, moment in enumerate(created, start=1)
    ]
    body = {"runs": rows, "total_size": len(rows)} if rows else {}
    return always(answer(body, Date=format_datetime(THERE + timedelta(seconds=1), usegmt=True)))


LOST: dict[str, Answer] = {
    "gateway": always(answer(GATEWAY, 504, "text/html")),
    "bad gateway": always(answer(b"", 502, "text/plain")),
    "Envoy": always(answer(b"upstream request timeout", 504, "text/plain")),
    "Envoy, reset": always(
        answer(b"upstream connect error or disconnect/reset before headers", 503, "text/plain")
    ),
    "client closed": always(answer(b"", 499, "text/plain")),
    "request timeout": always(answer(b"<html></html>", 408, "text/html")),
    "hung up": hang_up,
    "half an answer": always(answer(b'{"run_id": "1', content_length="900"), keep=False),
    "half a body": always(answer(b'{"run_id": "1')),
    "vague failure": always(internal("Internal Server Error")),
    "busy": always(internal("Failed to create a run: context deadline exceeded")),
}


@pytest.fixture
def client(make_client: MakeClient, hostile: Hostile, tmp_path: Path) -> Connection:
    (tmp_path / "token").write_text("a-token")
    client = make_client(hostile, token_path=str(tmp_path / "token"), timeout=2.0)
    hostile.answer = always(answer(MULTI_USER))
    client.healthz()
    hostile.requests.clear()
    return client


def start(client: Connection, name: str = "train") -> Any:
    return client.create_run(name, experiment_id=EXPERIMENT, definition={"pipelineInfo": {}})


def methods(hostile: Hostile) -> list[str]:
    return [request.line.split()[0] for request in hostile.requests]


@pytest.mark.parametrize("kind", LOST)
def test_a_run_that_was_started_all_the_same_is_found(
    kind: str, client: Connection, hostile: Hostile, caplog: pytest.LogCaptureFixture
) -> None:
    hostile.script = [LOST[kind], runs(THERE)]
    with caplog.at_level(logging.WARNING):
        assert start(client).run_id == RUN
    assert methods(hostile) == ["POST", "GET"]
    assert RUN in caplog.text
    path = hostile.requests[-1].path
    assert f"experiment_id={EXPERIMENT}" in path
    assert "train" in path


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize(
    ("listed", "told"),
    [
        (runs(), "No run of that name is listed yet."),
        # Of the same name, and older than the request, by the server's own clock.
        (runs(THERE - timedelta(minutes=1)), "No run of that name is listed yet."),
        (runs(THERE, name="train-2"), "No run of that name is listed yet."),
        (runs(THERE, THERE), "2 runs of that name have been created since"),
        (always(answer(b"", 503, "text/plain")), "The runs cannot be listed either."),
    ],
)
def test_what_is_not_known_is_not_claimed(
    kind: str, listed: Answer, told: str, client: Connection, hostile: Hostile
) -> None:
    hostile.script = [LOST[kind], listed]
    with pytest.raises(OutcomeUnknown) as caught:
        start(client)
    assert methods(hostile) == ["POST", "GET"]
    error = caught.value
    assert (error.cause_code, error.may_have_happened) == ("outcome-unknown", True)
    diagnosis = explain(error)
    assert "create a run may have been carried out" in diagnosis.message
    assert told in diagnosis.message
    assert diagnosis.paste == "%kfp runs"
    assert "<" not in diagnosis.message
    assert "Try again" not in f"{diagnosis.message} {diagnosis.next_step}"


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize(
    ("act", "look"),
    [
        (lambda client: client.terminate_run(RUN), "runs"),
        (lambda client: client.retry_run(RUN), "runs"),
        (lambda client: client.delete_run(RUN), "runs"),
        (lambda client: client.archive_experiment(EXPERIMENT), "experiments"),
        (lambda client: client.create_experiment("mine"), "experiments"),
        (lambda client: client.disable_recurring_run(RUN), "recurring-runs"),
    ],
)
def test_every_change_says_that_it_may_have_been_made(
    kind: str, act: Any, look: str, client: Connection, hostile: Hostile
) -> None:
    hostile.script = [LOST[kind]]
    with pytest.raises(OutcomeUnknown) as caught:
        act(client)
    assert len(hostile.requests) == 1
    assert explain(caught.value).paste == f"%kfp {look}"


@pytest.mark.parametrize(
    ("given", "cause", "certain"),
    [
        # Pipelines stores the run after it has made the workflow.
        (
            "Failed to store run train: Error 1366 (HY000): Incorrect string value: '\\xF0\\x9F'",
            "text-not-storable",
            False,
        ),
        (
            "Failed to store run: Error 1406: Data too long for column 'DisplayName'",
            "value-too-long",
            False,
        ),
        ("Failed to create a workflow: metadata.annotations: Too long: must have at most 262144 "
         "bytes", "pipeline-too-large", True),
        ('Failed to create a workflow: workflows.argoproj.io is forbidden: User "x" cannot create',
         "workflow-denied", True),
        ('admission webhook "check.example" denied the request: no', "admission-denied", True),
    ],
)  # fmt: skip
def test_a_failure_with_a_reason_keeps_it(
    given: str, cause: str, certain: bool, client: Connection, hostile: Hostile
) -> None:
    hostile.script = [always(internal(f"Failed to create a new run: InternalServerError: {given}"))]
    hostile.answer = runs()
    with pytest.raises(ApiError) as caught:
        start(client)
    diagnosis = explain(caught.value)
    assert diagnosis.cause == cause
    assert methods(hostile) == (["POST"] if certain else ["POST", "GET"])
    assert ("may have been done" in diagnosis.message) is not certain


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 429])
def test_a_refusal_is_certain(status: int, client: Connection, hostile: Hostile) -> None:
    hostile.answer = always(answer({"code": 3, "message": "no", "details": []}, status))
    with pytest.raises(PipelinesError) as caught:
        start(client)
    assert not caught.value.may_have_happened
    assert methods(hostile) == ["POST"]


def test_what_was_never_sent_has_not_happened(client: Connection, hostile: Hostile) -> None:
    hostile.__exit__(None, None, None)
    with pytest.raises(PipelinesError) as caught:
        start(client)
    assert (caught.value.cause_code, caught.value.may_have_happened) == (
        "connection-refused",
        False,
    )


def test_a_server_without_a_clock_is_believed_within_a_minute(
    client: Connection, hostile: Hostile
) -> None:
    now = datetime.now(timezone.utc)
    body = json.loads(json.dumps({"runs": [{"run_id": RUN, "display_name": "train"}]}))
    body["runs"][0]["created_at"] = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    hostile.script = [hang_up, always(answer(body))]
    assert start(client).run_id == RUN


# -- A run that has ended ----------------------------------------------------------------------


def refused(status: int, code: int, said: str) -> Answer:
    detail = {"@type": "type.googleapis.com/google.rpc.Status", "code": code, "message": said}
    return always(answer({"code": code, "message": f"x: {said}", "details": [detail]}, status))


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("SUCCEEDED", "The run train has already succeeded: there is nothing to terminate."),
        ("FAILED", "The run train has already failed: there is nothing to terminate."),
        ("", "The run train has already ended: there is nothing to terminate."),
    ],
)
def test_terminating_a_run_that_has_ended(
    state: str, told: str, client: Connection, hostile: Hostile
) -> None:
    hostile.script = [
        refused(400, 3, f"Failed to terminate a run {RUN}. Row not found"),
        always(answer({"run_id": RUN, "display_name": "train", "state": state})),
    ]
    with pytest.raises(ApiError) as caught:
        client.terminate_run(RUN)
    diagnosis = explain(caught.value)
    assert (diagnosis.cause, diagnosis.message) == ("run-ended", told)
    assert diagnosis.paste == f"%kfp run {RUN}"
    assert methods(hostile) == ["POST", "GET"]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("SUCCEEDED", "Only failed runs can be retried, and train has succeeded."),
        ("RUNNING", "Only failed runs can be retried, and train is running."),
        ("PENDING", "Only failed runs can be retried, and train is pending."),
    ],
)
def test_retrying_a_run_that_has_not_failed(
    state: str, told: str, client: Connection, hostile: Hostile
) -> None:
    hostile.script = [
        refused(409, 10, "Workflow must be Failed/Error to retry"),
        always(answer({"run_id": RUN, "display_name": "train", "state": state})),
    ]
    with pytest.raises(ApiError) as caught:
        client.retry_run(RUN)
    diagnosis = explain(caught.value)
    assert (diagnosis.cause, diagnosis.message) == ("run-not-retryable", told)
    assert methods(hostile) == ["POST", "GET"]


def test_the_refusal_stands_without_the_state(client: Connection, hostile: Hostile) -> None:
    hostile.script = [refused(409, 10, "Workflow must be Failed/Error to retry")]
    hostile.answer = always(answer(b"", 503, "text/plain"))
    with pytest.raises(ApiError) as caught:
        client.retry_run(RUN)
    assert "this run has not failed" in explain(caught.value).message
