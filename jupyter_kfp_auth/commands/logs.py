"""`logs`: what the tasks of a run have printed.

Every log that can be had is shown, with a line for each of the others that says why not.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from ..http.errors import PipelinesError, Unreachable
from ..http.strict_json import JsonDict
from ..pipelines.connection import Connection
from ..pipelines.errors import NotFound, Unavailable
from ..pipelines.models import Pod, Run, Status, Task
from ..pipelines.task_logs import NoLog, TaskLogs
from .following import Followed
from .formatting import plain, word
from .log_text import LARGEST, Entry, heading, printable, sentence
from .parser import GrammarError, did_you_mean
from .results import Result
from .run_changes import changes_of
from .task_summary import failing, labels, work
from .waiting import Interrupted, NotSucceeded, Patience

#: Seconds between two looks at a run whose logs are followed: short at first.
_SHORTEST, _LONGEST, _GROWTH = 2.0, 10.0, 1.2


class NoLogs(NotSucceeded):
    """No log at all can be read from here; the message says why."""

    exit_code = 1


def unreadable(error: NoLogs) -> PipelinesError:
    """Return the error of a request for logs that cannot be read from here."""
    return NotFound("logs-unreadable", str(error), facts={"said": str(error)})


@dataclass(repr=False)
class Logs(Result):
    """The logs of some tasks, in order."""

    run_id: str
    entries: tuple[Entry, ...]
    #: The word for how the run ended, if they were followed to its end.
    ended: str = ""

    def text(self) -> str:
        """Return the logs; with a heading for each where there are several."""
        if len(self.entries) == 1:
            return _shown(self.entries[0])
        return "\n\n".join(f"{heading(one.name)}\n{_shown(one)}" for one in self.entries)

    def as_dict(self) -> JsonDict:
        """Return the logs by task."""
        tasks = [{"task": one.name, "log": one.log, "problem": one.problem} for one in self.entries]
        return {"run_id": self.run_id, "tasks": tasks}


def _shown(entry: Entry) -> str:
    parts = (printable(entry.log).rstrip(), plain(entry.problem))
    return "\n".join(part for part in parts if part)


def chosen(run: Run, text: str | None) -> list[Task]:
    """Return the tasks whose logs are meant: those named, those that failed, or all.

    A task is named by its name, by its key in the pipeline, by its path, or by its id.

    Raises:
        GrammarError: the run has no such task.
    """
    tasks = _by_start(work(run.tasks))
    if not text:
        return failing(run.tasks) or tasks
    every = [task for task in run.tasks if task.path]
    for pool in (tasks, every):
        for matches in (
            lambda task: text in (task.display_name, task.task_id, "/".join(task.path)),
            lambda task: text == task.key,
            lambda task: len(text) > 2 and task.task_id.startswith(text),
        ):
            if named := [task for task in pool if matches(task)]:
                return named
    names = list(dict.fromkeys(task.display_name for task in tasks))
    shown = ", ".join(map(plain, names)) or "none yet"
    meant = did_you_mean(text, names)
    raise GrammarError(f"The run has no task {text!r}.{meant} There are: {shown}.")


def read(client: Connection, run_id: str, text: str | None) -> Logs:
    """Return the logs of the tasks that are meant, as they are now.

    Raises:
        GrammarError: the run has no such task.
        NoLogs: none of them can be read from here.
    """
    run = client.explain_run(client.get_run(run_id))
    logs = client.task_logs(run)
    tasks = chosen(run, text)
    named = labels(tasks)
    entries = [
        entry
        for task in tasks
        for entry in _entries(logs, task, named[task.task_id], every=bool(text))
    ]
    problems = [entry.problem for entry in entries if entry.problem]
    # A run that has printed nothing yet, or all of which came from the cache, is no failure.
    none = entries and not any(entry.log for entry in entries)
    if none and problems and not all(_harmless(task) for task in tasks):
        raise NoLogs("\n".join(dict.fromkeys(map(plain, problems))))
    if not entries:
        raise NoLogs(_nothing(run))
    return Logs(run_id, tuple(entries))


def _harmless(task: Task) -> bool:
    """Tell whether it is in order that a task has no log."""
    return task.status in (Status.CACHED, Status.SKIPPED, Status.NOT_STARTED)


def _nothing(run: Run) -> str:
    said = f" {run.reason.message}." if run.reason is not None else ""
    return f"The run has no tasks that have begun.{said}"


def _entries(logs: TaskLogs, task: Task, name: str, *, every: bool) -> list[Entry]:
    """Return the log of a task's last attempt, or of every one."""
    try:
        pods = logs.pods(task)
    except NoLog as error:
        return [Entry(name, problem=sentence(error))]
    if not every:
        pods = pods[-1:]
    return [_entry(logs, task, pod, _named(name, pod, len(pods), task)) for pod in pods]


