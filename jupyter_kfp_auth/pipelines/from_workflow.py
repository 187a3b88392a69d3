"""What the Argo workflow behind a run adds to what Pipelines says of it.

The workflow is one to three seconds ahead of Pipelines. It never contradicts a final state that
Pipelines has given: that one holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .models import TERMINAL_STATES

#: What Pipelines makes of a phase of Argo.
STATES = {
    "": "PENDING",
    "Pending": "PENDING",
    "Running": "RUNNING",
    "Succeeded": "SUCCEEDED",
    "Skipped": "SKIPPED",
    "Failed": "FAILED",
    "Error": "FAILED",
}


def run_with_phase(run: Mapping[str, Any], phase: str) -> Mapping[str, Any]:
    """Return a run, as its model's ``as_dict`` gives it, in the state that its workflow is in.

    A run that is being canceled stays so until its workflow has ended.
    """
    state = STATES.get(phase, "")
    before = run.get("state")
    if not state or before in TERMINAL_STATES or before == state:
        return run
    if before == "CANCELING" and state not in TERMINAL_STATES:
        return run
    return {**run, "state": state}
