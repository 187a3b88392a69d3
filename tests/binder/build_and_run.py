"""Binder, from a clean clone to a kernel: ``make binder-test``, a few minutes.

As repo2docker lays it out: the repository is the home directory, `requirements.txt` goes into the
one environment, `postBuild` runs in the repository, and `start` gets the command of the Jupyter
server. There is no Node, and nothing of this checkout on the way; only what is committed counts.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

ROOT = Path(__file__).parents[2]
NODE = {"node", "nodejs", "npm", "npx", "yarn", "yarnpkg", "pnpm", "corepack", "jlpm"}
START_TIMEOUT = 90.0

pytestmark = pytest.mark.timeout(1200)


@dataclass
class Image:
    """What repo2docker would build."""

    home: Path
    environment: dict[str, str]

    def run(self, *command: str) -> None:
        done = subprocess.run(
            command,
            cwd=self.home,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"


@dataclass
class Server:
    """The Jupyter server that `start` started."""

    url: str
    token: str

    def get(self, path: str) -> requests.Response:
        return requests.get(self.url + path, headers=self.headers, timeout=60)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"token {self.token}"}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    tmp = tmp_path_factory.mktemp("binder")
    home = tmp / "home" / "jovyan"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(home)], check=True)
    subprocess.run([sys.executable, "-m", "venv", str(tmp / "env")], check=True)
    image = Image(home, {"HOME": str(home), "LANG": "C.UTF-8", "PATH": path(tmp)})
    # What a machine behind a mirror of the package registries needs to be told.
    mirror = ("PIP_", "YARN_", "npm_config_", "SSL_CERT_", "NODE_EXTRA_CA_CERTS")
    image.environment |= {k: v for k, v in os.environ.items() if k.startswith(mirror)}
    image.run("python", "-m", "pip", "install", "--quiet", "-r", "binder/requirements.txt")
    image.run("binder/postBuild")
    return image


def path(tmp: Path) -> str:
    """Return a PATH with the environment and the system's tools, but without Node."""
    tools = tmp / "tools"
    tools.mkdir()
    for directory in ("/usr/bin", "/bin"):
        for tool in Path(directory).iterdir():
            if tool.name not in NODE and not (tools / tool.name).is_symlink():
                (tools / tool.name).symlink_to(tool)
    return f"{tmp / 'env' / 'bin'}:{tools}"


@pytest.fixture(scope="module")
def server(image: Image) -> Iterator[Server]:
    runtime = image.home.parent / "runtime"
    command = ["jupyter", "lab", "--ip=127.0.0.1", "--port=0", "--no-browser", "--allow-root"]
    process = subprocess.Popen(
        ["binder/start", *command],
        cwd=image.home,
        env={**image.environment, "JUPYTER_RUNTIME_DIR": str(runtime)},
        start_new_session=True,
    )
    try:
        yield wait_for(process, runtime)
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # the Jupyter server, and the sandbox beside it
        process.wait(30)


def wait_for(process: subprocess.Popen[bytes], runtime: Path) -> Server:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        assert process.poll() is None, "binder/start has ended"
        for file in runtime.glob("jpserver-*.json"):
            try:
                found = json.loads(file.read_text("utf-8"))
                server = Server(found["url"], found["token"])
                if server.get("api/status").ok:
                    return server
            except (ValueError, requests.ConnectionError):
                pass  # still being written; not yet listening
        time.sleep(0.2)
    raise AssertionError("The Jupyter server did not answer.")


def test_there_is_no_node(image: Image) -> None:
    image.run("bash", "-c", "! command -v node")


def test_the_server_extension_speaks_to_the_sandbox(server: Server) -> None:
    answer = server.get("kfp/v1/experiments")
    assert answer.ok, answer.text
    assert answer.json()["total_size"] == 8


def test_lab_opens_the_tour_with_the_panel(server: Server) -> None:
    assert server.get("lab/tree/tour.ipynb").ok
    assert server.get("api/contents/tour.ipynb").json()["type"] == "notebook"
    names = [extension["name"] for extension in server.get("lab/api/extensions").json()]
    assert "jupyter-kfp-auth" in names


async def test_a_kernel_of_this_server_runs_the_tours_first_cells(server: Server) -> None:
    content = server.get("api/contents/tour.ipynb").json()["content"]
    code = [cell["source"] for cell in content["cells"] if cell["cell_type"] == "code"]
    assert code[:2] == ["%load_ext jupyter_kfp_auth", "%kfp experiments"]
    outputs = await run(server, [*code[:3], "%kfp doctor"])
    assert "8 of 8 experiments in team-a" in outputs[1]
    assert "OK: Pipelines lists your experiments" in outputs[3]


async def run(server: Server, cells: list[str]) -> list[str]:
    """Run cells in a kernel for the tour, as a browser does, and return what each showed."""
    asked = {
        "path": "tour.ipynb",
        "name": "tour.ipynb",
        "type": "notebook",
        "kernel": {"name": "python3"},
    }
    url = f"{server.url}api/sessions"
    session = requests.post(url, json=asked, headers=server.headers, timeout=60).json()
    socket = await websocket_connect(
        HTTPRequest(
            f"ws{server.url.removeprefix('http')}api/kernels/{session['kernel']['id']}/channels",
            headers=server.headers,
        )
    )
    try:
        return [await execute(socket, cell) for cell in cells]
    finally:
        socket.close()


async def execute(socket: Any, cell: str) -> str:
    request = uuid.uuid4().hex
    content = {"code": cell, "silent": False, "store_history": True, "user_expressions": {}}
    header = {
        "msg_id": request,
        "msg_type": "execute_request",
        "session": "tour",
        "username": "",
        "version": "5.3",
        "date": "2026-01-01T00:00:00Z",
    }
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    await socket.write_message(json.dumps({**message, "channel": "shell", "buffers": []}))
    shown = []
    while True:
        answer = json.loads(await socket.read_message())
        if answer["parent_header"].get("msg_id") != request:
            continue
        content = answer["content"]
        shown.append(content.get("text", "") or content.get("data", {}).get("text/plain", ""))
        assert answer["msg_type"] != "error", content["traceback"]
        if answer["msg_type"] == "status" and content["execution_state"] == "idle":
            return "\n".join(shown)
