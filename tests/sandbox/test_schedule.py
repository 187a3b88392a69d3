"""Plans: which tasks a run has, in which order, and how they end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from kfp_sandbox import pipeline_spec
from kfp_sandbox import schedule as plans
from kfp_sandbox.schedule import Plan, PlannedTask

from .documents import EXIT, LINEAR, LOOP, Spec, condition, graph, pipeline, task


def _plan(
    document: Spec, seed: str = "s", values: Mapping[str, Any] | None = None, fails: bool = False
) -> Plan:
    parsed = pipeline_spec.parse(json.dumps(document))
    return plans.make(parsed.root(), parsed.values(values or {}), seed, fails=fails)


def _by_path(plan: Plan) -> dict[str, PlannedTask]:
    return {task.path: task for task in plan.tasks}


def test_tasks_run_after_what_they_depend_on() -> None:
    tasks = _by_path(_plan(LINEAR))
    assert list(tasks) == ["root", "root/one", "root/two", "root/three"]
    for before, after in (("one", "two"), ("two", "three")):
        assert tasks[f"root/{before}"].end < tasks[f"root/{after}"].start
    assert tasks["root"].end > tasks["root/three"].end
    assert {task.parent for task in tasks.values()} == {"", tasks["root"].id}


def test_containers_take_seconds_to_tens_of_seconds() -> None:
    lengths = {
        task.end - task.start
        for seed in range(30)
        for task in _plan(LINEAR, str(seed)).tasks
        if task.kind == "container"
    }
    assert min(lengths) >= 4
    assert max(lengths) <= 21
    assert len(lengths) > 10


def test_a_plan_is_a_function_of_its_seed() -> None:
    assert _plan(LOOP, "a") == _plan(LOOP, "a")
    assert _plan(LOOP, "a") != _plan(LOOP, "b")


def test_a_plan_survives_its_text() -> None:
    plan = _plan(EXIT, fails=True)
    plan.terminated, plan.past = 3.5, [(0.0, "PENDING")]
    assert Plan.loads(plan.dumps()) == plan


def test_what_depends_on_a_failed_task_does_not_run() -> None:
    paths = set()
    for seed in range(20):
        plan = _plan(LINEAR, str(seed), fails=True)
        failed = [task for task in plan.tasks if task.state == "FAILED"]
        assert [task.kind for task in failed] == ["dag", "container"]
        assert failed[1].error
        assert plan.tasks[-1] == failed[1], "nothing starts after the failure"
        paths.add(failed[1].path)
    assert paths == {"root/one", "root/two", "root/three"}


@pytest.mark.parametrize("fails", [False, True])
def test_exit_handlers_run_either_way(fails: bool) -> None:
    tasks = _by_path(_plan(EXIT, fails=fails))
    state = "FAILED" if fails else "SUCCEEDED"
    assert tasks["root"].state == tasks["root/work"].state == state
    assert tasks["root/clean-up"].state == "SUCCEEDED"
    assert tasks["root/clean-up"].start > tasks["root/work"].end


def test_loops_have_an_iteration_for_each_item() -> None:
    tasks = _by_path(_plan(LOOP))
    steps = [tasks[f"root/loop/{index}"] for index in range(3)]
    assert [step.name for step in steps] == ["iteration-0", "iteration-1", "iteration-2"]
    assert {step.parent for step in steps} == {tasks["root/loop"].id}
    assert {step.kind for step in steps} == {"iteration"}
    only = [tasks[f"root/loop/{index}/only-b"].state for index in range(3)]
    assert only == ["SKIPPED", "SUCCEEDED", "SKIPPED"]


def test_loops_respect_their_limit() -> None:
    items = [str(number) for number in range(9)]
    tasks = _by_path(_plan(LOOP, values={"items": items}))
    steps = [tasks[f"root/loop/{index}"] for index in range(9)]
    for moment in range(int(tasks["root"].end)):
        assert sum(step.start <= moment < step.end for step in steps) <= 2


@pytest.mark.parametrize(("items", "count"), [([], 0), ("[1, 2]", 2), ("not a list", None)])
def test_loops_over_odd_things(items: Any, count: int | None) -> None:
    plan = _plan(LOOP, values={"items": items})
    steps = [task for task in plan.tasks if task.kind == "iteration"]
    if count is None:  # what a task would put out: some items, the same each time
        assert 2 <= len(steps) <= 4
    else:
        assert len(steps) == count


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
        tasks = _by_path(_plan(_branches(), str(seed)))
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
    for deploy, state in ((None, "SKIPPED"), (True, "SUCCEEDED")):
        values = {} if deploy is None else {"deploy": deploy}
        assert _by_path(_plan(document, values=values))["root/act"].state == state


def test_retry_keeps_what_succeeded() -> None:
    parsed = pipeline_spec.parse(json.dumps(LINEAR))
    seed = next(
        str(number)
        for number in range(50)
        if _plan(LINEAR, str(number), fails=True).tasks[-1].path == "root/two"
    )
    first = _plan(LINEAR, seed, fails=True)
    again = plans.retry(first, parsed.root(), {}, 100.0, fails=False)
    before, after = _by_path(first), _by_path(again)
    assert after["root/one"] == before["root/one"]
    assert after["root/two"].state == "SUCCEEDED"
    assert 100 < after["root/two"].start < after["root/three"].start
    assert (again.state, again.attempt) == ("SUCCEEDED", 2)


def test_display_names_may_repeat() -> None:
    document = pipeline({"a": task("same"), "b": task("same", "a")})
    plan = _plan(document)
    assert [task.name for task in plan.tasks] == ["root", "same", "same"]
    assert len({task.id for task in plan.tasks}) == 3
