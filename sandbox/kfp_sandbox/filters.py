"""The `filter` parameter of lists: predicates in JSON, joined by AND."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote_plus

from .errors import INVALID_ARGUMENT, ApiError, invalid_input
from .store import Clause

Filter = dict[str, dict[str, list[Any]]]
"""Operation name -> column -> values, which is also how it stands in a page token."""

_OPERATIONS = {
    1: "EQUALS",
    2: "NOT_EQUALS",
    3: "GREATER_THAN",
    5: "GREATER_THAN_EQUALS",
    6: "LESS_THAN",
    7: "LESS_THAN_EQUALS",
    8: "IN",
    9: "IS_SUBSTRING",
}
_MARKS = {
    "EQUALS": "=",
    "NOT_EQUALS": "!=",
    "GREATER_THAN": ">",
    "GREATER_THAN_EQUALS": ">=",
    "LESS_THAN": "<",
    "LESS_THAN_EQUALS": "<=",
}
_SCALARS = {"string_value", "int_value", "long_value", "timestamp_value"}
_LISTS = {"string_values", "int_values", "long_values"}
_CAMEL = re.compile(r"(?<=[a-z])([A-Z])")


def decode(encoded: str) -> str:
    """The filter text after the server's own, second URL decoding."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", encoded):
        broken = re.search(r"%.{0,2}", encoded)
        text = broken.group() if broken else "%"
        raise invalid_input(
            f'failed to parse valid filter from "{encoded}": invalid URL escape "{text}"'
        )
    return unquote_plus(encoded)


def parse_predicates(encoded: str, api: str) -> list[dict[str, Any]]:
    """The predicates, each with `operation`, `key` and `value`.

    Args:
        encoded: the parameter as the gateway hands it over.
        api: `v2beta1`, or `v1beta1`, which says `op` where the other says `operation`.
    """

    def refuse(reason: str) -> Exception:
        quoted = json.dumps(encoded, ensure_ascii=False)
        return invalid_input(f"failed to parse valid filter from {quoted}: proto: {reason}")

    try:
        document = json.loads(decode(encoded))
    except ValueError:
        word = decode(encoded).strip()
        raise refuse(f"syntax error (line 1:1): invalid value {word.split()[0]}") from None
    if not isinstance(document, dict):
        raise refuse("syntax error (line 1:1): unexpected token")
    for name in document:
        if name != "predicates":
            raise refuse(f'(line 1:2): unknown field "{name}"')
    operation_name = "operation" if api == "v2beta1" else "op"
    predicates = []
    for item in document.get("predicates") or []:
        predicate: dict[str, Any] = {"operation": "UNKNOWN", "key": "", "value": None}
        for name, value in item.items():
            field = _CAMEL.sub(lambda match: "_" + match.group(1).lower(), name)
            if field == operation_name:
                predicate["operation"] = _operation(value, refuse)
            elif field == "key":
                predicate["key"] = str(value)
            elif field in _SCALARS:
                predicate["value"] = _scalar(field, value, refuse)
            elif field in _LISTS:
                kind = field[:-1]
                values = value.get("values", []) if isinstance(value, Mapping) else []
                predicate["value"] = [_scalar(kind, each, refuse) for each in values]
            else:
                raise refuse(f'(line 1:17): unknown field "{name}"')
        predicates.append(predicate)
    return predicates


def parse(encoded: str, fields: Mapping[str, str], api: str) -> Filter | None:
    """A filter from its text. `fields` maps the API's field names to columns."""
    if not encoded:
        return None
    predicates = parse_predicates(encoded, api)
    for predicate in predicates:
        _check(predicate)
    result: Filter = {}
    for predicate in predicates:
        key, value = predicate["key"], predicate["value"]
        if key not in fields:
            raise invalid_input(f'no support for filtering on unrecognized field "{key}"')
        if fields[key] == "storage_state" and isinstance(value, str):
            value = value.removeprefix("STORAGESTATE_")
        result.setdefault(predicate["operation"], {}).setdefault(fields[key], []).append(value)
    return result or None


def survives_token(filter_: Filter | None) -> bool:
    """Whether the server finds the filter equal to itself after it was stored in a page token.

    Numbers come back from JSON as floats and lists as untyped lists, so they never match.
    """
    values = [v for by_key in (filter_ or {}).values() for vs in by_key.values() for v in vs]
    return all(isinstance(value, str) for value in values)


def clauses(filter_: Filter | None) -> list[Clause]:
    """The filter as pieces of a WHERE."""
    found: list[Clause] = []
    for operation, by_column in (filter_ or {}).items():
        for column, values in by_column.items():
            for value in values:
                if operation == "IN":
                    found.append((f"{column} IN ({', '.join('?' * len(value))})", value))
                elif operation == "IS_SUBSTRING":
                    found.append((f"{column} LIKE ?", [f"%{value}%"]))
                else:
                    found.append((f"{column} {_MARKS[operation]} ?", [value]))
    return found


def _operation(value: Any, refuse: Any) -> str:
    if isinstance(value, int):
        return _OPERATIONS.get(value, "UNKNOWN")
    if value not in _OPERATIONS.values():
        raise refuse(f'(line 1:17): invalid value for enum field operation: "{value}"')
    return str(value)


def _scalar(kind: str, value: Any, refuse: Any) -> Any:
    if kind == "string_value":
        if not isinstance(value, str):
            raise refuse(f"(line 1:17): invalid value for string field string_value: {value}")
        return value
    if kind == "timestamp_value":
        try:
            moment = datetime.fromisoformat(re.sub(r"(\.\d+)?(Z|z)$", "+00:00", str(value)))
        except ValueError:
            raise refuse(
                f'(line 1:17): invalid google.protobuf.Timestamp value "{value}"'
            ) from None
        return int(moment.replace(tzinfo=moment.tzinfo or timezone.utc).timestamp())
    try:
        return int(value)
    except (TypeError, ValueError):
        raise refuse(f"(line 1:17): invalid value for {kind}: {value}") from None


def _check(predicate: Mapping[str, Any]) -> None:
    operation, value = predicate["operation"], predicate["value"]
    if operation == "UNKNOWN":
        name = "Error using Filter.Predicate.Operation with go_client.Predicate_Operation"
        raise ApiError(INVALID_ARGUMENT, f"UnknownApiVersionError: {name}", name)
    if value is None:
        name = "Error using Filter.Predicate.Value with <nil>"
        raise ApiError(INVALID_ARGUMENT, f"UnknownApiVersionError: {name}", name)
    if operation == "IN":
        if not isinstance(value, list):
            raise invalid_input(f"cannot use IN operator with scalar type {_go(value)}")
    elif operation == "IS_SUBSTRING":
        if not isinstance(value, str):
            raise invalid_input(
                f"cannot use non string value type {_go(value)} with operator IS_SUBSTRING"
            )
    elif operation in _MARKS:
        if isinstance(value, list):
            raise invalid_input(
                f"cannot use scalar operator {operation} on array type []{_go(value[:1])}"
            )
    else:
        raise invalid_input(f"invalid predicate operation: {operation}")


def _go(value: Any) -> str:
    value = value[0] if isinstance(value, list) and value else value
    return {str: "string", int: "int64"}.get(type(value), "<nil>")
