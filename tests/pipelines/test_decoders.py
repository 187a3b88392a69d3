"""From the JSON of both API versions to models, with every oddity of the wire."""

from __future__ import annotations

import dataclasses
import itertools
import json
import pickle
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_kfp_auth.pipelines import decode, v1beta1, v2beta1
from jupyter_kfp_auth.pipelines.kinds import Kind
from jupyter_kfp_auth.pipelines.models import (
    Experiment,
    Metric,
    Model,
    Page,
    Pipeline,
    PipelineVersion,
    Reason,
    RecurringRun,
    Run,
    StateChange,
    Status,
    Task,
)

from .test_fields import JSON

KINDS: dict[Kind, type[Model]] = {
    Kind.EXPERIMENTS: Experiment,
    Kind.RUNS: Run,
    Kind.RECURRING_RUNS: RecurringRun,
    Kind.PIPELINES: Pipeline,
    Kind.VERSIONS: PipelineVersion,
}
DECODERS: dict[Kind, Callable[[Any], Model]] = {
    Kind.EXPERIMENTS: decode.experiment,
    Kind.RUNS: decode.run,
    Kind.RECURRING_RUNS: decode.recurring_run,
    Kind.PIPELINES: decode.pipeline,
    Kind.VERSIONS: decode.pipeline_version,
}
UNSET = "1970-01-01T00:00:00Z"


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 8, 22, hour, minute, tzinfo=timezone.utc)


def v1_experiment(data: dict[str, Any]) -> Experiment:
    return decode.experiment(v1beta1.normalize(Kind.EXPERIMENTS, data))


def v1_run(data: dict[str, Any]) -> Run:
    return decode.run(v1beta1.normalize(Kind.RUNS, data))


def v1_job(data: dict[str, Any]) -> RecurringRun:
    return decode.recurring_run(v1beta1.normalize(Kind.RECURRING_RUNS, data))


# -- v2beta1 ----------------------------------------------------------------------------------


def test_an_experiment_of_v2() -> None:
    data = {
        "experiment_id": "e-1",
        "display_name": "churn",
        "created_at": "2026-08-22T02:00:00Z",
        "namespace": "team-a",
        "storage_state": "AVAILABLE",
        "last_run_created_at": UNSET,
    }
    assert decode.experiment(data) == Experiment(
        "e-1", "churn", "", "team-a", created_at=at(2), last_run_created_at=None
    )


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("ARCHIVED", "ARCHIVED"),
        ("STORAGESTATE_ARCHIVED", "ARCHIVED"),
        ("STORAGESTATE_AVAILABLE", "AVAILABLE"),
        ("STORAGE_STATE_UNSPECIFIED", "AVAILABLE"),
        (None, "AVAILABLE"),
    ],
)
def test_words_for_archived(stored: str | None, expected: str) -> None:
    """Rows written by old releases hold their own words."""
    data = {"storage_state": stored}
    assert decode.experiment(data).storage_state == expected
    assert v1_experiment(data).storage_state == expected


RUN = {
    "experiment_id": "e-1",
    "run_id": "r-1",
    "display_name": "churn 1",
    "storage_state": "AVAILABLE",
    "pipeline_version_reference": {"pipeline_id": "p-1", "pipeline_version_id": "v-1"},
    "runtime_config": {"parameters": {"rate": 0.1, "names": ["a"]}, "pipeline_root": "s3://x"},
    "service_account": "default-editor",
    "created_at": "2026-08-22T02:00:00Z",
    "scheduled_at": "2026-08-22T02:00:00Z",
    "finished_at": UNSET,
    "state": "RUNNING",
    "recurring_run_id": "rr-1",
    "state_history": [
        {"update_time": "2026-08-22T02:00:00Z", "state": "PENDING"},
        {"update_time": "2026-08-22T02:01:00Z", "state": "RUNNING"},
    ],
    "pipeline_spec": {"root": {}},
    "run_details": {
        "pipeline_context_id": "7",
        "task_details": [
            {
                "run_id": "r-1",
                "task_id": "t-0",
                "display_name": "root",
                "create_time": "2026-08-22T02:00:00Z",
                "start_time": "2026-08-22T02:01:00Z",
                "end_time": UNSET,
                "state": "RUNNING",
                "child_tasks": [{"task_id": "t-1"}, {"pod_name": "pod"}],
                "state_history": [{"state": "RUNNING", "update_time": "2026-08-22T02:01:00Z"}],
            },
            {
                "task_id": "t-1",
                "display_name": "train",
                "parent_task_id": "t-0",
                "state": "FAILED",
                "error": {"code": 9, "message": "out of memory"},
                "inputs": {"data": {"artifact_ids": ["1"]}},
            },
        ],
    },
}


