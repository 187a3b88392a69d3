"""Logs that are followed: each is one request that stays open, read in a thread of its own."""

from __future__ import annotations

import codecs
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress

from ..pipelines.connection import Connection
from ..pipelines.models import Pod, Run, Task
from ..pipelines.task_logs import NoLog, OpenedLog, TaskLogs
from .log_text import LARGEST, Entry, heading, printable, sentence
from .task_summary import labels

#: Seconds after which a log is tried again, and that last lines may take after the run's end.
_AGAIN, _LAST = 2.0, 15.0

#: Logs that are read at a time.
_AT_A_TIME = 64


class Followed:
    """The logs of some tasks of one run, as they grow.

    Args:
        client: to ask.
    """

    def __init__(self, client: Connection) -> None:
        self._client = client
        self._logs: TaskLogs | None = None
        self._came: queue.SimpleQueue[tuple[str, bytes | str | None]] = queue.SimpleQueue()
        self._readers: dict[str, threading.Thread] = {}
        self._open: dict[str, OpenedLog] = {}
        self._room = threading.Semaphore(_AT_A_TIME)
        self._over = threading.Event()
        self._closed = threading.Event()
        #: Until when a log is waited for that has not begun.
        self._until = float("inf")
        self._shown = ""
        self._whole_line = True
        self._decoders: dict[str, codecs.IncrementalDecoder] = {}
        self.entries: dict[str, Entry] = {}
        self.tasks: dict[str, Task] = {}

    def see(self, run: Run, tasks: Sequence[Task]) -> None:
        """Begin to read the logs of tasks that are new, and what is new of the others."""
        self._logs = logs = self._client.task_logs(run)
        named = labels(tasks)
        for task in tasks:
            self.tasks[task.task_id] = task
            try:
                pods = logs.pods(task)
            except NoLog as error:
                if not error.passes and task.task_id not in self.entries:
                    self.entries[task.task_id] = Entry(named[task.task_id])
                    self._came.put((task.task_id, sentence(error)))
                continue
            self.entries.pop(task.task_id, None)
            for pod in pods:
                self._begin(task, pod, named[task.task_id])
        if run.finished:
            self._over.set()

    def pieces(self, seconds: float) -> Iterator[str]:
        """Yield what comes within so many seconds."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                key, piece = self._came.get(timeout=left)
            except queue.Empty:
                return
            yield from self._text(key, piece)

    def rest(self) -> Iterator[str]:
        """Yield what still comes after the end of the run."""
        self._over.set()
        self._until = end = time.monotonic() + _LAST
        while any(reader.is_alive() for reader in self._readers.values()):
            if time.monotonic() > end + _AGAIN:
                break
            yield from self.pieces(0.1)
        while True:
            try:
                key, piece = self._came.get_nowait()
            except queue.Empty:
                return
            yield from self._text(key, piece)

    def close(self) -> None:
        """Read no more."""
        self._closed.set()
        self._over.set()
        for opened in list(self._open.values()):
            with suppress(Exception):  # it has ended by itself
                opened.close()

    # -----------------------------------------------------------------------------------------

    def _begin(self, task: Task, pod: Pod, name: str) -> None:
        key = pod.node_id or pod.name
        if key in self._readers:
            return
        several = f", attempt {pod.attempt}" if task.attempts > 1 and pod.kind == "main" else ""
        driver = ", its driver" if pod.kind == "driver" else ""
        self.entries[key] = Entry(f"{name}{driver}{several}")
        self._decoders[key] = codecs.getincrementaldecoder("utf-8")(errors="replace")
        reader = threading.Thread(
            target=self._read, args=(key, task.task_id, pod), name="kfp-log", daemon=True
        )
        self._readers[key] = reader
        reader.start()

    def _read(self, key: str, task_id: str, pod: Pod) -> None:
        """Read one log to its end, waiting for its beginning where it has not begun."""
        count = 0
        with self._room:
            while not self._closed.is_set():
                assert self._logs is not None
                logs, over = self._logs, self._over.is_set()
                try:
                    with logs.open(self.tasks[task_id], pod, follow=not over) as opened:
                        self._open[key] = opened
                        left_out = count
                        for piece in opened.pieces:
                            new, left_out = piece[left_out:], max(0, left_out - len(piece))
                            count += len(new)
                            if new:
                                self._came.put((key, new))
                    return
                except NoLog as error:
                    if not error.passes or time.monotonic() > self._until:
                        self._came.put((key, sentence(error)))
                        return
                finally:
                    self._open.pop(key, None)
                logs.view.forget()
                self._closed.wait(_AGAIN)

    def _text(self, key: str, piece: bytes | str | None) -> Iterator[str]:
        """Yield a piece as text, below a heading where it is another log's than the last one."""
        entry = self.entries.get(key)
        if entry is None or piece is None:
            return
        if isinstance(piece, str):
            text, problem = f"{piece}\n", piece
        else:
            text, problem = self._decoders[key].decode(piece), entry.problem
        log = (entry.log + (text if isinstance(piece, bytes) else ""))[-LARGEST:]
        self.entries[key] = Entry(entry.name, log, problem)
        if self._shown != key and (self._shown or len(self.entries) > 1):
            gap = "" if self._whole_line else "\n"
            yield f"{gap}{heading(entry.name)}\n"
        self._shown = key
        self._whole_line = text.endswith("\n")
        yield printable(text)
