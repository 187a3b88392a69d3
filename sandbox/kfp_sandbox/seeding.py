"""A believable world to begin with, and many rows at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from importlib import resources
from typing import Any

from .run_state import Engine
from .schedule import Plan, PlannedTask
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
_VERSIONS = (
    ("churn-training", "churn-training", "churn-training-1", 60 * _DAY),
    ("churn-training", "churn-training v2 (validation)", "churn-training-2", 21 * _DAY),
    ("demand-forecast", "demand-forecast", "demand-forecast-1", 31 * _DAY),
    ("fraud-nightly", "fraud-nightly", "fraud-nightly-1", 17 * _DAY),
    ("fraud-nightly", "fraud-nightly canary 5%", "fraud-nightly-1", 5 * _DAY),
)
_SHARED = "hello-world"


@dataclass
class _Run:
    """A run to seed, `age` seconds old. `end` is how it goes."""

    experiment: str
    version: str
    age: float
    name: str = ""
    end: str = "SUCCEEDED"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    archived: bool = False
    job: str = ""
    inline: bool = False


def _runs() -> list[_Run]:
    churn, churn_2 = "churn-training", "churn-training v2 (validation)"
    forecast, nightly = "demand-forecast", "fraud-nightly"
    runs = [
        _Run("churn-pilot", churn, 97 * _DAY, archived=True),
        _Run("churn-pilot", churn, 96 * _DAY, end="FAILED", archived=True),
    ]
    for index, rate in enumerate((0.3, 0.1, 0.05, 0.02)):
        end = "FAILED" if index == 2 else "SUCCEEDED"
        parameters = {"learning_rate": rate}
        name = f"baseline lr={rate}"
        age = (58 - index) * _DAY
        runs.append(_Run("churn-baseline", churn, age, name, end, parameters, archived=index == 0))
    for index, depth in enumerate((4, 6, 8, 10)):
        parameters = {"max_depth": depth}
        name = f"xgboost depth={depth}"
        runs.append(
            _Run("churn-xgboost", churn_2, (20 - index) * _DAY, name, "SUCCEEDED", parameters)
        )
    runs += [
        _Run("churn-xgboost", churn_2, 15 * _DAY, "xgboost depth=32", "FAILED", {"max_depth": 32}),
        _Run("churn-xgboost", churn_2, 4 * _HOUR, "xgboost long", "CANCELED", {"max_depth": 64}),
        _Run("churn-xgboost", churn_2, 20, "xgboost depth=7", parameters={"max_depth": 7}),
        _Run("churn-xgboost", churn_2, 30, "xgboost, more memory", "PENDING"),
    ]
    for week in range(5, 0, -1):
        end = "FAILED" if week == 3 else "SUCCEEDED"
        runs.append(_Run("demand-forecast", forecast, week * 6 * _DAY, "", end))
    runs += [
        _Run("demand-forecast", forecast, 5 * _HOUR, "what if: 5 regions", "SUCCEEDED",
             {"regions": ["north", "south", "west", "east", "islands"], "horizon": 16}),
        _Run("demand-forecast", forecast, 25, "what if: 4 regions",
             parameters={"regions": ["north", "south", "west", "east"]}),
        _Run("demand-forecast", forecast, 3 * _DAY, "nothing new to forecast", "SKIPPED"),
    ]  # fmt: skip
    for night in range(9, 0, -1):
        end = "FAILED" if night in (7, 2) else "SUCCEEDED"
        runs.append(_Run("fraud-nightly", nightly, night * _DAY, end=end, job="fraud-nightly"))
    runs += [
        _Run("fraud-nightly", nightly, 12, "fraud by hand", parameters={"percent": 50}),
        _Run("fraud-nightly", nightly, 40, "fraud, wrong bucket", "CANCELING"),
        _Run("recsys-embeddings", churn_2, 8 * _DAY, "embeddings 64", inline=True),
        _Run("recsys-embeddings", churn_2, 6 * _DAY, "embeddings 128", "FAILED", inline=True),
        _Run("heartbeat", _SHARED, 2 * _HOUR, job="heartbeat"),
        _Run("heartbeat", _SHARED, 10 * _MINUTE, job="heartbeat"),
        _Run("scratch", _SHARED, 2 * _HOUR, "hello", inline=True),
        _Run("scratch", _SHARED, 1 * _HOUR, "hello again", inline=True),
        _Run(
            "scratch",
            forecast,
            30 * _MINUTE,
            "does it fail?",
            "FAILED",
            {"fail": True},
            inline=True,
        ),
    ]
    return runs


_JOBS = (
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


def fixture(name: str) -> str:
    """The text of a compiled pipeline that comes with the sandbox."""
    return (resources.files(__package__) / "fixtures" / f"{name}.yaml").read_text()


class Seeder:
    """Fills one world."""

    def __init__(self, world: World, engine: Engine) -> None:
        self._world = world
        self._engine = engine
        self._now = world.now()
        self._versions: dict[str, Row] = {}
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
        for name, experiment, pipeline, enabled, trigger in _JOBS:
            self._job(name, experiment, pipeline, enabled, trigger)
        for run in _runs():
            self._run(run)
        archived = self._experiments[_ARCHIVED_EXPERIMENT]["id"]
        self._world.store.update("experiments", archived, storage_state="ARCHIVED")

    def _other(self, namespace: str) -> None:
        account = ServiceAccount(namespace, "default-editor")
        self._world.access.rbac.bind(namespace, account.user)
        self._experiment("other-team-pricing", "Not for everyone", namespace, 40 * _DAY)
        self._pipeline("other-team-pricing", "", namespace, 40 * _DAY)
        self._version("other-team-pricing", "other-team-pricing", "churn-training-1", 40 * _DAY)
        trigger = {"periodic_schedule": {"interval_second": "86400"}}
        self._job("pricing-daily", "other-team-pricing", "other-team-pricing", True, trigger)
        for day in (3, 2, 1):
            self._run(_Run("other-team-pricing", "other-team-pricing", day * _DAY))

    def _experiment(self, name: str, description: str, namespace: str, age: float) -> None:
        row = {
            "id": self._world.new_id(),
            "name": name,
            "description": description,
            "namespace": namespace,
            "created_at": self._now - int(age),
        }
        self._world.store.insert("experiments", row)
        self._experiments[name] = row

    def _pipeline(self, name: str, description: str, namespace: str, age: float) -> None:
        row = {
            "id": self._world.new_id(),
            "name": name,
            "display_name": name,
            "description": description,
            "namespace": namespace,
            "created_at": self._now - int(age),
        }
        self._world.store.insert("pipelines", row)
        self._versions[f"pipeline {name}"] = row

    def _version(self, pipeline: str, name: str, file: str, age: float) -> None:
        row = {
            "id": self._world.new_id(),
            "pipeline_id": self._versions[f"pipeline {pipeline}"]["id"],
            "name": name,
            "display_name": name,
            "created_at": self._now - int(age),
            "spec": fixture(file),
        }
        self._world.store.insert("versions", row)
        self._versions[name] = row

    def _job(
        self, name: str, experiment: str, pipeline: str, enabled: bool, trigger: Mapping[str, Any]
    ) -> None:
        owner = self._experiments[experiment]
        created = int(owner["created_at"]) + _HOUR
        identifier = self._world.new_id()
        row = {
            "id": identifier,
            "name": name,
            "k8s_name": f"{name}-{identifier[:5]}",
            "namespace": owner["namespace"],
            "experiment_id": owner["id"],
            "enabled": int(enabled),
            "created_at": created,
            "updated_at": created,
            "no_catchup": 1,
            "trigger": json.dumps(trigger),
            "pipeline_id": self._versions[pipeline]["pipeline_id"],
            "pipeline_version_id": self._versions[pipeline]["id"],
            "fired_at": self._now,
        }
        self._world.store.insert("jobs", row)
        self._jobs[name] = identifier

    def _run(self, run: _Run) -> None:
        world, version = self._world, self._versions[run.version]
        experiment = self._experiments[run.experiment]
        identifier, created = world.new_id(), self._now - int(run.age)
        plan = self._plan(run, identifier, str(version["spec"]))
        moment = datetime.fromtimestamp(created, timezone.utc)
        row = {
            "id": identifier,
            "name": run.name or f"{run.version} {moment:%Y-%m-%d %H-%M-%S}",
            "k8s_name": f"{run.experiment}-{identifier[:5]}",
            "namespace": experiment["namespace"],
            "experiment_id": experiment["id"],
            "storage_state": "ARCHIVED" if run.archived else "AVAILABLE",
            "service_account": "default-editor" if world.multi_user else "pipeline-runner",
            "created_at": created,
            "scheduled_at": created,
            "pipeline_id": "" if run.inline else version["pipeline_id"],
            "pipeline_version_id": "" if run.inline else version["id"],
            "spec": version["spec"] if run.inline else "",
            "parameters": json.dumps(run.parameters),
            "recurring_run_id": self._jobs.get(run.job, ""),
            "plan": plan.dumps(),
            "metrics": json.dumps(_metrics(run, plan)),
        }
        world.store.insert("runs", row)
        last = max(created, int(experiment.get("last_run_created_at", 0)))
        experiment["last_run_created_at"] = last
        world.store.update("experiments", experiment["id"], last_run_created_at=last)

    def _plan(self, run: _Run, identifier: str, text: str) -> Plan:
        if run.end == "SKIPPED":
            root = PlannedTask(identifier, "root", "root", "", "dag", 3.0, 4.0, "SKIPPED")
            return Plan(identifier, tasks=[root])
        plan = self._engine.plan(identifier, text, run.parameters, fails=run.end == "FAILED")
        if run.end == "PENDING":
            return plan.delayed(1800.0)
        if run.end == "CANCELED":
            plan.terminated = plan.end / 2
        elif run.end == "CANCELING":
            plan.terminated, plan.grace = run.age - 5, 900.0
        return plan


def _metrics(run: _Run, plan: Plan) -> dict[str, float]:
    """What the run has reported by now: made up, but always the same for the same plan."""
    if run.end != "SUCCEEDED" or plan.end > run.age:
        return {}
    accuracy = 0.9 + plan.end % 10 / 100
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
            "service_account": "default-editor" if world.multi_user else "pipeline-runner",
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
