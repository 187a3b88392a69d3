"""What the browser gets."""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from ...http.strict_json import Json


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is sent: made once, sent to every tab that asks."""

    status: int
    body: bytes
    etag: str
    arrived: float

    @classmethod
    def of(cls, status: int, data: object = None, arrived: float | None = None) -> Answer:
        """Encode ``data`` as JSON; nothing for ``None``."""
        body = b""
        if data is not None:
            body = json.dumps(data, separators=(",", ":"), allow_nan=False).encode()
        etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
        return cls(status, body, etag, time.monotonic() if arrived is None else arrived)

    @property
    def age(self) -> int:
        """Whole seconds since Pipelines answered."""
        return int(time.monotonic() - self.arrived)


@dataclass(slots=True)
class Fetched:
    """What Pipelines said, before what is known beside it is put in.

    Attributes:
        status: HTTP status of our own answer.
        data: JSON-ready.
        arrived: when, by the monotonic clock (seconds).
        luck: from 0 to 1; spreads what many servers do.
    """

    status: int
    data: Json
    arrived: float = field(default_factory=lambda: time.monotonic())
    luck: float = field(default_factory=random.random)
    _encoded: tuple[Hashable, Answer] | None = None

    @property
    def age(self) -> float:
        """Seconds since Pipelines answered."""
        return time.monotonic() - self.arrived

    def answer(self, version: Hashable, complete: Callable[[object], object]) -> Answer:
        """Return the answer to send; it is encoded once for each version of what is put in."""
        if self._encoded is None or self._encoded[0] != version:
            self._encoded = version, Answer.of(self.status, complete(self.data), self.arrived)
        return self._encoded[1]
