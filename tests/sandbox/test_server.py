"""Starting, stopping, recording, TLS and the control routes."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from kfp_sandbox import Clock, Sandbox

from .conftest import V2, Client, StartSandbox


def test_environment_is_all_that_a_notebook_needs(empty: Client) -> None:
    environment = empty.sandbox.environment()
    assert environment["KF_PIPELINES_ENDPOINT"] == empty.sandbox.url
    assert Path(environment["KF_PIPELINES_SA_TOKEN_PATH"]).read_text() == empty.sandbox.token


def test_every_answer_says_that_it_is_a_stand_in(empty: Client) -> None:
    for path in (f"{V2}/healthz", "/nothing", "/sandbox/v1/state", "/apis/v2beta1/nothing"):
        assert empty.send("GET", path).headers["X-Sandbox"] == "jupyter-kfp-auth"


def test_healthz_names_a_real_release(start: StartSandbox) -> None:
    health = start(seed=None).get(f"{V2}/healthz")
    assert (health["tag_name"], health["multi_user"]) == ("2.17.0", True)
    assert health["pipeline_store"] == "database"
    assert "pipeline_store" not in start(seed=None, release="2.5.0").get(f"{V2}/healthz")


def test_requests_are_recorded_with_what_was_sent(empty: Client) -> None:
    empty.send("GET", f"{V2}/experiments", params={"namespace": "team-a", "pageSize": "3"})
    [request] = empty.sandbox.requests
    assert (request.method, request.path, request.status) == ("GET", f"{V2}/experiments", 200)
    assert request.query == {"namespace": "team-a", "page_size": "3"}
    assert request.headers["authorization"] == f"Bearer {empty.sandbox.token}"
    empty.sandbox.clear_requests()
    assert empty.sandbox.requests == []


def test_control_requests_are_not_recorded(empty: Client) -> None:
    empty.send("GET", "/sandbox/v1/state")
    assert empty.sandbox.requests == []


def test_a_stopped_sandbox_keeps_its_port_and_its_rows(empty: Client) -> None:
    identifier, url = empty.experiment(), empty.sandbox.url
    empty.sandbox.stop()
    with pytest.raises(requests.ConnectionError):
        empty.send("GET", f"{V2}/healthz")
    empty.sandbox.start()
    assert empty.sandbox.url == url
    assert empty.get(f"{V2}/experiments/{identifier}")["display_name"] == "mine"


def test_the_same_seed_and_start_make_the_same_world(start: StartSandbox) -> None:
    moment = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc)
    worlds = []
    for seed in (7, 7, 8):
        client = start(seed=seed, clock=Clock(moment, running=False))
        runs = client.get(f"{V2}/runs", namespace="team-a", page_size=200)["runs"]
        worlds.append([(run["run_id"], run["display_name"], run["state"]) for run in runs])
    assert worlds[0] == worlds[1]
    assert {run[0] for run in worlds[0]}.isdisjoint(run[0] for run in worlds[2])


def test_control_routes_drive_it_from_another_process(empty: Client) -> None:
    sandbox = empty.sandbox
    before, token = sandbox.clock.now(), sandbox.token
    empty.post("/sandbox/v1/clock", {"advance": 90})
    assert sandbox.clock.now() - before == datetime.timedelta(seconds=90)
    empty.post("/sandbox/v1/token/rotate")
    assert sandbox.token != token
    state = empty.post("/sandbox/v1/faults", {"name": "istio-denied", "times": 3})
    assert state["faults"] == [{"name": "istio-denied", "path": "", "times": 3}]
    assert empty.send("GET", f"{V2}/healthz").status_code == 403
    assert empty.send("DELETE", "/sandbox/v1/faults").json()["faults"] == []
    assert empty.send("GET", f"{V2}/healthz").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/sandbox/v1/faults", {"name": "no-such"}, 400),
        ("POST", "/sandbox/v1/faults", [], 400),
        ("POST", "/sandbox/v1/clock", {"advance": -1}, 400),
        ("POST", "/sandbox/v1/clock", {}, 400),
        ("GET", "/sandbox/v1/nothing", None, 404),
    ],
)
def test_wrong_control_requests_are_refused(
    empty: Client, method: str, path: str, body: Any, status: int
) -> None:
    assert empty.send(method, path, json=body).status_code == status


def test_state_never_shows_the_token(empty: Client) -> None:
    assert empty.sandbox.token not in empty.send("GET", "/sandbox/v1/state").text


def test_it_serves_https(start: StartSandbox) -> None:
    here = Path(__file__).parent
    client = start(seed=None, certificate=(here / "tls.crt", here / "tls.key"))
    assert client.sandbox.url.startswith("https://")
    with pytest.raises(requests.exceptions.SSLError):
        client.send("GET", f"{V2}/healthz")
    assert client.send("GET", f"{V2}/healthz", verify=here / "tls.crt").status_code == 200


def test_bulk_rows_are_listed(empty: Client) -> None:
    empty.sandbox.add_experiments(10_000)
    experiment = empty.sandbox.add_experiments(1)[0]
    empty.sandbox.add_runs(1000, experiment)
    assert empty.get(f"{V2}/experiments", namespace="team-a")["total_size"] == 10_001
    runs = empty.get(f"{V2}/runs", experiment_id=experiment, page_size=200)
    assert (len(runs["runs"]), runs["total_size"]) == (200, 1000)


def test_a_taken_port_is_an_error() -> None:
    with Sandbox(seed=None) as first, pytest.raises(OSError, match="in use"):
        Sandbox(seed=None, port=first.port).start()


def test_unknown_releases_are_refused() -> None:
    with pytest.raises(ValueError, match="not a release"):
        Sandbox(release="latest")
