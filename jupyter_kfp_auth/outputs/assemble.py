"""Put together what a source knows, what the pipeline says, and the tasks that Pipelines lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ..http.strict_json import Json, JsonDict
from ..pipelines.models import Run, Task
from .definition import Definition, Place, Selector
from .metrics import curves, has_plots, matrices, scalars
from .models import Artifact, RunOutputs, TaskOutputs
from .source import Execution

#: Which of the two kinds of outputs.
_PARAMETERS, _ARTIFACTS = 0, 1

_ROUND = re.compile(r"iteration-\d+")
_KEY = re.compile(r"[a-z0-9-]+")


def assemble(run: Run, executions: Iterable[Execution]) -> RunOutputs:
    """Return the outputs of a run.

    Args:
        run: as Pipelines gives it, with its tasks and its definition.
        executions: what the source knows, the run itself first.
    """
    return _Assembly(run, executions).outputs()


class _Assembly:
    def __init__(self, run: Run, executions: Iterable[Execution]) -> None:
        self.run = run
        self.definition = Definition(run.pipeline_spec)
        self.found: dict[Place, Execution] = {}
        for execution in executions:  # of several in one place the last one counts
            self.found[execution.place] = execution
        self.below: dict[Place, list[Place]] = {}
        for place in self.found:
            if place:
                self.below.setdefault(place[:-1], []).append(place)

    def outputs(self) -> RunOutputs:
        root = self.found.get((), Execution(()))
        given = root.inputs or self.run.parameters
        tasks = self.tasks()
        produced = {a.id or (a.uri, t.keys): a for t in tasks if not t.group for a in t.artifacts}
        return RunOutputs(
            run_id=self.run.run_id,
            inputs=self.definition.inputs((), given),
            outputs=self.group_parameters(()),
            tasks=tasks,
            artifacts=tuple(produced.values()),
            pipeline_artifacts=self.group_artifacts(()),
        )

    def tasks(self) -> tuple[TaskOutputs, ...]:
        """Join by keys: the tasks that Pipelines lists in its order, then those it does not."""
        places = {_keys(place): place for place in self.found if place}
        paths = {keys: self.path(place) for keys, place in places.items()}
        listed = task_keys(self.run.tasks)
        for keys, task in listed.items():
            paths.setdefault(keys, task.path or keys)
        groups = {task.parent_task_id for task in self.run.tasks}
        shared = {path for path, count in Counter(paths.values()).items() if count > 1}
        order = sorted(places, key=lambda keys: self.definition.order(places[keys]))
        made = []
        for keys in dict.fromkeys((*listed, *order)):
            path = keys if paths[keys] in shared else paths[keys]
            known = listed.get(keys)
            if keys in places:
                made.append(self.task(places[keys], path, known))
            elif known is not None:
                made.append(
                    TaskOutputs(
                        known.display_name,
                        path,
                        keys,
                        known.task_id,
                        known.state,
                        group=known.task_id in groups,
                    )
                )
        return tuple(made)

    def task(self, place: Place, path: tuple[str, ...], known: Task | None) -> TaskOutputs:
        execution = self.found[place]
        name = self.step_name(place)
        own = () if execution.group else execution.artifacts
        plotted = [artifact for artifact in own if has_plots(artifact)]
        return TaskOutputs(
            task=name,
            path=path,
            keys=_keys(place),
            task_id=known.task_id if known else "",
            state=known.state if known else execution.state,
            group=execution.group,
            cached=execution.cached_from is not None,
            cached_from=execution.cached_from or "",
            inputs=self.definition.inputs(place, execution.inputs),
            outputs=self.group_parameters(place)
            if execution.group
            else self.definition.outputs(place, execution.outputs),
            input_artifacts=execution.input_artifacts,
            artifacts=self.group_artifacts(place) if execution.group else execution.artifacts,
            metrics=tuple(m for a in own for m in scalars(name, path, a)),
            curves=tuple(c for a in plotted for c in curves(a)),
            matrices=tuple(m for a in plotted for m in matrices(a)),
            logs=execution.logs,
        )

    # -- Names ------------------------------------------------------------------------------------

    def step_name(self, place: Place) -> str:
        """Return the display name of the last step of a place."""
        step = place[-1]
        if isinstance(step, int):
            return f"iteration-{step}"
        found = self.found.get(place)
        return self.definition.label(place) or (found.display_name if found else "") or step

    def path(self, place: Place) -> tuple[str, ...]:
        return tuple(self.step_name(place[: i + 1]) for i in range(len(place)))

    # -- Outputs of groups ------------------------------------------------------------------------

    def selectors(self, place: Place, kind: int) -> Mapping[str, tuple[Selector, ...]]:
        """Return where a group's outputs come from: of the pipeline, else of the source."""
        if self.definition.known:
            return self.definition.selectors(place)[kind]
        found = self.found.get(place)
        return found.selectors[kind] if found else {}

    def group_parameters(self, place: Place) -> JsonDict:
        found = {}
        for name in self.selectors(place, _PARAMETERS):
            values, many = self.values(place, name, self.parameter, _PARAMETERS)
            if values:
                found[name] = values if many else values[0]
        return found

    def group_artifacts(self, place: Place) -> tuple[Artifact, ...]:
        return tuple(
            replace(artifact, name=name)
            for name in self.selectors(place, _ARTIFACTS)
            for artifact in self.values(place, name, self.artifact, _ARTIFACTS)[0]
        )

    def parameter(self, place: Place, name: str) -> list[Json]:
        outputs = self.definition.outputs(place, self.found[place].outputs)
        return [outputs[name]] if name in outputs else []

    def artifact(self, place: Place, name: str) -> list[Json]:
        return [artifact for artifact in self.found[place].artifacts if artifact.name == name]

    def values(
        self, place: Place, name: str, own: Callable[[Place, str], list[Json]], kind: int
    ) -> tuple[list[Json], bool]:
        """Return the values of an output, and whether they are a list that a loop has collected.

        A loop gives one flat list over its rounds, however deep the loops in it are.
        """
        found = self.found.get(place)
        if found is None:
            return [], False
        if rounds := self.rounds(place):
            return [v for turn in rounds for v in self.values(turn, name, own, kind)[0]], True
        if not found.group:
            return own(place, name), False
        for selector in self.selectors(place, kind).get(name, ()):
            values, many = self.values((*place, selector.task), selector.output, own, kind)
            if values:
                return values, many
        return [], False

    def rounds(self, place: Place) -> list[Place]:
        """Return the rounds of a loop, in order; none for anything else."""
        return sorted(below for below in self.below.get(place, ()) if isinstance(below[-1], int))


def task_keys(tasks: Iterable[Task]) -> dict[tuple[str, ...], Task]:
    """Return every task by its keys from the root; what all are part of is left out."""
    by_id = {task.task_id: task for task in tasks}
    found: dict[tuple[str, ...], Task] = {}
    for task in by_id.values():
        keys: list[str] = []
        step: Task | None = task
        while step is not None and len(keys) <= len(by_id):
            keys.append(_key(step))
            step = by_id.get(step.parent_task_id)
        if keys[-1] == "root":
            keys.pop()
        if keys:
            found.setdefault(tuple(reversed(keys)), task)
    return found


def _key(task: Task) -> str:
    """Return a task's key; the node of a round has one of Argo's, so it goes by its number."""
    is_round = _ROUND.fullmatch(task.display_name) and not _KEY.fullmatch(task.key)
    return task.display_name if is_round else task.key or task.display_name


def _keys(place: Place) -> tuple[str, ...]:
    return tuple(f"iteration-{step}" if isinstance(step, int) else step for step in place)
