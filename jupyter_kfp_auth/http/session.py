"""The HTTP session to Pipelines: one host, the token read at send time, every answer bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests
from requests.utils import get_environ_proxies, select_proxy

from . import deadline, strict_json
from .address import is_cluster_local, without_password
from .deadline import Attempt
from .errors import PipelinesError, TokenError, Unreachable
from .network_errors import CONNECT_TIMEOUT, dropped, unreachable
from .stream import Stream
from .strict_json import Json, JsonObject
from .token_source import TokenSource
from .transport import HttpSession

#: The largest answer that is read, in bytes. 200 runs with their pipeline specs stay far below.
MAX_BYTES = 64 * 1024 * 1024

#: Bytes to read at a time. Compressed ones may become a thousand times as many at once.
_PIECE = 64 * 1024
_COMPRESSED_PIECE = 1024


#: What can be sent: bytes as they are, everything else as JSON.
Body = JsonObject | Sequence[Json] | bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, read to its end.

    ``token`` tells whether a token went with the request; the token itself is not kept. ``proxy``
    is the forward proxy that carried it, without its password; empty where there was none.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    url: str
    token: bool
    method: str = "GET"
    proxy: str = ""

    @property
    def text(self) -> str:
        """The body as text, whatever its bytes are."""
        return self.body.decode("utf-8", errors="replace")

    @property
    def content_type(self) -> str:
        """The media type without its parameters, lower case."""
        return self.headers.get("Content-Type", "").split(";")[0].strip().lower()

    def json(self) -> Json:
        """Parse the body. A number such as 1e999, which nothing can hold, stays text.

        Raises:
            ValueError: it is not JSON (which has no NaN), or nested beyond reason.
        """
        return strict_json.loads(self.body, too_large=str)


class _Bearer(requests.auth.AuthBase):
    """Adds the token while the request is prepared, so that no other object ever holds it."""

    def __init__(self, source: TokenSource, *, needed: bool) -> None:
        self._source = source
        self._needed = needed
        self.sent: str | None = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        try:
            self.sent = self._source.read()
        except TokenError:
            if self._needed:
                raise
            return request
        request.headers["Authorization"] = f"Bearer {self.sent}"
        return request

    def replaced(self) -> bool:
        """Tell whether the source now gives another token than the one that was sent."""
        try:
            return self.sent is not None and self._source.read() != self.sent
        except TokenError:
            return False


class Session:
    """Sends requests to the one configured host.

    Redirects are never followed, so the token cannot leave for another host; proxies and
    credentials of the environment are not used inside the cluster; no user-id header is ever sent.
    Thread-safe.

    Args:
        base_url: scheme, host and port, and a path without a slash at its end.
        token_source: gives the token for each request.
        verify: path of the CA bundle; empty for that of certifi.
        timeout: seconds for a whole answer.
        max_bytes: the largest answer that is read.
        proxies: whether those of the environment are used outside the cluster.
    """

    def __init__(
        self,
        base_url: str,
        token_source: TokenSource,
        verify: str = "",
        timeout: float = 10.0,
        *,
        max_bytes: int = MAX_BYTES,
        proxies: bool = True,
    ) -> None:
        self.base_url = base_url
        self.timeout = timeout
        self._token_source = token_source
        self._max_bytes = max_bytes
        self._http = HttpSession()
        self._http.headers.update(
            {
                "Accept": "application/json",
                "Accept-Encoding": "gzip",  # what requests would add may expand without bounds
                "User-Agent": _user_agent(),
            }
        )
        self._proxy = ""
        if proxies and not is_cluster_local(base_url):
            self._http.proxies.update(get_environ_proxies(base_url))
            self._proxy = without_password(select_proxy(base_url, self._http.proxies) or "")
        self._verify = verify
        self._connect_seconds = min(CONNECT_TIMEOUT, timeout)

    def request(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        body: Body | None = None,
        content_type: str = "application/json",
        accept: str = "",
        timeout: float | None = None,
        needs_token: bool = False,
        refused: Callable[[Answer], bool] = lambda answer: answer.status == 401,
    ) -> Answer:
        """Send one request and return its answer, whatever its status.

        When the answer says that the token was refused and the kubelet has meanwhile written
        another one, the request is sent once more with that.

        Args:
            method: the HTTP method.
            path: below the host, such as ``/apis/v2beta1/runs``.
            params: query parameters.
            body: bytes, sent as they are, or something that is sent as JSON.
            content_type: what the body is said to be.
            accept: the representation that is wanted, where it is not plain JSON.
            timeout: seconds for a whole answer; by default the session's.
            needs_token: fail without a token; otherwise a token that is not there, or cannot be
                used, is left out.
            refused: tells that an answer refuses the token.

        Raises:
            TokenError: a token is needed, and there is none that can be used.
            SettingsError: the CA bundle cannot be used.
            Unreachable: no complete answer within the time and size allowed.
        """
        sent = (body, {"Content-Type": content_type} if body is not None else {})
        if accept:
            sent[1]["Accept"] = accept
        bearer = _Bearer(self._token_source, needed=needs_token)
        seconds = self.timeout if timeout is None else timeout
        answer = self._send(method, path, params, sent, bearer, seconds)
        if refused(answer) and bearer.replaced():
            bearer = _Bearer(self._token_source, needed=needs_token)
            answer = self._send(method, path, params, sent, bearer, seconds)
        return answer

    @contextmanager
    def stream(
        self,
        path: str,
        params: Mapping[str, str],
        *,
        accept: str,
        seconds: float,
        needs_token: bool = True,
    ) -> Iterator[Stream]:
        """Open an answer that goes on, such as a watch of Kubernetes or a log.

        Args:
            path: below the host.
            params: query parameters.
            accept: the representation that is wanted.
            seconds: the longest time until its end.
            needs_token: fail without a token, as in `request`.

        Raises:
            TokenError: a token is needed, and there is none that can be used.
            Unreachable: it did not begin, or broke off.
        """
        url = self.base_url + path
        bearer = _Bearer(self._token_source, needed=needs_token)
        sent = (None, {"Accept": accept})
        failure: Exception | None = None
        with Attempt(seconds) as attempt:
            try:
                response = self._open("GET", url, params, sent, bearer, seconds)
            except PipelinesError:
                raise
            except Exception as error:  # noqa: BLE001 - as in `_send`
                failure = unreachable(error, self.base_url, self._verify, self.timeout)
            if failure is not None:
                raise failure
            with response:
                yield Stream(
                    response,
                    attempt.end,
                    lambda error: unreachable(error, self.base_url, self._verify, seconds),
                    self._max_bytes,
                )

    def close(self) -> None:
        """Close the pooled connections."""
        self._http.close()

    def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        sent: tuple[Body | None, Mapping[str, str]],
        bearer: _Bearer,
        seconds: float,
    ) -> Answer:
        url = self.base_url + path
        begun: tuple[int, Mapping[str, str]] | None = None
        failure: BaseException
        attempt = Attempt(seconds)
        try:
            with attempt, self._open(method, url, params, sent, bearer, seconds) as response:
                begun = status, headers = response.status_code, response.headers
                read = self._read(response)
                attempt.check()
                signed = bearer.sent is not None
                return Answer(status, headers, read, url, signed, method, self._proxy)
        except PipelinesError:
            raise
        except Exception as error:  # noqa: BLE001 - urllib3, ssl and http.client all leak theirs
            seen = TimeoutError() if attempt.cut_off else error
            failure = unreachable(
                seen, self.base_url, self._verify, seconds, proxy=self._proxy, begun=begun
            )
        except KeyboardInterrupt:
            failure = KeyboardInterrupt()
        # Raised here, where nothing refers to the error behind it: the frames of that error hold
        # the header with the token, and a verbose traceback shows the variables of frames.
        raise failure

    def _open(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        sent: tuple[Body | None, Mapping[str, str]],
        bearer: _Bearer,
        seconds: float,
    ) -> requests.Response:
        """Send the request and return as soon as the answer begins."""
        body, headers = sent

        def send() -> requests.Response:
            return self._http.request(
                method,
                url,
                params=params,
                data=body if isinstance(body, bytes) else None,
                json=None if isinstance(body, bytes) else body,
                headers=headers,
                auth=bearer,
                timeout=(self._connect_seconds, seconds),
                allow_redirects=False,
                stream=True,
                verify=self._verify or True,
            )

        try:
            return send()
        except requests.ConnectionError as error:
            # An idle connection may be closed by the peer in the moment in which it is used again.
            attempt = deadline.current()
            if method != "GET" or not dropped(error) or (attempt and attempt.cut_off):
                raise
        return send()

    def _read(self, response: requests.Response) -> bytes:
        """Read the body, as far as its size allows. Its time is bounded by the attempt."""
        declared = response.headers.get("Content-Length", "").strip()
        length = int(declared) if declared.isdecimal() else 0
        if length > self._max_bytes:
            raise self._too_large()
        compressed = response.headers.get("Content-Encoding", "").strip().lower() == "gzip"
        piece = _COMPRESSED_PIECE if compressed else _PIECE
        raw = response.raw
        pieces: list[bytes] = []
        size = 0
        while data := raw.read(piece, decode_content=compressed):
            size += len(data)
            if size > self._max_bytes:
                pieces.clear()  # nothing for a verbose traceback to show
                raise self._too_large()
            pieces.append(data)
        if raw.tell() < length:  # urllib3 before 2.0 does not look
            raise requests.exceptions.ChunkedEncodingError("the answer ended early")
        return b"".join(pieces)

    def _too_large(self) -> Unreachable:
        return Unreachable(
            "answer-too-large",
            f"the answer is larger than {self._max_bytes} bytes",
            facts={"megabytes": f"{self._max_bytes / 2**20:g}"},
        )


def _user_agent() -> str:
    from .._version import __version__

    return f"jupyter-kfp-auth/{__version__}"
