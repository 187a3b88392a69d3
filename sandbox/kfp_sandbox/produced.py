"""What the tasks of a run have put out: parameters, metrics, and files.

No container runs, so everything is made up. It follows from the pipeline, the run's parameters and
its id, so that it is the same each time; and a metric depends on what a run was given, so that
comparing runs means something.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import content, pipeline_spec, unrolling
from .nodes import ArgoNode, argo_nodes
from .run_state import NodeView, RunStates, RunView
from .store import Row
from .task_details import task_id

BUCKET = "mlpipeline"
LOG = "executor-logs"

_ARTIFACT = "system.Artifact"


@dataclass(frozen=True)
class File:
    """An artifact of a run.

    Attributes:
        key: of its object, or the beginning of the keys of several.
        task: the path of the task that wrote it.
    """

    name: str
    type: str
    key: str
    task: str
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def uri(self) -> str:
        """Where it is kept."""
        return f"minio://{BUCKET}/{self.key}"


@dataclass
class Execution:
    """What the driver and the launcher note about one task.

    Attributes:
        kind: `DAG`, `Container` or `Importer`.
        parent: the path of the group; empty for the run itself.
        read: artifacts by their names in this task.
        turn: the number of a round.
        turns: how many rounds a loop has.
        pod: the node of its container.
    """

    path: str
    parent: str
    kind: str
    state: str
    key: str = ""
    name: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] | None = None
    read: dict[str, list[File]] = field(default_factory=dict)
    wrote: list[File] = field(default_factory=list)
    turn: int | None = None
    turns: int | None = None
    pod: ArgoNode | None = None
    pointers: Mapping[str, Any] = field(default_factory=dict)


def executions(run_states: RunStates, row: Row) -> list[Execution]:
    """Return what is known of a run by now, groups before what is in them."""
    text = run_states.manifest(row)
    if not row["script"] or not text:
        return []
    document = pipeline_spec.parse(text)
    if document.is_workflow:
        return []
    return list(_Run(row, document, run_states.view(row), run_states.argo_defaults).executions())


class _Run:
    def __init__(
        self, row: Row, document: pipeline_spec.Document, current: RunView, wrapped: bool
    ) -> None:
        self.row = row
        self.spec = document.pipeline
        self.components = self.spec.get("components") or {}
        self.tasks: Mapping[str, NodeView] = {
            view.node.step.path: view for view in current.tasks if view.state != "OMITTED"
        }
        self.pods = {
            node.view.node.step.path: node
            for node in argo_nodes(current, str(row["k8s_name"]), wrapped=wrapped)
            if node.pod_name and node.view.node.role != "driver"
        }
        self.values = document.values(json.loads(row["parameters"]))
        self.decided = unrolling.decided(document.root(), self.values, row["id"])
        self.root = f"v2/artifacts/{document.name}/{row['id']}"
        self.found: dict[str, Execution] = {}

    def executions(self) -> Iterator[Execution]:
        whole = self.tasks.get("root")
        if whole is None:
            return
        # No driver ever closes the root.
        yield self._keep(Execution("root", "", "DAG", "RUNNING", inputs=dict(self.values)))
        yield from self._inside("root", self.spec.get("root") or {}, self.values)

    def _keep(self, execution: Execution) -> Execution:
        self.found[execution.path] = execution
        return execution

    def _inside(
        self, path: str, component: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Iterator[Execution]:
        """Yield the tasks of a group in the order in which they began."""
        tasks = (component.get("dag") or {}).get("tasks") or {}
        begun = [key for key in tasks if f"{path}/{key}" in self.tasks]
        for key in sorted(begun, key=lambda key: self.tasks[f"{path}/{key}"].start):
            yield from self._task(path, key, tasks[key], given)

    def _task(
        self, path: str, key: str, task: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Iterator[Execution]:
        own = f"{path}/{key}"
        component = self.components.get((task.get("componentRef") or {}).get("name")) or {}
        found = self._keep(
            Execution(
                own,
                path,
                "DAG" if "dag" in component else "Container",
                _STATES.get(self.tasks[own].state, "RUNNING"),
                key,
                (task.get("taskInfo") or {}).get("name") or key,
                self._inputs(path, task, given),
                read=self._read(path, task),
            )
        )
        if self.tasks[own].state == "SKIPPED":
            found.state = "CANCELED"
            yield found
        elif self.tasks[own].node.step.kind == "loop":
            rounds = self._rounds(own)
            found.turns = len(rounds)
            yield found
            for number, place in rounds:
                item = self._item(task, found.inputs, number)
                turn = Execution(place, own, "DAG", found.state, key, found.name, item, turn=number)
                yield self._keep(turn)
                if "dag" in component:
                    yield from self._inside(place, component, {**found.inputs, **item})
        elif "dag" in component:
            found.pointers = (component["dag"].get("outputs")) or {}
            yield found
            yield from self._inside(own, component, found.inputs)
        else:
            self._run(found, component)
            yield found

    def _rounds(self, own: str) -> list[tuple[int, str]]:
        places = (path for path in self.tasks if path.rpartition("/")[0] == own)
        return sorted((int(place.rpartition("/")[2]), place) for place in places)

    def _item(
        self, task: Mapping[str, Any], inputs: Mapping[str, Any], number: int
    ) -> dict[str, Any]:
        iterator = task.get("parameterIterator") or {}
        items = iterator.get("items") or {}
        listed = inputs.get(items.get("inputParameter") or "")
        if "raw" in items:
            listed = json.loads(items["raw"])
        if isinstance(listed, list) and number < len(listed) and iterator.get("itemInput"):
            return {iterator["itemInput"]: listed[number]}
        return {}

    def _run(self, found: Execution, component: Mapping[str, Any]) -> None:
        """Let a container task have worked: its log, and what it put out if it succeeded."""
        task = self.tasks[found.path]
        folder = f"{self.root}/{found.key}/{task_id(self.row, task)}"
        found.pod = self.pods.get(found.path)
        ended = task.state in ("SUCCEEDED", "FAILED")
        if ended:
            found.wrote.append(File(LOG, _ARTIFACT, f"{folder}/{LOG}-0", found.path))
        if task.state != "SUCCEEDED":
            return
        declared = component.get("outputDefinitions") or {}
        quality = self.quality(found)
        found.outputs = {
            name: self._value(found, name, about.get("parameterType", ""), quality)
            for name, about in (declared.get("parameters") or {}).items()
        }
        for name, about in (declared.get("artifacts") or {}).items():
            kind = (about.get("artifactType") or {}).get("schemaTitle") or _ARTIFACT
            metadata = content.metadata(kind, quality, found.inputs, self.chance(found, name))
            found.wrote.append(File(name, kind, f"{folder}/{name}", found.path, metadata))

    def _inputs(
        self, path: str, task: Mapping[str, Any], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        found = {}
        for name, source in ((task.get("inputs") or {}).get("parameters") or {}).items():
            if "runtimeValue" in source:
                found[name] = source["runtimeValue"].get("constant")
            elif "componentInputParameter" in source:
                found[name] = given.get(source["componentInputParameter"])
            elif "taskOutputParameter" in source:
                output = source["taskOutputParameter"]
                found[name] = self._output(
                    f"{path}/{output.get('producerTask')}", output.get("outputParameterKey", "")
                )
        return {name: value for name, value in found.items() if value is not None}

    def _output(self, path: str, name: str) -> Any:
        """Return an output of a task; of a loop the list over its rounds."""
        found = self.found.get(path)
        if found is None:
            return None
        if found.turns is not None:
            return [self._output(f"{path}/{turn}", name) for turn in range(found.turns)]
        return (found.outputs or {}).get(name)

    def _read(self, path: str, task: Mapping[str, Any]) -> dict[str, list[File]]:
        found = {}
        for name, source in ((task.get("inputs") or {}).get("artifacts") or {}).items():
            output = source.get("taskOutputArtifact") or {}
            files = self._files(
                f"{path}/{output.get('producerTask')}", output.get("outputArtifactKey", "")
            )
            if "componentInputArtifact" in source and path in self.found:
                around = self.found[path]
                around = self.found[around.parent] if around.turn is not None else around
                files = around.read.get(source["componentInputArtifact"], [])
            if files:
                found[name] = files
        return found

    def _files(self, path: str, name: str) -> list[File]:
        found = self.found.get(path)
        return [file for file in found.wrote if file.name == name] if found else []

    def _value(self, found: Execution, name: str, kind: str, quality: float) -> Any:
        """Return a believable value of an output parameter."""
        source = f"{found.path}/{name}"
        if source in self.decided:  # what a condition has looked at
            return self.decided[source]
        chance = self.chance(found, name)
        if kind == "NUMBER_DOUBLE":
            low = any(word in name for word in ("error", "loss", "mape", "rmse"))
            return round((1 - quality) * 1.4 if low else quality, 4)
        if kind == "NUMBER_INTEGER":
            return 100 + int(chance * 900)
        if kind == "BOOLEAN":
            return chance > 0.2
        if kind == "LIST":
            return [f"{name}-{n}" for n in range(unrolling.list_length(self.row["id"], source))]
        return {"value": round(chance, 3)} if kind == "STRUCT" else f"{name} of {found.name}"

    def quality(self, found: Execution) -> float:
        """Return how well a task did, from 0 to 1: best at rates near 0.1 and depths near 7."""
        given = {**self.values, **found.inputs}
        score = 0.94
        for name, value in given.items():
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
                continue
            if "rate" in name or name == "lr":
                score -= 0.03 * abs(math.log10(value / 0.1))
            elif "depth" in name:
                score -= 0.05 * abs(math.log(value / 7))
            elif name in ("epochs", "rounds", "n_estimators"):
                score += 0.008 * math.log10(value)
        for value in found.inputs.values():
            if isinstance(value, str):  # some regions are harder to forecast than others
                score -= 0.03 * _chance(value)
        return max(0.5, min(0.995, score + 0.01 * (self.chance(found, "luck") - 0.5)))

    def chance(self, found: Execution, name: str) -> float:
        """Return a number from 0 to 1 that is the same each time."""
        return _chance(f"{self.row['id']}/{found.path}/{name}")


_STATES = {"SUCCEEDED": "COMPLETE", "FAILED": "FAILED", "RUNNING": "RUNNING"}


def _chance(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48
