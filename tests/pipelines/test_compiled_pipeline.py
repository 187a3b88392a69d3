"""Compiled pipelines, and their arguments checked before anything is sent."""

from __future__ import annotations

import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from jupyter_kfp_auth.commands.arguments import arguments, mapping
from jupyter_kfp_auth.commands.grammar import GrammarError
from jupyter_kfp_auth.pipelines import compiled_pipeline
from jupyter_kfp_auth.pipelines.compiled_pipeline import InvalidPipeline

PARAMETERS: dict[str, dict[str, Any]] = {
    "epochs": {"parameterType": "NUMBER_INTEGER"},
    "lr": {"parameterType": "NUMBER_DOUBLE", "defaultValue": 0.1},
    "name": {"parameterType": "STRING", "isOptional": True},
    "fast": {"parameterType": "BOOLEAN", "defaultValue": False},
    "layers": {"parameterType": "LIST", "defaultValue": []},
    "options": {"parameterType": "STRUCT", "defaultValue": {}},
    "mode": {"parameterType": "STRING", "defaultValue": "a", "literals": ["a", "b"]},
}
IR: dict[str, Any] = {
    "pipelineInfo": {"name": "train"},
    "schemaVersion": "2.1.0",
    "sdkVersion": "kfp-2.14.0",
    "root": {"dag": {"tasks": {}}, "inputDefinitions": {"parameters": PARAMETERS}},
}
INPUTS = {"inputs": [{"name": "epochs", "type": "Integer"}, {"name": "note", "optional": True}]}
ARGO: dict[str, Any] = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Workflow",
    "metadata": {
        "generateName": "train-",
        "annotations": {
            "pipelines.kubeflow.org/pipeline_spec": json.dumps(INPUTS),
            "pipelines.kubeflow.org/kfp_sdk_version": "1.8.22",
        },
    },
    "spec": {
        "entrypoint": "train",
        "arguments": {
            "parameters": [{"name": "epochs"}, {"name": "note"}, {"name": "lr", "value": "0.1"}]
        },
    },
}


def read(document: Any, *more: Any) -> compiled_pipeline.CompiledPipeline:
    return compiled_pipeline.from_documents([document, *more], "the file")


def complaint(texts: list[tuple[str, str]], values: dict[str, Any] | None = None) -> str:
    with pytest.raises(GrammarError) as refused:
        arguments(read(IR), texts, values or {})
    return str(refused.value)


@pytest.mark.parametrize("form", ["yaml", "json", "zip", "tar.gz"])
@pytest.mark.parametrize("document", [IR, ARGO])
def test_reads_what_the_sdks_write(tmp_path: Path, document: dict[str, Any], form: str) -> None:
    text = yaml.safe_dump(document) if form != "json" else json.dumps(document)
    inner = tmp_path / "pipeline.yaml"
    inner.write_text(text)
    path = tmp_path / f"train.{form}"
    if form == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(inner, "pipeline.yaml")
    elif form == "tar.gz":
        with tarfile.open(path, "w:gz") as archive:
            archive.add(inner, "pipeline.yaml")
    else:
        path.write_text(text)
    found = compiled_pipeline.from_file(path)
    assert found.name == "train"
    assert found.definition == document
    assert found.workflow is (document is ARGO)
    assert found.parameters["epochs"].kind == "NUMBER_INTEGER"


def test_reads_the_platforms_settings_beside_the_pipeline() -> None:
    platform: dict[str, Any] = {"platforms": {"kubernetes": {}}}
    both = {"pipeline_spec": IR, "platform_spec": platform}
    assert read(IR, platform).definition == both
    assert read(both).definition == both


def test_dates_stay_text() -> None:
    text = yaml.safe_dump(IR) + "deploymentSpec:\n  at: 2026-08-22\n"
    assert compiled_pipeline.from_text(text, "x").definition["deploymentSpec"] == {
        "at": "2026-08-22"
    }


