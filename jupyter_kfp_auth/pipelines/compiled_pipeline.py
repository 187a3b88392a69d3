"""Compiled pipelines: what kfp 2 (a `pipelineInfo` document) and kfp 1 (an Argo workflow) write."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..http.strict_json import Json, JsonDict, JsonObject
from . import file_kinds
from .yaml_loader import NotYaml, documents

#: Bytes of a file that are read; Pipelines itself takes no more.
_LARGEST = 32 * 1024 * 1024

#: How old documents name the types, in the words of today's.
_TYPES = {
    "INT": "NUMBER_INTEGER",
    "DOUBLE": "NUMBER_DOUBLE",
    "Integer": "NUMBER_INTEGER",
    "Float": "NUMBER_DOUBLE",
    "Bool": "BOOLEAN",
    "Boolean": "BOOLEAN",
    "JsonArray": "LIST",
    "List": "LIST",
    "JsonObject": "STRUCT",
    "Dict": "STRUCT",
}


class InvalidPipeline(Exception):
    """What was given is not a compiled pipeline; the message says what it is instead."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument that a pipeline takes.

    Attributes:
        name: as the pipeline calls it.
        kind: such as ``NUMBER_INTEGER``; empty where the document does not say.
        required: there is no default, and it is not optional.
        default: the value where none is given.
        choices: the only values allowed; empty where all are.
        description: what the pipeline's author says about it.
    """

    name: str
    kind: str = ""
    required: bool = True
    default: Json = None
    choices: tuple[Json, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class CompiledPipeline:
    """A compiled pipeline.

    Attributes:
        name: in the document.
        workflow: it is an Argo workflow, of kfp 1.
        definition: as Pipelines takes it.
        parameters: by name.
        artifacts: inputs that only another task can provide, and that are not optional.
        sdk: what compiled it, such as ``kfp-2.14.0``; empty where it does not say.
    """

    name: str
    workflow: bool
    definition: JsonObject = field(repr=False)
    parameters: Mapping[str, Parameter]
    artifacts: tuple[str, ...] = ()
    sdk: str = ""


def from_file(path: Path) -> CompiledPipeline:
    """Read a compiled pipeline: YAML or JSON, or the zip or tar.gz around it.

    Raises:
        InvalidPipeline: it cannot be read, or is none.
    """
    return from_bytes(read_file(path), str(path))


def read_file(path: Path) -> bytes:
    """Read a file as it is.

    Raises:
        InvalidPipeline: it cannot be read, or is larger than Pipelines takes.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise InvalidPipeline(f"{path} cannot be read: {error.strerror}.") from None
    if len(content) > _LARGEST:
        raise InvalidPipeline(f"{path} is larger than the 32 MiB that Pipelines takes.")
    return content


def from_bytes(content: bytes, source: str) -> CompiledPipeline:
    """Read a compiled pipeline from the content of a file; ``source`` is named in errors.

    Raises:
        InvalidPipeline: it is none.
    """
    if not content.strip():
        raise InvalidPipeline(f"{source} is empty.")
    try:
        unpacked = _unpacked(content)
        try:
            text = file_kinds.decoded(unpacked)
        except ValueError:
            raise InvalidPipeline(f"{source} is {file_kinds.of_bytes(unpacked)}.") from None
        return from_text(text, source)
    except (
        ValueError,
        KeyError,
        OSError,
        EOFError,
        zlib.error,
        tarfile.TarError,
        zipfile.BadZipFile,
    ):
        packed = "is packed, and does not hold a compiled pipeline"
        raise InvalidPipeline(f"{source} {packed}.") from None


def from_text(text: str, source: str) -> CompiledPipeline:
    """Read a compiled pipeline from YAML or JSON text; ``source`` is named in errors.

    Raises:
        InvalidPipeline: it is none.
    """
    if kind := file_kinds.of_page(text):
        raise InvalidPipeline(f"{source} is {kind}.")
    try:
        return from_documents(documents(text), source)
    except NotYaml as error:
        where = f" (line {error.line})" if error.line else ""
        kind = file_kinds.of_text(text) or f"not YAML{where}"
        raise InvalidPipeline(f"{source} is {kind}.") from None


def from_definition(found: Json, source: str) -> CompiledPipeline:
    """Read what Pipelines keeps of a version: an object, or its text from KFP 1.8.

    Raises:
        InvalidPipeline: it is not a compiled pipeline.
    """
    return from_text(found, source) if isinstance(found, str) else from_documents([found], source)


