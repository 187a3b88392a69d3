"""An answer that goes on, or is too large to hold: its lines or pieces, as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import requests

from .errors import Unreachable

#: Bytes to read at a time where the answer does not come in chunks.
_PIECE = 64 * 1024


class Stream:
    """The lines of an answer that is still being sent.

    Args:
        response: whose head has arrived.
        hang_up: ends it, from any thread.
        failed: turns what went wrong into the error to raise.
        longest: the longest line, and the largest body of a refusal, in bytes.
    """

    def __init__(
        self,
        response: requests.Response,
        hang_up: Callable[[], None],
        failed: Callable[[Exception], Exception],
        longest: int,
    ) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self._response = response
        self._hang_up = hang_up
        self._failed = failed
        self._longest = longest
        self._closed = False

    def lines(self) -> Iterator[bytes]:
        """Yield each line without its end, as soon as it is whole.

        Raises:
            Unreachable: the answer broke off, took too long, or has too long a line.
        """
        # Whole chunks come as they are sent; anything else is only read when a piece is full.
        size = _PIECE if getattr(self._response.raw, "chunked", False) else 1
        pieces = self._response.raw.stream(size, decode_content=True)
        begun: list[bytes] = []
        length = 0
        while (piece := self._next(pieces)) is not None:
            *ended, rest = piece.split(b"\n")
            for end in ended:
                yield b"".join((*begun, end))
                begun, length = [], 0
            begun.append(rest)
            length += len(rest)
            if length > self._longest:
                begun.clear()
                raise Unreachable("answer-too-large", "a line of the answer is too long")
        if length:
            yield b"".join(begun)

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes as they come, whatever is in them. Raises as `lines`."""
        pieces = self._response.raw.stream(_PIECE, decode_content=True)
        while (piece := self._next(pieces)) is not None:
            if piece:
                yield piece

    def body(self) -> bytes:
        """Read what is left, as far as its size allows: a refusal."""
        found = b""
        for line in self.lines():
            found += line + b"\n"
            if len(found) > self._longest:
                break
        return found

    def close(self) -> None:
        """End it, from any thread; who reads its lines sees them end."""
        self._closed = True
        self._hang_up()

    def _next(self, pieces: Iterator[bytes]) -> bytes | None:
        try:
            return next(pieces, None)
        except Exception as error:  # noqa: BLE001 - urllib3, ssl and http.client all leak theirs
            failure = self._failed(error)
        if self._closed:
            return None
        raise failure  # where nothing refers to the error behind it, whose frames hold the token
