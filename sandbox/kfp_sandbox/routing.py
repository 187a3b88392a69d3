"""Calls, replies and the table that leads from one to the other, as grpc-gateway has it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from .errors import UNIMPLEMENTED, ApiError, gateway_error
from .releases import Release

_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_SINGLE = ("page_size", "page_token", "sort_by", "filter", "namespace", "experiment_id")
_ACTION = re.compile(r"([^:]+):\w+")
_DELETE_BODY = re.compile(r"\s*(\{\s*\})?\s*")


@dataclass
class Call:
    """A request as the API sees it. Query names are in snake_case, the last value counts.

    Attributes:
        params: what the path says.
        repeated: the values of what the query has several times.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes
    params: dict[str, str] = field(default_factory=dict)
    repeated: dict[str, list[str]] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises ApiError as the gateway would."""
        if _DELETE_BODY.fullmatch(self.body.decode("utf-8", "replace")):
            return {}
        text = self.body.decode("utf-8", "replace")
        try:
            document = json.loads(text)
        except ValueError as error:
            if "end of" in str(error) or getattr(error, "pos", 0) >= len(text.rstrip()):
                raise gateway_error("unexpected EOF") from None
            raise gateway_error("proto: syntax error (line 1:1): unexpected token") from None
        if not isinstance(document, dict):
            token = text.lstrip()[:1]
            raise gateway_error(f"proto: syntax error (line 1:1): unexpected token {token}")
        return document

    def check_query(self) -> None:
        """Refuse what the gateway cannot read, before anyone is authenticated."""
        for name, values in self.repeated.items():
            if name in _SINGLE:
                raise gateway_error(f'too many values for field "{name}": {", ".join(values)}')
        if "page_size" in self.query:
            text = self.query["page_size"]
            reason = ""
            if not re.fullmatch(r"[+-]?\d+", text):
                reason = "invalid syntax"
            elif not -(2**31) <= int(text) < 2**31:
                reason = "value out of range"
            if reason:
                raise gateway_error(
                    f'parsing field "page_size": strconv.ParseInt: parsing "{text}": {reason}'
                )


@dataclass
class Reply:
    """An answer.

    Attributes:
        delivery: how it reaches the client.
        wait: seconds until it is sent.
        reviews: how often the caller was authenticated for it.
    """

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    delivery: str = "whole"  # or silent, reset, truncated, stream
    stream: AsyncGenerator[bytes, None] | None = None
    wait: float = 0.0
    reviews: int = 0

    @classmethod
    def of_json(cls, document: Any, status: int = 200) -> Reply:
        """A JSON answer."""
        body = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
        return cls(status, body, {"Content-Type": "application/json"})

    @classmethod
    def of_stream(cls, stream: AsyncGenerator[bytes, None]) -> Reply:
        """A successful answer in JSON, line by line; one that breaks off raises ConnectionError."""
        return cls(200, b"", {"Content-Type": "application/json"}, "stream", stream)

    @classmethod
    def of_text(cls, text: str, status: int, content_type: str = "text/plain") -> Reply:
        """An answer in plain text or HTML."""
        return cls(status, text.encode(), {"Content-Type": content_type})


Endpoint = Callable[[Call], Any]
"""Answers with a Reply or with what shall be sent as JSON."""


class Router:
    """Routes of one release.

    A pattern is a path with `{name}` for a segment; a verb after a colon belongs to the pattern.
    """

    def __init__(self, release: Release) -> None:
        self._release = release
        self._routes: list[tuple[str, re.Pattern[str], Endpoint]] = []

    def add(self, method: str, pattern: str, endpoint: Endpoint) -> None:
        """Add a route."""
        parts = re.split(r"\{(\w+)\}", pattern)
        expression = "".join(
            f"(?P<{part}>[^/:]+)" if index % 2 else re.escape(part)
            for index, part in enumerate(parts)
        )
        self._routes.append((method, re.compile(expression), endpoint))

    def dispatch(self, call: Call) -> Reply:
        """Answer the call, with the errors that the gateway and the server give."""
        if not call.path.startswith("/apis/"):
            return Reply.of_text("404 page not found\n", 404, "text/plain; charset=utf-8")
        known = False
        for method, pattern, endpoint in self._routes:
            match = pattern.fullmatch(call.path)
            if not match:
                continue
            known = True
            if method == call.method:
                call.params = {name: unquote(text) for name, text in match.groupdict().items()}
                return self._answer(endpoint, call)
        verb = _ACTION.fullmatch(call.path)
        if verb and call.method == "POST" and not known:
            plain = [pattern for _, pattern, _ in self._routes if pattern.fullmatch(verb[1])]
            known = bool(plain)
        return self._no_route(known)

    def _answer(self, endpoint: Endpoint, call: Call) -> Reply:
        try:
            if self._release.modern_gateway:
                call.check_query()
            result = endpoint(call)
        except ApiError as error:
            return self.error(error)
        except (AttributeError, TypeError, ValueError):
            if not call.body:
                raise
            return self.error(gateway_error("proto: syntax error (line 1:1): unexpected token"))
        return result if isinstance(result, Reply) else Reply.of_json(result)

    def error(self, error: ApiError) -> Reply:
        """The answer for a failure."""
        status = error.status_of(self._release)
        headers = {"Content-Type": "application/json"}
        if status == 401 and self._release.modern_gateway:
            headers["WWW-Authenticate"] = error.message
        return Reply(status, error.body(self._release), headers)

    def _no_route(self, known: bool) -> Reply:
        """404, or 501 where the path is known, be it with another method or action."""
        if known:
            status, text, code = 501, "Method Not Allowed", UNIMPLEMENTED
        else:
            status, text, code = 404, "Not Found", 5
        if not self._release.modern_gateway:
            return Reply.of_text(f"{text}\n", status)
        return self.error(ApiError(code, text, None, status))


def parse_query(text: str) -> dict[str, str]:
    """The query parameters. The gateway takes snake_case and camelCase alike."""
    return {snake_case(name): value for name, value in parse_qsl(text, keep_blank_values=True)}


def parse_repeated(text: str) -> dict[str, list[str]]:
    """The values of the query parameters that are given more than once."""
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        values.setdefault(snake_case(name), []).append(value)
    return {name: several for name, several in values.items() if len(several) > 1}


def snake_case(name: str) -> str:
    """A field's name as the protocol buffers have it."""
    return _CAMEL.sub(lambda match: "_" + match.group(1).lower(), name)
