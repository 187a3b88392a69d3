"""Cron expressions of six fields, seconds first, as KFP has them."""

from __future__ import annotations

import re

from croniter import CroniterError, croniter

_DESCRIPTORS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}


class CronError(ValueError):
    """Not a cron expression."""


class Cron:
    """A parsed expression. Times are in UTC."""

    def __init__(self, text: str) -> None:
        fields = _DESCRIPTORS.get(text.strip(), text).split()
        if len(fields) == 5:  # the day of the week may be left out
            fields.append("*")
        if len(fields) != 6:
            raise CronError(f"Expected 5 to 6 fields, found {len(fields)}: {text}")
        self._text = " ".join(fields).replace("?", "*")
        for first, last in re.findall(r"(\d+)-(\d+)", self._text):
            if int(first) > int(last):  # croniter would go round
                raise CronError(f"Beginning of range ({first}) beyond end of range ({last})")
        try:
            croniter(self._text, second_at_beginning=True)
        except CroniterError as error:
            raise CronError(str(error)) from None

    def next(self, after: int) -> int | None:
        """The first time later than `after`, in seconds since the epoch."""
        try:
            found = croniter(self._text, after, second_at_beginning=True).get_next(float)
        except CroniterError:  # no such day
            return None
        return int(found)
