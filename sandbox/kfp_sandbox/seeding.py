"""Believable rows to begin with, and many rows at once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import lru_cache
from importlib import resources
from typing import Any

from . import pipeline_spec, schedule
from .run_state import RunStates
from .script import Script
from .state import ServerState
from .store import Row
from .tokens import ServiceAccount

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SHARED = "hello-world"


@dataclass
class _Run:
    """A run to seed.

    Attributes:
        end: how it goes; RETRIED succeeds after a failure.
        inline: it has a definition of its own.
        image: its containers have this image, in a definition of its own.
    """

    experiment: str
    version: str
    age: str
    name: str = ""
    end: str = "SUCCEEDED"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    archived: bool = False
    job: str = ""
    inline: bool = False
    image: str = ""


def _seconds(age: str) -> int:
    return int(age[:-1]) * _SECONDS[age[-1]]


@lru_cache(maxsize=1)
def _rows() -> dict[str, Any]:
    """What there is to seed, by its kind."""
    return dict(pipeline_spec.check_syntax(fixture("seed"))[0])


def fixture(name: str) -> str:
    """The text of a compiled pipeline that comes with the sandbox."""
    return (resources.files(__package__) / "fixtures" / f"{name}.yaml").read_text()


class Seeder:
    """Fills one server."""

    def __init__(self, server: ServerState, run_states: RunStates) -> None:
        self._server = server
        self._run_states = run_states
        self._now = server.now()
        self._versions: dict[str, Row] = {}
        self._pipelines: dict[str, Row] = {}
        self._experiments: dict[str, Row] = {}
        self._jobs: dict[str, str] = {}

    def fill(self, namespace: str) -> None:
        """A team's own rows, a shared pipeline, and another team's rows that it may not see."""
        self._pipeline(_SHARED, "90d", "The smallest pipeline there is", "")
        self._version(_SHARED, _SHARED, _SHARED, "90d")
        self._own(namespace if self._server.multi_user else "")
        if self._server.multi_user:
            self._other("team-b" if namespace != "team-b" else "team-a")
        self._run_states.settle()

    def _own(self, namespace: str) -> None:
        rows = _rows()
        for row in rows["experiments"]:
            self._experiment(namespace=namespace, **row)
        for row in rows["pipelines"]:
            self._pipeline(namespace=namespace, **row)
        for row in rows["versions"]:
            self._version(**row)
        for row in rows["recurring_runs"]:
            self._job(**row)
        for row in rows["runs"]:
            self._run(_Run(**row))
        archived = self._experiments[rows["archived_experiment"]]["id"]
        self._server.store.update("experiments", archived, storage_state="ARCHIVED")

    def _other(self, namespace: str) -> None:
        account = ServiceAccount(namespace, "default-editor")
        self._server.access.rbac.bind(namespace, account.user)
        name = "other-team-pricing"
        self._experiment(name, "40d", "Not for everyone", namespace)
        self._pipeline(name, "40d", "", namespace)
        self._version(name, name, "churn-training-1", "40d")
        trigger = {"periodic_schedule": {"interval_second": "86400"}}
        self._job("pricing-daily", name, name, True, trigger)
        for age in ("3d", "2d", "1d"):
            self._run(_Run(name, name, age))

    def _insert(self, table: str, age: str, **columns: Any) -> Row:
        row = {"id": self._server.new_id(), "created_at": self._now - _seconds(age), **columns}
        self._server.store.insert(table, row)
        return row

    def _experiment(self, name: str, age: str, description: str, namespace: str) -> None:
        self._experiments[name] = self._insert(
            "experiments", age, name=name, description=description, namespace=namespace
        )

    def _pipeline(self, name: str, age: str, description: str, namespace: str) -> None:
        self._pipelines[name] = self._insert(
            "pipelines", age, name=name, display_name=name, description=description,
            namespace=namespace,
        )  # fmt: skip

    def _version(self, pipeline: str, name: str, file: str, age: str) -> None:
        self._versions[name] = self._insert(
            "versions", age, pipeline_id=self._pipelines[pipeline]["id"], name=name,
            display_name=name, spec=fixture(file),
        )  # fmt: skip

    def _job(
        self, name: str, experiment: str, version: str, enabled: bool, trigger: Mapping[str, Any]
    ) -> None:
        owner = self._experiments[experiment]
        created = int(owner["created_at"]) + 3600
        identifier = self._server.new_id()
        row = {
            "id": identifier,
            "name": name,
            "k8s_name": self._server.generated_name(name, identifier),
            "namespace": owner["namespace"],
            "experiment_id": owner["id"],
            "service_account": self._server.default_account,
            "enabled": int(enabled),
            "created_at": created,
            "updated_at": created,
            "no_catchup": 1,
            "trigger": json.dumps(trigger),
            "pipeline_id": self._versions[version]["pipeline_id"],
            "pipeline_version_id": self._versions[version]["id"],
            "fired_at": self._now,
        }
        self._server.store.insert("jobs", row)
        self._jobs[name] = identifier

    def _run(self, run: _Run) -> None:
        server, version = self._server, self._versions[run.version]
        experiment = self._experiments[run.experiment]
        identifier, created = server.new_id(), self._now - _seconds(run.age)
        parameters = json.dumps(run.parameters)
        text, inline = str(version["spec"]), run.inline or bool(run.image)
        if run.image:
            text = re.sub(r"(image: ).*", rf"\g<1>{run.image}", text)
        script, end = self._script(run, identifier, text, parameters)
        moment = datetime.fromtimestamp(created, timezone.utc)
        row = {
            "id": identifier,
            "name": run.name or f"{run.version} {moment:%Y-%m-%d %H-%M-%S}",
            "k8s_name": server.generated_name(run.experiment, identifier),
            "namespace": experiment["namespace"],
            "experiment_id": experiment["id"],
            "storage_state": "ARCHIVED" if run.archived else "AVAILABLE",
            "service_account": server.default_account,
            "created_at": created,
            "scheduled_at": created,
            "pipeline_id": "" if inline else version["pipeline_id"],
            "pipeline_version_id": "" if inline else version["id"],
            "spec": text if inline else "",
            "parameters": parameters,
            "recurring_run_id": self._jobs.get(run.job, ""),
            "script": script.dumps(),
            "metrics": json.dumps(_metrics(run, end)),
        }
        server.store.insert("runs", row)
        last = max(created, int(experiment.get("last_run_created_at", 0)))
        experiment["last_run_created_at"] = last
        server.store.update("experiments", experiment["id"], last_run_created_at=last)

    def _script(
        self, run: _Run, identifier: str, text: str, parameters: str
    ) -> tuple[Script, float]:
        """What makes the run go as it shall, and the second at which it ends."""
        failing = run.end in ("FAILED", "RETRIED") and not run.outcomes
        script = replace(
            self._run_states.script(identifier),
            outcomes=run.outcomes,
            fails=failing,
            skipped=run.end == "SKIPPED",
            delay=1800.0 if run.end == "PENDING" else 0.0,
        )
        end = schedule.make(text, parameters, script.dumps()).nodes[0].end
        if run.end == "CANCELED":
            script = script.then("terminate", end // 2)
        elif run.end == "CANCELING":
            script = replace(script, grace=900.0).then("terminate", _seconds(run.age) - 5)
        elif run.end == "RETRIED":
            script = script.then("retry", end + 6 * 3600)
        return script, end


def _metrics(run: _Run, end: float) -> dict[str, float]:
    """What the run has reported by now: made up, but always the same for the same run."""
    if run.end != "SUCCEEDED" or end > _seconds(run.age):
        return {}
    accuracy = 0.9 + end % 10 / 100
    return {
        "accuracy": round(accuracy, 4),
        "auc": round((1 + accuracy) / 2, 4),
        "log-loss": round(1.2 - accuracy, 4),
    }


def add_experiments(server: ServerState, n: int, namespace: str) -> list[str]:
    """Add `n` experiments, a second apart. Returns their ids."""
    now, before = server.now(), server.store.count("experiments")
    rows = [
        {
            "id": server.new_id(),
            "name": f"experiment-{before + index:05d}",
            "description": f"Number {before + index}",
            "namespace": namespace if server.multi_user else "",
            "created_at": now - n + index,
        }
        for index in range(n)
    ]
    server.store.insert_many("experiments", rows)
    return [str(row["id"]) for row in rows]


def add_runs(server: ServerState, n: int, experiment_id: str) -> list[str]:
    """Add `n` finished runs without tasks, a second apart. Returns their ids."""
    experiment = server.row("experiments", experiment_id)
    now, before = server.now(), server.store.count("runs")
    text = fixture(_SHARED)
    rows = [
        {
            "id": server.new_id(),
            "name": f"run-{before + index:05d}",
            "namespace": experiment["namespace"],
            "experiment_id": experiment_id,
            "service_account": server.default_account,
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
    server.store.insert_many("runs", rows)
    server.store.update("experiments", experiment_id, last_run_created_at=now - 1)
    return [str(row["id"]) for row in rows]
