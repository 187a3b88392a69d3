"""`archive`: archive a run or an experiment."""

from __future__ import annotations

from ...pipelines.kinds import Kind
from ._action import action

COMMAND = action(
    "archive",
    "Archive a run, or an experiment with its runs.",
    Kind.RUNS,
    Kind.EXPERIMENTS,
    overview=("archive | unarchive ID", "Archive or restore a run or experiment."),
)
