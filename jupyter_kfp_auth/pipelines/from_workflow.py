"""What the Argo workflow behind a run adds to what Pipelines says of it.

The workflow is one to three seconds ahead of Pipelines. It never contradicts a final state that
Pipelines has given: that one holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .argo_workflow import state_of
from .status import TERMINAL_STATES, run_status


def run_state(phase: str) -> str:
    """Return the state of a run whose workflow is in a phase; empty before Argo has seen it."""
    return state_of(phase or "Pending")


def run_with_phase(run: Mapping[str, Any], phase: str) -> Mapping[str, Any]:
    """Return a run, as its model's ``as_dict`` gives it, in the state that its workflow is in.

    A run that is being canceled stays so until its workflow has ended.
    """
    state, before = run_state(phase), run["state"]
    if before in TERMINAL_STATES or before == state:
        return run
    if before == "CANCELING" and state not in TERMINAL_STATES:
        return run
    history = [change["state"] for change in run["state_history"]]
    return {**run, "state": state, "status": str(run_status(state, history))}
