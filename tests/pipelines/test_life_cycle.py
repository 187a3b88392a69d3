"""Uploading, scheduling and deleting, in each API version."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from jupyter_kfp_auth.pipelines import _pipeline_methods
from jupyter_kfp_auth.pipelines.compiled_pipeline import from_documents
from jupyter_kfp_auth.pipelines.connection import Connection
from jupyter_kfp_auth.pipelines.errors import (
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    OutcomeUnknown,
)
from jupyter_kfp_auth.pipelines.models import Experiment
from kfp_sandbox import Sandbox

from ..hostile import Hostile, answer
from .conftest import MULTI_USER, MakeClient, routes

DEFINITION: dict[str, Any] = {
    "pipelineInfo": {"name": "from-a-file"},
    "root": {
        "dag": {"tasks": {}},
        "inputDefinitions": {"parameters": {"rate": {"parameterType": "STRING"}}},
    },
    "schemaVersion": "2.1.0",
    "sdkVersion": "kfp-2.14.0",
}
WORKFLOW: dict[str, Any] = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Workflow",
    "metadata": {"generateName": "from-a-file-"},
    "spec": {
        "entrypoint": "main",
        "arguments": {"parameters": [{"name": "rate", "value": "0.1"}]},
        "templates": [{"name": "main", "container": {"image": "busybox", "command": ["true"]}}],
    },
}
WHEN = datetime(2026, 9, 1, 6, tzinfo=timezone.utc)


@pytest.fixture
def definition(each_client: Connection) -> dict[str, Any]:
    """What the release can run."""
    return WORKFLOW if each_client.health.api == "v1beta1" else DEFINITION


@pytest.fixture
def experiment(each_client: Connection) -> Experiment:
    return each_client.create_experiment("for-a-schedule")


# -- Uploads ----------------------------------------------------------------------------------


def test_a_pipeline_is_uploaded_with_one_request(
    each: Sandbox, each_client: Connection, definition: dict[str, Any]
) -> None:
    each.clear_requests()
    made = each_client.upload_pipeline(definition, description="the first")
    assert [request.method for request in each.requests] == ["POST"]
    assert (made.display_name, made.description) == ("from-a-file", "the first")
    assert made.namespace == "team-a"
    [version] = each_client.list_pipeline_versions(made.id)
    found = each_client.get_pipeline_definition(made.id, version.id)
    assert (json.loads(found) if isinstance(found, str) else found) == definition


def test_a_version_is_uploaded_to_a_pipeline(
    each_client: Connection, definition: dict[str, Any]
) -> None:
    pipeline = each_client.upload_pipeline(definition, "train")
    version = each_client.upload_pipeline_version(definition, pipeline.id, "v2", "the second")
    assert (version.display_name, version.pipeline_id) == ("v2", pipeline.id)
    assert each_client.get_pipeline_version(pipeline.id, version.id).description == "the second"
    again = each_client.upload_pipeline(definition, "train", "v3")
    assert again.id == pipeline.id
    names = [version.display_name for version in each_client.iter_pipeline_versions(pipeline.id)]
    assert sorted(names) == ["train", "v2", "v3"]


def test_a_new_pipeline_may_have_a_first_version_of_another_name(client: Connection) -> None:
    made = client.upload_pipeline(DEFINITION, "train", "v1")
    assert (made.display_name, made.namespace) == ("train", "team-a")
    assert [version.display_name for version in client.list_pipeline_versions(made.id)] == ["v1"]


def test_the_first_version_of_kfp_1_8_has_the_name_of_its_pipeline(make_client: MakeClient) -> None:
    with Sandbox(release="1.8.5") as old, pytest.raises(InvalidRequest, match="version"):
        make_client(old).upload_pipeline(WORKFLOW, "train", "v1")


def test_a_file_goes_as_it_is(client: Connection, tmp_path: Path) -> None:
    text = f"# a comment\n{json.dumps(DEFINITION)}"
    plain, packed = tmp_path / "any-name.yaml", tmp_path / "pipeline.zip"
    plain.write_text(text)
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("pipeline.yaml", text)
    paths: tuple[str | Path, ...] = (plain, str(plain), packed)
    for number, path in enumerate(paths):
        assert client.upload_pipeline(path, f"train {number}").display_name == f"train {number}"


def test_the_settings_of_a_platform_go_along(client: Connection) -> None:
    platform: dict[str, Any] = {"platforms": {"kubernetes": {"deploymentSpec": {"executors": {}}}}}
    both = from_documents([DEFINITION, platform], "here")
    made = client.upload_pipeline(both, "with-settings")
    [version] = client.list_pipeline_versions(made.id)
    found = client.get_pipeline_definition(made.id, version.id)
    assert found == {"pipeline_spec": DEFINITION, "platform_spec": platform}


def broken_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("pipeline.yaml", json.dumps(DEFINITION))
    return file.getvalue()[:-30]


@pytest.mark.parametrize(
    "content", [b"", b"a: [1, 2", b"{{{{", b"a: 1", b"\x1f\x8bno", broken_zip(), b"\xff\xfe"]
)
def test_what_is_no_pipeline_is_never_sent(
    content: bytes, sandbox: Sandbox, client: Connection, tmp_path: Path
) -> None:
    path = tmp_path / "pipeline.yaml"
    path.write_bytes(content)
    with pytest.raises(InvalidRequest, match=r"pipeline\.yaml"):
        client.upload_pipeline(path)
    with pytest.raises(InvalidRequest):
        client.upload_pipeline_version(path, "p-1", "v1")
    with pytest.raises(InvalidRequest):
        client.upload_pipeline(tmp_path / "missing.yaml")
    with pytest.raises(InvalidRequest):
        client.upload_pipeline({"a": 1})
    assert not sandbox.requests


@pytest.mark.parametrize("name", ["train", "größe", "a b&c=d", 'a"b', "a%2Fb"])
def test_any_name_arrives_as_it_is(name: str, client: Connection) -> None:
    assert client.upload_pipeline(DEFINITION, name).display_name == name


def test_a_name_that_is_taken_is_a_conflict(
    each_client: Connection, definition: dict[str, Any]
) -> None:
    made = each_client.upload_pipeline(definition, "train")
    with pytest.raises(Conflict):
        each_client.upload_pipeline(definition, "train")
    with pytest.raises(Conflict):
        each_client.upload_pipeline_version(definition, made.id, "train")


def test_a_refused_upload_says_why(told: Connection, hostile: Hostile) -> None:
    """Uploads have an error of their own shape, with the status 400 for whatever it is."""
    denied = (
        "Failed to authorize: User 'u' is not authorized with reason:  (request: "
        "&ResourceAttributes{Namespace:team-b,Verb:create,Group:pipelines.kubeflow.org,"
        "Version:v2beta1,Resource:pipelines,Subresource:,Name:,})"
    )
    body = {"error_message": "Failed to create a pipeline", "error_details": denied}
    hostile.answer = routes(healthz=MULTI_USER, upload=answer(body, 400))
    with pytest.raises(Forbidden) as caught:
        told.upload_pipeline(DEFINITION)
    assert caught.value.cause_code == "rbac-denied"


def test_an_upload_is_a_form_with_a_file(told: Connection, hostile: Hostile) -> None:
    made = {"pipeline_id": "p-1", "display_name": "from-a-file"}
    hostile.answer = routes(healthz=MULTI_USER, upload=answer(made))
    assert told.upload_pipeline(DEFINITION).id == "p-1"
    _, request = hostile.requests
    assert request.headers["content-type"].startswith("multipart/form-data")


def test_an_upload_that_is_never_answered_ends_and_is_sent_once(
    told: Connection,
    hostile: Hostile,
    make_client: MakeClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_pipeline_methods, "_UPLOAD_SECONDS", 0.3)
    client = make_client(hostile, token_path=told.settings.token_path.value, timeout=0.2)
    client.healthz()
    hostile.answer = lambda exchange: exchange.wait()
    with pytest.raises(OutcomeUnknown) as caught:
        client.upload_pipeline(DEFINITION)
    assert (caught.value.cause_code, caught.value.facts["timeout"]) == ("outcome-unknown", "0.3")
    assert len(hostile.requests) == 2  # the health check, and the upload: it may have happened


# -- Recurring runs ---------------------------------------------------------------------------


def schedule(client: Connection, experiment: Experiment, **options: Any) -> dict[str, Any]:
    pipeline = client.list_pipelines().items[0]
    version = client.list_pipeline_versions(pipeline.id).items[0]
    made = client.create_recurring_run(
        "nightly",
        experiment_id=experiment.id,
        pipeline_id=pipeline.id,
        version_id=version.id,
        **options,
    )
    assert client.get_recurring_run(made.id).as_dict() == made.as_dict()
    assert (made.pipeline_version_id, made.experiment_id) == (version.id, experiment.id)
    return made.as_dict()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"cron": "0 0 6 * * *"}, {"cron": "0 0 6 * * *", "interval_seconds": None}),
        ({"interval": 90}, {"cron": "", "interval_seconds": 90}),
        ({"interval": timedelta(hours=6)}, {"interval_seconds": 21600}),
        (
            {"interval": 60, "start": WHEN, "end": WHEN + timedelta(days=1)},
            {"start_time": "2026-09-01T06:00:00Z", "end_time": "2026-09-02T06:00:00Z"},
        ),
        ({"interval": 60}, {"enabled": True, "max_concurrency": 1, "no_catchup": False}),
        (
            {"interval": 60, "enabled": False, "max_concurrency": 10, "catchup": False},
            {"enabled": False, "max_concurrency": 10, "no_catchup": True},
        ),
    ],
)
def test_a_recurring_run_is_created(
    options: Mapping[str, Any],
    expected: Mapping[str, Any],
    each_client: Connection,
    experiment: Experiment,
) -> None:
    made = schedule(each_client, experiment, **options)
    assert {key: made[key] for key in expected} == expected


def test_a_recurring_run_of_a_definition_with_parameters(
    each_client: Connection, experiment: Experiment, definition: dict[str, Any]
) -> None:
    made = each_client.create_recurring_run(
        "every-minute",
        interval=60,
        experiment_id=experiment.id,
        definition=definition,
        parameters={"rate": "0.1"},
        description="for the test",
        workflow=definition is WORKFLOW,
    )
    assert (made.name, made.description) == ("every-minute", "for the test")
    assert made.parameters == {"rate": "0.1"}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"cron": "0 0 6 * * *", "interval": 60},
        {"interval": 0},
        {"interval": 0.5},
        {"interval": timedelta(milliseconds=1500)},
        {"interval": 60, "max_concurrency": 0},
        {"interval": 60, "max_concurrency": 11},
        {"interval": 60, "start": WHEN, "end": WHEN},
        {"interval": 60, "start": WHEN, "end": WHEN.replace(tzinfo=None) - timedelta(days=2)},
    ],
)
def test_a_schedule_that_cannot_be_is_never_sent(
    options: Mapping[str, Any], sandbox: Sandbox, client: Connection
) -> None:
    with pytest.raises(InvalidRequest):
        client.create_recurring_run("nightly", definition=DEFINITION, **options)
    assert not sandbox.requests


def test_a_recurring_run_is_disabled_enabled_and_deleted(
    each_client: Connection, experiment: Experiment
) -> None:
    made = schedule(each_client, experiment, interval=3600)["recurring_run_id"]
    each_client.disable_recurring_run(made)
    assert not each_client.get_recurring_run(made).enabled
    each_client.enable_recurring_run(made)
    assert each_client.get_recurring_run(made).enabled
    each_client.delete_recurring_run(made)
    with pytest.raises(NotFound):
        each_client.get_recurring_run(made)


# -- Deleting ---------------------------------------------------------------------------------


def test_a_run_and_its_experiment_are_deleted(each_client: Connection) -> None:
    run = each_client.list_runs(state="SUCCEEDED").items[0]
    each_client.delete_run(run.id)
    with pytest.raises(NotFound):
        each_client.get_run(run.id)
    experiment = each_client.create_experiment("for-a-moment")
    each_client.delete_experiment(experiment.id)
    with pytest.raises(NotFound):
        each_client.get_experiment(experiment.id)


def test_a_version_and_its_pipeline_are_deleted(
    each_client: Connection, definition: dict[str, Any]
) -> None:
    pipeline = each_client.upload_pipeline(definition, "for-a-moment")
    version = each_client.upload_pipeline_version(definition, pipeline.id, "v2")
    each_client.delete_pipeline_version(pipeline.id, version.id)
    assert version.id not in [one.id for one in each_client.list_pipeline_versions(pipeline.id)]
    each_client.delete_pipeline(pipeline.id, cascade=True)
    with pytest.raises(NotFound):
        each_client.get_pipeline(pipeline.id)


def test_a_pipeline_with_versions_is_not_deleted_by_accident(client: Connection) -> None:
    pipeline = client.upload_pipeline(DEFINITION, "still-wanted")
    with pytest.raises(InvalidRequest):
        client.delete_pipeline(pipeline.id)
    assert client.get_pipeline(pipeline.id) == pipeline


@pytest.mark.parametrize("item_id", ["", "..", "../x", "a/b", "a?b", "a" * 129, None])
def test_what_is_no_id_deletes_nothing(item_id: Any, sandbox: Sandbox, client: Connection) -> None:
    for delete in (
        client.delete_run,
        client.delete_experiment,
        client.delete_recurring_run,
        client.delete_pipeline,
        lambda one: client.delete_pipeline(one, cascade=True),
        lambda one: client.delete_pipeline_version(one, "v"),
        lambda one: client.delete_pipeline_version("p", one),
    ):
        with pytest.raises(InvalidRequest):
            delete(item_id)
    assert not sandbox.requests
