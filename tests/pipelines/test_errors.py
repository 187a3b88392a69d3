"""What an answer that is not data means, by its body and by the token's own claims."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest

from jupyter_kfp_auth.config.settings import Settings, resolve
from jupyter_kfp_auth.http.session import Answer
from jupyter_kfp_auth.pipelines.answers import error_from, refuses_token
from jupyter_kfp_auth.pipelines.errors import (
    ApiError,
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
)
from jupyter_kfp_auth.pipelines.refusals import said

NOWHERE = Path("/nowhere/namespace")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "token").write_text("opaque")
    return resolve(
        host="http://ml-pipeline.kubeflow:8888",
        token_path=str(tmp_path / "token"),
        namespace="team-a",
        environ={},
        namespace_file=NOWHERE,
    )


def answer(
    body: Any, status: int, headers: dict[str, str] | None = None, *, token: bool = True
) -> Answer:
    if not isinstance(body, bytes):
        body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    url = "http://ml-pipeline.kubeflow:8888/apis/v2beta1/runs"
    names = {name.replace("_", "-").title(): value for name, value in (headers or {}).items()}
    return Answer(status, names, body, url, token)


def status_body(code: int, message: str, said: str = "") -> dict[str, Any]:
    """A google.rpc.Status as the gateway writes it."""
    body: dict[str, Any] = {"code": code, "message": message}
    if said:
        kind = "type.googleapis.com/google.rpc.Status"
        body["details"] = [{"@type": kind, "code": code, "message": said}]
    return body


NO_IDENTITY = "Request header error: there is no user identity header."
NOT_AUTHENTICATED = f"[{NO_IDENTITY}, Review.Status.Authenticated is false. Error [{{}}]]"
EXPIRED = NOT_AUTHENTICATED.format("invalid bearer token, service account token has expired")
DENIED = (
    "User 'system:serviceaccount:team-a:default-editor' is not authorized with reason:  (request: "
    "&ResourceAttributes{Namespace:team-b,Verb:list,Group:pipelines.kubeflow.org,Version:v1beta1,"
    "Resource:experiments,Subresource:,Name:,FieldSelector:nil,LabelSelector:nil,})"
)
HTML = "<!DOCTYPE html><html><body>{}</body></html>"

#: body, status, headers, cause, class.
TABLE: dict[str, tuple[Any, int, dict[str, str], str, type[ApiError]]] = {
    "D3": ("RBAC: access denied", 403, {"server": "envoy"}, "istio-denied", Forbidden),
    "D4": ("Jwt issuer is not configured", 401, {}, "istio-issuer", Unauthenticated),
    "D5": (
        "Jwks doesn't have key to match kid or alg from Jwt",
        401,
        {},
        "istio-keys",
        Unauthenticated,
    ),
    "Envoy: verification": ("Jwt verification fails", 401, {}, "istio-keys", Unauthenticated),
    "Envoy: expired": ("Jwt is expired", 401, {}, "token-expired", Unauthenticated),
    "Envoy: missing": ("Jwt is missing", 401, {}, "istio-denied", Unauthenticated),
    "Envoy: audience": (
        "Audiences in Jwt are not allowed",
        403,
        {},
        "istio-audience",
        Forbidden,
    ),
    "D7": (status_body(16, EXPIRED), 401, {}, "token-expired", Unauthenticated),
    "D7 before 2.0.2": (
        status_body(16, f"[{NO_IDENTITY}, Review.Status.Authenticated is false: Failed]"),
        401,
        {},
        "token-rejected",
        Unauthenticated,
    ),
    "D7 invalidated": (
        status_body(16, NOT_AUTHENTICATED.format("service account token has been invalidated")),
        401,
        {},
        "token-invalidated",
        Unauthenticated,
    ),
    "D7 made anew": (
        status_body(16, "Review.Status.Authenticated is false. Error [UID a does not match claim"),
        401,
        {},
        "token-invalidated",
        Unauthenticated,
    ),
    "TokenReview failed": (
        status_body(16, "Failed to review the token provided"),
        401,
        {},
        "token-rejected",
        Unauthenticated,
    ),
    "D8": (
        status_body(16, "Failed to find all of '[a]' in audience: [b]"),
        401,
        {},
        "token-audience",
        Unauthenticated,
    ),
    "D9": (status_body(7, f"List failed: {DENIED}", DENIED), 403, {}, "rbac-denied", Forbidden),
    "D9 on upload": ({"error_message": DENIED}, 400, {}, "rbac-denied", Forbidden),
    "D10": (
        status_body(3, "An experiment cannot have an empty namespace in multi-user mode"),
        400,
        {},
        "namespace-required",
        InvalidRequest,
    ),
    "D10 in 1.8": (
        status_body(3, "ListExperiment requires filtering by namespace."),
        400,
        {},
        "namespace-required",
        InvalidRequest,
    ),
    "D11": (
        status_body(3, "In single-user mode, ListExperiment cannot filter by namespace."),
        400,
        {},
        "namespace-rejected",
        InvalidRequest,
    ),
    "D12": (
        HTML.format("<pre>Cannot GET /pipeline/apis/v2beta1/</pre>"),
        404,
        {"content_type": "text/html"},
        "api-not-found",
        NotFound,
    ),
    "D13 redirect": ("", 302, {"location": "/dex/auth?x"}, "login-required", Unauthenticated),
    "D13 page": (
        HTML.format("Log in"),
        200,
        {"content_type": "text/html; charset=utf-8"},
        "login-required",
        Unauthenticated,
    ),
    "login page without a type": (
        HTML.format("<form><input type=password>"),
        403,
        {},
        "login-required",
        Unauthenticated,
    ),
    "page of a firewall": (HTML.format("a"), 403, {}, "refused-elsewhere", Forbidden),
    "redirect to TLS": (
        "",
        308,
        {"location": "https://ml-pipeline.kubeflow/apis"},
        "tls-required",
        InvalidRequest,
    ),
    "redirect to TLS elsewhere": (
        "",
        308,
        {"location": "https://login.example/"},
        "login-required",
        Unauthenticated,
    ),
    "redirect to nowhere": ("", 302, {"location": "http://[x"}, "not-pipelines", UnexpectedAnswer),
    "Go wants TLS": (
        "Client sent an HTTP request to an HTTPS server.\n",
        400,
        {},
        "tls-required",
        InvalidRequest,
    ),
    "nginx wants TLS": (
        HTML.format("The plain HTTP request was sent to HTTPS port"),
        400,
        {"content_type": "text/html"},
        "tls-required",
        InvalidRequest,
    ),
    "D16": (
        "upstream connect error or disconnect/reset before headers. reset reason: overflow",
        503,
        {},
        "mesh-unavailable",
        Unavailable,
    ),
    "no upstream": ("no healthy upstream", 503, {}, "mesh-unavailable", Unavailable),
    "gateway": (HTML.format("502 Bad Gateway"), 502, {}, "mesh-unavailable", Unavailable),
    "gateway timeout": ("", 504, {}, "mesh-unavailable", Unavailable),
    "Pipelines itself is unavailable": (
        status_body(14, "review timed out"),
        503,
        {},
        "pipelines-failed",
        Unavailable,
    ),
    "too large": (
        status_body(8, "grpc: received message larger than max (13632510 vs. 4194304)"),
        500,
        {},
        "page-too-large",
        Unavailable,
    ),
    "row not found": (
        status_body(5, "Failed: Run 1 not found", "Run 1 not found"),
        404,
        {},
        "not-found",
        NotFound,
    ),
    "route not found": (status_body(5, "Not Found"), 404, {}, "api-not-found", NotFound),
    "route not found before 2.14": ("Not Found\n", 404, {}, "api-not-found", NotFound),
    "outside of the API": ("404 page not found\n", 404, {}, "api-not-found", NotFound),
    "HTML of another server": (HTML.format("404"), 404, {}, "api-not-found", NotFound),
    "bad sort": (
        status_body(3, 'Invalid sorting field: "bogus"'),
        400,
        {},
        "invalid-request",
        InvalidRequest,
    ),
    "taken": (status_body(6, "Already exist error"), 409, {}, "name-taken", Conflict),
    "failed": (status_body(13, "internal"), 500, {}, "pipelines-failed", Unavailable),
    "proxy wants a password": ("", 407, {}, "proxy-password", Unavailable),
    "unknown 403": ("computer says no", 403, {}, "refused-elsewhere", Forbidden),
    "unknown 418": ("I am a teapot", 418, {}, "unknown", UnexpectedAnswer),
    "unknown 200": ("{}", 204, {}, "unknown", UnexpectedAnswer),
}


@pytest.mark.parametrize("row", TABLE)
def test_each_answer_has_one_cause(row: str, settings: Settings) -> None:
    body, status, headers, cause, kind = TABLE[row]
    error = error_from(answer(body, status, headers), settings, asked="list runs")
    assert (error.cause_code, type(error), error.status) == (cause, kind, status)
    assert error.detail.startswith(f"list runs: HTTP {status}, ")


@pytest.mark.parametrize("status", [400, 401, 403, 409, 500, 503])
@pytest.mark.parametrize(
    "row", ["D3", "D4", "D7", "D7 invalidated", "D8", "D9", "D10", "D11", "too large"]
)
def test_the_body_counts_and_not_the_status(row: str, status: int, settings: Settings) -> None:
    body, _, headers, cause, kind = TABLE[row]
    error = error_from(answer(body, status, headers), settings, asked="list runs")
    assert (error.cause_code, type(error)) == (cause, kind)


@pytest.mark.parametrize("status", [400, 401, 409, 500])
@pytest.mark.parametrize(("sent", "cause"), [(False, "identity-missing"), (True, "token-rejected")])
def test_a_missing_identity_depends_on_whether_a_token_was_sent(
    sent: bool, cause: str, status: int, settings: Settings
) -> None:
    found = answer(status_body(16, NO_IDENTITY), status, token=sent)
    error = error_from(found, settings, asked="list runs")
    assert (error.cause_code, type(error)) == (cause, Unauthenticated)
    assert refuses_token(found)
    # A 401 of something else says nothing about Kubeflow's tokens.
    error = error_from(answer("no", 401, token=sent), settings, asked="x")
    assert (error.cause_code, type(error)) == ("guarded-elsewhere", Unauthenticated)


def test_what_refuses_a_token_and_what_does_not() -> None:
    assert refuses_token(answer("", 401))
    assert refuses_token(answer(NO_IDENTITY, 500))
    assert not refuses_token(answer(NO_IDENTITY, 200))
    assert not refuses_token(answer(DENIED, 403))
    assert not refuses_token(answer("the identity provider is away", 500))


# -- Where the body leaves it open, the token's claims tell ------------------------------------


@pytest.mark.parametrize(
    ("claims", "cause"),
    [
        ({"exp": 1}, "token-expired"),
        ({"nbf": time.time() + 9999}, "token-not-yet-valid"),
        ({"aud": ["https://kubernetes.default.svc"]}, "token-audience"),
        ({"exp": 1, "aud": ["other"]}, "token-expired"),
        ({"aud": []}, "token-rejected"),
        ({}, "token-rejected"),
    ],
)
def test_why_a_token_is_refused_is_in_its_claims(
    claims: dict[str, Any], cause: str, settings: Settings
) -> None:
    content = {"aud": ["pipelines.kubeflow.org"], "iss": "https://issuer", "sub": "a"} | claims
    settings.token_file.path.write_text(jwt.encode(content, "k" * 32, "HS256"))
    for body in (NO_IDENTITY, f"{NO_IDENTITY} Review.Status.Authenticated is false", ""):
        error = error_from(answer(status_body(16, body), 401), settings, asked="list runs")
        assert error.cause_code == cause
        assert error.facts["issuer"] == "https://issuer"
        assert error.facts["user"] == "a"
        assert error.facts["audience"] == ", ".join(content["aud"])
    # What Istio says of its own is not guessed at.
    body = "Jwt issuer is not configured"
    assert error_from(answer(body, 401), settings, asked="x").cause_code == "istio-issuer"


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("Failed to find all of '[kfp.example]' in audience: [b]", "kfp.example"),
        ("Failed to find all of '[one two]' in audience: []", "one, two"),
        (
            'token audiences ["https://kubernetes.default.svc"] is invalid for the target '
            'audiences ["kfp.example"]',
            "kfp.example",
        ),
        ("Failed to find all of '[<script>]' in audience: []", ""),
        ("Failed to find all of", ""),
    ],
)
def test_the_audience_that_is_wanted(message: str, wanted: str, settings: Settings) -> None:
    error = error_from(answer(status_body(16, message), 401), settings, asked="list runs")
    assert (error.cause_code, error.facts["wanted"]) == ("token-audience", wanted)


@pytest.mark.parametrize("ampersand", ["&", "\\u0026"])
def test_who_may_not_do_what_is_in_the_message(ampersand: str, settings: Settings) -> None:
    body = json.dumps(status_body(7, DENIED)).replace("&", ampersand)
    error = error_from(answer(body, 403), settings, asked="list experiments")
    assert {name: error.facts[name] for name in ("user", "verb", "resource", "namespace")} == {
        "user": "system:serviceaccount:team-a:default-editor",
        "verb": "list",
        "resource": "experiments",
        "namespace": "team-b",
    }


def test_a_refusal_in_other_words_leaves_the_facts_open(settings: Settings) -> None:
    error = error_from(answer("x is not authorized with reason y", 403), settings, asked="z")
    assert error.cause_code == "rbac-denied"
    assert "verb" not in error.facts


# -- What is shown ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (status_body(5, "a: b: Run 1 not found", "Run 1 not found"), "Run 1 not found"),
        (status_body(5, "a: b"), "a: b"),
        ({"error": "old", "message": "old", "code": 5, "details": []}, "old"),
        ({"error_message": "upload failed", "error_details": "stack"}, "upload failed"),
        ({"details": [{"error_message": "1.8 says", "error_details": "stack"}]}, "1.8 says"),
        ({"error": "only this"}, "only this"),
        ({"details": "x", "message": 5}, ""),
        ({}, ""),
        ([1], "[1]"),
        ("plain text", "plain text"),
    ],
)
def test_the_sentence_meant_for_people(body: Any, sentence: str) -> None:
    assert said(answer(body, 500)) == sentence


def test_an_unknown_body_is_shown_as_it_is_and_not_at_length(settings: Settings) -> None:
    error = error_from(answer("word " * 1000, 418), settings, asked="list runs")
    assert error.cause_code == "unknown"
    assert error.facts["body"] == ("word " * 60)[:300]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("a\n\n  b\tc", "a b c"),
        ("\x1b[31mred\x1b[0m", "�[31mred�[0m"),
        ("gnp\u202e.exe", "gnp�.exe"),
        (b"\xff\xfe", "��"),
        ("größe 数据", "größe 数据"),
    ],
)
def test_text_of_the_network_is_one_printable_line(
    body: Any, shown: str, settings: Settings
) -> None:
    error = error_from(answer(body, 418), settings, asked="list runs")
    assert error.facts["body"] == shown
    assert error.detail == f"list runs: HTTP 418, {shown}"


@pytest.mark.parametrize("token", ["opaque-and-secret", jwt.encode({"a": 1}, "k" * 32, "HS256")])
@pytest.mark.parametrize("length", [0, 250, 4000])
def test_a_server_that_shows_the_request_does_not_show_the_token(
    token: str, length: int, settings: Settings
) -> None:
    settings.token_file.path.write_text(token)
    echo = "x" * length + f" Authorization: Bearer {token} and again {token[:100]}"
    for body in (echo, json.dumps({"message": echo}), {"details": [{"message": echo}]}):
        error = error_from(answer(body, 500), settings, asked="list runs")
        shown = f"{error!s}{error!r}{error.facts}{error.detail}"
        assert token not in shown
        assert token.rsplit(".", 1)[-1] not in shown
        assert token[:20] not in shown
        assert (length > 0) or "[token]" in shown


def test_another_token_than_the_own_is_not_shown_either(settings: Settings) -> None:
    other = jwt.encode({"sub": "someone else"}, "k" * 32, "HS256")
    error = error_from(answer(f"got {other}!", 500), settings, asked="list runs")
    assert error.facts["body"] == "got [token]!"
    error = error_from(answer("bearer abcdefgh1234", 500), settings, asked="list runs")
    assert error.facts["body"] == "Bearer [token]"


def test_a_huge_answer_is_judged_by_its_beginning(settings: Settings) -> None:
    body = b"User '" * 2_000_000
    began = time.monotonic()
    error = error_from(answer(body, 500), settings, asked="list runs")
    assert error.cause_code == "server-failed"
    assert time.monotonic() - began < 5
