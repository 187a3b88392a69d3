"""Every kind of node at its place: drivers, rounds, exit hooks, importers, attempts."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_kfp_auth.pipelines import decode
from jupyter_kfp_auth.pipelines.models import Run, Task

from .argo import details

Nodes = dict[str, tuple[str, int, int | None, list[str]]]
OK, BAD, GO, WAIT, OUT = "SUCCEEDED", "FAILED", "RUNNING", "PENDING", ""


def spec(tasks: dict[str, Any], **components: dict[str, Any]) -> dict[str, Any]:
    """A compiled pipeline; components that are not given are containers."""
    names = {task["componentRef"]["name"] for task in tasks.values()}
    for component in components.values():
        inner = component.get("dag", {}).get("tasks", {})
        names |= {task["componentRef"]["name"] for task in inner.values()}
    made = {name: components.get(name, {"executorLabel": f"exec-{name}"}) for name in names}
    container = {"container": {"image": "python:3.12"}}
    executors: dict[str, Any] = {
        f"exec-{name}": dict(container) for name in names if name not in components
    }
    if "exec-fetch" in executors:
        executors["exec-fetch"] = {"importer": {"artifactUri": {"constant": "s3://a"}}}
    return {
        "pipelineInfo": {"name": "train"},
        "schemaVersion": "2.1.0",
        "root": {"dag": {"tasks": tasks}},
        "components": made,
        "deploymentSpec": {"executors": executors},
    }


def task(component: str, *needs: str, name: str = "", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"componentRef": {"name": component}, "taskInfo": {"name": name}}
    if needs:
        found["dependentTasks"] = list(needs)
    return found | more


LAST: dict[str, Any] = {"triggerPolicy": {"strategy": "ALL_UPSTREAM_TASKS_COMPLETED"}}
LOOP: dict[str, Any] = {"parameterIterator": {"items": {"raw": "[1, 2]"}, "itemInput": "item"}}
IF: dict[str, Any] = {"triggerPolicy": {"condition": "inputs.parameter_values['x'] == 1"}}


def run_of(pipeline: dict[str, Any], nodes: Nodes, state: str = BAD, **more: Any) -> Run:
    data = {
        "run_id": "r-1",
        "display_name": "nightly",
        "state": state,
        "finished_at": "2026-11-23T12:10:00Z" if state in (OK, BAD) else "1970-01-01T00:00:00Z",
        "pipeline_spec": pipeline,
        "run_details": {"task_details": details(nodes)},
    }
    return decode.run({**data, **more})


def states(run: Run) -> dict[str, str]:
    return {"/".join(one.path): one.state for one in run.tasks if one.path and one.state}


def find(run: Run, path: str) -> Task:
    return next(one for one in run.tasks if "/".join(one.path) == path)


def start(root: list[str], state: str = OK) -> Nodes:
    """The nodes that every run has."""
    return {
        "": (state, 0, 100, ["root-driver"]),
        "root-driver": (OK, 0, 2, ["root"]),
        "root": (state, 2, 100, root),
    }


def ran(at: str, begin: int, end: int, then: list[str], state: str = OK, inner: str = OK) -> Nodes:
    """A task of one container: its driver, its DAG, its container, what comes after it."""
    return {
        f"{at}-driver": (OK, begin, begin + 1, [at]),
        at: (state, begin + 1, end, [f"{at}.executor"]),
        f"{at}.executor": (state if inner == OK else inner, begin + 1, end, then),
    }


def test_an_exit_task_runs_as_a_hook_of_what_it_ends() -> None:
    pipeline = spec(
        {
            "exit-handler-1": task("handled"),
            "notify": task("say", "exit-handler-1", name="Tell the team", **LAST),
        },
        handled={"dag": {"tasks": {"fit": task("fit")}}},
    )
    hook = "root.exit-handler-1.onExit"
    nodes = start(["root.exit-handler-1-driver"], BAD) | {
        "root.exit-handler-1-driver": (OK, 2, 4, ["root.exit-handler-1"]),
        "root.exit-handler-1": (BAD, 4, 20, ["root.exit-handler-1.fit-driver", hook]),
        **ran("root.exit-handler-1.fit", 4, 19, [], BAD),
        hook: (OK, 20, 30, [f"{hook}.notify-driver"]),
        **ran(f"{hook}.notify", 20, 29, []),
    }
    run = run_of(pipeline, nodes)
    assert states(run) == {
        "exit-handler-1": BAD,
        "exit-handler-1/fit": BAD,
        "Tell the team": OK,
    }
    notify = find(run, "Tell the team")
    assert notify.key == "notify"
    assert notify.depends_on == (find(run, "exit-handler-1").task_id,)
    assert run.reason is not None
    assert run.reason.task == "fit"


def test_an_exit_task_that_failed_is_named() -> None:
    pipeline = spec(
        {"fit": task("fit"), "cleanup": task("say", "fit", **LAST)},
    )
    nodes = start(["root.fit-driver"], BAD) | {
        **ran("root.fit", 2, 20, []),
        "root.fit": (OK, 3, 20, ["root.fit.executor", "root.fit.onExit"]),
        "root.fit.onExit": (BAD, 20, 30, ["root.fit.onExit.cleanup-driver"]),
        **ran("root.fit.onExit.cleanup", 20, 29, [], BAD),
    }
    run = run_of(pipeline, nodes)
    assert states(run) == {"fit": OK, "cleanup": BAD}
    assert run.reason is not None
    assert run.reason.task == "cleanup"


def test_importers_are_single_nodes() -> None:
    pipeline = spec({"fetch": task("fetch"), "fit": task("fit", "fetch"), "again": task("fetch")})
    nodes = start(["root.fetch", "root.again"]) | {
        "root.fetch": (OK, 2, 8, ["root.fit-driver"]),
        "root.again": (OK, 2, 9, []),
        **ran("root.fit", 8, 20, []),
    }
    run = run_of(pipeline, nodes, OK)
    assert states(run) == {"fetch": OK, "fit": OK, "again": OK}
    assert find(run, "fetch").pods[0].name.startswith("train-x7k2p-system-importer-")
    assert find(run, "fetch").status == "succeeded", "it is no task from the cache"


@pytest.mark.parametrize("kind", ["task", "condition", "loop"])
def test_a_driver_that_failed_is_its_tasks_failure(kind: str) -> None:
    more: dict[str, Any] = {"task": {}, "condition": IF, "loop": LOOP}[kind]
    inner = {"dag": {"tasks": {"deep": task("deep")}}}
    pipeline = spec(
        {"fit": task("step", **more), "after": task("after", "fit")},
        **({} if kind == "task" else {"step": inner}),
    )
    nodes = start(["root.fit-driver"], BAD) | {
        "root.fit-driver": (BAD, 2, 5, ["root.fit"]),
        "root.fit": (OUT, 6, 6, ["root.after-driver"]),
        "root.after-driver": (OUT, 6, 6, ["root.after"]),
        "root.after": (OUT, 6, 6, []),
    }
    run = run_of(pipeline, nodes)
    assert states(run) == {"fit": BAD}
    after = find(run, "after")
    assert (after.state, after.status) == ("", "not-run")
    assert run.reason is not None
    assert run.reason.code == "driver-failed"
    assert run.reason.message.startswith("fit could not be started")


def test_the_driver_of_the_whole_run_failed() -> None:
    nodes: Nodes = {
        "": (BAD, 0, 6, ["root-driver"]),
        "root-driver": (BAD, 0, 5, ["root"]),
        "root": (OUT, 6, 6, []),
    }
    run = run_of(spec({"fit": task("fit")}), nodes)
    assert states(run) == {}
    assert find(run, "fit").status == "not-run"
    assert run.reason is not None
    assert run.reason.message.startswith("The run could not be started")


@pytest.mark.parametrize("name", ["spark-driver", "executor", "root", "iteration-item", "onExit"])
def test_names_of_tasks_are_the_authors(name: str) -> None:
    pipeline = spec({"load": task("load"), name: task("fit", "load")})
    nodes = start(["root.load-driver"], BAD) | {
        **ran("root.load", 2, 10, [f"root.{name}-driver"]),
        **ran(f"root.{name}", 10, 20, [], BAD),
    }
    run = run_of(pipeline, nodes)
    assert states(run) == {"load": OK, name: BAD}
    assert run.reason is not None
    assert run.reason.task == name


def round_nodes(loop: str, number: int, begin: int, end: int, state: str = OK) -> Nodes:
    turn = f"{loop}.iteration-iterations({number}:{number})"
    item = f"{turn}.iteration-item"
    return {
        turn: (state, begin, end, [f"{item}-driver"]),
        f"{item}-driver": (OK, begin, begin + 1, [item]),
        item: (state, begin + 1, end, [f"{item}.fit-driver"]),
        **ran(f"{item}.fit", begin + 1, end, [], state),
    }


def test_rounds_come_by_their_number() -> None:
    pipeline = spec(
        {"for-loop-1": task("loop", **LOOP)}, loop={"dag": {"tasks": {"fit": task("fit")}}}
    )
    loop, count = "root.for-loop-1", 12
    rounds = [f"{loop}.iteration-iterations({n}:{n})" for n in range(count)]
    nodes = start([loop], BAD) | {
        loop: (BAD, 2, 60, [f"{loop}.iteration-driver"]),
        f"{loop}.iteration-driver": (OK, 2, 3, [f"{loop}.iteration-iterations"]),
        f"{loop}.iteration-iterations": (BAD, 3, 60, rounds),
    }
    for number in range(count):  # all at the same time
        nodes |= round_nodes(loop, number, 3, 50, BAD if number == 7 else OK)
    run = run_of(pipeline, nodes)
    paths = [one.path for one in run.tasks if len(one.path) == 2]
    assert paths == [("for-loop-1", f"iteration-{number}") for number in range(count)]
    assert run.reason is not None
    assert run.reason.path == ("for-loop-1", "iteration-7", "fit")
    seventh = find(run, "for-loop-1/iteration-7/fit")
    others = {pod.name for one in run.tasks for pod in one.pods if one is not seventh}
    assert not others & {pod.name for pod in seventh.pods}


def test_attempts_of_one_task_are_one_task() -> None:
    pipeline = spec({"fit": task("fit", retryPolicy={"maxRetryCount": 3})})
    nodes = start(["root.fit-driver"]) | {
        "root.fit-driver": (OK, 2, 3, ["root.fit"]),
        "root.fit": (OK, 3, 30, ["root.fit.executor"]),
        "root.fit.executor": (OK, 3, 30, ["root.fit.executor(0)", "root.fit.executor(1)"]),
        "root.fit.executor(0)": (BAD, 3, 12, []),
        "root.fit.executor(1)": (OK, 14, 29, []),
    }
    run = run_of(pipeline, nodes, OK)
    assert states(run) == {"fit": OK}
    fit = find(run, "fit")
    assert fit.attempts == 2
    assert [(pod.kind, pod.attempt, pod.state) for pod in fit.pods] == [
        ("driver", 1, OK),
        ("main", 1, BAD),
        ("main", 2, OK),
    ]
    assert fit.pods[2].name.startswith("train-x7k2p-retry-system-container-impl-")


def with_attempts(nodes: Nodes) -> Nodes:
    """The same as Argo names it where every template may be retried, as KFP 2.17's are."""
    plain = (OUT, "SKIPPED")

    def named(name: str, *, content: bool = False) -> str:
        parts: list[str] = []
        depth, part = 0, ""
        for character in f"{name}.":
            depth += (character == "(") - (character == ")")
            if character == "." and depth == 0:
                if part == "onExit":  # the hook of the task that its name begins with
                    part = f"{parts.pop()}.onExit"
                parts.append(part)
                part = ""
            else:
                part += character
        found = "(0)" if name else ""
        for place, one in enumerate(parts if name else []):
            last = place == len(parts) - 1
            found += f".{one}" + ("" if last or one == "iteration-iterations" else "(0)")
        return found + ("(0)" if content else "")

    made: Nodes = {}
    for name, (state, begin, end, children) in nodes.items():
        last = name.rsplit(".", 1)[-1]
        inside = [named(child) for child in children]
        if state in plain or last == "iteration-iterations":
            made[named(name)] = (state, begin, end, inside)
        else:
            content = named(name, content=True)
            hooks = [child for child in inside if child.endswith(".onExit")]
            made[named(name)] = (state, begin, end, [content, *hooks])
            made[content] = (state, begin, end, [c for c in inside if c not in hooks])
    return made


