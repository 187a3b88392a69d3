"""Compiled pipelines, as short as they can be."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def component(inputs: Json | None = None, outputs: Json | None = None, **more: Any) -> Json:
    """A container component; parameters are named with their types."""
    declared: Json = {"executorLabel": "exec", **more}
    if inputs:
        declared["inputDefinitions"] = {"parameters": {k: _typed(v) for k, v in inputs.items()}}
    if outputs:
        declared["outputDefinitions"] = {"parameters": {k: _typed(v) for k, v in outputs.items()}}
    return declared


def dag(tasks: Json, outputs: Json | None = None) -> Json:
    """A group of tasks; ``outputs`` are as the compiler writes them."""
    return {"dag": {"tasks": tasks, **({"outputs": outputs} if outputs else {})}}


def task(ref: str, name: str = "", **more: Any) -> Json:
    """A task of a component, with a display name if one was set."""
    return {"componentRef": {"name": ref}, "taskInfo": {"name": name}, **more}


def pipeline(root: Json, **components: Json) -> Json:
    """A whole pipeline; components by name, with ``_`` for ``-``."""
    named = {name.replace("_", "-"): found for name, found in components.items()}
    return {"pipelineInfo": {"name": "pipeline"}, "root": root, "components": named}


def parameter(task: str, output: str) -> Json:
    """An output of a group that is a task's."""
    return {"valueFromParameter": {"producerSubtask": task, "outputParameterKey": output}}


def one_of(*choices: tuple[str, str]) -> Json:
    """An output that is one of several branches'."""
    listed = [{"producerSubtask": t, "outputParameterKey": o} for t, o in choices]
    return {"valueFromOneof": {"parameterSelectors": listed}}


def artifacts(*choices: tuple[str, str]) -> Json:
    """An output artifact of a group."""
    return {
        "artifactSelectors": [{"producerSubtask": t, "outputArtifactKey": o} for t, o in choices]
    }


def _typed(kind: Any) -> Json:
    if isinstance(kind, tuple):
        return {"parameterType": kind[0], "defaultValue": kind[1]}
    return {"parameterType": kind}
