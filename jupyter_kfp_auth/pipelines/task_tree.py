"""Which task is part of which, and how each of them stands.

What servers up to 2.17 send are the nodes of the Argo workflow behind a run: no parents, no order,
and beside each task its driver, its executor and the scaffolding of loops. `places` says where
there are nodes; here each node gets its place, and what stands in one step becomes one task.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from .argo_names import pod_name
from .fields import JsonObject
from .inferred_steps import InferredSteps
from .places import Place, StepPlaces, Survey
from .status import Status
from .steps import Definition, Kind, read
from .task_models import Pod, Task

_ROUND = re.compile(r"(?P<loop>.+)\((?P<number>\d{1,9}):.*\)", re.DOTALL)

#: At the end of an attempt at a round.
_ATTEMPT = re.compile(r"\)\(\d+\)$")

#: Times come in whole seconds, and a node may begin or end in the second after another one.
_SLACK = timedelta(seconds=1)
_NEVER = datetime.max.replace(tzinfo=timezone.utc) - _SLACK
_EVER = datetime.min.replace(tzinfo=timezone.utc) + _SLACK

#: States of groups in which nothing has begun.
_EMPTY = ("", "PENDING", "SKIPPED")

#: Nodes that are looked at for a place which only times can tell.
_NEAREST = 40


def arrange(tasks: Sequence[Task], definition: JsonObject | None) -> tuple[Task, ...]:
    """Return the tasks as the definition nests them, parents first.

    Tasks that name their parents already stay as they are.
    """
    nodes = [task for task in tasks if task.display_name]  # the rest are entries of the cache
    steps = read(definition)
    result = tuple(nodes)
    told = steps is not None or any(task.child_task_ids for task in nodes)
    if told and not any(task.parent_task_id for task in nodes):
        with suppress(RecursionError, OverflowError):  # nested without end, or at the end of time
            arrangement = _Arrangement(nodes, steps)
            if arrangement.node or not nodes:
                result = tuple(arrangement.tasks())
    known = {task.task_id for task in result}
    return tuple(
        replace(task, child_task_ids=tuple(filter(known.__contains__, task.child_task_ids)))
        if task.child_task_ids
        else task
        for task in result
    )


class _Arrangement:
    """The nodes of one run, each at its place."""

    def __init__(self, nodes: Sequence[Task], definition: Definition | None) -> None:
        self.ids = {child for node in nodes for child in node.child_task_ids}
        names = Counter(child.rpartition("-")[0] for child in self.ids)
        self.workflow = names.most_common(1)[0][0] if names else ""
        by_name: dict[str, list[Task]] = {}
        rounds: dict[str, dict[int, str]] = {}
        for node in nodes:
            by_name.setdefault(node.display_name, []).append(node)
            if (match := _ROUND.fullmatch(node.display_name)) and not _ATTEMPT.search(match[0]):
                rounds.setdefault(match["loop"], {})[int(match["number"])] = node.display_name
        if definition is None:
            definition = InferredSteps(nodes, self.workflow, self._known, rounds)
        if not self.workflow and not definition.driven:
            self.workflow = _whole(nodes)

        def exists(place: Place) -> bool:
            return self.id(place) in self.ids if self.ids else place.name in by_name

        self.survey = Survey(definition, self.workflow, exists, rounds)
        self.node: dict[Place, Task] = {}
        places: dict[str, list[Place]] = {}
        by_id: dict[str, Place] = {}
        for place in self.survey.places:
            places.setdefault(place.name, []).append(place)
            by_id[self.id(place)] = place
        spare = {
            name: self._told_by_children(found, by_id) if name in places else []
            for name, found in by_name.items()
        }
        # Outer places first: what is inside is told by when they began and ended.
        for name in places:
            if spare.get(name):
                self._told_by_times(places[name], spare[name], by_id)

    def _known(self, name_hash: int) -> bool:
        return f"{self.workflow}-{name_hash}" in self.ids

    def id(self, place: Place) -> str:
        """Return the id that Argo gives the node at a place."""
        return f"{self.workflow}-{place.hash}" if place.within else self.workflow

    # -- Each node to its place -----------------------------------------------------------------

    def _told_by_children(self, nodes: list[Task], by_id: dict[str, Place]) -> list[Task]:
        """Place the nodes whose children can be no other's; return the others."""
        left = []
        for node in nodes:
            votes: Counter[Place] = Counter()
            for child in node.child_task_ids:
                place = by_id.get(child)
                if place is None:
                    continue
                for parent in place.starts_it:
                    if parent.name == node.display_name:
                        votes[parent] += 2
                for other in place.after:
                    for parent in {other, other.last}:
                        if parent.name == node.display_name:
                            votes[parent] += 1
            free = [place for place, _ in votes.most_common() if place not in self.node]
            if free:
                self.node[free[0]] = node
            else:
                left.append(node)
        return left

    def _told_by_times(
        self, places: list[Place], nodes: list[Task], by_id: dict[str, Place]
    ) -> None:
        """Give each place that is left the node that fits it best in time.

        Nodes of which nothing differs but their ids are as good as each other.
        """
        alike: dict[tuple[object, ...], list[Task]] = {}
        for node in nodes:
            key = (node.started_at or _EVER, node.finished_at, node.state, node.child_task_ids)
            alike.setdefault(key, []).append(node)
        groups = sorted(alike.values(), key=lambda group: group[0].started_at or _EVER)
        starts = [group[0].started_at or _EVER for group in groups]
        bounds = [
            [by_id[child].after for child in group[0].child_task_ids if child in by_id]
            for group in groups
        ]
        left = [place for place in places if place not in self.node]
        fits: list[list[int]] = []
        for place in left:
            expected = self._begins(place)
            nearest = bisect_left(starts, expected - _SLACK)
            costs = []
            for number in range(nearest, min(nearest + _NEAREST, len(groups))):
                cost = self._distance(place, groups[number][0], expected, bounds[number])
                if cost is not None:
                    costs.append((cost, number))
            fits.append([number for _, number in sorted(costs)])
        chosen = assign(fits, [len(group) for group in groups])
        for place, one in zip(left, chosen, strict=True):
            if one is not None:
                self.node[place] = groups[one].pop()

    def _begins(self, place: Place) -> datetime:
        """Return when the node of a place began at the earliest."""
        known = [_EVER]
        for before in (*place.after, *place.starts_it, place.within):
            node = self.node.get(before) if before else None
            if before is not None and node is not None:
                moment = node.started_at if place.inside(before) else node.finished_at
                known.append(moment or _EVER)
        return max(known)

    def _distance(
        self,
        place: Place,
        node: Task,
        expected: datetime,
        bounds: list[tuple[Place, ...]],
    ) -> timedelta | None:
        """Return how far a node is in time from what its place leads to expect; None: too far."""
        for after in bounds:
            if after and not any(place.inside(one) for one in after):
                return None  # its children come after something else
        begins, ends = node.started_at or expected, node.finished_at or _NEVER
        cost = abs(begins - expected) if expected > _EVER else timedelta(0)
        around = self.node.get(place.within) if place.within else None
        if around is None:
            return cost
        limit = around.finished_at or _NEVER
        if begins > limit + _SLACK or (ends > limit + _SLACK and ends != _NEVER):
            return None
        last = place.within is not None and (
            not place.within.attempts or place is place.within.last
        )
        if last and node.state == "FAILED" and around.state == "SUCCEEDED":
            return None
        if last and place.name.startswith("executor"):  # it ends with its task
            cost += abs(limit - ends)
            if around.state in ("SUCCEEDED", "FAILED") and node.state in ("RUNNING", "PENDING"):
                return None
        if node.state != around.state:
            cost += timedelta(milliseconds=1)
        return cost

    # -- Each step a task -----------------------------------------------------------------------

    def tasks(self) -> Iterator[Task]:
        """Yield the tasks, parents first, and siblings in the order of the definition."""
        survey = self.survey
        root = self.node.get(survey.root)
        driver = self.node.get(survey.root_driver) if survey.root_driver else None
        parent = ""
        if root is not None:
            state, began = root.state, root
            if driver is not None and driver.state == "FAILED":
                state, began = "FAILED", driver
            pods = self._pods(survey.root_driver, "driver", "system-dag-driver")
            yield replace(
                root,
                display_name="root",
                state=state,
                started_at=began.started_at,
                finished_at=began.finished_at if state == "FAILED" else root.finished_at,
                node_id=self.id(survey.root),
                pods=tuple(pods),
            )
            parent = root.task_id
        yield from self._inside(survey.members, parent, ())

    def _inside(
        self, members: Sequence[StepPlaces], parent: str, path: tuple[str, ...]
    ) -> Iterator[Task]:
        ids = {one.step.key: self._task_id(one) for one in members}
        for one in members:
            task = self._task(one, parent, (*path, one.step.name))
            needs = tuple(ids[need] for need in one.step.needs if need in ids)
            yield replace(task, depends_on=needs)
            for _, turn in sorted(one.rounds.items()):
                inner = self._task(turn, task.task_id, (*task.path, turn.step.name))
                yield inner
                yield from self._inside(turn.members, inner.task_id, inner.path)
            if task.state not in _EMPTY:
                yield from self._inside(one.members, task.task_id, task.path)

    def _task_id(self, one: StepPlaces) -> str:
        node = self.node.get(one.main)
        return node.task_id if node is not None else self.id(one.main)

    def _task(self, one: StepPlaces, parent: str, path: tuple[str, ...]) -> Task:
        node = self.node.get(one.main)
        driver = self._driver(one)
        found = node or Task(self._task_id(one))
        state, error = found.state, found.error
        started, finished = found.started_at, found.finished_at
        if driver is not None and driver.state == "FAILED" and state in ("", "SKIPPED"):
            state, error = "FAILED", error or driver.error
            started, finished = driver.started_at, driver.finished_at
        elif node is None and driver is not None and driver.state:
            state, started = "PENDING", driver.started_at
        containers = [self.node[place] for place in one.executors if place in self.node]
        if state == "FAILED" and not error:
            error = next((c.error for c in reversed(containers) if c.error), "")
        last = containers[-1] if containers else None
        return replace(
            found,
            display_name=path[-1],
            state=state,
            error=error,
            started_at=started,
            finished_at=finished,
            parent_task_id=parent,
            path=path,
            node_id=self.id(one.main),
            attempts=max(1, len(one.executors)),
            status=_known_status(one.step.kind, state, last),
            pods=tuple(self._all_pods(one)),
            key=one.step.key,
        )

    def _driver(self, one: StepPlaces) -> Task | None:
        return self.node.get(one.driver) if one.driver is not None else None

    def _all_pods(self, one: StepPlaces) -> Iterator[Pod]:
        kind = "system-container-driver" if one.step.kind is Kind.TASK else "system-dag-driver"
        yield from self._pods(one.driver, "driver", kind)
        for number, place in enumerate(one.executors, 1):
            node = self.node.get(place)
            yield self._pod(place, "main", one.step.template, number, node.state if node else "")

    def _pods(self, place: Place | None, kind: str, template: str) -> Iterator[Pod]:
        if place is not None:
            for number, one in enumerate(place.attempts or [place], 1):
                node = self.node.get(one)
                yield self._pod(one, kind, template, number, node.state if node else "")

    def _pod(self, place: Place, kind: str, template: str, attempt: int, state: str) -> Pod:
        node_id = self.id(place)
        return Pod(pod_name(self.workflow, template, node_id), node_id, kind, attempt, state)


