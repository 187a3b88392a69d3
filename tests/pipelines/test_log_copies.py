"""Copies of logs: filled by a thread, read in pieces, searched and dropped, in bounded memory."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_kfp_auth.commands.task_log import _cut
from jupyter_kfp_auth.pipelines.log_copies import LogCopies
from jupyter_kfp_auth.pipelines.log_search import MOST, BadPattern, search
from jupyter_kfp_auth.pipelines.models import Pod, Run, Task
from jupyter_kfp_auth.pipelines.task_logs import NoLog, OpenedLog

ENDED = Task("t", "fit", "SUCCEEDED", finished_at=datetime(2026, 11, 1, tzinfo=timezone.utc))
POD = Pod("p-1", "n-1")


class Source:
    """Stands for the logs of a run: each time it is opened it gives the next of its contents."""

    def __init__(self, *contents: Any, finished: bool = True) -> None:
        self.run = Run("r", state="SUCCEEDED" if finished else "RUNNING")
        self.view = self
        self.contents = list(contents)
        self.opened = 0

    def forget(self) -> None:
        pass

    @contextmanager
    def open(self, task: Task, pod: Pod, *, follow: bool = False) -> Iterator[OpenedLog]:
        self.opened += 1
        content = self.contents.pop(0) if len(self.contents) > 1 else self.contents[0]
        if isinstance(content, NoLog):
            raise content
        yield OpenedLog("pod", iter(content))


@pytest.fixture
def copies() -> Iterator[LogCopies]:
    made = LogCopies()
    yield made
    made.close()


def get(copies: LogCopies, source: Any, task: Task = ENDED) -> Any:
    copy = copies.get(source, task, POD)
    copy.wait(lambda: False, 20)
    return copy


def test_a_log_is_asked_for_once(copies: LogCopies) -> None:
    source = Source([b"one\n", b"two\n"])
    for _ in range(3):
        copy = get(copies, source)
        assert (copy.size, copy.ended, copy.source) == (8, True, "pod")
        assert copy.read(4, 100) == b"two\n"
    assert source.opened == 1
    assert b"".join(copy.pieces()) == b"one\ntwo\n"


def test_a_log_that_broke_off_goes_on_where_it_was(
    copies: LogCopies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_kfp_auth.pipelines.log_copies._AGAIN", 0.01)

    def broken() -> Iterator[bytes]:
        yield b"one\ntw"
        raise NoLog("broke-off", "it broke off", passes=True)

    source = Source(broken(), [b"one\n", b"two\n", b"three\n"])
    copy = copies.get(source, ENDED, POD)  # type: ignore[arg-type]
    copy.wait(lambda: copy.ended, 20)
    while not copy.ended:
        copy.wait(lambda: copy.size == 14, 1)
    assert copy.read(0, 100) == b"one\ntwo\nthree\n"


def test_what_has_no_log_says_why_and_is_tried_again_when_it_has_changed(
    copies: LogCopies,
) -> None:
    gone = Source(NoLog("pod-gone", "its pod is gone"))
    copy = get(copies, gone)
    assert (copy.size, copy.ended, copy.problem.code) == (0, True, "pod-gone")
    assert get(copies, gone) is copy
    retried = Task("t", "fit", "RUNNING", started_at=ENDED.finished_at)
    again = get(copies, Source([b"new\n"]), retried)
    assert again.read(0, 10) == b"new\n"


def test_more_than_the_limit_is_not_kept() -> None:
    copies = LogCopies(most_bytes=10)
    source: Any = Source([b"12345678", b"9012"])
    copy = get(copies, source)
    assert (copy.size, copy.problem.code) == (8, "log-too-large")
    other = copies.get(Source([b"123456"]), ENDED, Pod("p-2", "n-2"))  # type: ignore[arg-type]
    other.wait(lambda: False, 20)
    assert other.read(0, 10) == b"123456"
    assert copy.read(0, 10) == b"", "what was looked at longest ago has made room"
    copies.close()


def test_what_nobody_looks_at_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    copies = LogCopies(longest_idle=60.0)
    first = get(copies, Source([b"one"]))
    first.used -= 61.0
    copies.get(Source([b"two"]), ENDED, Pod("p-2", "n-2"))  # type: ignore[arg-type]
    assert first.read(0, 10) == b""
    copies.close()


def test_nothing_is_left_on_the_disk(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    copies = LogCopies()
    get(copies, Source([b"secret"]))
    assert list(tmp_path.iterdir()) == [], "the file has no name"
    copies.close()


def test_a_log_that_goes_on_is_read_while_it_grows(copies: LogCopies) -> None:
    more = threading.Event()

    def growing() -> Iterator[bytes]:
        yield b"one\n"
        assert more.wait(20)
        yield b"two\n"

    source: Any = Source(growing(), finished=False)
    running = Task("t", "fit", "RUNNING", started_at=ENDED.finished_at)
    copy = copies.get(source, running, POD)
    copy.wait(lambda: copy.size > 0, 20)
    assert (copy.read(0, 100), copy.ended) == (b"one\n", False)
    more.set()
    copy.wait(lambda: copy.ended, 20)
    assert copy.read(4, 100) == b"two\n"


# -- Pieces -------------------------------------------------------------------------------------


@given(text=st.text(max_size=200), limit=st.integers(4, 40))
def test_pieces_by_offset_are_the_log_and_never_cut_a_character(text: str, limit: int) -> None:
    data = text.encode()
    copies = LogCopies()
    copy = get(copies, Source([data]))
    offset, found = 0, ""
    while offset < len(data):
        piece, begin = _cut(copy, offset, limit)
        assert begin == offset
        found += piece.decode()
        offset += len(piece)
    assert found == text
    copies.close()


@given(lines=st.lists(st.text(alphabet="aé\U0001f600", max_size=30), min_size=1, max_size=20))
def test_the_end_begins_with_a_line(lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    copies = LogCopies()
    copy = get(copies, Source([data]))
    piece, begin = _cut(copy, -20, 1000)
    assert begin + len(piece) == len(data)
    assert begin == 0 or data[begin - 1 : begin] == b"\n" or b"\n" not in data[-20:]
    piece.decode()
    copies.close()


# -- Searching ----------------------------------------------------------------------------------


def written(data: bytes) -> Any:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the test's process
    os.pwrite(file.fileno(), data, 0)
    return file


def test_finds_lines_with_their_place() -> None:
    data = b"first\nAn ERROR here\n\xc3\xa9rror\nlast error"
    with written(data) as file:
        found = search(file.fileno(), len(data), "error")
        assert found["total"] == 2
        assert [data[m["offset"] :][:4] for m in found["matches"]] == [b"An E", b"last"]
        assert search(file.fileno(), len(data), "error", case=True)["total"] == 1
        assert search(file.fileno(), len(data), "e.ror")["total"] == 0
        assert search(file.fileno(), len(data), "^[Aé].*r", regex=True)["total"] == 2


def test_tells_the_true_number_and_lists_the_first_of_them() -> None:
    data = b"".join(b"line %d x\n" % number for number in range(3 * MOST))
    with written(data) as file:
        found = search(file.fileno(), len(data), "x")
    assert (found["total"], len(found["matches"])) == (3 * MOST, MOST)


@pytest.mark.parametrize("pattern", ["(", "[a", "a{99999999999}", "(?P<x"])
def test_what_is_no_regular_expression(pattern: str) -> None:
    with written(b"x") as file, pytest.raises(BadPattern):
        search(file.fileno(), 1, pattern, regex=True)


def test_a_regular_expression_that_takes_for_ever_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jupyter_kfp_auth.pipelines.log_search._SECONDS", 0.5)
    data = b"a" * 200 + b"!\n"
    with written(data) as file, pytest.raises(BadPattern, match="too long"):
        search(file.fileno(), len(data), "(a+)+$", regex=True)


@given(lines=st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line), max_size=30))
def test_every_line_has_its_place(lines: list[bytes]) -> None:
    data = b"\n".join([*lines, b"needle"])
    with written(data) as file:
        found = search(file.fileno(), len(data), "needle")
    assert data[found["matches"][-1]["offset"] :] == b"needle"