def test_both_shapes_of_names_are_the_same_run() -> None:
    pipeline = spec(
        {
            "for-loop-1": task("loop", **LOOP),
            "notify": task("say", "for-loop-1", **LAST),
            "fetch": task("fetch"),
        },
        loop={"dag": {"tasks": {"fit": task("fit")}}},
    )
    loop, hook = "root.for-loop-1", "root.for-loop-1.onExit"
    turns = [f"{loop}.iteration-iterations({n}:{n})" for n in range(2)]
    nodes = start([loop, "root.fetch"], BAD) | {
        loop: (BAD, 2, 60, [f"{loop}.iteration-driver", hook]),
        f"{loop}.iteration-driver": (OK, 2, 3, [f"{loop}.iteration-iterations"]),
        f"{loop}.iteration-iterations": (BAD, 3, 60, turns),
        **round_nodes(loop, 0, 3, 50),
        **round_nodes(loop, 1, 3, 40, BAD),
        hook: (OK, 60, 70, [f"{hook}.notify-driver"]),
        **ran(f"{hook}.notify", 60, 69, []),
        "root.fetch": (OK, 2, 8, []),
    }
    one, other = run_of(pipeline, nodes), run_of(pipeline, with_attempts(nodes))
    assert states(one) == states(other)
    assert states(one)["notify"] == OK
    assert states(one)["for-loop-1/iteration-1/fit"] == BAD


