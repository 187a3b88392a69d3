"""Wait for a change of one run: until the cluster tells of it, or else for some time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from ..cluster.client import Kubernetes, KubernetesError
from ..cluster.workflow_watch import Refused, WorkflowWatch
from ..cluster.workflows import WorkflowEvent
from ..pipelines.connection import Connection

#: Seconds that Pipelines may need to learn of what the cluster has told, and in which further
#: changes are taken together.
_SETTLE = 1.5

#: Seconds after which to look at a run although nothing was told.
_LONGEST = 120.0


class RunChanges:
    """Watches the workflow of a run in a thread of its own, which does not keep a process alive.

    Args:
        connect: opens the cluster's API.
        namespace: of the run.
        run_id: of the run.
    """

    def __init__(self, connect: Callable[[], Kubernetes], namespace: str, run_id: str) -> None:
        self._told = threading.Event()
        self._persisted = threading.Event()
        self._live = False
        self._told_at = self._looked_at = float("-inf")
        self._watch = WorkflowWatch(connect, namespace, self._changed, self._turned, run_id=run_id)
        self._thread = threading.Thread(target=self._run, name="kfp-run-changes", daemon=True)

    def wait(self, seconds: float, most: float) -> None:
        """Wait until the run has changed, or for so many seconds where it is not watched.

        Args:
            seconds: to wait where it is not watched.
            most: seconds to wait in any case.
        """
        self._start()
        end = time.monotonic() + min(most, _LONGEST)
        if not self._told.wait(min(seconds, most)):
            while self._live and not self._told.wait(min(1.0, max(0.0, end - time.monotonic()))):
                if time.monotonic() >= end:
                    return
        if self._told.is_set():
            self._persisted.wait(max(0.0, min(_SETTLE, end - time.monotonic())))
            self._told.clear()

    def is_quiet(self) -> bool:
        """Tell whether there is no reason to look at the run: it is watched, and nothing was told.

        What was told is a reason once, as soon as Pipelines may know of it.
        """
        self._start()
        now = time.monotonic()
        if self._told.is_set():
            due = self._persisted.is_set() or now >= self._told_at + _SETTLE
        else:
            due = not self._live or now >= self._looked_at + _LONGEST
        if due:
            self._told.clear()
            self._looked_at = now
        return not due

    def close(self) -> None:
        """End the watch."""
        self._watch.stop()

    def _start(self) -> None:
        if self._thread.ident is None:
            self._thread.start()

    def _run(self) -> None:
        with suppress(Refused, KubernetesError):
            self._watch.run()
        self._live = False

    def _changed(self, event: WorkflowEvent) -> None:
        if event.workflow is not None and event.workflow.persisted:
            self._persisted.set()
        self._tell()

    def _turned(self, error: KubernetesError | None) -> None:
        self._live = error is None
        # It may have ended between the last look and the beginning of the watch.
        if any(workflow.completed for workflow in self._watch.workflows.values()):
            self._tell()

    def _tell(self) -> None:
        if not self._told.is_set():
            self._told_at = time.monotonic()
            self._told.set()


def changes_of(client: Connection, run_id: str) -> RunChanges:
    """Return the changes of a run of a connection's namespace."""
    settings = client.settings
    connect = partial(Kubernetes, settings.service_account)
    return RunChanges(connect, settings.namespace.value, run_id)
