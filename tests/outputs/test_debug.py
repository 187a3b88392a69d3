"""A failed task as a cell: it fails as the task did and, corrected, succeeds."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jupyter_kfp_auth.http.errors import PipelinesError
from jupyter_kfp_auth.outputs.debug_cell import debug_cell
from jupyter_kfp_auth.outputs.models import Artifact, ArtifactFile, TaskOutputs
from jupyter_kfp_auth.outputs.task_files import TaskFiles
from jupyter_kfp_auth.pipelines.models import Reason, Run, Task

from ..sdk.environments import SDKS
from .compiled import dag, pipeline, task

SOURCE = """
import kfp
from kfp import dsl
from kfp.dsl import *
from typing import *

def helper(x):
    return x * 2

def fit(data: Input[Dataset], parts: Input[List[Dataset]], lr: float, model: Output[Model],
        table_path: OutputPath("CSV"), missing: str, epochs: int = 3) -> float:
    rows = open(data.path).read().splitlines()
    open(model.path, "w").write(str(helper(len(rows))))
    model.metadata["rows"] = len(rows)
    open(table_path, "w").write("x")
    if lr > 1:
        raise ValueError("loss is NaN in epoch %d" % epochs)
    return lr
"""
PIP = (
    "\nPIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --no-warn-script-location "
    "'kfp==2.17.0' '--no-deps' 'typing-extensions>=3.7.4,<5; python_version<\"3.9\"' && "
    "python3 -m pip install --quiet --no-warn-script-location --index-url "
    "https://me:secret@pypi.example/simple 'pandas==2.2' 'scikit-learn>=1' && \"$0\" \"$@\"\n"
)


class Files:
    """Artifacts that are there, or not."""

    def __init__(self, **texts: str) -> None:
        self.texts = texts

    def files(self, artifact: Artifact) -> tuple[ArtifactFile, ...]:
        if artifact.name not in self.texts:
            raise PipelinesError("artifact-gone", "nothing is left")
        return (ArtifactFile("", len(self.texts[artifact.name])),)

    def save(self, artifact: Artifact, path: Path) -> Path:
        self.files(artifact)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.texts[artifact.name])
        return path


def run_of(executor: dict[str, Any]) -> Run:
    spec = pipeline(
        dag({"fit": task("comp-fit", "Fit it")}), comp_fit={"executorLabel": "exec-fit"}
    )
    spec["deploymentSpec"] = {"executors": {"exec-fit": {"container": executor}}}
    reason = Reason("failed", "main: Error\n(exit code 1)", exit_code=1, task_id="t1")
    tasks = (Task("t1", "Fit it", "FAILED", key="fit", reason=reason),)
    return Run("r1", "a run", pipeline_spec=spec, tasks=tasks)


LIGHTWEIGHT = {
    "image": "python:3.11",
    "command": ["sh", "-c", PIP, "sh", "-ec", "program_path=$(mktemp -d)\n", SOURCE],
    "args": ["--executor_input", "{{$}}", "--function_to_execute", "fit"],
}


def failed(files: Files) -> TaskOutputs:
    def artifact(name: str) -> Artifact:
        return Artifact("1", name, "system.Dataset", f"minio://b/{name}", content=files)  # type: ignore[arg-type]

    return TaskOutputs(
        "Fit it",
        ("Fit it",),
        ("fit",),
        "t1",
        "FAILED",
        inputs={"lr": 2.5},
        input_artifacts=(artifact("data"), artifact("parts"), artifact("parts")),
    )


def test_the_cell_is_the_function_and_a_call_with_what_the_run_gave() -> None:
    code = debug_cell(run_of(LIGHTWEIGHT), failed(Files(data="a\nb", parts="p")))
    ast.parse(code)
    assert "def fit(data: Input[Dataset]" in code
    assert "lr=2.5," in code
    assert "data=files.input('data', Dataset)," in code
    assert "parts=files.inputs('parts', Dataset)," in code
    assert "model=files.output('model', Model)," in code
    assert "table_path=files.output_path('table')," in code
    assert "epochs" not in code.rpartition("fit(")[2]
    assert "# It failed: main: Error (exit code 1)" in code
    assert "# %pip install pandas==2.2 'scikit-learn>=1'" in code
    assert "# %pip install 'kfp==2.17.0'" in code
    assert "secret" not in code
    assert "connect().task_files('r1', 't1')" in code


def test_what_cannot_be_had_is_said() -> None:
    code = debug_cell(run_of(LIGHTWEIGHT), failed(Files(parts="p")))
    ast.parse(code)
    assert "# It cannot be had: artifact-gone: nothing is left" in code
    assert "# What missing was is not on record.\n    missing=None," in code


def test_a_container_is_told_in_words() -> None:
    executor = {
        "image": "alpine",
        "command": ["sh", "-c", 'echo "$0"\nexit 1'],
        "args": ["{{$.inputs.parameters['lr']}}", "{{$.outputs.artifacts['note'].path}}"],
    }
    code = debug_cell(run_of(executor), failed(Files(data="x", parts="p")))
    assert all(not line or line.startswith("#") for line in code.splitlines())
    assert "image alpine" in code
    assert '#   args: "2.5"' in code
    assert "#   lr = 2.5" in code
    assert "# with the artifact data at minio://b/data" in code


@pytest.mark.parametrize(
    "executor",
    [{}, {"command": ["x"]}, {**LIGHTWEIGHT, "command": ["def broken("]}, {"args": None}],
)
def test_whatever_a_definition_holds_the_cell_is_python(executor: dict[str, Any]) -> None:
    ast.parse(debug_cell(run_of(executor), failed(Files())))


def test_no_name_or_value_gets_out_of_its_comment() -> None:
    evil = "x\nimport os; os.system('true')\r\u2028y"
    run = run_of({"image": evil, "command": [evil], "args": [evil]})
    one = TaskOutputs(evil, (evil,), ("fit",), "t1", inputs={evil: evil})
    code = debug_cell(run, one)
    assert ast.parse(code).body == []


def test_the_status_of_a_watched_group_becomes_its_object() -> None:
    source = (
        "from kfp import dsl\ndef tell(status: dsl.PipelineTaskFinalStatus):\n    print(status)\n"
    )
    executor = {"command": [source], "args": ["--function_to_execute", "tell"]}
    given = {"state": "FAILED", "error": {"message": "no"}, "pipelineTaskName": "exit-handler-1"}
    one = TaskOutputs("Tell", ("Tell",), ("fit",), "t1", inputs={"status": given})
    code = debug_cell(run_of(executor), one)
    assert "status=dsl.PipelineTaskFinalStatus(state='FAILED'" in code
    assert "error_message='no'" in code


class Dataset:
    """Stands for the class of `kfp.dsl`, whose path follows from its uri."""

    def __init__(self, name: str, uri: str, metadata: dict[str, Any]) -> None:
        self.name, self.uri, self.metadata = name, uri, metadata

    @property
    def path(self) -> str:
        return self.uri.replace("minio://", "/minio/")


def test_files_are_fetched_once_and_have_a_path_here(tmp_path: Path) -> None:
    files = TaskFiles(failed(Files(data="a\nb", parts="p")), tmp_path)
    data = files.input("data", Dataset)
    assert Path(data.path).read_text() == "a\nb"
    assert (data.uri, data.name) == ("minio://b/data", "data")
    assert isinstance(data, Dataset)
    assert [Path(part.path).read_text() for part in files.inputs("parts", Dataset)] == ["p", "p"]
    Path(data.path).write_text("changed here")
    assert Path(files.input_path("data")).read_text() == "changed here"
    model = files.output("model", Dataset)
    Path(model.path).write_text("m")
    assert Path(model.path).parent.parent == tmp_path
    with pytest.raises(PipelinesError) as caught:
        files.input("nothing", Dataset)
    assert caught.value.cause_code == "artifact-not-recorded"


#: What stands for the connection in the process of the SDK: files as `Files` has them.
STAND_IN = """
import jupyter_kfp_auth
from jupyter_kfp_auth.outputs import models, task_files

class Stored:
    def save(self, artifact, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a\\nb")

class Connection:
    def task_files(self, run_id, task):
        read = [models.Artifact("1", n, uri=n, content=Stored()) for n in ("data", "parts")]
        found = models.TaskOutputs(task, (task,), input_artifacts=tuple(read))
        return task_files.TaskFiles(found)

jupyter_kfp_auth.connect = Connection
"""


@pytest.mark.sdk
def test_with_the_real_kfp_the_cell_fails_as_the_task_did_and_corrected_succeeds(
    tmp_path: Path,
) -> None:
    python = SDKS["kfp-2"]()
    code = debug_cell(run_of(LIGHTWEIGHT), failed(Files(data="a\nb", parts="p")))

    def execute(cell: str) -> subprocess.CompletedProcess[str]:
        script = tmp_path / "cell.py"
        script.write_text(f"{STAND_IN}\n{cell}\nprint('done')\n")
        return subprocess.run([python, str(script)], capture_output=True, text=True, check=False)

    assert "ValueError: loss is NaN in epoch 3" in execute(code).stderr
    done = execute(code.replace("lr=2.5", "lr=0.5"))
    assert done.stdout == "done\n", done.stderr
