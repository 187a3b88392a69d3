"""How often Pipelines is asked: as seldom as it is slow, and often again when it is not."""

from __future__ import annotations

import pytest

from jupyter_kfp_auth.server.services.pace import LONGEST, Pace


def test_quick_answers_keep_the_shortest_pause() -> None:
    pace = Pace(10.0)
    for _ in range(5):
        pace.observe(0.03, 200)
    assert (pace.pause.seconds, pace.pause.reason) == (10.0, "")


def test_a_stock_server_that_lets_wait_in_line_is_asked_every_forty_seconds() -> None:
    pace = Pace(10.0)
    seconds = []
    for _ in range(4):
        pace.observe(0.2, 200)
        seconds.append(pace.pause.seconds)
    assert seconds == [20.0, 40.0, 40.0, 40.0]
    assert pace.pause.reason == "busy"


def test_one_slow_answer_is_no_reason_to_look_away_for_long() -> None:
    pace = Pace(10.0)
    pace.observe(8.0, 200)
    assert pace.pause.seconds == 20.0


def test_comes_down_again_step_by_step() -> None:
    pace = Pace(10.0)
    for _ in range(20):
        pace.observe(9.0, 200)
    assert pace.pause.seconds == LONGEST
    seconds = []
    while pace.pause.reason:
        pace.observe(0.01, 200)
        seconds.append(pace.pause.seconds)
    assert seconds == sorted(seconds, reverse=True)
    assert 20 < len(seconds) < 60
    assert seconds[-1] == 10.0


@pytest.mark.parametrize(("status", "reason"), [(429, "busy"), (503, "away"), (None, "away")])
def test_refusals_count_more(status: int | None, reason: str) -> None:
    pace = Pace(10.0)
    pace.observe(0.01, status)
    assert (pace.pause.seconds, pace.pause.reason) == (40.0, reason)
    for _ in range(5):
        pace.observe(0.01, status)
    assert pace.pause.seconds == LONGEST
    pace.observe(0.01, 404)  # an answer like any other
    assert pace.pause.seconds == LONGEST * 0.9


def test_leaves_the_server_alone_for_as_long_as_it_wants() -> None:
    now = 100.0
    pace = Pace(10.0, clock=lambda: now)
    pace.observe(0.01, 429, 90.0)
    assert pace.pause.seconds == 90.0
    now = 130.0
    assert pace.pause.seconds == 60.0
    now = 200.0
    assert pace.pause.seconds == 40.0
    pace.observe(0.01, 503, 1e9)
    assert pace.pause.seconds == LONGEST


def test_without_a_shortest_pause_there_is_none() -> None:
    pace = Pace(0.0)
    pace.observe(5.0, 200)
    assert pace.pause.seconds == 0.0
