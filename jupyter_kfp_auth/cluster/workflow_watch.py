"""A watch that lasts: list, watch, and again from where it ended, until it is stopped."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping

from .client import Kubernetes, KubernetesError
from .workflows import Expired, Watch, WorkflowEvent, WorkflowMetadata, Workflows

#: Seconds after which the server ends a watch: between one and two of these, so that the watches
#: of many pods are not opened again at the same moment.
LENGTH = 240

#: The first pause after a failure, and the longest one, in seconds.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 120.0

#: A watch that lasts longer than this has worked, in seconds.
_WORKED = 5.0


class Refused(Exception):
    """This account may not list or watch the workflows."""


class WorkflowWatch:
    """Follows the workflows of a namespace, or of one run, in the thread that calls `run`.

    Args:
        connect: opens a connection to the cluster; closed when `run` returns.
        namespace: that the workflows are in.
        changed: is told of each change, in the thread of `run`.
        ready: is told when the workflows are known and watched, and with an error when they no
            longer are; it goes on by itself.
        run_id: only the workflow of this run.
    """

    def __init__(
        self,
        connect: Callable[[], Kubernetes],
        namespace: str,
        changed: Callable[[WorkflowEvent], object],
        ready: Callable[[KubernetesError | None], object] = lambda error: None,
        *,
        run_id: str = "",
    ) -> None:
        self._connect = connect
        self._namespace = namespace
        self._run_id = run_id
        self._changed = changed
        self._ready = ready
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._open: Watch | None = None
        self._known: dict[str, WorkflowMetadata] = {}
        self._listed = False
        self._failures = 0

    @property
    def workflows(self) -> Mapping[str, WorkflowMetadata]:
        """What is known of each workflow, by its name."""
        return dict(self._known)

    def stop(self) -> None:
        """End `run`, from any thread."""
        self._stopped.set()
        with self._lock:
            if self._open is not None:
                self._open.close()

    def run(self) -> None:
        """Follow the workflows until `stop` is called.

        Raises:
            Refused: this account may not.
            KubernetesError: this is not a pod of a cluster.
        """
        with self._connect() as kubernetes:
            workflows = Workflows(kubernetes, self._namespace, self._run_id)
            if not self._may_watch(workflows):
                return
            version = ""
            while not self._stopped.is_set():
                began = time.monotonic()
                try:
                    version = version or self._list(workflows)
                    for event in self._events(workflows, version):
                        version = event.resource_version or version
                except Expired:
                    version = ""
                    self._ended(began)
                except KubernetesError as error:
                    if error.status == 403:
                        raise Refused from None
                    if error.status is not None:  # the cluster's own word, so begin anew
                        version = ""
                    self._failed(error)
                else:
                    self._ended(began)

    def _may_watch(self, workflows: Workflows) -> bool:
        """Ask until the cluster answers; return whether there is still a reason to watch."""
        while not self._stopped.is_set():
            try:
                if workflows.may_watch():
                    return True
                raise Refused
            except KubernetesError as error:
                self._failed(error)
        return False

    def _list(self, workflows: Workflows) -> str:
        """Learn of all workflows; after a gap, tell of what has changed in it."""
        found, version = workflows.list()
        now = {workflow.name: workflow for workflow in found}
        before, self._known = self._known, now
        if self._listed:
            for event in _between(before, now):
                self._changed(event)
        self._listed = True
        return version

    def _events(self, workflows: Workflows, version: str) -> Iterable[WorkflowEvent]:
        seconds = LENGTH + random.randrange(LENGTH)  # noqa: S311 - spreads load
        with workflows.watch(version, seconds) as watch:
            with self._lock:
                self._open = watch
            try:
                if self._stopped.is_set():
                    return
                self._ready(None)
                for event in watch:
                    self._failures = 0
                    self._take(event)
                    yield event
            finally:
                with self._lock:
                    self._open = None

    def _take(self, event: WorkflowEvent) -> None:
        workflow = event.workflow
        if workflow is None:
            return
        if event.kind == "DELETED":
            self._known.pop(workflow.name, None)
        else:
            self._known[workflow.name] = workflow
        self._changed(event)

    def _ended(self, began: float) -> None:
        """Go on at once after a watch that has worked; one that ends at once is a failure."""
        if time.monotonic() - began > _WORKED:
            self._failures = 0
        else:
            self._pause()

    def _failed(self, error: KubernetesError) -> None:
        if self._stopped.is_set():
            return
        if error.cause_code in ("cluster-absent", "cluster-untrusted"):
            raise error
        self._ready(error)
        self._pause()

    def _pause(self) -> None:
        """Wait longer after each failure, and never exactly as long as others do."""
        longest = min(FIRST_PAUSE * 2**self._failures, LONGEST_PAUSE)
        self._failures = min(self._failures + 1, 16)
        self._stopped.wait(longest * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load


def _between(
    before: Mapping[str, WorkflowMetadata], now: Mapping[str, WorkflowMetadata]
) -> Iterable[WorkflowEvent]:
    """Yield what a watch would have told in a gap of which only both ends are known."""
    for name, workflow in now.items():
        old = before.get(name)
        if old is None or old.resource_version != workflow.resource_version:
            kind = "ADDED" if old is None else "MODIFIED"
            yield WorkflowEvent(kind, workflow.resource_version, workflow)
    for name, workflow in before.items():
        if name not in now:
            yield WorkflowEvent("DELETED", "", workflow)
