"""Believable rows to begin with, and many rows at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from importlib import resources
from typing import Any

from . import schedule
from .run_state import Engine
from .schedule import Script
from .state import World
from .store import Row
from .tokens import ServiceAccount

_MINUTE, _HOUR, _DAY = 60, 3600, 86400

_EXPERIMENTS = (
    ("Default", "Runs that name no experiment", 120 * _DAY),
    ("churn-pilot", "The first try, kept for the record", 98 * _DAY),
    ("churn-baseline", "Shallow trees as the number to beat", 61 * _DAY),
    ("churn-xgboost", "Gradient boosting with early stopping", 44 * _DAY),
    ("demand-forecast", "Weekly demand, region by region", 30 * _DAY),
    ("fraud-nightly", "Scheduled retraining of the fraud model", 16 * _DAY),
    ("recsys-embeddings", "", 9 * _DAY),
    ("heartbeat", "Does the platform still run pipelines?", 2 * _DAY),
    ("scratch", "", 3 * _HOUR),
)
_ARCHIVED_EXPERIMENT = "churn-pilot"
_PIPELINES = (
    ("churn-training", "Train and register a churn model", 60 * _DAY),
    ("demand-forecast", "Fit every region, publish if the errors are small", 31 * _DAY),
    ("fraud-nightly", "Retrain on yesterday, clean up whatever happens", 17 * _DAY),
)
_CHURN, _CHURN_2 = "churn-training", "churn-training v2 (validation)"
_FORECAST, _NIGHTLY, _SHARED = "demand-forecast", "fraud-nightly", "hello-world"
_VERSIONS = (
    ("churn-training", _CHURN, "churn-training-1", 60 * _DAY),
    ("churn-training", _CHURN_2, "churn-training-2", 21 * _DAY),
    ("demand-forecast", _FORECAST, "demand-forecast-1", 31 * _DAY),
    ("fraud-nightly", _NIGHTLY, "fraud-nightly-1", 17 * _DAY),
    ("fraud-nightly", "fraud-nightly canary 5%", "fraud-nightly-1", 5 * _DAY),
)
_JOBS: tuple[tuple[str, str, str, bool, dict[str, Any]], ...] = (
    ("fraud-nightly", "fraud-nightly", "fraud-nightly", True,
     {"cron_schedule": {"cron": "0 0 2 * * *"}}),
    ("demand-weekly", "demand-forecast", "demand-forecast", True,
     {"cron_schedule": {"cron": "0 0 6 * * 1"}}),
    ("heartbeat", "heartbeat", _SHARED, True, {"periodic_schedule": {"interval_second": "600"}}),
    ("churn-refresh", "churn-xgboost", "churn-training", False,
     {"periodic_schedule": {"interval_second": "21600"}}),
    ("quarter-end", "demand-forecast", "demand-forecast", False,
     {"cron_schedule": {"cron": "0 30 7 1 */3 *"}}),
)  # fmt: skip


@dataclass
class _Run:
    """A run to seed, `age` seconds old. `end` is how it goes; RETRIED succeeds after a failure."""

    experiment: str
    version: str
    age: float
    name: str = ""
    end: str = "SUCCEEDED"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    archived: bool = False
    job: str = ""
    inline: bool = False


_REGIONS = ["north", "south", "west", "east", "islands"]
_CACHED = {"ingest": "cached", "build-features": "cached"}
_RUNS = (
    _Run("churn-pilot", _CHURN, 97 * _DAY, archived=True),
    _Run("churn-pilot", _CHURN, 96 * _DAY, end="FAILED", archived=True),
    *(
        _Run("churn-baseline", _CHURN, (58 - index) * _DAY, f"baseline lr={rate}",
             "FAILED" if index == 2 else "SUCCEEDED", {"learning_rate": rate}, archived=not index)
        for index, rate in enumerate((0.3, 0.1, 0.05, 0.02))
    ),
    *(
        _Run("churn-xgboost", _CHURN_2, (20 - index) * _DAY, f"xgboost depth={depth}",
             parameters={"max_depth": depth}, outcomes=_CACHED if index else {})
        for index, depth in enumerate((4, 6, 8, 10))
    ),
    _Run("churn-xgboost", _CHURN_2, 15 * _DAY, "xgboost depth=32", "FAILED", {"max_depth": 32},
         {"register": "fails"}),
    _Run("churn-xgboost", _CHURN_2, 4 * _HOUR, "xgboost long", "CANCELED", {"max_depth": 64}),
    _Run("churn-xgboost", _CHURN_2, 20, "xgboost depth=7", parameters={"max_depth": 7}),
    _Run("churn-xgboost", _CHURN_2, 30, "xgboost, more memory", "PENDING"),
    *(
        _Run("demand-forecast", _FORECAST, week * 6 * _DAY,
             end="FAILED" if week == 3 else "SUCCEEDED")
        for week in range(5, 0, -1)
    ),
    _Run("demand-forecast", _FORECAST, 5 * _HOUR, "what if: 5 regions",
         parameters={"regions": _REGIONS, "horizon": 16}),
    _Run("demand-forecast", _FORECAST, 25, "what if: 4 regions",
         parameters={"regions": _REGIONS[:4]}),
    _Run("demand-forecast", _FORECAST, 3 * _DAY, "nothing new to forecast", "SKIPPED"),
    *(
        _Run("fraud-nightly", _NIGHTLY, night * _DAY, job="fraud-nightly",
             end="FAILED" if night in (7, 2) else "RETRIED" if night == 4 else "SUCCEEDED",
             outcomes={"fetch-events": "fails-once"} if night in (5, 1) else {})
        for night in range(9, 0, -1)
    ),
    _Run("fraud-nightly", _NIGHTLY, 12, "fraud by hand", parameters={"percent": 50}),
    _Run("fraud-nightly", _NIGHTLY, 40, "fraud, wrong bucket", "CANCELING"),
    _Run("recsys-embeddings", _CHURN_2, 8 * _DAY, "embeddings 64", inline=True),
    _Run("recsys-embeddings", _CHURN_2, 6 * _DAY, "embeddings 128", "FAILED", inline=True,
         outcomes={"train-model": "out-of-memory"}),
    _Run("recsys-embeddings", _CHURN_2, 50 * _MINUTE, "embeddings 256", inline=True,
         outcomes={**_CACHED, "train-model": "unschedulable"}),
    _Run("recsys-embeddings", _CHURN_2, 20 * _MINUTE, "embeddings 256, new image", inline=True,
         outcomes={"build-features": "image-pull"}),
    _Run("recsys-embeddings", _CHURN_2, 15 * _MINUTE, "embeddings 512", inline=True,
         outcomes={**_CACHED, "train-model": "quota"}),
    _Run("heartbeat", _SHARED, 2 * _HOUR, job="heartbeat"),
    _Run("heartbeat", _SHARED, 10 * _MINUTE, job="heartbeat"),
    _Run("scratch", _SHARED, 2 * _HOUR, "hello", inline=True),
    _Run("scratch", _SHARED, 1 * _HOUR, "hello again", inline=True),
    _Run("scratch", _FORECAST, 30 * _MINUTE, "does it fail?", "FAILED", {"fail": True},
         inline=True),
)  # fmt: skip


def fixture(name: str) -> str:
    """The text of a compiled pipeline that comes with the sandbox."""
    return (resources.files(__package__) / "fixtures" / f"{name}.yaml").read_text()


class Seeder:
    """Fills one server."""

    def __init__(self, world: World, engine: Engine) -> None:
        self._world = world
        self._engine = engine
        self._now = world.now()
        self._versions: dict[str, Row] = {}
        self._pipelines: dict[str, Row] = {}
        self._experiments: dict[str, Row] = {}
        self._jobs: dict[str, str] = {}

    def fill(self, namespace: str) -> None:
        """A team's own rows, a shared pipeline, and another team's rows that it may not see."""
        self._pipeline(_SHARED, "The smallest pipeline there is", "", 90 * _DAY)
        self._version(_SHARED, _SHARED, _SHARED, 90 * _DAY)
        self._own(namespace if self._world.multi_user else "")
        if self._world.multi_user:
            self._other("team-b" if namespace != "team-b" else "team-a")
        self._engine.settle()

    def _own(self, namespace: str) -> None:
        for name, description, age in _EXPERIMENTS:
            self._experiment(name, description, namespace, age)
        for name, description, age in _PIPELINES:
            self._pipeline(name, description, namespace, age)
        for pipeline, name, file, age in _VERSIONS:
            self._version(pipeline, name, file, age)
        for name, experiment, version, enabled, trigger in _JOBS:
            self._job(name, experiment, version, enabled, trigger)
        for run in _RUNS:
            self._run(run)
        archived = self._experiments[_ARCHIVED_EXPERIMENT]["id"]
        self._world.store.update("experiments", archived, storage_state="ARCHIVED")

    def _other(self, namespace: str) -> None:
        account = ServiceAccount(namespace, "default-editor")
        self._world.access.rbac.bind(namespace, account.user)
        name = "other-team-pricing"
        self._experiment(name, "Not for everyone", namespace, 40 * _DAY)
        self._pipeline(name, "", namespace, 40 * _DAY)
        self._version(name, name, "churn-training-1", 40 * _DAY)
        trigger = {"periodic_schedule": {"interval_second": "86400"}}
        self._job("pricing-daily", name, name, True, trigger)
        for day in (3, 2, 1):
            self._run(_Run(name, name, day * _DAY))

    def _insert(self, table: str, age: float, **columns: Any) -> Row:
        row = {"id": self._world.new_id(), "created_at": self._now - int(age), **columns}
        self._world.store.insert(table, row)
        return row

    def _experiment(self, name: str, description: str, namespace: str, age: float) -> None:
        self._experiments[name] = self._insert(
            "experiments", age, name=name, description=description, namespace=namespace
        )

    def _pipeline(self, name: str, description: str, namespace: str, age: float) -> None:
        self._pipelines[name] = self._insert(
            "pipelines", age, name=name, display_name=name, description=description,
            namespace=namespace,
        )  # fmt: skip

    def _version(self, pipeline: str, name: str, file: str, age: float) -> None:
        self._versions[name] = self._insert(
            "versions", age, pipeline_id=self._pipelines[pipeline]["id"], name=name,
            display_name=name, spec=fixture(file),
        )  # fmt: skip

    def _job(
        self, name: str, experiment: str, version: str, enabled: bool, trigger: Mapping[str, Any]
    ) -> None:
        owner = self._experiments[experiment]
        created = int(owner["created_at"]) + _HOUR
        identifier = self._world.new_id()
        row = {
            "id": identifier,
            "name": name,
            "k8s_name": self._world.generated_name(name, identifier),
            "namespace": owner["namespace"],
            "experiment_id": owner["id"],
            "service_account": self._world.default_account,
            "enabled": int(enabled),
            "created_at": created,
            "updated_at": created,
            "no_catchup": 1,
            "trigger": json.dumps(trigger),
            "pipeline_id": self._versions[version]["pipeline_id"],
            "pipeline_version_id": self._versions[version]["id"],
            "fired_at": self._now,
        }
        self._world.store.insert("jobs", row)
        self._jobs[name] = identifier

    def _run(self, run: _Run) -> None:
        world, version = self._world, self._versions[run.version]
        experiment = self._experiments[run.experiment]
        identifier, created = world.new_id(), self._now - int(run.age)
        parameters = json.dumps(run.parameters)
        script, end = self._script(run, identifier, str(version["spec"]), parameters)
        moment = datetime.fromtimestamp(created, timezone.utc)
        row = {
            "id": identifier,
            "name": run.name or f"{run.version} {moment:%Y-%m-%d %H-%M-%S}",
            "k8s_name": world.generated_name(run.experiment, identifier),
            "namespace": experiment["namespace"],
            "experiment_id": experiment["id"],
            "storage_state": "ARCHIVED" if run.archived else "AVAILABLE",
            "service_account": world.default_account,
            "created_at": created,
            "scheduled_at": created,
            "pipeline_id": "" if run.inline else version["pipeline_id"],
            "pipeline_version_id": "" if run.inline else version["id"],
            "spec": version["spec"] if run.inline else "",
            "parameters": parameters,
            "recurring_run_id": self._jobs.get(run.job, ""),
            "script": script.dumps(),
            "metrics": json.dumps(_metrics(run, end)),
        }
        world.store.insert("runs", row)
        last = max(created, int(experiment.get("last_run_created_at", 0)))
        experiment["last_run_created_at"] = last
        world.store.update("experiments", experiment["id"], last_run_created_at=last)

    def _script(
        self, run: _Run, identifier: str, text: str, parameters: str
    ) -> tuple[Script, float]:
        """What makes the run go as it shall, and the second at which it ends."""
        failing = run.end in ("FAILED", "RETRIED") and not run.outcomes
        script = replace(
            self._engine.script(identifier),
            outcomes=run.outcomes,
            fails=failing,
            skipped=run.end == "SKIPPED",
            delay=1800.0 if run.end == "PENDING" else 0.0,
        )
        end = schedule.make(text, parameters, script.dumps()).nodes[0].end
        if run.end == "CANCELED":
            script = script.then("terminate", end // 2)
        elif run.end == "CANCELING":
            script = replace(script, grace=900.0).then("terminate", run.age - 5)
        elif run.end == "RETRIED":
            script = script.then("retry", end + 6 * _HOUR)
        return script, end


def _metrics(run: _Run, end: float) -> dict[str, float]:
    """What the run has reported by now: made up, but always the same for the same run."""
    if run.end != "SUCCEEDED" or end > run.age:
        return {}
    accuracy = 0.9 + end % 10 / 100
    return {
        "accuracy": round(accuracy, 4),
        "auc": round((1 + accuracy) / 2, 4),
        "log-loss": round(1.2 - accuracy, 4),
    }


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
    """Add `n` finished runs without tasks, a second apart. Returns their ids."""
    experiment = world.row("experiments", experiment_id)
    now, before = world.now(), world.store.count("runs")
    text = fixture(_SHARED)
    rows = [
        {
            "id": world.new_id(),
            "name": f"run-{before + index:05d}",
            "namespace": experiment["namespace"],
            "experiment_id": experiment_id,
            "service_account": world.default_account,
            "created_at": now - n + index,
            "scheduled_at": now - n + index,
            "finished_at": now - n + index + 30,
            "state": "FAILED" if index % 10 == 9 else "SUCCEEDED",
            "status": "Failed" if index % 10 == 9 else "Succeeded",
            "settled": 1,
            "spec": text,
        }
        for index in range(n)
    ]
    world.store.insert_many("runs", rows)
    world.store.update("experiments", experiment_id, last_run_created_at=now - 1)
    return [str(row["id"]) for row in rows]
