"""The table of names between the kfp majors, against the two real SDKs."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path

import pytest

from jupyter_kfp_auth.doctor.migration import INSTEAD, instead

from .environments import SDKS
from .python import Python

pytestmark = [pytest.mark.sdk, pytest.mark.timeout(120)]

#: Methods that a task of kfp 1 takes over from its container, so that they are there after all.
_TAKEN_OVER = {
    f"Task.{name}"
    for name in (
        "set_cpu_limit", "set_cpu_request", "set_memory_limit", "set_memory_request",
        "set_gpu_limit", "set_env_variable", "name", "output", "outputs",
    )
}  # fmt: skip

#: For the inside of kfp 2; nobody's notebook has it.
_INSIDE = {"Task.register_pipeline_channels", "kfp.dsl.T", "kfp.dsl.Annotated"}


@cache
def public(sdk: str) -> frozenset[str]:
    script = Path(__file__).with_name("public_names.py")
    done = subprocess.run(
        [SDKS[sdk](), str(script)], capture_output=True, text=True, check=True, timeout=100
    )
    return frozenset(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("has", "lacks", "major", "task"),
    [
        ("kfp-1.8.22", "kfp-2", "1", "PipelineTask"),
        ("kfp-2", "kfp-1.8.22", "2", "ContainerOp"),
    ],
)
def test_every_public_name_that_moved_or_went_is_in_the_table(
    has: str, lacks: str, major: str, task: str
) -> None:
    gone = public(has) - public(lacks) - _TAKEN_OVER - _INSIDE
    assert len(gone) > 40
    missing = [n for n in sorted(gone) if instead(major, n.replace("Task.", f"{task}.")) is None]
    assert missing == []


def code(name: str) -> str:
    """Return code that needs a name of the table; empty text where it needs more than a line."""
    if name.startswith("kfp."):
        module, _, last = name.rpartition(".")
        return f"import kfp; from {module} import {last}"
    kind, _, attribute = name.partition(".")
    models = {"PipelineTask": "kfp.dsl", "Client": "kfp", "ContainerOp": "kfp.dsl"}
    if not attribute or "(" in name:
        return ""
    if kind in models:
        return f"from {models[kind]} import {kind}; {kind}.__new__({kind}).{attribute}"
    if kind.startswith(("V2beta1", "Api")):
        return f"import kfp, kfp_server_api; kfp_server_api.{kind}().{attribute}"
    return ""


@pytest.fixture
def cells(shell: Python) -> Python:
    shell.run("_ = sh.run_line_magic('load_ext', 'jupyter_kfp_auth')")
    shell.run("import json, io, contextlib")
    return shell


def printed(shell: Python, cell: str) -> str:
    return shell.run(f"_ = cell({cell!r})")


def test_each_name_of_the_table_gets_its_hint(cells: Python) -> None:
    """All of them in one interpreter: those that an SDK has after all are no rows of the table."""
    one = cells.run("print(kfp.__version__)").startswith("1")
    table = INSTEAD["2" if one else "1"]
    tried, wrong = 0, {}
    for name, row in table.items():
        line = code(name)
        if not line:
            continue
        tried += 1
        out = printed(cells, line)
        module = table.get(name.rpartition(".")[0], row)  # may be gone as a whole
        told = " ".join(out.split())
        if not any(each.advice in told for each in (row, module)):
            wrong[name] = told[-200:]
    assert tried > 60
    assert not wrong, json.dumps(wrong, indent=1)


STEP = "from kfp import dsl\n@dsl.component\ndef step(x: int) -> int:\n    return x\n"
PIPELINE = STEP + "@dsl.pipeline(name='p')\ndef p():\n    task = step(x=1)\n    "

CALLS_2 = {
    STEP + "@dsl.pipeline(name='p')\ndef p():\n    step(1)": "Call components with names",
    PIPELINE + "task.add_node_selector_constraint('a', 'b')": "select nodes with kfp.kubernetes",
    PIPELINE + "task.set_timeout(5)": "kubernetes.set_timeout(task",
    PIPELINE + "task.execution_options.caching_strategy.max_cache_staleness = 'P0D'":
        "set_caching_options(False)",
    PIPELINE + "task.container.set_memory_limit('1G')": "Its methods are the task's own now",
    PIPELINE + "task.set_retry(1, policy='Always')": "Leave the policy out",
    PIPELINE + "task.output.ignore_type()": "Give both sides the same type",
    "from kfp import dsl\ndsl.ParallelFor(loop_args=[1])": "called items now",
    "from kfp import dsl\ndsl.ExitHandler(exit_op=None)": "called exit_task now",
    "from kfp import compiler\ncompiler.Compiler(mode=1)": "kfp 2 has one mode",
    "import kfp\nkfp.Client.create_run_from_pipeline_func(None, print, pipeline_conf=1)":
        "functions of kfp.kubernetes",
    "from kfp import kubernetes": "pip install 'kfp[kubernetes]'",
}  # fmt: skip
CALLS_1 = {
    "from kfp import dsl\n@dsl.component(base_image='a')\ndef a(): pass":
        "create_component_from_func",
    "from kfp import dsl\n@dsl.pipeline(name='p', display_name='P')\ndef p(): pass":
        "a pipeline has one name here",
    "from kfp import dsl\ndsl.ParallelFor(items=[1])": "called loop_args here",
    "import kfp\nkfp.Client(verify_ssl=False)": "Name the CA instead",
    "from kfp.client import Client": "from kfp import Client",
    "from kfp import kubernetes": "kfp.onprem",
}  # fmt: skip


def test_calls_that_the_other_version_takes(cells: Python) -> None:
    one = cells.run("print(kfp.__version__)").startswith("1")
    for cell, says in (CALLS_1 if one else CALLS_2).items():
        out = printed(cells, cell)
        assert says in " ".join(out.split()), (cell, out[-400:])
        assert out.count("Next step: ") == 1


def test_names_that_are_nobodys_get_no_hint(cells: Python) -> None:
    for cell in (
        "import kfp; kfp.dsl.NoSuchName",
        "class Client: pass\nClient().delete_run",
        "class PipelineTask: pass\nPipelineTask().apply",
        "def f(a): pass\nf(b=1)",
        "from kfp.components import no_such_name",
    ):
        assert "Hint: " not in printed(cells, cell), cell