def test_a_run_of_v2_with_its_tasks() -> None:
    run = decode.run(RUN)
    assert (run.id, run.name, run.state, run.finished) == ("r-1", "churn 1", "RUNNING", False)
    assert (run.pipeline_id, run.pipeline_version_id) == ("p-1", "v-1")
    assert (run.created_at, run.finished_at) == (at(2), None)
    assert run.parameters == {"rate": 0.1, "names": ["a"]}
    assert run.state_history == (
        StateChange("PENDING", at(2)),
        StateChange("RUNNING", at(2, 1)),
    )
    assert run.pipeline_spec == {"root": {}}
    root, train = run.tasks
    assert root == Task(
        "t-0",
        "root",
        "RUNNING",
        created_at=at(2),
        started_at=at(2, 1),
        child_task_ids=("t-1",),
        state_history=(StateChange("RUNNING", at(2, 1)),),
        status=Status.RUNNING,
    )
    assert (train.status, train.reason and train.reason.message) == (
        "failed",
        "train failed: out of memory",
    )
    assert (train.parent_task_id, train.error) == ("t-0", "out of memory")
    assert train.inputs == {"data": {"artifact_ids": ["1"]}}


def test_a_run_in_a_list_is_without_its_tasks_and_its_definition() -> None:
    run = decode.run(RUN, whole=False)
    assert (run.tasks, run.pipeline_spec) == ((), None)
    assert dataclasses.replace(
        run, tasks=decode.run(RUN).tasks, pipeline_spec={"root": {}}
    ) == decode.run(RUN)


def test_absent_values_are_the_zero_values() -> None:
    assert decode.run({"run_id": "r-1"}) == Run("r-1")
    assert decode.experiment({"experiment_id": "e-1"}) == Experiment("e-1")
    assert decode.recurring_run({"recurring_run_id": "rr-1"}) == RecurringRun("rr-1")
    assert v1_experiment({"id": "e-1"}) == Experiment("e-1")
    assert v1_run({"id": "r-1"}) == Run("r-1")
    assert v1_job({"id": "j-1"}) == RecurringRun("j-1")


def test_a_state_that_nobody_knows_is_passed_on() -> None:
    assert decode.run({"state": "HIBERNATING"}).state == "HIBERNATING"
    assert v1_run({"status": "Hibernating"}).state == "Hibernating"
    assert decode.run({"state": "RUNTIME_STATE_UNSPECIFIED"}).state == ""


@pytest.mark.parametrize("state", ["SUCCEEDED", "SKIPPED", "FAILED", "CANCELED"])
def test_final_states_include_the_one_that_sdks_forget(state: str) -> None:
    assert Run("r", state=state).finished


def test_why_a_run_failed_is_in_its_history() -> None:
    history = [{"state": "FAILED", "error": {"message": "a step failed"}}]
    run = {"run_id": "r", "state_history": history}
    assert decode.run({**run, "state": "FAILED"}).error == "a step failed"
    # A run that was retried and succeeded has nothing to complain about.
    assert decode.run({**run, "state": "SUCCEEDED"}).error == ""


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        ({"code": 13, "message": "cannot convert the run"}, "cannot convert the run"),
        ({"code": 13}, "error 13"),
        ({}, ""),
        ("text", ""),
        (None, ""),
    ],
)
def test_a_row_that_the_server_could_not_read_is_a_row_with_an_error(
    error: Any, shown: str
) -> None:
    run = decode.run({"run_id": "r-1", "experiment_id": "e-1", "error": error})
    assert (run.id, run.experiment_id, run.error) == ("r-1", "e-1", shown)


