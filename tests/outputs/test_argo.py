"""Outputs of kfp 1's workflows, through the API of KFP 1.8."""

from __future__ import annotations

import base64
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from jupyter_kfp_auth.http.errors import PipelinesError
from jupyter_kfp_auth.outputs.argo_source import ArgoSource
from jupyter_kfp_auth.outputs.models import RunOutputs
from jupyter_kfp_auth.outputs.reading import read
from jupyter_kfp_auth.pipelines import decode, v1beta1
from jupyter_kfp_auth.pipelines.kinds import Kind

ROOT = "train-x7k2p"


def node(name: str, kind: str = "Pod", **more: Any) -> dict[str, Any]:
    node_id = f"{ROOT}-{name}" if name else ROOT
    return {
        "id": node_id,
        "name": f"{ROOT}.{name}" if name else ROOT,
        "displayName": name or ROOT,
        "type": kind,
        "templateName": name,
        "boundaryID": ROOT if name else "",
        "phase": "Succeeded",
        "startedAt": "2026-01-01T00:00:00Z",
        "finishedAt": "2026-01-01T00:01:00Z",
        **more,
    }


def artifact(name: str) -> dict[str, Any]:
    return {"name": name, "path": f"/tmp/{name}", "s3": {"key": f"artifacts/{ROOT}/{name}.tgz"}}


NODES = [
    node("", "DAG", children=[f"{ROOT}-fit", f"{ROOT}-flaky"]),
    node(
        "fit",
        inputs={"parameters": [{"name": "lr", "value": "0.1"}]},
        outputs={
            "parameters": [{"name": "fit-accuracy", "value": "0.9"}],
            "artifacts": [artifact("fit-model"), artifact("mlpipeline-metrics"),
                          artifact("main-logs")],
        },
    ),
    node("flaky", "Retry", children=[f"{ROOT}-flaky(0)", f"{ROOT}-flaky(1)"]),
    node("flaky(0)", phase="Failed", templateName="flaky"),
    node(
        "flaky(1)",
        templateName="flaky",
        inputs={"artifacts": [artifact("fit-model")]},
        outputs={"artifacts": [artifact("flaky-report")]},
    ),
]  # fmt: skip


def answer() -> dict[str, Any]:
    spec = {"arguments": {"parameters": [{"name": "lr", "value": "0.1"}]}}
    workflow = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": ROOT},
        "spec": spec,
        "status": {"nodes": {found["id"]: found for found in NODES}},
    }
    metrics = [
        {"name": "accuracy", "node_id": f"{ROOT}-fit", "number_value": 0.9},
        {"name": "zero", "node_id": f"{ROOT}-fit"},
    ]
    run = {"id": "r1", "name": "train", "status": "Succeeded", "metrics": metrics}
    return {"run": run, "pipeline_runtime": {"workflow_manifest": json.dumps(workflow)}}


def packed(**files: bytes) -> dict[str, str]:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name.replace("__", "/"))
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return {"data": base64.b64encode(out.getvalue()).decode()}


class Pipelines:
    """Answers as KFP 1.8 does, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.artifact: dict[str, str] = packed(data=b"hello")

    def __call__(self, path: str, asked: str) -> dict[str, Any]:
        self.asked.append(path)
        return self.artifact if path.endswith(":read") else answer()


@pytest.fixture
def pipelines() -> Pipelines:
    return Pipelines()


@pytest.fixture
def outputs(pipelines: Pipelines) -> RunOutputs:
    run = decode.run(v1beta1.normalize(Kind.RUNS, answer()))
    return read(ArgoSource(pipelines), run)


def test_parameters_metrics_and_artifacts_of_a_workflow(outputs: RunOutputs) -> None:
    found = {task.task: task for task in outputs.tasks}
    assert outputs.inputs == {"lr": "0.1"}
    assert (found["fit"].inputs, found["fit"].outputs) == ({"lr": "0.1"}, {"fit-accuracy": "0.9"})
    assert [(r["task"], r["name"], r["value"]) for r in outputs.metrics] == [
        ("fit", "accuracy", 0.9),
        ("fit", "zero", 0.0),
    ]
    assert [a.name for a in found["fit"].artifacts] == ["model", "mlpipeline-metrics"]
    assert found["fit"].artifacts[0].uri == f"minio://mlpipeline/artifacts/{ROOT}/fit-model.tgz"


def test_of_a_task_that_was_tried_again_the_last_attempt_counts(
    outputs: RunOutputs, pipelines: Pipelines
) -> None:
    found = {task.task: task for task in outputs.tasks}
    assert [a.name for a in found["flaky"].input_artifacts] == ["fit-model"]
    (report,) = found["flaky"].artifacts
    assert report.read() == b"hello"
    assert pipelines.asked[-1] == (
        f"/apis/v1beta1/runs/r1/nodes/{ROOT}-flaky%281%29/artifacts/flaky-report:read"
    )


def test_artifacts_come_as_archives(
    outputs: RunOutputs, pipelines: Pipelines, tmp_path: Path
) -> None:
    model = outputs.artifacts[0]
    assert (model.read(2), b"".join(model.stream()), model.open().read()) == (
        b"he",
        b"hello",
        b"hello",
    )
    assert model.save(tmp_path / "model").read_bytes() == b"hello"
    pipelines.artifact = packed(a=b"1", b__c=b"22")
    assert [(f.name, f.size) for f in model.files()] == [("a", 1), ("b/c", 2)]
    assert (model.save(tmp_path / "folder") / "b" / "c").read_bytes() == b"22"
    with pytest.raises(PipelinesError) as caught:
        model.read()
    assert caught.value.cause_code == "artifact-is-folder"


@pytest.mark.parametrize("data", ["", "!!!", base64.b64encode(b"no archive").decode()])
def test_what_is_no_archive_says_so(outputs: RunOutputs, pipelines: Pipelines, data: str) -> None:
    pipelines.artifact = {"data": data}
    with pytest.raises(PipelinesError) as caught:
        outputs.artifacts[0].read()
    assert caught.value.cause_code == "artifact-failed"


def test_an_archive_writes_nothing_outside_its_folder(
    outputs: RunOutputs, pipelines: Pipelines, tmp_path: Path
) -> None:
    pipelines.artifact = packed(a=b"1", **{"..__escaped": b"2"})
    with pytest.raises(FileExistsError):
        outputs.artifacts[0].save(tmp_path / "in")
    assert not (tmp_path / "escaped").exists()
