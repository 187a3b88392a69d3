"""`debug`: which task is meant, and its code as a result."""

from __future__ import annotations

from dataclasses import dataclass

from ..http.errors import PipelinesError
from ..http.strict_json import JsonDict
from ..outputs import lookup
from ..outputs.connection import Connection
from ..outputs.debug_cell import debug_cell
from ..outputs.models import RunOutputs, TaskOutputs
from ..outputs.reading import without
from .parser import GrammarError, did_you_mean
from .results import Result


@dataclass(repr=False)
class DebugCell(Result):
    """The code of a task. A notebook puts ``next_cell`` into a new cell and says so."""

    task: str
    next_cell: str

    def text(self) -> str:
        """Return the code."""
        return self.next_cell

    def as_dict(self) -> JsonDict:
        """Return the code and its task."""
        return {"task": self.task, "code": self.next_cell}


def debug(client: Connection, run_id: str, task: str | None) -> DebugCell:
    """Return the code of a task; without one, of the first that failed.

    Raises:
        GrammarError: the run has no such task, several, or none that failed.
        PipelinesError: Pipelines refused.
    """
    run = client.get_run(run_id)
    try:
        outputs = client.outputs_of(run)
    except PipelinesError as error:  # the code is in the definition; the cell says what is missing
        outputs = without(run, error)
    chosen = _chosen(outputs, task)
    return DebugCell("/".join(chosen.path), debug_cell(run, chosen))


def _chosen(outputs: RunOutputs, task: str | None) -> TaskOutputs:
    work = [one for one in outputs.tasks if not one.group]
    if task:
        found = [one for one in lookup.tasks(outputs, task) if not one.group]
        if len(found) > 1:
            paths = "\n".join(f"  {'/'.join(one.path)}" for one in found[:20])
            raise GrammarError(f"{task!r} can mean several; use the path of one:\n{paths}")
        if not found:
            meant = did_you_mean(task, [one.task for one in work])
            raise GrammarError(f"The run has no task {task!r} with code of its own.{meant}")
        return found[0]
    parents = {one.path[:-1] for one in outputs.tasks}
    failed = [one for one in work if one.state == "FAILED" and one.path not in parents]
    if not failed:
        raise GrammarError("No task of this run has failed. Name the one that you mean.")
    return failed[0]
