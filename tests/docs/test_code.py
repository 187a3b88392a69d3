"""The code in the pages runs: each page in one kernel, and its shell lines in a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from jupyter_kfp_auth.commands import grammar, shells
from jupyter_kfp_auth.config.settings import KfpAuth
from kfp_sandbox import Sandbox

from ..sdk.environments import SDKS
from .pages import PAGES, ROOT, blocks

pytestmark = pytest.mark.extra

#: Where the pages say that Pipelines is; here it is the sandbox.
_IN_CLUSTER = "http://ml-pipeline.kubeflow.svc.cluster.local:8888"

#: What the pages install is here already, and a test asks no package index.
_INSTALLS = re.compile(r"^(?:%|\$ )pip install .*\n", re.MULTILINE)

#: Seconds that pass between two cells: a run that one of them starts is over in the next.
_READING = 120

#: What a configuration file begins with.
_CONFIGURATION = "from traitlets.config import get_config, Config; c = Config()"


class Kernel:
    """A real kernel; a cell that fails fails the test."""

    def __init__(self, python: str, environment: dict[str, str], directory: Path) -> None:
        self._manager = KernelManager(kernel_name="python3")
        assert self._manager.kernel_spec is not None
        self._manager.kernel_spec.argv[0] = python
        self._manager.start_kernel(env={**os.environ, **environment}, cwd=str(directory))
        self._client: BlockingKernelClient = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)

    def run(self, code: str) -> str:
        """Run a cell and return what it printed."""
        printed = []

        def hear(message: dict[str, object]) -> None:
            content = message["content"]
            assert isinstance(content, dict)
            printed.append(str(content.get("text", content.get("evalue", ""))))

        reply = self._client.execute_interactive(code, timeout=60, output_hook=hear)
        output = "".join(printed)
        assert reply["content"]["status"] == "ok", f"{code}\n{output}"
        return output

    def close(self) -> None:
        """End it."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


def _runs(language: str) -> list[Any]:
    """Return each page, with each environment that it runs such blocks in."""
    found = {
        (str(page), environment)
        for page in PAGES
        for block in blocks(page)
        if (block.language == "console") == (language == "console")
        for environment in block.environments
    }
    return [
        pytest.param(page, environment, marks=[pytest.mark.sdk] if environment else [])
        for page, environment in sorted(found)
    ]


@pytest.fixture
def environment(sandbox: Sandbox, tmp_path: Path) -> dict[str, str]:
    home = {name: str(tmp_path) for name in ("HOME", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**sandbox.environment(), **home, "PATH": path}


@pytest.mark.parametrize(("source", "sdk"), _runs("cells"))
def test_the_cells_of_a_page_run(
    source: str, sdk: str, environment: dict[str, str], sandbox: Sandbox, tmp_path: Path
) -> None:
    kernel = Kernel(SDKS[sdk]() if sdk else sys.executable, environment, tmp_path)
    try:
        kernel.run(_CONFIGURATION)
        if sdk:  # the pages load it once, further up
            kernel.run("%load_ext jupyter_kfp_auth")
        for block in blocks(Path(source)):
            if block.language != "console" and sdk in block.environments:
                code = _INSTALLS.sub("", block.code).replace(_IN_CLUSTER, sandbox.url)
                kernel.run(code)
                sandbox.clock.advance(_READING)
        configured = eval(kernel.run("print(dict(c.get('KfpAuth', {})))"))
        assert set(configured) <= set(KfpAuth.class_trait_names(config=True))
    finally:
        kernel.close()


@pytest.mark.parametrize(("source", "_environment"), _runs("console"))
def test_the_shell_lines_of_a_page_run(
    source: str, _environment: str, environment: dict[str, str], tmp_path: Path
) -> None:
    for block in blocks(Path(source)):
        if block.language == "console" and block.environments:
            script = _INSTALLS.sub("", block.code)
            script = re.sub(r"^\$ ", "", script, flags=re.MULTILINE)
            ran = subprocess.run(
                ["bash", "-e", "-c", script],
                env=environment,
                cwd=tmp_path,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert ran.returncode == 0, f"{source}:{block.line}\n{script}\n{ran.stdout}{ran.stderr}"


@pytest.mark.parametrize("source", [str(page) for page in PAGES])
def test_each_command_that_a_page_mentions_is_one(source: str) -> None:
    text = " ".join((ROOT / source).read_text("utf-8").split())
    for prog, line in re.findall(r"`(%kfp|jupyter kfp) ([a-z][^`…{]*)`", text):
        words = line.split()
        if prog == "%kfp" or words[0] not in shells.OWN:
            grammar.parse(words, prog)


@pytest.mark.parametrize("source", [str(page) for page in PAGES])
def test_each_target_of_make_that_a_page_mentions_is_there(source: str) -> None:
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    text = (ROOT / source).read_text("utf-8")
    mentioned = re.findall(r"(?:`|^\s*|&& )make ([a-z][\w-]*)", text, re.MULTILINE)
    assert set(mentioned) <= set(targets)
