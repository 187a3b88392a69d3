"""The JSON conventions of v2beta1, over every message that the seeded world sends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import V2, Client

_SOURCE = {"pipeline_spec", "pipeline_version_reference", "runtime_config", "service_account"}
_FIELDS = {
    "experiments": {
        "experiment_id", "display_name", "description", "created_at", "namespace",
        "storage_state", "last_run_created_at",
    },
    "runs": {
        "experiment_id", "run_id", "display_name", "storage_state", "description", "created_at",
        "scheduled_at", "finished_at", "state", "run_details", "recurring_run_id",
        "state_history", *_SOURCE,
    },
    "recurringRuns": {
        "recurring_run_id", "display_name", "description", "max_concurrency", "trigger", "mode",
        "created_at", "updated_at", "status", "no_catchup", "namespace", "experiment_id",
        *_SOURCE,
    },
    "pipelines": {
        "pipeline_id", "display_name", "name", "description", "created_at", "namespace", "tags",
    },
    "pipeline_versions": {
        "pipeline_id", "pipeline_version_id", "display_name", "name", "description",
        "created_at", "package_url", "code_source_url", "pipeline_spec", "tags",
    },
    "task_details": {
        "run_id", "task_id", "display_name", "create_time", "start_time", "end_time", "state",
        "error", "parent_task_id", "state_history", "child_tasks",
    },
}  # fmt: skip
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_FREE = {"pipeline_spec", "parameters"}  # documents of users, which may hold anything


@pytest.fixture
def lists(client: Client) -> dict[str, list[Any]]:
    """Every list of the seeded world, by the key that its rows stand under."""
    found: dict[str, list[Any]] = {"task_details": [], "pipeline_versions": []}
    for path in ("experiments", "runs", "recurringruns", "pipelines"):
        answer = client.get(f"{V2}/{path}", namespace="team-a", page_size=200)
        assert set(answer) == {"total_size", *(key for key in answer if key.lower() == path)}
        found |= {key: value for key, value in answer.items() if isinstance(value, list)}
    for run in found["runs"]:
        found["task_details"] += run.get("run_details", {}).get("task_details", [])
    for row in found["pipelines"]:
        versions = client.get(f"{V2}/pipelines/{row['pipeline_id']}/versions")
        found["pipeline_versions"] += versions["pipeline_versions"]
    return found


def _walk(message: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every field with its value, at any depth."""
    for name, value in message.items():
        yield name, value
        if name in _FREE:
            continue
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from _walk(inner)


def test_no_message_has_a_field_of_its_own_making(lists: dict[str, list[Any]]) -> None:
    assert set(lists) == set(_FIELDS)
    for kind, rows in lists.items():
        assert rows
        for row in rows:
            assert set(row) <= _FIELDS[kind], kind


def test_zero_values_are_absent_but_for_times(lists: dict[str, list[Any]]) -> None:
    fields = [field for rows in lists.values() for row in rows for field in _walk(row)]
    assert not [name for name, value in fields if name not in _FREE and not value]
    times = [value for name, value in fields if name.endswith(("_at", "_time"))]
    assert all(_TIME.fullmatch(value) for value in times)
    assert "1970-01-01T00:00:00Z" in times


def test_64_bit_numbers_are_text(lists: dict[str, list[Any]]) -> None:
    for row in lists["recurringRuns"]:
        assert row["max_concurrency"].isdigit()
        periodic = row["trigger"].get("periodic_schedule")
        assert periodic is None or periodic["interval_second"].isdigit()


def test_rows_refer_to_rows_that_exist(lists: dict[str, list[Any]]) -> None:
    experiments = {row["experiment_id"] for row in lists["experiments"]}
    jobs = {row["recurring_run_id"] for row in lists["recurringRuns"]}
    for run in lists["runs"]:
        assert run["experiment_id"] in experiments
        assert run.get("recurring_run_id") is None or run["recurring_run_id"] in jobs
        assert ("pipeline_spec" in run) != ("pipeline_version_reference" in run)
    tasks = {row["task_id"] for row in lists["task_details"]}
    for task in lists["task_details"]:
        assert task.get("parent_task_id") is None or task["parent_task_id"] in tasks
        assert {child["task_id"] for child in task.get("child_tasks", [])} <= tasks
