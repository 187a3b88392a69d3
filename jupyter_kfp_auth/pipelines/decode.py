"""From the JSON of v2beta1 to models. What v1beta1 answers is turned into that before."""

from __future__ import annotations

from .argo_workflow import tasks_of
from .fields import JsonObject, flag, mapping, number, objects, real, text, time
from .models import (
    Experiment,
    Metric,
    Pipeline,
    PipelineVersion,
    RecurringRun,
    Run,
    StateChange,
    Task,
)
from .status import State, run_status
from .task_status import settled
from .task_tree import arrange


def experiment(data: JsonObject) -> Experiment:
    """Decode an experiment."""
    return Experiment(
        experiment_id=text(data, "experiment_id"),
        display_name=text(data, "display_name"),
        description=text(data, "description"),
        namespace=text(data, "namespace"),
        created_at=time(data, "created_at"),
        last_run_created_at=time(data, "last_run_created_at"),
        storage_state=_storage(data),
    )


def run(data: JsonObject, *, whole: bool = True) -> Run:
    """Decode a run; ``whole=False`` leaves out its tasks and its definition."""
    history = tuple(_change(item) for item in objects(data, "state_history"))
    reasons = [change.error for change in history if change.error]
    config = mapping(data, "runtime_config")
    source = _source(data)
    found = Run(
        run_id=text(data, "run_id"),
        display_name=text(data, "display_name"),
        description=text(data, "description"),
        experiment_id=text(data, "experiment_id"),
        namespace=text(data, "namespace"),
        state=_state(data),
        # `error` is about reading the run; why it failed is in its history.
        error=_message(data) or (reasons[-1] if reasons and _state(data) == "FAILED" else ""),
        created_at=time(data, "created_at"),
        scheduled_at=time(data, "scheduled_at"),
        finished_at=time(data, "finished_at"),
        storage_state=_storage(data),
        pipeline_id=source["pipeline_id"],
        pipeline_version_id=source["pipeline_version_id"],
        recurring_run_id=text(data, "recurring_run_id"),
        service_account=text(data, "service_account"),
        pipeline_root=text(config, "pipeline_root"),
        parameters=mapping(config, "parameters"),
        metrics=_metrics(data),
        tasks=_tasks(data) if whole else (),
        state_history=history,
        pipeline_spec=(mapping(data, "pipeline_spec") or None) if whole else None,
        status=run_status(_state(data), [change.state for change in history]),
    )
    return settled(found) if whole or found.error else found


def recurring_run(data: JsonObject) -> RecurringRun:
    """Decode a recurring run."""
    trigger = mapping(data, "trigger")
    cron = mapping(trigger, "cron_schedule")
    periodic = mapping(trigger, "periodic_schedule")
    schedule = cron or periodic
    return RecurringRun(
        recurring_run_id=text(data, "recurring_run_id"),
        display_name=text(data, "display_name"),
        description=text(data, "description"),
        experiment_id=text(data, "experiment_id"),
        namespace=text(data, "namespace"),
        enabled=(text(data, "status") or text(data, "mode")) in ("ENABLED", "ENABLE"),
        created_at=time(data, "created_at"),
        updated_at=time(data, "updated_at"),
        cron=text(cron, "cron"),
        interval_seconds=number(periodic, "interval_second"),
        start_time=time(schedule, "start_time"),
        end_time=time(schedule, "end_time"),
        max_concurrency=number(data, "max_concurrency"),
        no_catchup=flag(data, "no_catchup"),
        **_source(data),
        service_account=text(data, "service_account"),
        parameters=mapping(mapping(data, "runtime_config"), "parameters"),
        error=_message(data),
    )


def pipeline(data: JsonObject) -> Pipeline:
    """Decode a pipeline; ``name`` exists since 2.14 only."""
    return Pipeline(
        pipeline_id=text(data, "pipeline_id"),
        display_name=text(data, "display_name"),
        name=text(data, "name") or text(data, "display_name"),
        description=text(data, "description"),
        namespace=text(data, "namespace"),
        created_at=time(data, "created_at"),
        error=_message(data),
    )


def pipeline_version(data: JsonObject) -> PipelineVersion:
    """Decode a pipeline version."""
    return PipelineVersion(
        pipeline_version_id=text(data, "pipeline_version_id"),
        pipeline_id=text(data, "pipeline_id"),
        display_name=text(data, "display_name"),
        name=text(data, "name") or text(data, "display_name"),
        description=text(data, "description"),
        created_at=time(data, "created_at"),
        code_source_url=text(data, "code_source_url"),
        package_url=text(mapping(data, "package_url"), "pipeline_url"),
        error=_message(data),
    )


def _source(data: JsonObject) -> dict[str, str]:
    """Return which uploaded pipeline it comes from; old servers name the version only."""
    reference = mapping(data, "pipeline_version_reference")
    version = text(reference, "pipeline_version_id") or text(data, "pipeline_version_id")
    return {"pipeline_id": text(reference, "pipeline_id"), "pipeline_version_id": version}


def _metrics(data: JsonObject) -> tuple[Metric, ...]:
    """Read the numbers that tasks have reported to KFP 1.8; a zero is absent on the wire."""
    found = []
    for item in objects(data, "metrics"):
        value = real(item, "number_value") if "number_value" in item else 0.0
        if value is not None:
            percentage = text(item, "format") == "PERCENTAGE"
            found.append(Metric(text(item, "name"), value, percentage, text(item, "node_id")))
    return tuple(found)


def _tasks(data: JsonObject) -> tuple[Task, ...]:
    workflow = mapping(mapping(data, "run_details"), "workflow")
    if workflow:  # of v1beta1, which has no task details
        return tasks_of(workflow)
    sent = [task(item) for item in objects(mapping(data, "run_details"), "task_details")]
    return arrange(sent, mapping(data, "pipeline_spec"))


def task(data: JsonObject) -> Task:
    """Decode one of a run's task details: a node of its workflow."""
    children = (
        text(child, "task_id") or text(child, "pod_name") for child in objects(data, "child_tasks")
    )
    return Task(
        task_id=text(data, "task_id"),
        display_name=text(data, "display_name"),
        state=_state(data),
        error=_message(data),
        created_at=time(data, "create_time"),
        started_at=time(data, "start_time"),
        finished_at=time(data, "end_time"),
        parent_task_id=text(data, "parent_task_id"),
        child_task_ids=tuple(child for child in children if child),
        inputs=mapping(data, "inputs"),
        outputs=mapping(data, "outputs"),
        state_history=tuple(_change(item) for item in objects(data, "state_history")),
    )


def _change(data: JsonObject) -> StateChange:
    return StateChange(_state(data), time(data, "update_time"), _message(data))


def _state(data: JsonObject) -> State | str:
    state = text(data, "state")
    return "" if state == "RUNTIME_STATE_UNSPECIFIED" else State.of(state)


def _storage(data: JsonObject) -> str:
    return "ARCHIVED" if text(data, "storage_state").endswith("ARCHIVED") else "AVAILABLE"


def _message(data: JsonObject) -> str:
    """Return the message of the ``error`` field, which is a ``google.rpc.Status``."""
    error = mapping(data, "error")
    return text(error, "message") or (f"error {error['code']}" if error.get("code") else "")
