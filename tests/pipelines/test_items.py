"""Single items and actions in every API version, against the stand-in."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_kfp_auth.pipelines.connection import Connection
from jupyter_kfp_auth.pipelines.errors import (
    ApiError,
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
)
from kfp_sandbox import VIEW, Sandbox

from .conftest import asked

UNKNOWN = "11111111-1111-1111-1111-111111111111"
BAD_IDS: list[Any] = ["", "a/b", "..", "../x", "a?b", "a#b", "a b", "a%2Fb", ":", "a:b", "é", "-a"]
BAD_IDS += ["a" * 129, "a\n", None, 5]


def test_what_is_listed_can_be_got(each_client: Connection) -> None:
    experiment = each_client.list_experiments().items[0]
    assert each_client.get_experiment(experiment.id) == experiment
    recurring = each_client.list_recurring_runs().items[0]
    assert each_client.get_recurring_run(recurring.id) == recurring
    pipeline = each_client.list_pipelines().items[0]
    assert each_client.get_pipeline(pipeline.id) == pipeline
    version = each_client.list_pipeline_versions(pipeline.id).items[0]
    assert each_client.get_pipeline_version(pipeline.id, version.id).id == version.id
    assert version.pipeline_id == pipeline.id


def test_a_run_is_got_with_its_tasks(each_client: Connection) -> None:
    listed = [run for run in each_client.iter_runs(page_size=200) if run.finished]
    assert all(run.tasks == () and run.pipeline_spec is None for run in listed)
    run = each_client.get_run(listed[0].id)
    assert (run.id, run.name, run.state) == (listed[0].id, listed[0].name, listed[0].state)
    assert run.tasks
    known = {task.id for task in run.tasks}
    for task in run.tasks:
        assert task.name
        assert task.state
        assert task.parent_task_id in known | {""}
        assert set(task.child_task_ids) <= known
        if task.started_at and task.finished_at:
            assert task.started_at <= task.finished_at


def test_a_running_run_has_not_finished_in_1970(each_client: Connection) -> None:
    running = each_client.list_runs(state="RUNNING").items
    assert running
    for run in running:
        assert run.finished_at is None
        assert each_client.get_run(run.id).finished_at is None


@pytest.mark.parametrize("kind", ["experiment", "run", "recurring_run", "pipeline"])
def test_what_is_not_there(kind: str, each_client: Connection) -> None:
    with pytest.raises(NotFound) as caught:
        getattr(each_client, f"get_{kind}")(UNKNOWN)
    assert (caught.value.status, caught.value.cause_code) == (404, "not-found")
    assert UNKNOWN in caught.value.facts["said"]


@pytest.mark.parametrize("bad", BAD_IDS)
def test_an_id_is_checked_before_anything_is_asked(
    bad: Any, sandbox: Sandbox, client: Connection
) -> None:
    calls = [
        lambda: client.get_experiment(bad),
        lambda: client.get_run(bad),
        lambda: client.get_pipeline(bad),
        lambda: client.get_pipeline_version("p", bad),
        lambda: client.get_pipeline_version(bad or "/", "v"),
        lambda: client.terminate_run(bad),
        lambda: client.enable_recurring_run(bad),
        lambda: client.list_pipeline_versions(bad or "/"),
    ]
    for call in calls:
        with pytest.raises(InvalidRequest) as caught:
            call()
        assert caught.value.cause_code == "invalid-request"
        assert caught.value.facts["option"] == "id"
    assert not sandbox.requests


def test_terminate_and_retry(each: Sandbox, each_client: Connection) -> None:
    run = each_client.list_runs(state="RUNNING").items[0]
    each_client.terminate_run(run.id)
    assert each_client.get_run(run.id).state == "CANCELING"
    each.clock.advance(3600)
    each_client.get_experiment(run.experiment_id)  # something that lets the clock be seen
    assert each_client.get_run(run.id).state == "FAILED"
    each_client.retry_run(run.id)
    assert each_client.get_run(run.id).state in ("PENDING", "RUNNING")


def test_archive_and_unarchive_a_run(each_client: Connection) -> None:
    run = each_client.list_runs(state="SUCCEEDED").items[0]
    each_client.archive_run(run.id)
    assert each_client.get_run(run.id).storage_state == "ARCHIVED"
    each_client.unarchive_run(run.id)
    assert each_client.get_run(run.id).storage_state == "AVAILABLE"


def test_disable_and_enable_a_recurring_run(each_client: Connection) -> None:
    recurring = next(item for item in each_client.list_recurring_runs() if item.enabled)
    each_client.disable_recurring_run(recurring.id)
    assert each_client.get_recurring_run(recurring.id).enabled is False
    each_client.enable_recurring_run(recurring.id)
    assert each_client.get_recurring_run(recurring.id).enabled is True


def test_an_action_is_sent_exactly_once(each: Sandbox, each_client: Connection) -> None:
    run = each_client.list_runs(state="SUCCEEDED").items[0]
    each.clear_requests()
    each_client.archive_run(run.id)
    assert [(r.method, r.path.endswith(f"/runs/{run.id}:archive")) for r in each.requests] == [
        ("POST", True)
    ]
    each.clear_requests()
    with pytest.raises(ApiError):
        each_client.retry_run(run.id)  # which then looks at its state, to tell it
    assert [r.method for r in each.requests].count("POST") == 1


@pytest.mark.parametrize("fault", ["reset", "truncated", "upstream-unavailable", "not-json"])
def test_an_action_is_not_repeated_whatever_happens(
    fault: str, sandbox: Sandbox, client: Connection
) -> None:
    run = client.list_runs(state="SUCCEEDED").items[0]
    sandbox.clear_requests()
    sandbox.faults.set(fault)
    with pytest.raises(Exception, match=r"outcome-unknown|not-pipelines"):
        client.archive_run(run.id)
    assert len(sandbox.requests) == 1


def test_an_action_that_the_state_forbids(each_client: Connection) -> None:
    finished = each_client.list_runs(state="SUCCEEDED").items[0]
    with pytest.raises(InvalidRequest) as caught:
        each_client.terminate_run(finished.id)
    assert "Failed to terminate" in caught.value.facts["said"]


def test_an_action_that_rbac_forbids(each: Sandbox, each_client: Connection) -> None:
    run = each_client.list_runs(state="RUNNING").items[0]
    each.rbac.bind(each.namespace, each.account.user, VIEW)
    with pytest.raises(Forbidden) as caught:
        each_client.terminate_run(run.id)
    assert caught.value.facts["verb"] == "terminate"


def test_a_name_that_is_taken(each_client: Connection) -> None:
    each_client.create_experiment("once")
    with pytest.raises(Conflict) as caught:
        each_client.create_experiment("once")
    assert (caught.value.status, caught.value.cause_code) == (409, "name-taken")


def test_an_answer_about_something_else_is_no_item(sandbox: Sandbox, client: Connection) -> None:
    client.healthz()
    sandbox.faults.set("not-json", body='{"kind": "other"}')
    with pytest.raises(ApiError) as caught:
        client.get_run(UNKNOWN)
    assert caught.value.cause_code == "not-pipelines"
    assert asked(sandbox)[-1].path.endswith(UNKNOWN)
