"""Cron expressions of six fields, seconds first, as KFP has them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

_DESCRIPTORS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_RANGES = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_HORIZON = 4 * 366  # days that are searched for a match


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
        self._sets = [
            _parse(field, low, high) for field, (low, high) in zip(fields, _RANGES, strict=True)
        ]
        self._any_day = fields[3] in ("*", "?")
        self._any_weekday = fields[5] in ("*", "?")

    def next(self, after: int) -> int | None:
        """The first time later than `after`, in seconds since the epoch."""
        moment = datetime.fromtimestamp(after + 1, timezone.utc)
        seconds, minutes, hours = (sorted(values) for values in self._sets[:3])
        for day in range(_HORIZON):
            date = moment.date() + timedelta(days=day)
            if not self._matches(date.day, date.month, date.isoweekday() % 7):
                continue
            for hour in hours:
                if day == 0 and hour < moment.hour:
                    continue
                for minute in minutes:
                    if day == 0 and (hour, minute) < (moment.hour, moment.minute):
                        continue
                    for second in seconds:
                        found = datetime(
                            date.year, date.month, date.day, hour, minute, second,
                            tzinfo=timezone.utc,
                        )  # fmt: skip
                        if found >= moment:
                            return int(found.timestamp())
        return None

    def _matches(self, day: int, month: int, weekday: int) -> bool:
        if month not in self._sets[4]:
            return False
        by_day, by_weekday = day in self._sets[3], weekday in self._sets[5]
        if self._any_day or self._any_weekday:
            return by_day and by_weekday
        return by_day or by_weekday


def _parse(field: str, low: int, high: int) -> set[int]:
    values: set[int] = set()
    for part in field.split(","):
        span, _, step_text = part.partition("/")
        step = int(step_text) if step_text.isdigit() else 0
        if step_text and not step:
            raise CronError(f"Failed to parse int from {step_text}")
        if span in ("*", "?"):
            first, last = low, high
        else:
            begin, _, end = span.partition("-")
            first = _number(begin)
            last = _number(end) if end else (high if step_text else first)
        if first < low or last > high or first > last:
            raise CronError(f"{part} is outside of {low} to {high}")
        values |= set(range(first, last + 1, step or 1))
    return values


def _number(text: str) -> int:
    lowered = text.lower()
    if lowered in _MONTHS:
        return _MONTHS.index(lowered) + 1
    if lowered in _DAYS:
        return _DAYS.index(lowered)
    if not text.isdigit():
        raise CronError(f"Failed to parse int from {text}")
    return int(text)
