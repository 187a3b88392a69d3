"""The API server: the routes of one release."""

from __future__ import annotations

from random import Random
from typing import Any

from . import seeding, v1beta1, v2beta1
from .access import Access
from .artifacts import ArtifactRoutes
from .clock import Clock
from .cluster import Cluster
from .experiments import Experiments
from .faults import Faults
from .jobs import Jobs
from .pipelines import Pipelines
from .rbac import Rbac
from .releases import Release
from .routing import Call, Reply, Router
from .run_state import RunStates
from .runs import Runs
from .state import KINDS, ServerState
from .tokens import Issuer
from .v1beta1_json import MessagesV1
from .v2beta1_json import Messages


class Api:
    """Answers calls as the API server of the given release does."""

    def __init__(
        self,
        release: Release,
        *,
        multi_user: bool,
        clock: Clock,
        issuer: Issuer,
        rbac: Rbac,
        faults: Faults,
        random: Random,
        argo_tasks: bool = False,
    ) -> None:
        access = Access(release, multi_user, issuer, rbac, faults)
        server = ServerState(release, multi_user, clock, access, faults, random)
        self.state = server
        self.run_states = RunStates(server)
        self.experiments = Experiments(server)
        self.runs = Runs(server, self.run_states)
        self.jobs = Jobs(server, self.run_states, self.runs)
        self.pipelines = Pipelines(server)
        self.cluster = Cluster(server, self.run_states)
        self._router = Router(release)
        self._ticked = 0
        self._router.add("GET", "/apis/v1beta1/healthz", self._healthz)
        messages_v1 = MessagesV1(server, self.run_states)
        services = (self.experiments, self.runs, self.jobs, self.pipelines)
        v1beta1.add_routes(server, self._router, messages_v1, *services)
        ArtifactRoutes(server, self._router, self.runs, self.cluster)
        if release.has_v2:
            self._router.add("GET", "/apis/v2beta1/healthz", self._healthz)
            messages = Messages(release, self.run_states, as_nodes=argo_tasks)
            v2beta1.add_routes(server, self._router, messages, *services)

    def answer(self, call: Call) -> Reply:
        """The answer to a call, after everything that was due has happened."""
        self.tick()
        access = self.state.access
        access.wait, before = 0.0, access.reviewed
        reply = self._router.dispatch(call)
        reply.wait, reply.reviews = access.wait, access.reviewed - before
        return reply

    def tick(self) -> bool:
        """Let everything happen that was due. Returns whether a second has passed."""
        now = self.state.now()
        if now == self._ticked:
            return False
        self._ticked = now
        self.run_states.settle()
        self.jobs.tick()
        return True

    def keep_time(self) -> None:
        """Tell those who watch what has happened."""
        passed = self.tick()
        self.cluster.update()
        if passed:
            self.cluster.wake()

    def seed(self, namespace: str) -> None:
        """Fill the server with believable rows."""
        seeding.Seeder(self.state, self.run_states).fill(namespace)

    def add_experiments(self, n: int, namespace: str) -> list[str]:
        """Add many experiments. Returns their ids."""
        return seeding.add_experiments(self.state, n, namespace)

    def add_runs(self, n: int, experiment_id: str) -> list[str]:
        """Add many finished runs. Returns their ids."""
        return seeding.add_runs(self.state, n, experiment_id)

    def counts(self) -> dict[str, int]:
        """How many rows there are of each kind."""
        return {table: self.state.store.count(table) for table in KINDS}

    def _healthz(self, call: Call) -> Reply:
        release = self.state.release
        document: dict[str, Any] = {
            "commit_sha": "f5a3bd1c92d1c0a0f6f4ad1c5b7ed6e0e5a90d42",
            "tag_name": release.name,
            "multi_user": self.state.multi_user,
        }
        if release.has_pipeline_store and "v2beta1" in call.path:
            document["pipeline_store"] = "database"
        reply = Reply.of_json(document)
        if not release.has_v2:
            reply.headers["Content-Type"] = "text/plain; charset=utf-8"
        return reply
