"""Bodies of requests: what may be in them, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..config.settings import NAMESPACE
from ..http.strict_json import JsonDict, JsonObject
from ..pipelines._transport import ID
from ..pipelines.errors import InvalidRequest

#: Characters of a name, and of a description, that Pipelines keeps.
LONGEST_NAME = 255
_LONGEST_TEXT = 4096

#: Characters of a pipeline's file: what Pipelines itself takes.
_LONGEST_DEFINITION = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Field:
    """One member of a body: whether a value fits, and how to say what does."""

    fits: Callable[[object], bool]
    allowed: str


def _text(longest: int, what: str = "") -> Field:
    allowed = what or f"text of at most {longest} characters"
    return Field(lambda value: isinstance(value, str) and len(value) <= longest, allowed)


def _number(lowest: int, highest: int) -> Field:
    def fits(value: object) -> bool:
        return type(value) is int and lowest <= value <= highest

    return Field(fits, f"a whole number from {lowest} to {highest}")


def _identifier(what: str) -> Field:
    def fits(value: object) -> bool:
        return isinstance(value, str) and ID.fullmatch(value) is not None

    return Field(fits, f"the id of {what}")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and _moment(value).tzinfo is not None
    except ValueError:
        return False


FIELDS: Mapping[str, Field] = {
    "clone_of": _identifier("a run"),
    "name": _text(LONGEST_NAME),
    "version": _text(LONGEST_NAME),
    "description": _text(_LONGEST_TEXT),
    "definition": _text(_LONGEST_DEFINITION, "the text of a compiled pipeline"),
    "namespace": Field(
        lambda value: value == "" or (isinstance(value, str) and bool(NAMESPACE.fullmatch(value))),
        "a Kubernetes namespace, or empty for everyone",
    ),
    "experiment_id": _identifier("an experiment"),
    "pipeline_id": _identifier("a pipeline"),
    "version_id": _identifier("a pipeline version"),
    "parameters": Field(lambda value: isinstance(value, dict), "a JSON object"),
    "service_account": _text(LONGEST_NAME),
    "pipeline_root": _text(_LONGEST_TEXT),
    "cron": _text(LONGEST_NAME),
    "interval_seconds": _number(1, 10**9),
    "start_time": Field(_is_time, "a time with its zone, such as 2026-12-01T06:00:00Z"),
    "end_time": Field(_is_time, "a time with its zone, such as 2026-12-01T06:00:00Z"),
    "max_concurrency": _number(1, 10),
    "no_catchup": Field(lambda value: isinstance(value, bool), "true or false"),
    "enabled": Field(lambda value: isinstance(value, bool), "true or false"),
}


def checked(body: object, known: Sequence[str], needed: Sequence[str] = ()) -> JsonDict:
    """Return a body in which everything fits.

    Args:
        body: parsed JSON.
        known: members that it may have, of `FIELDS`.
        needed: members that it must have.

    Raises:
        InvalidRequest: it is no object, or a member is unknown, missing or does not fit.
    """
    if not isinstance(body, dict):
        raise InvalidRequest.of("body", "a JSON object", body)
    for key, value in body.items():
        if key not in known:
            raise InvalidRequest.of("body", f"made of {', '.join(known)}", key)
        if not FIELDS[key].fits(value):
            raise InvalidRequest.of(key, FIELDS[key].allowed, value)
    for key in needed:
        if key not in body:
            raise InvalidRequest.of(key, FIELDS[key].allowed, None)
    return body


def time(body: JsonObject, key: str) -> datetime | None:
    """Return a checked time of a body; ``None`` where it is left out."""
    found = body.get(key)
    return _moment(found) if found else None
