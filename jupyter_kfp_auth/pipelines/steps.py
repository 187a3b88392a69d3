"""What a pipeline's definition says about its tasks: names, order, groups, loops.

Both shapes are read: the pipeline spec of kfp 2, and the Argo workflow that kfp 1 compiles to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from ..http.strict_json import JsonDict
from .fields import JsonObject, mapping, objects, text
from .yaml_loader import NotYaml, documents


class Kind(str, Enum):
    """What a step consists of."""

    TASK = "task"
    GROUP = "group"
    LOOP = "loop"
    IMPORTER = "importer"


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a DAG.

    Attributes:
        key: what the definition, and so Argo, calls it.
        name: what its author calls it.
        kind: what it consists of.
        needs: keys of the steps of the same DAG that come before it.
        component: names what is inside; empty for nothing.
        template: of its container, in Argo; empty where it has none.
        conditional: whether a condition decides that it runs.
        ends_others: whether it runs however those before it end: Argo runs it as their exit hook.
    """

    key: str
    name: str
    kind: Kind
    needs: tuple[str, ...] = ()
    component: str = field(default="", repr=False)
    template: str = ""
    conditional: bool = False
    ends_others: bool = False


class Definition(Protocol):
    """A compiled pipeline of either shape."""

    #: Whether each task is run by a driver and an executor, as in kfp 2.
    driven: bool
    #: The exit handler of the whole, as in kfp 1.
    exit: Step | None

    def top(self) -> tuple[Step, ...]:
        """Return the outermost steps."""

    def inside(self, step: Step) -> tuple[Step, ...]:
        """Return what a group, or one round of a loop, consists of."""


def is_workflow(definition: JsonObject | None) -> bool:
    """Tell whether a definition is an Argo workflow of kfp 1."""
    return bool(definition) and _workflow(definition or {}) is not None


def _workflow(definition: JsonObject) -> JsonDict | None:
    """Return the specification of an Argo workflow; 2.x sends it as text in the definition."""
    manifest = text(definition, "workflow_manifest")
    outer = definition
    if manifest:
        try:
            found = documents(manifest)
        except NotYaml:
            return None
        outer = found[0] if found and isinstance(found[0], dict) else {}
    spec = mapping(outer, "spec")
    return spec if "templates" in spec else None


def read(definition: JsonObject | None) -> Definition | None:
    """Return the definition of a run; ``None`` where there is none that can be read."""
    outer = definition or {}
    workflow = _workflow(outer)
    if workflow is not None:
        return _Workflow(workflow)
    spec = mapping(outer, "pipeline_spec") or outer  # beside a platform spec it lies deeper
    return _PipelineSpec(spec) if mapping(spec, "root") else None


class _PipelineSpec:
    driven = True
    exit: Step | None = None

    def __init__(self, spec: JsonObject) -> None:
        self._components = mapping(spec, "components")
        self._root = mapping(spec, "root")
        self._executors = mapping(mapping(spec, "deploymentSpec"), "executors")
        self._known: dict[str, tuple[Step, ...]] = {}

    def top(self) -> tuple[Step, ...]:
        return tuple(self._steps(self._root))

    def inside(self, step: Step) -> tuple[Step, ...]:
        found = self._known.get(step.component)
        if found is None:
            component = mapping(self._components, step.component)
            found = self._known[step.component] = tuple(self._steps(component))
        return found

    def _steps(self, component: JsonObject) -> Iterator[Step]:
        for key, task in mapping(mapping(component, "dag"), "tasks").items():
            if not isinstance(task, dict):
                continue
            name = text(mapping(task, "componentRef"), "name")
            below = mapping(self._components, name)
            loop = "parameterIterator" in task or "artifactIterator" in task
            policy = mapping(task, "triggerPolicy")
            kind = Kind.LOOP if loop else Kind.GROUP if "dag" in below else self._leaf(below)
            yield Step(
                key=key,
                name=text(mapping(task, "taskInfo"), "name") or key,
                kind=kind,
                needs=tuple(_needs(task)),
                component=name,
                template=_template(kind, task),
                conditional=bool(text(policy, "condition")),
                ends_others=text(policy, "strategy") == "ALL_UPSTREAM_TASKS_COMPLETED",
            )

    def _leaf(self, component: JsonObject) -> Kind:
        executor = mapping(self._executors, text(component, "executorLabel"))
        return Kind.IMPORTER if "importer" in executor else Kind.TASK


def _template(kind: Kind, task: JsonObject) -> str:
    if kind is Kind.IMPORTER:
        return "system-importer"
    if kind is not Kind.TASK:
        return ""
    retried = mapping(task, "retryPolicy")
    return "retry-system-container-impl" if retried else "system-container-impl"


def _needs(task: JsonObject) -> Iterator[str]:
    """Yield the tasks that come before: those named, and those whose outputs it takes."""
    seen = set()
    listed = task.get("dependentTasks")
    keys = [key for key in listed if isinstance(key, str)] if isinstance(listed, list) else []
    inputs = mapping(task, "inputs")
    for side in ("parameters", "artifacts"):
        for given in mapping(inputs, side).values():
            if isinstance(given, dict):
                keys += [text(one, "producerTask") for one in given.values() if _is(one)]
    for key in keys:
        if key and key not in seen:
            seen.add(key)
            yield key


def _is(value: object) -> bool:
    return isinstance(value, dict)


class _Workflow:
    driven = False

    def __init__(self, spec: JsonObject) -> None:
        self._templates: dict[str, JsonObject] = {
            text(template, "name"): template for template in objects(spec, "templates")
        }
        self._entry = text(spec, "entrypoint")
        handler = text(spec, "onExit")
        self.exit = self._exit(handler) if handler in self._templates else None

    def top(self) -> tuple[Step, ...]:
        return tuple(self._steps(self._entry))

    def inside(self, step: Step) -> tuple[Step, ...]:
        return tuple(self._steps(step.component))

    def _exit(self, template: str) -> Step:
        shown = shown_name(self._templates[template]) or template
        kind = Kind.GROUP if "dag" in self._templates[template] else Kind.TASK
        return Step("onExit", shown, kind, component=template, template=template, ends_others=True)

    def _steps(self, template: str) -> Iterator[Step]:
        dag = mapping(self._templates.get(template, {}), "dag")
        for task in objects(dag, "tasks"):
            key, inner = text(task, "name"), text(task, "template")
            loop = "withItems" in task or "withParam" in task
            group = "dag" in self._templates.get(inner, {})
            kind = Kind.LOOP if loop else Kind.GROUP if group else Kind.TASK
            listed = task.get("dependencies")
            needs = listed if isinstance(listed, list) else text(task, "depends").split()
            yield Step(
                key=key,
                name=shown_name(self._templates.get(inner, {})) or key,
                kind=kind,
                needs=tuple(need.split(".")[0] for need in needs if isinstance(need, str)),
                component=inner,
                template=inner,
                conditional=bool(text(task, "when")),
            )


def shown_name(template: JsonObject) -> str:
    """Return the name that an author has set with ``set_display_name``."""
    notes = mapping(mapping(template, "metadata"), "annotations")
    return text(notes, "pipelines.kubeflow.org/task_display_name")
