"""Every row of the decision table over real sockets: one cause, one next step, filled in."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jupyter_kfp_auth.config.settings import Setting, Settings
from jupyter_kfp_auth.doctor import connect, diagnose
from jupyter_kfp_auth.http.errors import PipelinesError, in_a_line
from kfp_sandbox import Sandbox

from ..hostile import Exchange, Hostile, always, answer
from ..secrecy import leaks
from .conftest import MakeSettings, check_form

Fault = Callable[[Sandbox], Any]


def fault(name: str, **options: Any) -> Fault:
    return lambda sandbox: sandbox.faults.set(name, **options)


#: Row: what is broken, the cause, words of the message, words of what is pasted.
TABLE: dict[str, tuple[Fault, str, tuple[str, ...], tuple[str, ...]]] = {
    "D1": (
        fault("token-missing"),
        "token-missing",
        ("no file", "secrets/kubeflow/pipelines/token"),
        ("kind: PodDefault", "namespace: team-a", "audience: pipelines.kubeflow.org"),
    ),
    "D1 empty": (fault("token-empty"), "token-empty", ("is empty",), ()),
    "D2": (
        fault("token-unreadable"),
        "token-unreadable",
        ("token file", "owner", "this process is user"),
        (),
    ),
    "D3": (
        fault("istio-denied"),
        "istio-denied",
        ("Istio", "no RoleBinding"),
        ("--host http://ml-pipeline.kubeflow.svc.cluster.local:8888",),
    ),
    "D4": (
        fault("istio-issuer"),
        "istio-issuer",
        ("https://kubernetes.default.svc.cluster.local",),
        (),
    ),
    "D5": (fault("istio-jwks"), "istio-keys", ("https://kubernetes.default.svc",), ()),
    "D6": (fault("identity-missing"), "token-rejected", ("does not accept the token",), ()),
    "D7 expired": (fault("token-expired"), "token-expired", ("has expired",), ()),
    "D7 invalidated": (fault("token-invalidated"), "token-invalidated", ("deleted",), ()),
    "D8": (
        fault("token-audience"),
        "token-audience",
        ("https://kubernetes.default.svc.cluster.local", "pipelines.kubeflow.org"),
        ("audience: pipelines.kubeflow.org",),
    ),
    "D8 late": (fault("token-audience", late=True), "token-audience", ("meant for",), ()),
    "D9": (
        fault("rbac-denied"),
        "rbac-denied",
        (
            "system:serviceaccount:team-a:default-editor may not list experiments",
            "namespace team-a",
        ),
        ("kind: RoleBinding", "namespace: team-a", "name: default-editor", "kubeflow-edit"),
    ),
    "D10": (
        fault("namespace-required", always=True),
        "namespace-required",
        ("none is set",),
        ("%kfp use -n team-a",),
    ),
    "D11": (
        fault("namespace-rejected", always=True),
        "namespace-rejected",
        ("knows no namespaces",),
        ("%kfp use --reset",),
    ),
    "D13 redirect": (
        fault("login-redirect"),
        "login-required",
        ("browser login",),
        ("ml-pipeline.kubeflow.svc.cluster.local:8888",),
    ),
    "D13 page": (fault("login-page"), "login-required", ("browser login",), ()),
    "D16": (fault("upstream-unavailable"), "mesh-unavailable", ("not the problem",), ()),
    "health only": (fault("healthz-down"), "mesh-unavailable", ("cannot reach",), ()),
    "reset": (fault("reset", path="/apis/v2beta1/exp"), "connection-broken", ("broke",), ()),
    "truncated": (fault("truncated"), "connection-broken", ("broke",), ()),
    "not JSON": (fault("not-json", body="oops"), "not-pipelines", ("oops",), ()),
    "unknown": (
        fault("not-json", body="computer says no", status=418),
        "unknown",
        ("computer says no",),
        (),
    ),
}


@pytest.mark.parametrize("row", TABLE)
def test_each_row_of_the_table(
    row: str, sandbox: Sandbox, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = [sandbox.token]
    set_fault, cause, words, pasted = TABLE[row]
    set_fault(sandbox)
    tokens.append(sandbox.token)
    diagnosis = diagnose(settings)
    assert diagnosis.cause == cause
    check_form(diagnosis, *tokens)
    for word in words:
        assert word in diagnosis.message
    for word in pasted:
        assert word in diagnosis.paste
    assert not any(token in caplog.text for token in tokens if token)
    for request in sandbox.requests:
        assert "kubeflow-userid" not in request.headers


@pytest.mark.parametrize("row", TABLE)
def test_an_error_of_the_client_says_the_same_as_the_doctor(
    row: str, sandbox: Sandbox, settings: Settings
) -> None:
    set_fault, cause, words, _ = TABLE[row]
    set_fault(sandbox)
    with connect(settings) as client, pytest.raises(PipelinesError) as caught:
        client.list_experiments()
    error = caught.value
    assert error.diagnosis.cause == error.cause_code == cause
    for word in words:
        assert word in str(error)
    check_form(error.diagnosis, sandbox.token)
    assert leaks(error, sandbox.token) == []
    message = error.diagnosis.message
    end = "" if message.endswith(".") else "."
    assert str(error) == f"{message}{end} {error.diagnosis.next_step}"


@pytest.mark.parametrize("status", [400, 401, 409, 500])
def test_a_missing_identity_whatever_the_status(
    status: int, sandbox: Sandbox, settings: Settings
) -> None:
    sandbox.faults.set("identity-missing", status=status)
    diagnosis = diagnose(settings)
    assert diagnosis.cause == "token-rejected"
    assert "token" in diagnosis.message


def test_an_old_server_behind_the_web_page(sandbox: Sandbox, settings: Settings) -> None:
    """D12: v2beta1 answers 404, v1beta1 works."""
    sandbox.faults.set("api-too-old")
    diagnosis = diagnose(settings)
    assert diagnosis.ok
    assert "v1beta1" in str(diagnosis)


def test_no_api_at_all(hostile: Hostile, make_settings: MakeSettings) -> None:
    """D12 without v1beta1: something answers there, but no Pipelines."""
    body = b"<pre>Cannot GET /apis/v2beta1/healthz</pre>"
    hostile.answer = always(answer(body, 404, "text/html", x_powered_by="Express"))
    diagnosis = diagnose(make_settings(host=hostile.url))
    assert diagnosis.cause == "api-not-found"
    check_form(diagnosis)


def test_a_private_ca(make_settings: MakeSettings) -> None:
    """D14."""
    certificates = Path(__file__).parent.parent / "certificates"
    files = certificates / "server.crt", certificates / "test.key"
    with Sandbox(certificate=files) as sandbox:
        diagnosis = diagnose(make_settings(sandbox))
        assert diagnosis.cause == "tls-untrusted"
        assert "127.0.0.1" in diagnosis.message
        assert "KF_PIPELINES_SSL_SA_CERTS" in diagnosis.paste
        check_form(diagnosis, sandbox.token)
        assert not sandbox.requests
        assert diagnose(make_settings(sandbox, ca_cert=str(certificates / "ca.crt"))).ok
        diagnosis = diagnose(make_settings(sandbox, ca_cert="/nowhere/ca.crt"))
        assert diagnosis.cause == "ca-missing"
        assert "/nowhere/ca.crt" in diagnosis.message
        check_form(diagnosis)


@pytest.mark.parametrize(
    ("host", "cause", "word"),
    [
        ("http://ml-pipeline.nowhere.invalid:8888", "host-not-found", "nowhere.invalid"),  # D15
        ("http://127.0.0.1:1", "connection-refused", "127.0.0.1:1"),
    ],
)
@pytest.mark.usefixtures("no_names")
def test_nobody_there(host: str, cause: str, word: str, make_settings: MakeSettings) -> None:
    diagnosis = diagnose(make_settings(host=host))
    assert diagnosis.cause == cause
    assert word in diagnosis.message
    check_form(diagnosis)


def test_a_server_that_never_answers_is_an_answer_in_time(
    sandbox: Sandbox, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.faults.set("silent")
    began = time.monotonic()
    diagnosis = diagnose(settings)
    assert time.monotonic() - began < 5
    assert diagnosis.cause == "no-answer"
    assert "within 2 s" in diagnosis.message
    check_form(diagnosis, sandbox.token)
    assert len(caplog.records) < 3


def test_patience_may_be_shorter(hostile: Hostile, make_settings: MakeSettings) -> None:
    hostile.answer = Exchange.wait
    diagnosis = diagnose(make_settings(host=hostile.url, timeout=0.2))
    assert "within 0.2 s" in diagnosis.message


# -- When all is well, or looks so ------------------------------------------------------------


@pytest.mark.parametrize("endpoint", ["127.0.0.1:1", "metadata.invalid:8080", ""])
def test_without_a_metadata_store_everything_else_is_well(
    settings: Settings, endpoint: str
) -> None:
    diagnosis = diagnose(replace(settings, metadata_endpoint=Setting(endpoint, "a test")))
    assert diagnosis.ok
    check = diagnosis.checks[-1]
    assert (check.name, check.outcome) == ("metadata", "warning")
    assert "KF_PIPELINES_METADATA_ENDPOINT" in check.detail or "a test" in check.detail


@pytest.mark.parametrize(
    ("message", "next_step", "line"),
    [
        ("No token", "Start the server again.", "No token. Start the server again."),
        ("No token.", "Start it again.", "No token. Start it again."),
        ("Why?", "Ask.", "Why? Ask."),
        ("No token.", "", "No token."),
    ],
)
def test_a_cause_and_its_next_step_in_a_line(message: str, next_step: str, line: str) -> None:
    assert in_a_line(message, next_step) == line


def test_all_is_well(sandbox: Sandbox, settings: Settings) -> None:
    diagnosis = diagnose(settings)
    assert diagnosis.ok
    assert diagnosis.cause == "ok"
    assert "team-a" in diagnosis.message
    assert [check.name for check in diagnosis.checks] == [
        *("settings", "token", "health", "identity", "list", "sdk", "context", "metadata"),
    ]
    assert {check.outcome for check in diagnosis.checks} <= {"passed", "skipped", "warning"}
    shown = f"{diagnosis}{diagnosis._repr_html_()}{json.dumps(diagnosis.as_dict())}"
    assert sandbox.token not in shown
    assert "a stand-in for a cluster" in shown
    assert "system:serviceaccount:team-a:default-editor" in shown


def test_a_false_green(sandbox: Sandbox, settings: Settings) -> None:
    """Health and pipelines need no identity; only the list of experiments proves one."""
    sandbox.faults.set("identity-missing", path="/apis/v2beta1/experiments")
    with connect(settings) as client:
        assert client.healthz().multi_user
        assert len(client.list_pipelines(namespace="")) > 0
    diagnosis = diagnose(settings)
    assert not diagnosis.ok
    assert diagnosis.checks[4].outcome == "failed"


def test_an_empty_namespace_is_well_too(make_settings: MakeSettings) -> None:
    with Sandbox(seed=None) as sandbox:
        diagnosis = diagnose(make_settings(sandbox))
        assert diagnosis.ok
        assert diagnosis.checks[4].detail == "0 experiments"


# -- No token ---------------------------------------------------------------------------------


def test_no_token_where_one_is_needed(sandbox: Sandbox, settings: Settings) -> None:
    sandbox.faults.set("token-missing")
    diagnosis = diagnose(settings)
    assert str(sandbox.token_path) in diagnosis.message
    assert "create a new notebook" in diagnosis.next_step
    assert diagnosis.who == "administrator"
    assert [request.path for request in sandbox.requests] == ["/apis/v2beta1/healthz"]
    assert "Authorization" not in sandbox.requests[0].headers


@pytest.mark.parametrize("fault", ["token-missing", "token-empty", "token-unreadable"])
def test_no_token_where_none_is_needed(fault: str, make_settings: MakeSettings) -> None:
    with Sandbox(multi_user=False) as sandbox:
        sandbox.faults.set(fault)
        diagnosis = diagnose(make_settings(sandbox))
        assert diagnosis.ok
        assert "needs no token" in str(diagnosis)
        with connect(make_settings(sandbox)) as client:
            assert len(client.list_experiments()) > 0


@pytest.mark.parametrize("other", ["silent", "upstream-unavailable", "istio-denied"])
def test_of_two_causes_there_is_one(other: str, sandbox: Sandbox, settings: Settings) -> None:
    """Without an answer nobody knows whether a token is needed at all."""
    sandbox.faults.set("token-missing")
    sandbox.faults.set(other)
    diagnosis = diagnose(settings)
    check_form(diagnosis)
    assert diagnosis.cause in ("no-answer", "mesh-unavailable", "istio-denied")
    assert diagnosis.checks[1].outcome == "warning"


# -- What the token says of itself ------------------------------------------------------------


def test_the_audience_is_compared_before_anything_is_asked(
    sandbox: Sandbox, settings: Settings
) -> None:
    sandbox.faults.set("token-audience")
    check = diagnose(settings).checks[1]
    assert check.outcome == "warning"
    assert "https://kubernetes.default.svc.cluster.local" in check.detail
    assert "instead of pipelines.kubeflow.org" in check.detail


@pytest.mark.parametrize(
    ("expires_in", "words"),
    [(-3600, "expired 60 minutes ago"), (7200, "valid for 1"), (90, "valid for 1 minute")],
)
def test_how_long_the_token_lives(
    expires_in: float, words: str, sandbox: Sandbox, settings: Settings
) -> None:
    sandbox.write_token(sandbox.issue_token(expires_in=expires_in))
    assert words in diagnose(settings).checks[1].detail


def test_an_opaque_token_is_examined_without_complaint(
    sandbox: Sandbox, settings: Settings
) -> None:
    sandbox.write_token("opaque-token")
    diagnosis = diagnose(settings)
    assert diagnosis.checks[1].outcome == "passed"
    assert diagnosis.cause == "token-malformed"
    check_form(diagnosis, "opaque-token")


def test_a_server_that_echoes_the_request_is_not_quoted_whole(
    sandbox: Sandbox, settings: Settings, hostile: Hostile, make_settings: MakeSettings
) -> None:
    def echo(exchange: Exchange) -> None:
        always(answer(exchange.request.raw, 418, "text/plain"))(exchange)

    hostile.answer = echo
    diagnosis = diagnose(make_settings(sandbox, host=hostile.url))
    assert diagnosis.cause == "unknown"
    assert "Authorization: Bearer [token]" in diagnosis.message
    check_form(diagnosis, sandbox.token)


def test_an_unknown_answer_is_shown_and_not_at_length(
    hostile: Hostile, make_settings: MakeSettings
) -> None:
    hostile.answer = always(answer(b"strange " * 500, 418, "text/plain"))
    diagnosis = diagnose(make_settings(host=hostile.url))
    assert diagnosis.cause == "unknown"
    assert 290 < diagnosis.message.count("strange") * 8 <= 304
    check_form(diagnosis)


@pytest.mark.usefixtures("no_names")
@pytest.mark.parametrize(
    ("host", "outcome"),
    [
        ("http://pipelines.example.invalid", "warning"),
        ("https://pipelines.example.invalid", "passed"),
        ("http://ml-pipeline.kubeflow.svc.invalid", "passed"),
    ],
)
def test_a_token_that_would_travel_in_the_open(
    host: str, outcome: str, make_settings: MakeSettings
) -> None:
    check = diagnose(make_settings(host=host)).checks[0]
    assert check.outcome == outcome
    assert ("can be read on the way" in check.detail) == (outcome == "warning")


# -- The context of kfp -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "outcome", "words"),
    [
        ('{"namespace": "old-team"}', "warning", "'old-team'"),
        ('{"namespace": "team-a"}', "passed", "agrees"),
        ("{}", "passed", "agrees"),
        ('{"namespace": 5}', "passed", "agrees"),
        ("[]", "passed", "none"),
        ("not JSON", "passed", "none"),
        ("[" * 100_000, "passed", "none"),
    ],
)
def test_a_stored_namespace_is_only_reported(
    content: str, outcome: str, words: str, sandbox: Sandbox, settings: Settings, home: Path
) -> None:
    path = home / ".config" / "kfp" / "context.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    path.parent.chmod(0o555)
    diagnosis = diagnose(settings)
    assert diagnosis.ok
    check = diagnosis.checks[6]
    assert (check.outcome, words in check.detail) == (outcome, True)
    if outcome == "warning":
        assert str(path) in check.detail
    assert sandbox.requests[-1].query["namespace"] == "team-a"
    assert path.read_text() == content


def test_nothing_is_written_into_the_home(settings: Settings, home: Path) -> None:
    assert diagnose(settings).ok
    assert list(home.rglob("*")) == []


def test_a_server_without_namespaces_is_not_said_to_have_one(make_settings: MakeSettings) -> None:
    with Sandbox(multi_user=False) as single:
        diagnosis = diagnose(make_settings(single, namespace="team-a"))
    assert diagnosis.ok
    assert diagnosis.message == "Pipelines lists your experiments."
