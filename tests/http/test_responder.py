"""Who gave an answer: examples of each, as they come over the wire."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_kfp_auth.http.responder import Responder, is_markup, moved_to, responder, title
from jupyter_kfp_auth.http.session import Answer

URL = "http://kfp.example:8080/apis/v2beta1/runs"
PAGE = "<!DOCTYPE html>\n<html><head><title>{0}</title></head><body>{1}</body></html>"
PASSWORD = "<form method=post><input name=user><input type='password' name=p></form>"


def answer(
    body: Any = "", status: int = 200, headers: dict[str, str] | None = None, proxy: str = ""
) -> Answer:
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else None
    names = {name.title(): value for name, value in (headers or {}).items()}
    if data is None:
        data = json.dumps(body).encode()
        names.setdefault("Content-Type", "application/json")
    return Answer(status, names, data, URL, True, "GET", proxy)


def to(location: str, status: int = 302) -> Answer:
    return answer("", status, {"location": location})


ENVOY = {"server": "istio-envoy"}
PASSED = {**ENVOY, "x-envoy-upstream-service-time": "3"}
HTML = {"content-type": "text/html; charset=utf-8"}

EXAMPLES: dict[str, tuple[Answer, Responder]] = {
    # Pipelines: every release's shape, and through a sidecar.
    "status": (answer({"code": 5, "message": "a", "details": []}, 404), Responder.PIPELINES),
    "status of 1.8": (
        answer({"error": "a", "code": 13, "message": "a", "details": [{"x": 1}]}, 500),
        Responder.PIPELINES,
    ),
    "upload": (answer({"error_message": "a", "error_details": "b"}, 400), Responder.PIPELINES),
    "behind a sidecar": (answer({"code": 7, "message": "no"}, 403, PASSED), Responder.PIPELINES),
    "data": (answer({"runs": []}), Responder.PIPELINES),
    "text of 2.0": (answer("Not Found\n", 404, PASSED), Responder.PIPELINES),
    "its web page's server": (
        answer(PAGE.format("Error", "<pre>Cannot GET /apis/v2beta1/runs</pre>"), 404, HTML),
        Responder.PIPELINES_UI,
    ),
    # Kubernetes.
    "Status": (
        answer({"kind": "Status", "apiVersion": "v1", "code": 403, "message": "x"}, 403),
        Responder.KUBERNETES,
    ),
    "short Unauthorized": (
        answer({"message": "Unauthorized", "reason": "Unauthorized", "code": 401}, 401),
        Responder.KUBERNETES,
    ),
    "paths of the API server": (
        answer({"kind": "APIVersions", "apiVersion": "v1", "versions": ["v1"]}),
        Responder.KUBERNETES,
    ),
    "no such path there": (
        answer("404 page not found\n", 404, {"audit-id": "5d3c"}),
        Responder.KUBERNETES,
    ),
    # Istio and Envoy.
    "policy": (answer("RBAC: access denied", 403, ENVOY), Responder.MESH),
    "no endpoint": (answer("no healthy upstream", 503), Responder.MESH),
    "too slow": (answer("upstream request timeout", 504), Responder.MESH),
    "rate limit": (answer("local_rate_limited", 429, ENVOY), Responder.MESH),
    "no route": (answer("", 404, ENVOY), Responder.MESH),
    "another issuer": (answer("Jwt issuer is not configured", 401), Responder.MESH),
    # Logins.
    "Dex": (to("/dex/auth?client_id=kubeflow&response_type=code"), Responder.LOGIN),
    "Google": (
        to("https://accounts.google.com/o/oauth2/v2/auth?client_id=1", 303),
        Responder.LOGIN,
    ),
    "Keycloak": (
        to("https://sso.example/realms/ds/protocol/openid-connect/auth?x=1"),
        Responder.LOGIN,
    ),
    "Azure": (to("https://login.microsoftonline.com/t/oauth2/authorize"), Responder.LOGIN),
    "login page": (answer(PAGE.format("Dashboard", PASSWORD), 200, HTML), Responder.LOGIN),
    "sign-in page": (answer(PAGE.format("Sign in", ""), 403, HTML), Responder.LOGIN),
    "oauth2-proxy to clients of JSON": (answer({}, 401), Responder.LOGIN),
    "Google's IAP": (
        answer("Invalid IAP credentials", 401, {"x-goog-iap-generated-response": "true"}),
        Responder.LOGIN,
    ),
    "OpenShift's page": (
        answer(PAGE.format("Log In", "<button>Log in with OpenShift</button>"), 403, HTML),
        Responder.OPENSHIFT,
    ),
    "OpenShift's redirect": (
        to("https://oauth-openshift.apps.example/oauth/authorize?client_id=x"),
        Responder.OPENSHIFT,
    ),
    # The user's own proxy.
    "squid": (
        answer(PAGE.format("ERROR", "denied"), 403, {**HTML, "x-squid-error": "ERR 0"}),
        Responder.PROXY,
    ),
    "password": (answer("", 407, {"proxy-authenticate": "Basic"}), Responder.PROXY),
    "Zscaler": (
        answer(PAGE.format("Blocked", "by Zscaler"), 403, HTML, "http://proxy:3128"),
        Responder.PROXY,
    ),
    "tinyproxy": (
        answer(PAGE.format("500", ""), 500, {"server": "tinyproxy/1.11"}),
        Responder.PROXY,
    ),
    # A proxy of others passes on what a server behind it says.
    "login behind a proxy": (
        answer(
            PAGE.format("Log in", PASSWORD), 200, {**HTML, "via": "1.1 p (squid)"}, "http://p:1"
        ),
        Responder.LOGIN,
    ),
    # Object stores.
    "MinIO": (
        answer("<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", 403),
        Responder.OBJECT_STORE,
    ),
    "S3": (answer("", 403, {"x-amz-request-id": "1"}), Responder.OBJECT_STORE),
    # Web servers.
    "nginx": (
        answer(PAGE.format("403 Forbidden", "<hr><center>nginx</center>"), 403, HTML),
        Responder.WEB_SERVER,
    ),
    "moved": (to("http://kfp.example:8080/pipeline/apis/v2beta1/runs", 301), Responder.WEB_SERVER),
    "moved below /auth": (
        to("http://kfp.example:8080/auth/apis/v2beta1/runs", 308),
        Responder.WEB_SERVER,
    ),
    "to TLS": (to("https://kfp.example/apis/v2beta1/runs", 301), Responder.WEB_SERVER),
    "to the root": (to("/", 302), Responder.WEB_SERVER),
    "API gateway": (answer({"message": "no Route matched"}, 404), Responder.UNKNOWN),
    "FastAPI": (answer({"detail": "Not Found"}, 404), Responder.UNKNOWN),
    "plain": (answer("Unauthorized\n", 401), Responder.UNKNOWN),
    "nothing": (answer(b"", 400), Responder.UNKNOWN),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_who_answered(name: str) -> None:
    given_, who = EXAMPLES[name]
    assert responder(given_) is who


@given(
    body=st.binary(max_size=300),
    status=st.integers(200, 599),
    headers=st.dictionaries(
        st.sampled_from(["Content-Type", "Location", "Server", "Via"]), st.text(max_size=60)
    ),
)
def test_any_answer_has_a_responder_and_a_title(
    body: bytes, status: int, headers: dict[str, str]
) -> None:
    whole = answer(body, status, headers)
    assert responder(whole) in Responder
    assert "<" not in title(whole) or is_markup(whole) or b"<" in body
    assert moved_to(whole) == "" or "://" in moved_to(whole)


@pytest.mark.parametrize(
    ("location", "origin"),
    [
        ("https://kfp.example/apis", "https://kfp.example"),
        ("https://kfp.example:9443/apis", "https://kfp.example:9443"),
        ("//kfp.example:1/x", "http://kfp.example:1"),
        ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"),
        ("/pipeline/apis", "http://kfp.example:8080"),
        ("https://user:secret@kfp.example/", "https://kfp.example"),
        ("http://[x", ""),
        ("https://kfp.example:port/", ""),
        ("ftp://kfp.example/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_where_a_redirect_leads(location: str, origin: str) -> None:
    assert moved_to(to(location)) == origin