@pytest.mark.parametrize("text", ["", "a: b", "- 1", "{", "\x00", "kind: Workflow", "42"])
def test_refuses_what_is_no_pipeline(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(InvalidPipeline, match=r"x\.yaml"):
        compiled_pipeline.from_file(path)


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"\x1f\x8bbroken", b"\xff\xfe\x00"])
def test_refuses_broken_archives(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(InvalidPipeline, match=r"does not hold a compiled pipeline|is not text"):
        compiled_pipeline.from_file(path)


def test_text_becomes_what_the_parameters_want() -> None:
    texts = [
        ("epochs", "3"),
        ("lr", "1e-3"),
        ("name", "3"),
        ("fast", "True"),
        ("layers", "[1, 2]"),
        ("options", "{'a': None}"),
        ("mode", "b"),
    ]
    assert arguments(read(IR), texts, {}) == {
        "epochs": 3,
        "lr": 0.001,
        "name": "3",
        "fast": True,
        "layers": [1, 2],
        "options": {"a": None},
        "mode": "b",
    }


def test_values_are_taken_as_they_are_and_text_outweighs_them() -> None:
    given = arguments(read(IR), [("lr", "2")], {"epochs": 3, "lr": 1, "layers": (1, 2)})
    assert given == {"epochs": 3, "lr": 2.0, "layers": [1, 2]}


def test_everything_that_is_wrong_is_named_at_once() -> None:
    message = complaint([("epoch", "3"), ("lr", "fast"), ("fast", "yes"), ("mode", "c")])
    assert "train cannot start with these arguments" in message
    assert "epoch: there is no such parameter. Did you mean epochs?" in message
    assert "lr: must be a number, not 'fast'" in message
    assert "fast: must be true or false, not 'yes'" in message
    assert "mode: must be one of a, b, not 'c'" in message
    assert "epochs: is missing (a whole number)" in message
    assert "lr: a number (default 0.1)" in message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("epochs", "3.5"),
        ("epochs", ""),
        ("lr", "nan"),
        ("lr", "inf"),
        ("layers", "{}"),
        ("layers", "[" * 3000),
        ("layers", "[object()]"),
        ("options", "[]"),
        ("options", "open('x')"),
    ],
)
def test_text_that_does_not_fit(name: str, text: str) -> None:
    assert f"{name}: must be" in complaint([("epochs", "1"), (name, text)])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", True),
        ("epochs", 1.5),
        ("epochs", "3"),
        ("lr", False),
        ("lr", float("nan")),
        ("name", 3),
        ("layers", [object()]),
        ("options", {"a": {1, 2}}),
    ],
)
def test_values_that_do_not_fit(name: str, value: Any) -> None:
    assert f"{name}: must be" in complaint([], {"epochs": 1, name: value})


def test_argo_workflows_say_types_in_a_note() -> None:
    assert arguments(read(ARGO), [("epochs", "3")], {}) == {"epochs": 3}
    with pytest.raises(GrammarError, match="epochs: must be a whole number"):
        arguments(read(ARGO), [("epochs", "x")], {})


def test_an_artifact_cannot_be_given() -> None:
    spec = {**IR, "root": {"inputDefinitions": {"artifacts": {"model": {}}}}}
    with pytest.raises(GrammarError, match="model: is an artifact"):
        arguments(read(spec), [], {})


def test_all_arguments_at_once(tmp_path: Path) -> None:
    path = tmp_path / "args.json"
    path.write_text('{"a": 1}')
    assert mapping("mine", {"mine": {"b": 2}}) == {"b": 2}
    assert mapping(str(path), {}) == mapping('{"a": 1}', {}) == {"a": 1}
    for text in ("[1]", "{", '{"1": 2'):
        with pytest.raises(GrammarError, match="--args must be a JSON object"):
            mapping(text, {})
    with pytest.raises(GrammarError, match=r"^There is no file nowhere\.json\.$"):
        mapping("nowhere.json", {"nowhere.json": 3})
    with pytest.raises(GrammarError, match=r"^There is no variable or file mine\.$"):
        mapping("mine", {})
    with pytest.raises(GrammarError, match="cannot be read"):
        mapping(str(tmp_path), {})


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("epochs", 2**53 + 1),
        ("epochs", -(2**60) - 1),
        ("lr", 2**53 + 1),
        ("layers", [1, {"a": [2**53 + 1]}]),
        ("options", {"a": {"b": 20230807093130621}}),
    ],
)
def test_a_whole_number_that_would_arrive_as_another_is_refused(name: str, given: Any) -> None:
    for texts, values in (([(name, json.dumps(given))], {}), ([], {name: given})):
        said = complaint(texts, {"epochs": 1, **values} if name != "epochs" else values)
        assert "is beyond 2^53" in said
        assert "make it a text parameter" in said


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**60, 3])
def test_a_whole_number_that_arrives_as_it_is_is_taken(number: int) -> None:
    assert arguments(read(IR), [("epochs", str(number))], {})["epochs"] == number
