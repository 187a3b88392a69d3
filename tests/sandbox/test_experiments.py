"""Experiments of v2beta1."""

from __future__ import annotations

from .conftest import V2, Client, StartSandbox

_PATH = f"{V2}/experiments"


def test_a_new_experiment(empty: Client) -> None:
    body = {"display_name": "mine", "description": "d", "namespace": "team-a"}
    made = empty.post(_PATH, body)
    created = made.pop("created_at")
    assert made == {
        "experiment_id": made["experiment_id"],
        "display_name": "mine",
        "description": "d",
        "namespace": "team-a",
        "storage_state": "AVAILABLE",
        "last_run_created_at": "1970-01-01T00:00:00Z",
    }
    assert created == empty.sandbox.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    assert empty.get(f"{_PATH}/{made['experiment_id']}") == {**made, "created_at": created}


def test_names_are_taken_within_a_namespace(empty: Client) -> None:
    empty.experiment("mine")
    body = {"display_name": "MINE", "namespace": "team-a"}
    status, error = empty.failure(_PATH, "POST", json=body)
    assert (status, error["code"]) == (409, 6)
    empty.sandbox.rbac.bind("team-b", "system:serviceaccount:team-a:default-editor")
    empty.post(_PATH, {**body, "namespace": "team-b"})


def test_bad_names_are_failures_of_the_server(empty: Client) -> None:
    for name in ("", "x" * 129):
        body = {"display_name": name, "namespace": "team-a"}
        status, error = empty.failure(_PATH, "POST", json=body)
        assert (status, error["code"]) == (500, 13)
        assert error["details"][0]["message"] == "Internal Server Error"


def test_field_names_may_be_in_camel_case(empty: Client) -> None:
    made = empty.post(_PATH, {"displayName": "mine", "namespace": "team-a"})
    assert made["display_name"] == "mine"


def test_unknown_fields_are_refused_since_2_14(empty: Client, start: StartSandbox) -> None:
    body = {"display_name": "mine", "namespace": "team-a", "colour": "red"}
    status, error = empty.failure(_PATH, "POST", json=body)
    assert (status, error["code"]) == (400, 3)
    assert 'unknown field "colour"' in error["message"]
    assert start(seed=None, release="2.5.0").post(_PATH, body)["display_name"] == "mine"


def test_bodies_that_are_no_json(empty: Client) -> None:
    for data in ("{", "[]", "text"):
        status, error = empty.failure(_PATH, "POST", data=data)
        assert (status, error["code"]) == (400, 3)


def test_bodies_of_another_shape(empty: Client) -> None:
    for change in ({"pipeline_version_reference": "x"}, {"runtime_config": [1]}):
        body = {"display_name": "r", "experiment_id": empty.experiment(str(change)), **change}
        status, error = empty.failure(f"{V2}/runs", "POST", json=body)
        assert (status, error["code"]) == (400, 3)


def test_archiving_takes_runs_and_schedules_along(client: Client) -> None:
    rows = client.get(_PATH, namespace="team-a")["experiments"]
    mine = next(row["experiment_id"] for row in rows if row["display_name"] == "heartbeat")
    assert client.post(f"{_PATH}/{mine}:archive") == {}
    assert client.get(f"{_PATH}/{mine}")["storage_state"] == "ARCHIVED"
    runs = client.get(f"{V2}/runs", experiment_id=mine)["runs"]
    assert {run["storage_state"] for run in runs} == {"ARCHIVED"}
    [job] = client.get(f"{V2}/recurringruns", experiment_id=mine)["recurringRuns"]
    assert job["status"] == "DISABLED"
    status, error = client.failure(f"{V2}/runs/{runs[0]['run_id']}:unarchive", "POST")
    assert (status, error["code"]) == (400, 9)
    client.post(f"{_PATH}/{mine}:unarchive")
    assert client.get(f"{_PATH}/{mine}")["storage_state"] == "AVAILABLE"
    assert client.get(f"{V2}/runs", experiment_id=mine)["runs"] == runs, "runs stay archived"
    client.post(f"{V2}/runs/{runs[0]['run_id']}:unarchive")


def test_deleting(empty: Client) -> None:
    identifier = empty.experiment()
    assert empty.send("DELETE", f"{_PATH}/{identifier}").json() == {}
    status, error = empty.failure(f"{_PATH}/{identifier}")
    assert status == 404
    assert error["details"][0]["message"] == f"Experiment {identifier} not found"
    assert error["message"].startswith("Failed to fetch experiment: Failed to authorize")


def test_the_seeded_world(client: Client) -> None:
    rows = client.get(_PATH, namespace="team-a")["experiments"]
    assert len(rows) == 9
    assert len({row["created_at"] for row in rows}) == 9
    states = {row["display_name"]: row["storage_state"] for row in rows}
    assert [name for name, state in states.items() if state == "ARCHIVED"] == ["churn-pilot"]
    runs = client.get(f"{V2}/runs", namespace="team-a", page_size=200)["runs"]
    assert {run["state"] for run in runs} == {
        "PENDING", "RUNNING", "SUCCEEDED", "FAILED", "SKIPPED", "CANCELING",
    }  # fmt: skip
    archived = [run["display_name"] for run in runs if run["storage_state"] == "ARCHIVED"]
    assert "baseline lr=0.3" in archived
    assert 0 < len(archived) < len(runs) / 2
    last = {
        row["experiment_id"]: max(
            run["created_at"] for run in runs if run["experiment_id"] == row["experiment_id"]
        )
        for row in rows
        if row["display_name"] != "Default"
    }
    for row in rows:
        unset = "1970-01-01T00:00:00Z"
        assert row["last_run_created_at"] == last.get(row["experiment_id"], unset)
