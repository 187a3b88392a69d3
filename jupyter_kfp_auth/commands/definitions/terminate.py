"""`terminate`: stop a run."""

from __future__ import annotations

from ...pipelines.kinds import Kind
from ._action import action

COMMAND = action(
    "terminate",
    "Stop a run.",
    Kind.RUNS,
    overview=("terminate | retry RUN", "Stop a run; run its failed tasks again."),
    synonyms=("stop", "cancel", "kill"),
)
