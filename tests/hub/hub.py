"""A real JupyterHub with its proxy, whose users' servers are local processes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

_ENVIRONMENT = Path(__file__).parents[2] / ".venvs" / "jupyterhub"

#: Seconds in which the hub, or a user's server, starts on a busy machine.
START = 90.0

BASE = "/data/hub/"

_ADMIN = "the-tests-own-token"

_CONFIG = """
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}{base}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.Spawner.cmd = [{singleuser!r}]
c.Spawner.args = ["--allow-root", "--KfpApp.watch_interval=1"]
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = c.Spawner.http_timeout = {start}
c.Spawner.environment = {environment!r}
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.ConfigurableHTTPProxy.command = [{node!r}, {proxy!r}]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.JupyterHub.services = [dict(name="tests", api_token={token!r})]
c.JupyterHub.load_roles = [dict(
    name="tests", services=["tests"],
    scopes=["admin:users", "admin:servers", "tokens", "access:servers"],
)]
"""


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Hub:
    """Starts JupyterHub in ``directory``; ``environment`` reaches each user's server."""

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        command = _ENVIRONMENT / "bin" / "jupyterhub"
        proxy = _ENVIRONMENT / "proxy/node_modules/configurable-http-proxy/bin"
        if not command.exists() or not proxy.exists():
            pytest.fail(f"There is no {command}. Run: make lab-envs", pytrace=False)
        port, hub_port, api_port = _free_ports(3)
        self.url = f"http://127.0.0.1:{port}{BASE}"
        (directory / "homes").mkdir()
        config = directory / "jupyterhub_config.py"
        config.write_text(
            _CONFIG.format(
                port=port,
                base=BASE,
                hub_port=hub_port,
                api_port=api_port,
                singleuser=str(_ENVIRONMENT / "bin" / "jupyterhub-singleuser"),
                start=START,
                environment=dict(environment),
                homes=str(directory / "homes"),
                node=str(_ENVIRONMENT / "bin" / "node"),
                proxy=str(proxy / "configurable-http-proxy"),
                token=_ADMIN,
            )
        )
        self._log = (directory / "hub.log").open("w+")
        path = f"{_ENVIRONMENT / 'bin'}{os.pathsep}{os.environ['PATH']}"
        self._process = subprocess.Popen(
            [command, "-f", config],
            cwd=directory,
            env={**os.environ, "PATH": path},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def start(self) -> Hub:
        """Wait until the hub answers."""
        end = time.monotonic() + START
        while time.monotonic() < end and self._process.poll() is None:
            try:
                if requests.get(f"{self.url}hub/health", timeout=5).ok:
                    return self
            except requests.ConnectionError:
                time.sleep(0.2)  # Nothing tells when a port begins to listen.
        self.stop()
        self._log.seek(0)
        pytest.fail(f"JupyterHub did not start:\n{self._log.read()[-4000:]}")

    def stop(self) -> None:
        """End the hub, its proxy and its servers."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def start_server(self, user: str) -> str:
        """Start a user's server, and return a token of that user."""
        self._api("POST", f"users/{user}")
        self._api("POST", f"users/{user}/server")
        progress = self._api("GET", f"users/{user}/server/progress", stream=True)
        for line in progress.iter_lines():
            event = json.loads(line.removeprefix(b"data: ")) if line.startswith(b"data:") else {}
            assert not event.get("failed"), event
            if event.get("ready"):
                token = self._api("POST", f"users/{user}/tokens").json()["token"]
                return str(token)
        raise AssertionError("the server's progress ended before it was ready")

    def log(self) -> str:
        """What hub, proxy and servers have said."""
        self._log.flush()
        return Path(self._log.name).read_text()

    def _api(self, method: str, path: str, **options: Any) -> requests.Response:
        answer = requests.request(
            method,
            f"{self.url}hub/api/{path}",
            headers={"Authorization": f"token {_ADMIN}"},
            timeout=START,
            **options,
        )
        assert answer.ok, f"{answer.status_code} {answer.text}"
        return answer