def test_recurring_runs_of_v2() -> None:
    cron = decode.recurring_run(
        {
            "recurring_run_id": "rr-1",
            "status": "ENABLED",
            "mode": "DISABLE",
            "max_concurrency": "10",
            "no_catchup": True,
            "trigger": {
                "cron_schedule": {"cron": "0 0 2 * * *", "start_time": "2026-08-22T02:00:00Z"}
            },
        }
    )
    assert (cron.enabled, cron.cron, cron.interval_seconds) == (True, "0 0 2 * * *", None)
    assert (cron.max_concurrency, cron.no_catchup, cron.start_time) == (10, True, at(2))
    periodic = decode.recurring_run(
        {"mode": "ENABLE", "trigger": {"periodic_schedule": {"interval_second": "3600"}}}
    )
    assert (periodic.enabled, periodic.cron, periodic.interval_seconds) == (True, "", 3600)
    assert decode.recurring_run({"status": "DISABLED", "mode": "ENABLE"}).enabled is False


def test_names_of_pipelines_before_2_14() -> None:
    old = {"pipeline_id": "p", "display_name": "Shown"}
    assert decode.pipeline(old).name == "Shown"
    assert decode.pipeline({**old, "name": "shown"}).name == "shown"
    version = decode.pipeline_version(
        {"pipeline_version_id": "v", "pipeline_id": "p", "package_url": {"pipeline_url": "u"}}
    )
    assert (version.id, version.pipeline_id, version.package_url) == ("v", "p", "u")


def test_the_version_of_runs_started_by_old_clients() -> None:
    assert decode.run({"pipeline_version_id": "v-1"}).pipeline_version_id == "v-1"


@pytest.mark.parametrize("when", ["9999-12-31T23:59:59Z", "0002-01-01T00:00:00Z", UNSET, None])
@pytest.mark.parametrize("depth", [5, 3000])
def test_a_definition_that_contains_itself_ends(depth: int, when: str | None) -> None:
    step = {"dag": {"tasks": {"again": {"componentRef": {"name": "step"}}}}}
    times = {"create_time": when, "start_time": when, "end_time": when}
    nodes = [{"task_id": str(n), "display_name": "again", **times} for n in range(depth)]
    root = {"task_id": "root", "display_name": "root", **times}
    run = decode.run(
        {
            "run_id": "r",
            "pipeline_spec": {"root": step, "components": {"step": step}},
            "run_details": {"task_details": [root, *nodes]},
        }
    )
    assert {task.id for task in run.tasks} == {"root", *(str(n) for n in range(depth))}


# -- v1beta1 ----------------------------------------------------------------------------------


def refers(kind: str, identifier: str) -> dict[str, Any]:
    return {"key": {"type": kind, "id": identifier}, "relationship": "OWNER"}


WORKFLOW = {
    "status": {
        "message": "child 'wf-3' failed",
        "nodes": {
            "wf": {
                "id": "wf",
                "displayName": "wf",
                "type": "DAG",
                "phase": "Failed",
                "startedAt": "2026-08-22T02:00:00Z",
                "finishedAt": "2026-08-22T03:00:00Z",
                "children": ["wf-1", "wf-2"],
            },
            "wf-1": {"id": "wf-1", "type": "Pod", "phase": "Omitted", "boundaryID": "wf"},
            "wf-2": {
                "id": "wf-2",
                "displayName": "train",
                "type": "Retry",
                "phase": "Failed",
                "boundaryID": "wf",
                "children": ["wf-3", "wf-4"],
            },
            "wf-3": {
                "id": "wf-3",
                "displayName": "train(0)",
                "type": "Pod",
                "phase": "Error",
                "message": "OOMKilled",
                "boundaryID": "wf",
                "finishedAt": None,
            },
            "wf-4": {
                "id": "wf-4",
                "displayName": "train(1)",
                "type": "Pod",
                "inputs": {"parameters": [{"name": "rate", "value": "0.1"}, {"name": "no-value"}]},
                "outputs": {
                    "parameters": [{"name": "score", "value": "0.9"}],
                    "artifacts": [{"name": "model", "s3": {"key": "runs/model.tgz"}}, {}, 5],
                },
                "phase": "Running",
                "boundaryID": "wf",
                "message": "pulling",
            },
        },
    },
    "spec": {"entrypoint": "wf"},
}


