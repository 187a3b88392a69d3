"""The limit of a stock server: five authenticated calls a second, for all clients together."""

from __future__ import annotations

import pytest

from kfp_sandbox.access import RateLimit

from .conftest import V2, Client, StartSandbox


def test_a_burst_of_ten_then_five_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("kfp_sandbox.access.time.monotonic", lambda: now)
    limit = RateLimit(5)
    assert [limit.reserve() for _ in range(10)] == pytest.approx([0.0] * 10)
    assert [limit.reserve() for _ in range(3)] == pytest.approx([0.2, 0.4, 0.6])
    now += 60
    assert [limit.reserve() for _ in range(11)] == pytest.approx([0.0] * 10 + [0.2])


def test_without_a_limit_none_waits() -> None:
    limit = RateLimit()
    assert {limit.reserve() for _ in range(1000)} == {0.0}


def test_only_authenticated_calls_count(client: Client) -> None:
    client.sandbox.clear_requests()
    client.get(f"{V2}/healthz")
    client.get(f"{V2}/pipelines")  # the shared ones are for everyone
    client.get(f"{V2}/experiments", namespace="team-a")
    client.send("GET", f"{V2}/experiments", params={"namespace": "team-b"})
    found = [request.authenticated for request in client.sandbox.requests]
    assert found == [False, False, True, True]


def test_calls_wait_for_their_turn_and_healthz_does_not(start: StartSandbox) -> None:
    client = start(seed=None, qps=5)
    waits = []
    client.sandbox.api.state.access.limit.reserve = lambda: waits.append(1) or 0.0  # type: ignore[method-assign, func-returns-value]
    client.get(f"{V2}/healthz")
    assert waits == []
    client.get(f"{V2}/experiments", namespace="team-a")
    assert waits == [1]