def test_what_came_from_the_cache_and_what_waits_for_its_pod() -> None:
    pipeline = spec({"load": task("load"), "fit": task("fit", "load"), "last": task("x", "fit")})
    nodes: Nodes = {
        "": (GO, 0, None, ["root-driver"]),
        "root-driver": (OK, 0, 2, ["root"]),
        "root": (GO, 2, None, ["root.load-driver"]),
        "root.load-driver": (OK, 2, 3, ["root.load"]),
        "root.load": (OK, 3, 3, ["root.load.executor"]),
        "root.load.executor": ("SKIPPED", 3, 3, ["root.fit-driver"]),
        "root.fit-driver": (OK, 4, 6, ["root.fit"]),
        "root.fit": (GO, 6, None, ["root.fit.executor"]),
        "root.fit.executor": (WAIT, 6, None, []),
    }
    run = run_of(pipeline, nodes, GO)
    found = {one.display_name: (one.state, str(one.status)) for one in run.tasks if one.path}
    assert found == {
        "load": (OK, "cached"),
        "fit": (GO, "pending"),
        "last": ("", "not-started"),
    }


def test_a_task_of_which_only_the_driver_has_begun_waits() -> None:
    nodes: Nodes = {
        "": (GO, 0, None, ["root-driver"]),
        "root-driver": (OK, 0, 2, ["root"]),
        "root": (GO, 2, None, ["root.fit-driver"]),
        "root.fit-driver": (GO, 2, None, []),
    }
    fit = find(run_of(spec({"fit": task("fit")}), nodes, GO), "fit")
    assert (fit.state, fit.status) == (WAIT, "pending")


