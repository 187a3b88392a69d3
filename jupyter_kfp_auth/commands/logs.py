"""`logs`: what the tasks of a run have printed.

The cluster is asked first: most service accounts may read the pods of their own namespace. Where
that does not lead anywhere, Pipelines is asked, which knows the logs of some releases only.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ..cluster.client import Kubernetes, KubernetesError
from ..http.errors import PipelinesError
from ..pipelines.connection import Connection
from ..pipelines.errors import NotFound
from ..pipelines.models import Run, Task
from .formatting import plain
from .parser import GrammarError, did_you_mean
from .results import Result
from .task_summary import failing, work
from .waiting import Interrupted, NotSucceeded

#: Seconds between two looks with ``--follow``.
_PAUSE = 2.0

#: The most of one log that is read, in bytes, from its end.
_LARGEST = 2 * 1024 * 1024

_NODE = re.compile(r"\(.*?\)")
_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")
_FAILURE = re.compile(r'\{"error_message":".*\}\s*$', re.DOTALL)


class NoLogs(NotSucceeded):
    """The logs cannot be read from here; the message says why."""

    exit_code = 1


def unreadable(error: NoLogs) -> PipelinesError:
    """Return the error of a request for logs that cannot be read from here."""
    return NotFound("logs-unreadable", str(error), facts={"said": str(error)})


@dataclass(repr=False)
class Logs(Result):
    """The logs of some tasks, in order."""

    run_id: str
    entries: tuple[tuple[str, str], ...]
    #: The final state of the run, if they were followed to its end.
    ended: str = ""

    def text(self) -> str:
        """Return the logs; with a heading for each task where there are several."""
        if len(self.entries) == 1:
            return printable(self.entries[0][1]).rstrip("\n")
        parts = [f"{heading(name)}\n{printable(log).rstrip()}" for name, log in self.entries]
        return "\n\n".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """Return the logs by task."""
        tasks = [{"task": name, "log": log} for name, log in self.entries]
        return {"run_id": self.run_id, "tasks": tasks}


class Reader:
    """Reads the logs of one run.

    Args:
        client: to ask Pipelines.
        run: whose logs.
    """

    def __init__(self, client: Connection, run: Run) -> None:
        self._client = client
        self._run = run
        self._refused = ""
        #: The task that a pod has been read for: rounds of a loop share their names.
        self._owner: dict[str, str] = {}

    def read(self, task: Task) -> str:
        """Return the log of a task as it is now; empty where it has none yet.

        Raises:
            NoLogs: it cannot be read from here.
        """
        log = self._from_cluster(task)
        return self._from_pipelines(task) if log is None else log

    def _from_cluster(self, task: Task) -> str | None:
        settings = self._client.settings
        namespace = self._run.namespace or settings.namespace.value
        pods = f"/api/v1/namespaces/{quote(namespace, safe='')}/pods"
        selector = quote(f"pipeline/runid={self._run.run_id}", safe="")
        try:
            with Kubernetes(settings.service_account) as kubernetes:
                found = kubernetes.get(f"{pods}?labelSelector={selector}").get("items")
                every = [_name(pod) for pod in found or () if _is_of(pod, task)]
                names = [
                    n for n in every if self._owner.setdefault(n, task.task_id) == task.task_id
                ]
                logs = [
                    kubernetes.text(f"{pods}/{quote(name, safe='')}/log?container=main"
                                    f"&limitBytes={_LARGEST}")
                    for name in names
                ]  # fmt: skip
        except KubernetesError as error:
            self._refused = _why(error, namespace)
            return None
        if not every:
            self._refused = "Its pod is gone, or has not begun."
            return None
        return "\n".join(logs)

    def _from_pipelines(self, task: Task) -> str:
        try:
            log = self._client.get_node_log(self._run.run_id, task.task_id)
        except PipelinesError:
            log = '{"error_message":""}'
        if _FAILURE.search(log):
            if not task.started_at:
                return ""
            reason = self._refused or _said(log)
            raise NoLogs(f"The log of {plain(task.display_name)} cannot be read. {reason}".strip())
        return log


def chosen(run: Run, text: str | None) -> list[Task]:
    """Return the tasks whose logs are meant: those named, those that failed, or all.

    Raises:
        GrammarError: the run has no such task, or none at all.
    """
    tasks = _by_start(work(run.tasks))
    if text:
        named = [t for t in tasks if text in (t.display_name, t.task_id)]
        named = named or [t for t in tasks if len(text) > 2 and t.task_id.startswith(text)]
        if not named:
            names = list(dict.fromkeys(task.display_name for task in tasks))
            shown = ", ".join(map(plain, names)) or "none yet"
            meant = did_you_mean(text, names)
            raise GrammarError(f"The run has no task {text!r}.{meant} There are: {shown}.")
        return named
    return failing(run.tasks) or tasks


def read(client: Connection, run_id: str, text: str | None) -> Logs:
    """Return the logs of the tasks that are meant, as they are now.

    Raises:
        GrammarError: the run has no such task.
        NoLogs: they cannot be read from here.
    """
    run = client.get_run(run_id)
    reader = Reader(client, run)
    return Logs(run_id, tuple((t.display_name, reader.read(t)) for t in chosen(run, text)))


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


def grow(client: Connection, run_id: str, text: str | None) -> Generator[str, None, Logs]:
    """Yield what is printed, as it comes, until the run ends; return the logs as they are then.

    Raises:
        NoLogs: they cannot be read from here.
    """
    seen: dict[str, tuple[str, str]] = {}
    last = ""
    while True:
        run = client.get_run(run_id)
        tasks = _followed(run, text)
        reader = Reader(client, run)
        for task in tasks:
            log = reader.read(task)
            new = log[len(seen.get(task.task_id, ("", ""))[1]) :]
            seen[task.task_id] = (task.display_name, log)
            if new and (text is None or len(tasks) > 1) and last != task.task_id:
                yield f"{heading(task.display_name)}\n"
            if new:
                last = task.task_id
                yield printable(new)
        if run.finished:
            return Logs(run_id, tuple(seen.values()), run.state)
        time.sleep(_PAUSE)


def _followed(run: Run, text: str | None) -> Sequence[Task]:
    if text is None:
        return [task for task in _by_start(work(run.tasks)) if task.started_at]
    with suppress(GrammarError):
        return chosen(run, text)
    if run.finished:
        chosen(run, text)
    return []  # it may still come


def _by_start(tasks: Sequence[Task]) -> list[Task]:
    return sorted(tasks, key=lambda task: (task.started_at is None, str(task.started_at)))


def heading(name: str) -> str:
    """Return the line above the log of a task."""
    return f"── {plain(name)} ──"


def printable(log: str) -> str:
    """Return a log that a terminal only shows: lines, tabs and colours, nothing else."""
    pieces = _COLOUR.split(log.replace("\r\n", "\n"))
    return "".join(
        piece if _COLOUR.fullmatch(piece) else "\n".join(map(_line, piece.split("\n")))
        for piece in pieces
    )


def _line(line: str) -> str:
    return "\t".join(plain(part) for part in line.split("\t"))


def _name(pod: Mapping[str, Any]) -> str:
    return str((pod.get("metadata") or {}).get("name") or "")


def _is_of(pod: Any, task: Task) -> bool:
    """Tell whether a pod does the work of a task: by the node's id, or the task in its name."""
    if not isinstance(pod, dict) or not _name(pod):
        return False
    notes = (pod.get("metadata") or {}).get("annotations") or {}
    if task.task_id in (_name(pod), notes.get("workflows.argoproj.io/node-id")):
        return True
    path = _NODE.sub("", str(notes.get("workflows.argoproj.io/node-name") or "")).split(".")
    return task.display_name in path and not path[-1].endswith("-driver")


def _why(error: KubernetesError, namespace: str) -> str:
    if error.cause_code == "cluster-denied":
        return (
            f"This service account may not read pod logs in {namespace}; its owner can "
            "allow get and list on pods, and get on pods/log."
        )
    if error.cause_code == "cluster-absent":
        return "This is not a pod of the cluster, so there are no pods to ask."
    return f"The cluster did not let us read it: {plain(error.detail)}"


def _said(log: str) -> str:
    found = _FAILURE.search(log)
    try:
        message = json.loads(found[0]).get("error_message", "") if found else ""
    except ValueError:
        message = ""
    return f"Pipelines says: {plain(str(message))[:200]}" if message else ""
