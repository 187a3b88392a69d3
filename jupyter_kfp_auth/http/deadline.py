"""One deadline for a whole request: its name, its connection, its head and its body.

The timeouts of a socket count from byte to byte: a peer that sends one now and then could hold its
reader for ever. So one thread for all requests shuts the socket of each down when its time is over.
The system's resolver knows no timeout at all: connections are opened in a thread of their own.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from types import TracebackType

from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError

_running = threading.local()


class Attempt:
    """One request, which ends in time. Used as a context manager around all of it.

    Args:
        seconds: for all of it.

    Attributes:
        ends: when its time is over, by the monotonic clock.
    """

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds
        self._overdue = False
        self._socket: socket.socket | None = None
        self._outer: Attempt | None = None

    def __enter__(self) -> Attempt:
        self._outer = getattr(_running, "attempt", None)
        _running.attempt = self
        _watchdog.watch(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _watchdog.forget(self)
        _running.attempt = self._outer

    @property
    def cut_off(self) -> bool:
        """Whether it was ended while it was connected: what has been read may be incomplete."""
        return self._overdue and self._socket is not None

    def check(self) -> None:
        """Raise TimeoutError where it was cut off."""
        if self.cut_off:
            raise TimeoutError("the answer did not end in time")

    def expire(self) -> None:
        """End it because its time is over."""
        self._overdue = True
        self.end()

    def end(self) -> None:
        """Shut its socket down, from any thread; its reader sees the end of the data."""
        if self._socket is not None:
            _shut_down(self._socket)

    def uses(self, connected: socket.socket | None) -> None:
        """Note the socket that serves it. Raises TimeoutError where its time is over already."""
        self._socket = connected
        self.check()

    def open(self, connection: HTTPConnection, connect: Callable[[], None]) -> None:
        """Open a connection in time.

        Args:
            connection: which one; its ``timeout`` is for finding its address.
            connect: opens it.

        Raises:
            socket.gaierror: the name was not found, or not in time.
            ConnectTimeoutError: no connection was there in time.
            TimeoutError: TLS was not agreed on in time.
        """
        self._socket = None
        _Opening(connection, connect).run(self.ends - time.monotonic())
        self.uses(connection.sock)


def current() -> Attempt | None:
    """Return the attempt of this thread."""
    return getattr(_running, "attempt", None)


class _Opening:
    """The opening of a connection, in a thread that may be left behind."""

    def __init__(self, connection: HTTPConnection, connect: Callable[[], None]) -> None:
        self._connection = connection
        self._connect = connect
        self._found = False
        self._late = False

    def run(self, seconds: float) -> None:
        done: Future[None] = Future()

        def work() -> None:
            try:
                self._work()
                done.set_result(None)
            except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                done.set_exception(error)

        threading.Thread(target=work, name="kfp-connect", daemon=True).start()
        timeout = self._connection.timeout
        first = min(seconds, timeout) if isinstance(timeout, (int, float)) else seconds
        try:
            wait([done], first)
            if not done.done() and self._found:
                wait([done], seconds - first)
            if done.done():
                return done.result()
        finally:
            self._late = not done.done()
        if not self._found:
            raise socket.gaierror(socket.EAI_AGAIN, "no answer of the name server in time")
        if self._connection.sock is None:
            raise ConnectTimeoutError("no connection in time")
        _shut_down(self._connection.sock)
        raise TimeoutError("TLS was not agreed on in time")

    def _work(self) -> None:
        """Find the address, apart from connecting, so that it is known what takes so long."""
        try:
            host = self._connection.host.strip("[]")
            socket.getaddrinfo(host, self._connection.port, type=socket.SOCK_STREAM)
        except UnicodeError:  # a label is too long
            raise socket.gaierror(socket.EAI_NONAME, "not a host name") from None
        self._found = True
        self._connect()
        if self._late:
            self._connection.close()


class _Watchdog:
    """Ends attempts that are overdue. Its thread lives as long as there are any."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._attempts: set[Attempt] = set()
        self._thread: threading.Thread | None = None
        #: When the thread looks again; most attempts end before, and cost it nothing.
        self._wakes = 0.0

    def watch(self, attempt: Attempt) -> None:
        with self._changed:
            self._attempts.add(attempt)
            if self._thread is None or not self._thread.is_alive():
                self._wakes = attempt.ends
                self._thread = threading.Thread(target=self._run, name="kfp-deadline", daemon=True)
                self._thread.start()
            elif attempt.ends < self._wakes:
                self._changed.notify()

    def forget(self, attempt: Attempt) -> None:
        with self._changed:  # so that it is not ended when its socket serves another one
            self._attempts.discard(attempt)

    def _run(self) -> None:
        with self._changed:
            while self._attempts:
                now = time.monotonic()
                for attempt in [one for one in self._attempts if one.ends <= now]:
                    self._attempts.discard(attempt)
                    attempt.expire()
                self._wakes = min((one.ends for one in self._attempts), default=now)
                self._changed.wait(max(0.0, self._wakes - now))
            self._thread = None


_watchdog = _Watchdog()


def _shut_down(opened: socket.socket) -> None:
    with suppress(OSError, ValueError):  # it has ended already
        opened.shutdown(socket.SHUT_RDWR)
