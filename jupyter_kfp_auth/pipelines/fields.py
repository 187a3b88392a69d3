"""Reading JSON that may have any field absent, empty or of the wrong type."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from math import isfinite

from ..http.strict_json import JsonDict as JsonDict
from ..http.strict_json import JsonObject as JsonObject

#: How the wire says "no time": Go's zero protobuf timestamp, as it is nearly always written.
_UNSET = "1970-01-01T00:00:00Z"
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_FRACTION = re.compile(r"\.\d+")
_INTEGER = re.compile(r"-?[0-9]{1,19}")


def text(data: JsonObject, key: str) -> str:
    """Return a text field; empty when absent or of another type."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def number(data: JsonObject, key: str) -> int | None:
    """Return an integer field; int64 comes as text."""
    value = data.get(key)
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
        return None
    return value


def real(data: JsonObject, key: str) -> float | None:
    """Return a floating-point field; NaN and the infinities come as text and are none."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value) if isfinite(value) else None
    except OverflowError:  # an integer of hundreds of digits
        return None


def flag(data: JsonObject, key: str) -> bool:
    """Return a boolean field; false is absent on the wire."""
    return data.get(key) is True


def mapping(data: JsonObject, key: str) -> JsonDict:
    """Return an object field; empty when absent or of another type."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def objects(data: JsonObject, key: str) -> list[JsonDict]:
    """Return the objects of an array field."""
    value = data.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def time(data: JsonObject, key: str) -> datetime | None:
    """Return a timestamp field; ``None`` when absent, unset (1970) or not a timestamp."""
    value = data.get(key)
    if not isinstance(value, str) or not value or value == _UNSET:
        return None
    if value[-1] == "Z":  # which Python 3.10 does not read, like fractions of nine digits
        value = f"{value[:-1]}+00:00"
    if "." in value:
        value = _FRACTION.sub("", value)
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            found = found.replace(tzinfo=timezone.utc)
        elif found.tzinfo is not timezone.utc:
            found = found.astimezone(timezone.utc)
    except (ValueError, OverflowError):  # an offset may lead out of the calendar
        return None
    if found.year > 1970:
        return found
    # Go's other zero, that of its own time type, is in the year 1.
    return found if found != _EPOCH and found.year > 1 else None
