"""What all models share: a form that JSON can hold."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timezone
from enum import Enum
from functools import cache
from typing import Any, ClassVar

from ..http.strict_json import Json, JsonDict


class Model:
    """What all models share: an id, a name, and a form that JSON can hold."""

    __slots__ = ()
    _id: ClassVar[str] = ""

    @property
    def id(self) -> str:
        """The id, whatever this kind of object calls it."""
        return str(getattr(self, self._id))

    def as_dict(self) -> JsonDict:
        """Return JSON-ready data: times as RFC 3339 text, ``None`` where there is none."""
        kind: Any = type(self)
        return {name: _plain(getattr(self, name)) for name in _names(kind)}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


class Named(Model):
    """A model whose only name is the one that it displays."""

    __slots__ = ()
    display_name: str

    @property
    def name(self) -> str:
        """The display name."""
        return self.display_name


def rfc3339(moment: datetime) -> str:
    """Return a time as the API writes it."""
    moment = moment if moment.tzinfo is timezone.utc else moment.astimezone(timezone.utc)
    return f"{moment.replace(tzinfo=None).isoformat()}Z"


def _plain(value: object) -> Json:
    if type(value) is str:  # most of them; lists of hundreds of rows pass through here
        return value
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Model):
        return value.as_dict()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
