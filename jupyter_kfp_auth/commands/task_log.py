"""The log of one task for a page: by offset, searched, or as a file."""

from __future__ import annotations

from collections.abc import Iterator

from ..http.errors import in_a_line
from ..http.strict_json import JsonDict
from ..outputs.connection import Connection
from ..pipelines.errors import InvalidRequest, NotFound
from ..pipelines.log_copies import LogCopy
from ..pipelines.log_search import BadPattern, search
from ..pipelines.models import Pod, Task
from ..pipelines.task_logs import NoLog, TaskLogs
from ..pipelines.task_status import driver_failed

#: Bytes of text in one answer, and those before the end that are given first.
MOST, FIRST = 256 * 1024, 64 * 1024

#: Seconds to wait for a log that has just been opened, for its end, and for one that is searched.
_BEGINNING, _END, _SEARCHED = 1.0, 3.0, 20.0

#: Bytes in which a piece's beginning is put to a line's.
_LINE = 4096


def piece(
    client: Connection,
    run_id: str,
    task_id: str,
    *,
    offset: int = -FIRST,
    limit: int = MOST,
    attempt: int = 0,
    container: str = "",
) -> JsonDict:
    """Return a piece of a log, in the shape of ``TaskLog`` in `openapi.yaml`.

    Args:
        client: to ask.
        run_id: of the run.
        task_id: of the task.
        offset: in bytes; a negative one counts from the end.
        limit: bytes of text at most.
        attempt: counted from 1; 0 for the last one.
        container: ``main`` or ``driver``; empty for the one that matters.

    Raises:
        PipelinesError: Pipelines refused, or there is no such task.
    """
    logs, task = _find(client, run_id, task_id)
    try:
        pods, pod = _pod(logs, task, attempt, container)
    except NoLog as error:
        return _empty(task, container, error)
    copy = client.log_copies.get(logs, task, pod)
    copy.wait(lambda: copy.size > max(0, offset), _BEGINNING)
    if offset < 0:
        copy.wait(lambda: False, _END if not _goes_on(logs, task) else 0.0)
    data, begin = _cut(copy, offset, min(limit, MOST))
    problem = copy.problem if copy.problem is not None and begin + len(data) >= copy.size else None
    return {
        "task_id": task.task_id,
        "task": task.display_name,
        "attempt": pod.attempt,
        "attempts": max(1, len(pods)),
        "container": pod.kind,
        "containers": _containers(task),
        "source": copy.source,
        "text": data.decode("utf-8", errors="replace"),
        "offset": begin,
        "next_offset": begin + len(data),
        "size": copy.size,
        "ended": copy.ended and begin + len(data) >= copy.size,
        "reason": _reason(problem),
    }


def matches(
    client: Connection,
    run_id: str,
    task_id: str,
    text: str,
    *,
    regex: bool = False,
    case: bool = False,
    attempt: int = 0,
    container: str = "",
) -> JsonDict:
    """Return the lines of a log that hold a text, in the shape of ``LogMatches``. See `piece`.

    Raises:
        InvalidRequest: the regular expression cannot be used.
        PipelinesError: as `piece`.
    """
    logs, task = _find(client, run_id, task_id)
    try:
        _, pod = _pod(logs, task, attempt, container)
    except NoLog:
        return {"matches": [], "total": 0}
    copy = client.log_copies.get(logs, task, pod)
    if not _goes_on(logs, task):
        copy.wait(lambda: False, _SEARCHED)
    try:
        return search(copy.fileno, copy.size, text, regex=regex, case=case)
    except BadPattern as error:
        raise InvalidRequest.of("search", f"a regular expression ({error})", text) from None


def download(
    client: Connection, run_id: str, task_id: str, *, attempt: int = 0, container: str = ""
) -> tuple[str, int | None, Iterator[bytes]]:
    """Return a log's file name, its size where that is known, and its content. See `piece`.

    Raises:
        NotFound: there is no log; the message says why.
        PipelinesError: as `piece`.
    """
    logs, task = _find(client, run_id, task_id)
    try:
        _, pod = _pod(logs, task, attempt, container)
        copy = client.log_copies.get(logs, task, pod)
        copy.wait(lambda: copy.size > 0, _END)
        if copy.problem is not None and not copy.size:
            raise copy.problem
    except NoLog as error:
        said = in_a_line(error.message, error.next_step)
        raise NotFound("logs-unreadable", said, status=404, facts={"said": said}) from None
    name = "-".join((*task.path, *((str(pod.attempt),) if task.attempts > 1 else ()))) or "run"
    return f"{name}.log", copy.size if copy.ended else None, copy.pieces()


def _find(client: Connection, run_id: str, task_id: str) -> tuple[TaskLogs, Task]:
    logs = client.task_logs_of(run_id)
    for task in logs.run.tasks:
        if task_id in (task.task_id, task.node_id):  # it may have had another id before it began
            return logs, task
    what = f"the run has no task {task_id!r}."
    raise NotFound("not-found", what, status=404, facts={"said": what})


def _pod(logs: TaskLogs, task: Task, attempt: int, container: str) -> tuple[tuple[Pod, ...], Pod]:
    """Return the pods of a container's attempts, and the one that is meant.

    Raises:
        NoLog: there is none, and why.
    """
    drivers = tuple(pod for pod in task.pods if pod.kind == "driver")
    pods = drivers if container == "driver" and drivers else ()
    if not pods:
        pods = logs.pods(task)
    for pod in pods:
        if pod.attempt == attempt:
            return pods, pod
    return pods, pods[-1]


def _containers(task: Task) -> list[str]:
    return list(dict.fromkeys(pod.kind for pod in reversed(task.pods))) or ["main"]


def _goes_on(logs: TaskLogs, task: Task) -> bool:
    return not logs.run.finished and task.finished_at is None


def _cut(copy: LogCopy, offset: int, limit: int) -> tuple[bytes, int]:
    """Return bytes and their place, cut between characters, and from the end at a line's end."""
    begin = offset if offset >= 0 else max(0, copy.size + offset)
    begin = min(begin, copy.size)
    data = copy.read(begin, limit)
    skip = 0
    if offset < 0 and begin > 0:
        skip = data.find(b"\n", 0, _LINE) + 1
    while skip < min(len(data), 4) and data[skip] & 0xC0 == 0x80:
        skip += 1  # inside a character
    data, begin = data[skip:], begin + skip
    whole = copy.ended and begin + len(data) >= copy.size
    return (data if whole else data[: len(data) - _incomplete(data)]), begin


def _incomplete(data: bytes) -> int:
    """Return how many bytes at the end begin a character that goes on behind them."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 == 0x80:
            continue
        length = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC0 else 1
        return back if length > back else 0
    return 0


def _empty(task: Task, container: str, error: NoLog) -> JsonDict:
    kind = container or ("driver" if driver_failed(task) else "main")
    return {
        "task_id": task.task_id,
        "task": task.display_name,
        "attempt": 1,
        "attempts": 1,
        "container": kind,
        "containers": _containers(task),
        "source": "",
        "text": "",
        "offset": 0,
        "next_offset": 0,
        "size": None,
        "ended": not error.passes,
        "reason": _reason(error),
    }


def _reason(problem: NoLog | None) -> dict[str, str] | None:
    if problem is None:
        return None
    return {"code": problem.code, "message": problem.message, "next_step": problem.next_step}
