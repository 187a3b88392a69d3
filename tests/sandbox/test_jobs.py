"""Recurring runs of v2beta1."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kfp_sandbox.state import stamp

from .conftest import V2, Client
from .documents import LINEAR, pipeline, task

_PATH = f"{V2}/recurringruns"
_SHORT = pipeline({"a": task("a")})


def _body(experiment: str, **change: Any) -> dict[str, Any]:
    return {
        "display_name": "often",
        "experiment_id": experiment,
        "pipeline_spec": _SHORT,
        "trigger": {"periodic_schedule": {"interval_second": "600"}},
        "mode": "ENABLE",
        "max_concurrency": "2",
        "no_catchup": True,
        **change,
    }


def _runs(client: Client, experiment: str) -> list[Any]:
    answer = client.get(f"{V2}/runs", experiment_id=experiment, page_size=200)
    return list(answer.get("runs", []))


def test_a_new_recurring_run(empty: Client) -> None:
    experiment = empty.experiment()
    made = empty.post(_PATH, _body(experiment))
    assert made == {
        "recurring_run_id": made["recurring_run_id"],
        "display_name": "often",
        "pipeline_spec": _SHORT,
        "service_account": "default-editor",
        "max_concurrency": "2",
        "trigger": {"periodic_schedule": {"interval_second": "600"}},
        "mode": "ENABLE",
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
        "status": "ENABLED",
        "no_catchup": True,
        "namespace": "team-a",
        "experiment_id": experiment,
    }
    assert empty.get(f"{_PATH}/{made['recurring_run_id']}") == made
    assert empty.get(_PATH, namespace="team-a") == {"recurringRuns": [made], "total_size": 1}
    assert empty.get(_PATH, experiment_id=experiment)["recurringRuns"] == [made]


def test_it_starts_runs_as_time_goes_by(empty: Client) -> None:
    experiment = empty.experiment()
    made = empty.post(_PATH, _body(experiment))
    empty.sandbox.clock.advance(599)
    assert _runs(empty, experiment) == []
    empty.sandbox.clock.advance(1)
    [run] = _runs(empty, experiment)
    assert run["recurring_run_id"] == made["recurring_run_id"]
    assert re.fullmatch(r"often\w{5}-1-\d+", run["display_name"])
    assert "service_account" not in run
    assert run["state"] == "PENDING"
    empty.sandbox.clock.advance(6000)
    assert len(_runs(empty, experiment)) == 2, "without catch-up only the last one is made up for"


def test_catching_up_goes_by_concurrency(empty: Client) -> None:
    experiment = empty.experiment()
    empty.post(_PATH, _body(experiment, no_catchup=False))
    empty.sandbox.clock.advance(3000)
    assert len(_runs(empty, experiment)) == 2
    for expected in (4, 5, 5):
        empty.sandbox.clock.advance(60)
        assert len(_runs(empty, experiment)) == expected
    scheduled = [run["scheduled_at"] for run in _runs(empty, experiment)]
    assert len(set(scheduled)) == 5


def test_cron_schedules(empty: Client) -> None:
    experiment = empty.experiment()
    trigger = {"cron_schedule": {"cron": "0 0 * * * *"}}
    empty.post(_PATH, _body(experiment, trigger=trigger))
    empty.sandbox.clock.advance(86400)
    [run] = _runs(empty, experiment)
    assert run["scheduled_at"].endswith(":00:00Z")


def test_schedules_have_a_beginning_and_an_end(empty: Client) -> None:
    experiment, clock = empty.experiment(), empty.sandbox.clock
    moments = [clock.now().timestamp() + offset for offset in (3600, 4500)]
    schedule = {
        "start_time": stamp(moments[0]),
        "end_time": stamp(moments[1]),
        "interval_second": "600",
    }
    made = empty.post(_PATH, _body(experiment, trigger={"periodic_schedule": schedule}))
    assert made["trigger"] == {"periodic_schedule": schedule}
    clock.advance(3700)
    assert _runs(empty, experiment) == []
    for expected in (1, 1, 1):
        clock.advance(600)
        assert len(_runs(empty, experiment)) == expected


def test_enable_and_disable(empty: Client) -> None:
    experiment = empty.experiment()
    identifier = empty.post(_PATH, _body(experiment))["recurring_run_id"]
    path = f"{_PATH}/{identifier}"
    assert empty.post(f"{path}:disable") == {}
    assert (empty.get(path)["mode"], empty.get(path)["status"]) == ("DISABLE", "DISABLED")
    empty.sandbox.clock.advance(3600)
    assert _runs(empty, experiment) == []
    empty.post(f"{path}:enable")
    assert empty.get(path)["updated_at"] > empty.get(path)["created_at"]
    empty.sandbox.clock.advance(600)
    assert len(_runs(empty, experiment)) == 1
    assert empty.send("DELETE", path).json() == {}
    assert empty.failure(path)[0] == 404
    assert len(_runs(empty, experiment)) == 1


def test_without_a_mode_it_is_disabled(empty: Client) -> None:
    body = _body(empty.experiment())
    del body["mode"]
    assert empty.post(_PATH, body)["status"] == "DISABLED"


def test_it_may_follow_the_latest_version(client: Client) -> None:
    listed = client.get(f"{V2}/pipelines", namespace="team-a")["pipelines"]
    reference = {"pipeline_id": listed[0]["pipeline_id"]}
    body = _body(client.experiment(), pipeline_version_reference=reference)
    del body["pipeline_spec"]
    assert client.post(_PATH, body)["pipeline_version_reference"] == reference


@pytest.mark.parametrize(
    ("change", "status", "text"),
    [
        ({"display_name": ""}, 400, "Recurring run name is empty"),
        ({"max_concurrency": "0"}, 400, "at least 1 and at most 10. Received 0"),
        ({"max_concurrency": "11"}, 400, "at least 1 and at most 10. Received 11"),
        ({"max_concurrency": "x"}, 400, "invalid value for int64 field max_concurrency"),
        ({"trigger": {"cron_schedule": {"cron": "soon"}}}, 400,
         "Schedule cron is not a supported format"),
        ({"trigger": {"periodic_schedule": {"interval_second": "0"}}}, 400,
         "Found invalid period schedule interval 0"),
        ({"experiment_id": ""}, 400, "Experiment id can not be empty"),
        ({"pipeline_spec": {}}, 500, "invalid pipeline spec manifest"),
        ({"runtime_config": {"parameters": {"x": 1}}}, 400, "are not required by pipeline: x"),
    ],
)  # fmt: skip
def test_what_cannot_recur(empty: Client, change: Any, status: int, text: str) -> None:
    body = _body(empty.experiment(), pipeline_spec=LINEAR)
    got, error = empty.failure(_PATH, "POST", json={**body, **change})
    assert got == status
    assert text in error["message"]


def test_the_seeded_ones(client: Client) -> None:
    rows = client.get(_PATH, namespace="team-a")["recurringRuns"]
    assert {row["status"] for row in rows} == {"ENABLED", "DISABLED"}
    assert {kind for row in rows for kind in row["trigger"]} == {
        "cron_schedule", "periodic_schedule",
    }  # fmt: skip
    client.sandbox.clock.advance(601)
    heartbeat = next(row for row in rows if row["display_name"] == "heartbeat")
    runs = client.get(f"{V2}/runs", experiment_id=heartbeat["experiment_id"])["runs"]
    assert len(runs) == 3
