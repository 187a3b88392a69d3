"""What the Argo workflow behind a run adds to what Pipelines says of it.

The workflow is one to three seconds ahead of Pipelines. It never contradicts a final state that
Pipelines has given: that one holds.
"""

from __future__ import annotations

from dataclasses import replace

from .argo_workflow import nodes_of, state_of, tasks_of
from .decode import task
from .fields import JsonObject, mapping, text, time
from .models import Run
from .status import TERMINAL_STATES, run_status
from .steps import is_workflow
from .task_status import settled
from .task_tree import arrange


def run_state(phase: str) -> str:
    """Return the state of a run whose workflow is in a phase; empty before Argo has seen it."""
    return state_of(phase or "Pending")


def run_with_phase(run: JsonObject, phase: str) -> JsonObject:
    """Return a run, as its model's ``as_dict`` gives it, in the state that its workflow is in.

    A run that is being canceled stays so until its workflow has ended.
    """
    state, before = run_state(phase), run["state"]
    if before in TERMINAL_STATES or before == state:
        return run
    if before == "CANCELING" and state not in TERMINAL_STATES:
        return run
    history = [change["state"] for change in run["state_history"]]
    return {**run, "state": state, "status": str(run_status(state, history))}


def run_with_workflow(run: Run, workflow: JsonObject) -> Run:
    """Return a run with the tasks and the state that its workflow gives.

    Where Pipelines has the final state, or Argo keeps the nodes elsewhere, the run stays as it is.
    """
    nodes = nodes_of(workflow)
    if run.finished or not nodes:
        return run
    status = mapping(workflow, "status")
    state = run_state(text(status, "phase"))
    if run.state == "CANCELING" and state not in TERMINAL_STATES:
        state = run.state
    if is_workflow(run.pipeline_spec):
        tasks = tasks_of(workflow)
    else:
        created = text(mapping(workflow, "metadata"), "creationTimestamp")
        details = [_task_details(node, created) for node in nodes.values()]
        tasks = arrange([task(item) for item in details], run.pipeline_spec)
    return settled(replace(run, state=state, finished_at=time(status, "finishedAt"), tasks=tasks))


def _task_details(node: JsonObject, created: str) -> JsonObject:
    """Return a node as Pipelines 2.x sends it among a run's task details, and why it failed."""
    children = node.get("children")
    found = {
        "task_id": text(node, "id"),
        "display_name": text(node, "displayName"),
        "state": state_of(text(node, "phase")),
        "create_time": created,
        "start_time": text(node, "startedAt"),
        "end_time": text(node, "finishedAt"),
        "child_tasks": [{"pod_name": child} for child in children] if children else [],
    }
    failed = text(node, "phase") in ("Failed", "Error")
    return {**found, "error": {"message": text(node, "message")} if failed else {}}
