"""Cron as Pipelines reads it: six fields, seconds first."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timezone
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_kfp_auth.pipelines import cron
from jupyter_kfp_auth.pipelines.errors import InvalidRequest

#: A Saturday.
NOW = datetime(2026, 11, 28, 14, 30, tzinfo=timezone.utc)


def times(expression: str, count: int = 2) -> list[str]:
    found = islice(cron.next_times(expression, NOW), count)
    return [f"{time:%d %b %H:%M:%S}" for time in found]


@pytest.mark.parametrize(
    ("typed", "sent", "following"),
    [
        ("0 6 * * *", "0 0 6 * * *", ["29 Nov 06:00:00", "30 Nov 06:00:00"]),
        ("  30 6  * * 1-5 ", "0 30 6 * * 1-5", ["30 Nov 06:30:00", "01 Dec 06:30:00"]),
        ("15 0 */8 * * *", "15 0 */8 * * *", ["28 Nov 16:00:15", "29 Nov 00:00:15"]),
        ("@weekly", "0 0 0 * * 0", ["29 Nov 00:00:00", "06 Dec 00:00:00"]),
        ("0 6 ? * MON", "0 0 6 ? * MON", ["30 Nov 06:00:00", "07 Dec 06:00:00"]),
        ("0 6 * * 7", "0 0 6 * * 0", ["29 Nov 06:00:00", "06 Dec 06:00:00"]),
        ("0 6 1,17 * *", "0 0 6 1,17 * *", ["01 Dec 06:00:00", "17 Dec 06:00:00"]),
    ],
)
def test_what_is_sent_and_when_it_fires(typed: str, sent: str, following: list[str]) -> None:
    assert cron.six_fields(typed) == sent
    assert times(sent) == following


def test_five_fields_that_pipelines_keeps_are_read_with_the_weekday_left_out() -> None:
    """Sent by others: not daily at ten past ten, but each hour."""
    assert times("10 10 * * *") == ["28 Nov 15:10:10", "28 Nov 16:10:10"]
    assert cron.in_words("10 10 * * *").startswith("at 10 seconds past the minute, at 10 minutes")
    assert cron.in_words(cron.six_fields("10 10 * * *")) == "at 10:10"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("61 * * * *", "a minute from 0 to 59, not '61'"),
        ("0 24 * * *", "an hour from 0 to 23, not '24'"),
        ("60 0 6 * * *", "a second from 0 to 59, not '60'"),
        ("0 0 32 * *", "a day of the month from 1 to 31, not '32'"),
        ("0 0 * 13 *", "a month from 1 to 12, or JAN to DEC, not '13'"),
        ("0 0 * * 9", "a weekday from 0 .Sunday. to 6, or SUN to SAT, not '9'"),
        ("every day", "five fields such as 0 6 . . ., or six"),
        ("", "five fields such as"),
        ("@fortnightly", "one of @yearly"),
    ],
)
def test_what_is_wrong_is_named(typed: str, wrong: str) -> None:
    with pytest.raises(InvalidRequest, match=wrong):
        cron.six_fields(typed)


def test_a_day_that_never_comes() -> None:
    assert times("0 0 0 30 2 *") == []
    assert times("no cron at all") == []
    assert cron.in_words("no cron at all") == "no cron at all"


@given(st.text(max_size=30) | st.from_regex(r"[0-9*/,?-]{1,5}( [0-9*/,?a-zA-Z-]{1,5}){3,6}"))
def test_whatever_is_typed_is_sent_as_six_fields_or_refused(text: str) -> None:
    sent = ""
    with suppress(InvalidRequest):
        sent = cron.six_fields(text)
    if sent:
        assert len(sent.split(" ")) == 6
        assert cron.six_fields(sent) == sent
        assert cron.in_words(sent)
    assert isinstance(list(islice(cron.next_times(text, NOW), 1)), list)