def from_documents(found: Sequence[Json], source: str) -> CompiledPipeline:
    """Make a package of parsed documents: the pipeline, and perhaps its platform's settings.

    Raises:
        InvalidPipeline: there is no pipeline among them.
    """
    if len(found) == 1 and isinstance(found[0], Mapping):
        only = found[0]
        if only.get("kind") == "Workflow" and isinstance(only.get("spec"), Mapping):
            return _workflow(only)
        inner = only.get("pipeline_spec") or only.get("pipelineSpec")
        if isinstance(inner, Mapping):  # as Pipelines keeps the two documents together
            found = [inner, only.get("platform_spec")]
    if versions := file_kinds.native(found):
        if len(versions) > 1:
            raise InvalidPipeline(f"{source} holds {len(versions)} versions; leave one of them.")
        found = [versions[0]["pipelineSpec"], versions[0].get("platformSpec")]
    pipelines = [d for d in found if isinstance(d, Mapping) and "pipelineInfo" in d]
    platforms = [d for d in found if isinstance(d, Mapping) and "platforms" in d]
    if len(pipelines) != 1:
        kind = file_kinds.of_documents(found)
        if len(pipelines) > 1:
            raise InvalidPipeline(f"{source} holds {len(pipelines)} pipelines; leave one of them.")
        if kind:
            raise InvalidPipeline(f"{source} is {kind}.")
        raise InvalidPipeline(
            f"{source} does not hold a compiled pipeline: neither the pipelineInfo of kfp 2 "
            "nor the Workflow of kfp 1."
        )
    return _specification(pipelines[0], platforms[0] if platforms else None)


def _specification(spec: JsonObject, platform: JsonObject | None) -> CompiledPipeline:
    inputs = _map(_map(spec, "root"), "inputDefinitions")
    given = {name: _parameter(name, about) for name, about in _map(inputs, "parameters").items()}
    artifacts = _map(inputs, "artifacts").items()
    return CompiledPipeline(
        name=str(_map(spec, "pipelineInfo").get("name") or "pipeline"),
        workflow=False,
        definition={"pipeline_spec": spec, "platform_spec": platform} if platform else spec,
        parameters=given,
        artifacts=tuple(name for name, about in artifacts if not about.get("isOptional")),
        sdk=str(spec.get("sdkVersion") or ""),
    )


def _parameter(name: str, about: JsonObject) -> Parameter:
    kind = str(about.get("parameterType") or about.get("type") or "")
    return Parameter(
        name=name,
        kind=_TYPES.get(kind, kind),
        required=not about.get("isOptional") and about.get("defaultValue") is None,
        default=about.get("defaultValue"),
        choices=tuple(about.get("literals") or ()),
        description=str(about.get("description") or ""),
    )


def _workflow(workflow: JsonObject) -> CompiledPipeline:
    metadata = _map(workflow, "metadata")
    notes = _map(metadata, "annotations")
    typed = {
        str(one.get("name")): one
        for one in _annotated(notes.get("pipelines.kubeflow.org/pipeline_spec"))
    }
    listed = _map(_map(workflow, "spec"), "arguments").get("parameters") or []
    parameters = {}
    for one in listed:
        name = str(one.get("name"))
        about = typed.get(name, {})
        kind = about.get("type")
        parameters[name] = Parameter(
            name=name,
            kind=_TYPES.get(kind, "STRING") if isinstance(kind, str) else "",
            required="value" not in one and not about.get("optional"),
            default=one.get("value"),
            description=str(about.get("description") or ""),
        )
    name = str(metadata.get("name") or metadata.get("generateName") or "workflow").rstrip("-")
    sdk = str(notes.get("pipelines.kubeflow.org/kfp_sdk_version") or "")
    return CompiledPipeline(name, True, workflow, parameters, sdk=f"kfp-{sdk}" if sdk else "")


def _annotated(text: object) -> list[JsonDict]:
    try:
        inputs = json.loads(text).get("inputs") if isinstance(text, str) else None
    except (ValueError, AttributeError):
        return []
    return [one for one in inputs or [] if isinstance(one, dict)]


def _map(data: JsonObject, key: str) -> JsonObject:
    found = data.get(key)
    return found if isinstance(found, Mapping) else {}


def _unpacked(content: bytes) -> bytes:
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return package.read(_main(package.namelist()))
    if content.startswith(b"\x1f\x8b"):
        with tarfile.open(fileobj=io.BytesIO(content)) as package:
            member = _main([one.name for one in package.getmembers() if one.isfile()])
            file = package.extractfile(member)
            return file.read(_LARGEST) if file else b""
    return content


def _main(names: list[str]) -> str:
    if not names:
        raise ValueError("an empty package")
    return "pipeline.yaml" if "pipeline.yaml" in names else names[0]
