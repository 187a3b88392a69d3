"""Elyra runtime configurations: where OpenShift AI tells a workbench of its pipeline server.

Its notebook controller mounts ``odh_dsp.json`` into every workbench. The file also holds the keys
of the object store, which are never kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..http.strict_json import JsonObject

#: Where the controller mounts the configurations. The copies that Elyra makes of them in the home
#: volume outlive their pipeline server, so they are not looked at.
RUNTIMES = Path("/opt/app-root/runtimes")

#: The controller's own file comes before those that a user has put beside it.
_FIRST = "odh_dsp.json"

#: Bytes of a configuration; real ones have about one thousand.
_LARGEST = 64 * 1024

_OWN_TOKEN = "KUBERNETES_SERVICE_ACCOUNT_TOKEN"  # noqa: S105 - a kind of sign-in


@dataclass(frozen=True, slots=True)
class Runtime:
    """One Elyra runtime configuration of type KFP that signs in as the pod.

    Attributes:
        host: address of the Pipelines API; always https.
        public: public address of the dashboard's page for it; empty where unknown.
        origin: its name for users.
    """

    host: str
    public: str
    origin: str

    def ui_url(self, namespace: str) -> str:
        """Return the base of links into the dashboard; empty where its address is unknown."""
        parts = urlsplit(self.public)
        if not namespace or not parts.netloc:
            return ""
        return f"{parts.scheme}://{parts.netloc}/external/pipelinesSdk/{namespace}"


def find(directory: Path = RUNTIMES) -> Runtime | None:
    """Return the pod's runtime configuration for Pipelines; ``None`` where there is none."""
    return next(_runtimes(directory), None)


def _runtimes(directory: Path) -> Iterator[Runtime]:
    try:
        paths = sorted(directory.glob("*.json"), key=lambda path: (path.name != _FIRST, path.name))
    except OSError:
        return
    for path in paths:
        document = _document(path)
        metadata = document.get("metadata")
        if document.get("schema_name") != "kfp" or not isinstance(metadata, dict):
            continue
        host = _https(metadata.get("api_endpoint"))  # Empty while the server is being made.
        if host and metadata.get("auth_type") == _OWN_TOKEN:
            public = _https(metadata.get("public_api_endpoint"))
            yield Runtime(host, public, f"Elyra runtime {path.name}")


def _document(path: Path) -> JsonObject:
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _https(value: object) -> str:
    """Return an https address without user, password and query; empty text for anything else."""
    if not isinstance(value, str):
        return ""
    try:
        parts = urlsplit(value.strip())
        if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or parts.query:
            return ""
    except ValueError:
        return ""
    return f"https://{parts.netloc}{parts.path.rstrip('/')}"
