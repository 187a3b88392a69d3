"""Until when an answer is good: one schedule for all pages of a Jupyter server.

Where the workflows of a namespace are watched, an answer is good until a change makes it wrong.
Where they are not, until Pipelines may be asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...http.strict_json import Json, JsonDict, JsonObject
from ...pipelines.from_workflow import run_state, run_with_phase
from ...pipelines.status import TERMINAL_STATES
from .answer import Fetched
from .pace import FINISHED, Pace
from .run_watches import RunWatches

if TYPE_CHECKING:
    from ...cluster.workflows import WorkflowEvent, WorkflowMetadata

#: Seconds after which even what is watched is asked for again: not all changes are of a workflow.
#: With two lists open, a thousand servers then make less than one call a second.
LONG = 3600.0

#: Seconds that a failure is an answer to pages, at most.
_FAILURE = 5.0

#: Seconds for which the doctor's findings, and what else no schedule is for, are an answer.
BRIEF = 2.0

#: The part of a pause after which an answer is too old: pages that ask every ten seconds then get a
#: new one each time, and those of many servers do not ask at the same moment.
_EARLIEST, _LATEST = 0.8, 0.95

#: Parameters with which a list of runs still begins with the newest.
_WHOLE = frozenset({"namespace", "page_size", "include_archived"})
_LISTS = frozenset({"runs", "experiments", "recurring-runs", "pipelines"})


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a path below ``kfp/v1/``, and the query, sorted by name."""

    path: str
    query: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, path: str, query: Mapping[str, str]) -> Question:
        """Return the question of a request."""
        return cls(path, tuple(sorted(query.items())))

    @property
    def namespace(self) -> str:
        """The namespace that it names; empty for the configured one."""
        return dict(self.query).get("namespace", "")

    @property
    def kind(self) -> str:
        """The first part of the path, such as ``runs``."""
        return self.path.split("/")[0]

    @property
    def run_id(self) -> str:
        """The run that it is about; empty for lists and for all else."""
        kind, _, rest = self.path.partition("/")
        return rest.split("/")[0] if kind == "runs" else ""

    @property
    def follows_runs(self) -> bool:
        """Whether the answer changes with runs."""
        return self.kind in ("runs", "experiments", "status")

    @property
    def is_list(self) -> bool:
        """Whether it asks for a list, for which Pipelines wants to know who asks."""
        return self.path in _LISTS

    @property
    def scheduled(self) -> bool:
        """Whether pages follow the answer."""
        kind, *rest = self.path.split("/")
        if kind not in _LISTS:
            return self.path == "status"
        return len(rest) < 2 or rest[1:] in (["outputs"], ["versions"])


