"""The sandbox's metadata store and object store, judged by those who read the real ones."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.store import S3Store

from jupyter_kfp_auth import api
from jupyter_kfp_auth.http.errors import PipelinesError
from jupyter_kfp_auth.outputs.connection import Connection
from kfp_sandbox import Sandbox

from .conftest import executable

HERE = Path(__file__).parent


@pytest.fixture
def connection(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    with api.connect() as connection:
        yield connection


def run_id(connection: Connection, name: str) -> str:
    return next(r.run_id for r in connection.iter_runs(search=name) if r.display_name == name)


def read_by_client(sandbox: Sandbox, wanted: str) -> dict[str, Any]:
    port = str(sandbox.metadata.port)
    command = [executable("python"), str(HERE / "ml_metadata_client.py"), "127.0.0.1", port, wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_real_client_reads_a_loop_with_its_rounds(
    sandbox: Sandbox, connection: Connection
) -> None:
    wanted = run_id(connection, "what if: 5 regions")
    found = read_by_client(sandbox, wanted)
    assert found["run"]["name"] == wanted
    assert found["run"]["custom_properties"]["namespace"] == {"string_value": "team-a"}
    assert found["parents"][0]["type"] == "system.Pipeline"
    executions = {e["id"]: e for e in found["executions"]}

    def properties(item: dict[str, Any]) -> dict[str, Any]:
        return {k: next(iter(v.values()), None) for k, v in item["custom_properties"].items()}

    rounds = [e for e in executions.values() if "iteration_index" in properties(e)]
    assert sorted(int(properties(e).get("iteration_index") or 0) for e in rounds) == list(range(5))
    (loop,) = {properties(e)["parent_dag_id"] for e in rounds}
    assert properties(executions[loop])["iteration_count"] == "5"
    fits = [e for e in executions.values() if properties(e)["task_name"] == "fit"]
    assert {e["last_known_state"] for e in fits} == {"COMPLETE"}
    assert {properties(e)["inputs"]["region"] for e in fits} == {
        *("north", "south", "west", "east", "islands")
    }
    assert all(0 < properties(e)["outputs"]["error"] < 1 for e in fits)
    skipped = [e for e in executions.values() if e["last_known_state"] == "CANCELED"]
    assert skipped
    assert all("parent_dag_id" in properties(e) for e in found["executions"][1:])
    assert {e["artifact_id"] for e in found["events"]} == {a["id"] for a in found["artifacts"]}
    assert [str(number) for number in found["by_id"]] == [a["id"] for a in found["artifacts"]]
    assert [str(number) for number in found["again"]] == list(executions)
    assert {a["type"] for a in found["artifacts"]} <= found["types"].keys()
    assert found["contexts"] == [wanted]
    assert found["by_artifact"] >= 1
    assert found["nothing"] is None


def test_the_real_client_reads_metrics_as_the_launcher_writes_them(
    sandbox: Sandbox, connection: Connection
) -> None:
    found = read_by_client(sandbox, run_id(connection, "xgboost depth=8"))
    by_name = {
        a["custom_properties"]["display_name"]["string_value"]: a for a in found["artifacts"]
    }
    metrics = by_name["metrics"]["custom_properties"]
    assert 0.8 < metrics["accuracy"]["double_value"] < 1
    assert metrics["rows"]["double_value"].is_integer()
    noted = by_name["curve"]["custom_properties"]
    curve = noted["confidenceMetrics"]["struct_value"]["list"]
    assert curve[0].keys() == {"confidenceThreshold", "recall", "falsePositiveRate"}
    assert "executor-logs" in by_name


def test_every_seeded_run_is_read_with_each_task_in_its_place(connection: Connection) -> None:
    seen = 0
    for run in connection.iter_runs(page_size=200, include_archived=True):
        found = connection.get_outputs(run.run_id)
        assert [task.path for task in found.tasks if not task.task_id] == [], run.display_name
        seen += len(found.artifacts)
    assert seen > 100


def test_a_comparison_of_depths_has_its_best_in_the_middle(connection: Connection) -> None:
    names = ("xgboost depth=4", "xgboost depth=8", "xgboost depth=32")
    found = connection.compare_runs([run_id(connection, name) for name in names])
    table = found.to_pandas().set_index("argument.max_depth")["metric.accuracy"]
    assert table[8] > table[4] > table[32]
    assert {curve["run_id"] for curve in found.curves} == {run.run_id for run in found}


def test_artifacts_are_there_and_what_a_failed_task_printed(
    connection: Connection, tmp_path: Path
) -> None:
    found = connection.get_outputs(run_id(connection, "xgboost depth=8"))
    files = {artifact.name: artifact for artifact in found.artifacts}
    table = files["features"].to_pandas()
    assert set(table.columns) == {"customer", "months", "plan", "churned"}
    saved = files["model"].save(tmp_path / "model")
    assert sorted(p.name for p in saved.iterdir()) == ["model.json", "weights.bin"]
    with files["features"].open() as file:
        file.seek(10)
        assert file.read(5) == files["features"].read(15)[10:]
    run = connection.get_run(run_id(connection, "xgboost depth=32"))
    failed = connection.outputs_of(run)
    (task,) = [task for task in failed if task.state == "FAILED" and not task.group]
    assert task.artifacts == ()
    (listed,) = [one for one in run.tasks if one.task_id == task.task_id]
    assert b"Traceback" in b"".join(connection.kept_log(run, listed))


def test_a_log_is_not_looked_for_again_right_after_the_store_did_not_answer(
    connection: Connection, sandbox: Sandbox
) -> None:
    run = connection.get_run(run_id(connection, "xgboost depth=32"))
    sandbox.metadata.stop()
    with pytest.raises(PipelinesError) as caught:
        next(connection.kept_log(run, run.tasks[0]))
    assert caught.value.cause_code == "metadata-unreachable"
    assert list(connection.kept_log(run, run.tasks[0])) == []


def test_the_bucket_wants_the_keys_of_the_secret(sandbox: Sandbox) -> None:
    def bucket(key: str) -> S3Store:
        return S3Store(
            "mlpipeline",
            endpoint=sandbox.url,
            access_key_id=key,
            secret_access_key="x",
            region="minio",
            virtual_hosted_style_request=False,
            client_options={"allow_http": True},
            retry_config={"max_retries": 0},
        )

    assert list(obstore.list(bucket("sandbox"), "v2/artifacts/none")) == []
    with pytest.raises(Exception, match=r"AccessDenied|403|denied"):
        list(obstore.list(bucket("stranger"), "v2"))


def test_without_the_right_to_read_secrets_the_reason_is_told(
    sandbox: Sandbox, connection: Connection
) -> None:
    sandbox.kubernetes.deny("/secrets/get")
    found = connection.get_outputs(run_id(connection, "xgboost depth=8"))
    with pytest.raises(PipelinesError) as caught:
        found.artifacts[0].read()
    assert caught.value.cause_code == "artifact-secret-denied"
    assert "kubeflow-edit" in str(caught.value)


def test_outputs_come_as_the_run_goes_on(connection: Connection, sandbox: Sandbox) -> None:
    wanted = run_id(connection, "what if: 4 regions")
    before = connection.get_outputs(wanted)
    sandbox.clock.advance(600)
    after = connection.get_outputs(wanted)
    assert len(after.artifacts) > len(before.artifacts)
    assert {t.state for t in after.tasks if not t.group} <= {"SUCCEEDED", "SKIPPED", "FAILED"}


def test_the_first_failed_task_becomes_the_next_cell(
    connection: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    wanted = run_id(connection, "xgboost depth=32")
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "jupyter_kfp_auth")
    inputs: list[str] = []
    shell.set_next_input = lambda text, replace: inputs.append(text)
    shell.run_line_magic("kfp", f"debug {wanted}")
    shell.run_line_magic("unload_ext", "jupyter_kfp_auth")
    (code,) = inputs
    assert code.startswith("# This is the task ")
    assert "ghcr.io/example/churn" in code
    assert "Nothing has been run" in capsys.readouterr().out