def _named(name: str, pod: Pod, shown: int, task: Task) -> str:
    driver = ", its driver" if pod.kind == "driver" else ""
    attempt = f", attempt {pod.attempt} of {task.attempts}" if shown > 1 else ""
    return f"{name}{driver}{attempt}"


def _entry(logs: TaskLogs, task: Task, pod: Pod, name: str) -> Entry:
    kept, left_out, problem = b"", 0, ""
    try:
        with logs.open(task, pod) as opened:
            for piece in opened.pieces:
                kept += piece
                if len(kept) > 2 * LARGEST:
                    left_out += len(kept) - LARGEST
                    kept = kept[-LARGEST:]
    except NoLog as error:
        problem = sentence(error)
    if len(kept) > LARGEST:
        left_out += len(kept) - LARGEST
        kept = kept[-LARGEST:]
    text = kept.decode("utf-8", errors="replace")
    if left_out:
        text = f"… {left_out} bytes before this are left out\n{text}"
    return Entry(name, text, problem)


def follow(
    client: Connection, run_id: str, text: str | None, write: Callable[[str], object]
) -> Logs:
    """Write the logs as they grow, until the run ends or the user has seen enough.

    Raises:
        NoLogs: they cannot be read from here.
        Interrupted: the user stopped it.
    """
    pieces = grow(client, run_id, text)
    try:
        while True:
            write(next(pieces))
    except StopIteration as end:
        found: Logs = end.value
        return found
    except KeyboardInterrupt:
        raise Interrupted(f"Stopped following. The run {run_id} goes on.") from None
    finally:
        pieces.close()


def grow(client: Connection, run_id: str, text: str | None) -> Generator[str, None, Logs]:
    """Yield what is printed, as it comes, until the run ends; return the logs as they are then.

    Each log is one request that stays open: nothing is asked while nothing is printed, but for the
    run itself, from which new tasks are seen.

    Raises:
        GrammarError: the run has no such task.
        NoLogs: none of them can be read from here.
    """
    followed = Followed(client)
    changes = changes_of(client, run_id)
    try:
        pause, patience = _SHORTEST, Patience()
        while True:
            try:
                if patience.tried or not changes.is_quiet():
                    run = client.get_run(run_id)
                    patience.renew()
                    followed.see(run, _meant(run, text))
            except (Unreachable, Unavailable) as error:
                pause = max(pause, patience.bear(error))
            else:
                if run.finished:
                    break
            yield from followed.pieces(pause)
            pause = min(pause * _GROWTH, _LONGEST)
        yield from followed.rest()
    finally:
        followed.close()
        changes.close()
    entries = followed.entries.values()
    none = entries and not any(entry.log for entry in entries)
    if none and not all(_harmless(task) for task in followed.tasks.values()):
        raise NoLogs("No log of this run can be read.")
    return Logs(run_id, tuple(followed.entries.values()), word(run))


def _meant(run: Run, text: str | None) -> Sequence[Task]:
    if text is None:
        return [task for task in _by_start(work(run.tasks)) if task.started_at]
    with suppress(GrammarError):
        return chosen(run, text)
    if run.finished:
        chosen(run, text)
    return []  # it may still come


def _by_start(tasks: Sequence[Task]) -> list[Task]:
    return sorted(tasks, key=lambda task: (task.started_at is None, str(task.started_at)))
