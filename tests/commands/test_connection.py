"""What the connection of `connect` does beside the REST API: submit, wait, and read logs."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_kfp_auth.commands.connection import Connection, connect
from jupyter_kfp_auth.config.settings import resolve
from jupyter_kfp_auth.http.errors import PipelinesError
from jupyter_kfp_auth.pipelines.errors import InvalidRequest, NotFound, StillRunning
from jupyter_kfp_auth.pipelines.models import Run
from kfp_sandbox import Sandbox

DEFINITION: dict[str, Any] = {
    "pipelineInfo": {"name": "train"},
    "root": {
        "dag": {"tasks": {}},
        "inputDefinitions": {"parameters": {"rate": {"parameterType": "NUMBER_DOUBLE"}}},
    },
    "schemaVersion": "2.1.0",
    "sdkVersion": "kfp-2.14.0",
}


@pytest.fixture
def connection(frozen: Sandbox) -> Iterator[Connection]:
    with connect(resolve(environ=frozen.environment())) as made:
        yield made


@pytest.fixture
def later(frozen: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let time go on by half a minute instead of a pause."""
    wait = "jupyter_kfp_auth.commands.run_changes.RunChanges.wait"
    monkeypatch.setattr(wait, lambda self, usual, longest: frozen.clock.advance(30))


def asked(sandbox: Sandbox) -> int:
    return sum(not request.path.endswith("/healthz") for request in sandbox.requests)


@pytest.mark.parametrize("form", ["definition", "path", "text"])
def test_a_definition_is_submitted_in_two_calls(
    form: str, connection: Connection, frozen: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "train.yaml"
    path.write_text(json.dumps(DEFINITION))
    experiment = connection.list_experiments().items[0]
    frozen.clear_requests()
    pipeline = {"definition": DEFINITION, "path": path, "text": str(path)}[form]
    run = connection.submit(pipeline, {"rate": 0.1}, experiment=experiment.name, name="mine")
    assert asked(frozen) == 2
    assert (run.name, run.experiment_id, run.parameters) == ("mine", experiment.id, {"rate": 0.1})


def test_an_uploaded_pipeline_is_submitted(connection: Connection) -> None:
    pipeline = connection.upload_pipeline(DEFINITION)
    second = connection.upload_pipeline_version(DEFINITION, pipeline.id, "v2")
    run = connection.submit("train", {"rate": 1}, version="v2")
    assert (run.pipeline_id, run.pipeline_version_id) == (pipeline.id, second.id)


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        ({"pipeline": DEFINITION}, {"rate"}),
        ({"pipeline": DEFINITION, "arguments": {"rate": "fast"}}, {"rate"}),
        ({"pipeline": DEFINITION, "arguments": {"rate": 1, "other": 2}}, {"other"}),
        ({"pipeline": {"a": 1}}, set()),
        ({"pipeline": "no-such-file.yaml"}, set()),
        ({"pipeline": "no-such-pipeline"}, set()),
        ({"pipeline": DEFINITION, "arguments": {"rate": 1}, "experiment": "none"}, set()),
    ],
)
def test_what_cannot_be_submitted_starts_nothing(
    options: dict[str, Any], fields: set[str], connection: Connection, frozen: Sandbox
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        connection.submit(**options)
    assert caught.value.fields.keys() == fields
    assert caught.value.diagnosis.next_step
    assert not [request for request in frozen.requests if request.method == "POST"]


def running(connection: Connection) -> Run:
    return connection.list_runs(state="RUNNING").items[0]


@pytest.mark.usefixtures("later")
def test_waiting_tells_each_change_once_and_returns_the_run(connection: Connection) -> None:
    seen: list[Run] = []
    run = connection.wait_for_run(running(connection).id, on_change=seen.append)
    assert run.finished
    assert seen[-1] == run
    assert all(one != another for one, another in itertools.pairwise(seen))


@pytest.mark.usefixtures("later")
def test_a_run_that_failed_is_returned_as_well(connection: Connection) -> None:
    failed = connection.list_runs(state="FAILED").items[0]
    assert connection.wait_for_run(failed.id).state == "FAILED"


def test_waiting_ends_when_its_time_is_over(connection: Connection) -> None:
    with pytest.raises(StillRunning) as caught:
        connection.wait_for_run(running(connection).id, timeout=0)
    assert isinstance(caught.value, (PipelinesError, TimeoutError))
    assert "still running" in str(caught.value)


def test_the_logs_of_a_run_and_of_one_task(connection: Connection) -> None:
    run = connection.get_run(connection.list_runs(state="SUCCEEDED").items[0].id)
    every = connection.read_logs(run.id)
    one = connection.read_logs(run.id, run.tasks[-1].display_name)
    assert one
    assert one in every


def test_logs_are_followed_until_the_run_ends(
    connection: Connection, frozen: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = running(connection)
    get_run = connection.get_run

    def later(run_id: str) -> Run:
        frozen.clock.advance(30)
        return get_run(run_id)

    monkeypatch.setattr(connection, "get_run", later)
    monkeypatch.setattr("jupyter_kfp_auth.commands.logs._SHORTEST", 0.01)
    # A look is what moves the clock here, so there is always a reason for one.
    monkeypatch.setattr(
        "jupyter_kfp_auth.commands.run_changes.RunChanges.is_quiet", lambda _: False
    )
    pieces = list(connection.read_logs(run.id, follow=True))
    assert len(pieces) > 1
    assert connection.get_run(run.id).finished


@pytest.mark.parametrize(
    "ask",
    [
        lambda connection, run: connection.read_logs(run, "no-such-task"),
        lambda connection, run: connection.read_logs("0" * 8, None),
    ],
)
def test_logs_of_what_there_is_not(
    ask: Callable[[Connection, str], str], connection: Connection
) -> None:
    with pytest.raises((InvalidRequest, NotFound)) as caught:
        ask(connection, connection.list_runs().items[0].id)
    assert caught.value.diagnosis.message
