"""The environments of a kernel and of its Jupyter server, as `%kfp status` shows them."""

from __future__ import annotations

import ast
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from jupyter_client.blocking.client import BlockingKernelClient
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from jupyter_kfp_auth.commands import server_discovery
from jupyter_kfp_auth.commands.version_check import server, skew, versions
from kfp_sandbox import Sandbox

from ..server.test_process import PREFIX, environment_of

HERE = {"jupyter-kfp-auth": "1.2.0", "ipywidgets": "8.1.9", "anywidget": "0.11.0"}
THERE = {"jupyter-kfp-auth": "1.2.0", "jupyterlab_widgets": "3.0.17", "anywidget": "0.11.0"}
PASS = "a-password-of-jupyter"


@dataclass
class Running:
    """A Jupyter server in a process of its own."""

    url: str
    runtime: Path
    sandbox: Sandbox

    @property
    def info(self) -> dict[str, Any]:
        """What the server has written down."""
        [path] = self.runtime.glob("jpserver-*.json")
        info: dict[str, Any] = json.loads(path.read_text())
        return info


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory = tmp_path_factory.mktemp("server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
        *(f"--port={port}", "--port-retries=0", f"--ServerApp.base_url={PREFIX}"),
        f"--IdentityProvider.token={PASS}",
    ]
    with Sandbox() as sandbox:
        environment = environment_of(directory, **sandbox.environment())
        process = subprocess.Popen(
            command, cwd=directory, env=environment, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        assert any("is running at" in line for line in process.stderr)
        try:
            url = f"http://127.0.0.1:{port}{PREFIX}"
            started = Running(url, directory / "runtime", sandbox)
            ask(started, "GET", "api/status")  # it listens only when its info file is written
            yield started
        finally:
            process.terminate()
            process.communicate()


def ask(running: Running, method: str, path: str) -> Any:
    with requests.Session() as session:
        # The server says where it is a moment before it listens there.
        patient = HTTPAdapter(max_retries=Retry(connect=30, backoff_factor=0.01))
        session.mount("http://", patient)
        headers = {"Authorization": f"token {PASS}"}
        answer = session.request(
            method, f"{running.url}{path}", data="{}", headers=headers, timeout=20
        )
        answer.raise_for_status()
        return answer.json()


def wait_for(client: BlockingKernelClient) -> None:
    """Wait for a kernel; one whose heart beats late, on a busy machine, is not a dead one."""
    for _ in range(30):
        with suppress(RuntimeError):
            client.wait_for_ready(timeout=60)
            return
    pytest.fail("The kernel is not there.")


def execute(running: Running, code: str) -> str:
    """Run code in a kernel of the server, and return what it prints."""
    made = ask(running, "POST", "api/kernels")
    client = BlockingKernelClient()
    client.load_connection_file(str(running.runtime / f"kernel-{made['id']}.json"))
    client.start_channels()
    printed: list[str] = []

    def keep(message: dict[str, Any]) -> None:
        if message["msg_type"] in ("stream", "error"):
            printed.append(str(message["content"]))

    try:
        wait_for(client)
        client.execute_interactive(code, output_hook=keep, timeout=60)
    finally:
        client.stop_channels()
    text = "".join(printed)
    assert PASS not in text
    assert running.sandbox.token not in text
    return text


def test_a_kernel_sees_both_environments(running: Running) -> None:
    printed = execute(running, "%load_ext jupyter_kfp_auth\n%kfp status --json")
    found = json.loads(ast.literal_eval(printed)["text"])
    both = found["environments"]
    assert both["server"]["reachable"], both["server"]["reason"]
    assert both["server"]["versions"] == both["kernel"]["versions"]
    assert {"ipywidgets", "jupyterlab_widgets", "anywidget"} <= set(both["kernel"]["versions"])
    assert both["server"]["fingerprint"] == found["fingerprint"]
    assert found["skew"] == []


def test_the_server_watches_what_a_kernel_starts(running: Running) -> None:
    submit = "%load_ext jupyter_kfp_auth\n%kfp submit hello-world --json"
    run = json.loads(ast.literal_eval(execute(running, submit))["text"])
    assert ask(running, "GET", "kfp/v1/watched") == {"run_ids": [run["run_id"]]}


def test_another_connection_is_not_the_servers(running: Running) -> None:
    before = ask(running, "GET", "kfp/v1/watched")
    info = running.info
    answer = server_discovery.ask(info, "POST", "runs/r/watch", {"fingerprint": "another"}, 10)
    assert answer is not None
    assert answer.status_code == 409
    assert ask(running, "GET", "kfp/v1/watched") == before


def test_a_terminal_finds_its_server_by_the_url(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(running.runtime))
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    assert not server()["reachable"]
    monkeypatch.setenv("JUPYTER_SERVER_URL", running.info["url"])
    found = server()
    assert found["reachable"], found["reason"]


@pytest.mark.parametrize(
    ("info", "says"),
    [
        ({"url": "no-such/"}, "jupyter server extension list"),
        ({"token": "wrong"}, "wants a login"),
        ({"token": ""}, "wants a login"),
    ],
)
def test_a_server_that_gives_no_answer_says_why(
    running: Running, monkeypatch: pytest.MonkeyPatch, info: dict[str, str], says: str
) -> None:
    known = running.info
    monkeypatch.setenv("JPY_PARENT_PID", str(known["pid"]))
    url = known["url"] + info.get("url", "")
    changed = {**known, **info, "url": url}
    monkeypatch.setattr(server_discovery, "_servers", lambda: iter([changed]))
    found = server()
    assert not found["reachable"]
    assert says in found["reason"]


def test_a_server_that_is_gone_or_was_never_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    assert "no Jupyter server" in server()["reason"]
    gone = {"pid": 1, "url": "http://127.0.0.1:1/", "token": "x"}
    monkeypatch.setattr(server_discovery, "_servers", lambda: iter([gone]))
    assert "did not answer" in server()["reason"]


def test_versions_are_those_that_are_installed() -> None:
    assert {"jupyter-kfp-auth", "ipywidgets", "jupyterlab_widgets", "anywidget"} <= set(versions())


def answered(**changes: str) -> dict[str, Any]:
    there = {name: version for name, version in {**THERE, **changes}.items() if version}
    return {"reachable": True, "api_version": "1", "fingerprint": "f", "versions": there}


def test_what_fits_needs_no_line() -> None:
    assert skew(HERE, "f", answered()) == []
    assert skew(HERE, "f", {"reachable": False}) == []
    assert skew({**HERE, "ipywidgets": "7.8.5"}, "f", answered(jupyterlab_widgets="1.1.11")) == []
    assert skew({"jupyter-kfp-auth": "1.2.0"}, "f", answered(jupyterlab_widgets="")) == []


@pytest.mark.parametrize(
    ("there", "says"),
    [
        (answered(jupyterlab_widgets="1.1.11"), "ipywidgets 8.1.9 here does not go with"),
        (answered(jupyterlab_widgets=""), "lacks jupyterlab_widgets"),
        (answered(anywidget=""), "lacks anywidget"),
        ({**answered(), "api_version": "2"}, "do not understand each other"),
        ({**answered(), "fingerprint": "g"}, "do not ask the same Pipelines"),
    ],
)
def test_each_thing_that_does_not_fit_is_one_line(there: dict[str, Any], says: str) -> None:
    [line] = skew(HERE, "f", there)
    assert says in line
