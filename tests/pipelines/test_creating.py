"""Starting runs and making experiments in both API versions; definitions and logs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jupyter_kfp_auth.http.errors import PipelinesError
from jupyter_kfp_auth.pipelines.connection import Connection
from jupyter_kfp_auth.pipelines.errors import ApiError, InvalidRequest
from kfp_sandbox import Sandbox

from ..hostile import Exchange, Hostile, always, answer
from .conftest import MULTI_USER, asked, routes


def test_an_experiment_is_made_in_the_own_namespace(each_client: Connection) -> None:
    made = each_client.create_experiment("new", description="for the test")
    assert each_client.get_experiment(made.id) == made
    assert (made.name, made.description, made.namespace) == ("new", "for the test", "team-a")


def test_a_run_of_an_uploaded_pipeline(each: Sandbox, each_client: Connection) -> None:
    pipeline = each_client.list_pipelines().items[0]
    version = each_client.list_pipeline_versions(pipeline.id).items[0]
    experiment = each_client.create_experiment("new")
    each.clear_requests()
    made = each_client.create_run(
        "first", experiment_id=experiment.id, pipeline_id=pipeline.id, version_id=version.id
    )
    assert [request.method for request in each.requests] == ["POST"]
    assert (made.name, made.experiment_id) == ("first", experiment.id)
    assert made.pipeline_version_id == version.id
    assert [run.id for run in each_client.list_runs(experiment_id=experiment.id)] == [made.id]


def test_a_run_that_the_server_refuses_is_sent_once(sandbox: Sandbox, client: Connection) -> None:
    client.healthz()
    sandbox.clear_requests()
    with pytest.raises(InvalidRequest):
        client.create_run("without an experiment")
    assert len(sandbox.requests) == 1


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"experiment_id": ""}'])
def test_an_answer_without_an_id_is_no_success(
    body: bytes, told: Connection, hostile: Hostile
) -> None:
    hostile.answer = routes(healthz=MULTI_USER, experiments=answer(body))
    with pytest.raises(ApiError) as caught:
        told.create_experiment("new")
    assert caught.value.cause_code == "not-pipelines"
    assert len(hostile.requests) == 2


@pytest.mark.parametrize("status", [401, 500])
def test_what_is_made_is_sent_again_with_a_new_token_only(
    status: int, told: Connection, hostile: Hostile
) -> None:
    hostile.answer = routes(healthz=MULTI_USER, experiments=answer({}, status))
    with pytest.raises(PipelinesError):
        told.create_experiment("new")
    assert [r.line.split()[0] for r in hostile.requests] == ["GET", "POST"]

    def refuse_and_rotate(exchange: Exchange) -> None:
        told.settings.token_file.path.write_text("another-token")
        always(answer({}, 401))(exchange)

    hostile.script = [refuse_and_rotate]
    hostile.answer = routes(experiments={"experiment_id": "e-1"})
    assert told.create_experiment("new").id == "e-1"
    assert hostile.requests[-1].raw.endswith(hostile.requests[-2].raw.rpartition(b"\r\n\r\n")[2])


def test_the_definition_of_a_version(each_client: Connection) -> None:
    pipeline = each_client.list_pipelines().items[0]
    version = each_client.list_pipeline_versions(pipeline.id).items[0]
    found = each_client.get_pipeline_definition(pipeline.id, version.id)
    assert found
    assert isinstance(found, dict if each_client.health.api == "v2beta1" else str)


def test_an_id_of_a_definition_is_checked_before_anything_is_asked(
    sandbox: Sandbox, client: Connection
) -> None:
    for ids in (("p", "../v"), ("../p", "v")):
        with pytest.raises(InvalidRequest):
            client.get_pipeline_definition(*ids)
    for ids in (("r", "../n"), ("../r", "n")):
        with pytest.raises(InvalidRequest):
            client.get_node_log(*ids)
    assert not sandbox.requests


def test_a_log_is_text(told: Connection, hostile: Hostile) -> None:
    hostile.answer = routes(healthz=MULTI_USER, log=answer(b"one\ntwo \xff", 200, "text/plain"))
    assert told.get_node_log("r", "n") == "one\ntwo �"
    hostile.answer = routes(log=answer(b"gone", 404, "text/plain"))
    with pytest.raises(ApiError):
        told.get_node_log("r", "n")


REFERENCE = {"pipeline_id": "p-1", "pipeline_version_id": "v-1"}
RUN = {"run_id": "r", "pipeline_version_reference": REFERENCE}
SPEC: dict[str, Any] = {"root": {"dag": {"tasks": {}}}}


def test_the_definition_of_a_run_is_asked_for_once(told: Connection, hostile: Hostile) -> None:
    hostile.answer = routes(
        healthz=MULTI_USER,
        r=RUN,
        **{"v-1": {"pipeline_version_id": "v-1", "pipeline_spec": SPEC}},
    )
    for _ in range(3):
        assert told.get_run("r").pipeline_spec == SPEC
    assert [r.path.rsplit("/", 1)[-1] for r in hostile.requests] == [
        *("healthz", "r", "v-1", "r", "r"),
    ]


@pytest.mark.parametrize(
    "version", [answer({}, 404), answer({}, 403), answer(b"<html>"), answer(b"", 500), b""]
)
def test_a_definition_that_cannot_be_had_does_not_hide_the_run(
    version: Any, told: Connection, hostile: Hostile
) -> None:
    def give(exchange: Exchange) -> None:
        if exchange.request.path.endswith("v-1"):
            always(version, keep=bool(version))(exchange)
        else:
            routes(healthz=MULTI_USER, r=RUN)(exchange)

    hostile.answer = give
    run = told.get_run("r")
    assert (run.id, run.pipeline_spec) == ("r", None)


@pytest.mark.parametrize("reference", [{"pipeline_id": "../x", "pipeline_version_id": "v"}, {}, 5])
def test_ids_from_the_network_are_checked_too(
    reference: Any, told: Connection, hostile: Hostile
) -> None:
    body = json.loads(json.dumps({"run_id": "r", "pipeline_version_reference": reference}))
    hostile.answer = routes(healthz=MULTI_USER, r=body)
    assert told.get_run("r").id == "r"
    assert len(hostile.requests) == 2


def test_lists_do_not_ask_for_definitions(sandbox: Sandbox, client: Connection) -> None:
    client.list_runs()
    assert len(asked(sandbox)) == 1
