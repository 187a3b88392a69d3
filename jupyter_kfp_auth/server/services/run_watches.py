"""One watch of workflows for each namespace that pages look at, and none where none looks."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from logging import Logger
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...cluster.client import Kubernetes, KubernetesError
    from ...cluster.workflow_watch import WorkflowWatch
    from ...cluster.workflows import WorkflowEvent, WorkflowMetadata

#: Seconds without a look at a namespace after which its watch ends.
IDLE = 300.0

#: Seconds after which to ask again whether the account may watch.
AGAIN = 900.0

#: Seconds for which changes are gathered: of fifteen runs that begin at once, for one.
GATHER = 0.2

#: Told of changes: the namespace, and the events in their order.
Changed = Callable[[str, "Sequence[WorkflowEvent]"], object]


@dataclass
class _Namespace:
    """A namespace, as far as it is watched. ``reason`` says why it is not: a cause code."""

    looked: float
    watch: WorkflowWatch | None = None
    live: bool = False
    reason: str = "starting"
    since: float = field(default_factory=time.monotonic)
    gathered: list[WorkflowEvent] = field(default_factory=list)


class RunWatches:
    """Watches the workflows of runs, where the pod's account may. Lives in one event loop.

    Args:
        connect: opens the cluster's API; called in a thread.
        changed: is told of changes, in the event loop.
        log: of the extension.
        enabled: whether anything is watched at all.
    """

    def __init__(
        self,
        connect: Callable[[], Kubernetes],
        changed: Changed,
        log: Logger,
        *,
        enabled: bool = True,
    ) -> None:
        self._connect = connect
        self._changed = changed
        self._log = log
        self._namespaces: dict[str, _Namespace] = {}
        self._closed = not enabled

    def look(self, namespace: str) -> None:
        """Note that a page looks at a namespace; begin to watch it if it can be."""
        if not namespace or self._closed:
            return
        now = time.monotonic()
        known = self._namespaces.get(namespace)
        if known is not None:
            known.looked = now
            if known.watch is not None or now - known.since < AGAIN:
                return
        known = self._namespaces[namespace] = _Namespace(now)
        self._begin(namespace, known)

    def watching(self, namespace: str) -> bool:
        """Tell whether every change in the namespace is seen as it happens."""
        known = self._namespaces.get(namespace)
        return known is not None and known.live

    def reason(self, namespace: str) -> str:
        """Say why a namespace is not watched: ``starting``, ``refused`` or a cause code."""
        known = self._namespaces.get(namespace)
        return known.reason if known else ""

    def workflows(self, namespace: str) -> Mapping[str, WorkflowMetadata]:
        """Return what is known of the workflows in a namespace that is watched, by run id."""
        known = self._namespaces.get(namespace)
        if known is None or known.watch is None or not known.live:
            return {}
        return {workflow.run_id: workflow for workflow in known.watch.workflows.values()}

    def find(self, run_id: str) -> tuple[str, WorkflowMetadata] | None:
        """Return the namespace and the workflow of a run that is watched. Thread-safe."""
        for namespace in list(self._namespaces):
            workflow = self.workflows(namespace).get(run_id)
            if workflow is not None:
                return namespace, workflow
        return None

    def close(self) -> None:
        """End every watch."""
        self._closed = True
        for known in self._namespaces.values():
            if known.watch is not None:
                known.watch.stop()
        self._namespaces.clear()

    def _begin(self, namespace: str, known: _Namespace) -> None:
        from ...cluster.workflow_watch import Refused, WorkflowWatch
        from ...http.errors import PipelinesError

        loop = asyncio.get_running_loop()

        def tell(work: Callable[..., object], *values: object) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(work, namespace, known, *values)

        watch = known.watch = WorkflowWatch(
            self._connect, namespace, partial(tell, self._gather), partial(tell, self._turned)
        )

        def run() -> None:
            reason = ""
            try:
                watch.run()
            except Refused:
                reason = "refused"
            except PipelinesError as error:
                reason = error.cause_code
            except Exception:  # noqa: BLE001 - a defect of ours; polling goes on
                self._log.exception("Watching the workflows in %s failed unexpectedly", namespace)
                reason = "internal"
            tell(self._ended, reason)

        threading.Thread(target=run, name=f"kfp-watch-{namespace}", daemon=True).start()
        self._check_later(namespace, known)

    def _check_later(self, namespace: str, known: _Namespace) -> None:
        """End the watch some time after the last look."""
        if self._namespaces.get(namespace) is not known:
            return
        left = known.looked + IDLE - time.monotonic()
        if left > 0:
            loop = asyncio.get_running_loop()
            loop.call_later(left + 0.01, self._check_later, namespace, known)
            return
        del self._namespaces[namespace]
        if known.watch is not None:
            known.watch.stop()

    def _turned(self, namespace: str, known: _Namespace, error: KubernetesError | None) -> None:
        """The watch is there, or is lost for a while."""
        if known.live == (error is None) or self._namespaces.get(namespace) is not known:
            return
        known.live = error is None
        known.reason = "" if error is None else error.cause_code
        if error is None:
            self._log.info("Watching the runs in %s", namespace)
        else:
            self._log.warning("The runs in %s are not watched for a while: %s", namespace, error)
        self._changed(namespace, ())

    def _ended(self, namespace: str, known: _Namespace, reason: str) -> None:
        known.watch, known.live, known.reason = None, False, reason
        known.since = time.monotonic()
        if reason and self._namespaces.get(namespace) is known:
            self._log.info("The runs in %s are not watched: %s", namespace, reason)
            self._changed(namespace, ())

    def _gather(self, namespace: str, known: _Namespace, event: WorkflowEvent) -> None:
        if self._namespaces.get(namespace) is not known:
            return
        if not known.gathered:
            loop = asyncio.get_running_loop()
            loop.call_later(GATHER, self._deliver, namespace, known)
        known.gathered.append(event)

    def _deliver(self, namespace: str, known: _Namespace) -> None:
        events, known.gathered = known.gathered, []
        if self._namespaces.get(namespace) is known:
            self._changed(namespace, events)
