"""What ML Metadata knows of a run, as KFP's drivers and launchers have written it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ...http.strict_json import Json, JsonDict
from ...pipelines.fields import JsonObject
from ...pipelines.models import Run
from ..definition import Definition, Place, pointers
from ..models import Artifact, ArtifactContent
from ..source import Execution
from .store import MetadataStore
from .values import unwrapped, value

_INPUT, _OUTPUT = 3, 4
_STATES = {2: "RUNNING", 3: "SUCCEEDED", 4: "FAILED", 5: "SUCCEEDED", 6: "SKIPPED"}
_CACHED = 5

#: The artifact that every container task leaves beside those that its component declares.
_LOGS = "executor-logs"
_SESSION = "store_session_info"

#: A uri as KFP makes it: ``<root>/<pipeline>/<run id>/<task>/<id>/<artifact>``.
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_MADE = re.compile(rf"/({_UUID})/[^/]+/{_UUID}/[^/]+/?$")


class MetadataSource:
    """Reads runs of KFP 2 from ML Metadata: four calls for a run, however big.

    Args:
        store: ML Metadata.
        content: reads what the artifacts hold.
    """

    def __init__(self, store: MetadataStore, content: ArtifactContent | None = None) -> None:
        self._store = store
        self._content = content

    def executions(
        self, runs: Sequence[tuple[Run, Definition]]
    ) -> list[Iterable[Execution] | None]:
        """See `OutputsSource`. Raises `PipelinesError` where the store cannot be read."""
        found = self._store.runs([run.run_id for run, _ in runs])
        return [
            _Decoder(run, definition, records, self._content).executions() if records else None
            for (run, definition), records in zip(runs, found, strict=True)
        ]

    def close(self) -> None:
        """Close the connection to the store."""
        self._store.close()


class _Decoder:
    def __init__(
        self, run: Run, definition: Definition, records: Any, content: ArtifactContent | None
    ) -> None:
        self.run = run
        self.definition = definition
        self.content = content
        self.properties = {e.id: _properties(e) for e in records.executions}
        self.messages = {e.id: e for e in sorted(records.executions, key=lambda e: e.id)}
        context = _properties(records.context)
        self.namespace = str(context.get("namespace") or "")
        self.pipeline_session = str(context.get(_SESSION) or "")
        self.artifacts = {a.id: a for a in records.artifacts}
        self.events: dict[int, list[Any]] = {}
        for event in sorted(records.events, key=lambda e: e.milliseconds_since_epoch):
            self.events.setdefault(event.execution_id, []).append(event)
        self.places: dict[int, Place | None] = {}

    def executions(self) -> list[Execution]:
        found = []
        for number in self.messages:
            place = self.place(number)
            if place is not None:
                found.append(self.execution(number, place))
        return found

    def place(self, number: int) -> Place | None:
        """Return where an execution stands; ``None`` for one whose group is not known."""
        if number not in self.places:
            self.places[number] = None  # until it is known, so that a circle ends
            self.places[number] = self.find_place(number)
        return self.places[number]

    def find_place(self, number: int) -> Place | None:
        properties = self.properties[number]
        name = str(properties.get("task_name") or "")
        parent = _number(properties.get("parent_dag_id"))
        if not parent:
            return () if not name else None
        if parent not in self.messages:
            return None
        group = self.place(parent)
        if group is None:
            return None
        if "iteration_index" in properties:
            # A round of a loop; where a group of 2.0 has none in between, of the task itself.
            turn = _number(properties["iteration_index"])
            loop = "iteration_count" in self.properties[parent]
            return (*group, turn) if loop else (*group, self.key(number, group, name), turn)
        return (*group, self.key(number, group, name))

    def key(self, number: int, group: Place, name: str) -> str:
        importer = "Importer" in self.messages[number].type
        return self.definition.key(group, name, importer=importer)

    def execution(self, number: int, place: Place) -> Execution:
        message, properties = self.messages[number], self.properties[number]
        group = "DAG" in message.type
        outputs = self.named(number, _OUTPUT)
        logs = tuple(a for a in outputs if _is_log(a))
        artifacts = tuple(a for a in outputs if not _is_log(a))
        cached = message.last_known_state == _CACHED
        return Execution(
            place,
            display_name=str(properties.get("display_name") or ""),
            # A group stays RUNNING for ever when all that is in it came from the cache.
            state="" if group else _STATES.get(message.last_known_state, ""),
            group=group,
            cached_from=self.maker(properties, outputs) if cached else None,
            inputs=_mapping(properties.get("inputs")),
            outputs=_mapping(properties.get("outputs")),
            input_artifacts=self.named(number, _INPUT),
            artifacts=_latest(artifacts),
            selectors=(
                pointers(_decoded(properties.get("parameter_producer_task"))),
                pointers(_decoded(properties.get("artifact_producer_task"))),
            ),
            logs=_unique(logs),
        )

    def named(self, number: int, kind: int) -> tuple[Artifact, ...]:
        """Return the artifacts that an execution read or wrote, by their names in it."""
        found = []
        for event in self.events.get(number, ()):
            if event.type == kind and event.artifact_id in self.artifacts:
                steps = [step.key for step in event.path.steps if step.key]
                name = steps[0] if steps else ""
                found.append(self.artifact(self.artifacts[event.artifact_id], name))
        return tuple(found)

    def artifact(self, message: Any, name: str) -> Artifact:
        metadata = {key: unwrapped(item) for key, item in _properties(message).items()}
        session = str(metadata.pop(_SESSION, "") or "")
        display_name = metadata.pop("display_name", None)
        name = name or str(display_name or message.name)
        if display_name and display_name != name:
            metadata["display_name"] = display_name
        return Artifact(
            id=str(message.id),
            name=name,
            type=message.type,
            uri=shown(message.uri),
            metadata=metadata,
            session=session or self.pipeline_session,
            namespace=self.namespace,
            content=self.content,
        )

    def maker(self, properties: JsonObject, outputs: tuple[Artifact, ...]) -> str:
        """Return the id of the run that made what was reused; empty where nothing tells it."""
        if _number(properties.get("cached_execution_id")) in self.messages:
            return self.run.run_id
        # Where a component's own artifacts lie is its own choice, so what it printed comes first.
        for artifact in sorted(outputs, key=_is_log, reverse=True):
            made = _MADE.search(artifact.uri)
            if made and made[1] != self.run.run_id:
                return made[1]
        return ""


def shown(uri: str) -> str:
    """Return a uri without a password and without the signature that a web address may carry."""
    if not uri.startswith(("http://", "https://")):
        return uri
    try:
        parts = urlsplit(uri)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "https://"
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def _properties(message: Any) -> JsonDict:
    return {key: value(item) for key, item in sorted(message.custom_properties.items())}


def _mapping(found: object) -> JsonObject:
    return found if isinstance(found, dict) else {}


def _decoded(found: object) -> JsonObject:
    """Return pointers: JSON text of all of them, or an object with a JSON text for each."""
    if isinstance(found, str):
        found = _json(found)
    if not isinstance(found, dict):
        return {}
    return {key: _json(item) if isinstance(item, str) else item for key, item in found.items()}


def _json(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _number(found: Any) -> int:
    try:
        return int(found)
    except (TypeError, ValueError, OverflowError):
        return 0


def _is_log(artifact: Artifact) -> bool:
    return artifact.name == _LOGS


def _latest(artifacts: tuple[Artifact, ...]) -> tuple[Artifact, ...]:
    """Return the artifacts once each: of two attempts of one execution, those of the last."""
    return tuple({(a.name, a.uri): a for a in artifacts}.values())


def _unique(logs: tuple[Artifact, ...]) -> tuple[Artifact, ...]:
    return tuple({artifact.uri: artifact for artifact in logs}.values())
