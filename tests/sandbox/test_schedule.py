"""Schedules: which tasks a run has, in which order, and how they end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from kfp_sandbox import schedule
from kfp_sandbox.planned_node import NEVER, Node
from kfp_sandbox.script import Script

from .documents import EXIT, LINEAR, LOOP, Spec, condition, graph, pipeline, task


def _nodes(
    document: Spec, seed: str = "s", values: Mapping[str, Any] | None = None, **script: Any
) -> list[Node]:
    text = Script(seed, **script).dumps()
    return schedule.make(json.dumps(document), json.dumps(values or {}), text).nodes


def _tasks(document: Spec, *given: Any, **script: Any) -> dict[str, Node]:
    """What stands for tasks, loops and rounds, by the path."""
    nodes = _nodes(document, *given, **script)
    return {node.step.path: node for node in nodes if node.logical}


def test_tasks_run_after_what_they_depend_on() -> None:
    tasks = _tasks(LINEAR)
    assert list(tasks) == ["root", "root/one", "root/two", "root/three"]
    for before, after in (("one", "two"), ("two", "three")):
        assert tasks[f"root/{before}"].end < tasks[f"root/{after}"].start
    assert tasks["root"].end == tasks["root/three"].end


def test_containers_take_seconds_to_tens_of_seconds() -> None:
    lengths = {
        node.end - node.start
        for seed in range(30)
        for node in _nodes(LINEAR, str(seed))
        if node.role == "executor"
    }
    assert min(lengths) >= 4
    assert max(lengths) <= 21
    assert len(lengths) > 10


def test_a_schedule_is_a_function_of_its_seed() -> None:
    ends = [[node.end for node in _nodes(LOOP, seed)] for seed in ("a", "a", "b")]
    assert ends[0] == ends[1] != ends[2]


def test_a_script_survives_its_text() -> None:
    script = Script("s", fails=True, outcomes={"one": "cached"}).then("terminate", 3.5)
    assert Script.loads(script.dumps()) == script


def test_what_depends_on_a_failed_task_does_not_run() -> None:
    paths = set()
    for seed in range(20):
        tasks = _tasks(LINEAR, str(seed), fails=True)
        failed = [path for path, node in tasks.items() if node.state == "FAILED"]
        assert failed[0] == "root"
        assert len(failed) == 2
        later = list(tasks)[list(tasks).index(failed[1]) + 1 :]
        assert {tasks[path].state for path in later} <= {"OMITTED"}
        paths.add(failed[1])
    assert paths == {"root/one", "root/two", "root/three"}


@pytest.mark.parametrize("fails", [False, True])
def test_exit_handlers_run_either_way(fails: bool) -> None:
    tasks = _tasks(EXIT, fails=fails)
    state = "FAILED" if fails else "SUCCEEDED"
    assert tasks["root"].state == tasks["root/work"].state == state
    assert tasks["root/clean-up"].state == "SUCCEEDED"
    assert tasks["root/clean-up"].start > tasks["root/work"].end
    assert tasks["root"].end == tasks["root/clean-up"].end


def test_loops_have_a_round_for_each_item() -> None:
    tasks = _tasks(LOOP)
    rounds = [tasks[f"root/loop/{index}"] for index in range(3)]
    assert [node.step.name for node in rounds] == ["iteration-0", "iteration-1", "iteration-2"]
    assert {node.role for node in rounds} == {"round"}
    only = [tasks[f"root/loop/{index}/only-b"].state for index in range(3)]
    assert only == ["SKIPPED", "SUCCEEDED", "SKIPPED"]


def test_loops_respect_their_limit() -> None:
    items = [str(number) for number in range(9)]
    tasks = _tasks(LOOP, "s", {"items": items})
    rounds = [tasks[f"root/loop/{index}"] for index in range(9)]
    for moment in range(int(tasks["root"].end)):
        assert sum(node.start <= moment < node.end for node in rounds) <= 2


@pytest.mark.parametrize(("items", "count"), [([], 0), ("[1, 2]", 2), ("not a list", None)])
def test_loops_over_odd_things(items: Any, count: int | None) -> None:
    rounds = [node for node in _nodes(LOOP, "s", {"items": items}) if node.role == "round"]
    if count is None:  # what a task would put out: some items, the same each time
        assert 2 <= len(rounds) <= 4
    else:
        assert len(rounds) == count


def _branches() -> Spec:
    output = {"taskOutputParameter": {"producerTask": "flip", "outputParameterKey": "side"}}
    inputs = {"inputs": {"parameters": {"side": output}}}
    heads = "inputs.parameter_values['side'] == 'heads'"
    edge = "inputs.parameter_values['side'] == 'edge'"
    return pipeline(
        {
            "flip": task("flip"),
            "if": task("if", "flip", **inputs, **condition(heads)),
            "elif": task("elif", "flip", **inputs, **condition(f"!({heads}) && {edge}")),
            "else": task("else", "flip", **inputs, **condition(f"!({heads}) && !({edge})")),
            "after": task("after", "if", "elif", "else"),
        },
        {f"comp-{name}": graph(inner=task("inner")) for name in ("if", "elif", "else")},
    )


def test_exactly_one_branch_is_taken() -> None:
    taken = []
    for seed in range(40):
        tasks = _tasks(_branches(), str(seed))
        states = {name: tasks[f"root/{name}"].state for name in ("if", "elif", "else")}
        assert sorted(states.values()) == ["SKIPPED", "SKIPPED", "SUCCEEDED"]
        [name] = [name for name, state in states.items() if state == "SUCCEEDED"]
        assert {path for path in tasks if path.endswith("inner")} == {f"root/{name}/inner"}
        assert tasks["root/after"].state == "SUCCEEDED"
        taken.append(name)
    assert set(taken) == {"if", "elif", "else"}


def test_parameters_decide_conditions() -> None:
    expression = "inputs.parameter_values['deploy'] == true"
    inputs = {"inputs": {"parameters": {"deploy": {"componentInputParameter": "deploy"}}}}
    parameters = {"deploy": {"parameterType": "BOOLEAN", "defaultValue": False}}
    document = pipeline(
        {"act": task("act", **inputs, **condition(expression))}, parameters=parameters
    )
    for values, state in (({}, "SKIPPED"), ({"deploy": True}, "SUCCEEDED")):
        assert _tasks(document, "s", values)["root/act"].state == state


def test_retry_keeps_what_succeeded() -> None:
    outcomes = {"two": "fails"}
    before = _tasks(LINEAR, outcomes=outcomes)
    after = _tasks(LINEAR, outcomes=outcomes, actions=(("retry", 100.0),))
    assert after["root/one"].history() == before["root/one"].history()
    assert after["root/one"].end < 100
    history = after["root/two"].history()
    assert [state for _, state in history] == ["RUNNING", "FAILED", "RUNNING", "SUCCEEDED"]
    assert history[2][0] == 100
    assert before["root/three"].state == "OMITTED"
    assert 100 < after["root/two"].end < after["root/three"].start
    assert after["root"].state == "SUCCEEDED"


def test_what_waits_never_begins_until_it_is_stopped() -> None:
    waiting = {"two": "unschedulable"}
    nodes = _nodes(LINEAR, outcomes=waiting)
    pod = next(node for node in nodes if node.role == "executor" and node.step.name == "two")
    assert pod.history() == [(pod.start, "PENDING")]
    assert nodes[0].end == NEVER
    stopped = _nodes(LINEAR, outcomes=waiting, actions=(("terminate", 200.0),))
    pod = next(node for node in stopped if node.role == "executor" and node.step.name == "two")
    assert (pod.state, pod.message) == ("FAILED", "Step exceeded its deadline")
    assert [state for _, state in pod.history()] == ["PENDING", "FAILED"]
    assert 200 < stopped[0].end <= 205


def test_display_names_may_repeat() -> None:
    tasks = _tasks(pipeline({"a": task("same"), "b": task("same", "a")}))
    assert [node.step.name for node in tasks.values()] == ["root", "same", "same"]
