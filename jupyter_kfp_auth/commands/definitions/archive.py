"""`archive`: put a run away."""

from __future__ import annotations

from ...pipelines.kinds import Kind
from ._action import action

COMMAND = action(
    "archive",
    "Archive a run.",
    Kind.RUNS,
    Kind.EXPERIMENTS,
    overview=("archive | unarchive RUN", "Put a run away; bring it back."),
)
