"""The fields of a compiled pipeline; KFP refuses a document that has others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What is in a field: the name of a message, `{name}` for a map to it, or anything.
_MESSAGES: Mapping[str, Mapping[str, str]] = {
    "pipeline": {
        "pipelineInfo": "info", "deploymentSpec": "", "schemaVersion": "", "sdkVersion": "",
        "components": "{component}", "root": "component", "defaultPipelineRoot": "",
    },
    "info": {"name": "", "displayName": "", "description": ""},
    "component": {
        "inputDefinitions": "definitions", "outputDefinitions": "definitions", "dag": "dag",
        "executorLabel": "", "singlePlatformSpecs": "", "taskConfigPassthroughs": "",
    },
    "definitions": {"artifacts": "{artifact}", "parameters": "{parameter}"},
    "artifact": dict.fromkeys(
        ("artifactType", "properties", "customProperties", "metadata", "isArtifactList",
         "description", "isOptional"), ""),
    "parameter": dict.fromkeys(
        ("type", "parameterType", "defaultValue", "isOptional", "description", "literals"), ""),
    "dag": {"tasks": "{task}", "outputs": "outputs"},
    "outputs": {"artifacts": "", "parameters": ""},
    "task": {
        "taskInfo": "taskInfo", "inputs": "inputs", "dependentTasks": "", "cachingOptions": "",
        "componentRef": "ref", "triggerPolicy": "trigger", "artifactIterator": "",
        "parameterIterator": "iterator", "retryPolicy": "retry", "iteratorPolicy": "",
    },
    "taskInfo": {"name": "", "taskName": ""},
    "ref": {"name": ""},
    "trigger": {"condition": "", "strategy": ""},
    "iterator": {"items": "", "itemInput": ""},
    "retry": dict.fromkeys(
        ("maxRetryCount", "backoffDuration", "backoffFactor", "backoffMaxDuration"), ""),
    "inputs": {"parameters": "{input}", "artifacts": "{artifactInput}"},
    "input": dict.fromkeys(
        ("taskOutputParameter", "runtimeValue", "componentInputParameter", "taskFinalStatus",
         "parameterExpressionSelector"), ""),
    "artifactInput": {"taskOutputArtifact": "", "componentInputArtifact": ""},
}  # fmt: skip


def unknown_field(document: Mapping[str, Any], kind: str = "pipeline") -> str:
    """The first field of a compiled pipeline that it does not have; empty if all are known."""
    fields = _MESSAGES[kind]
    for name, value in document.items():
        if name not in fields:
            return name
        inner = fields[name]
        found = ""
        if inner.startswith("{") and isinstance(value, Mapping):
            parts = (part for part in value.values() if isinstance(part, Mapping))
            found = next(filter(None, (unknown_field(part, inner[1:-1]) for part in parts)), "")
        elif inner and isinstance(value, Mapping):
            found = unknown_field(value, inner)
        if found:
            return found
    return ""
