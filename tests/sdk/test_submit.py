"""From a cell to a finished run, with the real SDKs in real kernels and terminals."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from jupyter_kfp_auth.demo.main import TOUR
from kfp_sandbox import Sandbox

from .environments import SDKS

pytestmark = pytest.mark.sdk

#: For each SDK the release of Pipelines that its users have, and how it writes a component.
SERVERS = {"kfp-1.8.22": "1.8.5", "kfp-2": "2.17.0"}
COMPONENTS = {
    "kfp-1.8.22": "from kfp.components import create_component_from_func as component",
    "kfp-2": "from kfp.dsl import component",
}
PIPELINE = """
from kfp import dsl
{component}
def step(x: float) -> float:
    return x * 2
step = component(step)
@dsl.pipeline(name="train")
def train(lr: float, epochs: int = 3, name: str = "a"):
    first = step(x=lr)
    second = step(x=first.output)
"""


class Sdk:
    """One SDK, and a server that it fits; time flies there."""

    def __init__(self, name: str, sandbox: Sandbox, home: Path) -> None:
        self.name = name
        self.sandbox = sandbox
        self.pipeline = PIPELINE.format(component=COMPONENTS[name])
        self.python = SDKS[name]()
        self.environment = {**os.environ, **sandbox.environment(), "HOME": str(home)}

    def notebook(self, *cells: str) -> Any:
        """Run cells in a kernel of the SDK's environment."""
        manager = AsyncKernelManager()
        argv = [self.python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        manager._kernel_spec = KernelSpec(argv=argv, display_name="SDK", language="python")
        node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        client = NotebookClient(node, km=manager, timeout=60, allow_errors=True)
        client.execute(env=self.environment)
        return node

    def terminal(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``jupyter kfp`` in the SDK's environment."""
        return subprocess.run(
            [self.python, "-m", "jupyter_kfp_auth.cli", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture(params=sorted(SDKS))
def sdk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sdk]:
    over = threading.Event()
    with Sandbox(SERVERS[request.param]) as sandbox:

        def fly() -> None:
            while not over.wait(0.3):
                sandbox.clock.advance(20)

        thread = threading.Thread(target=fly)
        thread.start()
        yield Sdk(request.param, sandbox, tmp_path)
        over.set()
        thread.join()


def shown(cell: Any) -> str:
    """All that a cell shows, as text."""
    texts = []
    for output in cell.outputs:
        if output.output_type == "stream":
            texts.append(output.text)
        elif output.output_type == "error":
            texts.append("\n".join(output.traceback))
        else:
            texts.append(output.data["text/plain"])
    return "\n".join(texts)


@pytest.mark.parametrize("sdk", ["kfp-2"], indirect=True)
def test_the_tours_own_cell_runs(sdk: Sdk) -> None:
    tour = nbformat.reads(TOUR.read_text("utf-8"), as_version=4)
    [cell] = [cell for cell in tour.cells if cell.source.startswith("%%kfp submit")]
    node = sdk.notebook("%load_ext jupyter_kfp_auth", cell.source)
    text = shown(node.cells[1])
    assert "Succeeded" in text
    assert "Warning" not in text


def test_from_a_cell_to_a_finished_run(sdk: Sdk) -> None:
    node = sdk.notebook(
        "%load_ext jupyter_kfp_auth",
        f"%%kfp submit --arg lr=0.5 -e training -c --wait --to run{sdk.pipeline}",
        "print(run.item.state, run.item.parameters['lr'], len(run.item.tasks))",
        "other = %kfp submit train --arg lr=1 --name second\nprint(other.item.display_name)",
        "%kfp submit train --arg epochs=x --arg nam=1",
        "params = {'lr': 2, 'epochs': 4}\nlast = %kfp submit train --args params\n"
        "print(last.item.parameters)",
        "%kfp wait {last}",
    )
    submitted, state, second, refused, by_dict, waited = node.cells[1:]
    assert "2 of 2 tasks have ended" in shown(submitted)
    assert "Created the experiment training." in shown(submitted)
    assert "application/vnd.jupyter.widget-view+json" in submitted.outputs[-1].data
    assert shown(state).split()[:2] == ["SUCCEEDED", "0.5"]
    assert shown(second).strip() == "second"
    text = shown(refused)
    assert "train cannot start with these arguments" in text
    assert "epochs: must be a whole number, not 'x'" in text
    assert "nam: there is no such parameter. Did you mean name?" in text
    assert "lr: is missing (a number)" in text
    assert "Traceback" not in text
    assert shown(by_dict).count("4") == 1
    assert "Succeeded" in shown(waited)


def test_a_cell_that_defines_several_pipelines_or_fails_to_compile(sdk: Sdk) -> None:
    node = sdk.notebook(
        "%load_ext jupyter_kfp_auth",
        f"%%kfp submit --arg lr=1{sdk.pipeline}\n@dsl.pipeline(name='other')\n"
        "def other():\n    step(x=1.0)\n",
        f"%%kfp submit other{sdk.pipeline}\n@dsl.pipeline(name='other')\n"
        "def other():\n    step(x=1.0)\n",
        f"%%kfp submit{sdk.pipeline}\n@dsl.pipeline(name='broken')\ndef train():\n    step(y=1)\n",
    )
    several, named, broken = node.cells[1:]
    assert "several pipelines; name one. There are: train, other" in shown(several)
    assert "other 20" in shown(named)
    assert all(output.output_type != "error" for output in named.outputs)
    assert any(word in shown(broken) for word in ("unexpected keyword", "not compile", "no input"))


def test_from_a_python_file_in_the_terminal(sdk: Sdk, tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(sdk.pipeline)
    done = sdk.terminal("submit", f"{path}:train", "--arg", "lr=0.1", "--wait", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("✓ step") == 2
    run = json.loads(done.stdout)
    assert run["state"] == "SUCCEEDED"
    assert float(run["parameters"]["lr"]) == 0.1
    path.write_text("import nothing_like_it\n")
    done = sdk.terminal("submit", str(path))
    assert done.returncode == 2
    assert "ModuleNotFoundError" in done.stderr
    assert "(line 1)" in done.stderr
    assert "Traceback" not in done.stderr
