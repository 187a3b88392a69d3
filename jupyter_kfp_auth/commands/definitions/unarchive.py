"""`unarchive`: bring an archived run back."""

from __future__ import annotations

from ...pipelines.kinds import Kind
from ._action import action

COMMAND = action(
    "unarchive",
    "Bring an archived run or experiment back.",
    Kind.RUNS,
    Kind.EXPERIMENTS,
    synonyms=("restore",),
)
