"""A JupyterLab of its own, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import urljoin

import requests

#: Seconds that JupyterLab may take to answer; a cold start on a slow disk takes a while.
START_TIMEOUT = 90.0


#: What starts this environment's JupyterLab.
LAB = (sys.executable, "-m", "jupyterlab")


class LabError(Exception):
    """JupyterLab did not start; the message says why."""


@dataclass
class Lab:
    """Starts JupyterLab in `directory` and waits until it answers.

    Args:
        directory: what JupyterLab shows.
        environment: added to this process's environment; kernels inherit it.
        options: more command line options.
        command: what starts it; another environment's JupyterLab or Notebook 7 will do.
    """

    directory: Path
    environment: Mapping[str, str]
    options: tuple[str, ...] = ()
    command: tuple[str, ...] = LAB

    url: str = ""
    token: str = ""

    def __enter__(self) -> Lab:
        command = [*self.command, f"--ServerApp.root_dir={self.directory}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        self._log = tempfile.TemporaryFile("w+")
        self._quiet = tempfile.TemporaryDirectory(prefix="kfp-lab-")
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and options
            [*command, *self.options],
            env={**os.environ, **self.environment, "JUPYTER_CONFIG_PATH": self._config_path()},
            stdout=self._log,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for this process; JupyterLab would answer it with a question.
            start_new_session=True,
        )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The number of JupyterLab's process."""
        return self._process.pid

    def wait(self) -> int:
        """Wait until JupyterLab ends and return its exit code."""
        code = self._process.wait()
        if code > 0:
            raise LabError(f"JupyterLab ended with {code}:\n{self._tail()}")
        return code

    def stop(self) -> None:
        """End JupyterLab and its kernels."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        self._quiet.cleanup()

    def get(self, path: str) -> requests.Response:
        """Ask the server, below its base URL, as its user."""
        headers = {"Authorization": f"token {self.token}"}
        return requests.get(urljoin(self.url, path), headers=headers, timeout=30)

    def _config_path(self) -> str:
        """Add to Jupyter's configuration that nobody is asked about news over the demo."""
        config = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
        file = Path(self._quiet.name) / "labconfig" / "page_config.json"
        file.parent.mkdir()
        file.write_text(json.dumps(config), "utf-8")
        others = {**os.environ, **self.environment}.get("JUPYTER_CONFIG_PATH")
        return os.pathsep.join(filter(None, (self._quiet.name, others)))

    def _wait(self) -> None:
        """Read where the server is from its own runtime file, then wait for its first answer."""
        from jupyter_core.paths import jupyter_runtime_dir

        info = Path(jupyter_runtime_dir()) / f"jpserver-{self._process.pid}.json"
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise LabError(f"JupyterLab did not start:\n{self._tail()}")
            if not self.url and info.exists():
                self._read(info)
            if self.url and self._answers():
                return
            time.sleep(0.1)
        raise LabError(f"JupyterLab did not answer in {START_TIMEOUT:.0f} s:\n{self._tail()}")

    def _read(self, info: Path) -> None:
        try:
            found = json.loads(info.read_text("utf-8"))
        except ValueError:  # still being written
            return
        self.url, self.token = found["url"], found["token"]

    def _answers(self) -> bool:
        try:
            return self.get("api/status").ok
        except requests.ConnectionError:
            return False

    def _tail(self) -> str:
        self._log.seek(0)
        return self._log.read()[-2000:]
