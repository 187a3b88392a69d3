"""Compiled pipelines: reading them, checking them, and the graph of their tasks.

Two kinds are read: the intermediate representation of kfp 2 (one YAML document, or two with
platform specific settings) and the Argo Workflow of kfp 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from . import argo
from .compiled_schema import unknown_field
from .errors import ApiError, invalid_input
from .graph import Argument, Iterator, Task

# Both are safe loaders; the one in C is ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_TYPES: dict[str, tuple[tuple[type, ...], str, str]] = {
    "NUMBER_DOUBLE": ((int, float), "double or integer", "parameter value is not of number value"),
    "NUMBER_INTEGER": ((int, float), "double or integer", "parameter value is not of number value"),
    "STRING": ((str,), "string", "input parameter is not of string value"),
    "BOOLEAN": ((bool,), "bool", "input parameter is not of bool value"),
    "LIST": ((list,), "list", "input parameter is not of list value"),
    "STRUCT": ((dict,), "struct", "input parameter is not of struct value"),
}
_MAX_DEPTH = 20


@dataclass(frozen=True)
class Document:
    """A compiled pipeline.

    Attributes:
        is_workflow: whether it is an Argo Workflow.
        pipeline: the pipeline spec, or the workflow.
        platform: the platform spec, if there is one.
    """

    is_workflow: bool
    pipeline: Mapping[str, Any]
    platform: Mapping[str, Any] | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name in the document."""
        if self.is_workflow:
            metadata = self.pipeline.get("metadata") or {}
            name = metadata.get("name") or metadata.get("generateName") or "workflow"
            return str(name).rstrip("-")
        return str((self.pipeline.get("pipelineInfo") or {}).get("name") or "pipeline")

    def struct(self) -> dict[str, Any]:
        """The document as v2beta1 embeds it in runs and versions."""
        if self.platform:
            return {"pipeline_spec": dict(self.pipeline), "platform_spec": dict(self.platform)}
        return dict(self.pipeline)

    def parameters(self) -> dict[str, Mapping[str, Any]]:
        """The input parameters of the pipeline, by name."""
        if self.is_workflow:
            return argo.parameters(self.pipeline)
        definitions = (self.pipeline.get("root") or {}).get("inputDefinitions") or {}
        return dict(definitions.get("parameters") or {})

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of a run: the given ones over the defaults."""
        defaults = {
            name: definition["defaultValue"]
            for name, definition in self.parameters().items()
            if "defaultValue" in definition
        }
        return {**defaults, **given}

    def check(self, given: Mapping[str, Any]) -> None:
        """Refuse missing, mistyped and superfluous parameters, as the server does."""
        if self.is_workflow:
            return
        known = self.parameters()
        for name, definition in known.items():
            if name in given:
                _check_type(name, definition, given[name])
            elif not definition.get("isOptional") and definition.get("defaultValue") is None:
                raise invalid_input(
                    f"parameter {name} is not optional, yet has neither default value nor user "
                    "provided value"
                )
        extra = [name for name in given if name not in known]
        if extra:
            raise invalid_input(
                f"parameter(s) provided are not required by pipeline: {', '.join(extra)}"
            )

    def root(self) -> Task:
        """The root of the task graph."""
        if self.is_workflow:
            return argo.root(self.pipeline, self.name)
        return Task("root", "root", children=_Reader(self.pipeline).children("root", 0))


def check_syntax(text: str) -> list[Any]:
    """The documents in a text. Raises ApiError (400) if it is no YAML."""
    try:
        return [part for part in _documents(text) if part]
    except yaml.YAMLError as error:
        first = str(error).splitlines()[0]
        raise _refuse(f"failed to parse pipeline spec YAML: {first}") from None


@lru_cache(maxsize=64)
def written(text: str) -> str:
    """A compiled pipeline as the server writes it anew: sorted, without comments."""
    return str(yaml.safe_dump(parse(text).struct(), width=1_000_000, allow_unicode=True))


def has_root(text: str) -> bool:
    """Whether a text is a pipeline with a graph of its own, or a workflow."""
    parts = check_syntax(text)
    whole = parts[0] if parts and isinstance(parts[0], dict) else {}
    whole = whole.get("pipeline_spec", whole)
    return len(parts) > 1 or bool(whole.get("root")) or whole.get("kind") == "Workflow"


@lru_cache(maxsize=256)
def parse(text: str) -> Document:
    """Read a compiled pipeline. Raises ApiError (400)."""
    parts = check_syntax(text)
    if not all(isinstance(part, dict) for part in parts):
        raise _refuse("unknown template format")
    if len(parts) == 1 and "pipeline_spec" in parts[0]:
        wrapped = parts[0]
        parts = [wrapped["pipeline_spec"], wrapped.get("platform_spec") or {}]
    if parts and parts[0].get("kind") == "Workflow":
        return Document(True, parts[0])
    pipelines = [part for part in parts if "pipelineInfo" in part or "root" in part]
    platforms = [part for part in parts if "platforms" in part]
    if not pipelines:
        raise _refuse("unknown template format")
    if len(pipelines) > 1:
        raise _refuse("multiple pipeline specs provided")
    if len(platforms) > 1:
        raise _refuse("multiple platform specs provided")
    pipeline = pipelines[0]
    _check_spec(pipeline)
    return Document(False, pipeline, platforms[0] if platforms else None)


def _documents(text: str) -> list[Any]:
    """The documents in a text; JSON is read as such, for the sake of its escapes."""
    if text.lstrip().startswith("{"):
        try:
            return [json.loads(text)]
        except ValueError:
            pass
    return list(yaml.load_all(text, _LOADER))


def _check_spec(pipeline: Mapping[str, Any]) -> None:
    if unknown_field(pipeline):
        raise _refuse("unknown template format")
    version = pipeline.get("schemaVersion", "")
    if version != "2.1.0":
        raise _refuse(
            f"KFP only supports schema version 2.1.0, but the pipeline spec has version {version}"
        )
    name = str((pipeline.get("pipelineInfo") or {}).get("name") or "")
    if not name:
        raise _refuse("invalid v2 pipeline spec: name is empty")
    if not _NAME.search(name):  # the server's rule is not anchored
        raise _refuse(
            "invalid v2 pipeline spec: name should consist of lower case alphanumeric characters, "
            "'-' or '.', and must start and end with an alphanumeric character"
        )
    if not pipeline.get("root"):
        raise _refuse("invalid v2 pipeline spec: root component is empty")
    components = pipeline.get("components") or {}
    for component in (*components.values(), pipeline["root"]):
        for task in ((component.get("dag") or {}).get("tasks") or {}).values():
            reference = str((task.get("componentRef") or {}).get("name") or "")
            if reference not in components:
                raise _refuse(f'component spec for "{reference}" not found')


def _refuse(reason: str) -> ApiError:
    return invalid_input(reason, "Please provide a valid pipeline spec")


def _check_type(name: str, definition: Mapping[str, Any], value: Any) -> None:
    kind = str(definition.get("parameterType") or "")
    if kind not in _TYPES:
        raise invalid_input(f"input parameter {name} has unspecified type")
    types, wanted, complaint = _TYPES[kind]
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise invalid_input(
            f"input parameter {name} requires type {wanted}, but the {complaint} type"
        )


class _Reader:
    """Reads the task graph of a pipeline spec."""

    def __init__(self, pipeline: Mapping[str, Any]) -> None:
        self._components = {
            **(pipeline.get("components") or {}),
            "root": pipeline.get("root") or {},
        }
        self._executors = (pipeline.get("deploymentSpec") or {}).get("executors") or {}

    def children(self, component: str, depth: int) -> tuple[Task, ...] | None:
        """The tasks of a component; None of one that is no graph."""
        dag = (self._components.get(component) or {}).get("dag")
        if dag is None or depth > _MAX_DEPTH:
            return None
        tasks = (dag.get("tasks") or {}).items()
        return tuple(self._task(key, task, depth) for key, task in tasks)

    def _task(self, key: str, task: Mapping[str, Any], depth: int) -> Task:
        name = str((task.get("componentRef") or {}).get("name"))
        component = self._components.get(name) or {}
        executor = self._executors.get(component.get("executorLabel")) or {}
        container = executor.get("container") or {}
        inputs = task.get("inputs") or {}
        given = inputs.get("parameters") or {}
        sources = [*given.values(), *(inputs.get("artifacts") or {}).values()]
        producers = [
            source[kind]["producerTask"]
            for source in sources
            for kind in ("taskOutputParameter", "taskOutputArtifact")
            if kind in source
        ]
        before = dict.fromkeys([*(task.get("dependentTasks") or []), *producers])
        trigger = task.get("triggerPolicy") or {}
        return Task(
            name=str((task.get("taskInfo") or {}).get("name") or key),
            key=key,
            # KFP compiles importers without what they depend on.
            dependencies=() if "importer" in executor else tuple(before),
            condition=str(trigger.get("condition") or ""),
            always=trigger.get("strategy") == "ALL_UPSTREAM_TASKS_COMPLETED",
            arguments={name: _argument(source) for name, source in given.items()},
            iterator=_iterator(task),
            children=self.children(name, depth + 1),
            template=name,
            image=str(container.get("image") or ""),
            program=_program(container),
            importer="importer" in executor,
            retries=int((task.get("retryPolicy") or {}).get("maxRetryCount") or 0),
        )


def _program(container: Mapping[str, Any]) -> tuple[str, str]:
    """The source and the name of the Python function of a container."""
    words = [str(word) for word in container.get("args") or []]
    name = ""
    if "--function_to_execute" in words[:-1]:
        name = words[words.index("--function_to_execute") + 1]
    command = [str(word) for word in container.get("command") or [""]]
    if "def " in command[-1]:
        return command[-1], name
    return "", " ".join(command[-3:])


def _argument(given: Mapping[str, Any]) -> Argument:
    selector = str(given.get("parameterExpressionSelector") or "")
    if "componentInputParameter" in given:
        return Argument("input", given["componentInputParameter"], selector)
    if "taskOutputParameter" in given:
        output = given["taskOutputParameter"]
        source = f"{output.get('producerTask')}/{output.get('outputParameterKey')}"
        return Argument("output", source, selector)
    runtime = given.get("runtimeValue") or {}
    return Argument("constant", runtime.get("constant", runtime.get("constantValue")), selector)


def _iterator(task: Mapping[str, Any]) -> Iterator | None:
    limit = int((task.get("iteratorPolicy") or {}).get("parallelismLimit") or 0)
    if "parameterIterator" in task:
        policy = task["parameterIterator"]
        items = policy.get("items") or {}
        raw = json.loads(items["raw"]) if "raw" in items else None
        return Iterator(str(policy.get("itemInput")), raw, items.get("inputParameter"), limit)
    if "artifactIterator" in task:
        policy = task["artifactIterator"]
        return Iterator(str(policy.get("itemInput")), None, None, limit)
    return None
