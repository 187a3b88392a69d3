"""Copies of logs that are looked at, so that paging, searching and saving ask for each log once.

Each copy is a private file without a name, which goes with the process; a thread of its own fills
it. Memory stays the same however long a log is. What nobody has looked at for a while is dropped.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from .models import Pod, Task
from .task_logs import NoLog, OpenedLog, TaskLogs

#: Bytes of all copies together, and seconds for which one is kept that nobody looks at.
MOST_BYTES, LONGEST_IDLE = 1024 * 1024 * 1024, 900.0

#: Seconds after which a log that goes on is no longer followed, and then tried again.
_FOLLOWED, _AGAIN = 60.0, 2.0

#: Bytes that are read or written at a time.
_PIECE = 256 * 1024


class LogCopy:
    """The copy of one log.

    Args:
        logs: of the run.
        task: whose log.
        pod: whose log.
        room: tells whether so many more bytes may be kept.
    """

    def __init__(self, logs: TaskLogs, task: Task, pod: Pod, room: Callable[[int], bool]) -> None:
        self.task, self.pod = task, pod
        self.size = 0
        self.source = ""
        #: Whether nothing more will come.
        self.ended = False
        #: Why there is nothing, or nothing more.
        self.problem: NoLog | None = None
        self.used = time.monotonic()
        self._logs = logs
        self._room = room
        self._file = tempfile.TemporaryFile(prefix="jupyter-kfp-log-")  # noqa: SIM115 - closed below
        self._changed = threading.Condition()
        self._closed = False
        self._open: OpenedLog | None = None
        self._thread = threading.Thread(target=self._fill, name="kfp-log", daemon=True)
        self._thread.start()

    @property
    def fileno(self) -> int:
        """The file's descriptor."""
        return self._file.fileno()

    def look(self, logs: TaskLogs, task: Task, pod: Pod) -> None:
        """Say that it is looked at, and how its task is by now."""
        self.used = time.monotonic()
        with self._changed:
            self._logs, self.task, self.pod = logs, task, pod
            if not self.ended and not self._closed and not self._thread.is_alive():
                self._thread = threading.Thread(target=self._fill, name="kfp-log", daemon=True)
                self._thread.start()

    def wait(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until ``ready``, or nothing more comes, or the time is over."""
        with self._changed:
            self._changed.wait_for(
                lambda: ready() or self.ended or self._closed or self.problem is not None, seconds
            )

    def read(self, offset: int, limit: int) -> bytes:
        """Return the bytes from a place on, as far as they are there."""
        if self._closed:
            return b""
        return os.pread(self.fileno, max(0, min(limit, self.size - offset)), offset)

    def pieces(self) -> Iterator[bytes]:
        """Yield all of it; of a log that goes on, what is there."""
        offset, follows = 0, not self._goes_on()
        while True:
            if follows:
                self._wait_beyond(offset)
            piece = self.read(offset, _PIECE)
            if not piece:
                return
            offset += len(piece)
            self.used = time.monotonic()
            yield piece

    def _wait_beyond(self, offset: int) -> None:
        self.wait(lambda: self.size > offset, _FOLLOWED)

    def close(self) -> None:
        """Read no more, and drop what is there."""
        with self._changed:
            self._closed = True
            opened = self._open
            self._changed.notify_all()
        if opened is not None:
            with suppress(Exception):  # it has ended by itself
                opened.close()
        self._file.close()

    # -----------------------------------------------------------------------------------------

    def _goes_on(self) -> bool:
        return not self._logs.run.finished and self.task.finished_at is None

    def _fill(self) -> None:
        """Read the log to its end, again and again while it has not begun."""
        while not self._closed and not self._idle():
            logs, follow = self._logs, self._goes_on()
            try:
                with logs.open(self.task, self.pod, follow=follow) as opened:
                    self._open, self.source = opened, opened.source
                    self.problem = None
                    if self._copy(opened.pieces, follow=follow):
                        self._end()
                        return
            except NoLog as error:
                self.problem = error
                if not error.passes:
                    self._end()
                    return
                with self._changed:
                    self._changed.notify_all()
            except (OSError, ValueError):  # the file is full, or closed
                if not self._closed:
                    self.problem = NoLog("copy-failed", "The log cannot be kept on this disk.")
                self._end()
                return
            finally:
                self._open = None
            logs.view.forget()
            with self._changed:
                self._changed.wait_for(lambda: self._closed, _AGAIN)

    def _copy(self, pieces: Iterator[bytes], *, follow: bool) -> bool:
        """Write what is new; return whether the log has ended."""
        left_out = self.size
        for piece in pieces:
            new, left_out = piece[left_out:], max(0, left_out - len(piece))
            if self._closed:
                return True
            if not self._room(len(new)):
                self.problem = NoLog(
                    "log-too-large",
                    "The log is larger than what this server keeps: the rest of it is left out.",
                    "Read it with `kubectl logs`, or let the task print less.",
                )
                return True
            if new:
                os.pwrite(self.fileno, new, self.size)
                with self._changed:
                    self.size += len(new)
                    self._changed.notify_all()
            if follow and self._idle():
                return False
        return True

    def _idle(self) -> bool:
        """Tell whether nobody looks at a log that goes on."""
        return self._goes_on() and time.monotonic() - self.used > _FOLLOWED

    def _end(self) -> None:
        with self._changed:
            self.ended = True
            self._changed.notify_all()


class LogCopies:
    """All copies of a connection. Thread-safe.

    Args:
        most_bytes: of all together.
        longest_idle: seconds for which one is kept that nobody looks at.
    """

    def __init__(self, most_bytes: int = MOST_BYTES, longest_idle: float = LONGEST_IDLE) -> None:
        self.most_bytes = most_bytes
        self.longest_idle = longest_idle
        self._lock = threading.Lock()
        self._copies: dict[tuple[str, str], LogCopy] = {}

    def get(self, logs: TaskLogs, task: Task, pod: Pod) -> LogCopy:
        """Return the copy of a pod's log, which is filled from now on."""
        key = (logs.run.run_id, pod.node_id or pod.name)
        with self._lock:
            self._drop_old()
            copy = self._copies.pop(key, None)
            if copy is not None and _begun_anew(copy, task):
                copy.close()
                copy = None
            if copy is None:
                copy = LogCopy(logs, task, pod, self._room)
            self._copies[key] = copy
        copy.look(logs, task, pod)
        return copy

    def close(self) -> None:
        """Drop all of them."""
        with self._lock:
            copies, self._copies = self._copies, {}
        for copy in copies.values():
            copy.close()

    def _room(self, more: int) -> bool:
        """Make room for more bytes by dropping what was looked at longest ago."""
        with self._lock:
            while sum(copy.size for copy in self._copies.values()) + more > self.most_bytes:
                others = list(self._copies)[:-1]
                if not others:
                    return False
                self._copies.pop(others[0]).close()
            return True

    def _drop_old(self) -> None:
        now = time.monotonic()
        for key, copy in list(self._copies.items()):
            if now - copy.used > self.longest_idle:
                del self._copies[key]
                copy.close()


def _begun_anew(copy: LogCopy, task: Task) -> bool:
    """Tell whether a task was retried since, or a log that was not there may be by now."""
    if copy.ended and copy.problem is not None and not copy.size:
        return copy.task.state != task.state
    return copy.task.started_at != task.started_at
