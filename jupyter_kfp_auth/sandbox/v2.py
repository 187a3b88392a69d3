"""The v2beta1 API: its routes and its JSON."""

from __future__ import annotations

from typing import Any

from .errors import wrapping
from .experiments import Experiments
from .routing import Call, Router
from .runs import Runs
from .store import Row
from .world import World, message, stamp

API = "v2beta1"
_ROOT = f"/apis/{API}"


def experiment_json(row: Row) -> dict[str, Any]:
    """An experiment."""
    return message(
        experiment_id=row["id"],
        display_name=row["name"],
        description=row["description"],
        created_at=stamp(row["created_at"]),
        namespace=row["namespace"],
        storage_state=row["storage_state"],
        last_run_created_at=stamp(row["last_run_created_at"]),
    )


def run_json(row: Row) -> dict[str, Any]:
    """A run."""
    return message(
        experiment_id=row["experiment_id"],
        run_id=row["id"],
        display_name=row["name"],
        storage_state=row["storage_state"],
        description=row["description"],
        service_account=row["service_account"],
        created_at=stamp(row["created_at"]),
        scheduled_at=stamp(row["scheduled_at"]),
        finished_at=stamp(row["finished_at"]),
        state=row["state"],
        recurring_run_id=row["recurring_run_id"],
    )


class ExperimentRoutes:
    """The experiments of v2beta1."""

    def __init__(self, world: World, router: Router) -> None:
        self._experiments = Experiments(world)
        router.add("GET", f"{_ROOT}/experiments", self._list)
        router.add("POST", f"{_ROOT}/experiments", self._create)
        router.add("GET", f"{_ROOT}/experiments/{{id}}", self._get)

    def _list(self, call: Call) -> dict[str, Any]:
        rows, total, token = self._experiments.page(call, call.query.get("namespace", ""), API)
        return message(
            experiments=[experiment_json(row) for row in rows],
            total_size=total,
            next_page_token=token,
        )

    def _get(self, call: Call) -> dict[str, Any]:
        with wrapping("Failed to fetch experiment"):
            return experiment_json(self._experiments.get(call, call.params["id"]))

    def _create(self, call: Call) -> dict[str, Any]:
        body = call.json()
        with wrapping("Failed to create a experiment"):
            return experiment_json(
                self._experiments.create(
                    call,
                    str(body.get("display_name", "")),
                    str(body.get("description", "")),
                    str(body.get("namespace", "")),
                )
            )


class RunRoutes:
    """The runs of v2beta1."""

    def __init__(self, world: World, router: Router) -> None:
        self._runs = Runs(world)
        router.add("GET", f"{_ROOT}/runs", self._list)
        router.add("GET", f"{_ROOT}/runs/{{id}}", self._get)

    def _list(self, call: Call) -> dict[str, Any]:
        rows, total, token = self._runs.page(
            call, call.query.get("namespace", ""), call.query.get("experiment_id", ""), API
        )
        return message(
            runs=[run_json(row) for row in rows], total_size=total, next_page_token=token
        )

    def _get(self, call: Call) -> dict[str, Any]:
        with wrapping("Failed to get a run"):
            return run_json(self._runs.get(call, call.params["id"]))


def add_routes(world: World, router: Router) -> None:
    """Serve v2beta1."""
    ExperimentRoutes(world, router)
    RunRoutes(world, router)
