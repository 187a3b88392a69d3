"""Reading compiled pipelines, and refusing what is none."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from kfp_sandbox import pipeline_spec, schedule
from kfp_sandbox.errors import ApiError
from kfp_sandbox.script import Script
from kfp_sandbox.seeding import fixture

from .documents import LINEAR, pipeline, task

_FIXTURES = (
    "churn-training-1", "churn-training-2", "demand-forecast-1", "fraud-nightly-1", "hello-world",
)  # fmt: skip


@pytest.mark.parametrize("name", _FIXTURES)
def test_own_fixtures_are_pipelines_that_run(name: str) -> None:
    document = pipeline_spec.parse(fixture(name))
    assert name.startswith(document.name)
    nodes = schedule.make(fixture(name), "{}", Script("seed").dumps()).nodes
    assert nodes[0].state == "SUCCEEDED"
    assert len(nodes) > 1


def test_a_platform_spec_comes_as_a_second_document() -> None:
    platform: dict[str, Any] = {"platforms": {"kubernetes": {"deploymentSpec": {}}}}
    document = pipeline_spec.parse(yaml.safe_dump_all([LINEAR, platform]))
    assert document.struct() == {"pipeline_spec": LINEAR, "platform_spec": platform}
    again = pipeline_spec.parse(json.dumps(document.struct()))
    assert again.struct() == document.struct()
    assert pipeline_spec.parse(json.dumps(LINEAR)).struct() == LINEAR


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: [", "failed to parse pipeline spec YAML"),
        ("just text", "unknown template format"),
        ("{}", "unknown template format"),
        ("a: 1", "unknown template format"),
        (yaml.safe_dump({**LINEAR, "schemaVersion": "1.0"}), "KFP only supports schema version"),
        (yaml.safe_dump({**LINEAR, "pipelineInfo": {}}), "invalid v2 pipeline spec: name is empty"),
        (yaml.safe_dump({**LINEAR, "pipelineInfo": {"name": "A B"}}), "invalid v2 pipeline spec"),
        (yaml.safe_dump({**LINEAR, "schemaVersion": "2.0.0"}), "KFP only supports schema version"),
        (yaml.safe_dump({**LINEAR, "components": {}}), 'component spec for "comp-one" not found'),
        (yaml.safe_dump({**LINEAR, "surprise": 1}), "unknown template format"),
        (json.dumps(pipeline({"a": task("a", colour="red")})), "unknown template format"),
        (json.dumps(pipeline({"a": task("a", inputs={"parameters": {"x": {"y": 1}}})})),
         "unknown template format"),
        (yaml.safe_dump_all([LINEAR, {"platforms": {}}, {"platforms": {}}]),
         "multiple platform specs provided"),
        (yaml.safe_dump({**LINEAR, "root": {}}), "invalid v2 pipeline spec: root component is"),
        (yaml.safe_dump_all([LINEAR, LINEAR]), "multiple pipeline specs provided"),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ApiError) as raised:
        pipeline_spec.parse(text)
    assert raised.value.status == 400
    assert str(raised.value.external).startswith(reason)


@pytest.mark.parametrize("name", ["Hello World", "hello_world", "churn-2.1"])
def test_names_that_only_hold_what_fits_are_taken(name: str) -> None:
    document = pipeline_spec.parse(json.dumps({**LINEAR, "pipelineInfo": {"name": name}}))
    assert document.name == name


@pytest.mark.parametrize("text", ["done \U0001f389", "caf\u00e9", "\u4f60\u597d"])
def test_characters_of_all_planes(text: str) -> None:
    document = {**LINEAR, "pipelineInfo": {"name": "a", "description": text}}
    for written in (json.dumps(document), json.dumps(document, ensure_ascii=False)):
        assert pipeline_spec.parse(written).struct() == document


_PARAMETERS: dict[str, dict[str, Any]] = {
    "text": {"parameterType": "STRING"},
    "count": {"parameterType": "NUMBER_INTEGER", "defaultValue": 3.0},
    "ratio": {"parameterType": "NUMBER_DOUBLE", "isOptional": True},
    "flag": {"parameterType": "BOOLEAN", "isOptional": True},
    "items": {"parameterType": "LIST", "isOptional": True},
    "options": {"parameterType": "STRUCT", "isOptional": True},
}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "parameter text is not optional, yet has neither default value"),
        ({"text": 1}, "input parameter text requires type string"),
        ({"text": "a", "count": "3"}, "input parameter count requires type double or integer"),
        ({"text": "a", "count": True}, "input parameter count requires type double or integer"),
        ({"text": "a", "flag": 1}, "input parameter flag requires type bool"),
        ({"text": "a", "items": {}}, "input parameter items requires type list"),
        ({"text": "a", "options": []}, "input parameter options requires type struct"),
        ({"text": "a", "more": 1}, "parameter(s) provided are not required by pipeline: more"),
    ],
)
def test_parameters_are_checked(values: dict[str, Any], reason: str) -> None:
    document = pipeline_spec.parse(json.dumps(pipeline({"a": task("a")}, parameters=_PARAMETERS)))
    with pytest.raises(ApiError) as raised:
        document.check(values)
    assert str(raised.value.external).startswith(reason)


def test_good_parameters_go_over_defaults() -> None:
    document = pipeline_spec.parse(json.dumps(pipeline({"a": task("a")}, parameters=_PARAMETERS)))
    values = {"text": "a", "ratio": 1, "flag": False, "items": [], "options": {}}
    document.check(values)
    assert document.values(values) == {"count": 3.0, **values}


_WORKFLOW = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Workflow",
    "metadata": {"generateName": "old-pipe-"},
    "spec": {
        "entrypoint": "main",
        "onExit": "bye",
        "arguments": {"parameters": [{"name": "text", "value": "a"}, {"name": "must"}]},
        "templates": [
            {"name": "echo", "container": {"image": "busybox"}},
            {"name": "bye", "container": {"image": "busybox"}},
            {"name": "loop", "dag": {"tasks": [{"name": "inner", "template": "echo"}]}},
            {
                "name": "main",
                "dag": {
                    "tasks": [
                        {"name": "first", "template": "echo"},
                        {"name": "loop", "template": "loop", "dependencies": ["first"],
                         "withItems": [1, 2]},
                        {"name": "maybe", "template": "echo", "dependencies": ["first"],
                         "when": '"{{workflow.parameters.text}}" == "b"'},
                    ]
                },
            },
        ],
    },
}  # fmt: skip


def test_argo_workflows_are_read_too() -> None:
    document = pipeline_spec.parse(json.dumps(_WORKFLOW))
    assert (document.is_workflow, document.name) == (True, "old-pipe")
    assert document.values({}) == {"text": "a"}
    made = schedule.make(json.dumps(_WORKFLOW), "{}", Script("seed").dumps())
    tasks = {node.step.path: node for node in made.nodes}
    assert {"root/loop/0/inner", "root/loop/1/inner", "root/onExit"} <= set(tasks)
    assert tasks["root/onExit"].start > max(tasks["root/loop"].end, tasks["root/maybe"].end)
    assert tasks["root/loop"].start > tasks["root/first"].end


def test_an_argo_workflow_may_be_a_single_container() -> None:
    workflow = {
        "kind": "Workflow",
        "metadata": {"name": "one"},
        "spec": {"entrypoint": "main", "templates": [{"name": "main", "container": {}}]},
    }
    root = pipeline_spec.parse(json.dumps(workflow)).root()
    assert [child.name for child in root.children or ()] == ["main"]
