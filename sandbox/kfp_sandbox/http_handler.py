"""How the sandbox takes requests, records them, and delivers answers."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.iostream import IOStream, StreamClosedError
from tornado.web import RequestHandler

from .routing import Call, Reply, parse_query, parse_repeated

SIGNATURE = ("X-Sandbox", "jupyter-kfp-auth")


@dataclass
class RecordedRequest:
    """A request that reached the sandbox.

    Attributes:
        status: 0 until, or unless, it is answered.
        authenticated: whether Pipelines looked at the token, which its clients share a limit for.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    status: int = 0
    authenticated: bool = False


class Answering(Protocol):
    """What answers the requests: the `Sandbox`.

    Attributes:
        held: connections on which nothing more will be said.
    """

    held: set[IOStream]

    def answer_apart(self, call: Call) -> Reply | None:
        """The answer to a request that is not recorded."""

    def record(self, request: RecordedRequest) -> None:
        """Remember a request."""

    async def answer(self, call: Call) -> Reply:
        """The answer to any other request."""

    def wake(self) -> None:
        """Let the server look at the clock."""


class Handler(RequestHandler):
    """Takes every request, records it, and delivers the answer."""

    SUPPORTED_METHODS = ("GET", "HEAD", "POST", "DELETE", "PATCH", "PUT", "OPTIONS")

    def initialize(self, sandbox: Answering) -> None:
        """Learn whose requests these are."""
        self._sandbox = sandbox
        self._streaming: asyncio.Future[None] | None = None

    def set_default_headers(self) -> None:
        """Say in every answer that this is not a cluster."""
        self.clear_header("Server")
        self.set_header(*SIGNATURE)

    def compute_etag(self) -> None:
        """The API server sends none."""

    async def _take(self) -> None:
        sandbox, request = self._sandbox, self.request
        call = _call(request)
        apart = sandbox.answer_apart(call)
        if apart:
            self._write(apart)
            return
        record = RecordedRequest(
            call.method, call.path, call.query, HTTPHeaders(request.headers), request.body
        )
        sandbox.record(record)
        reply = await sandbox.answer(call)
        record.authenticated = reply.reviews > 0
        if reply.wait:
            await asyncio.sleep(reply.wait)
        record.status = reply.status
        if reply.delivery == "whole":
            self._write(reply)
        elif reply.stream:
            await self._stream(reply, reply.stream)
        else:
            await self._break(reply)

    get = head = post = delete = patch = put = options = _take

    def _write(self, reply: Reply) -> None:
        self.set_status(reply.status)
        for name, value in reply.headers.items():
            self.set_header(name, " ".join(value.split("\n")))
        self.finish(reply.body)

    async def _stream(self, reply: Reply, stream: AsyncGenerator[bytes, None]) -> None:
        """Answer line by line until the stream ends, breaks off, or the client goes away."""
        for name, value in reply.headers.items():
            self.set_header(name, value)
        self._streaming = asyncio.ensure_future(self._copy(stream))
        self._sandbox.wake()
        try:
            await self._streaming
            self.finish()
        except (ConnectionError, StreamClosedError):
            self.detach().close()
        except asyncio.CancelledError:
            pass

    async def _copy(self, stream: AsyncGenerator[bytes, None]) -> None:
        await self.flush()
        async with contextlib.aclosing(stream) as lines:
            async for line in lines:
                self.write(line)
                await self.flush()

    def on_connection_close(self) -> None:
        """End the stream of a client that has gone."""
        if self._streaming:
            self._streaming.cancel()

    async def _break(self, reply: Reply) -> None:
        """Answer by half or not at all."""
        stream = self.detach()
        held = self._sandbox.held
        held.add(stream)
        try:
            if reply.delivery == "silent":
                await stream.read_until_close()
                return
            head = f"HTTP/1.1 {reply.status} OK\r\n{SIGNATURE[0]}: {SIGNATURE[1]}\r\n"
            for name, value in {**reply.headers, "Content-Length": len(reply.body)}.items():
                head += f"{name}: {value}\r\n"
            half = reply.body[: len(reply.body) // 2]
            await stream.write(head.encode() + b"\r\n" + half)
            if reply.delivery == "reset":
                linger = struct.pack("ii", 1, 0)  # closing sends RST instead of FIN
                stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        except StreamClosedError:
            pass
        finally:
            held.discard(stream)
            stream.close()


def _call(request: HTTPServerRequest) -> Call:
    return Call(
        str(request.method),
        request.path,
        parse_query(request.query),
        request.headers,
        request.body,
        repeated=parse_repeated(request.query),
    )


def keep_silent(handler: RequestHandler) -> Any:
    """Keep tornado's access log quiet: the requests are recorded."""
