"""What the cluster knows of one run: its pods and its workflow, each asked for at most once."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..cluster.client import Kubernetes, KubernetesError
from ..cluster.pods import Pods, RunPod
from ..cluster.workflows import Workflows
from ..http.strict_json import JsonDict
from .argo_names import node_id_of
from .argo_workflow import nodes_of
from .fields import mapping, text
from .models import Pod


class ClusterView:
    """One look at the pods and the workflow of a run. Thread-safe.

    Where the cluster may not be asked there is simply nothing; `refused` says why.

    Args:
        kubernetes: returns the cluster's API.
        namespace: of the run.
        run_id: of the run.
    """

    def __init__(self, kubernetes: Callable[[], Kubernetes], namespace: str, run_id: str) -> None:
        self._kubernetes = kubernetes
        self.namespace = namespace
        self._run_id = run_id
        self._lock = threading.Lock()
        self._found: dict[str, RunPod] | None = None
        self._workflow: JsonDict | None = None
        #: Why the pods could not be listed; ``None`` as long as they could.
        self.refused: KubernetesError | None = None

    @property
    def pods(self) -> Pods:
        """The run's pods. Raises `KubernetesError` where this is not a pod of a cluster."""
        return Pods(self._kubernetes(), self.namespace, self._run_id)

    def find(self, pod: Pod) -> RunPod | None:
        """Return a task's pod as it is now; ``None`` where it is gone, or cannot be seen."""
        found = self._listed()
        return found.get(pod.node_id) or found.get(pod.name)

    def forget(self) -> None:
        """Look anew the next time."""
        with self._lock:
            self._found = self._workflow = self.refused = None

    def warning(self, pod: str) -> str:
        """Return the newest warning about a pod; empty for none, or where it may not be read."""
        try:
            return self.pods.warning(pod)
        except KubernetesError:
            return ""

    def message(self, node_id: str) -> str:
        """Return what Argo says about a node; empty for nothing."""
        return text(nodes_of(self.workflow).get(node_id, {}), "message")

    @property
    def workflow(self) -> JsonDict:
        """The run's workflow; empty where it is gone, or may not be read."""
        with self._lock:
            if self._workflow is None:
                try:
                    workflows = Workflows(self._kubernetes(), self.namespace, self._run_id)
                    self._workflow = workflows.whole()
                except KubernetesError:
                    self._workflow = {}
            return self._workflow

    @property
    def was_stopped(self) -> bool:
        """Whether the workflow was terminated: so Pipelines does it, and nothing else."""
        return mapping(self.workflow, "spec").get("activeDeadlineSeconds") == 0

    def _listed(self) -> dict[str, RunPod]:
        """Return the pods by their nodes' ids, and by their names."""
        with self._lock:
            if self._found is None:
                self._found = {}
                try:
                    pods = self.pods.list()
                except KubernetesError as error:
                    self.refused = error
                    pods = ()
                for pod in pods:
                    self._found[pod.name] = pod
                    self._found[pod.node_id or node_id_of(pod.node_name)] = pod
            return self._found
