"""The HTTP below the session: an answer ends in time or not at all, and redirects lead nowhere."""

from __future__ import annotations

import http.client
import io
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

_BUFFER = 64 * 1024


class HttpSession(requests.Session):
    """A `requests.Session` that takes nothing from the environment and keeps no cookies."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False  # neither proxies nor ~/.netrc
        self.cookies = _NoCookies()
        adapter = _Adapter(pool_connections=2, pool_maxsize=16, max_retries=0)
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Say that there is none: even a redirect that is not followed would be read to its end."""


class _NoCookies(RequestsCookieJar):
    """A session cookie of a gateway must not outlive its answer, nor mix with the token."""

    def set_cookie(self, cookie: Any, *args: Any, **kwargs: Any) -> None:
        return None


class _TimedReader(io.RawIOBase):
    """Reads a socket until the time is over that the socket allows for one read.

    The timeout of a socket counts from byte to byte: a peer that sends one now and then could hold
    its reader for ever, be it in the headers or in the body.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._file = sock.makefile("rb", buffering=0)  # keeps the descriptor open while we read
        self._timeout = timeout = sock.gettimeout()
        self._end = None if timeout is None else time.monotonic() + timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._end is not None:
            left = self._end - time.monotonic()
            if left <= 0:
                raise TimeoutError("the answer did not end in time")
            self._sock.settimeout(left)
        return self._file.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            with suppress(OSError):  # what is left of this answer's time is not the next request's
                self._sock.settimeout(self._timeout)
        self._file.close()
        super().close()


class _TimedSocket:
    """What `http.client.HTTPResponse` wants of a socket: a file to read from."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._sock), _BUFFER)


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(_TimedSocket(sock), *args, **kwargs)  # type: ignore[arg-type]
        self.sock = sock


def hang_up(response: requests.Response) -> None:
    """End an answer that is being read, from any thread: its reader sees the end of the data."""
    original = response.raw._original_response
    if isinstance(original, _Response):
        with suppress(OSError):  # it has ended already
            original.sock.shutdown(socket.SHUT_RDWR)


#: A peer that has silently gone away is noticed within two minutes (seconds, seconds, count).
_KEEP_ALIVE = [
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    *(
        (socket.IPPROTO_TCP, getattr(socket, name), value)
        for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))
        if hasattr(socket, name)
    ),
]


class _Mute:
    """Prints nothing, whatever `http.client.HTTPConnection.debuglevel` says: it would the token."""

    @property
    def debuglevel(self) -> int:
        return 0

    @debuglevel.setter
    def debuglevel(self, level: int) -> None:
        pass


class _Connection(_Mute, HTTPConnection):
    response_class = _Response
    default_socket_options = [*HTTPConnection.default_socket_options, *_KEEP_ALIVE]

    def _new_conn(self) -> socket.socket:
        return _connect(self, super()._new_conn)


class _TlsConnection(_Mute, HTTPSConnection):
    response_class = _Response
    default_socket_options = [*HTTPSConnection.default_socket_options, *_KEEP_ALIVE]

    def _new_conn(self) -> socket.socket:
        return _connect(self, super()._new_conn)


def _connect(connection: HTTPConnection, connect: Callable[[], socket.socket]) -> socket.socket:
    """Look the name up in the time that a connection may take; try each address as urllib3 does."""
    name = connection._dns_host
    try:
        *others, last = _addresses(name, connection.port, connection.timeout)
        for address in others:
            connection._dns_host = address
            with suppress(NewConnectionError, ConnectTimeoutError):
                return connect()
        connection._dns_host = last
        return connect()
    except socket.gaierror as error:
        raise NewConnectionError(connection, "the name does not resolve") from error
    finally:
        connection._dns_host = name


def _addresses(name: str, port: int | None, seconds: Any) -> list[str]:
    """Resolve a name. The system's resolver knows no timeout, so it is asked in a thread.

    Raises:
        socket.gaierror: there is no such name, or nobody says so in time.
    """
    found: Future[list[str]] = Future()

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(name.strip("[]"), port, type=socket.SOCK_STREAM)
            found.set_result(list(dict.fromkeys(str(row[4][0]) for row in rows)))
        except OSError as error:
            found.set_exception(error)
        except UnicodeError:  # a label is too long
            found.set_exception(socket.gaierror(socket.EAI_NONAME, "not a host name"))

    threading.Thread(target=look_up, name="kfp-look-up", daemon=True).start()
    wait([found], seconds if isinstance(seconds, (int, float)) else None)
    if not found.done():
        raise socket.gaierror(socket.EAI_AGAIN, "no answer of the name server in time")
    return found.result()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    """Hands out connections whose answers end in time, also through a proxy."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        _time(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if type(manager) is ProxyManager:  # the pools of a SOCKS proxy are another kind
            _time(manager)
        return manager


def _time(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
