"""A server of raw sockets that answers exactly as told, also as no decent server would."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import pytest


@dataclass
class Request:
    """A request as it arrived. Header names are in lower case."""

    line: str
    headers: Mapping[str, str]
    raw: bytes

    @property
    def path(self) -> str:
        return self.line.split(" ")[1]


@dataclass
class Exchange:
    """One request on one connection, and the means to answer it."""

    socket: socket.socket
    request: Request
    over: threading.Event
    keep: bool = False

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.socket.sendall(piece)

    def drip(self, data: bytes, seconds: float = 0.02) -> None:
        """Send byte after byte, and stop when the test is over."""
        for byte in data:
            if self.over.wait(seconds):
                return
            self.socket.sendall(bytes([byte]))

    def wait(self) -> None:
        """Say nothing until the test is over."""
        self.over.wait()


Answer = Callable[[Exchange], None]


def answer(
    body: Any = b"", status: int = 200, content_type: str = "application/json", **headers: str
) -> bytes:
    """A complete answer. What is not bytes is sent as JSON; ``_`` in a header is a hyphen."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    names = {"content-type": content_type, "content-length": str(len(payload))}
    names |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = f"HTTP/1.1 {status} Whatever\r\n"
    return (head + "".join(f"{n}: {v}\r\n" for n, v in names.items()) + "\r\n").encode() + payload


def always(data: bytes, *, keep: bool = True) -> Answer:
    """Answer every request with the same bytes."""

    def give(exchange: Exchange) -> None:
        exchange.keep = keep
        exchange.send(data)

    return give


class Hostile:
    """Listens on 127.0.0.1; each request is given to the next of ``script``, or to ``answer``.

    Attributes:
        requests: what has arrived.
        connections: how many have been opened.
    """

    def __init__(
        self, address: tuple[str, int] = ("127.0.0.1", 0), *, tls: ssl.SSLContext | None = None
    ) -> None:
        self.answer: Answer = always(answer({}))
        self.script: list[Answer] = []
        self.requests: list[Request] = []
        self.connections = 0
        self._tls = tls
        self._over = threading.Event()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(address)
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> Hostile:
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        for thread in self._threads:
            thread.join(5)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):  # the client goes away in the middle, as it should
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self._open.append(connection)
            with connection:
                while self._answer_one(connection):
                    pass

    def _answer_one(self, connection: socket.socket) -> bool:
        raw = b""
        while b"\r\n\r\n" not in raw:
            data = connection.recv(65536)
            if not data:
                return False
            raw += data
            if not raw[:1].isalpha():  # a TLS handshake, for one
                connection.sendall(answer(b"malformed request", 400, "text/plain"))
                return False
        head, _, body = raw.partition(b"\r\n\r\n")
        line, *rest = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (pair.split(": ", 1) for pair in rest)}
        missing = int(headers.get("content-length", "0")) - len(body)
        while missing > 0:
            data = connection.recv(missing)
            if not data:
                return False
            raw, missing = raw + data, missing - len(data)
        request = Request(line, headers, raw)
        self.requests.append(request)
        exchange = Exchange(connection, request, self._over)
        give = self.script.pop(0) if self.script else self.answer
        give(exchange)
        return exchange.keep


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    """A server that answers ``{}`` until it is told otherwise."""
    with Hostile() as server:
        yield server


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name resolves, as in a pod that asks for a service that does not exist."""
    resolve = socket.getaddrinfo

    def fail(host: Any, *args: Any, **kwargs: Any) -> Any:
        if str(host).endswith(".invalid"):
            raise socket.gaierror(-2, "Name or service not known")
        return resolve(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", fail)
