"""Reading fields that may be absent, empty, or of any other type."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_kfp_auth.pipelines import fields

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
UTC = timezone.utc


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-08-22T02:40:03Z", datetime(2026, 8, 22, 2, 40, 3, tzinfo=UTC)),
        ("2026-08-22T02:40:03.123456789Z", datetime(2026, 8, 22, 2, 40, 3, tzinfo=UTC)),
        ("2026-08-22T02:40:03.5Z", datetime(2026, 8, 22, 2, 40, 3, tzinfo=UTC)),
        ("2026-08-22T04:40:03+02:00", datetime(2026, 8, 22, 2, 40, 3, tzinfo=UTC)),
        ("2026-08-21T21:10:03.25-05:30", datetime(2026, 8, 22, 2, 40, 3, tzinfo=UTC)),
        # No time: the zero of protocol buffers however it is written, and that of Go.
        ("1970-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:00.000Z", None),
        ("1970-01-01T00:00:00+00:00", None),
        ("1970-01-01T01:00:00+01:00", None),
        ("0001-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:01Z", datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)),
        # Out of the calendar once it is in UTC.
        ("0001-01-01T00:00:00+05:00", None),
        ("9999-12-31T23:59:59-05:00", None),
        ("yesterday", None),
        ("", None),
        (0, None),
        (None, None),
        ({}, None),
    ],
)
def test_a_time_is_in_utc_or_there_is_none(value: Any, expected: datetime | None) -> None:
    found = fields.time({"at": value}, "at")
    assert found == expected
    assert found is None or found.utcoffset() == timedelta(0)


def test_an_absent_time_is_none() -> None:
    assert fields.time({}, "at") is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3),
        (0, 0),
        ("3600", 3600),  # int64 travels as text
        ("-1", -1),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        (10**400, None),
        ("--5", None),
        ("-", None),
        ("٣", None),
        (" 3", None),
        ("1e3", None),
        ("", None),
        (3.0, None),
        (True, None),
        (None, None),
        ([3], None),
    ],
)
def test_a_number_is_a_whole_one_of_64_bits_or_none(value: Any, expected: int | None) -> None:
    assert fields.number({"n": value}, "n") == expected


@given(JSON)
def test_each_reader_gives_its_own_type_whatever_is_there(value: Any) -> None:
    data = {"key": value}
    assert isinstance(fields.text(data, "key"), str)
    assert isinstance(fields.flag(data, "key"), bool)
    assert isinstance(fields.mapping(data, "key"), dict)
    assert all(isinstance(item, dict) for item in fields.objects(data, "key"))
    number = fields.number(data, "key")
    assert number is None or (type(number) is int and abs(number) < 2**63)
    assert fields.time(data, "key") is None or isinstance(fields.time(data, "key"), datetime)


@given(st.text())
def test_any_text_is_a_time_or_none(value: str) -> None:
    found = fields.time({"at": value}, "at")
    assert found is None or found.tzinfo is UTC


@given(st.datetimes(min_value=datetime(1971, 1, 1), timezones=st.just(UTC)))
def test_a_time_survives_the_wire_to_the_second(moment: datetime) -> None:
    text = moment.isoformat().replace("+00:00", "Z")
    assert fields.time({"at": text}, "at") == moment.replace(microsecond=0)