def test_a_run_of_v1_with_the_tasks_of_its_workflow() -> None:
    answer = {
        "run": {
            "id": "r-1",
            "name": "churn 1",
            "status": "Failed",
            "storage_state": "STORAGESTATE_ARCHIVED",
            "created_at": "2026-08-22T02:00:00Z",
            "finished_at": UNSET,
            "resource_references": [
                refers("EXPERIMENT", "e-1"),
                refers("NAMESPACE", "team-a"),
                refers("PIPELINE_VERSION", "v-1"),
                refers("JOB", "j-1"),
            ],
            "pipeline_spec": {
                "pipeline_id": "p-1",
                "parameters": [{"name": "rate", "value": "0.1"}, {"name": "empty"}],
            },
            "metrics": [
                {
                    "name": "accuracy",
                    "node_id": "wf-4",
                    "number_value": 0.5,
                    "format": "PERCENTAGE",
                },
                {"name": "loss"},  # zero is absent
                {"name": "wrong", "number_value": "NaN"},
                {"name": "huge", "number_value": 10**400},
            ],
        },
        "pipeline_runtime": {"workflow_manifest": json.dumps(WORKFLOW)},
    }
    run = v1_run(answer)
    assert (run.id, run.state, run.storage_state) == ("r-1", "FAILED", "ARCHIVED")
    assert (run.experiment_id, run.namespace) == ("e-1", "team-a")
    assert (run.pipeline_id, run.pipeline_version_id) == ("p-1", "v-1")
    assert run.recurring_run_id == "j-1"
    assert run.parameters == {"rate": "0.1", "empty": None}
    assert run.error == "child 'wf-3' failed"
    assert run.pipeline_spec == {key: WORKFLOW[key] for key in WORKFLOW if key != "status"}
    tasks = {task.id: task for task in run.tasks}
    assert set(tasks) == {"wf", "wf-1", "wf-2"}, "attempts of one task are one task"
    assert tasks["wf"].child_task_ids == ("wf-1", "wf-2")
    assert (tasks["wf"].started_at, tasks["wf"].finished_at) == (at(2), at(3))
    train = tasks["wf-2"]
    assert (train.state, train.error, train.attempts) == ("FAILED", "pulling", 2)
    assert [pod.state for pod in train.pods] == ["FAILED", "RUNNING"]
    assert (tasks["wf-1"].state, tasks["wf-1"].status) == ("", "not-run")
    assert {task.parent_task_id for task in run.tasks} == {"", "wf"}
    assert train.inputs == {"rate": "0.1", "no-value": None}
    assert train.outputs == {"score": "0.9", "model": "runs/model.tgz", "": ""}
    assert run.metrics == (Metric("accuracy", 0.5, True, "wf-4"), Metric("loss", 0.0))


@pytest.mark.parametrize(
    "manifest",
    ["", "not JSON", "[]", "null", '{"status": 5}', '{"status": {"nodes": []}}', "[" * 50_000],
)
def test_a_workflow_that_cannot_be_read_leaves_the_run(manifest: str) -> None:
    answer = {"run": {"id": "r-1"}, "pipeline_runtime": {"workflow_manifest": manifest}}
    run = v1_run(answer)
    assert (run.id, run.tasks) == ("r-1", ())


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Pending", "PENDING"),
        ("Running", "RUNNING"),
        ("Succeeded", "SUCCEEDED"),
        ("Skipped", "SKIPPED"),
        ("Failed", "FAILED"),
        ("Error", "FAILED"),
        ("Terminating", "CANCELING"),
        ("Unknown", "Unknown"),
        (None, ""),
    ],
)
def test_states_of_v1(status: str | None, state: str) -> None:
    assert v1_run({"status": status}).state == state


def test_a_job_of_v1_is_a_recurring_run() -> None:
    job = v1_job(
        {
            "id": "j-1",
            "name": "nightly",
            "enabled": True,
            "max_concurrency": "1",
            "trigger": {"periodic_schedule": {"interval_second": "60"}},
            "resource_references": [refers("EXPERIMENT", "e-1")],
            "pipeline_spec": {"runtime_config": {"parameters": {"a": 1}}},
        }
    )
    assert (job.id, job.enabled, job.interval_seconds, job.max_concurrency) == ("j-1", True, 60, 1)
    assert (job.experiment_id, job.parameters) == ("e-1", {"a": 1})


