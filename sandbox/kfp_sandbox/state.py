"""What every part of the pretended API server shares."""

from __future__ import annotations

import json
import random
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from .access import Access
from .clock import Clock
from .errors import ApiError, gateway_error, invalid_input, not_found
from .faults import Faults
from .releases import Release
from .routing import Call, snake_case
from .store import Clause, Row, Store

KINDS = {
    "experiments": "Experiment",
    "runs": "Run",
    "jobs": "Job",
    "pipelines": "Pipeline",
    "versions": "PipelineVersion",
}


_FETCHED = {
    "pipelines": "Failed to get a pipeline with id",
    "versions": "Failed to get a pipeline version with id",
}
_TEXTS = frozenset(
    {
        "display_name", "name", "description", "namespace", "experiment_id", "pipeline_id",
        "pipeline_version_id", "service_account", "code_source_url",
    }
)  # fmt: skip


@dataclass
class ServerState:
    """The state and the rules of one API server.

    Attributes:
        pod_namespace: where the server itself runs; shared pipelines belong to it.
        random: where ids come from; seeded, so that a server can be made again.
    """

    release: Release
    multi_user: bool
    clock: Clock
    access: Access
    faults: Faults
    random: random.Random
    store: Store = field(default_factory=Store)
    pod_namespace: str = "kubeflow"

    def new_id(self) -> str:
        """A new id of a row."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    @property
    def default_account(self) -> str:
        """The service account of runs that name none."""
        return "default-editor" if self.multi_user else "pipeline-runner"

    def generated_name(self, name: str, identifier: str) -> str:
        """What Kubernetes calls an object that Pipelines makes: the name, and five characters."""
        kept = re.sub(r"[^-a-z0-9.]", "", name.lower().replace(" ", "-"))[:52]
        return f"{kept.strip('-.') or 'pipeline'}-{identifier[:5]}"

    def now(self) -> int:
        """Whole seconds since the epoch: all that the database of KFP keeps."""
        return int(self.clock.time())

    def row(self, table: str, identifier: str) -> Row:
        """The row with this id. Raises ApiError (404)."""
        found = self.store.get(table, identifier)
        if found is None:
            error = not_found(KINDS[table], identifier)
            if table in _FETCHED:
                error.message = f"{_FETCHED[table]} {identifier}: {error.message}"
            raise error
        return found

    def body(self, call: Call, *names: str) -> dict[str, Any]:
        """The fields of a request's body, by their names in snake_case.

        Since 2.14 a field that does not exist is refused (400).
        """
        fields: dict[str, Any] = {}
        for given, value in call.json().items():
            name = snake_case(given)
            if name in names:
                if name in _TEXTS and value is not None and not isinstance(value, str):
                    camel = re.sub(r"_(.)", lambda match: match[1].upper(), name)
                    text = f"invalid value for string field {camel}: {json.dumps(value)}"
                    raise gateway_error(f"proto: (line 1:2): {text}")
                fields[name] = value
            elif self.release.modern_gateway:
                raise gateway_error(f'proto: (line 1:2): unknown field "{given}"')
        return fields

    def listed_namespace(self, call: Call, kind: str, namespace: str, empty: str) -> str:
        """The namespace that a list is about; empty in single-user mode.

        Args:
            kind: `Experiment`, `Run` or `Job`, as 1.8 names it in its errors.
            namespace: what the client sent.
            empty: the error text when multi-user mode misses the namespace.
        """
        required = self.faults.find("namespace-required")
        rejected = self.faults.find("namespace-rejected")
        if rejected and (namespace or rejected.options.get("always")):
            self.faults.take("namespace-rejected", call.path)
            raise self._rejects(kind)
        if required and (not namespace or required.options.get("always")):
            self.faults.take("namespace-required", call.path)
            raise invalid_input(empty)
        if not self.multi_user:
            if namespace and not self.release.has_v2:
                raise self._rejects(kind)
            return ""
        if not namespace and not rejected:
            raise self._requires(kind, empty)
        return namespace

    def scope(self, namespace: str) -> list[Clause]:
        """The rows of a namespace; all of them where the server keeps no namespaces."""
        if not self.multi_user or (not namespace and self.faults.find("namespace-rejected")):
            return []
        return [("namespace = ?", [namespace])]

    def _requires(self, kind: str, empty: str) -> ApiError:
        if self.release.has_v2:
            return invalid_input(empty)
        if kind == "Experiment":
            return invalid_input(
                "Invalid resource references for experiment. "
                "ListExperiment requires filtering by namespace."
            )
        return invalid_input(f"List{kind}s must filter by resource reference in multi-user mode.")

    def _rejects(self, kind: str) -> ApiError:
        name = "ListExperiment" if kind == "Experiment" else f"List{kind}s"
        return invalid_input(f"In single-user mode, {name} cannot filter by namespace.")


def message(**fields: Any) -> dict[str, Any]:
    """A message as protojson writes it: zero values are left out."""
    return {name: value for name, value in fields.items() if value}


def stamp(seconds: float) -> str:
    """A time in whole seconds; an unset one is the start of 1970, as on the wire."""
    return datetime.fromtimestamp(int(seconds), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(text: Any) -> int:
    """The seconds of an RFC 3339 time, 0 if there is none. Raises ApiError (400)."""
    if not text:
        return 0
    try:
        moment = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        raise invalid_input(f'invalid google.protobuf.Timestamp value "{text}"') from None
    return int(moment.timestamp())


def text_of(document: Mapping[str, Any], name: str) -> str:
    """A text field of a request, empty if absent."""
    return str(document.get(name) or "")
