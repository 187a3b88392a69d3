"""A real ``jupyter server``, below a prefix as in Kubeflow, with cookies and their checks."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from kfp_sandbox import Sandbox

from . import contract
from .test_access import ROUTES

PREFIX = "/notebook/team-a/nb/"
PASS = "a-password-of-jupyter"
ROOT = Path(__file__).parents[2]


@dataclass
class Process:
    """A running server, a browser that is logged in, and what the server wrote."""

    url: str
    word: str
    sandbox: Sandbox
    log: list[str]
    browser: requests.Session = field(default_factory=requests.Session)

    def send(self, method: str, path: str, *, xsrf: bool = True, **more: str) -> requests.Response:
        headers = {**({"X-XSRFToken": self.browser.cookies["_xsrf"]} if xsrf else {}), **more}
        response = self.browser.request(
            method, f"{self.url}kfp/v1/{path}", headers=headers, allow_redirects=False, timeout=20
        )
        contract.check(method, path, response.status_code, response.headers, response.content)
        assert self.sandbox.token not in response.text
        return response


def environment_of(directory: Path, **more: str) -> dict[str, str]:
    """Return an environment in which nothing but our own configuration is found."""
    config = directory / "config" / "jupyter_server_config.d"
    config.mkdir(parents=True)
    shipped = resources.files("jupyter_kfp_auth.server").joinpath("jupyter_kfp_auth.json")
    shutil.copyfile(str(shipped), config / "jupyter_kfp_auth.json")
    others = {"jupyterlab": False, "notebook": False, "notebook_shim": False, "jupyter_lsp": False}
    settings = {"ServerApp": {"jpserver_extensions": {**others, "jupyter_server_terminals": False}}}
    (config.parent / "jupyter_server_config.json").write_text(json.dumps(settings))
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {
        **kept,
        "HOME": str(directory),
        "JUPYTER_CONFIG_DIR": str(config.parent),
        "JUPYTER_RUNTIME_DIR": str(directory / "runtime"),
        "JUPYTER_DATA_DIR": str(directory / "data"),
        "PYTHONPATH": str(ROOT),
        **more,
    }


@pytest.fixture(scope="module", params=["cookie", "open"])
def process(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    """Log in by cookie, or into a server without a password, as Kubeflow's images start it."""
    word = PASS if request.param == "cookie" else ""
    directory = tmp_path_factory.mktemp(request.param)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--debug"),
        *(f"--port={port}", "--port-retries=0", f"--ServerApp.base_url={PREFIX}"),
        *(f"--IdentityProvider.token={word}", "--ServerApp.allow_unauthenticated_access=False"),
    ]
    with Sandbox() as sandbox:
        environment = environment_of(directory, **sandbox.environment())
        server = subprocess.Popen(
            command, cwd=directory, env=environment, stderr=subprocess.PIPE, text=True
        )
        assert server.stderr is not None
        log: list[str] = []
        for line in server.stderr:
            log.append(line)
            if "is running at" in line:
                break
        reader = threading.Thread(target=log.extend, args=(server.stderr,))
        reader.start()
        running = Process(f"http://127.0.0.1:{port}{PREFIX}", word, sandbox, log)
        try:
            assert server.poll() is None, "".join(log)
            # The line comes a moment before the server listens.
            patient = HTTPAdapter(max_retries=Retry(connect=30, backoff_factor=0.01))
            running.browser.mount("http://", patient)
            running.browser.get(f"{running.url}login", params={"token": word}, timeout=20)
            yield running
        finally:
            server.terminate()
            server.wait(20)
            reader.join(20)
    assert sandbox.token not in "".join(log)
    assert "AuthWarning" not in "".join(log)  # about handlers without a check
    assert any("GET /notebook/team-a/nb/kfp/v1/status" in line for line in log)


def test_reading(process: Process) -> None:
    assert process.send("GET", "status").json()["ok"]
    items = process.send("GET", "experiments").json()["items"]
    assert items
    item = items[0]["experiment_id"]
    assert process.send("GET", f"experiments/{item}").json()["experiment_id"] == item
    assert process.send("GET", "runs", xsrf=False).status_code == 200


def test_acting_needs_the_cookies_twin(process: Process) -> None:
    item = process.send("GET", "experiments").json()["items"][0]["experiment_id"]
    for action in ("archive", "unarchive"):
        path = f"experiments/{item}/{action}"
        process.sandbox.clear_requests()
        refused = process.send("POST", path, xsrf=False)
        assert (refused.status_code, refused.json()["error"]["cause"]) == (403, "xsrf")
        assert process.sandbox.requests == []
        assert process.send("POST", path).status_code == 204


def test_no_route_acts_without_the_cookies_twin(process: Process) -> None:
    process.sandbox.clear_requests()
    for method, path in ROUTES:
        if method == "POST":
            refused = process.send(method, path, xsrf=False)
            assert (refused.status_code, refused.json()["error"]["cause"]) == (403, "xsrf"), path
            wrong = process.send(method, path, xsrf=False, **{"X-XSRFToken": "2|a|b|1"})
            assert wrong.status_code == 403
    assert process.sandbox.requests == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1"])
def test_no_route_answers_another_page(process: Process, origin: str) -> None:
    process.sandbox.clear_requests()
    for method, path in ROUTES:
        reply = process.send(method, path, Origin=origin)
        assert reply.status_code in (403, 404), path
        assert "Access-Control-Allow-Origin" not in reply.headers
    assert process.sandbox.requests == []


def test_credentials_of_the_browser_go_nowhere(process: Process) -> None:
    process.sandbox.clear_requests()
    for method, path in ROUTES:
        if method == "GET":
            process.send(method, path, Authorization="Bearer of-the-browser", Cookie2="a=b")
    asked = process.sandbox.requests
    assert asked
    for request in asked:
        assert "of-the-browser" not in str(dict(request.headers))
        assert not {"Cookie", "Cookie2", "Origin", "Referer"} & set(request.headers)


def test_stranger(process: Process) -> None:
    stranger = replace(process, browser=requests.Session())
    reply = stranger.send("GET", "experiments", xsrf=False)
    assert reply.status_code == (403 if process.word else 200)


def test_nothing_outside_the_prefix(process: Process) -> None:
    root = process.url.removesuffix(PREFIX)
    process.sandbox.clear_requests()
    for path in ("/kfp/v1/status", "/notebook/kfp/v1/status"):
        reply = process.browser.get(root + path, allow_redirects=False, timeout=20)
        assert reply.status_code in (302, 404)
    assert process.sandbox.requests == []


def test_starting_loads_nothing_slow(tmp_path: Path) -> None:
    program = """
import sys
from jupyter_server.serverapp import ServerApp
server = ServerApp()
server.initialize(argv=["--allow-root"], new_httpserver=False)
assert "jupyter_kfp_auth.server.app" in sys.modules
assert "jupyter_kfp_auth" in server.extension_manager.extension_apps
slow = {"requests", "urllib3", "jwt", "ipywidgets", "anywidget", "IPython", "rich", "kfp"}
print(sorted(slow & sys.modules.keys()))
"""
    found = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment_of(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.stdout.strip() == "[]", found.stderr
