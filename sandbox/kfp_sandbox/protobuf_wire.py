"""Protocol buffers on the wire: as much as the metadata store's messages need."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

Field = tuple[int, Any]


def encode(*fields: Field) -> bytes:
    """Encode a message: numbers of fields with ints, floats, texts, or encoded messages.

    A field that is None is left out.
    """
    return b"".join(_field(number, value) for number, value in fields if value is not None)


def _field(number: int, value: Any) -> bytes:
    if isinstance(value, float):
        return _varint(number << 3 | 1) + struct.pack("<d", value)
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value & 0xFFFF_FFFF_FFFF_FFFF)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def decode(data: bytes) -> dict[int, list[Any]]:
    """Return the fields of a message by number: ints, and bytes of everything else.

    Raises:
        ValueError: it is no message.
    """
    found: dict[int, list[Any]] = {}
    at = 0
    try:
        while at < len(data):
            key, at = _read(data, at)
            kind = key & 7
            value: Any
            if kind == 0:
                value, at = _read(data, at)
            else:
                length = {1: 8, 5: 4}.get(kind)
                if length is None:
                    length, at = _read(data, at)
                value, at = data[at : at + length], at + length
            found.setdefault(key >> 3, []).append(value)
    except IndexError:
        raise ValueError("it ends early") from None
    return found


def _read(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
        shift += 7


def json_value(value: Any) -> bytes:
    """Encode a ``google.protobuf.Value``."""
    if value is None:
        return encode((1, 0))
    if isinstance(value, bool):
        return encode((4, int(value)))
    if isinstance(value, (int, float)):
        return encode((2, float(value)))
    if isinstance(value, str):
        return encode((3, value))
    if isinstance(value, Mapping):
        return encode((5, json_struct(value)))
    return encode((6, encode(*((1, json_value(item)) for item in value))))


def json_struct(value: Mapping[str, Any]) -> bytes:
    """Encode a ``google.protobuf.Struct``."""
    return encode(*((1, encode((1, key), (2, json_value(item)))) for key, item in value.items()))
