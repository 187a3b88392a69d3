"""Experiments, as both versions of the API see them."""

from __future__ import annotations

import sqlite3

from . import listing
from .errors import ApiError, already_exists, converting, internal, invalid_input, wrapping
from .routing import Call
from .state import ServerState
from .store import Clause, Row

_NO_NAMESPACE = "An experiment cannot have an empty namespace in multi-user mode"


class Experiments:
    """What can be done with experiments. Every method checks who is asking."""

    def __init__(self, server: ServerState) -> None:
        self._server = server

    def page(self, call: Call, namespace: str, api: str) -> tuple[list[Row], int, str]:
        """A page of the experiments of a namespace."""
        server = self._server
        with wrapping("Failed to create list options"):
            options = listing.parse_options(listing.EXPERIMENTS, call.query, api)
        kind = "v1beta1 experiments" if api == "v1beta1" else "experiments"
        with wrapping(f"List {kind} failed"), wrapping("Failed to authorize with API"):
            namespace = server.listed_namespace(call, "Experiment", namespace, _NO_NAMESPACE)
            with wrapping("Failed to authorize with API"):
                server.access.check(call, namespace, "experiments", "list")
        return listing.fetch(server.store, listing.EXPERIMENTS, options, server.scope(namespace))

    def get(self, call: Call, identifier: str) -> Row:
        """One experiment."""
        return self._authorized(call, identifier, "get")

    def create(self, call: Call, name: str, description: str, namespace: str) -> Row:
        """A new experiment."""
        server = self._server
        with converting("[ExperimentServer]: Failed to create a experiment"):
            if not name:
                raise _conversion("Invalid input error: Experiment must have a non-empty name")
            if len(name) > 128:
                raise _conversion(
                    "Invalid input error: Experiment.Name length cannot exceed 128 characters"
                )
        namespace = namespace if server.multi_user else ""
        with wrapping("Failed to authorize the request"):
            if server.multi_user and not namespace:
                raise invalid_input(_NO_NAMESPACE)
            with wrapping("Failed to authorize with API"):
                server.access.check(call, namespace, "experiments", "create", name)
        return self.add(name, description, namespace)

    def add(self, name: str, description: str, namespace: str) -> Row:
        """A new experiment; the caller has been checked."""
        identifier = self._server.new_id()
        row = {
            "id": identifier,
            "name": name,
            "description": description,
            "namespace": namespace,
            "created_at": self._server.now(),
        }
        try:
            self._server.store.insert("experiments", row)
        except sqlite3.IntegrityError:
            raise already_exists(
                f"Failed to create a new experiment. The name {name} already exists. "
                "Please specify a new name"
            ) from None
        return self._server.row("experiments", identifier)

    def archive(self, call: Call, identifier: str) -> None:
        """Archive an experiment with its runs; its recurring runs stop."""
        self._authorized(call, identifier, "archive")
        store = self._server.store
        store.update("experiments", identifier, storage_state="ARCHIVED")
        mine: list[Clause] = [("experiment_id = ?", [identifier])]
        store.update_where("runs", mine, storage_state="ARCHIVED")
        store.update_where("jobs", mine, enabled=0, updated_at=self._server.now())

    def unarchive(self, call: Call, identifier: str) -> None:
        """Bring an experiment back; its runs stay archived."""
        self._authorized(call, identifier, "unarchive")
        self._server.store.update("experiments", identifier, storage_state="AVAILABLE")

    def delete(self, call: Call, identifier: str) -> None:
        """Remove an experiment; its runs stay."""
        self._authorized(call, identifier, "delete")
        self._server.store.delete_where("experiments", [("id = ?", [identifier])])

    def _authorized(self, call: Call, identifier: str, verb: str) -> Row:
        server = self._server
        with wrapping("Failed to authorize the request"):
            with wrapping("Failed to authorize with the experiment ID"):
                row = server.row("experiments", identifier)
            with wrapping("Failed to authorize with API"):
                server.access.check(call, row["namespace"], "experiments", verb, row["name"])
        return row


def _conversion(cause: str) -> ApiError:
    return internal("Failed to convert API experiment to model experiment", cause)
