"""What stands before the API server: the sidecar, the gateway, the network, and their faults."""

from __future__ import annotations

import json
from html import escape

from .faults import Faults
from .routing import Call, Reply

_ENVOY = {"server": "envoy"}
_LOGIN = (
    "<!DOCTYPE html>\n<html><head><title>dex</title></head><body>"
    "<h2>Log in to Your Account</h2>"
    '<form method="post"><input name="login"><input name="password" type="password"></form>'
    "</body></html>\n"
)
_UNAVAILABLE = (
    "upstream connect error or disconnect/reset before headers. reset reason: connection failure"
)
_PLAIN = {
    "istio-denied": (403, "RBAC: access denied"),
    "istio-issuer": (401, "Jwt issuer is not configured"),
    "istio-jwks": (401, "Jwks doesn't have key to match kid or alg from Jwt"),
    "upstream-unavailable": (503, _UNAVAILABLE),
}
_LISTS = ("experiments", "runs", "recurringruns", "jobs", "pipelines", "versions")


def answer_early(call: Call, faults: Faults, *, multi_user: bool) -> Reply | None:
    """The answer of something on the way that never lets the call through, if there is one."""
    path = call.path
    for name, (status, text) in _PLAIN.items():
        if faults.take(name, path):
            return _envoy(status, text)
    if multi_user and "kubeflow-userid" in call.headers:
        return _envoy(403, "RBAC: access denied")
    if faults.take("login-redirect", path):
        location = "/dex/auth?client_id=kubeflow-oidc-authservice&response_type=code"
        return Reply(302, b"", {**_ENVOY, "Location": location})
    if faults.take("login-page", path):
        return Reply.of_text(_LOGIN, 200, "text/html; charset=utf-8")
    if path.endswith("/healthz") and faults.take("healthz-down", path):
        return _envoy(503, "no healthy upstream")
    if path.startswith("/apis/v2beta1/") and faults.take("api-too-old", path):
        return _express(call)
    if faults.take("silent", path):
        return Reply(0, b"", delivery="silent")
    return _too_large(call, faults) or _not_json(call, faults)


def spoil(call: Call, reply: Reply, faults: Faults) -> Reply:
    """The reply, or what becomes of it on the way back."""
    if faults.take("reset", call.path):
        reply.delivery = "reset"
    elif fault := faults.take("truncated", call.path):
        if fault.options.get("announced", True):
            reply.delivery = "truncated"
        else:
            reply.body = reply.body[: len(reply.body) // 2]
    return reply


def _envoy(status: int, text: str) -> Reply:
    reply = Reply.of_text(text, status)
    reply.headers |= _ENVOY
    return reply


def _express(call: Call) -> Reply:
    text = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<title>Error</title>\n</head>\n<body>\n"
        f"<pre>Cannot {call.method} /pipeline{escape(call.path)}</pre>\n</body>\n</html>\n"
    )
    reply = Reply.of_text(text, 404, "text/html; charset=utf-8")
    reply.headers["x-powered-by"] = "Express"
    return reply


def _too_large(call: Call, faults: Faults) -> Reply | None:
    fault = faults.find("grpc-too-large")
    if fault is None or call.method != "GET" or not call.path.endswith(_LISTS):
        return None
    size = call.query.get("page_size", "")
    limit = int(fault.options.get("limit", 10))
    if (int(size) if size.isdigit() else 20) <= limit:
        return None
    if not faults.take("grpc-too-large", call.path):
        return None
    text = "grpc: received message larger than max (13632510 vs. 4194304)"
    return Reply.of_json({"code": 13, "message": text, "error": text}, 500)


def _not_json(call: Call, faults: Faults) -> Reply | None:
    fault = faults.take("not-json", call.path)
    if fault is None:
        return None
    body = fault.options.get("body", "this is not JSON")
    text = body if isinstance(body, str) else json.dumps(body)
    content_type = str(fault.options.get("content_type", "application/json"))
    return Reply.of_text(text, int(fault.options.get("status", 200)), content_type)
