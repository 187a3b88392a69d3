"""Where this process looks for Pipelines, as whom, and with which versions."""

from __future__ import annotations

from datetime import timezone
from importlib import metadata
from typing import Any

from .._version import __version__
from ..connection.errors import PipelinesError, TokenError
from ..doctor import explain
from ..pipelines.client import PipelinesClient

#: Version of the REST interface (``server/openapi.yaml``), compared by the panel with its own.
API_VERSION = "1"

_PACKAGES = ("jupyter-server", "jupyterlab", "ipywidgets", "anywidget", "requests", "kfp")


def status(client: PipelinesClient) -> dict[str, Any]:
    """Return the connection as JSON-ready data: `Status` of ``server/openapi.yaml``."""
    settings = client.settings
    error = None
    health = None
    try:
        health = client.healthz()
        if health.multi_user:
            settings.token_file.read()
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
        "settings": settings.as_dict(),
        "identity": claims.subject if claims else "",
        "token": {
            "present": settings.token_file.exists(),
            "audience": list(claims.audience) if claims else [],
            "expires_at": expires.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
            if expires
            else None,
        },
        "pipelines": {
            "api": health.api if health else "",
            "release": health.release if health else "",
            "multi_user": health.multi_user if health else None,
            "stand_in": health.stand_in if health else False,
        },
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Return the versions of the packages that matter here; absent ones are left out."""
    found = {"jupyter-kfp-auth": __version__}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def error_body(error: PipelinesError) -> dict[str, Any]:
    """Return what the browser is told of an error: `Error` of ``server/openapi.yaml``."""
    diagnosis = explain(error)
    return {
        "cause": diagnosis.cause,
        "message": diagnosis.message,
        "next_step": diagnosis.next_step,
        "status": http_status(error),
    }


def http_status(error: PipelinesError) -> int:
    """Return the status of our own answer to the browser.

    Client errors keep their meaning. A refused token is not the browser's: a 401 from here would
    send it to Jupyter's login page, so everything that lies behind this server is 502 or 503.
    """
    if error.cause_code in ("invalid-request", "namespace-invalid"):
        return 400
    return {"rbac-denied": 403, "not-found": 404, "conflict": 409}.get(
        error.cause_code, 503 if error.cause_code in _AWAY else 502
    )


_AWAY = frozenset({"mesh-unavailable", "pipelines-down", "connection-refused", "no-answer"})
