"""List parameters: what the caller asks, and how the server's filter language says it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import quote

from ..http.strict_json import JsonDict
from .errors import InvalidRequest

#: The server cuts larger pages to this without a word.
MAX_PAGE_SIZE = 200

NEWEST_FIRST = "created_at desc"

_SORT = re.compile(r"([a-z_]+)(?: (asc|desc))?")


@dataclass(frozen=True, slots=True)
class Query:
    """One list request, in the words of v2beta1."""

    namespace: str = ""
    experiment_id: str = ""
    pipeline_id: str = ""
    page_size: int = 20
    page_token: str = ""
    sort_by: str = NEWEST_FIRST
    search: str = ""
    state: str = ""
    include_archived: bool = True
    run_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.page_size, bool) or not isinstance(self.page_size, int):
            raise InvalidRequest.of("page_size", "a whole number from 1 to 200", self.page_size)
        if not 1 <= self.page_size <= MAX_PAGE_SIZE:
            raise InvalidRequest.of("page_size", "a whole number from 1 to 200", self.page_size)
        if not isinstance(self.sort_by, str) or not _SORT.fullmatch(self.sort_by):
            raise InvalidRequest.of("sort_by", "a field, then asc or desc", self.sort_by)

    @property
    def states(self) -> tuple[str, ...]:
        """The states that are asked for: ``state`` may name several, with commas between."""
        return tuple(filter(None, self.state.split(",")))

    @property
    def sort(self) -> tuple[str, str]:
        """Field and direction; as on the server, a bare field sorts upwards."""
        field, _, direction = self.sort_by.partition(" ")
        return field, direction or "asc"


def predicate(key: str, operation: str, value: str, *, verb: str = "operation") -> JsonDict:
    """Return one condition on a text field; KFP 1.8 calls the operation ``op``."""
    return {"key": key, verb: operation, "string_value": value}


def any_of(key: str, values: tuple[str, ...], *, verb: str = "operation") -> JsonDict:
    """Return the condition that a text field has one of several values."""
    return {"key": key, verb: "IN", "string_values": {"values": list(values)}}


def encode_filter(predicates: list[JsonDict]) -> str:
    """Return the value of the ``filter`` parameter, or empty text when there are no conditions.

    The server decodes the value twice (the gateway, then KFP itself), so it is percent-encoded
    once here and once more by the HTTP library. Otherwise a ``+`` in a name becomes a space and a
    ``%`` an error.
    """
    if not predicates:
        return ""
    return quote(json.dumps({"predicates": predicates}, separators=(",", ":")), safe="")
