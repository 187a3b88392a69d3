"""Values of options: limits, durations, sort orders, arguments of a pipeline."""

from __future__ import annotations

import re
from datetime import datetime

from .parser import did_you_mean

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_LIMIT = re.compile(r"[0-9]{1,6}")
_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)([smhd]?)")

#: What can be sorted by, and under which name the API knows it. Times begin with the newest.
SORTS: dict[str, dict[str, str]] = {
    "experiments": {
        "created": "created_at",
        "last-run": "last_run_created_at",
        "name": "name",
    },
    "runs": {
        "created": "created_at",
        "finished": "finished_at",
        "scheduled": "scheduled_at",
        "name": "name",
        "state": "state",
    },
    "recurring-runs": {"created": "created_at", "updated": "updated_at", "name": "name"},
    "pipelines": {"created": "created_at", "name": "name"},
    "versions": {"created": "created_at", "name": "name"},
}


def limit(text: str) -> int:
    """Read a number of rows."""
    if not _LIMIT.fullmatch(text) or not 1 <= int(text) <= 100_000:
        raise ValueError("a whole number from 1 to 100000")
    return int(text)


def seconds(text: str) -> float:
    """Read a duration such as ``90s``, ``30m`` or ``2h``; a bare number is seconds."""
    found = _DURATION.fullmatch(text.strip().lower())
    if not found or float(found[1]) <= 0:
        raise ValueError("a duration such as 90s, 30m or 2h")
    return float(found[1]) * _UNITS[found[2]]


def concurrency(text: str) -> int:
    """Read how many runs may go on at a time."""
    if not text.isdecimal() or not 1 <= int(text[:4]) <= 10:
        raise ValueError("a whole number from 1 to 10")
    return int(text)


def moment(text: str) -> datetime:
    """Read a time in ISO format; without a zone it is local time."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone()
    except (ValueError, OverflowError, OSError):
        raise ValueError("a time such as 2026-12-01T06:00 or 2026-12-01T06:00+01:00") from None


def sort_by(kind: str, words: str) -> str:
    """Turn ``created``, ``name desc`` or ``created_at asc`` into what the API is asked.

    Raises:
        ValueError: another field or direction; the message says what there is.
    """
    fields = SORTS[kind]
    field, _, direction = " ".join(words.replace(":", " ").split()).partition(" ")
    descending = field.startswith("-")
    name = field.removeprefix("-").lower().replace("_", "-")
    api = fields.get(name) or next((f for f in fields.values() if f.replace("_", "-") == name), "")
    if not api or direction.lower() not in ("", "asc", "desc"):
        allowed = ", ".join(fields)
        raise ValueError(
            f"--sort must be one of {allowed}, with asc or desc behind it, not {words!r}."
            + did_you_mean(name, fields)
        )
    # As on the page: times begin with the newest, unless said otherwise. A field in the API's own
    # words behaves as the API does.
    newest_first = api.endswith("_at") and name in fields
    default = "desc" if descending or newest_first else "asc"
    return f"{api} {direction.lower() or default}"


def assignment(text: str) -> tuple[str, str]:
    """Read ``name=value``."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise ValueError("name=value")
    return name.strip(), value
