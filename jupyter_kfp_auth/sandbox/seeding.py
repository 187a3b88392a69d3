"""Rows to begin with."""

from __future__ import annotations

from .world import World

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_EXPERIMENTS = (
    (
        "Default",
        "All runs created without specifying an experiment will be grouped here",
        120 * _DAY,
    ),
    ("churn-baseline", "Logistic regression as the number to beat", 61 * _DAY),
    ("churn-xgboost", "Gradient boosting with early stopping", 44 * _DAY),
    ("demand-forecast", "Weekly demand for each store", 30 * _DAY),
    ("image-quality", "", 16 * _DAY),
    ("fraud-nightly", "Scheduled retraining of the fraud model", 9 * _DAY),
    ("recsys-embeddings", "Two-tower embeddings, 64 to 256 dimensions", 2 * _DAY),
    ("scratch", "", 3 * _HOUR),
)


def fill(world: World, namespace: str) -> None:
    """A believable world: a team's own rows, and another team's that it may not see."""
    now = world.now()
    own = namespace if world.multi_user else ""
    rows = [
        {
            "id": world.new_id(),
            "name": name,
            "description": description,
            "namespace": own,
            "created_at": now - age,
            "last_run_created_at": 0,
        }
        for name, description, age in _EXPERIMENTS
    ]
    world.store.insert_many("experiments", rows)
    states = ("SUCCEEDED", "FAILED", "SUCCEEDED", "RUNNING", "SUCCEEDED", "SKIPPED", "PENDING")
    runs = []
    for n in range(40):
        experiment = rows[n % len(rows)]
        state = states[n % len(states)]
        created = now - (40 - n) * 17 * _MINUTE
        done = state in ("SUCCEEDED", "FAILED", "SKIPPED")
        runs.append(
            {
                "id": world.new_id(),
                "name": f"{experiment['name']}-{n:03d}",
                "namespace": own,
                "experiment_id": experiment["id"],
                "created_at": created,
                "scheduled_at": created,
                "finished_at": created + 300 if done else 0,
                "state": state,
            }
        )
    world.store.insert_many("runs", runs)


def add_experiments(world: World, n: int, namespace: str) -> list[str]:
    """Add `n` experiments, a second apart. Returns their ids."""
    now, before = world.now(), world.store.count("experiments")
    rows = [
        {
            "id": world.new_id(),
            "name": f"experiment-{before + index:05d}",
            "description": f"Number {before + index}",
            "namespace": namespace if world.multi_user else "",
            "created_at": now - n + index,
        }
        for index in range(n)
    ]
    world.store.insert_many("experiments", rows)
    return [str(row["id"]) for row in rows]


def add_runs(world: World, n: int, experiment_id: str) -> list[str]:
    """Add `n` finished runs, a second apart. Returns their ids."""
    experiment = world.row("experiments", experiment_id)
    now, before = world.now(), world.store.count("runs")
    rows = [
        {
            "id": world.new_id(),
            "name": f"run-{before + index:05d}",
            "namespace": experiment["namespace"],
            "experiment_id": experiment_id,
            "created_at": now - n + index,
            "scheduled_at": now - n + index,
            "finished_at": now - n + index,
            "state": "FAILED" if index % 10 == 9 else "SUCCEEDED",
            "settled": 1,
        }
        for index in range(n)
    ]
    world.store.insert_many("runs", rows)
    return [str(row["id"]) for row in rows]