def test_in_the_first_seconds_there_are_no_tasks_but_those_to_come() -> None:
    nodes: Nodes = {
        "": (GO, 0, None, ["root-driver"]),
        "root-driver": (GO, 0, None, []),
    }
    run = run_of(spec({"fit": task("fit")}), nodes, GO)
    assert [(one.display_name, str(one.status)) for one in run.tasks] == [("fit", "not-started")]


def test_what_still_runs_in_a_run_that_has_ended_is_not_known() -> None:
    nodes = start(["root.fit-driver"], BAD) | {
        **ran("root.fit", 2, 20, []),
        "root.fit": (GO, 3, None, ["root.fit.executor"]),
        "root.fit.executor": (GO, 3, None, []),
    }
    run = run_of(spec({"fit": task("fit")}), nodes)
    fit = find(run, "fit")
    assert (fit.state, fit.status) == (GO, "unknown")
    assert fit.finished_at == run.finished_at


def test_what_a_termination_killed_did_not_fail() -> None:
    history = [
        {"state": state, "update_time": f"2026-11-23T12:{minute:02}:00Z"}
        for minute, state in ((0, GO), (5, "CANCELING"), (6, BAD))
    ]
    nodes = start(["root.load-driver", "root.fit-driver"], BAD) | {
        **ran("root.load", 2, 50, [], BAD),
        **ran("root.fit", 2, 300, [], BAD),
    }
    pipeline = spec({"load": task("load"), "fit": task("fit")})
    run = run_of(pipeline, nodes, BAD, state_history=history)
    assert (run.status, run.reason) == ("terminated", None)
    assert find(run, "load").status == "failed", "it failed before"
    assert find(run, "fit").status == "terminated"
    again = [*history, {"state": GO}, {"state": BAD}]
    assert run_of(pipeline, nodes, BAD, state_history=again).status == "failed"


