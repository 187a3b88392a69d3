"""How far runs are. Their state is read off their schedule and the clock; no container runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import schedule
from .planned_node import Node, Schedule
from .script import Script
from .state import ServerState
from .store import Row

FINAL = frozenset({"SUCCEEDED", "SKIPPED", "FAILED", "CANCELED", "OMITTED"})

_V1_STATES = {
    "PENDING": "Pending",
    "RUNNING": "Running",
    "SUCCEEDED": "Succeeded",
    "SKIPPED": "Skipped",
    "FAILED": "Failed",
    "CANCELING": "Terminating",
    "OMITTED": "Omitted",
}


@dataclass(frozen=True)
class NodeView:
    """A node at some moment. Times are seconds since the epoch, 0 if not reached."""

    index: int
    node: Node
    state: str
    start: int
    end: int
    history: tuple[tuple[int, str], ...]

    @property
    def message(self) -> str:
        """Argo's message about the node: why it failed, or what it waits for."""
        step, text = self.node.step, ""
        if self.state in FINAL:
            text = self.node.message
        elif self.state == "PENDING":
            text = self.node.outcome.waiting
        return text.replace("{image}", step.task.image)


@dataclass(frozen=True)
class RunView:
    """A run at some moment: its nodes by their index, as far as they have started."""

    state: str
    finished_at: int
    history: tuple[tuple[int, str], ...]
    nodes: Mapping[int, NodeView]
    schedule: Schedule

    @property
    def tasks(self) -> list[NodeView]:
        """The nodes that stand for tasks, loops and rounds, in the order of their start."""
        found = [view for view in self.nodes.values() if view.node.logical]
        return sorted(found, key=lambda view: (view.node.start, view.index))

    def parent(self, view: NodeView) -> NodeView | None:
        """The task that a task is in."""
        boundary = view.node.boundary
        while boundary >= 0:
            above = self.nodes[boundary]
            if above.node.logical:
                return above
            boundary = above.node.boundary
        return None


def v1_state(state: str) -> str:
    """The free text that v1beta1 and Argo have for a state."""
    return _V1_STATES.get(state, "Unknown")


class RunStates:
    """Starts, stops and follows the runs of a server.

    Attributes:
        outcomes: of the tasks of new runs, by their names; see `outcomes.OUTCOMES`.
        argo_defaults: whether Argo has the settings of KFP 2.17's own manifests, which give every
            node a child `(0)` and make the retries of a task have no effect.
        on_end: called once with each run that has ended, and what became of it.
    """

    def __init__(self, server: ServerState) -> None:
        self._server = server
        self.outcomes: dict[str, str] = {}
        self.argo_defaults = False
        self.on_end: list[Callable[[Row, RunView], None]] = []
        # Definitions of versions that runs have: a workflow goes on when its version is deleted.
        self._definitions: dict[str, str] = {}

    def script(self, run_id: str) -> Script:
        """What decides how a new run goes."""
        return Script(run_id, outcomes=dict(self.outcomes), retries=not self.argo_defaults)

    def view(self, row: Row, now: float | None = None) -> RunView:
        """The run as it stood at some moment; now, if none is given."""
        now = self._server.now() if now is None else now
        created = int(row["created_at"])
        definition = self.manifest(row)
        # Rows filled in bulk have an end, but no tasks; nor has a run without a definition.
        if not row["script"] or not definition:
            history = [(created, "PENDING")]
            if row["state"] != "PENDING":
                history.append((int(row["finished_at"]), str(row["state"])))
            return RunView(row["state"], row["finished_at"], tuple(history), {}, Schedule())
        plan = schedule.make(definition, row["parameters"], row["script"])
        elapsed = now - created
        times = tuple((created + int(at), name) for at, name in plan.history if at <= elapsed)
        state = times[-1][1] if times else "PENDING"
        seen = [_seen(index, node, created, elapsed) for index, node in enumerate(plan.nodes)]
        nodes = {view.index: view for view in seen if view}
        return RunView(state, times[-1][0] if state in FINAL else 0, times, nodes, plan)

    def settle(self) -> None:
        """Bring the stored states of unfinished runs up to date."""
        store, now = self._server.store, self._server.now()
        for row in store.select("runs", [("settled = 0", [])]):
            current = self.view(row, now)
            ended = current.state in FINAL
            store.update(
                "runs",
                row["id"],
                state=current.state,
                status=v1_state(current.state),
                finished_at=current.finished_at,
                history=" ".join(state for _, state in current.history),
                settled=int(ended),
            )
            if ended:
                for listener in self.on_end:
                    listener(row, current)

    def terminate(self, row: Row) -> None:
        """Begin to end an unfinished run."""
        self._act(row, "terminate")

    def retry(self, row: Row) -> None:
        """Run again what did not succeed."""
        self._act(row, "retry", settled=0, finished_at=0)

    def _act(self, row: Row, action: str, **columns: int) -> None:
        at = float(self._server.now() - row["created_at"])
        script = Script.loads(row["script"]).then(action, at)
        self._server.store.update("runs", row["id"], script=script.dumps(), **columns)
        self.settle()

    def manifest(self, row: Row) -> str:
        """The compiled pipeline of a run or a recurring run."""
        if row["spec"]:
            return str(row["spec"])
        version_id = str(row["pipeline_version_id"])
        version = self._server.store.get("versions", version_id)
        if version:
            self._definitions[version_id] = str(version["spec"])
        return self._definitions.get(version_id, "")


def _seen(index: int, node: Node, created: int, elapsed: float) -> NodeView | None:
    history = tuple((created + int(at), state) for at, state in node.history() if at <= elapsed)
    if not history or node.start > elapsed:
        return None
    state = history[-1][1]
    end = created + int(node.end) if state in FINAL else 0
    return NodeView(index, node, state, created + int(node.start), end, history)
