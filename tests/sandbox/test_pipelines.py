"""Pipelines, versions and uploads of v2beta1."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from typing import Any

import pytest
import requests
import yaml

from .conftest import V2, Client, StartSandbox
from .documents import LINEAR, LOOP, pipeline, task

_PATH = f"{V2}/pipelines"
_YAML = yaml.safe_dump(LINEAR).encode()


def _upload(
    client: Client, body: bytes = _YAML, *, route: str = "upload", **query: Any
) -> requests.Response:
    files = {"uploadfile": ("linear.yaml", body)}
    return client.send("POST", f"{_PATH}/{route}", files=files, params=query)


def _uploaded(client: Client, **query: Any) -> Any:
    answer = _upload(client, namespace="team-a", **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _package(kind: str) -> bytes:
    buffer = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(buffer, "w") as package:
            package.writestr("readme.txt", "")
            package.writestr("pipeline.yaml", _YAML)
    else:
        with tarfile.open(fileobj=buffer, mode="w:gz") as package:
            member = tarfile.TarInfo("pipeline.yaml")
            member.size = len(_YAML)
            package.addfile(member, io.BytesIO(_YAML))
    return buffer.getvalue()


def test_uploading_makes_a_pipeline_and_its_first_version(empty: Client) -> None:
    made = _uploaded(empty, name="mine", description="d")
    assert made == {
        "pipeline_id": made["pipeline_id"],
        "display_name": "mine",
        "name": "mine",
        "description": "d",
        "created_at": made["created_at"],
        "namespace": "team-a",
    }
    path = f"{_PATH}/{made['pipeline_id']}"
    assert empty.get(path) == made
    [version] = empty.get(f"{path}/versions")["pipeline_versions"]
    assert version["pipeline_spec"] == LINEAR
    assert version["display_name"] == "mine"
    assert empty.get(f"{path}/versions/{version['pipeline_version_id']}") == version
    assert empty.get(f"{_PATH}/names/mine", namespace="team-a") == made


def test_the_file_names_it_otherwise(empty: Client) -> None:
    assert _uploaded(empty)["display_name"] == "linear.yaml"
    made = _uploaded(empty, name="a", display_name="A b")
    assert (made["name"], made["display_name"]) == ("a", "A b")


def test_older_releases_have_no_name(start: StartSandbox) -> None:
    client = start(seed=None, release="2.5.0")
    assert "name" not in _uploaded(client, name="mine")


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_packages_are_unpacked(empty: Client, kind: str) -> None:
    assert _upload(empty, _package(kind), namespace="team-a").status_code == 200


def test_versions(empty: Client) -> None:
    pipeline_id = _uploaded(empty, name="mine")["pipeline_id"]
    path = f"{_PATH}/{pipeline_id}"
    empty.sandbox.clock.advance(1)
    body = yaml.safe_dump(LOOP).encode()
    url = "https://example.com/loop.py"
    answer = _upload(
        empty, body, route="upload_version", name="two", pipelineid=pipeline_id,
        code_source_url=url,
    )  # fmt: skip
    made = answer.json()
    assert made["pipeline_spec"] == LOOP
    assert made["code_source_url"] == url
    names = [v["display_name"] for v in empty.get(f"{path}/versions")["pipeline_versions"]]
    assert names == ["mine", "two"]
    experiment = empty.experiment()
    reference = {"pipeline_version_reference": {"pipeline_id": pipeline_id}}
    fields = {"display_name": "r", "experiment_id": experiment}
    run = empty.post(f"{V2}/runs", {**fields, **reference})
    latest = run["pipeline_version_reference"]["pipeline_version_id"]
    assert latest == made["pipeline_version_id"]
    assert empty.send("DELETE", f"{path}/versions/{latest}").json() == {}
    empty.sandbox.clock.advance(600)  # The run's workflow goes on without its version.
    assert empty.get(f"{V2}/runs/{run['run_id']}")["state"] == "SUCCEEDED"
    assert empty.get(f"{path}/versions")["total_size"] == 1
    assert empty.failure(f"{path}/versions/{latest}")[0] == 404


def test_deleting_needs_cascade_while_there_are_versions(empty: Client) -> None:
    path = f"{_PATH}/{_uploaded(empty, name='mine')['pipeline_id']}"
    status, error = empty.failure(path, "DELETE")
    assert status == 400
    assert "Set cascade=true to delete all versions" in error["message"]
    assert empty.send("DELETE", f"{path}?cascade=true").json() == {}
    assert empty.failure(path)[0] == 404


@pytest.mark.parametrize(
    ("body", "query", "status", "text"),
    [
        (_YAML, {"name": "taken"}, 409, "Failed to create a pipeline and a pipeline version"),
        (b"text", {}, 400, "unknown template format"),
        (b"\xff\xfe\x00", {}, 400, "Failed to read a pipeline spec file"),
        (b"PK\x03\x04 no zip", {}, 400, "Failed to read a pipeline spec file"),
        (_YAML, {"namespace": "team-b"}, 400, "Failed to create a pipeline"),
        (_YAML, {"tags": "{"}, 400, "Failed to parse tags query parameter"),
    ],
)
def test_refused_uploads_have_a_shape_of_their_own(
    empty: Client, body: bytes, query: dict[str, str], status: int, text: str
) -> None:
    _uploaded(empty, name="taken")
    answer = _upload(empty, body, **{"namespace": "team-a", **query})
    assert answer.status_code == status
    assert set(answer.json()) == {"error_message", "error_details"}
    assert answer.json()["error_message"].startswith(text)


def test_an_upload_without_a_file(empty: Client) -> None:
    status, error = empty.failure(f"{_PATH}/upload?namespace=team-a", "POST")
    assert (status, error["error_message"]) == (400, "Failed to read pipeline from file")
    status, error = empty.failure(f"{_PATH}/upload_version?pipelineid=none", "POST")
    assert (status, error["error_message"]) == (400, "Failed to create a pipeline version")


def test_a_version_of_no_pipeline(empty: Client) -> None:
    assert _upload(empty, route="upload_version", pipelineid="none").status_code == 400


def test_shared_uploads_are_not_checked(empty: Client) -> None:
    answer = _upload(empty)
    assert answer.status_code == 200
    assert "namespace" not in answer.json()
    assert empty.get(_PATH)["total_size"] == 1
    assert empty.get(_PATH, namespace="team-a") == {}


def test_creating_without_a_version(empty: Client) -> None:
    made = empty.post(_PATH, {"display_name": "bare", "namespace": "team-a"})
    assert (made["name"], made["display_name"]) == ("bare", "bare")
    assert empty.get(f"{_PATH}/{made['pipeline_id']}/versions") == {}
    assert empty.send("DELETE", f"{_PATH}/{made['pipeline_id']}").json() == {}
    assert empty.failure(_PATH, "POST", json={"namespace": "team-a"})[0] == 400


def test_the_sandbox_fetches_nothing(empty: Client) -> None:
    pipeline_id = _uploaded(empty, name="mine")["pipeline_id"]
    body = {"display_name": "v", "package_url": {"pipeline_url": "http://127.0.0.1/x.yaml"}}
    status, error = empty.failure(f"{_PATH}/{pipeline_id}/versions", "POST", json=body)
    assert (status, "URL validation failed" in error["message"]) == (400, True)
    assert empty.failure(f"{_PATH}/{pipeline_id}/versions", "POST", json={})[0] == 400


def test_tags_came_with_2_17(empty: Client, start: StartSandbox) -> None:
    tags = {"team": "ml", "tier.name": "gold"}
    made = _uploaded(empty, name="tagged", tags=json.dumps(tags))
    assert made["tags"] == tags
    _uploaded(empty, name="plain")

    def found(**predicate: str) -> list[str]:
        text = json.dumps({"predicates": [{"operation": "EQUALS", **predicate}]})
        answer = empty.get(_PATH, namespace="team-a", filter=text)
        return [row["name"] for row in answer.get("pipelines", [])]

    assert found(key="tags.team", string_value="ml") == ["tagged"]
    assert found(key="tags.tier.name", string_value="gold") == ["tagged"]
    assert found(key="tags.team", string_value="other") == []
    path = f"{_PATH}/{made['pipeline_id']}"
    changed = empty.send("PATCH", path, json={"display_name": "T", "tags": {"a": "b"}}).json()
    assert (changed["display_name"], changed["tags"]) == ("T", {"a": "b"})
    older = start(seed=None, release="2.16.0")
    assert older.send("PATCH", path, json={}).status_code == 501


def test_reading_back_a_document_that_runs(empty: Client) -> None:
    document = pipeline({"a": task("a"), "b": task("b", "a")})
    body = json.dumps(document).encode()
    pipeline_id = _upload(empty, body, namespace="team-a", name="j").json()["pipeline_id"]
    [version] = empty.get(f"{_PATH}/{pipeline_id}/versions")["pipeline_versions"]
    assert version["pipeline_spec"] == document


def test_the_seeded_ones(client: Client) -> None:
    rows = client.get(_PATH, namespace="team-a")["pipelines"]
    assert [row["name"] for row in rows] == ["churn-training", "demand-forecast", "fraud-nightly"]
    counts = [client.get(f"{_PATH}/{row['pipeline_id']}/versions")["total_size"] for row in rows]
    assert counts == [2, 1, 2]
    assert client.failure(f"{_PATH}/names/none?namespace=team-a")[0] == 404
