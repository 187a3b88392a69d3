"""The connection to Pipelines with what its runs produced."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from ..cluster.client import Kubernetes
from ..config.settings import Settings
from ..http.address import is_cluster_local
from ..http.errors import Explain, PipelinesError
from ..pipelines.connection import Connection as PipelinesConnection
from ..pipelines.errors import NotFound
from ..pipelines.models import Run, Task
from . import lookup
from .argo_source import ArgoSource, is_workflow
from .comparison import compare
from .metadata.source import MetadataSource
from .metadata.store import MetadataError, MetadataStore
from .models import Artifact, Comparison, RunOutputs, TaskOutputs
from .reading import read, read_all, without
from .source import OutputsSource
from .storage.access import StoreKeys
from .storage.content import StoredContent
from .task_files import TaskFiles

__all__ = ["Connection"]

#: How many runs' outputs are remembered, and for how many seconds.
_RECENT_RUNS, _RECENT_SECONDS = 8, 60.0


class Connection(PipelinesConnection):
    """A connection to Pipelines that also reads what runs produced. See `PipelinesConnection`.

    Args:
        settings: where Pipelines and its metadata store are, and who asks.
        explain: turns an error into a diagnosis; without it errors carry codes only.
    """

    def __init__(self, settings: Settings, explain: Explain | None = None) -> None:
        super().__init__(settings, explain)
        self._outputs_lock = threading.Lock()
        self._source: OutputsSource | None = None
        self._recent: dict[str, tuple[float, RunOutputs]] = {}
        self._no_logs_until = 0.0

    def close(self) -> None:
        """Close the pooled connections."""
        with self._outputs_lock:
            source, self._source = self._source, None
        if source is not None:
            source.close()
        super().close()

    def get_outputs(self, run_id: str) -> RunOutputs:
        """Return what a run took and gave: parameters, metrics and artifacts of each task.

        One or two calls to Pipelines, which decides whether this user may see the run, and four to
        the metadata store.

        Raises:
            PipelinesError: Pipelines refused, or the metadata store cannot be read.
        """
        return self.outputs_of(self.get_run(run_id))

    def outputs_of(self, run: Run) -> RunOutputs:
        """Return what a run produced that `get_run` has returned. Raises as `get_outputs`."""
        with self._transport.explained():
            found = read(self._outputs(run), run)
            if found.problem is not None:
                found.problem.explain = self._transport.explain
        with self._outputs_lock:
            self._recent.pop(run.run_id, None)
            self._recent[run.run_id] = (time.monotonic(), found)
            while len(self._recent) > _RECENT_RUNS:
                del self._recent[next(iter(self._recent))]
        return found

    def find_artifact(self, run_id: str, artifact_id: str) -> Artifact:
        """Return an artifact that a task of a run wrote or read, by its id.

        What a run produced is remembered for a minute, so that a look at one artifact after the
        other does not ask Pipelines each time.

        Raises:
            NotFound: the run has no such artifact.
            PipelinesError: as `get_outputs`.
        """
        outputs = self._remembered(run_id) or self.get_outputs(run_id)
        for task in outputs.tasks:
            for artifact in (*task.artifacts, *task.input_artifacts):
                if artifact.id == artifact_id:
                    return artifact
        what = f"the run has no artifact {artifact_id!r}."
        raise NotFound("not-found", what, status=404, facts={"said": what})

    def task_files(self, run_id: str, task: str) -> TaskFiles:
        """Return what fetches the artifacts of a task, to call its component on this machine.

        Args:
            run_id: given by Pipelines.
            task: id, name or path of a task of it.

        Raises:
            NotFound: the run has no such task.
            PipelinesError: as `get_outputs`.
        """
        found = lookup.tasks(self.get_outputs(run_id), task)
        if not found:
            what = f"the run has no task {task!r}."
            raise NotFound("not-found", what, status=404, facts={"said": what})
        return TaskFiles(found[0])

    def outputs_or_problem(self, run_id: str) -> RunOutputs:
        """Return what `get_outputs` does; where the outputs cannot be read, the reason with what
        Pipelines itself knows of the run.

        Raises:
            PipelinesError: Pipelines refused.
        """
        run = self.get_run(run_id)
        try:
            return self.outputs_of(run)
        except PipelinesError as error:
            return without(run, error)

    def compare_runs(self, run_ids: Sequence[str]) -> Comparison:
        """Return runs side by side: arguments, states, metrics, ROC curves, confusion matrices.

        One call to Pipelines. A run whose outputs cannot be read says why in its ``problem``.

        Raises:
            PipelinesError: Pipelines refused, or has no such run.
        """
        if self.health.api == "v1beta1":
            # Its lists leave out the workflow, which alone knows the tasks.
            runs = [self.get_run(run_id) for run_id in run_ids]
        else:
            runs = self.get_runs(run_ids)
        try:
            with self._transport.explained():
                outputs = read_all(self._outputs(runs[0]), runs) if runs else []
        except PipelinesError as error:
            outputs = [without(run, error) for run in runs]
        for found in outputs:
            if found.problem is not None:
                found.problem.explain = self._transport.explain
        return compare(runs, outputs)

    def kept_log(self, run: Run, task: Task) -> Iterator[bytes]:
        """Yield what a task printed, as KFP has kept it beside its artifacts, oldest attempt first.

        Nothing is yielded where KFP has kept none, and for a minute after the metadata store did
        not answer: a log is looked for in passing, and nobody should wait for that each time.

        Raises:
            PipelinesError: it cannot be read.
        """
        if time.monotonic() < self._no_logs_until:
            return
        try:
            outputs = self._remembered(run.run_id) or self.outputs_of(run)
        except MetadataError:
            self._no_logs_until = time.monotonic() + _RECENT_SECONDS
            raise
        with self._transport.explained():
            for log in _logs(outputs.tasks, task.task_id):
                yield from log.stream()

    def _remembered(self, run_id: str) -> RunOutputs | None:
        """Return what was read of a run in the last minute."""
        with self._outputs_lock:
            read_at, outputs = self._recent.get(run_id, (0.0, None))
        return outputs if time.monotonic() - read_at <= _RECENT_SECONDS else None

    def _outputs(self, run: Run) -> OutputsSource:
        """Return where a run's outputs are read; connected when it is first asked."""
        if is_workflow(run) or self.health.api == "v1beta1":
            transport = self._transport
            return ArgoSource(
                lambda path, asked: transport.object("GET", path, asked)[0], transport.explain
            )
        with self._outputs_lock:
            if self._source is None:
                self._source = MetadataSource(metadata_store(self.settings), self._content())
            return self._source

    def _content(self) -> StoredContent:
        settings = self.settings
        keys = StoreKeys(lambda: Kubernetes(settings.service_account), settings.kfp_namespace)
        return StoredContent(keys, settings.namespace.value, self._transport.explain)


def metadata_store(settings: Settings) -> MetadataStore:
    """Return the metadata store that the settings name. Nothing is sent yet.

    Raises:
        MetadataError: its address cannot be used.
    """
    endpoint = settings.metadata_endpoint
    if not endpoint.value:
        raise MetadataError(
            "metadata-endpoint-invalid",
            f"the metadata store's address from {endpoint.origin} is not host:port",
            facts={"origin": endpoint.origin},
        )
    host = urlsplit(settings.host.value)
    # Where KFP is installed with TLS, both of its servers have it.
    secure = host.scheme == "https" and is_cluster_local(host.netloc)
    ca_cert = settings.ca_cert.value
    return MetadataStore(endpoint.value, timeout=settings.timeout, ca_cert=ca_cert, secure=secure)


def _logs(tasks: Sequence[TaskOutputs], task_id: str) -> tuple[Artifact, ...]:
    return next((task.logs for task in tasks if task.task_id == task_id), ())
