"""An attempt ends in time, whatever it is at, and takes its connection with it."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import cast

import pytest
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError

from jupyter_kfp_auth.http import deadline
from jupyter_kfp_auth.http.deadline import Attempt

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def connection(timeout: float, sock: socket.socket | None = None) -> HTTPConnection:
    closed = threading.Event()
    return cast(
        HTTPConnection,
        SimpleNamespace(
            host="127.0.0.1", port=1, timeout=timeout, sock=sock, close=closed.set, closed=closed
        ),
    )


def test_the_time_counts_from_the_request_and_not_from_the_last_byte(pair: Pair) -> None:
    """Bytes come for as long as they are read; the connection ends when the time is over."""
    ours, theirs = pair
    shut, read = threading.Event(), itertools.count()

    def send() -> None:
        try:
            while True:
                theirs.sendall(b"a")
        except OSError:
            shut.set()

    sender = threading.Thread(target=send)
    sender.start()
    with Attempt(0.2) as attempt:
        attempt.uses(ours)
        while ours.recv(1):
            next(read)
    assert shut.wait(10)
    sender.join(10)
    assert next(read) > 0
    assert attempt.cut_off
    with pytest.raises(TimeoutError):
        attempt.check()


def test_each_attempt_has_its_own_time_on_the_same_connection(pair: Pair) -> None:
    ours, theirs = pair
    with Attempt(0.05) as first:
        first.uses(ours)
    with Attempt(0.3) as second:
        second.uses(ours)
        assert ours.recv(1) == b""  # the second's time, and not the first's
    assert second.cut_off
    assert not first.cut_off
    assert theirs.recv(1) == b""


def test_attempts_end_in_the_order_of_their_times() -> None:
    """A later one may have less time than those that are being waited for."""
    pairs = [socket.socketpair() for _ in range(3)]
    attempts = [Attempt(seconds) for seconds in (60, 0.2, 0.1)]
    for attempt, (ours, _) in zip(attempts, pairs, strict=True):
        attempt.__enter__()
        attempt.uses(ours)
    assert pairs[2][0].recv(1) == b""
    assert pairs[1][0].recv(1) == b""
    assert [attempt.cut_off for attempt in attempts] == [False, True, True]
    for attempt, (ours, theirs) in zip(reversed(attempts), pairs, strict=True):
        attempt.__exit__(None, None, None)
        ours.close()
        theirs.close()
    assert deadline.current() is None


def test_an_attempt_inside_of_another_is_its_own() -> None:
    with Attempt(60) as outer:
        with Attempt(60) as inner:
            assert deadline.current() is inner
        assert deadline.current() is outer


def test_the_thread_that_watches_ends_with_the_last_attempt(pair: Pair) -> None:
    with Attempt(0.01) as attempt:
        attempt.uses(pair[0])
        assert pair[0].recv(1) == b""
    names = lambda: {thread.name for thread in threading.enumerate()}  # noqa: E731
    for thread in threading.enumerate():
        if thread.name == "kfp-deadline":
            thread.join(10)
    assert "kfp-deadline" not in names()


# -- Opening a connection ---------------------------------------------------------------------


def open_in(seconds: float, opened: HTTPConnection, connect: Callable[[], None]) -> Attempt:
    with Attempt(seconds) as attempt:
        attempt.open(opened, connect)
    return attempt


def test_a_connection_that_opens_is_used(pair: Pair) -> None:
    opened = connection(60)

    def connect() -> None:
        opened.sock = pair[0]

    open_in(60, opened, connect).end()
    assert pair[1].recv(1) == b""


def test_what_goes_wrong_is_raised_as_it_is() -> None:
    def refuse() -> None:
        raise ConnectionRefusedError("here")

    with pytest.raises(ConnectionRefusedError, match="here"):
        open_in(60, connection(60), refuse)


def test_a_look_up_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: over.wait())
    began = time.monotonic()
    with pytest.raises(socket.gaierror) as caught:
        open_in(60, connection(0.1), lambda: None)
    assert caught.value.errno == socket.EAI_AGAIN
    assert time.monotonic() - began < 30
    over.set()


def test_a_connection_that_does_not_come_and_comes_too_late() -> None:
    over, opened = threading.Event(), connection(0.1)

    def connect() -> None:
        over.wait()

    with pytest.raises(ConnectTimeoutError):
        open_in(0.1, opened, connect)
    over.set()
    assert opened.closed.wait(10)  # type: ignore[attr-defined]


def test_a_handshake_that_does_not_end_is_cut_off(pair: Pair) -> None:
    over = threading.Event()

    def connect() -> None:
        over.wait()

    with pytest.raises(TimeoutError):
        open_in(0.1, connection(0.1, pair[0]), connect)
    assert pair[1].recv(1) == b""
    over.set()


def test_a_name_that_cannot_be_one() -> None:
    opened = connection(60)
    opened.host = "a" * 70 + ".b"
    with pytest.raises(socket.gaierror):
        open_in(60, opened, lambda: None)
