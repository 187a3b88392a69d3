"""The schedule of a run: every node of its Argo Workflow, when it starts and ends, and how.

Everything is a function of the pipeline, the parameters and the script, so a run goes the same
way each time. Times are seconds after the run was created.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from . import pipeline_spec
from .graph import Task
from .planned_node import NEVER, Node, Schedule
from .scheduler import Scheduler
from .script import Script
from .unrolling import unroll

START_DELAY = 2.0
"""Seconds that a run is pending."""


@lru_cache(maxsize=512)
def make(pipeline: str, parameters: str, script: str) -> Schedule:
    """The schedule of a run.

    Args:
        pipeline: the compiled pipeline.
        parameters: those that were given, as JSON.
        script: a script as text.
    """
    document = pipeline_spec.parse(pipeline)
    values = document.values(json.loads(parameters))
    full = Script.loads(script)
    return _replay(document.root(), values, full, drivers=not document.is_workflow)


def wants_failure(values: Mapping[str, Any]) -> bool:
    """Whether a parameter named `fail` says that a task shall fail."""
    return str(values.get("fail", "")).lower() in ("true", "1", "yes")


def _replay(root: Task, values: Mapping[str, Any], script: Script, *, drivers: bool) -> Schedule:
    """Make the schedule again for each action that changed it."""
    step = unroll(root, values, script.seed)
    step.skipped = script.skipped
    begun = START_DELAY + script.delay
    schedule = Schedule(history=[(0.0, "PENDING")])
    parts = [(0.0, NEVER)]
    for action, at in script.actions:
        parts[-1] = (parts[-1][0], at if action == "terminate" else parts[-1][1])
        if action == "retry":
            parts.append((at, NEVER))
    for index, (resumed, terminated) in enumerate(parts):
        fails = wants_failure(values) or (script.fails and index == 0)
        scheduler = Scheduler(script, drivers, fails, schedule.nodes, resumed, terminated)
        nodes = scheduler.run(step, begun)
        schedule = Schedule(nodes, _history(schedule.history, nodes, script, resumed, terminated))
    return schedule


def _history(
    before: list[tuple[float, str]],
    nodes: list[Node],
    script: Script,
    resumed: float,
    terminated: float,
) -> list[tuple[float, str]]:
    running = max(nodes[0].start, resumed)
    new = [(running, "RUNNING"), (nodes[0].end, nodes[0].state)]
    if terminated < NEVER:
        new = [entry for entry in new if entry[0] <= terminated]
        new += [(terminated, "CANCELING"), (terminated + script.grace, "FAILED")]
    limit = resumed or NEVER
    return [*(e for e in before if e[0] < limit), *(e for e in new if e[0] < NEVER)]
