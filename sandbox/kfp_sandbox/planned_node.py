"""A node of a run's Argo Workflow, with its times."""

from __future__ import annotations

from dataclasses import dataclass, field

from .outcomes import OUTCOMES, Outcome
from .unrolling import Step

NEVER = 1e12
"""Seconds after which something starts that never starts."""


@dataclass
class Node:
    """A node of the workflow.

    Attributes:
        key: its name below the node that it is in.
        type: `DAG`, `Pod`, `TaskGroup`, `Retry` or `Skipped`.
        role: `workflow`, `driver`, `task`, `importer`, `executor`, `attempt`, `group`, `round`
            or `hook`.
        boundary: index of the node that it is in; -1 of the workflow.
        running: when its pod has started.
        state: how it ends: SUCCEEDED, FAILED, SKIPPED or OMITTED.
        step: the task that it belongs to.
        inner: indices of the nodes that come first in it, or of its attempts.
        after: indices of those that come after it.
        cached: its task is taken from an earlier run.
        hook: index of its exit hook, 0 if it has none.
        past: times and states before the run was retried.
        resumed: when that was.
    """

    key: str
    type: str
    role: str
    template: str
    boundary: int
    step: Step
    start: float
    running: float = 0.0
    end: float = NEVER
    state: str = "SUCCEEDED"
    message: str = ""
    outcome: Outcome = OUTCOMES["succeeds"]
    inner: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    cached: bool = False
    hook: int = 0
    past: tuple[tuple[float, str], ...] = ()
    resumed: float = 0.0

    @property
    def logical(self) -> bool:
        """Whether the node stands for a task, a loop or a round, as people speak of them."""
        return self.role in ("task", "importer", "round")

    def history(self) -> list[tuple[float, str]]:
        """The times and states of the node."""
        if self.type == "Skipped":
            return [*self.past, (self.start, self.state)]
        begun = max(self.start, self.resumed)
        states = [(begun, "RUNNING"), (self.end, self.state)]
        if self.type == "Pod":
            states = [(begun, "PENDING"), (self.running, "RUNNING"), (self.end, self.state)]
        reached = [entry for entry in states if entry[0] <= self.end and entry[0] < NEVER]
        return [*self.past, *reached]


@dataclass
class Schedule:
    """The nodes of a run, and the times and states of the whole."""

    nodes: list[Node] = field(default_factory=list)
    history: list[tuple[float, str]] = field(default_factory=list)
