"""What a task has printed: where its log is, and, where there is none, the true reason.

A pod that is there is read through the Kubernetes API. Pipelines itself reads pods that this
account may not read, and logs that Argo has archived; its route wants the pod's name. KFP keeps the
log of a container beside its artifacts, too: what can read that gives a function for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Protocol

from ..cluster.client import KubernetesError
from ..cluster.pods import RunPod
from ..http.errors import PipelinesError
from ..http.stream import Stream
from .cluster_view import ClusterView
from .models import Pod, Run, Status, Task
from .reasons import explain, is_under_way, one_line
from .task_status import driver_failed

#: Gives what KFP has kept of a task's log, as bytes; nothing where it has kept none.
KeptLog = Callable[[Task], Iterator[bytes]]

#: What Pipelines writes into a log that it cannot read, or can read no further.
_FAILURE = re.compile(rb'\{\s*"error_message"\s*:\s*".*\}\s*$', re.DOTALL)

#: Bytes at the end of a log that may be such a failure.
_LONGEST_FAILURE = 8 * 1024

#: Refusals of Kubernetes that pass: the container has not begun.
_NOT_YET = re.compile(
    r"waiting to start|ContainerCreating|PodInitializing|not have a host assigned|is not available"
)


class NoLog(Exception):
    """There is no log.

    Attributes:
        code: a stable name for why.
        message: why, in a sentence.
        next_step: what to do about it; empty where there is nothing to do.
        passes: whether there may be one later.
    """

    def __init__(
        self, code: str, message: str, next_step: str = "", *, passes: bool = False
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.next_step = next_step
        self.passes = passes


@dataclass(frozen=True, slots=True)
class OpenedLog:
    """A log that is being read.

    Attributes:
        source: ``pod``, ``pipelines`` or ``artifact``.
        pieces: its bytes. Reading them may raise `NoLog` where it cannot be read further.
        close: ends it, from any thread.
    """

    source: str
    pieces: Iterator[bytes]
    close: Callable[[], None] = lambda: None


class ThroughPipelines(Protocol):
    """Opens the log of a pod by Pipelines' own route."""

    def __call__(self, run_id: str, pod: str, *, follow: bool) -> AbstractContextManager[Stream]:
        """Raise a `PipelinesError` where it does not answer."""


