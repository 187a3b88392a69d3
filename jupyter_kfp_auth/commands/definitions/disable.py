"""`disable`: keep a recurring run from starting runs."""

from __future__ import annotations

from ...pipelines.kinds import Kind
from ._action import action

COMMAND = action(
    "disable",
    "Disable a recurring run.",
    Kind.RECURRING_RUNS,
    synonyms=("pause",),
)
