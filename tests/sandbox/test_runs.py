"""Runs of v2beta1, from their start to their end."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import V2, Client, StartSandbox
from .documents import EXIT, LINEAR, LOOP, pipeline, task

_PATH = f"{V2}/runs"
_UNSET = "1970-01-01T00:00:00Z"


def _tasks(run: Any) -> dict[str, Any]:
    return {each["display_name"]: each for each in run["run_details"]["task_details"]}


def test_a_run_from_start_to_end(empty: Client) -> None:
    experiment = empty.experiment()
    run = empty.run(LINEAR, experiment)
    path, clock = f"{_PATH}/{run['run_id']}", empty.sandbox.clock
    assert (run["state"], run["finished_at"]) == ("PENDING", _UNSET)
    assert run["pipeline_spec"] == LINEAR
    assert run["service_account"] == "default-editor"
    assert "namespace" not in run
    assert "run_details" not in run

    clock.advance(5)
    run = empty.get(path)
    assert run["state"] == "RUNNING"
    tasks = _tasks(run)
    assert list(tasks) == ["root", "one"]
    assert tasks["one"]["parent_task_id"] == tasks["root"]["task_id"]
    assert tasks["root"]["child_tasks"] == [{"task_id": tasks["one"]["task_id"]}]
    assert (tasks["one"]["state"], tasks["one"]["end_time"]) == ("RUNNING", _UNSET)

    clock.advance(100)
    run = empty.get(path)
    assert run["state"] == "SUCCEEDED"
    assert {each["state"] for each in _tasks(run).values()} == {"SUCCEEDED"}
    assert list(_tasks(run)) == ["root", "one", "two", "three"]
    assert run["finished_at"] == _tasks(run)["root"]["end_time"] > run["created_at"]
    states = [entry["state"] for entry in run["state_history"]]
    assert states == ["PENDING", "RUNNING", "SUCCEEDED"]
    clock.advance(10_000)
    assert empty.get(path) == run, "what is over does not change"


def test_the_clock_alone_moves_runs(empty: Client) -> None:
    identifier = empty.run(LINEAR, empty.experiment())["run_id"]
    first = empty.get(f"{_PATH}/{identifier}")
    assert empty.get(f"{_PATH}/{identifier}") == first


def test_a_run_marks_its_experiment(empty: Client) -> None:
    experiment = empty.experiment()
    empty.sandbox.clock.advance(60)
    run = empty.run(LINEAR, experiment)
    row = empty.get(f"{V2}/experiments/{experiment}")
    assert row["last_run_created_at"] == run["created_at"] != row["created_at"]


def test_a_parameter_named_fail_makes_it_fail(empty: Client) -> None:
    experiment = empty.experiment()
    config = {"runtime_config": {"parameters": {"fail": True}}}
    run = empty.run(EXIT, experiment, **config)
    assert run["runtime_config"] == {"parameters": {"fail": True}}
    empty.sandbox.clock.advance(200)
    run = empty.get(f"{_PATH}/{run['run_id']}")
    assert run["state"] == "FAILED"
    assert "error" not in run, "that is for failures of conversion"
    tasks = _tasks(run)
    failed = next(each for each in tasks.values() if "error" in each)
    assert failed["state"] == "FAILED"
    assert "exit code 1" in failed["error"]["message"]
    assert tasks["clean-up"]["state"] == "SUCCEEDED"


def test_loops_and_conditions_read_back(empty: Client) -> None:
    run = empty.run(LOOP, empty.experiment())
    empty.sandbox.clock.advance(300)
    tasks = empty.get(f"{_PATH}/{run['run_id']}")["run_details"]["task_details"]
    by_id = {each["task_id"]: each for each in tasks}
    loop = next(each for each in tasks if each["display_name"] == "loop")
    steps = [by_id[child["task_id"]] for child in loop["child_tasks"]]
    assert [step["display_name"] for step in steps] == ["iteration-0", "iteration-1", "iteration-2"]
    states = [each["state"] for each in tasks if each["display_name"] == "only-b"]
    assert sorted(states) == ["SKIPPED", "SKIPPED", "SUCCEEDED"]


def test_terminating(empty: Client) -> None:
    identifier = empty.run(LINEAR, empty.experiment())["run_id"]
    path, clock = f"{_PATH}/{identifier}", empty.sandbox.clock
    clock.advance(4)
    assert empty.post(f"{path}:terminate") == {}
    run = empty.get(path)
    assert (run["state"], run["finished_at"]) == ("CANCELING", _UNSET)
    status, error = empty.failure(f"{path}:terminate", "POST")
    assert status == 400
    assert (
        error["details"][0]["message"] == f"Failed to terminate a run {identifier}. Row not found"
    )
    clock.advance(5)
    run = empty.get(path)
    assert run["state"] == "FAILED", "a terminated run is not CANCELED"
    assert run["finished_at"] != _UNSET
    states = [entry["state"] for entry in run["state_history"]]
    assert states == ["PENDING", "RUNNING", "CANCELING", "FAILED"]
    tasks = _tasks(run)
    assert (tasks["root"]["state"], tasks["one"]["state"]) == ("FAILED", "FAILED")
    assert "state" not in tasks["two"], "omitted"
    assert tasks["two"]["start_time"] == tasks["two"]["end_time"] == run["finished_at"]


def test_terminating_what_is_over(empty: Client) -> None:
    identifier = empty.run(LINEAR, empty.experiment())["run_id"]
    empty.sandbox.clock.advance(500)
    assert empty.failure(f"{_PATH}/{identifier}:terminate", "POST")[0] == 400


def test_retrying(client: Client) -> None:
    runs = client.get(_PATH, namespace="team-a", page_size=200)["runs"]
    failed = next(run for run in runs if run["display_name"] == "xgboost depth=32")
    path, clock = f"{_PATH}/{failed['run_id']}", client.sandbox.clock
    assert client.post(f"{path}:retry") == {}
    run = client.get(path)
    assert (run["state"], run["finished_at"]) == ("RUNNING", _UNSET)
    clock.advance(300)
    run = client.get(path)
    assert run["state"] == "SUCCEEDED"
    assert [entry["state"] for entry in run["state_history"]] == [
        "PENDING", "RUNNING", "FAILED", "RUNNING", "SUCCEEDED",
    ]  # fmt: skip
    for name, each in _tasks(failed).items():
        if each.get("state") == "SUCCEEDED":
            assert _tasks(run)[name]["end_time"] == each["end_time"], "kept"


def test_retrying_what_did_not_fail(empty: Client) -> None:
    identifier = empty.run(LINEAR, empty.experiment())["run_id"]
    status, error = empty.failure(f"{_PATH}/{identifier}:retry", "POST")
    assert (status, error["code"]) == (409, 10)
    assert "error fetching workflow manifest" in error["message"], "not reported yet"
    for _ in range(2):
        empty.sandbox.clock.advance(100)
        status, error = empty.failure(f"{_PATH}/{identifier}:retry", "POST")
        assert (status, error["code"]) == (409, 10)
        assert error["details"][0]["message"] == "Workflow must be Failed/Error to retry"


def test_retrying_without_a_workflow(empty: Client) -> None:
    [identifier] = empty.sandbox.add_runs(1, empty.experiment())
    status, error = empty.failure(f"{_PATH}/{identifier}:retry", "POST")
    assert (status, error["code"]) == (409, 10)


def test_archive_unarchive_and_delete(empty: Client) -> None:
    identifier = empty.run(LINEAR, empty.experiment())["run_id"]
    path = f"{_PATH}/{identifier}"
    for action, state in (("archive", "ARCHIVED"), ("unarchive", "AVAILABLE")):
        assert empty.post(f"{path}:{action}") == {}
        assert empty.get(path)["storage_state"] == state
    assert empty.send("DELETE", path).json() == {}
    assert empty.failure(path)[0] == 404


def test_runs_of_pipeline_versions(client: Client) -> None:
    listed = client.get(f"{V2}/pipelines", namespace="team-a")["pipelines"]
    pipeline_id = listed[0]["pipeline_id"]
    versions = client.get(f"{V2}/pipelines/{pipeline_id}/versions")["pipeline_versions"]
    experiment = client.experiment()
    for reference, expected in (
        ({"pipeline_id": pipeline_id}, versions[-1]),
        ({"pipeline_version_id": versions[0]["pipeline_version_id"]}, versions[0]),
    ):
        body = {"display_name": "r", "experiment_id": experiment}
        run = client.post(_PATH, {**body, "pipeline_version_reference": reference})
        assert run["pipeline_version_reference"] == {
            "pipeline_id": pipeline_id,
            "pipeline_version_id": expected["pipeline_version_id"],
        }
        assert "pipeline_spec" not in run


@pytest.mark.parametrize(
    ("change", "status", "text"),
    [
        ({"display_name": ""}, 500, "Run name cannot be empty"),
        ({"experiment_id": ""}, 400, "Experiment id can not be empty in multi-user mode"),
        ({"experiment_id": "none"}, 404, "Experiment none not found"),
        ({"pipeline_spec": None}, 500, "empty pipeline spec manifest"),
        ({"pipeline_spec": None, "pipeline_version_reference": {"pipeline_version_id": "none"}},
         500, "PipelineVersion none not found"),
        ({"pipeline_spec": {"a": 1}}, 500, "unknown template format: pipeline spec is invalid"),
        ({"pipeline_spec": {}}, 500, "unknown template format: pipeline spec is invalid"),
        ({"display_name": 7}, 400, "invalid value for string field displayName: 7"),
        ({"runtime_config": {"parameters": {"x": 1}}}, 400,
         "parameter(s) provided are not required by pipeline: x"),
        ({"colour": "red"}, 400, 'unknown field "colour"'),
    ],
)  # fmt: skip
def test_what_cannot_be_run(empty: Client, change: Any, status: int, text: str) -> None:
    body = {"display_name": "r", "experiment_id": empty.experiment(), "pipeline_spec": LINEAR}
    got, error = empty.failure(_PATH, "POST", json={**body, **change})
    assert got == status
    assert text in error["message"]
    assert empty.get(_PATH, namespace="team-a") == {}


def test_single_user_makes_a_default_experiment(start: StartSandbox) -> None:
    client = start(multi_user=False, seed=None)
    for _ in range(2):
        run = client.run(LINEAR, "")
    assert run["service_account"] == "pipeline-runner"
    [row] = client.get(f"{V2}/experiments")["experiments"]
    assert (row["display_name"], row["experiment_id"]) == ("Default", run["experiment_id"])


def test_two_documents_come_back_as_one(empty: Client) -> None:
    both = {"pipeline_spec": LINEAR, "platform_spec": {"platforms": {"kubernetes": {}}}}
    run = empty.run(both, empty.experiment())
    assert run["pipeline_spec"] == both


def test_artifacts_say_that_nothing_ran(start: StartSandbox) -> None:
    client = start(seed=None, release="2.5.0")
    identifier = client.run(pipeline({"a": task("a")}), client.experiment())["run_id"]
    answer = client.get(f"{_PATH}/{identifier}/nodes/a/artifacts/out:read")
    assert set(answer) == {"data"}


def test_artifacts_are_lost_since_2_15(empty: Client) -> None:
    identifier = empty.run(LINEAR, empty.experiment())["run_id"]
    status, _ = empty.failure(f"{_PATH}/{identifier}/nodes/a/artifacts/out:read")
    assert status in (401, 403)
