"""Why no answer came: one code for what requests, urllib3, ssl and the sockets may raise."""

from __future__ import annotations

import errno
import http.client
import os
import re
import socket
import ssl
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

import requests
from urllib3.util.ssl_match_hostname import CertificateError

from .address import is_cluster_local, proxy_variable
from .errors import PipelinesError, SettingsError, Unreachable

#: Seconds to wait for a TCP connection. Inside a cluster it takes milliseconds; a NetworkPolicy
#: that drops packets takes for ever.
CONNECT_TIMEOUT = 3.0

#: OpenSSL's codes for a certificate that is out of its time, or for another name or address.
_EXPIRED = (9, 10)
_OTHER_NAME = (62, 64)


def unreachable(
    error: Exception,
    host: str,
    ca_cert: str,
    timeout: float,
    *,
    proxy: str = "",
    begun: tuple[int, Mapping[str, str]] | None = None,
) -> PipelinesError:
    """Say in one code why there is no answer. Nothing of the request gets into the text.

    Args:
        error: what was raised.
        host: the address that was asked.
        ca_cert: path of the CA bundle; empty for that of certifi.
        timeout: seconds that the answer was given.
        proxy: the address of the proxy that was asked to pass it on, without a password.
        begun: status and headers of an answer that began and did not end.
    """
    if host.startswith("https:") and (problem := _ca_problem(ca_cert)):
        return SettingsError("ca-missing", f"{ca_cert}: {problem}", facts={"path": ca_cert})
    code, detail = _cause(error)
    if code == "connection-broken":
        code, detail = _broken(error, host, begun) or (code, detail)
    if code == "network-timeout":
        timeout = min(CONNECT_TIMEOUT, timeout)
    facts = {
        "host": host,
        "name": urlsplit(host).hostname or host,
        "timeout": f"{timeout:g}",
        "ca_cert": ca_cert,
        "proxy": proxy,
        "proxy_variable": proxy_variable(host),
    }
    return Unreachable(code, detail, facts=facts)


def dropped(error: Exception) -> bool:
    """Tell whether the peer closed the connection before it said anything."""
    return any(isinstance(one, (ConnectionResetError, BrokenPipeError)) for one in _chain(error))


def _cause(error: Exception) -> tuple[str, str]:
    chain = list(_chain(error))

    def caused_by(*kinds: type[BaseException]) -> bool:
        return any(isinstance(one, kinds) for one in chain)

    if caused_by(ssl.SSLCertVerificationError, CertificateError):
        return _certificate(chain)
    if any("SOCKS" in str(one) for one in chain if isinstance(one, _NOT_INSTALLED)):
        return "proxy-socks", "a SOCKS proxy, and PySocks is not installed"
    if caused_by(requests.exceptions.ProxyError):
        return _proxy(chain)
    if caused_by(requests.exceptions.SSLError, ssl.SSLError):
        return "tls-failed", "the TLS handshake failed"
    if caused_by(requests.ConnectTimeout):
        return "network-timeout", "no TCP connection in time"
    if caused_by(requests.Timeout, TimeoutError):
        return "no-answer", "the connection is open, but no whole answer came in time"
    if caused_by(socket.gaierror, requests.exceptions.InvalidURL):
        slow = any(getattr(one, "errno", None) == socket.EAI_AGAIN for one in chain)
        return "host-not-found", _NO_NAME_SERVER if slow else "the name does not resolve"
    if caused_by(ConnectionRefusedError):
        return "connection-refused", "connection refused"
    if any(getattr(one, "errno", None) in _NO_ROUTE for one in chain):
        return "network-unreachable", "there is no route to the host"
    return "connection-broken", f"the connection broke ({type(error).__name__})"


#: How requests says that PySocks is missing.
_NOT_INSTALLED = (requests.exceptions.InvalidSchema, ImportError)


def _proxy(chain: list[BaseException]) -> tuple[str, str]:
    """Tell apart why a proxy opened no tunnel: its status is in the text of an `OSError`."""
    for one in chain:
        status = re.search(r"Tunnel connection failed: (\d{3})", str(one))
        if status and status[1] == "407":
            return "proxy-password", "the proxy wants a password"
        if status and status[1][0] == "4":
            return "proxy-denied", f"the proxy refuses this address (HTTP {status[1]})"
    return "proxy-failed", "the proxy did not pass the request on"


def _broken(
    error: Exception, host: str, begun: tuple[int, Mapping[str, str]] | None
) -> tuple[str, str] | None:
    """Say more about a connection that broke, where that is likely; ``None`` where it is not."""
    plain = host.startswith("http:")
    if begun is not None:
        status, headers = begun
        # Go's TLS server tells in plain text what is wrong, and resets the connection at once.
        if plain and status == 400 and not headers:
            return "tls-required", "the server wants TLS"
        return None
    for one in _chain(error):
        if plain and isinstance(one, http.client.BadStatusLine):
            # The first bytes of what is no HTTP: an alert of TLS, or the frame that opens HTTP/2.
            first = str(getattr(one, "line", ""))
            if first.startswith("\x15\x03"):
                return "tls-required", "the server wants TLS"
            if first.startswith("\x00\x00"):
                return "connection-closed", "the server speaks gRPC and not HTTP"
    closed = (ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected)
    if plain and is_cluster_local(host) and any(isinstance(one, closed) for one in _chain(error)):
        return "connection-closed", "the connection was closed before an answer began"
    return None


_NO_NAME_SERVER = "the name does not resolve: no name server answered in time"

_NO_ROUTE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)


def _certificate(chain: Iterable[BaseException]) -> tuple[str, str]:
    """Tell apart why a certificate is not accepted; verification itself is never switched off."""
    codes = {getattr(one, "verify_code", None) for one in chain}
    # urllib3 before 2.0 compares the name itself.
    if codes & set(_OTHER_NAME) or any(isinstance(one, CertificateError) for one in chain):
        return "tls-other-name", "CERTIFICATE_VERIFY_FAILED: the certificate is for another name"
    if codes & set(_EXPIRED):
        return "tls-expired", "CERTIFICATE_VERIFY_FAILED: the certificate is out of its time"
    return "tls-untrusted", "CERTIFICATE_VERIFY_FAILED: the CA is not trusted"


def _ca_problem(path: str) -> str:
    """Return why the CA bundle cannot be used; empty text when it can."""
    if not path:
        return ""
    try:
        if os.path.isdir(path):
            ssl.create_default_context(capath=path)
        else:
            ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        return "there is no certificate in it"
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or type(error).__name__
    return ""


def _chain(error: BaseException | None) -> Iterable[BaseException]:
    """Yield an exception and what is behind it, with what urllib3 hides in ``args`` and ``reason``.

    Exceptions may refer to each other in a circle, so each is visited once.
    """
    seen: set[int] = set()
    queue: list[object] = [error]
    while queue:
        one = queue.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        queue += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
