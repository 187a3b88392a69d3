"""`retry`: run its failed tasks again."""

from __future__ import annotations

from ...pipelines.kinds import Kind
from ._action import action

COMMAND = action(
    "retry",
    "Run the failed tasks of a run again.",
    Kind.RUNS,
)
