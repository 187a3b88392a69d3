"""The HTTP below the session: an answer ends in time or not at all, and redirects lead nowhere."""

from __future__ import annotations

import http.client
import io
import socket
import time
from contextlib import suppress
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection

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


class _Connection(HTTPConnection):
    response_class = _Response


class _TlsConnection(HTTPSConnection):
    response_class = _Response


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
