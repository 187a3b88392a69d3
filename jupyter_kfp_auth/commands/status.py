"""Where this process looks for Pipelines, as whom, and with which versions."""

from __future__ import annotations

from dataclasses import replace

from ..config.settings import KfpAuth, Settings
from ..doctor import connect, explain
from ..doctor.sdk import fit
from ..http.errors import PipelinesError, TokenError
from ..http.strict_json import JsonDict
from ..pipelines.connection import Connection
from ..pipelines.errors import InvalidRequest
from ..pipelines.models import rfc3339
from .version_check import API_VERSION, server, skew, versions

__all__ = ["API_VERSION", "error_body", "http_status", "status", "status_here"]


#: Seconds to wait for Pipelines where a person waits for its status.
_TIMEOUT = 3.0


#: States of runs that have not ended.
IN_PROGRESS = "PENDING,RUNNING,CANCELING"


def status(client: Connection, namespace: str | None = None, *, probe: str = "list") -> JsonDict:
    """Return the connection as JSON-ready data: `Status` of ``server/openapi.yaml``.

    Args:
        client: to ask.
        namespace: whose runs in progress are counted; by default one's own.
        probe: what to ask of Pipelines: ``list`` runs, which alone tells whether the token is
            accepted; only its ``health``, which is free; or ``none``.
    """
    settings = client.settings
    error = None
    health = None
    in_progress = None
    try:
        if probe != "none":
            health = client.healthz()
            if health.multi_user:
                settings.token_file.read()
        if probe == "list":
            # Only this asks who we are: the health answers everybody.
            runs = client.list_runs(namespace, state=IN_PROGRESS, page_size=1)
            in_progress = runs.total_size
    except PipelinesError as caught:
        if isinstance(caught, TokenError):
            caught.facts.setdefault("namespace", settings.namespace.value)
        error = error_body(caught)
    claims = settings.token_file.claims()
    expires = claims.expires_at if claims else None
    return {
        "api_version": API_VERSION,
        "ok": error is None,
        "error": error,
        "fingerprint": settings.fingerprint,
        "settings": _settings(settings),
        "identity": claims.subject if claims else "",
        "token": {
            "present": settings.token_file.exists(),
            "audience": list(claims.audience) if claims else [],
            "expires_at": rfc3339(expires) if expires else None,
        },
        "pipelines": {
            "api": health.api if health else "",
            "release": health.release if health else "",
            "multi_user": health.multi_user if health else None,
            "stand_in": health.stand_in if health else False,
        },
        "in_progress": in_progress,
        "updates": None,
        "sdk": (fit(health.api, health.release) if health else fit("")).as_dict(),
        "versions": versions(),
    }


def status_here(client: Connection) -> JsonDict:
    """Return the connection of this process, beside the Jupyter server that started it.

    `status` with two keys more: ``environments``, the versions here (``kernel``) and what the
    server says of itself (``server``), and ``skew``, one line for each thing that does not fit.
    """
    settings = client.settings
    quick = replace(settings, timeout=min(settings.timeout, _TIMEOUT))
    with connect(quick) as probe:
        found = status(probe)
    there = server()
    return {
        **found,
        "settings": _settings(settings),
        "environments": {"kernel": {"versions": found["versions"]}, "server": there},
        "skew": skew(found["versions"], found["fingerprint"], there),
    }


def _settings(settings: Settings) -> dict[str, dict[str, str]]:
    found = settings.as_dict()
    for name in ("kfp_namespace", "timeout"):
        value = getattr(settings, name)
        default = getattr(KfpAuth, name).default_value
        shown = value if isinstance(value, str) else f"{value:g}"
        origin = "default" if value == default else f"KfpAuth.{name}"
        found[name] = {"value": shown, "origin": origin}
    return found


def error_body(error: PipelinesError) -> JsonDict:
    """Return what the browser is told of an error: `Error` of ``server/openapi.yaml``."""
    diagnosis = explain(error)
    body = {
        "cause": diagnosis.cause,
        "message": diagnosis.message,
        "next_step": diagnosis.next_step,
        "status": http_status(error),
    }
    if diagnosis.paste:
        body["paste"] = diagnosis.paste
    if isinstance(error, InvalidRequest) and error.fields:
        body["fields"] = error.fields
    return body


def http_status(error: PipelinesError) -> int:
    """Return the status of our own answer to the browser.

    Client errors keep their meaning. A refused token is not the browser's: a 401 from here would
    send it to Jupyter's login page, so everything that lies behind this server is 502 or 503.
    """
    if error.cause_code in _REQUEST:
        return 400
    return _STATUSES.get(error.cause_code, 503 if error.cause_code in _AWAY else 502)


_REQUEST = frozenset(
    {
        "invalid-request",
        "namespace-invalid",
        "namespace-required",
        "experiment-required",
        "template-unreadable",
        "value-too-long",
    }
)
_STATUSES = {
    "rbac-denied": 403,
    "not-found": 404,
    "artifact-gone": 404,
    "logs-unreadable": 404,
    "definition-missing": 404,
    "conflict": 409,
    "name-taken": 409,
    "run-ended": 409,
    "run-not-retryable": 409,
    "artifact-is-folder": 409,
}
_AWAY = frozenset(
    {
        "network-unreachable",
        "mesh-unavailable",
        "pipelines-down",
        "connection-refused",
        "no-answer",
        "connection-closed",
        "too-many-requests",
        "gateway-timeout",
        "pipelines-busy",
        "database-unavailable",
        "metadata-unreachable",
        "artifact-unreachable",
    }
)