def test_entries_of_the_cache_are_no_tasks() -> None:
    nodes = start(["root.fit-driver"]) | ran("root.fit", 2, 20, [])
    run = run_of(spec({"fit": task("fit")}), nodes, OK)
    data = [*details(nodes), {"task_id": "cache", "execution_id": "7", "start_time": "x"}]
    more = run_of(spec({"fit": task("fit")}), nodes, OK, run_details={"task_details": data})
    assert states(more) == states(run)


WORKFLOW_1 = {
    "workflow_manifest": """{"kind": "Workflow", "spec": {"entrypoint": "main", "onExit": "bye",
      "templates": [
        {"name": "main", "dag": {"tasks": [
          {"name": "load", "template": "load"},
          {"name": "condition-1", "template": "cond", "dependencies": ["load"], "when": "x"}]}},
        {"name": "cond", "dag": {"tasks": [{"name": "fit", "template": "fit"}]}},
        {"name": "load", "container": {}}, {"name": "bye", "container": {}},
        {"name": "fit", "container": {}, "retryStrategy": {},
         "metadata": {"annotations": {"pipelines.kubeflow.org/task_display_name": "Fit it"}}}
      ]}}"""
}


def test_a_workflow_of_kfp_1() -> None:
    nodes: Nodes = {
        "": (BAD, 0, 60, ["load"]),
        "load": (OK, 0, 10, ["condition-1"]),
        "condition-1": (BAD, 10, 50, ["condition-1.fit"]),
        "condition-1.fit": (BAD, 10, 50, ["condition-1.fit(0)", "condition-1.fit(1)"]),
        "condition-1.fit(0)": (BAD, 10, 20, []),
        "condition-1.fit(1)": (BAD, 25, 50, []),
    }
    run = run_of(WORKFLOW_1, nodes)
    assert states(run) == {"load": OK, "condition-1": BAD, "condition-1/Fit it": BAD}
    assert run.reason is not None
    assert (run.reason.task, run.reason.more) == ("Fit it", 0)
    assert find(run, "condition-1/Fit it").attempts == 2
    assert find(run, "condition-1").depends_on == (find(run, "load").task_id,)


# -- Any pipeline, at any moment -----------------------------------------------------------------


