"""Cron expressions."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from kfp_sandbox.cron import Cron, CronError

_START = datetime(2026, 2, 27, 10, 30, 15, tzinfo=timezone.utc)  # a Friday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* * * * * *", "2026-02-27 10:30:16"),
        ("0 * * * * *", "2026-02-27 10:31:00"),
        ("0 */15 * * * ?", "2026-02-27 10:45:00"),
        ("30 30 10 * * *", "2026-02-27 10:30:30"),
        ("15 30 10 * * *", "2026-02-28 10:30:15"),
        ("0 0 9 * * *", "2026-02-28 09:00:00"),
        ("0 0 9 * * MON-WED", "2026-03-02 09:00:00"),
        ("0 0 9 ? * 0", "2026-03-01 09:00:00"),
        ("0 0 0 29 2 *", "2028-02-29 00:00:00"),
        ("0 0 0 1,15 * *", "2026-03-01 00:00:00"),
        ("0 0 0 15 * 1", "2026-03-02 00:00:00"),
        ("0 5/20 8-10 * jan,mar *", "2026-03-01 08:05:00"),
        ("0 30 9 * *", "2026-02-28 09:30:00"),
        ("@hourly", "2026-02-27 11:00:00"),
        ("@daily", "2026-02-28 00:00:00"),
        ("@monthly", "2026-03-01 00:00:00"),
    ],
)
def test_next(text: str, expected: str) -> None:
    found = Cron(text).next(int(_START.timestamp()))
    assert found is not None
    moment = datetime.fromtimestamp(found, timezone.utc)
    assert f"{moment:%Y-%m-%d %H:%M:%S}" == expected


def test_a_day_that_never_comes() -> None:
    assert Cron("0 0 0 31 2 *").next(int(_START.timestamp())) is None


@pytest.mark.parametrize(
    "text", ["", "* * * *", "* * * * * * *", "60 * * * * *", "a * * * * *", "5-1 * * * * *",
             "*/0 * * * * *", "@often"]
)  # fmt: skip
def test_what_is_no_cron_expression(text: str) -> None:
    with pytest.raises(CronError):
        Cron(text)