class Schedule:
    """Says until when answers are good, and puts in what the workflows say beside Pipelines.

    Args:
        pace: of asking where nothing is watched.
        watches: of the workflows.
    """

    def __init__(self, pace: Pace, watches: RunWatches) -> None:
        self.pace = pace
        self._watches = watches

    def lifetime(self, question: Question, fetched: Fetched, namespace: str) -> float:
        """Return for how many seconds an answer is good for pages that ask by themselves."""
        pause = self.pace.pause
        if not question.scheduled:
            return BRIEF
        if fetched.status != 200:
            refused = pause.reason == "busy" and fetched.status in (429, 503)
            return pause.seconds if refused else min(_FAILURE, pause.seconds)
        if question.follows_runs and self._watches.watching(namespace):
            return LONG
        seconds = pause.seconds * (1.0 if _unfinished(question, fetched.data) else FINISHED)
        return seconds * (_EARLIEST + fetched.luck * (_LATEST - _EARLIEST))

    def updates(self, namespace: str) -> JsonDict:
        """Return how pages learn of changes: `Updates` of ``openapi.yaml``."""
        pause = self.pace.pause
        if self._watches.watching(namespace):
            return {"mode": "watch", "interval_seconds": None, "reason": "", "message": "live"}
        reason = pause.reason or self._watches.reason(namespace)
        message = f"every {round(pause.seconds)} s" + _BECAUSE.get(pause.reason, "")
        return {
            "mode": "poll",
            "interval_seconds": round(pause.seconds, 1),
            "reason": reason,
            "message": message,
        }

    def additions(
        self,
        question: Question,
        status: int,
        namespace: str,
        refusal: JsonObject | None = None,
    ) -> tuple[Hashable, Callable[[Json], Json]]:
        """Return what puts in what is known beside Pipelines' answer, and the version of that.

        Args:
            question: that was answered.
            status: of the answer.
            namespace: that it is about.
            refusal: why the last list was refused.
        """
        if status != 200:
            return None, _same
        if question.path == "status":
            return self._status(namespace, refusal)
        workflows = self._watches.workflows(namespace) if question.path == "runs" else {}
        if not workflows:
            return None, _same
        phases = frozenset((w.run_id, w.phase) for w in workflows.values())
        return phases, lambda page: {
            **page,
            "items": [_with_phase(run, workflows.get(run["run_id"])) for run in page["items"]],
        }

    def _status(
        self, namespace: str, refusal: JsonObject | None
    ) -> tuple[Hashable, Callable[[Json], Json]]:
        more: JsonDict = {"updates": self.updates(namespace)}
        if self._watches.watching(namespace):
            workflows = self._watches.workflows(namespace).values()
            more["in_progress"] = sum(not workflow.completed for workflow in workflows)
        version = (*more["updates"].values(), more.get("in_progress"), str(refusal))

        def complete(data: Json) -> Json:
            refused = {"ok": False, "error": refusal} if refusal and data["ok"] else {}
            return {**data, **more, **refused}

        return version, complete

    def missing(self, known: Iterable[tuple[Question, Json]], namespace: str) -> set[Question]:
        """Return the lists that do not have a run which goes on: from before the watch began."""
        going_on = {
            workflow.run_id
            for workflow in self._watches.workflows(namespace).values()
            if not workflow.completed
        }
        return {
            question
            for question, data in known
            if question.path == "runs"
            and {name for name, _ in question.query} <= _WHOLE
            and not going_on <= {run["run_id"] for run in data["items"]}
        }

    def outdated(
        self, known: Iterable[tuple[Question, Json]], events: Sequence[WorkflowEvent]
    ) -> tuple[set[Question], bool]:
        """Return the answers that events make wrong, and whether lists show what has changed."""
        found: set[Question] = set()
        listed = False
        answers = list(known)
        for event in events:
            if event.workflow is None or _is_only_cleaned_up(event):
                continue
            for question, data in answers:
                state = _state_in(question, data, event.workflow.run_id)
                if _makes_wrong(event, question, state):
                    found.add(question)
                if state is not None and question.path == "runs":
                    listed = listed or _shows(event.workflow, state)
        return found, listed or any(question.path == "runs" for question in found)


_BECAUSE = {"busy": ": Pipelines is busy", "away": ": Pipelines does not answer"}


def _same(data: object) -> Any:
    return data


def _with_phase(run: Json, workflow: WorkflowMetadata | None) -> Json:
    return run if workflow is None else run_with_phase(run, workflow.phase)


def _unfinished(question: Question, data: Json) -> bool:
    """Tell whether something in an answer may soon be otherwise."""
    if question.path == "runs":
        return any(run["state"] not in TERMINAL_STATES for run in data["items"])
    return bool(question.run_id) and data.get("state", "SUCCEEDED") not in TERMINAL_STATES


def _is_only_cleaned_up(event: WorkflowEvent) -> bool:
    """Tell whether a workflow is gone because its time is over: an hour after its end."""
    workflow = event.workflow
    return event.kind == "DELETED" and workflow is not None and workflow.persisted


def _state_in(question: Question, data: Json, run_id: str) -> str | None:
    """Return a run's state in an answer; ``None`` where it is not in it."""
    if question.path == "runs":
        runs = (run["state"] for run in data["items"] if run["run_id"] == run_id)
        return next(runs, None)
    if question.run_id == run_id:
        state = data.get("state")
        return state if isinstance(state, str) else ""
    return None


def _makes_wrong(event: WorkflowEvent, question: Question, state: str | None) -> bool:
    """Tell whether an event makes an answer wrong that gives the run this state."""
    workflow = event.workflow
    assert workflow is not None
    if question.path == "status":
        return False
    if state is None:  # a new run, for the lists that it belongs to
        new = event.kind == "ADDED"
        filtered = "state" in dict(question.query)
        return question.path in ("runs", "experiments") and (new or filtered)
    if question.run_id:
        return True
    final = state in TERMINAL_STATES
    if event.kind == "DELETED" or final != workflow.completed:
        # Pipelines has the end as soon as it says so; a run that has ended goes on after a retry.
        return event.kind == "DELETED" or final or workflow.persisted
    return False


def _shows(workflow: WorkflowMetadata, state: str) -> bool:
    """Tell whether a list shows a run otherwise than before."""
    return state not in TERMINAL_STATES and run_state(workflow.phase) != state
