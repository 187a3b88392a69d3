"""The HTTP session to Pipelines: one host, the token read at send time, every answer bounded."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from requests.utils import get_environ_proxies

from .errors import PipelinesError, SettingsError, TokenError, UnreachableError
from .settings import Settings, is_cluster_local
from .token import TokenFile

#: Seconds to wait for a TCP connection. Inside a cluster it takes milliseconds; a NetworkPolicy
#: that drops packets takes for ever.
CONNECT_TIMEOUT = 3.0

#: The largest answer that is read, in bytes. 200 runs with their pipeline specs stay far below.
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, read to its end.

    ``token`` tells whether a token went with the request; the token itself is not kept.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    token: bool

    @property
    def text(self) -> str:
        """The body as text, whatever its bytes are."""
        return self.body.decode("utf-8", errors="replace")

    @property
    def content_type(self) -> str:
        """The media type without its parameters, lower case."""
        return self.headers.get("Content-Type", "").split(";")[0].strip().lower()

    def json(self) -> Any:
        """Parse the body.

        Raises:
            ValueError: it is not JSON, or nested beyond reason.
        """
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("nested too deeply") from None


class _Bearer(requests.auth.AuthBase):
    """Adds the token while the request is prepared, so that no other object ever holds it."""

    def __init__(self, file: TokenFile) -> None:
        self._file = file
        self.sent: str | None = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        try:
            token = self._file.read()
        except TokenError as error:
            if error.cause_code != "token-missing":
                raise
            return request  # a single-user server needs none; the caller knows which it is
        request.headers["Authorization"] = f"Bearer {token}"
        self.sent = token
        return request


class _NoCookies(RequestsCookieJar):
    """A session cookie of a gateway must not outlive its answer, nor mix with the token."""

    def set_cookie(self, cookie: Any, *args: Any, **kwargs: Any) -> None:
        return None


class Session:
    """Sends requests to the one configured host.

    Redirects are never followed, so the token cannot leave for another host; proxies and
    credentials of the environment are not used inside the cluster; no user-id header is ever sent.
    Thread-safe.
    """

    def __init__(self, settings: Settings, *, max_bytes: int = MAX_BYTES) -> None:
        self.settings = settings
        self._max_bytes = max_bytes
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.cookies = _NoCookies()
        self._http.headers.update({"Accept": "application/json", "User-Agent": _user_agent()})
        adapter = HTTPAdapter(pool_connections=2, pool_maxsize=16, max_retries=0)
        self._http.mount("http://", adapter)
        self._http.mount("https://", adapter)
        host = settings.host.value
        if not is_cluster_local(host):
            self._http.proxies.update(get_environ_proxies(host))
        self._verify: str | bool = settings.ca_cert.value or True

    def request(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        refused: Callable[[Answer], bool] = lambda answer: answer.status == 401,
    ) -> Answer:
        """Send one request and return its answer, whatever its status.

        When the answer says that the token was refused and the kubelet has meanwhile written
        another one, the request is sent once more with that.

        Args:
            method: the HTTP method.
            path: below the host, such as ``/apis/v2beta1/runs``.
            params: query parameters.
            refused: tells that an answer refuses the token.

        Raises:
            TokenError: the token's file is there but cannot be used.
            UnreachableError: no complete answer within the time and size allowed.
        """
        bearer = _Bearer(self.settings.token_file)
        answer = self._send(method, path, params, bearer)
        if refused(answer) and bearer.sent is not None:
            again = _Bearer(self.settings.token_file)
            if again_differs(again, bearer):
                answer = self._send(method, path, params, again)
        return answer

    def close(self) -> None:
        """Close the pooled connections."""
        self._http.close()

    def _send(
        self, method: str, path: str, params: Mapping[str, str] | None, bearer: _Bearer
    ) -> Answer:
        url = self.settings.host.value + path
        timeout = self.settings.timeout
        if isinstance(self._verify, str) and not os.path.exists(self._verify):
            raise SettingsError(
                "ca-missing",
                f"{self._verify} from {self.settings.ca_cert.origin} does not exist",
                facts={"path": self._verify, "origin": self.settings.ca_cert.origin},
            )
        deadline = time.monotonic() + timeout
        try:
            with self._http.request(
                method,
                url,
                params=params,
                auth=bearer,
                timeout=(min(CONNECT_TIMEOUT, timeout), timeout),
                allow_redirects=False,
                stream=True,
                verify=self._verify,
            ) as response:
                body = self._read(response, deadline)
                return Answer(
                    response.status_code, response.headers, body, url, bearer.sent is not None
                )
        except PipelinesError:
            raise
        except Exception as error:  # noqa: BLE001 - urllib3, ssl and http.client all leak theirs
            raise unreachable(error, self.settings) from None

    def _read(self, response: requests.Response, deadline: float) -> bytes:
        """Read the body in pieces as they arrive, so that neither size nor time runs away."""
        declared = response.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared) > self._max_bytes:
            raise self._too_large()
        raw = response.raw
        # `read1` returns what one socket read brings; `read` would wait for the whole piece, and
        # a peer that sends a byte now and then could hold it for ever.
        read = getattr(raw, "read1", None) or raw.read
        pieces: list[bytes] = []
        size = 0
        while True:
            piece = read(65536, decode_content=True)
            if not piece:
                return b"".join(pieces)
            size += len(piece)
            if size > self._max_bytes:
                raise self._too_large()
            if time.monotonic() > deadline:
                raise requests.ReadTimeout("the answer did not end in time")
            pieces.append(piece)

    def _too_large(self) -> UnreachableError:
        return UnreachableError(
            "answer-too-large",
            f"the answer is larger than {self._max_bytes} bytes",
            facts={"megabytes": str(self._max_bytes // 2**20)},
        )


def again_differs(again: _Bearer, before: _Bearer) -> bool:
    """Tell whether the token file now holds another token than the one that was sent."""
    try:
        return again._file.read() != before.sent
    except TokenError:
        return False


def unreachable(error: Exception, settings: Settings) -> UnreachableError:
    """Say in one code why there is no answer. Nothing of the request gets into the text."""
    host = settings.host.value
    name = urlsplit(host).hostname or host
    text = " ".join(repr(cause) for cause in _causes(error))
    code, detail = _network_cause(error, text)
    facts = {
        "host": host,
        "name": name,
        "timeout": f"{settings.timeout:g}",
        "ca_cert": settings.ca_cert.value,
        "kfp_namespace": settings.kfp_namespace,
        "origin": settings.host.origin,
    }
    return UnreachableError(code, detail, facts=facts)


def _network_cause(error: Exception, text: str) -> tuple[str, str]:
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "tls-untrusted", "CERTIFICATE_VERIFY_FAILED"
    if isinstance(error, requests.exceptions.ProxyError):
        return "proxy-failed", "the proxy did not pass the request on"
    if isinstance(error, requests.exceptions.SSLError) or "SSLError" in text:
        return "tls-failed", "the TLS handshake failed"
    if isinstance(error, requests.ConnectTimeout):
        return "network-timeout", "no TCP connection in time"
    if isinstance(error, requests.Timeout) or "Timeout" in text:
        return "no-answer", "the connection is open, but no answer came in time"
    if "NameResolutionError" in text or "gaierror" in text:
        return "host-not-found", "the name does not resolve"
    if "ConnectionRefusedError" in text:
        return "connection-refused", "connection refused"
    if isinstance(error, OSError) and "CA certificate" in text:
        return "ca-missing", "the CA bundle cannot be read"
    return "connection-broken", type(error).__name__


def _causes(error: BaseException | None) -> list[BaseException]:
    """Collect the chain of an exception, with what urllib3 wraps in ``args`` and ``reason``."""
    found: list[BaseException] = []
    queue = [error]
    while queue:
        one = queue.pop()
        if one is None or one in found or len(found) > 20:
            continue
        found.append(one)
        queue += [one.__cause__, one.__context__, getattr(one, "reason", None)]
        queue += [arg for arg in one.args if isinstance(arg, BaseException)]
    return found


def _user_agent() -> str:
    from .._version import __version__

    return f"jupyter-kfp-auth/{__version__}"
