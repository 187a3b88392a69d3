"""Each command of `%kfp` in a real kernel, and the ways in which notebooks are run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from jupyter_client.manager import KernelManager

from kfp_sandbox import Sandbox

from ..sandbox.documents import EXIT
from .test_kernel import execute

WIDGET = "application/vnd.jupyter.widget-view+json"


class Kernel:
    """A kernel with the extension loaded."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._manager = KernelManager(kernel_name="python3")
        self._manager.start_kernel(env={**os.environ, **environment})
        self._client: Any = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)
        self.run("%load_ext jupyter_kfp_auth")

    def run(self, cell: str) -> tuple[bool, str]:
        """Run a cell; return whether it succeeded, and all it printed and showed as text."""
        shown: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                shown.append(content["text"])
            elif "data" in content:
                shown.append(content["data"].get("text/plain", ""))
            elif message["msg_type"] == "error":
                shown.append("\n".join(content["traceback"]))

        reply = self._client.execute_interactive(cell, output_hook=hear, timeout=60)
        return reply["content"]["status"] == "ok", "\n".join(shown)

    def complete(self, code: str) -> tuple[list[str], str, float]:
        """Press Tab at the end; return the matches, what they replace, and the seconds it took."""
        start = time.monotonic()
        content = self._client.complete(code, reply=True, timeout=10)["content"]
        took = time.monotonic() - start
        return content["matches"], code[content["cursor_start"] : content["cursor_end"]], took

    def interrupt(self) -> None:
        """Interrupt the running cell."""
        self._manager.interrupt_kernel()

    def close(self) -> None:
        """End the kernel."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def kernel(sandbox: Sandbox) -> Iterator[Kernel]:
    kernel = Kernel(sandbox.environment())
    yield kernel
    kernel.close()


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    path = tmp_path / "pipeline.yaml"
    path.write_text(yaml.safe_dump(EXIT))
    return path


@pytest.mark.parametrize(
    ("line", "shows"),
    [
        ("%kfp", "First steps"),
        ("%kfp experiments", "churn-xgboost"),
        ("%kfp runs -e churn-xgboost --state failed", "runs in team-a"),
        ('%kfp run "does it fail?"', "load-sales"),
        ("%kfp recurring-runs --sort name", "fraud-nightly"),
        ("%kfp pipelines --json", '"total_size"'),
        ("%kfp open churn-xgboost", "/_/pipeline/?ns=team-a#/experiments/details/"),
        ("%kfp logs 'does it fail?'", "fit"),
        ("%kfp disable fraud-nightly", "Disabled "),
        ("%kfp enable fraud-nightly", "Enabled "),
        ("%kfp archive 'does it fail?'", "Archived "),
        ("%kfp unarchive 'does it fail?'", "Restored "),
        ("%kfp retry 'does it fail?'", "Retrying "),
        ("%kfp terminate 'does it fail?'", "Terminating "),
        ("%kfp status", "team-a"),
        ("%kfp doctor", "OK"),
        ("%kfp use --reset", "Using http://127.0.0.1"),
    ],
)
def test_every_command(kernel: Kernel, line: str, shows: str) -> None:
    ok, shown = kernel.run(line)
    assert ok, shown
    assert shows in shown
    assert "Cell In[" not in shown


def test_from_a_file_to_a_finished_run(kernel: Kernel, sandbox: Sandbox, compiled: Path) -> None:
    ok, shown = kernel.run(f"x = %kfp submit {compiled} -e from-file -c\nprint(x.item.state)")
    assert ok
    assert shown.strip() == "PENDING"
    sandbox.clock.advance(600)
    ok, shown = kernel.run("%kfp wait {x}")
    assert ok, shown
    assert "3 of 3 tasks have ended" in shown
    assert "Succeeded" in shown


def test_a_run_that_fails_fails_the_cell_and_is_bound_nevertheless(
    kernel: Kernel, sandbox: Sandbox, compiled: Path
) -> None:
    kernel.run(f"x = %kfp submit {compiled} --arg fail=true --name doomed")
    sandbox.clock.advance(600)
    ok, shown = kernel.run("%kfp wait {x}")
    assert not ok
    assert re.search("The run doomed failed: (inner|later) failed", shown)
    assert "Cell In[" not in shown


def test_waiting_can_be_interrupted_at_once_and_the_run_goes_on(
    kernel: Kernel, sandbox: Sandbox, compiled: Path
) -> None:
    kernel.run(f"x = %kfp submit {compiled}")
    looks = len(sandbox.requests)
    client = kernel._client
    message = client.execute("%kfp wait {x}")
    while len(sandbox.requests) < looks + 2:
        time.sleep(0.02)
    start = time.monotonic()
    kernel.interrupt()
    reply = client.get_shell_msg(timeout=10)
    while reply["parent_header"].get("msg_id") != message:
        reply = client.get_shell_msg(timeout=10)
    assert time.monotonic() - start < 2
    assert reply["content"]["ename"] == "CommandFailed"
    assert "goes on" in reply["content"]["evalue"]
    _, shown = kernel.run("y = %kfp run {x}\nprint(y.item.state)")
    assert shown.strip() in ("PENDING", "RUNNING", "SUCCEEDED")


@pytest.mark.parametrize(
    ("code", "has", "replaces"),
    [
        ("%kfp ", "experiments", ""),
        ("%kfp ru", "runs", "ru"),
        ("x = %kfp runs --st", "--state", "--st"),
        ("%kfp runs --state f", "failed", "f"),
        ("%kfp runs -e churn-x", "churn-xgboost", "churn-x"),
        ("%kfp run 'fraud by", "'fraud by hand'", "'fraud by"),
        ("%kfp submit churn", "churn-training", "churn"),
        ("%%kfp submit --exp", "--experiment", "--exp"),
        ("%kfp submit x --args par", "params", "par"),
    ],
)
def test_tab(kernel: Kernel, code: str, has: str, replaces: str) -> None:
    kernel.run("params = {}")
    kernel.complete(code)  # the first time brings modules and names
    deadline = time.monotonic() + 5
    matches, replaced, took = kernel.complete(code)
    while has not in matches and time.monotonic() < deadline:
        matches, replaced, took = kernel.complete(code)
    assert has in matches
    assert replaced == replaces
    assert took < 0.3


def test_tab_elsewhere_is_untouched(kernel: Kernel) -> None:
    assert "print" in kernel.complete("prin")[0]
    assert "%load_ext" in kernel.complete("%load_e")[0]


def test_tab_is_silent_and_quick_while_the_server_is_away() -> None:
    with Sandbox() as other:
        kernel = Kernel(other.environment())
        try:
            kernel.complete("%kfp runs --st")  # modules
            other.faults.set("slow", seconds=30)
            for line in ("%kfp runs -e ", "%kfp open "):
                matches, _, took = kernel.complete(line)
                assert took < 10  # and does not wait for the server
                assert not any(match and not match.startswith("--") for match in matches)
            assert kernel.run("1 + 1") == (True, "2")
        finally:
            kernel.close()


def test_loading_twice_reloading_and_unloading(sandbox: Sandbox) -> None:
    kernel = Kernel(sandbox.environment())
    try:
        for line in ("%load_ext jupyter_kfp_auth", "%reload_ext jupyter_kfp_auth"):
            assert kernel.run(line)[0]
        matches = kernel.complete("%kfp experim")[0]
        assert matches.count("experiments") == 1
        assert kernel.run("%kfp use -n team-a")[0]
        assert kernel.run("%unload_ext jupyter_kfp_auth")[0]
        assert "not found" in kernel.run("%kfp experiments")[1]
        assert "experiments" not in kernel.complete("%kfp experim")[0]
        assert kernel.run("%load_ext jupyter_kfp_auth\n%kfp experiments")[0]
    finally:
        kernel.close()


def test_two_kernels_do_not_know_each_other(kernel: Kernel, sandbox: Sandbox) -> None:
    other = Kernel(sandbox.environment())
    try:
        assert other.run("%kfp use -n team-b")[0]
        assert not other.run("%kfp experiments")[0]
        assert kernel.run("%kfp experiments")[0]
    finally:
        other.close()


def test_cells_that_await(kernel: Kernel) -> None:
    ok, shown = kernel.run(
        "import asyncio\nawait asyncio.sleep(0)\nx = %kfp runs --limit 1\nprint(len(x))"
    )
    assert ok
    assert shown.strip() == "1"


def test_cell_magic_says_what_it_is_for(kernel: Kernel) -> None:
    assert "%%kfp is for submit" in kernel.run("%%kfp runs\n1")[1]
    ok, shown = kernel.run("%%kfp submit\n1/0")
    assert not ok
    assert "ZeroDivisionError" in shown
    assert "The cell defines no pipeline" in kernel.run("%%kfp submit\nx = 1")[1]


def test_nbconvert(sandbox: Sandbox, tmp_path: Path) -> None:
    cells = ["%load_ext jupyter_kfp_auth", "%kfp experiments", "%kfp run 'no such run'"]
    path = tmp_path / "book.ipynb"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells[:2]])
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute"]
    done = subprocess.run(
        [*command, "--output", "done.ipynb", str(path)],
        env={**os.environ, **sandbox.environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "churn-xgboost" in (tmp_path / "done.ipynb").read_text()


def test_values_come_in_as_papermill_brings_them(sandbox: Sandbox) -> None:
    cells = (
        "# Parameters\nstate = 'failed'\nlimit = 2",
        "%load_ext jupyter_kfp_auth",
        "found = %kfp runs --state {state} --limit $limit\nprint(len(found), found[0].state)",
    )
    node = execute(cells, sandbox.environment())
    assert node.cells[2].outputs[0].text.strip() == "2 FAILED"
