"""What is installed here, what is installed beside the Jupyter server, and whether they fit.

A kernel often runs in another environment than its Jupyter server. Our server extension and what
draws widgets live in the server's, `%kfp` and the widgets themselves in the kernel's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from .._version import __version__
from ..http.strict_json import JsonDict, JsonObject
from . import server_discovery

#: Version of the REST interface (``server/openapi.yaml``), compared by the panel with its own.
API_VERSION = "1"

_PACKAGES = (
    "jupyter-server",
    "jupyterlab",
    "ipywidgets",
    "jupyterlab_widgets",
    "anywidget",
    "requests",
    "kfp",
)

#: No activity of the user's, and no question to Pipelines: this process asks that itself.
_QUIETLY = {"no_track_activity": "1", "probe": "none"}

#: Seconds for the answer of the Jupyter server.
_TIMEOUT = 3.0

#: Which major version of jupyterlab_widgets, in the server, draws which of ipywidgets.
_DRAWS = {"7": "1", "8": "3"}


def versions() -> dict[str, str]:
    """Return the versions of the packages that matter here; absent ones are left out."""
    found = {"jupyter-kfp-auth": __version__, "labextension": _labextension()}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name) or ""  # None where its metadata is damaged
        except metadata.PackageNotFoundError:
            continue
    return {name: version for name, version in found.items() if version}


def _labextension() -> str:
    """Return the version of our part of JupyterLab, as a server here would serve it."""
    from jupyter_core.paths import jupyter_path

    for directory in jupyter_path("labextensions"):
        try:
            package = json.loads(Path(directory, "jupyter-kfp-auth", "package.json").read_text())
            return str(package["version"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return ""


def server() -> JsonDict:
    """Ask the Jupyter server that started this process what it has and whom it asks.

    Returns:
        ``reachable``, the ``reason`` where it is not, and its ``api_version``, ``fingerprint`` and
        ``versions``.
    """
    info = server_discovery.running()
    if info is None:
        return _unreachable("no Jupyter server on this machine started it")
    answer = server_discovery.ask(info, "GET", "status", _QUIETLY, _TIMEOUT)
    if answer is None:
        return _unreachable(f"the Jupyter server did not answer within {_TIMEOUT:g} s")
    if answer.status_code == 404:
        return _unreachable(
            "the Jupyter server has no jupyter-kfp-auth: see `jupyter server extension list`"
        )
    try:
        data = answer.json() if answer.status_code == 200 else {}
        return {
            "reachable": True,
            "reason": "",
            "api_version": str(data["api_version"]),
            "fingerprint": str(data["fingerprint"]),
            "versions": {str(name): str(version) for name, version in data["versions"].items()},
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        return _unreachable("the Jupyter server wants a login that this process does not have")


def _unreachable(reason: str) -> JsonDict:
    empty = {"api_version": "", "fingerprint": "", "versions": {}}
    return {"reachable": False, "reason": reason, **empty}


def skew(here: Mapping[str, str], fingerprint: str, server: JsonObject) -> list[str]:
    """Say in one line each what does not fit between this environment and the server's.

    Args:
        here: the versions in this environment.
        fingerprint: of the connection of this process.
        server: what `server` returned.
    """
    if not server["reachable"]:
        return []
    there, lines = server["versions"], []
    if server["api_version"] != API_VERSION:
        lines.append(
            f"jupyter-kfp-auth is {here['jupyter-kfp-auth']} here and "
            f"{there.get('jupyter-kfp-auth', 'unknown')} in the Jupyter server, and the two do not "
            "understand each other: install the same, then restart both."
        )
    widgets, drawn = here.get("ipywidgets"), there.get("jupyterlab_widgets")
    if widgets and not drawn:
        lines.append(
            "Widgets cannot be drawn: the Jupyter server lacks jupyterlab_widgets. In its "
            "environment: pip install ipywidgets, then reload the page."
        )
    elif widgets and _DRAWS.get(_major(widgets), _major(drawn)) != _major(drawn):
        lines.append(
            f"Widgets cannot be drawn: ipywidgets {widgets} here does not go with "
            f"jupyterlab_widgets {drawn} in the Jupyter server. Install the same ipywidgets in "
            "both."
        )
    if here.get("anywidget") and not there.get("anywidget"):
        lines.append(
            "The explorer cannot be drawn in a cell: the Jupyter server lacks anywidget. In its "
            "environment: pip install anywidget, then reload the page."
        )
    if server["fingerprint"] != fingerprint:
        lines.append(
            "The side panel and this process do not ask the same Pipelines for the same namespace "
            "as the same account, so they may show different things."
        )
    return lines


def _major(version: str | None) -> str:
    return (version or "").split(".")[0]
