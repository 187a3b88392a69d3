"""Objects of the Kubernetes API that change by themselves: listed, and watched, by their versions.

Each change is an event with a new resourceVersion, the newest thousand of which are kept. An
older version than these is too old to watch from.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections import deque
from collections.abc import AsyncGenerator, Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .clock import Clock

Object = dict[str, Any]
Key = tuple[str, str]
"""Namespace and name."""

BOOKMARK_INTERVAL = 60.0  # seconds
_FIRST_VERSION = 1000
_KEPT = 1000
_META = "meta.k8s.io/v1"
_TERM = re.compile(
    r"\s*(?P<no>!)?(?P<key>[\w./-]+)\s*"
    r"(?:(?P<op>==?|!=|\bnotin\b|\bin\b)\s*(?P<value>\([^)]*\)|[^,]*))?\s*(?:,|$)"
)


class Invalid(Exception):
    """A parameter that cannot be read."""


class Expired(Exception):
    """The events since this version are no longer known."""


@dataclass(frozen=True)
class Kind:
    """A kind of object and where it is served."""

    group: str
    version: str
    resource: str
    name: str

    @property
    def api_version(self) -> str:
        """Group and version, as objects have them."""
        return f"{self.group}/{self.version}"


@dataclass
class Event:
    """A change. `render` makes the object as it was then, without its resourceVersion."""

    type: str
    key: Key
    version: int
    generation: int
    render: Callable[[], Object] = field(repr=False)

    @cached_property
    def object(self) -> Object:
        """The whole object."""
        document = self.render()
        document["metadata"] |= {
            "resourceVersion": str(self.version),
            "generation": self.generation,
        }
        return document

    @cached_property
    def partial(self) -> Object:
        """Its metadata alone."""
        return {
            "kind": "PartialObjectMetadata",
            "apiVersion": _META,
            "metadata": self.object["metadata"],
        }


@dataclass
class Selection:
    """Which objects of a namespace are wanted, and in which form."""

    namespace: str
    labels: str = ""
    fields: str = ""
    partial: bool = False

    def __contains__(self, event: Event) -> bool:
        if event.key[0] != self.namespace:
            return False
        if not self.labels and not self.fields:
            return True
        return matches(event.object, self.labels, self.fields)

    def form(self, event: Event) -> Object:
        """The object of an event in the form that is wanted."""
        return event.partial if self.partial else event.object


class Collection:
    """The objects of one kind, in all namespaces, with their history.

    Args:
        kind: what they are.
        clock: by which bookmarks come and watches end.
    """

    def __init__(self, kind: Kind, clock: Clock) -> None:
        self.kind = kind
        self.version = _FIRST_VERSION
        self._clock = clock
        self._objects: dict[Key, Event] = {}
        self._states: dict[Key, Hashable] = {}
        self._events: deque[Event] = deque(maxlen=_KEPT)
        self._oldest = _FIRST_VERSION
        self._watchers: set[asyncio.Event] = set()
        self._connections = 0

    @property
    def watched(self) -> bool:
        """Whether a watch is open."""
        return bool(self._watchers)

    def update(self, current: Mapping[Key, tuple[Hashable, Callable[[], Object]]]) -> None:
        """Take note of what there is now: for each object its state, and what renders it."""
        before = self.version
        for key, (state, render) in current.items():
            if key not in self._objects:
                self._add("ADDED", key, 1, render)
            elif state != self._states[key]:
                self._add("MODIFIED", key, self._objects[key].generation + 1, render)
            self._states[key] = state
        for key in self._objects.keys() - current.keys():
            gone = self._objects[key]
            self._add("DELETED", key, gone.generation, gone.render)
            del self._objects[key], self._states[key]
        if self.version != before:
            self.wake()

    def state(self, key: Key) -> Hashable:
        """The state at the last update; None of an object that was not there."""
        return self._states.get(key)

    def find(self, key: Key) -> Event | None:
        """The newest event of an object that is there."""
        return self._objects.get(key)

    def compact(self) -> None:
        """Forget every event, so that each version up to now is too old."""
        self.version += 1
        self._oldest = self.version
        self._events.clear()

    def drop(self) -> None:
        """Break every open watch."""
        self._connections += 1
        self.wake()

    def wake(self) -> None:
        """Let every watch look for events, its next bookmark and its end."""
        for watcher in self._watchers:
            watcher.set()

    def page(self, selection: Selection, limit: int = 0, start: str = "") -> Object:
        """A list, or the page of it that begins after the token `start`."""
        found = sorted(
            (event for event in self._objects.values() if event in selection),
            key=lambda event: event.key,
        )
        if start:
            last = _decode(start)
            found = [event for event in found if event.key[1] > last]
        metadata: Object = {"resourceVersion": str(self.version)}
        if limit and len(found) > limit:
            metadata["continue"] = _encode(self.version, found[limit - 1].key[1])
            metadata["remainingItemCount"] = len(found) - limit
            found = found[:limit]
        items = [selection.form(event) for event in found]
        if selection.partial:
            kind, api_version = "PartialObjectMetadataList", _META
        else:
            kind, api_version = f"{self.kind.name}List", self.kind.api_version
        return {"kind": kind, "apiVersion": api_version, "metadata": metadata, "items": items}

    def check_version(self, text: str) -> int | None:
        """The version to watch from; None begins with what is there. Raises Invalid, Expired."""
        if text in ("", "0"):
            return None
        if not text.isdigit():
            raise Invalid(
                f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: '
                f'parsing "{text}": invalid syntax'
            )
        if int(text) < self._oldest:
            raise Expired(f"too old resource version: {text} ({self._oldest})")
        return int(text)

    def watch(
        self,
        selection: Selection,
        since: int | None,
        *,
        timeout: float,
        bookmarks: bool,
        broken: bool = False,
    ) -> AsyncGenerator[bytes, None]:
        """Lines of a watch, which has begun when this returns.

        They end with ConnectionAbortedError when the watch breaks.

        Args:
            since: the version after which it begins; None begins with what is there.
            timeout: seconds after which it ends; 0 never ends.
            bookmarks: whether to send one each minute, and one at the end.
            broken: whether it breaks at once.
        """
        first: list[Event] = []
        if since is None:
            since = self.version
            first = sorted(self._objects.values(), key=lambda event: event.version)
        begun = self._clock.time()
        connection = -1 if broken else self._connections
        ends = begun + timeout if timeout else float("inf")
        marks = begun + BOOKMARK_INTERVAL if bookmarks else float("inf")
        return self._lines(selection, first, since, connection, ends, marks)

    async def _lines(
        self,
        selection: Selection,
        first: list[Event],
        seen: int,
        connection: int,
        ends: float,
        marks: float,
    ) -> AsyncGenerator[bytes, None]:
        waker = asyncio.Event()
        self._watchers.add(waker)
        try:
            for event in first:
                if event in selection:
                    yield _line("ADDED", selection.form(event))
            while True:
                for event in [event for event in self._events if event.version > seen]:
                    seen = event.version
                    if event in selection:
                        yield _line(event.type, selection.form(event))
                if self._connections != connection:
                    raise ConnectionAbortedError
                now = self._clock.time()
                if marks <= now or (now >= ends and marks < float("inf")):
                    marks = now + BOOKMARK_INTERVAL
                    yield _line("BOOKMARK", self._bookmark(selection, max(seen, self.version)))
                if now >= ends:
                    return
                waker.clear()
                await waker.wait()
        finally:
            self._watchers.discard(waker)

    def _add(self, type_: str, key: Key, generation: int, render: Callable[[], Object]) -> None:
        self.version += 1
        event = Event(type_, key, self.version, generation, render)
        if len(self._events) == _KEPT:
            self._oldest = self._events[0].version
        self._events.append(event)
        self._objects[key] = event

    def _bookmark(self, selection: Selection, version: int) -> Object:
        kind = ("PartialObjectMetadata", _META)
        if not selection.partial:
            kind = (self.kind.name, self.kind.api_version)
        return {
            "apiVersion": kind[1],
            "kind": kind[0],
            "metadata": {"resourceVersion": str(version)},
        }


def matches(document: Object, labels: str, fields: str) -> bool:
    """Whether selectors of labels and fields select an object. Raises Invalid."""
    metadata = document["metadata"]
    known = {name: value for name, value in document.items() if isinstance(value, str)}
    known |= {
        f"{name}.{key}": value
        for name in ("metadata", "involvedObject", "status")
        for key, value in (document.get(name) or {}).items()
        if isinstance(value, str)
    }
    return _selects(labels, metadata.get("labels") or {}) and _selects(fields, known)


async def lines(*documents: tuple[str, Object]) -> AsyncGenerator[bytes, None]:
    """A watch of these events alone."""
    for type_, document in documents:
        yield _line(type_, document)


def _line(type_: str, document: Object) -> bytes:
    text = json.dumps({"type": type_, "object": document}, separators=(",", ":"))
    return f"{text}\n".encode()


def _selects(selector: str, labels: Mapping[str, str]) -> bool:
    """Whether a selector of labels or fields selects these. Raises Invalid."""
    position = 0
    while position < len(selector):
        match = _TERM.match(selector, position)
        if not match or match.end() == position:
            raise Invalid(f"unable to parse requirement: {selector}")
        position = match.end()
        if not _holds(match, labels):
            return False
    return True


def _holds(match: re.Match[str], labels: Mapping[str, str]) -> bool:
    key, operator = str(match["key"]), match["op"]
    if operator is None:
        return (key in labels) != bool(match["no"])
    values: Iterable[str] = [match["value"].strip()]
    if operator in ("in", "notin"):
        values = [value.strip() for value in match["value"].strip("()").split(",")]
    return (labels.get(key, "") in values) != (operator in ("!=", "notin"))


def _encode(version: int, name: str) -> str:
    token = {"v": "meta.k8s.io/v1", "rv": version, "start": f"{name}\0"}
    return base64.urlsafe_b64encode(json.dumps(token).encode()).decode().rstrip("=")


def _decode(token: str) -> str:
    try:
        padded = token + "=" * (-len(token) % 4)
        return str(json.loads(base64.urlsafe_b64decode(padded))["start"]).rstrip("\0")
    except (ValueError, KeyError, TypeError):
        raise Invalid("continue key is not valid") from None
