"""What `submit` says of files that are not compiled pipelines."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import tarfile
import zipfile
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from jupyter_kfp_auth.pipelines.compiled_pipeline import InvalidPipeline, from_bytes

SPEC: dict[str, Any] = {
    "pipelineInfo": {"name": "night"},
    "root": {"dag": {"tasks": {}}},
    "schemaVersion": "2.1.0",
    "sdkVersion": "kfp-2.14.0",
}
PLATFORM: dict[str, Any] = {"platforms": {"kubernetes": {"deploymentSpec": {"executors": {}}}}}


def native(kind: str, **spec: Any) -> dict[str, Any]:
    version = "pipelines.kubeflow.org/v2beta1"
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "night"}, "spec": spec}


def text(*documents: Any) -> bytes:
    return yaml.safe_dump_all(documents).encode()


KINDS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\t\n", "is empty"),
    "only a comment": (b"# later\n", "is empty"),
    "Tekton": (
        text({"apiVersion": "tekton.dev/v1beta1", "kind": "Pipeline", "spec": {}}),
        "is a Pipeline of Tekton: compile its pipeline with kfp 2",
    ),
    "cron workflow": (
        text({"apiVersion": "argoproj.io/v1alpha1", "kind": "CronWorkflow", "spec": {}}),
        "is a CronWorkflow of Argo",
    ),
    "template": (
        text({"apiVersion": "argoproj.io/v1alpha1", "kind": "WorkflowTemplate", "spec": {}}),
        "is a WorkflowTemplate of Argo",
    ),
    "deployment": (
        text({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {}}),
        "is a Deployment of Kubernetes (apps/v1)",
    ),
    "component": (
        text({"name": "Fit", "implementation": {"container": {"image": "a"}}}),
        "is a component, not a pipeline",
    ),
    "notebook": (json.dumps({"nbformat": 4, "cells": []}).encode(), "is a notebook"),
    "Elyra": (
        json.dumps({"doc_type": "pipeline", "version": "3.0", "pipelines": []}).encode(),
        "is a pipeline of Elyra",
    ),
    "web page": (b"\n<!DOCTYPE html><html><title>GitHub</title></html>", "is a web page"),
    "XML": (b"<?xml version='1.0'?><Error/>", "is XML"),
    "Python": (b"from kfp import dsl\n\n@dsl.pipeline\ndef p():\n    ...\n", "is a Python program"),
    "Git LFS": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 12\n",
        "is a pointer of Git LFS",
    ),
    "PDF": (b"%PDF-1.7\n\xff\xfe", "is a PDF"),
    "picture": (b"\x89PNG\r\n\x1a\n\x00", "is a picture"),
    "pickle": (pickle.dumps({"a": 1}), "is a Python object written by pickle"),
    "program": (b"\x7fELF\x02\x01\xff", "is a program"),
    "Latin-1": ("name: größe".encode("latin-1"), "is not text in UTF-8"),
    "words": (b"just some words", "is plain text"),
    "list": (b"- 1\n- 2\n", "is a list"),
    "error": (b'{"code": 5, "message": "Not Found"}', "is an error of a server"),
    "without a version": (
        text(native("Pipeline", displayName="Night")),
        "is a Pipeline of Pipelines without a definition",
    ),
    "two versions": (
        text(
            native("PipelineVersion", pipelineSpec=SPEC),
            native("PipelineVersion", pipelineSpec=SPEC),
        ),
        "holds 2 versions",
    ),
    "two pipelines": (text(SPEC, SPEC), "holds 2 pipelines"),
    "no info": (text({k: v for k, v in SPEC.items() if k != "pipelineInfo"}
                     | {"components": {}}), "is a pipeline of kfp 2 without its pipelineInfo"),
    "broken zip": (b"PK\x03\x04nonsense", "is packed, and does not hold"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_is_instead(kind: str) -> None:
    content, says = KINDS[kind]
    with pytest.raises(InvalidPipeline) as caught:
        from_bytes(content, "p.yaml")
    assert str(caught.value).startswith(f"p.yaml {says.split(' ')[0]} ")
    assert says in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_any_unicode_with_its_mark_is_read(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    content = mark + yaml.safe_dump(SPEC).encode(encoding)
    assert from_bytes(content, "p.yaml").name == "night"


def test_the_version_among_objects_of_kubernetes_is_run() -> None:
    manifest = text(
        native("Pipeline", displayName="Night"),
        native("PipelineVersion", pipelineName="night", pipelineSpec=SPEC, platformSpec=PLATFORM),
    )
    found = from_bytes(manifest, "native.yaml")
    assert (found.name, found.sdk) == ("night", "kfp-2.14.0")
    assert found.definition == {"pipeline_spec": SPEC, "platform_spec": PLATFORM}


def packed(content: bytes, kind: str) -> bytes:
    raw = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(raw, "w") as archive:
            archive.writestr("pipeline.yaml", content)
    else:
        with tarfile.open(fileobj=raw, mode="w:gz") as tar:
            info = tarfile.TarInfo("pipeline.yaml")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return raw.getvalue()


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_what_is_packed_is_looked_at_as_well(kind: str) -> None:
    with pytest.raises(InvalidPipeline, match="is a notebook"):
        from_bytes(packed(b'{"nbformat": 4, "cells": []}', kind), "p.zip")
    assert from_bytes(packed(yaml.safe_dump(SPEC).encode("utf-16"), kind), "p").name == "night"
    with pytest.raises(InvalidPipeline, match="is packed"):
        from_bytes(gzip.compress(b"no tar"), "p.gz")


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_content_gets_one_sentence(content: bytes) -> None:
    with pytest.raises(InvalidPipeline, match=r"^p\.yaml [^\n]*\.$"):
        from_bytes(content, "p.yaml")
