"""`enable`: let a recurring run start runs again."""

from __future__ import annotations

from ...pipelines.kinds import Kind
from ._action import action

COMMAND = action(
    "enable",
    "Let a recurring run start runs again.",
    Kind.RECURRING_RUNS,
    overview=("enable | disable ID", "Let a recurring run start runs, or not."),
    synonyms=("resume",),
)
