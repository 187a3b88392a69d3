"""The Jupyter server that started this kernel or terminal, and our extension in it."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..http.strict_json import JsonDict, JsonObject

if TYPE_CHECKING:
    import requests

#: Where a server listens on every address of the machine.
_ANYWHERE = ("", "*", "0.0.0.0", "::")  # noqa: S104 - compared with, not bound to

#: Seconds for taking note of a run, which asks nobody else.
_MOMENT = 1.0


def watch(run_id: str, fingerprint: str) -> None:
    """Let the server tell its pages when a run ends, if it talks to the same Pipelines.

    Silent where there is no server, or it does not know this process, or talks to another one.
    """
    info = running()
    if info is not None:
        query = {"fingerprint": fingerprint, "no_track_activity": "1"}
        ask(info, "POST", f"runs/{run_id}/watch", query, timeout=_MOMENT)


def changed() -> None:
    """Let the server's pages know that something was changed here. Silent as `watch`."""
    info = running()
    if info is not None:
        ask(info, "POST", "changed", {"no_track_activity": "1"}, timeout=_MOMENT)


def ask(
    info: JsonObject, method: str, path: str, query: Mapping[str, str], timeout: float
) -> requests.Response | None:
    """Ask our extension in a server of this machine; ``None`` where no answer comes in time.

    Args:
        info: what `running` has found.
        method: of the request.
        path: below ``kfp/v1/``.
        query: of ``server/openapi.yaml``.
        timeout: in seconds.
    """
    import requests

    from ..http.deadline import Attempt
    from ..http.transport import HttpSession

    # A server without a token wants the same text twice, in a cookie and beside it, of who writes:
    # a page of another site could not send that.
    same = secrets.token_hex(16)
    headers = {"Cookie": f"_xsrf={same}", "X-XSRFToken": same}
    if info.get("token"):
        headers["Authorization"] = f"token {info['token']}"
    with HttpSession() as session:
        try:
            with Attempt(timeout) as attempt:
                answer = session.request(
                    method,
                    f"{_address(info)}/kfp/v1/{path}",
                    params=query,
                    headers=headers,
                    timeout=timeout,
                    allow_redirects=False,
                )
                attempt.check()
                return answer
        except (requests.RequestException, OSError, ValueError):
            return None


def _address(info: JsonObject) -> str:
    """Return where the server is: on this machine, so not by a name that leads through a mesh."""
    url = str(info.get("url", "")).rstrip("/")
    if info.get("hostname") not in _ANYWHERE:
        return url
    parts = urlsplit(url)
    return f"{parts.scheme}://127.0.0.1:{info.get('port')}{parts.path}"


def running() -> JsonDict | None:
    """Find the server of this kernel or terminal among those that have written down their address.

    jupyter_client tells a kernel the server's process, jupyter_server_terminals a shell its URL.
    """
    parent = os.environ.get("JPY_PARENT_PID", "")
    url = os.environ.get("JUPYTER_SERVER_URL", "").rstrip("/")
    for info in _servers():
        if str(info.get("pid")) == parent or (url and str(info.get("url")).rstrip("/") == url):
            return info
    return None


def _servers() -> Iterator[JsonDict]:
    # As jupyter_server.serverapp.list_running_servers does, without importing a whole server.
    from jupyter_core.paths import jupyter_runtime_dir

    for path in sorted(Path(jupyter_runtime_dir()).glob("jpserver-*.json")):
        try:
            info = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(info, dict):
            yield info