class Simulation:
    """Makes a pipeline and the nodes of a run of it, and says which task is where."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.components: dict[str, Any] = {}
        self.nodes: Nodes = {}
        self.truth: dict[str, str] = {}
        self.names = iter(range(10_000))

    def make(self) -> dict[str, Any]:
        tasks = self.dag(3)
        end, _ = self.play(tasks, "root", (), 2)
        self.nodes |= start(self.first(tasks, "root"), OK)
        self.nodes["root"] = (OK, 2, end, self.nodes["root"][3])
        return spec(tasks, **self.components)

    def dag(self, depth: int) -> dict[str, Any]:
        tasks: dict[str, Any] = {}
        for _ in range(self.random.randint(1, 3)):
            # Few names, so that they meet again in other places.
            key = self.random.choice(["fit", "load", "check", "a-driver"])
            key = key if key not in tasks else f"{key}-{next(self.names)}"
            needs = self.random.sample(list(tasks), k=min(len(tasks), self.random.randint(0, 1)))
            kind = self.random.choice(["task", "task", "group", "loop"]) if depth else "task"
            if kind == "task":
                tasks[key] = task("leaf", *needs)
                continue
            component = f"comp-{next(self.names)}"
            self.components[component] = {"dag": {"tasks": self.dag(depth - 1)}}
            tasks[key] = task(component, *needs, **(LOOP if kind == "loop" else {}))
        return tasks

    def entry(self, key: str, one: dict[str, Any], at: str) -> str:
        return f"{at}.{key}" if "parameterIterator" in one else f"{at}.{key}-driver"

    def first(self, tasks: dict[str, Any], at: str) -> list[str]:
        return [
            self.entry(key, one, at) for key, one in tasks.items() if "dependentTasks" not in one
        ]

    def play(
        self, tasks: dict[str, Any], at: str, path: tuple[str, ...], begin: int
    ) -> tuple[int, list[str]]:
        """Run the tasks of a DAG; return when it ended and the nodes that ended it."""
        ends: dict[str, int] = {}
        outbound: dict[str, list[str]] = {}
        for key, one in tasks.items():
            needs = one.get("dependentTasks", [])
            now = max([begin, *(ends[need] for need in needs)]) + self.random.randint(0, 3)
            ends[key], outbound[key] = self.one(key, one, at, path, now)
            for need in needs:
                for name in outbound[need]:
                    self.nodes[name][3].append(self.entry(key, one, at))
        needed = {need for one in tasks.values() for need in one.get("dependentTasks", [])}
        last = [name for key in tasks if key not in needed for name in outbound[key]]
        return max(ends.values()), last

    def one(
        self, key: str, one: dict[str, Any], at: str, path: tuple[str, ...], now: int
    ) -> tuple[int, list[str]]:
        name, path = f"{at}.{key}", (*path, key)
        component = self.components.get(one["componentRef"]["name"])
        self.truth["/".join(path)] = name
        if component is None:
            end = now + self.random.randint(1, 9)
            self.nodes |= ran(name, now, end, [])
            return end, [f"{name}.executor"]
        inner = component["dag"]["tasks"]
        if "parameterIterator" not in one:
            end, last = self.play(inner, name, path, now + 1)
            self.nodes[f"{name}-driver"] = (OK, now, now + 1, [name])
            self.nodes[name] = (OK, now + 1, end, self.first(inner, name))
            return end, last
        turns, ends, last = [], [now + 1], []
        for number in range(self.random.randint(1, 3)):
            turn = f"{name}.iteration-iterations({number}:{number})"
            item = f"{turn}.iteration-item"
            self.truth["/".join((*path, f"iteration-{number}"))] = turn
            end, inside = self.play(inner, item, (*path, f"iteration-{number}"), now + 2)
            self.nodes[turn] = (OK, now + 1, end, [f"{item}-driver"])
            self.nodes[f"{item}-driver"] = (OK, now + 1, now + 2, [item])
            self.nodes[item] = (OK, now + 2, end, self.first(inner, item))
            turns.append(turn)
            ends.append(end)
            last += inside
        self.nodes[name] = (OK, now, max(ends), [f"{name}.iteration-driver"])
        self.nodes[f"{name}.iteration-driver"] = (
            OK,
            now,
            now + 1,
            [f"{name}.iteration-iterations"],
        )
        self.nodes[f"{name}.iteration-iterations"] = (OK, now + 1, max(ends), turns)
        return max(ends), last


def at_moment(nodes: Nodes, moment: int) -> Nodes:
    """What there is of a run at a moment."""
    begun = {name: node for name, node in nodes.items() if node[1] <= moment}
    return {
        name: (
            state if end is not None and end <= moment else GO,
            begin,
            end if end is not None and end <= moment else None,
            [child for child in children if child in begun],
        )
        for name, (state, begin, end, children) in begun.items()
    }


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**6), moment=st.integers(2, 60), attempts=st.booleans())
def test_every_task_of_any_run_is_where_it_is(seed: int, moment: int, attempts: bool) -> None:
    made = Simulation(seed)
    pipeline = made.make()
    nodes = at_moment(made.nodes, moment)
    run = run_of(pipeline, with_attempts(nodes) if attempts else nodes, GO)
    expected = {path: nodes[name][0] for path, name in made.truth.items() if name in nodes}
    found = {path: state for path, state in states(run).items() if state != WAIT}
    assert found == expected
    begun = {one.task_id: one for one in run.tasks}
    for path, name in made.truth.items():
        if name in nodes and not attempts:
            assert begun[f"id-of-{name}"].path == tuple(path.split("/"))


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**6), attempts=st.booleans())
def test_without_its_definition_a_run_is_told_by_its_ids(seed: int, attempts: bool) -> None:
    made = Simulation(seed)
    made.make()
    run = run_of({}, with_attempts(made.nodes) if attempts else made.nodes, OK)
    assert set(states(run)) == set(made.truth)
    assert not [one for one in run.tasks if one.display_name.startswith("executor")]


@pytest.mark.parametrize("begun", [True, False])
def test_without_a_definition_a_driver_is_told_from_a_task_of_such_a_name(begun: bool) -> None:
    nodes = start(["root.spark-driver-driver", "root.load-driver"], GO) | {
        **ran("root.spark-driver", 2, 20, []),
        "root.load-driver": (OK if begun else GO, 2, 4 if begun else None, []),
    }
    if begun:
        nodes |= ran("root.load", 2, 9, [])
    run = run_of({}, nodes, GO)
    assert states(run) == {"spark-driver": OK, "load": OK if begun else WAIT}
