"""The methods of a connection that say why a run failed or waits, and what its tasks printed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial

from ..cluster.client import Kubernetes
from ._transport import Transport
from .cluster_view import ClusterView
from .log_copies import LogCopies
from .models import Run, Task
from .run_reasons import explained
from .task_logs import TaskLogs

#: Runs that have ended whose reasons are remembered.
_REMEMBERED = 64

#: Runs whose logs are looked at, and seconds for which one is not asked for again.
_LOOKED_AT, _ENDED, _GOING_ON = 16, 300.0, 10.0


class RunInsight:
    """Looks beyond what Pipelines sends: at pods, workflows and logs."""

    _transport: Transport

    def get_run(self, run_id: str) -> Run:
        """Return one run with its tasks."""
        raise NotImplementedError

    def __init__(self) -> None:
        self._cluster_lock = threading.Lock()
        self._kubernetes: Kubernetes | None = None
        self.log_copies = LogCopies()
        #: Runs whose logs are looked at, and when they were asked for.
        self._looked_at: dict[str, tuple[float, TaskLogs]] = {}
        #: Reasons of ended runs, by the run's id and end.
        self._explained: dict[tuple[str, object], Run] = {}

    def close(self) -> None:
        """Close the connections to the cluster, and drop the copies of logs."""
        self.log_copies.close()
        with self._cluster_lock:
            cluster, self._kubernetes = self._kubernetes, None
        if cluster is not None:
            cluster.close()

    def cluster(self) -> Kubernetes:
        """Return the API of the cluster that this pod is in.

        Raises:
            KubernetesError: this is not a pod of a cluster.
        """
        with self._cluster_lock:
            if self._kubernetes is None:
                self._kubernetes = Kubernetes(self._transport.settings.service_account)
            return self._kubernetes

    def task_logs(self, run: Run) -> TaskLogs:
        """Return access to the logs of a run's tasks.

        Args:
            run: as `get_run` returns it.
        """
        namespace = run.namespace or self._transport.settings.namespace.value
        view = ClusterView(self.cluster, namespace, run.run_id)
        kept = partial(self.kept_log, run)
        return TaskLogs(run, view, self._transport.open_log, kept)

    def task_logs_of(self, run_id: str) -> TaskLogs:
        """Return access to the logs of a run, which is asked for as seldom as will do.

        Args:
            run_id: of the run.

        Raises:
            PipelinesError: Pipelines refused.
        """
        now = time.monotonic()
        asked, logs = self._looked_at.get(run_id, (0.0, None))
        if logs is not None and now - asked < (_ENDED if logs.run.finished else _GOING_ON):
            return logs
        logs = self.task_logs(self.get_run(run_id))
        self._looked_at.pop(run_id, None)
        self._looked_at[run_id] = (now, logs)
        for old in list(self._looked_at)[:-_LOOKED_AT]:
            self._looked_at.pop(old, None)  # another thread may have taken it out
        return logs

    def kept_log(self, run: Run, task: Task) -> Iterator[bytes]:
        """Yield what is kept of a task's log beside its pod; nothing where none is.

        Args:
            run: that the task is of.
            task: one of its tasks.

        Raises:
            PipelinesError: it cannot be read.
        """
        return iter(())

    def explain_run(self, run: Run) -> Run:
        """Return a run with the reasons that its pods, its workflow and its logs give.

        The cluster is asked where that is allowed, and Pipelines for the last lines of logs that
        the cluster does not show: one call for each of at most three tasks.

        Args:
            run: as `get_run` returns it.
        """
        key = (run.run_id, run.finished_at)
        known = self._explained.get(key) if run.finished else None
        if known is not None and known.state == run.state:
            return known
        found = explained(run, self.task_logs(run))
        if run.finished:
            self._explained[key] = found
            for old in list(self._explained)[:-_REMEMBERED]:
                self._explained.pop(old, None)  # another thread may have taken it out
        return found
