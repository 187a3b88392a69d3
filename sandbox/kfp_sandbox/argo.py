"""Argo Workflows, to which kfp 1 compiles pipelines: reading them, and writing their status."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from .graph import Iterator, Task

_MAX_DEPTH = 12


def parameters(workflow: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The arguments of the workflow, by name."""
    given = ((workflow.get("spec") or {}).get("arguments") or {}).get("parameters") or []
    return {
        str(parameter["name"]): (
            {"parameterType": "STRING", "defaultValue": parameter["value"]}
            if "value" in parameter
            else {"parameterType": "STRING"}
        )
        for parameter in given
    }


def root(workflow: Mapping[str, Any], name: str) -> Task:
    """The task graph of the entry point, with the exit handler at its end."""
    spec = workflow.get("spec") or {}
    templates = {str(template["name"]): template for template in spec.get("templates") or []}
    entry = str(spec.get("entrypoint") or "")
    children = _children(templates.get(entry) or {}, templates, 0)
    if children is None:  # a single container
        children = (Task(entry or name, entry or name, template=entry),)
    exit_name = str(spec.get("onExit") or "")
    if exit_name:
        before = tuple(task.key for task in children)
        hook = Task(exit_name, "onExit", before, always=True, template=exit_name)
        children = (*children, hook)
    return Task("root", "root", children=children, template=entry)


def _children(
    template: Mapping[str, Any], templates: Mapping[str, Any], depth: int
) -> tuple[Task, ...] | None:
    if "dag" not in template or depth > _MAX_DEPTH:
        return None
    return tuple(
        _task(task, templates, depth) for task in (template["dag"] or {}).get("tasks") or []
    )


def _task(task: Mapping[str, Any], templates: Mapping[str, Any], depth: int) -> Task:
    name = str(task["name"])
    template = templates.get(str(task.get("template"))) or {}
    container = template.get("container") or {}
    dependencies = [str(other) for other in task.get("dependencies") or []]
    return Task(
        name=name,
        key=name,
        dependencies=tuple(dependencies),
        condition=_condition(str(task.get("when") or "")),
        iterator=_iterator(task),
        children=_children(template, templates, depth + 1),
        template=str(task.get("template") or ""),
        image=str(container.get("image") or ""),
        retries=int((template.get("retryStrategy") or {}).get("limit") or 0),
    )


def _condition(when: str) -> str:
    """An Argo `when` in the words of the other conditions."""
    text = re.sub(r"[\"']?\{\{([^}]+)\}\}[\"']?", r"inputs.parameter_values['\1']", when)
    return text.strip()


def _iterator(task: Mapping[str, Any]) -> Iterator | None:
    if "withItems" in task:
        items = task["withItems"]
        return Iterator("item", items if isinstance(items, list) else [items], None)
    if "withParam" in task:
        try:
            items = json.loads(task["withParam"])
        except ValueError:
            items = None  # an output of a task, or a parameter
        return Iterator("item", items if isinstance(items, list) else None, None)
    return None
