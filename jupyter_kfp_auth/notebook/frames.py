"""The frames of a traceback, and whose code they run."""

from __future__ import annotations

from collections.abc import Iterator
from types import FrameType


def frames(error: BaseException) -> Iterator[FrameType]:
    """Yield the frames of a traceback, from the cell inwards."""
    traceback = error.__traceback__
    while traceback is not None:
        yield traceback.tb_frame
        traceback = traceback.tb_next


def package(frame: FrameType) -> str:
    """Return the name of the package whose code a frame runs."""
    return str(frame.f_globals.get("__name__") or "").partition(".")[0]
