"""Outputs where users look: commands, client methods, and the browser's routes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.store import S3Store

from jupyter_kfp_auth import api
from jupyter_kfp_auth.commands import rest
from jupyter_kfp_auth.commands.execute import Commands
from jupyter_kfp_auth.commands.grammar import parse
from jupyter_kfp_auth.commands.parser import GrammarError
from jupyter_kfp_auth.commands.results import Result
from jupyter_kfp_auth.outputs.connection import Connection
from jupyter_kfp_auth.pipelines.errors import NotFound
from kfp_sandbox import Sandbox

from .conftest import RealStore
from .written import Written


@pytest.fixture
def environment(
    sandbox: Sandbox, real_store: RealStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KF_PIPELINES_METADATA_ENDPOINT", real_store.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the-secret")


@pytest.fixture
def connection(environment: None) -> Iterator[Connection]:
    with api.connect() as connection:
        yield connection


def run_ids(connection: Connection) -> list[str]:
    return [run.run_id for run in connection.list_runs(state="SUCCEEDED").items]


@pytest.fixture
def written(connection: Connection, real_store: RealStore, s3: str) -> list[Written]:
    """Two runs that Pipelines knows, with what they would have produced."""
    import requests

    requests.put(f"http://{s3}/mlpipeline", timeout=10)
    params = {"fromEnv": "true", "endpoint": s3, "disableSSL": "true", "region": "us-east-1"}
    bucket = S3Store(
        "mlpipeline",
        endpoint=f"http://{s3}",
        access_key_id="k",
        secret_access_key="s",
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
    )
    made = []
    for n, run_id in enumerate(run_ids(connection)[:2]):
        run = Written(run_id, {"Provider": "minio", "Params": params}, {"lr": 0.1 + n, "epochs": 3})
        report = run.artifact("report", "HTML")
        obstore.put(bucket, report["uri"].removeprefix("minio://mlpipeline/"), b"<h1>hi</h1>")
        scores = run.artifact("scores", "Metrics", {"accuracy": 0.9 + n / 100})
        point = {"confidenceThreshold": 1, "recall": 0, "falsePositiveRate": 0}
        curve = run.artifact("curve", "ClassificationMetrics", {"confidenceMetrics": [point]})
        run.task("fit", outputs={"label": "ü"}, wrote=(report, scores, curve))
        run.task("gone", wrote=(run.artifact("model", "Model"),))
        real_store.write(run)
        made.append(run)
    real_store.calls()
    return made


def command(line: str) -> Any:
    with_client = Commands()
    try:
        result = with_client.execute(parse(line.split(), "%kfp"))
        assert isinstance(result, Result)
        return result
    finally:
        with_client.close()


def test_outputs_are_a_sequence_of_tasks_and_tables(written: list[Written]) -> None:
    found = command(f"outputs {written[0].run_id}")
    names = [task.task for task in found]
    assert {"fit", "gone"} <= set(names)
    assert found.metrics == [
        {"task": "fit", "path": ["fit"], "artifact": "scores", "name": "accuracy", "value": 0.9}
    ]
    assert set(found.to_pandas()["task"]) == set(names)
    for shown in (found.text(), found.html()):
        assert "accuracy" in shown
        assert "fit/report" in shown
        assert "ROC curve" in shown
    data = json.loads(json.dumps(found.as_dict()))
    assert data["run_id"] == written[0].run_id
    assert data["inputs"]["lr"] == 0.1
    fit = next(task for task in data["tasks"] if task["path"] == ["fit"])
    assert fit["outputs"] == {"label": "ü"}
    assert {"name", "type", "uri", "metadata"} <= fit["artifacts"][0].keys()


def test_outputs_of_one_task_alone(written: list[Written]) -> None:
    found = command(f"outputs {written[0].run_id} fit")
    assert [task.task for task in found] == ["fit"]
    with pytest.raises(GrammarError, match=r"no task 'fitt'. Did you mean fit"):
        command(f"outputs {written[0].run_id} fitt")


def test_an_artifact_is_found_by_its_path_and_saved(written: list[Written], tmp_path: Path) -> None:
    run_id = written[0].run_id
    found = command(f"artifact {run_id} fit/report")
    assert found.read() == b"<h1>hi</h1>"
    assert "<h1>hi</h1>" in found.text()
    assert "<h1>" not in found.html()
    said = command(f"artifact {run_id} report --save {tmp_path / 'page.html'}")
    assert (tmp_path / "page.html").read_bytes() == b"<h1>hi</h1>"
    assert "Saved report" in said.text()
    with pytest.raises(GrammarError, match=r"no artifact 'fit/reprot'. Did you mean fit/report"):
        command(f"artifact {run_id} fit/reprot")
    with pytest.raises(GrammarError, match="cannot be saved"):
        command(f"artifact {run_id} fit/report --save {tmp_path}")


def test_what_is_gone_is_explained(written: list[Written]) -> None:
    with pytest.raises(api.PipelinesError) as caught:
        command(f"artifact {written[0].run_id} gone/model")
    assert caught.value.cause_code == "artifact-gone"
    assert "Run the task again" in str(caught.value)


def test_runs_side_by_side_cost_one_call_to_pipelines(
    written: list[Written], sandbox: Sandbox, connection: Connection, real_store: RealStore
) -> None:
    ids = [run.run_id for run in written]
    connection.healthz()
    sandbox.clear_requests()
    found = connection.compare_runs(ids)
    assert [request.path for request in sandbox.requests] == ["/apis/v2beta1/runs"]
    assert len(real_store.calls()) == 7
    assert [run.run_id for run in found] == ids
    assert found.arguments["lr"][0] == 0.1
    (row,) = found.metrics
    assert (row.task, row.artifact, row.name, row.values) == (
        "fit",
        "scores",
        "accuracy",
        (0.9, 0.91),
    )
    assert [curve["run_id"] for curve in found.curves] == ids
    table = found.to_pandas()
    assert list(table["metric.accuracy"]) == [0.9, 0.91]
    assert list(table["argument.epochs"]) == [3, 3]


def test_compare_shows_a_column_for_each_run_and_says_what_is_missing(
    written: list[Written], connection: Connection
) -> None:
    other = run_ids(connection)[2]
    found = command(f"compare {written[0].run_id} {other} {written[1].run_id}")
    assert found.metrics[0].values == (0.9, None, 0.91)
    assert found.as_dict()["metrics"][0]["values"] == [0.9, None, 0.91]
    assert found.as_dict()["runs"][1]["problem"]["cause"] == "metadata-no-run"
    assert "0.91" in found.text()
    assert "knows nothing of this run" in found.text()


def test_only_runs_that_pipelines_shows_are_looked_up(
    connection: Connection, real_store: RealStore
) -> None:
    stranger = Written()
    stranger.task("fit", outputs={"secret": 1})
    real_store.write(stranger)
    real_store.calls()
    for ask in (connection.get_outputs, lambda run_id: connection.compare_runs([run_id])):
        with pytest.raises(NotFound):
            ask(stranger.run_id)
    assert real_store.calls() == []


def test_without_a_store_the_browser_gets_the_reason_and_the_command_fails(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = run_ids(connection)[0]
    monkeypatch.setenv("KF_PIPELINES_METADATA_ENDPOINT", "127.0.0.1:1")
    monkeypatch.setattr("jupyter_kfp_auth.outputs.metadata.store._PAUSES", ())
    with api.connect() as away:
        found = rest.get(away, f"runs/{run_id}/outputs", {})
        assert found["problem"]["cause"] == "metadata-unreachable"
        assert found["problem"]["next_step"]
        assert found["tasks"]
        with pytest.raises(api.PipelinesError) as caught:
            away.get_outputs(run_id)
        assert "NetworkPolicy" in str(caught.value)
    monkeypatch.setenv("KF_PIPELINES_METADATA_ENDPOINT", "nowhere")
    with api.connect() as wrong:
        found = rest.get(wrong, f"runs/{run_id}/outputs", {})
        assert found["problem"]["cause"] == "metadata-endpoint-invalid"


def test_a_look_at_one_artifact_after_the_other_asks_pipelines_once(
    written: list[Written], connection: Connection, sandbox: Sandbox
) -> None:
    run_id = written[0].run_id
    data = rest.get(connection, f"runs/{run_id}/outputs", {})
    ids = {a["name"]: a["id"] for task in data["tasks"] for a in task["artifacts"]}
    sandbox.clear_requests()
    found = rest.get(connection, f"runs/{run_id}/artifacts/{ids['report']}", {"limit": "4"})
    assert (found["kind"], found["text"], found["truncated"]) == ("html", "<h1>", True)
    rest.get(connection, f"runs/{run_id}/artifacts/{ids['report']}", {})
    assert sandbox.requests == []
    with pytest.raises(NotFound):
        rest.get(connection, f"runs/{run_id}/artifacts/999999", {})
