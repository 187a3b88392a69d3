"""A file on its way to the browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial
from logging import Logger

from ...http.errors import PipelinesError
from .threads import Threads


class Download:
    """A file on its way to the browser: the next piece is read when the last one has gone.

    Args:
        name: of the file.
        size: in bytes; ``None`` where it is not known.
        pieces: of its content; reading them blocks.
        threads: to read in.
        log: of the extension.
    """

    def __init__(
        self, name: str, size: int | None, pieces: Iterator[bytes], threads: Threads, log: Logger
    ) -> None:
        self.name = name
        self.size = size
        self.failed = False
        self._pieces = pieces
        self._threads = threads
        self._log = log

    @property
    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the content; ``failed`` tells afterwards whether it ended early."""
        try:
            while (piece := await self._threads.run(partial(next, self._pieces, None))) is not None:
                yield piece
        except PipelinesError as error:
            self.failed = True
            self._log.warning("The download of %s ended early: %s", self.name, error.cause_code)
