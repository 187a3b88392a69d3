"""Pipelines and their versions, as both versions of the API see them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from . import filters, listing, pipeline_spec
from .errors import ApiError, already_exists, invalid_input, not_found, wrapping
from .routing import Call
from .runs import latest_version
from .state import ServerState
from .store import Clause, Row


@dataclass
class NewVersion:
    """The request for a version, or for the first one of a new pipeline."""

    name: str
    document: str
    display_name: str = ""
    description: str = ""
    code_source_url: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


class Pipelines:
    """What can be done with pipelines. Every method with a call checks who is asking."""

    def __init__(self, server: ServerState) -> None:
        self._server = server

    def page(self, call: Call, namespace: str, api: str) -> tuple[list[Row], int, str]:
        """A page of the pipelines of a namespace; the shared ones if it is empty."""
        server = self._server
        query, tags = _without_tags(call.query, api)
        with wrapping(f"Failed to list pipelines due invalid list options: {_given(call)}"):
            options = listing.parse_options(listing.PIPELINES, query, api)
        namespace = namespace if server.multi_user else ""
        with (
            wrapping(f"Failed to list pipelines in namespace {namespace}. Check error stack"),
            wrapping(
                "Failed to list pipelines due to authorization error. "
                f"Check if you have read permission to namespace {namespace}"
            ),
        ):
            self._check(call, "", namespace, "list", "")
        scope: list[Clause] = [("namespace = ?", [namespace]), *tags]
        return listing.fetch(server.store, listing.PIPELINES, options, scope)

    def get(self, call: Call, identifier: str, verb: str = "get") -> Row:
        """One pipeline."""
        with wrapping(
            f"Failed to {verb} a pipeline due authorization error for pipeline id {identifier}"
        ):
            return self._authorized(call, identifier, verb)

    def by_name(self, call: Call, name: str, namespace: str) -> Row:
        """The pipeline with this name in a namespace, or among the shared ones."""
        server = self._server
        namespace = namespace if server.multi_user else ""
        with wrapping(
            "Failed to fetch a pipeline due to authorization error. "
            f"Check if you have read permission to namespace {namespace}"
        ):
            self._check(call, "", namespace, "get", name)
        rows = server.store.select(
            "pipelines", [("name = ? AND namespace = ?", [name, namespace])], limit=1
        )
        if not rows:
            with wrapping(f"Failed to get a pipeline named {name} in namespace {namespace}"):
                raise not_found("Namespace/Pipeline", f"{namespace}/{name}")
        return rows[0]

    def create(
        self,
        call: Call,
        name: str,
        namespace: str,
        *,
        display_name: str = "",
        description: str = "",
        tags: Mapping[str, str] | None = None,
    ) -> Row:
        """A new pipeline without versions."""
        name = name or display_name
        if not name:
            raise invalid_input("name is required")
        namespace = namespace if self._server.multi_user else ""
        with wrapping(
            "Failed to create a pipeline due to authorization error. "
            f"Check if you have write permissions to namespace {namespace}"
        ):
            self._check(call, "", namespace, "create", name)
        return self.add(name, namespace, display_name, description, tags or {})

    def add(
        self,
        name: str,
        namespace: str,
        display_name: str = "",
        description: str = "",
        tags: Mapping[str, str] | None = None,
    ) -> Row:
        """A new pipeline; the caller has been checked."""
        row = {
            "id": self._server.new_id(),
            "name": name,
            "display_name": display_name or name,
            "description": description,
            "namespace": namespace,
            "created_at": self._server.now(),
            "tags": json.dumps(tags or {}),
        }
        try:
            self._server.store.insert("pipelines", row)
        except sqlite3.IntegrityError:
            raise already_exists(
                f"Failed to create a new pipeline. The name {name} already exist. "
                "Please specify a new name"
            ) from None
        return self._server.row("pipelines", str(row["id"]))

    def update(self, call: Call, identifier: str, columns: Mapping[str, object]) -> Row:
        """Change what may be changed of a pipeline."""
        with wrapping(f"Failed to update pipeline {identifier} due to authorization error"):
            self._authorized(call, identifier, "update")
        if columns:
            self._server.store.update("pipelines", identifier, **columns)
        return self._server.row("pipelines", identifier)

    def delete(self, call: Call, identifier: str, *, cascade: bool) -> None:
        """Remove a pipeline, with its versions or only if it has none."""
        with wrapping(
            f"Failed to delete a pipeline due authorization error for pipeline id {identifier}"
        ):
            self._authorized(call, identifier, "delete")
        store = self._server.store
        mine: list[Clause] = [("pipeline_id = ?", [identifier])]
        if not cascade and store.count("versions", mine):
            example = latest_version(self._server, identifier)["id"]
            raise invalid_input(
                f"Failed to delete pipeline with id {identifier} as it has existing pipeline "
                f"versions (e.g. {example}). Set cascade=true to delete all versions"
            )
        store.delete_where("versions", mine)
        store.delete_where("pipelines", [("id = ?", [identifier])])

    # Versions

    def versions(self, call: Call, pipeline_id: str, api: str) -> tuple[list[Row], int, str]:
        """A page of the versions of a pipeline."""
        server = self._server
        query, tags = _without_tags(call.query, api)
        text = "Failed to list pipeline versions due invalid list options"
        with wrapping(f"{text}: {_given(call)}"):
            options = listing.parse_options(listing.VERSIONS, query, api)
        with wrapping(f"Failed to list pipeline versions for pipeline {pipeline_id}"):
            with (
                wrapping(
                    "Failed to list pipeline versions due to error fetching the namespace for "
                    f"pipeline {pipeline_id}"
                ),
                wrapping(f"Failed to get namespace for pipeline id {pipeline_id}"),
            ):
                namespace = server.row("pipelines", pipeline_id)["namespace"]
            with wrapping(
                "Failed to list pipeline versions due to authorization error. "
                f"Check if you have read permission to namespace {namespace}"
            ):
                self._check(call, "", namespace, "list", "")
        scope: list[Clause] = [("pipeline_id = ?", [pipeline_id]), *tags]
        return listing.fetch(server.store, listing.VERSIONS, options, scope)

    def version(self, call: Call, identifier: str, verb: str = "get") -> Row:
        """One version; access to it is access to its pipeline."""
        with wrapping(
            f"Failed to {verb} a pipeline version due to authorization error for pipeline "
            f"version id {identifier}"
        ):
            with wrapping(f"Failed to access pipeline version {identifier}. Check if it exists"):
                row = self._server.row("versions", identifier)
            self._authorized(call, row["pipeline_id"], verb)
        return row

    def add_version(self, pipeline_id: str, new: NewVersion) -> Row:
        """A new version; the caller has been checked."""
        with wrapping("Failed to create a pipeline version due to template creation error"):
            document = pipeline_spec.parse(new.document)
        name = new.name or document.name
        row = {
            "id": self._server.new_id(),
            "pipeline_id": pipeline_id,
            "name": name,
            "display_name": new.display_name or name,
            "description": new.description,
            "created_at": self._server.now(),
            "code_source_url": new.code_source_url,
            "spec": new.document,
            "tags": json.dumps(new.tags),
        }
        try:
            self._server.store.insert("versions", row)
        except sqlite3.IntegrityError:
            raise already_exists(
                f"Failed to create a new pipeline version. The name {name} already exist. "
                "Specify a new name"
            ) from None
        self._server.store.update("pipelines", pipeline_id, default_version_id=row["id"])
        return self._server.row("versions", str(row["id"]))

    def update_version(self, call: Call, identifier: str, columns: Mapping[str, object]) -> Row:
        """Change what may be changed of a version."""
        self.version(call, identifier, "update")
        if columns:
            self._server.store.update("versions", identifier, **columns)
        return self._server.row("versions", identifier)

    def delete_version(self, call: Call, identifier: str) -> None:
        """Remove a version."""
        row = self.version(call, identifier, "delete")
        self._server.store.delete_where("versions", [("id = ?", [row["id"]])])

    def authorize_upload(self, call: Call, namespace: str) -> None:
        """Check an upload; one without a namespace is not checked, as in the real server."""
        if namespace:
            self._server.access.check(call, namespace, "pipelines", "create")

    def _authorized(self, call: Call, identifier: str, verb: str) -> Row:
        with wrapping(
            f"Failed to access pipeline {identifier}. "
            "Check if it exists and have a namespace assigned"
        ):
            row = self._server.row("pipelines", identifier)
        self._check(call, identifier, row["namespace"], verb, row["name"])
        return row

    def _check(self, call: Call, identifier: str, namespace: str, verb: str, name: str) -> None:
        server = self._server
        if namespace:
            with wrapping(
                f"Failed to access pipeline {identifier}. "
                f"Check if you have access to namespace {namespace}"
            ):
                server.access.check(call, namespace, "pipelines", verb, name)
        elif verb not in ("get", "list") and server.release.since(2, 17):
            with wrapping(
                f"Failed to access shared pipeline {identifier}. "
                f"Check if you have permission to {verb} shared pipelines"
            ):
                server.access.check(call, server.pod_namespace, "pipelines", verb, name)


def _without_tags(query: Mapping[str, str], api: str) -> tuple[dict[str, str], list[Clause]]:
    """The query without the predicates about tags, and these as clauses."""
    text = query.get("filter", "")
    if "tags." not in text:
        return dict(query), []
    rest, found = [], []
    for predicate, original in zip(
        filters.parse_predicates(text, api), _originals(text), strict=True
    ):
        if not predicate["key"].startswith("tags."):
            rest.append(original)
            continue
        key = predicate["key"].removeprefix("tags.")
        if predicate["operation"] != "EQUALS":
            raise invalid_input(
                "only EQUALS operation is supported for tag filtering, "
                f'got {predicate["operation"]} for key "{key}"'
            )
        found.append(("json_extract(tags, '$.' || ?) = ?", [f'"{key}"', predicate["value"]]))
    filter_ = quote_plus(json.dumps({"predicates": rest})) if rest else ""
    return {**query, "filter": filter_}, list(found)


def _given(call: Call) -> str:
    """The options of a list, as errors repeat them."""
    query = call.query
    return (
        f"pageToken: {query.get('page_token', '')}, pageSize: {query.get('page_size', '') or 0}, "
        f"sortBy: {query.get('sort_by', '')}, filter: {query.get('filter', '')}"
    )


def _originals(text: str) -> list[object]:
    return list(json.loads(filters.decode(text))["predicates"])


def broken_url() -> ApiError:
    """What a version from a URL gets: the sandbox fetches nothing."""
    return invalid_input("Pipeline URL validation failed")
