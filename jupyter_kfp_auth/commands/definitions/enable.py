"""`enable`: let a recurring run start runs again."""

from __future__ import annotations

from ...pipelines.kinds import Kind
from ._action import action

COMMAND = action(
    "enable",
    "Enable a recurring run.",
    Kind.RECURRING_RUNS,
    overview=("enable | disable ID", "Enable or disable a recurring run."),
    synonyms=("resume",),
)