class TaskLogs:
    """The logs of one run's tasks.

    Args:
        run: with its tasks.
        view: the run's pods.
        through_pipelines: opens the log of a pod through Pipelines.
        kept: gives what KFP has kept.
    """

    def __init__(
        self,
        run: Run,
        view: ClusterView,
        through_pipelines: ThroughPipelines,
        kept: KeptLog | None = None,
    ) -> None:
        self.run = run
        self.view = view
        self._through_pipelines = through_pipelines
        self._kept = kept

    def pods(self, task: Task) -> tuple[Pod, ...]:
        """Return the pods whose logs are the task's, oldest first: an attempt each.

        Those of the driver are, where it is the one that failed.

        Raises:
            NoLog: it has none, and why.
        """
        drivers = tuple(pod for pod in task.pods if pod.kind == "driver")
        if driver_failed(task):
            return drivers
        found = tuple(pod for pod in task.pods if pod.kind != "driver")
        if found and task.status not in (Status.CACHED, Status.SKIPPED):
            return found
        raise self._never(task)

    @contextmanager
    def open(
        self, task: Task, pod: Pod, *, follow: bool = False, tail: int | None = None
    ) -> Iterator[OpenedLog]:
        """Open the log of a pod, wherever it can be read.

        Args:
            task: whose pod it is.
            pod: one of `pods`.
            follow: go on until its container ends.
            tail: only the last lines, where its source can do that.

        Raises:
            NoLog: it cannot be read, and why.
        """
        there = self.view.find(pod)
        if there is not None:
            stack = ExitStack()
            try:
                log = self.view.pods.log(there.name, follow=follow, tail=tail)
                stream = stack.enter_context(log)
            except KubernetesError as error:
                if _NOT_YET.search(error.detail):
                    raise self._waits(task, pod, there) from None
                if error.cause_code != "cluster-not-found":
                    self.view.refused = error
            else:
                with stack:
                    yield OpenedLog("pod", self._read(task, stream), stream.close)
                return
        elif not _has_begun(task, pod):
            raise self._waits(task, pod, None)
        with self._elsewhere(task, pod, follow=follow) as opened:
            yield opened

    # -----------------------------------------------------------------------------------------

    def _read(self, task: Task, stream: Stream) -> Iterator[bytes]:
        """Yield the pieces of a log; a connection that breaks ends it with a reason."""
        try:
            yield from stream.pieces()
        except PipelinesError as error:
            raise NoLog(
                "broke-off",
                f"The log of {_name(task)} broke off: {one_line(error.detail)}",
                "Read it again.",
                passes=True,
            ) from None

    @contextmanager
    def _elsewhere(self, task: Task, pod: Pod, *, follow: bool) -> Iterator[OpenedLog]:
        """Open the log of a pod that the cluster does not show."""
        said = ""
        for name in dict.fromkeys((pod.name, pod.node_id)):
            opened = ExitStack()
            try:
                log = self._through_pipelines(self.run.run_id, name, follow=follow)
                stream = opened.enter_context(log)
                pieces = _without_failure(self._read(task, stream))
                first = next(pieces, b"")
            except NoLog as error:
                opened.close()
                said = error.message or said
            except PipelinesError:
                opened.close()
            else:
                with opened:
                    yield OpenedLog("pipelines", _then(first, pieces), stream.close)
                return
        kept, first = self._first_kept(task) if pod.kind == "main" else (iter(()), b"")
        if first:
            yield OpenedLog("artifact", _then(first, kept))
            return
        raise self._gone(task, said)

    def _first_kept(self, task: Task) -> tuple[Iterator[bytes], bytes]:
        """Return what KFP has kept of a task's log, and the first piece of it."""
        if self._kept is not None:
            try:
                kept = self._kept(task)
                return kept, next(kept, b"")
            except PipelinesError:
                self._kept = None  # it would not answer for other tasks either
        return iter(()), b""

    def _never(self, task: Task) -> NoLog:
        """Return why a task has no pod of its own."""
        name, status = _name(task), task.status
        if status is Status.CACHED:
            source = f" (of run {task.cached_from})" if task.cached_from else ""
            return NoLog("cached", f"{name} was taken from the cache{source}; it did not run.")
        if status is Status.SKIPPED:
            return NoLog("skipped", f"{name} was skipped by its condition; it did not run.")
        if status is Status.NOT_RUN:
            return NoLog("not-run", f"{name} was not run: something before it failed or ended.")
        if status is Status.NOT_STARTED:
            return NoLog("not-started", f"{name} has not started yet.", passes=True)
        if status is Status.PENDING:
            return self._waits(task, next(iter(task.pods), None), None)
        if any(one.parent_task_id == task.task_id for one in self.run.tasks):
            return NoLog("group", f"{name} is a group of tasks: ask for one of them.")
        return NoLog("no-pod", f"{name} has no pod that is known.")

    def _waits(self, task: Task, pod: Pod | None, there: RunPod | None) -> NoLog:
        """Return what a pod waits for that has printed nothing yet."""
        said = there.said if there is not None else ""
        if not said and pod is not None:
            said = self.view.message(pod.node_id)
        if not said or is_under_way(said):
            said = self.view.warning(there.name) if there is not None and not said else ""
        # The pod may be behind the run, or the run behind the pod.
        passes = there is not None or not self.run.finished
        if not said:
            waits = f"{_name(task)} has not begun: its pod is being started."
            return NoLog("starting", waits, passes=passes)
        driver = pod is not None and pod.kind == "driver"
        reason = explain(task, said, driver=driver, waits=True)
        return NoLog(reason.code, f"{reason.message}.", reason.next_step, passes=passes)

    def _gone(self, task: Task, said: str) -> NoLog:
        """Return why the log of a pod that has been there cannot be read."""
        name, refused = _name(task), self.view.refused
        known = task.reason.code if task.reason is not None else ""
        if known in ("quota", "image-pull", "unschedulable", "configuration", "refused"):
            assert task.reason is not None
            return NoLog(known, f"{task.reason.message}.", task.reason.next_step)
        more = f" Pipelines says: {said}." if said else ""
        if refused is None:
            return NoLog(
                "pod-gone",
                f"The log of {name} cannot be read: its pod is gone, and no log of it was kept.",
                "To keep logs for longer, ask your administrator to let Argo archive them.",
            )
        if refused.cause_code == "cluster-denied":
            return NoLog(
                "pods-denied",
                f"The log of {name} cannot be read: this service account may not read pod logs in "
                f"{self.view.namespace}.{more}",
                "Ask the namespace's owner to allow get and list on pods, and get on pods/log.",
            )
        if refused.cause_code == "cluster-absent":
            return NoLog(
                "cluster-absent",
                f"The log of {name} cannot be read: this is not a pod of the cluster, so there are "
                f"no pods to ask.{more}",
                "Read it in a notebook server of the cluster.",
            )
        return NoLog(
            "cluster-failed",
            f"The log of {name} cannot be read: {one_line(refused.detail)}.{more}",
            "Try again.",
            passes=True,
        )


def _name(task: Task) -> str:
    return task.display_name or task.task_id


def _has_begun(task: Task, pod: Pod) -> bool:
    """Tell whether a pod has been there, as far as Pipelines says."""
    if pod.state in ("RUNNING", "SUCCEEDED", "FAILED"):
        return True
    return not pod.state and task.started_at is not None and task.status is not Status.PENDING


def _then(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _without_failure(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a log without the failure that Pipelines may have written at its end.

    Raises:
        NoLog: nothing but a failure came.
    """
    held, gave = b"", False
    for piece in pieces:
        held += piece
        if len(held) > _LONGEST_FAILURE:
            yield held[:-_LONGEST_FAILURE]
            held, gave = held[-_LONGEST_FAILURE:], True
    match = _FAILURE.search(held)
    if match is None:
        if held:
            yield held
        return
    if match.start():
        yield held[: match.start()]
        gave = True
    if not gave:
        raise NoLog("pipelines-failed", _said(match[0]))


def _said(failure: bytes) -> str:
    try:
        message = json.loads(failure).get("error_message", "")
    except ValueError:
        message = ""
    return one_line(str(message), 200)
