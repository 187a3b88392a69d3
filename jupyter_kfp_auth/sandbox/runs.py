"""Runs, as both versions of the API see them."""

from __future__ import annotations

from . import listing
from .errors import wrapping
from .routing import Call
from .store import Clause, Row
from .world import World

_NO_NAMESPACE = "A run cannot have an empty namespace in multi-user mode"


class Runs:
    """What can be done with runs. Every method checks who is asking."""

    def __init__(self, world: World) -> None:
        self._world = world

    def page(
        self, call: Call, namespace: str, experiment_id: str, api: str
    ) -> tuple[list[Row], int, str]:
        """A page of the runs of a namespace or of an experiment."""
        world = self._world
        with wrapping("Failed to create list options"):
            options = listing.parse_options(listing.RUNS, call.query, api)
        with wrapping("Failed to list runs"):
            scope = self._scope(call, namespace, experiment_id)
            return listing.fetch(world.store, listing.RUNS, options, scope)

    def get(self, call: Call, identifier: str) -> Row:
        """One run."""
        return self._authorized(call, identifier, "get")

    def _scope(self, call: Call, namespace: str, experiment_id: str) -> list[Clause]:
        world = self._world
        if experiment_id:
            with (
                wrapping(
                    "Failed to list runs due to error fetching namespace for experiment "
                    f"{experiment_id}. Try filtering based on namespace"
                ),
                wrapping(f"Failed to fetch namespace from experiment {experiment_id}"),
            ):
                namespace = world.row("experiments", experiment_id)["namespace"]
        with wrapping(
            "Failed to list runs due to authorization error. "
            f"Check if you have permission to access namespace {namespace}"
        ):
            if not experiment_id:
                namespace = world.listed_namespace(call, "Run", namespace, _NO_NAMESPACE)
            with wrapping(
                f"Failed to access run . Check if you have access to namespace {namespace}"
            ):
                world.access.check(call, namespace, "runs", "list")
        if experiment_id:
            return [("experiment_id = ?", [experiment_id])]
        return world.scope(namespace)

    def _authorized(self, call: Call, identifier: str, verb: str) -> Row:
        world = self._world
        with wrapping("Failed to authorize the request"):
            with (
                wrapping(f"Failed to authorize with the run ID {identifier}"),
                wrapping(f"Failed to fetch run {identifier}"),
            ):
                row = world.row("runs", identifier)
            with wrapping(
                f"Failed to access run {identifier}. "
                f"Check if you have access to namespace {row['namespace']}"
            ):
                world.access.check(call, row["namespace"], "runs", verb, row["k8s_name"])
        return row
