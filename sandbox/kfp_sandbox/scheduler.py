"""Gives times to the tasks of a run, as KFP's drivers and Argo would."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .outcomes import OUTCOMES, Outcome
from .planned_node import NEVER, Node
from .script import Script
from .unrolling import Step, number

_GAP = 1.0
_DRIVER = 1.0
_POD_START = 1.0


@dataclass
class _Done:
    """What became of a task: its last node, when it ended, and whether others may go on."""

    node: int
    end: float
    ok: bool


class Scheduler:
    """Makes the nodes of a run.

    Args:
        drivers: whether tasks have drivers, as those of kfp 2.
        fails: one task fails, whichever the seed says.
        before: the nodes of the run before it was retried.
        resumed: when it was retried; 0 if it was not.
        terminated: when it is terminated.
    """

    def __init__(
        self,
        script: Script,
        drivers: bool,
        fails: bool,
        before: list[Node],
        resumed: float,
        terminated: float,
    ) -> None:
        self._script = script
        self._drivers = drivers
        self._fails = fails
        self._before = {self._place(before, node): node for node in before}
        self._resumed = resumed
        self._terminated = terminated
        self._ended = terminated + script.grace
        self._failing = ""
        self.nodes: list[Node] = []

    def run(self, root: Step, begun: float) -> list[Node]:
        """The nodes of a run whose workflow starts at `begun`."""
        if self._fails:
            paths = _containers(root)
            index = number(self._script.seed, "failure") % len(paths) if paths else 0
            self._failing = paths[index] if paths else ""
        template = "entrypoint" if self._drivers else root.task.template
        role = "workflow" if self._drivers else "task"
        workflow = self._add("", "DAG", role, template, -1, root, begun)
        if not self._drivers:
            ends, ok = self._graph(root, workflow, begun)
        else:
            driver = self._pod("root-driver", "driver", "system-dag-driver", workflow, root, begun)
            self.nodes[workflow].inner.append(driver)
            done = self._inside("root", driver, workflow, root)
            ends, ok = done.end, done.ok
        self._close(workflow, ends, ok)
        if self._script.skipped:
            self.nodes[workflow].state = "SKIPPED"
        return self.nodes

    # Tasks

    def _graph(self, parent: Step, boundary: int, ready: float) -> tuple[float, bool]:
        """Schedule the tasks in a node. Returns when the last ends, and whether all went well."""
        done: dict[str, _Done] = {}
        hooks = {
            step.after[0]: step
            for step in parent.children
            if self._drivers and step.task.always and len(step.after) == 1
        }
        waiting = [step for step in parent.children if step not in hooks.values()]
        ended, well = ready, True
        while waiting:
            keys = {step.key for step in waiting}
            step = next((each for each in waiting if not keys & set(each.after)), waiting[0])
            waiting.remove(step)
            first = len(self.nodes)
            before = [done[key] for key in step.after if key in done]
            moment = max((each.end for each in before), default=ready)
            if step.task.always or all(each.ok for each in before):
                result = self._task(step, boundary, moment + (_GAP if before else 0))
            else:
                result = self._omit(step, boundary, moment)
            if step.key != "onExit":  # that of a workflow of kfp 1 has no link
                for each in before:
                    self.nodes[each.node].after.append(first)
                if not before:
                    self.nodes[boundary].inner.append(first)
            done[step.key] = result
            if step.key in hooks:
                ended = max(ended, self._hook(hooks[step.key], step.key, boundary, result))
            ended = max(ended, result.end)
            well = well and result.ok
        return ended, well

    def _task(self, step: Step, boundary: int, ready: float) -> _Done:
        if ready >= self._terminated:
            return self._omit(step, boundary, self._ended)
        if step.kind == "loop":
            return self._loop(step, boundary, ready)
        if not self._drivers:
            return self._argo(step, step.key, boundary, ready)
        if step.task.importer and not step.skipped:
            node = self._pod(step.key, "importer", "system-importer", boundary, step, ready)
            return self._done(node)
        return self._driven(step.key, step, boundary, ready)

    def _driven(self, key: str, step: Step, boundary: int, ready: float) -> _Done:
        """A task after its driver."""
        kind = "dag" if step.kind in ("dag", "iteration") else "container"
        template = f"system-{kind}-driver"
        driver = self._pod(f"{key}-driver", "driver", template, boundary, step, ready)
        return self._inside(key, driver, boundary, step)

    def _inside(self, key: str, driver: int, boundary: int, step: Step) -> _Done:
        """What comes after a driver."""
        before = self.nodes[driver]
        role = "group" if key == "iteration-item" else "task"
        template = "root" if key == "root" else _executor_template(step)
        if before.state != "SUCCEEDED":
            node = self._skip(key, role, template, boundary, step, before.end, "OMITTED")
            before.after.append(node)
            return _Done(node, before.end, False)
        ready = before.end
        if step.skipped:
            node = self._skip(key, role, template, boundary, step, ready, "SKIPPED")
            before.after.append(node)
            return _Done(node, ready, True)
        node = self._add(key, "DAG", role, template, boundary, step, ready)
        before.after.append(node)
        if step.kind == "container":
            executor = self._executor(node, step, ready)
            self.nodes[node].inner.append(executor)
            done = self._done(executor)
            self._close(node, min(done.end + _GAP, max(done.end, self._ended)), done.ok)
        else:
            self._close(node, *self._graph(step, node, ready))
        return self._done(node)

    def _executor(self, boundary: int, step: Step, ready: float) -> int:
        """The pod of a container, or its attempts."""
        outcome = self._outcome(step)
        retries = step.task.retries
        template = f"{'retry-' if retries else ''}system-container-impl"
        if outcome.cached:
            return self._skip("executor", "executor", template, boundary, step, ready, "SKIPPED")
        if not retries or not self._script.retries:
            return self._pod("executor", "executor", template, boundary, step, ready, outcome)
        return self._attempts("executor", "executor", template, boundary, step, ready, outcome)

    def _attempts(
        self,
        key: str,
        role: str,
        template: str,
        boundary: int,
        step: Step,
        ready: float,
        outcome: Outcome,
    ) -> int:
        node = self._add(key, "Retry", role, template, boundary, step, ready)
        for attempt in range(step.task.retries + 1):
            current = OUTCOMES["succeeds"] if outcome.recovers and attempt else outcome
            name = f"{key}({attempt})"
            pod = self._pod(name, "attempt", template, boundary, step, ready, current)
            self.nodes[node].inner.append(pod)
            last = self.nodes[pod]
            if last.state == "SUCCEEDED" or last.end >= self._terminated:
                break
            ready = last.end + _GAP
        self._close(node, last.end, last.state == "SUCCEEDED")
        self.nodes[node].message = last.message
        return node

    def _loop(self, step: Step, boundary: int, ready: float) -> _Done:
        name = step.task.template
        template = f"{name}-{step.key}-iterator" if self._drivers else name
        if not self._drivers:
            group = self._add(step.key, "TaskGroup", "task", template, boundary, step, ready)
            self._close(group, *self._rounds(step, group, boundary, step.key, ready))
            return self._done(group)
        loop = self._add(step.key, "DAG", "task", template, boundary, step, ready)
        driver = self._pod("iteration-driver", "driver", "system-dag-driver", loop, step, ready)
        self.nodes[loop].inner.append(driver)
        before = self.nodes[driver]
        template, group_name = f"{name}-iteration", "iteration-iterations"
        if before.state != "SUCCEEDED":
            group = self._skip(group_name, "group", template, loop, step, before.end, "OMITTED")
        elif not step.children:
            moment = before.end + _GAP
            group = self._skip(group_name, "group", template, loop, step, moment, "SKIPPED")
            self.nodes[group].message = "Skipped, empty params"
        else:
            moment = before.end + _GAP
            group = self._add(group_name, "TaskGroup", "group", template, loop, step, moment)
            self._close(group, *self._rounds(step, group, loop, group_name, moment))
        before.after.append(group)
        end, state = self.nodes[group].end, self.nodes[group].state
        self._close(loop, end, state in ("SUCCEEDED", "SKIPPED"))
        return self._done(loop)

    def _rounds(
        self, step: Step, group: int, boundary: int, name: str, ready: float
    ) -> tuple[float, bool]:
        limit = step.task.iterator.limit if step.task.iterator else 0
        lanes = [ready] * (limit or max(1, len(step.children)))
        well = True
        for index, each in enumerate(step.children):
            lane = lanes.index(min(lanes))
            moment = lanes[lane] + (_GAP if limit else 0)
            item = index if self._drivers else each.item
            key = f"{name}({index}:{item})"
            self.nodes[group].inner.append(len(self.nodes))
            if not self._drivers:
                done = self._argo(each, key, boundary, moment)
            else:
                template = f"{step.task.template}-iteration"
                outer = self._add(key, "DAG", "round", template, boundary, each, moment)
                self.nodes[outer].inner.append(len(self.nodes))
                done = self._driven("iteration-item", each, outer, moment)
                self._close(outer, done.end, done.ok)
                done = self._done(outer)
            lanes[lane] = done.end
            well = well and done.ok
        return max(lanes), well

    def _hook(self, step: Step, key: str, boundary: int, before: _Done) -> float:
        """The exit task of a task, which runs however that ended. Returns when it ends."""
        owner = self.nodes[before.node]
        if before.end >= self._terminated or owner.state == "OMITTED":
            return before.end
        template = f"exit-hook-{self.nodes[boundary].template}-{step.key}"
        hook = self._add(f"{key}.onExit", "DAG", "hook", template, boundary, step, before.end)
        owner.hook = hook
        self.nodes[hook].inner.append(len(self.nodes))
        done = self._driven(step.key, step, hook, before.end)
        self._close(hook, done.end, done.ok)
        return self.nodes[hook].end

    def _argo(self, step: Step, key: str, boundary: int, ready: float) -> _Done:
        """A task of a workflow of kfp 1."""
        template = step.task.template
        role = "round" if "(" in key else "task"
        if step.skipped:
            return _Done(
                self._skip(key, role, template, boundary, step, ready, "SKIPPED"), ready, True
            )
        if step.kind == "container":
            make_pod = self._attempts if step.task.retries else self._pod
            node = make_pod(key, role, template, boundary, step, ready, self._outcome(step))
        else:
            node = self._add(key, "DAG", role, template, boundary, step, ready)
            self._close(node, *self._graph(step, node, ready))
        return self._done(node)

    def _omit(self, step: Step, boundary: int, moment: float) -> _Done:
        """A task that does not run because one before it failed."""
        template = step.task.template
        if self._drivers and step.kind != "loop" and not step.task.importer:
            key, kind = f"{step.key}-driver", "dag" if step.kind == "dag" else "container"
            name = f"system-{kind}-driver"
            driver = self._skip(key, "driver", name, boundary, step, moment, "OMITTED")
            template = _executor_template(step)
            node = self._skip(step.key, "task", template, boundary, step, moment, "OMITTED")
            self.nodes[driver].after.append(node)
        else:
            node = self._skip(step.key, "task", template, boundary, step, moment, "OMITTED")
        return _Done(node, moment, False)

    # Nodes

    def _add(
        self, key: str, type_: str, role: str, template: str, boundary: int, step: Step, at: float
    ) -> int:
        node = Node(key, type_, role, template, boundary, step, at, running=at)
        self.nodes.append(node)
        old = self._before.get(self._place(self.nodes, node))
        if old and old.type == type_ and old.start < self._resumed:
            node.start, node.running = old.start, old.running
            if old.state != "SUCCEEDED" or old.end > self._resumed:
                node.past = tuple(entry for entry in old.history() if entry[0] < self._resumed)
                node.resumed = self._resumed
        return len(self.nodes) - 1

    def _pod(
        self,
        key: str,
        role: str,
        template: str,
        boundary: int,
        step: Step,
        ready: float,
        outcome: Outcome | None = None,
    ) -> int:
        """A pod, from its creation to its end, unless the run is terminated before."""
        old = self._before.get(f"{self._path(self.nodes, boundary)}.{key}")
        if old and old.type == "Pod" and old.state == "SUCCEEDED" and old.end <= self._resumed:
            self.nodes.append(replace(old, boundary=boundary, after=[], inner=[], hook=0))
            return len(self.nodes) - 1
        ready = max(ready, self._resumed)
        if ready >= self._terminated:
            return self._skip(key, role, template, boundary, step, self._ended, "OMITTED")
        cached = False
        if outcome is None:
            outcome = self._outcome(step)
            cached = outcome.cached
            outcome = outcome if outcome.driver else OUTCOMES["succeeds"]
        elif outcome.driver:
            outcome = OUTCOMES["succeeds"]
        index = self._add(key, "Pod", role, template, boundary, step, ready)
        node = self.nodes[index]
        node.start, node.running, node.outcome = ready, ready + _POD_START, outcome
        node.cached = cached
        node.end = ready + self._duration(role, step)
        if outcome.waiting:
            node.running = node.end = NEVER
        if node.end > self._terminated:
            node.running = min(node.running, NEVER)
            node.end, node.state = self._ended, "FAILED"
            node.message = "Step exceeded its deadline"
        elif outcome.fails:
            node.state, node.message = "FAILED", outcome.message
        return index

    def _skip(
        self, key: str, role: str, template: str, boundary: int, step: Step, at: float, state: str
    ) -> int:
        index = self._add(key, "Skipped", role, template, boundary, step, at)
        node = self.nodes[index]
        node.end, node.state = at, state
        if state == "OMITTED":
            node.message = "omitted: depends condition not met"
        else:
            node.message = f"when '{'true != true' if role == 'executor' else 'false != false'}'"
            node.message += " evaluated false"
        return index

    def _close(self, index: int, end: float, ok: bool) -> None:
        """End a node that others are in."""
        node = self.nodes[index]
        if end < NEVER:
            node.end = end
        node.state = "SUCCEEDED" if ok else "FAILED"

    def _done(self, index: int) -> _Done:
        node = self.nodes[index]
        return _Done(index, node.end, node.state in ("SUCCEEDED", "SKIPPED"))

    def _duration(self, role: str, step: Step) -> float:
        if role in ("driver", "importer"):
            return _DRIVER
        return 4.0 + number(self._script.seed, step.path) % 18

    def _outcome(self, step: Step) -> Outcome:
        outcomes = self._script.outcomes
        if step.path == self._failing:
            return OUTCOMES["fails"]
        for name in (step.path, step.key, step.task.name, step.task.key):
            if name in outcomes and (self._resumed == 0 or not OUTCOMES[outcomes[name]].fails):
                return OUTCOMES[outcomes[name]]
        return OUTCOMES["succeeds"]

    @staticmethod
    def _path(nodes: list[Node], index: int) -> str:
        keys = []
        while index >= 0:
            keys.append(nodes[index].key)
            index = nodes[index].boundary
        return ".".join(reversed(keys))

    @classmethod
    def _place(cls, nodes: list[Node], node: Node) -> str:
        return f"{cls._path(nodes, node.boundary)}.{node.key}"


def _executor_template(step: Step) -> str:
    """The template of the node that comes after a task's driver."""
    if step.kind != "container":
        return step.task.template
    return f"{'retry-' if step.task.retries else ''}system-container-executor"


def _containers(step: Step) -> list[str]:
    """The paths of the containers of which one can fail."""
    if step.skipped or step.task.always or step.task.importer:
        return []
    if step.kind == "container":
        return [step.path]
    return [path for child in step.children for path in _containers(child)]
