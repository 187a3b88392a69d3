"""What a compiled pipeline says about its tasks: names, types, defaults, and outputs of groups."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..http.strict_json import Json, JsonDict
from ..pipelines.fields import JsonObject, mapping, objects, text

#: Where a task stands: keys from the root, and the numbers of rounds between them.
Place = tuple[str | int, ...]

#: Up to 2.3 the driver wrote the round, or the group's id, behind the name.
_SUFFIX = re.compile(r"(_idx_\d+|_\d+)+$")


@dataclass(frozen=True, slots=True)
class Selector:
    """A pointer from a group's output to the output of a task in it."""

    task: str
    output: str


#: Several are the branches of a condition, of which one has run.
Selectors = Mapping[str, tuple[Selector, ...]]


class Definition:
    """A compiled pipeline of kfp 2, or nothing where it is not known."""

    def __init__(self, definition: JsonObject | None) -> None:
        outer = definition or {}
        # Beside the settings of a platform it lies one level deeper.
        self._spec = mapping(outer, "pipeline_spec") or outer
        self._components = mapping(self._spec, "components")
        self._inside: dict[Place, JsonObject] = {}
        self._found: dict[Place, JsonObject] = {(): mapping(self._spec, "root")}

    def component(self, place: Place) -> JsonObject:
        """Return the component that runs at a place; empty where not known."""
        if place not in self._found:
            around, step = self.component(place[:-1]), place[-1]
            if isinstance(step, str):  # a round runs what its loop does
                task = mapping(mapping(mapping(around, "dag"), "tasks"), step)
                around = mapping(self._components, text(mapping(task, "componentRef"), "name"))
            self._found[place] = around
        return self._found[place]

    def task(self, place: Place) -> JsonObject:
        """Return what the group around a place says of the task in it; a round is its loop."""
        while place and isinstance(place[-1], int):
            place = place[:-1]
        if not place:
            return {}
        return mapping(self._tasks(place[:-1]), str(place[-1]))

    def label(self, place: Place) -> str:
        """Return the display name of the task at a place; empty where not known."""
        return text(mapping(self.task(place), "taskInfo"), "name")

    def key(self, parent: Place, name: str, *, importer: bool) -> str:
        """Return the key of the task that a driver calls ``name``.

        Importers go by their display name, and old releases write numbers behind the key.
        """
        tasks = self._tasks(parent)
        if name in tasks or not tasks:
            return name
        if importer:
            for key in tasks:
                if self.label((*parent, key)) == name and self.executor((*parent, key), "importer"):
                    return key
        bare = _SUFFIX.sub("", name)
        return bare if bare in tasks else name

    def executor(self, place: Place, kind: str) -> JsonObject:
        """Return the executor of a task, such as its ``container``; empty for another kind."""
        label = text(self.component(place), "executorLabel")
        executors = mapping(mapping(self._spec, "deploymentSpec"), "executors")
        return mapping(mapping(executors, label), kind)

    def order(self, place: Place) -> tuple[int, ...]:
        """Return what sorts places as the definition lists them."""
        found = []
        for length, step in enumerate(place, start=1):
            if isinstance(step, int):
                found.append(step)
            else:
                tasks = self._tasks(place[: length - 1])
                found.append(list(tasks).index(step) if step in tasks else len(tasks))
        return tuple(found)

    def inputs(self, place: Place, given: JsonObject) -> JsonDict:
        """Return the parameters that a component got: those given, then its own defaults."""
        declared = mapping(mapping(self.component(place), "inputDefinitions"), "parameters")
        found = {name: _typed(value, mapping(declared, name)) for name, value in given.items()}
        for name in declared:
            about = mapping(declared, name)
            if "defaultValue" in about:
                found.setdefault(name, _typed(about["defaultValue"], about))
        return found

    def outputs(self, place: Place, given: JsonObject) -> JsonDict:
        """Return output parameters in the types that the component declares."""
        if not given:
            return {}
        declared = mapping(mapping(self.component(place), "outputDefinitions"), "parameters")
        return {name: _typed(value, mapping(declared, name)) for name, value in given.items()}

    def selectors(self, place: Place) -> tuple[Selectors, Selectors]:
        """Return where the outputs of a group come from: its parameters, and its artifacts."""
        outputs = mapping(mapping(self.component(place), "dag"), "outputs")
        return pointers(mapping(outputs, "parameters")), pointers(mapping(outputs, "artifacts"))

    @cached_property
    def known(self) -> bool:
        """Whether there is a definition at all."""
        return bool(mapping(self._spec, "root"))

    def _tasks(self, place: Place) -> JsonObject:
        if place not in self._inside:
            self._inside[place] = mapping(mapping(self.component(place), "dag"), "tasks")
        return self._inside[place]


def pointers(outputs: JsonObject) -> dict[str, tuple[Selector, ...]]:
    """Decode the outputs of a group, however its author spells them (``camelCase`` or not)."""
    return {name: tuple(_selectors(mapping(outputs, name))) for name in outputs}


def _selectors(output: JsonObject) -> Iterator[Selector]:
    for single in ("valueFromParameter", "value_from_parameter"):
        if found := mapping(output, single):
            yield _selector(found)
    for several in ("valueFromOneof", "value_from_oneof"):
        if found := mapping(output, several):
            yield from _selectors(found)
    for listed in (
        "parameterSelectors",
        "parameter_selectors",
        "artifactSelectors",
        "artifact_selectors",
    ):
        for found in objects(output, listed):
            yield _selector(found)


def _selector(found: JsonObject) -> Selector:
    task = text(found, "producerSubtask") or text(found, "producer_subtask")
    for name in (
        "outputParameterKey",
        "output_parameter_key",
        "outputArtifactKey",
        "output_artifact_key",
    ):
        if key := text(found, name):
            return Selector(task, key)
    return Selector(task, "")


def _typed(value: object, about: JsonObject) -> Json:
    """Return a value as its component gets it: on the wire every number is a double."""
    kind = text(about, "parameterType")
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        whole = kind != "NUMBER_DOUBLE" and value.is_integer() and abs(value) < 2**53
        return int(value) if whole else value
    if kind == "NUMBER_DOUBLE" and isinstance(value, int):
        return float(value)
    if isinstance(value, list):
        return [_typed(item, {}) for item in value]
    if isinstance(value, dict):
        return {key: _typed(item, {}) for key, item in value.items()}
    return value
