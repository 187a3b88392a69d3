"""Values of ML Metadata as Python's own."""

from __future__ import annotations

from typing import Any

from ...http.strict_json import Json, JsonDict


def value(message: Any) -> Json:
    """Return what a ``Value`` of ML Metadata holds; ``None`` for nothing."""
    kind = message.WhichOneof("value")
    if kind == "string_value":
        return message.string_value
    if kind == "double_value":
        return message.double_value
    if kind == "struct_value":
        return struct(message.struct_value)
    return None if kind is None else getattr(message, kind)


def struct(message: Any) -> JsonDict:
    """Return a ``Struct`` as a dictionary."""
    return {key: _json(item) for key, item in message.fields.items()}


def unwrapped(found: object) -> Json:
    """Return a list or an object of an artifact's metadata, which is wrapped under its kind."""
    if isinstance(found, dict) and len(found) == 1:
        if isinstance(found.get("list"), list):
            return found["list"]
        if isinstance(found.get("struct"), dict):
            return found["struct"]
    return found


def _json(message: Any) -> Json:
    kind = message.WhichOneof("value")
    if kind == "number_value":
        return message.number_value
    if kind == "struct_value":
        return struct(message.struct_value)
    if kind == "list_value":
        return [_json(item) for item in message.list_value.values]
    return None if kind in (None, "null_value") else getattr(message, kind)
