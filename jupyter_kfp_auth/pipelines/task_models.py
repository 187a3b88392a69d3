"""Tasks of runs, with their pods and the reasons of their failures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from ..http.strict_json import JsonObject
from .model_base import Model, Named
from .status import State, Status


@dataclass(frozen=True, slots=True)
class Reason(Model):
    """Why a task failed, or what it waits for.

    Attributes:
        code: a stable name, such as ``out-of-memory`` or ``image-pull``.
        message: a sentence that names the task.
        next_step: the one thing to do about it; empty where nothing sensible is known.
        exit_code: of the container; ``None`` where it did not end by itself.
        task_id: of the task.
        task: its display name.
        path: the display names of all that it is in, and its own.
        log: the last lines that it printed; empty in lists.
        more: how many other tasks failed independently of it.
    """

    _id: ClassVar[str] = "code"
    code: str
    message: str
    next_step: str = ""
    exit_code: int | None = None
    task_id: str = ""
    task: str = ""
    path: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Pod(Model):
    """A pod of a task, which may be gone by now.

    Attributes:
        name: in the cluster, as Argo makes it.
        node_id: of its node in the Argo workflow.
        kind: ``main`` runs the task, ``driver`` prepares it.
        attempt: counted from 1.
        state: of its node, as in `Run`; empty where it is not known.
    """

    _id: ClassVar[str] = "name"
    name: str
    node_id: str = ""
    kind: str = "main"
    attempt: int = 1
    state: State | str = ""


@dataclass(frozen=True, slots=True)
class StateChange(Model):
    """One entry of a state history.

    Attributes:
        state: as in `Run`.
        update_time: since when, UTC.
        error: why, where it failed.
    """

    state: State | str
    update_time: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Task(Named):
    """A step of a run, or a group of steps (a nested DAG, a loop, a condition).

    Attributes:
        task_id: unique within its run.
        display_name: its name in the pipeline.
        state: as in `Run`.
        error: why it failed; empty otherwise.
        created_at: UTC.
        started_at: UTC; ``None`` while it waits.
        finished_at: UTC; ``None`` before its end.
        parent_task_id: of the group that it is in; empty at the top.
        child_task_ids: of what Pipelines calls its children: the tasks behind it, or in it.
        inputs: by name.
        outputs: by name.
        state_history: oldest first.
        key: what the definition calls it; empty where that is not known.
        path: the display names of all that it is in, and its own; rounds are ``iteration-0`` ...
        depends_on: ids of the tasks beside it that come before it.
        attempts: how often its container was started.
        cached_from: id of the run whose result was reused; empty where that is not known.
        node_id: of its node in the Argo workflow; empty where that is not known.
        pods: the driver's, then an attempt each; gone ones, too.
        status: what to show, in one word: the state, with what is known beside it.
        reason: why it failed or waits; ``None`` where there is nothing to explain.
    """

    _id: ClassVar[str] = "task_id"
    task_id: str
    display_name: str = ""
    state: State | str = ""
    error: str = ""
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    parent_task_id: str = ""
    child_task_ids: tuple[str, ...] = ()
    inputs: JsonObject = field(default_factory=dict, hash=False)
    outputs: JsonObject = field(default_factory=dict, hash=False)
    state_history: tuple[StateChange, ...] = ()
    key: str = ""
    path: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    attempts: int = 1
    cached_from: str = ""
    node_id: str = ""
    pods: tuple[Pod, ...] = ()
    status: Status = Status.UNKNOWN
    reason: Reason | None = None