def assign(fits: Sequence[Sequence[int]], rooms: Sequence[int]) -> list[int | None]:
    """Give each place one of the groups that fit it, best first, and as many places as possible.

    Args:
        fits: for each place the groups that fit, the best first.
        rooms: how many places each group can take.
    """
    chosen: list[int | None] = [None] * len(fits)
    takers: list[list[int]] = [[] for _ in rooms]

    def take(index: int, seen: set[int]) -> bool:
        for number in fits[index]:
            if len(takers[number]) < rooms[number]:
                takers[number].append(index)
                chosen[index] = number
                return True
        for number in fits[index]:
            if number in seen:
                continue
            seen.add(number)
            for other in list(takers[number])[:_NEAREST]:
                takers[number].remove(other)
                takers[number].append(index)
                if len(seen) < _NEAREST and take(other, seen):
                    chosen[index] = number
                    return True
                takers[number].remove(index)
                takers[number].append(other)
        return False

    # Those with the fewest to choose from come first.
    for index in sorted(range(len(fits)), key=lambda one: len(fits[one])):
        take(index, set())
    return chosen


def _known_status(kind: Kind, state: str, executor: Task | None) -> Status:
    """Return what the container of a task says about it, beside the task's own state."""
    if kind is Kind.TASK and executor is not None:
        if state == "SUCCEEDED" and executor.state == "SKIPPED":
            return Status.CACHED
        if state == "RUNNING" and executor.state == "PENDING":
            return Status.PENDING
    return Status.UNKNOWN


def _whole(nodes: Sequence[Task]) -> str:
    """Return the name of a workflow of which no ids are known: that of its longest node."""
    whole = min(nodes, key=lambda node: node.started_at or _NEVER, default=None)
    return whole.display_name if whole is not None else ""
