"""v1beta1, of 1.8 and besides v2beta1."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from .conftest import V1, V2, Client, StartSandbox
from .documents import EXIT, LINEAR, LOOP

_NAMESPACE = {"resource_reference_key.type": "NAMESPACE", "resource_reference_key.id": "team-a"}
_WORKFLOW = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Workflow",
    "metadata": {"generateName": "old-"},
    "spec": {
        "entrypoint": "main",
        "arguments": {"parameters": [{"name": "text", "value": "a"}]},
        "templates": [
            {"name": "echo", "container": {"image": "busybox"}},
            {
                "name": "main",
                "dag": {
                    "tasks": [
                        {"name": "first", "template": "echo"},
                        {"name": "second", "template": "echo", "dependencies": ["first"]},
                    ]
                },
            },
        ],
    },
}


@pytest.fixture(params=["1.8.5", "2.17.0"])
def v1(request: pytest.FixtureRequest, start: StartSandbox) -> Client:
    """A release that serves v1beta1, without rows."""
    return start(seed=None, release=request.param, auto_advance=False)


def _owner(kind: str, identifier: str) -> dict[str, Any]:
    return {"key": {"type": kind, "id": identifier}, "relationship": "OWNER"}


def _experiment(client: Client) -> str:
    body = {"name": "mine", "resource_references": [_owner("NAMESPACE", "team-a")]}
    return str(client.post(f"{V1}/experiments", body)["id"])


def _run(client: Client, experiment: str, **spec: Any) -> Any:
    body = {
        "name": "r",
        "resource_references": [_owner("EXPERIMENT", experiment)],
        "pipeline_spec": spec or {"workflow_manifest": json.dumps(_WORKFLOW)},
    }
    return client.post(f"{V1}/runs", body)


def test_experiments(v1: Client) -> None:
    identifier = _experiment(v1)
    path = f"{V1}/experiments/{identifier}"
    row = v1.get(path)
    assert row == {
        "id": identifier,
        "name": "mine",
        "created_at": row["created_at"],
        "resource_references": [_owner("NAMESPACE", "team-a")],
        "storage_state": "STORAGESTATE_AVAILABLE",
    }
    assert v1.get(f"{V1}/experiments", **_NAMESPACE) == {"experiments": [row], "total_size": 1}
    v1.post(f"{path}:archive")
    assert v1.get(path)["storage_state"] == "STORAGESTATE_ARCHIVED"
    text = json.dumps({"predicates": [
        {"op": "EQUALS", "key": "storage_state", "string_value": "STORAGESTATE_ARCHIVED"}
    ]})  # fmt: skip
    assert v1.get(f"{V1}/experiments", filter=text, **_NAMESPACE)["total_size"] == 1
    v1.post(f"{path}:unarchive")
    assert v1.send("DELETE", path).json() == {}
    assert v1.failure(path)[0] == 404


def test_experiments_are_listed_by_namespace_only(v1: Client) -> None:
    key = {"resource_reference_key.type": "EXPERIMENT", "resource_reference_key.id": "x"}
    assert v1.failure(f"{V1}/experiments", params=key)[0] == 400


def test_a_run_from_start_to_end(v1: Client) -> None:
    experiment = _experiment(v1)
    detail = _run(v1, experiment)
    run = detail["run"]
    assert (run["status"], run["finished_at"]) == ("Pending", "1970-01-01T00:00:00Z")
    assert "storage_state" not in run, "AVAILABLE is zero"
    assert json.loads(run["pipeline_spec"]["workflow_manifest"]) == _WORKFLOW
    kinds = {each["key"]["type"] for each in run["resource_references"]}
    assert kinds == {"EXPERIMENT", "NAMESPACE"}
    path = f"{V1}/runs/{run['id']}"

    v1.sandbox.clock.advance(5)
    assert v1.get(path)["run"]["status"] == "Running"
    v1.sandbox.clock.advance(100)
    detail = v1.get(path)
    assert detail["run"]["status"] == "Succeeded"
    workflow = json.loads(detail["pipeline_runtime"]["workflow_manifest"])
    assert workflow["status"]["phase"] == "Succeeded"
    nodes = {node["displayName"]: node for node in workflow["status"]["nodes"].values()}
    assert {name: node["type"] for name, node in nodes.items()} == {
        workflow["metadata"]["name"]: "DAG",
        "first": "Pod",
        "second": "Pod",
    }
    assert nodes["first"]["children"] == [nodes["second"]["id"]]
    assert {node["phase"] for node in nodes.values()} == {"Succeeded"}
    listed = v1.get(f"{V1}/runs", **_NAMESPACE)
    assert listed == {"runs": [detail["run"]], "total_size": 1}
    key = {"resource_reference_key.type": "EXPERIMENT", "resource_reference_key.id": experiment}
    assert v1.get(f"{V1}/runs", **key) == listed


def test_actions_have_a_slash(v1: Client) -> None:
    identifier = _run(v1, _experiment(v1))["run"]["id"]
    path = f"{V1}/runs/{identifier}"
    assert v1.post(f"{path}/terminate") == {}
    assert v1.get(path)["run"]["status"] == "Terminating"
    v1.sandbox.clock.advance(10)
    assert v1.get(path)["run"]["status"] == "Failed"
    assert v1.post(f"{path}/retry") == {}
    v1.sandbox.clock.advance(100)
    assert v1.get(path)["run"]["status"] == "Succeeded"
    v1.post(f"{path}:archive")
    assert v1.get(path)["run"]["storage_state"] == "STORAGESTATE_ARCHIVED"
    v1.post(f"{path}:unarchive")
    assert v1.send("POST", f"{path}:terminate").status_code == 501


def _workflow(client: Client, detail: Any) -> Any:
    """The workflow of a run of a pipeline of kfp 2, which 2.x has under another name."""
    runtime = detail["pipeline_runtime"]
    assert len(runtime) == 1
    old = client.sandbox.release.name.startswith("1.")
    return json.loads(runtime["workflow_manifest" if old else "pipeline_manifest"])


def test_documents_of_kfp_2_run_too(v1: Client) -> None:
    manifest = {"pipeline_manifest": yaml.safe_dump(LOOP)}
    detail = _run(v1, _experiment(v1), **manifest)
    assert "workflow_manifest" not in detail["run"]["pipeline_spec"]
    v1.sandbox.clock.advance(300)
    detail = v1.get(f"{V1}/runs/{detail['run']['id']}")
    nodes = _workflow(v1, detail)["status"]["nodes"]
    kinds = {node["displayName"]: node["type"] for node in nodes.values()}
    assert (kinds["loop"], kinds["iteration-iterations"]) == ("DAG", "TaskGroup")
    assert "Skipped" in {node["phase"] for node in nodes.values()}


def test_failures_carry_a_message(v1: Client) -> None:
    config = {"runtime_config": {"parameters": {"fail": True}}}
    detail = _run(v1, _experiment(v1), pipeline_manifest=json.dumps(EXIT), **config)
    v1.sandbox.clock.advance(300)
    detail = v1.get(f"{V1}/runs/{detail['run']['id']}")
    assert detail["run"]["status"] == "Failed"
    nodes = _workflow(v1, detail)["status"]["nodes"]
    messages = {node["message"]: node["phase"] for node in nodes.values() if "message" in node}
    assert messages.pop("main: Error (exit code 1)") == "Failed"
    assert messages in ({}, {"omitted: depends condition not met": "Omitted"})


def test_metrics(v1: Client) -> None:
    identifier = _run(v1, _experiment(v1))["run"]["id"]
    metrics = [{"name": "loss", "node_id": "n", "number_value": 0.25, "format": "RAW"}]
    answer = v1.post(f"{V1}/runs/{identifier}:reportMetrics", {"metrics": metrics})
    assert answer["results"][0]["status"] == "OK"
    [metric] = v1.get(f"{V1}/runs/{identifier}")["run"]["metrics"]
    assert (metric["name"], metric["number_value"]) == ("loss", 0.25)


def test_jobs(v1: Client) -> None:
    experiment = _experiment(v1)
    body = {
        "name": "often",
        "resource_references": [_owner("EXPERIMENT", experiment)],
        "pipeline_spec": {"workflow_manifest": json.dumps(_WORKFLOW)},
        "trigger": {"periodic_schedule": {"interval_second": "60"}},
        "max_concurrency": "1",
        "enabled": True,
    }
    job = v1.post(f"{V1}/jobs", body)
    status = "ENABLED" if v1.sandbox.release.name.startswith("1.") else "STATUS_UNSPECIFIED"
    assert (job["enabled"], job["status"], job["max_concurrency"]) == (True, status, "1")
    path = f"{V1}/jobs/{job['id']}"
    assert v1.get(path) == job
    assert v1.get(f"{V1}/jobs", **_NAMESPACE) == {"jobs": [job], "total_size": 1}
    v1.sandbox.clock.advance(60)
    [run] = v1.get(f"{V1}/runs", **_NAMESPACE)["runs"]
    kinds = {each["key"]["type"] for each in run["resource_references"]}
    assert kinds == {"EXPERIMENT", "NAMESPACE", "JOB"}
    assert v1.post(f"{path}/disable") == {}
    assert "enabled" not in v1.get(path)
    v1.post(f"{path}/enable")
    assert v1.send("DELETE", path).json() == {}
    assert v1.failure(path)[0] == 404


def test_pipelines_and_versions(v1: Client) -> None:
    def upload(route: str, document: Any, **query: str) -> Any:
        files = {"uploadfile": ("p.yaml", yaml.safe_dump(document).encode())}
        return v1.send("POST", f"{V1}/pipelines/{route}", files=files, params=query).json()

    made = upload("upload", _WORKFLOW, name="mine", namespace="team-a")
    assert made["parameters"] == [{"name": "text", "value": "a"}]
    assert made["default_version"]["name"] == "mine"
    path = f"{V1}/pipelines/{made['id']}"
    version = upload("upload_version", LINEAR, name="two", pipelineid=made["id"])
    assert version["resource_references"] == [_owner("PIPELINE", made["id"])]
    assert v1.get(path)["default_version"]["id"] == version["id"]
    v1.post(f"{path}/default_version/{made['default_version']['id']}")
    assert v1.get(path) == made
    assert v1.get(f"{V1}/pipelines", **_NAMESPACE) == {"pipelines": [made], "total_size": 1}
    assert v1.get(f"{V1}/namespaces/team-a/pipelines/mine") == made
    template = v1.get(f"{V1}/pipeline_versions/{version['id']}/templates")["template"]
    assert yaml.safe_load(template) == LINEAR
    assert set(v1.get(f"{path}/templates")) == {"template"}
    key = {"resource_key.type": "PIPELINE", "resource_key.id": made["id"]}
    listed = v1.get(f"{V1}/pipeline_versions", **key)
    assert (len(listed["versions"]), listed["total_size"]) == (2, 2)
    assert v1.failure(f"{V1}/pipeline_versions")[0] == 400
    reference = {"key": {"type": "PIPELINE_VERSION", "id": version["id"]}}
    body = {"name": "r", "resource_references": [_owner("EXPERIMENT", _experiment(v1)), reference]}
    run = v1.post(f"{V1}/runs", body)["run"]
    assert run["pipeline_spec"]["pipeline_id"] == made["id"]
    assert v1.send("DELETE", f"{V1}/pipeline_versions/{version['id']}").json() == {}
    assert v1.get(f"{V1}/pipeline_versions/{made['default_version']['id']}")["name"] == "mine"


def test_1_8_names_what_it_refers_to(start: StartSandbox) -> None:
    for release, named in (("1.8.5", True), ("2.17.0", False)):
        client = start(seed=None, release=release)
        [reference, _] = _run(client, _experiment(client))["run"]["resource_references"]
        assert ("name" in reference) is named


def test_both_versions_show_the_same_rows(client: Client) -> None:
    new = client.get(f"{V2}/runs", namespace="team-a", page_size=200)["runs"]
    old = client.get(f"{V1}/runs", page_size=200, **_NAMESPACE)["runs"]
    assert [run["run_id"] for run in new] == [run["id"] for run in old]
    for new_run, old_run in zip(new, old, strict=True):
        words = {"CANCELING": "Terminating"}
        state = words.get(new_run["state"], new_run["state"].capitalize())
        assert (state, new_run["finished_at"]) == (old_run["status"], old_run["finished_at"])


def test_errors_say_which_version_they_are_of(v1: Client) -> None:
    _, error = v1.failure(f"{V1}/runs/none")
    assert error["message"].startswith("Failed to get a v1beta1 run: ")
