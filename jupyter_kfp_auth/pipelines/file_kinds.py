"""What kind of file something is that is not a compiled pipeline, and what makes one of it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence

from ..http.strict_json import Json, JsonObject

#: Of pipelines as objects of Kubernetes, which kfp 2.15 and later can write.
NATIVE = "pipelines.kubeflow.org/"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

#: What files begin with that are no text.
_BINARY = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"BZh": "packed with bzip2; zip and tar.gz can be read",
    b"\xfd7zXZ": "packed with xz; zip and tar.gz can be read",
    b"(\xb5/\xfd": "packed with zstd; zip and tar.gz can be read",
    b"7z\xbc\xaf": "packed with 7z; zip and tar.gz can be read",
    b"PAR1": "a table in Parquet",
    b"\x7fELF": "a program",
}

_ARGO = {
    "CronWorkflow": "a CronWorkflow of Argo: submit the workflow in it and schedule that here",
    "WorkflowTemplate": "a WorkflowTemplate of Argo: submit a Workflow that is made of it",
    "ClusterWorkflowTemplate": "a ClusterWorkflowTemplate of Argo: submit a Workflow made of it",
    "Workflow": "a Workflow of Argo without a spec",
}


def decoded(content: bytes) -> str:
    """Return the text of a file, whatever kind of Unicode it is.

    Raises:
        ValueError: it is not text.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding)
    return content.decode("utf-8")


def of_bytes(content: bytes) -> str:
    """Say what a file is that is no text; empty where that is not known."""
    for beginning, kind in _BINARY.items():
        if content.startswith(beginning):
            return kind
    if content.startswith((b"\x80\x04", b"\x80\x05")):
        return "a Python object written by pickle"
    return "not text" if b"\x00" in content[:4096] else "not text in UTF-8"


def of_page(text: str) -> str:
    """Say of a text that may well be YAML what it is all the same; empty where it is none of it."""
    start = text.lstrip()[:2000]
    if not start:
        return "empty"
    if re.match(r"(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b", start, re.I | re.S):
        return "a web page, not the file: download the file itself (on GitHub: “Raw”)"
    if start.startswith("<"):
        return "XML"
    if start.startswith("version https://git-lfs.github.com"):
        return "a pointer of Git LFS, not the file: run git lfs pull"
    return ""


def of_text(text: str) -> str:
    """Say what a text is that is not YAML; empty where that is not known."""
    start = text.lstrip()[:2000]
    if re.search(r"^\s*(@(kfp\.)?dsl\.|from kfp\b|import kfp\b)", text[:100_000], re.MULTILINE):
        return "a Python program: give its name the ending .py"
    if re.search(r"^(import \w|from \w+ import |def \w+\(|class \w+[:(])", start, re.MULTILINE):
        return "a Python program"
    return ""


def of_documents(found: Sequence[Json]) -> str:
    """Say what parsed YAML or JSON is; empty where that is not known."""
    if not found:
        return "empty"
    kinds = [kind for kind in map(_of_document, found) if kind]
    if kinds:
        return kinds[0]
    first = found[0]
    if isinstance(first, str):
        return "plain text"
    if isinstance(first, (list, tuple)):
        return "a list"
    return "" if isinstance(first, Mapping) else "a single value"


def _of_document(one: object) -> str:
    if not isinstance(one, Mapping):
        return ""
    version, kind = str(one.get("apiVersion") or ""), str(one.get("kind") or "")
    if version.startswith("tekton.dev/"):
        return f"a {kind} of Tekton: compile its pipeline with kfp 2"
    if version.startswith("argoproj.io/"):
        return _ARGO.get(kind, f"a {kind} of Argo")
    if version.startswith(NATIVE):
        return f"a {kind} of Pipelines without a definition: add its PipelineVersion"
    if kind == "ScheduledWorkflow":
        return "a recurring run: submit the pipeline that it runs"
    if version and kind:
        return f"a {kind[:40]} of Kubernetes ({version[:60]})"
    if "nbformat" in one and "cells" in one:
        return (
            "a notebook: run it here, and submit the variable that holds its pipeline, or compile "
            "that"
        )
    implementation = one.get("implementation")
    if isinstance(implementation, Mapping):
        return (
            "a component, not a pipeline: load it with kfp.components.load_component_from_file "
            "and use it in a pipeline"
        )
    if one.get("doc_type") == "pipeline" and "pipelines" in one:
        return "a pipeline of Elyra: export it there, as YAML"
    if "openapi" in one or "swagger" in one:
        return "a description of an API"
    if "code" in one and "message" in one:
        return "an error of a server, saved as a file"
    if "services" in one:
        return "a file of Docker Compose"
    if "jobs" in one and ("on" in one or True in one):  # `on` is true in YAML
        return "a workflow of GitHub"
    if "components" in one and "root" in one:
        return "a pipeline of kfp 2 without its pipelineInfo: compile it again"
    return ""


def native(found: Sequence[Json]) -> list[JsonObject]:
    """Return the specs of the pipeline versions among objects of Kubernetes."""
    versions = [
        one.get("spec")
        for one in found
        if isinstance(one, Mapping)
        and one.get("kind") == "PipelineVersion"
        and str(one.get("apiVersion") or "").startswith(NATIVE)
    ]
    return [spec for spec in versions if isinstance(spec, Mapping) and spec.get("pipelineSpec")]
