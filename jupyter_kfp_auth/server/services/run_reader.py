"""Runs as pages see them: read from Pipelines once, and kept current by their workflows."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ...http.errors import PipelinesError
from ...http.strict_json import JsonObject

if TYPE_CHECKING:
    from ...cluster.workflows import WorkflowEvent, WorkflowMetadata
    from ...pipelines.models import Run, Task

#: Runs that are remembered.
_MOST = 32

#: Seconds for which a run is known: for the parts of one page that ask for it at the same time, and
#: where its changes are seen as they happen.
_SHARED, _FOLLOWED = 2.0, 3600.0


@dataclass(slots=True)
class _Known:
    """A run, as Pipelines gave it, and as it is with its workflow of one version.

    ``ids`` are the tasks' ids as they were first shown, by node: Pipelines gives a task another one
    when it has begun.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    base: Run | None = None
    read_at: float = 0.0
    merged: tuple[str, Run] | None = None
    ids: dict[str, str] = field(default_factory=dict)


class RunReader:
    """Reads runs for the threads that answer pages. Thread-safe.

    Args:
        find: returns the namespace and what is known of a run's workflow while it is watched.
        whole: reads the workflow of that name in a namespace.
    """

    def __init__(
        self,
        find: Callable[[str], tuple[str, WorkflowMetadata] | None],
        whole: Callable[[str, str], JsonObject],
    ) -> None:
        self._find = find
        self._whole = whole
        self._lock = threading.Lock()
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def read(self, run_id: str, fetch: Callable[[], Run]) -> Run:
        """Return a run; ``fetch`` asks Pipelines, where what is known does not do.

        Raises:
            PipelinesError: Pipelines refused.
        """
        known = self._entry(run_id)
        with known.lock:
            found = self._find(run_id)
            age = time.monotonic() - known.read_at
            if known.base is None or age > (_SHARED if found is None else _FOLLOWED):
                known.base, known.merged = fetch(), None
                known.read_at = time.monotonic()
            return _with_ids(self._merged(known, known.base, found), known.ids)

    def forget(self, run_id: str = "") -> None:
        """Read a run from Pipelines the next time; without an id, every run."""
        with self._lock:
            found = [self._known.get(run_id)] if run_id else list(self._known.values())
        for known in found:
            if known is not None:
                known.base = None

    def changed(self, events: Sequence[WorkflowEvent]) -> None:
        """Forget the runs of which Pipelines now knows more than it has said."""
        for event in events:
            workflow = event.workflow
            known = self._known.get(workflow.run_id) if workflow else None
            if workflow is None or known is None or known.base is None:
                continue
            has_ended = known.base.finished
            goes_on = has_ended and not workflow.completed  # after a retry
            if event.kind == "DELETED" or goes_on or (workflow.persisted and not has_ended):
                known.base = None

    def _entry(self, run_id: str) -> _Known:
        with self._lock:
            known = self._known.setdefault(run_id, _Known())
            self._known.move_to_end(run_id)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
            return known

    def _merged(self, known: _Known, base: Run, found: tuple[str, WorkflowMetadata] | None) -> Run:
        if found is None or base.finished:
            return base
        namespace, workflow = found
        version = workflow.resource_version
        if known.merged is None or known.merged[0] != version:
            from ...pipelines.from_workflow import run_with_workflow

            try:
                whole = self._whole(namespace, workflow.name)
            except PipelinesError:  # it may be gone by now, or the account may not get it
                return base
            known.merged = version, run_with_workflow(base, whole)
        return known.merged[1]


def _with_ids(run: Run, ids: dict[str, str]) -> Run:
    """Return a run whose tasks have the ids under which they were first shown."""
    shown = {
        task.task_id: ids.setdefault(task.node_id, task.task_id)
        for task in run.tasks
        if task.node_id
    }
    if all(old == new for old, new in shown.items()):
        return run
    reason = run.reason and replace(
        run.reason, task_id=shown.get(run.reason.task_id, run.reason.task_id)
    )
    return replace(run, tasks=tuple(_renamed(t, shown) for t in run.tasks), reason=reason)


def _renamed(task: Task, shown: Mapping[str, str]) -> Task:
    def new(task_id: str) -> str:
        return shown.get(task_id, task_id)

    return replace(
        task,
        task_id=new(task.task_id),
        parent_task_id=new(task.parent_task_id),
        child_task_ids=tuple(map(new, task.child_task_ids)),
        depends_on=tuple(map(new, task.depends_on)),
        reason=task.reason and replace(task.reason, task_id=new(task.reason.task_id)),
    )
