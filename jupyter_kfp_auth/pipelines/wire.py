"""Reading JSON that may have any field absent, empty or of the wrong type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

#: How the wire says "no time": Go's zero protobuf timestamp.
_UNSET = "1970-01-01T00:00:00Z"
_FRACTION = re.compile(r"\.\d+")

JsonObject = Mapping[str, Any]


def text(data: JsonObject, key: str) -> str:
    """Return a text field; empty when absent or of another type."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def number(data: JsonObject, key: str) -> int | None:
    """Return an integer field; int64 comes as text."""
    value = data.get(key)
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and len(value) < 20 and value.lstrip("-").isdecimal():
        return int(value)
    return None


def flag(data: JsonObject, key: str) -> bool:
    """Return a boolean field; false is absent on the wire."""
    return data.get(key) is True


def mapping(data: JsonObject, key: str) -> dict[str, Any]:
    """Return an object field; empty when absent or of another type."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def objects(data: JsonObject, key: str) -> list[dict[str, Any]]:
    """Return the objects of an array field."""
    value = data.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def time(data: JsonObject, key: str) -> datetime | None:
    """Return a timestamp field; ``None`` when absent, unset (1970) or not a timestamp."""
    value = data.get(key)
    if not isinstance(value, str) or not value or value == _UNSET:
        return None
    if value.endswith("Z"):
        value = value[:-1]
    if "." in value:  # fractions come with up to nine digits, which Python 3.10 does not read
        value = _FRACTION.sub("", value)
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.replace(tzinfo=timezone.utc) if found.tzinfo is None else found
