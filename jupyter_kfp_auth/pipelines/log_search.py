"""Search a log in a file, in bounded memory and time.

A regular expression of a user's may take for ever on a line, and Python holds everything up
meanwhile: so it is tried in a process of its own, which can be ended.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # this file also runs by itself, outside its package
    from ..http.strict_json import JsonDict

#: Matches that are listed, characters of a line that are shown, bytes of one that are looked at.
MOST, SHOWN, LONGEST_LINE = 1000, 400, 16 * 1024

#: Bytes that are read at a time, and seconds for a regular expression.
_PIECE, _SECONDS = 1024 * 1024, 30.0


class BadPattern(ValueError):
    """It is no regular expression, or one that takes too long."""


def search(
    descriptor: int, size: int, text: str, *, regex: bool = False, case: bool = False
) -> JsonDict:
    """Return the lines that hold a text: ``{"matches": [{"offset", "line"}], "total"}``.

    Args:
        descriptor: of the file.
        size: bytes of it.
        text: to find.
        regex: whether it is a regular expression.
        case: whether capital and small letters differ.

    Raises:
        BadPattern: it is no regular expression, or it takes too long.
    """
    if not regex:
        return _found(descriptor, size, _pattern(re.escape(text), case=case), text, case=case)
    _pattern(text, case=case)
    asked = json.dumps({"size": size, "text": text, "case": case})
    try:
        done = subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-I", os.path.abspath(__file__), str(descriptor)],
            input=asked.encode(),
            capture_output=True,
            timeout=_SECONDS,
            pass_fds=(descriptor,),
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise BadPattern("the regular expression takes too long") from None
    found: JsonDict = json.loads(done.stdout)
    return found


def _pattern(text: str, *, case: bool) -> re.Pattern[str]:
    try:
        return re.compile(text, re.MULTILINE | (0 if case else re.IGNORECASE))
    except (re.error, RecursionError, OverflowError) as error:
        raise BadPattern(f"not a regular expression: {error}") from None


def _found(
    descriptor: int, size: int, pattern: re.Pattern[str], plain: str = "", *, case: bool = False
) -> JsonDict:
    found: list[JsonDict] = []
    total = 0
    may_hold = _prefilter(pattern, plain, case=case)
    for offset, lines in _pieces(descriptor, size):
        if not may_hold(lines):
            continue
        place = offset
        for raw in lines.split(b"\n"):
            line = raw[:LONGEST_LINE].decode("utf-8", errors="replace")
            if pattern.search(line):
                total += 1
                if len(found) < MOST:
                    found.append({"offset": place, "line": line[:SHOWN]})
            place += len(raw) + 1
    return {"matches": found, "total": total}


def _prefilter(pattern: re.Pattern[str], plain: str, *, case: bool) -> Callable[[bytes], bool]:
    """Return what tells quickly that a match in some lines is out of the question."""
    if plain.isascii() and plain:  # many times as fast as a regular expression
        sought = plain.encode() if case else plain.lower().encode()
        return lambda lines: sought in (lines if case else lines.lower())
    if re.search(r"\\[AZ]", pattern.pattern):  # many lines cannot stand for one
        return lambda lines: True
    return lambda lines: pattern.search(lines.decode("utf-8", errors="replace")) is not None


def _pieces(descriptor: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Yield whole lines together, with their place; a line longer than a piece in parts."""
    offset = 0
    while offset < size:
        piece = os.pread(descriptor, min(_PIECE, size - offset), offset)
        if not piece:
            return
        end = piece.rfind(b"\n") if offset + len(piece) < size else -1
        lines = piece[:end] if end >= 0 else piece.removesuffix(b"\n")
        yield offset, lines
        offset += end + 1 if end >= 0 else len(piece)


def _main() -> None:
    asked = json.load(sys.stdin)
    pattern = _pattern(asked["text"], case=asked["case"])
    json.dump(_found(int(sys.argv[1]), asked["size"], pattern), sys.stdout)


if __name__ == "__main__":
    _main()
