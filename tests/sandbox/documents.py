"""Small compiled pipelines for the tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Spec = dict[str, Any]


def task(name: str, *after: str, **more: Any) -> Spec:
    """A task that runs the component of the same name."""
    spec: Spec = {"taskInfo": {"name": name}, "componentRef": {"name": f"comp-{name}"}, **more}
    if after:
        spec["dependentTasks"] = list(after)
    return spec


def pipeline(
    tasks: Mapping[str, Spec],
    components: Mapping[str, Spec] | None = None,
    parameters: Mapping[str, Spec] | None = None,
) -> Spec:
    """A pipeline; tasks without a component of their own run a container."""
    components = dict(components or {})
    graphs = [tasks, *(c["dag"]["tasks"] for c in components.values() if "dag" in c)]
    for graph in graphs:
        for each in graph.values():
            components.setdefault(each["componentRef"]["name"], {"executorLabel": "exec"})
    root: Spec = {"dag": {"tasks": dict(tasks)}}
    if parameters:
        root["inputDefinitions"] = {"parameters": dict(parameters)}
    return {
        "pipelineInfo": {"name": "test"},
        "schemaVersion": "2.1.0",
        "sdkVersion": "kfp-2.17.0",
        "components": components,
        "deploymentSpec": {"executors": {"exec": {"container": {"image": "busybox"}}}},
        "root": root,
    }


def graph(**tasks: Spec) -> Spec:
    """A component that is a graph."""
    return {"dag": {"tasks": {key.replace("_", "-"): value for key, value in tasks.items()}}}


def condition(expression: str) -> Spec:
    """What makes a task conditional."""
    return {"triggerPolicy": {"condition": expression}}


def given(**parameters: str) -> Spec:
    """Inputs that come from parameters of the enclosing graph."""
    return {
        "inputs": {
            "parameters": {
                name: {"componentInputParameter": source} for name, source in parameters.items()
            }
        }
    }


LINEAR = pipeline({"one": task("one"), "two": task("two", "one"), "three": task("three", "two")})

EXIT = pipeline(
    {
        "work": task("work"),
        "clean-up": task(
            "clean-up", "work", triggerPolicy={"strategy": "ALL_UPSTREAM_TASKS_COMPLETED"}
        ),
    },
    {"comp-work": graph(inner=task("inner"), later=task("later", "inner"))},
    {"fail": {"parameterType": "BOOLEAN", "defaultValue": False}},
)

LOOP = pipeline(
    {
        "loop": task(
            "loop",
            parameterIterator={"itemInput": "item", "items": {"inputParameter": "items"}},
            iteratorPolicy={"parallelismLimit": 2},
            **given(items="items"),
        )
    },
    {
        "comp-loop": graph(
            always=task("always"),
            only_b=task(
                "only-b", **given(item="item"), **condition("inputs.parameter_values['item']=='b'")
            ),
        )
    },
    {"items": {"parameterType": "LIST", "defaultValue": ["a", "b", "c"]}},
)
