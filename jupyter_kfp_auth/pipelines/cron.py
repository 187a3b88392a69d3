"""Cron expressions as Pipelines means them: six fields that begin with seconds.

Everyone else writes five fields, and Pipelines takes those as well, but reads them as its own with
the weekday left out: ``10 10 * * *`` then starts a run every hour. So five fields are completed
here before they are sent. The time zone is the server's ``CRON_SCHEDULE_TIMEZONE``, UTC by default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timezone

from .errors import InvalidRequest

#: What Pipelines reads besides fields, and the fields they stand for.
_NAMED = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}

_LONGEST = 200

#: What each field may hold.
_FIELDS = (
    "a second from 0 to 59",
    "a minute from 0 to 59",
    "an hour from 0 to 23",
    "a day of the month from 1 to 31",
    "a month from 1 to 12, or JAN to DEC",
    "a weekday from 0 (Sunday) to 6, or SUN to SAT",
)


def six_fields(expression: str) -> str:
    """Return an expression with the six fields that Pipelines wants.

    Args:
        expression: five fields as in a crontab, six with seconds first, or a word such as
            ``@daily``.

    Raises:
        InvalidRequest: it is no cron expression; the message names the field.
    """
    text = " ".join(expression.split())[:_LONGEST]
    if text.startswith("@"):
        if found := _NAMED.get(text.lower()):
            return found
        raise InvalidRequest.of("cron", f"five or six fields, or one of {', '.join(_NAMED)}", text)
    fields = text.split(" ")
    if len(fields) == 5:
        fields = ["0", *fields]
    if len(fields) != 6:
        allowed = "five fields such as 0 6 * * *, or six with seconds first"
        raise InvalidRequest.of("cron", allowed, text)
    fields[5] = re.sub(r"(?<![\d/])7(?!\d)", "0", fields[5])  # Sunday, as others write it
    for position, allowed in enumerate(_FIELDS):
        alone = ["*"] * 6
        alone[position] = fields[position]
        if not _is_valid(" ".join(alone)):
            raise InvalidRequest.of(f"cron {text!r}: this field", allowed, fields[position])
    return " ".join(fields)


def as_read(stored: str) -> str:
    """Return the six fields that Pipelines reads in an expression that it keeps."""
    fields = stored.split()
    return " ".join([*fields, "*"]) if len(fields) == 5 else stored


def next_times(expression: str, after: datetime) -> Iterator[datetime]:
    """Yield the times of an expression as Pipelines reads it, in UTC; none where it is not valid.

    Args:
        expression: as Pipelines keeps it.
        after: an aware time; the first one is later.
    """
    from croniter import CroniterBadDateError, croniter

    fields = as_read(expression)
    if not _is_valid(fields):
        return
    times = croniter(fields, after.astimezone(timezone.utc), second_at_beginning=True)
    try:
        while True:
            yield times.get_next(datetime)
    except CroniterBadDateError:  # such as 30 February
        return


def in_words(expression: str) -> str:
    """Say when an expression fires, as Pipelines reads it; the expression where that fails."""
    from cron_descriptor import FormatError, MissingFieldError, Options, get_description

    options = Options()
    options.use_24hour_time_format = True
    try:
        words = str(get_description(as_read(expression), options))
    except (FormatError, MissingFieldError, IndexError, ValueError):
        return expression
    return words[:1].lower() + words[1:]


def _is_valid(fields: str) -> bool:
    from croniter import croniter

    known = croniter.is_valid(fields.replace("?", "*"), second_at_beginning=True)
    return bool(known)
