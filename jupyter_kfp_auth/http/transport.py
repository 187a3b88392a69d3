"""The HTTP below the session: takes nothing from the environment, follows no redirect, is mute."""

from __future__ import annotations

import socket

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from . import deadline

#: A peer that has silently gone away is noticed within two minutes (seconds, seconds, count).
_KEEP_ALIVE = [
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    *(
        (socket.IPPROTO_TCP, getattr(socket, name), value)
        for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))
        if hasattr(socket, name)
    ),
]


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

    def set_cookie(self, cookie: object, *args: object, **kwargs: object) -> None:
        return None


class _Mute:
    """Prints nothing, whatever `http.client.HTTPConnection.debuglevel` says: it would the token."""

    @property
    def debuglevel(self) -> int:
        return 0

    @debuglevel.setter
    def debuglevel(self, level: int) -> None:
        pass


class _Connection(_Mute, HTTPConnection):
    """Tells the attempt that it serves what it is at, so that it can be ended."""

    default_socket_options = [*HTTPConnection.default_socket_options, *_KEEP_ALIVE]

    def connect(self) -> None:
        attempt = deadline.current()
        if attempt is None:
            super().connect()
        else:
            attempt.open(self, super().connect)

    def putrequest(self, *args: object, **options: object) -> None:
        attempt = deadline.current()
        if attempt is not None and self.sock is not None:  # of a request before
            attempt.uses(self.sock)
        super().putrequest(*args, **options)  # type: ignore[arg-type]


class _TlsConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    """Hands out connections whose requests can be ended, also through a proxy."""

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        super().init_poolmanager(*args, **kwargs)  # type: ignore[arg-type]
        _use_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: object) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(proxy, **kwargs)
        if type(manager) is ProxyManager:  # the pools of a SOCKS proxy are another kind
            _use_pools(manager)
        return manager


def _use_pools(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