def test_pipelines_of_v1() -> None:
    data = {"id": "p", "name": "n", "resource_references": [refers("NAMESPACE", "a")]}
    found = decode.pipeline(v1beta1.normalize(Kind.PIPELINES, data))
    assert (found.id, found.name, found.display_name, found.namespace) == ("p", "n", "n", "a")
    data = {"id": "v", "resource_references": [refers("PIPELINE", "p")]}
    version = decode.pipeline_version(v1beta1.normalize(Kind.VERSIONS, data))
    assert (version.id, version.pipeline_id) == ("v", "p")


# -- Whatever comes ---------------------------------------------------------------------------

FIELDS = sorted(
    {f.name for kind in (*KINDS.values(), Task, StateChange) for f in dataclasses.fields(kind)}
    | {"id", "status", "enabled", "mode", "trigger", "cron_schedule", "periodic_schedule", "run"}
    | {"resource_references", "key", "type", "pipeline_runtime", "workflow_manifest", "nodes"}
    | {"run_details", "task_details", "child_tasks", "runtime_config", "interval_second"}
    | {"pipeline_version_reference", "package_url", "children", "phase", "message", "code"}
)
OBJECT = st.recursive(
    JSON,
    lambda inner: (
        st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6) | st.lists(inner, max_size=3)
    ),
    max_leaves=10,
)


def check_types(model: Model) -> None:
    for field in dataclasses.fields(model):  # type: ignore[arg-type]
        value = getattr(model, field.name)
        kind = str(field.type)
        if kind in ("str", "State | str"):
            assert isinstance(value, str), field.name
        elif kind == "bool":
            assert isinstance(value, bool), field.name
        elif kind.startswith("datetime"):
            assert value is None or isinstance(value, datetime), field.name
        elif kind.startswith("int"):
            assert value is None or type(value) is int, field.name
        elif kind.startswith("tuple"):
            assert isinstance(value, tuple), field.name
        elif kind == "Status":
            assert isinstance(value, Status), field.name
        elif kind.startswith("Reason"):
            assert value is None or isinstance(value, Reason), field.name
        else:
            assert kind.startswith(("Mapping", "JsonObject")), kind
            assert value is None or isinstance(value, dict), field.name


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), OBJECT, max_size=12))
def test_decoders_take_anything(data: dict[str, Any]) -> None:
    for api, kind in itertools.product((v1beta1, v2beta1), Kind):
        model = DECODERS[kind](api.normalize(kind, data))
        assert type(model) is KINDS[kind]
        check_types(model)
        for task in getattr(model, "tasks", ()):
            check_types(task)
        json.dumps(model.as_dict())


@given(JSON)
def test_a_workflow_may_hold_anything(value: Any) -> None:
    for workflow in (value, {"status": value}, {"status": {"nodes": {"a": value}}}):
        runtime = {"workflow_manifest": json.dumps(workflow)}
        run = v1_run({"run": {"id": "r"}, "pipeline_runtime": runtime})
        assert run.id == "r"


# -- Models -----------------------------------------------------------------------------------


def test_models_are_values() -> None:
    one, two = decode.run(RUN), decode.run(RUN)
    assert one == two
    assert len({one, two}) == 1
    assert pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.state = "FAILED"  # type: ignore[misc]
    assert not hasattr(one, "__dict__")


@pytest.mark.parametrize("kind", [*KINDS.values(), Task])
def test_json_data_has_the_fields_and_nothing_else(kind: Any) -> None:
    assert list(kind("x").as_dict()) == [field.name for field in dataclasses.fields(kind)]


def test_json_data_has_times_as_text() -> None:
    data = decode.run(RUN).as_dict()
    assert data["created_at"] == "2026-08-22T02:00:00Z"
    assert data["finished_at"] is None
    assert data["tasks"][0]["state_history"] == [
        {"state": "RUNNING", "update_time": "2026-08-22T02:01:00Z", "error": ""}
    ]
    assert json.loads(json.dumps(data)) == data


def test_a_page_is_a_sequence_of_its_items() -> None:
    page = Page((Experiment("e-1"),), "next", 7)
    assert (len(page), [item.id for item in page]) == (1, ["e-1"])
    assert page.as_dict() == {
        "items": [Experiment("e-1").as_dict()],
        "next_page_token": "next",
        "total_size": 7,
    }
