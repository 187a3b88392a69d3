"""The seam between what runs produced and where that is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ..http.strict_json import JsonObject
from ..pipelines.models import Run
from .definition import Definition, Place, Selectors
from .models import Artifact


@dataclass(frozen=True, slots=True)
class Execution:
    """What a source knows of one task.

    Attributes:
        place: keys of the pipeline, and rounds.
        display_name: empty where the source does not say.
        state: in the words of `Task`; empty where the source does not know.
        group: whether tasks are in it.
        cached_from: as in `TaskOutputs`; ``None`` where it was not reused.
        inputs: the parameters it was given.
        outputs: the parameters it returned.
        selectors: of a group's parameters and artifacts, for a pipeline that is not known.
        logs: artifacts with what it printed.
    """

    place: Place
    display_name: str = ""
    state: str = ""
    group: bool = False
    cached_from: str | None = None
    inputs: JsonObject = field(default_factory=dict)
    outputs: JsonObject = field(default_factory=dict)
    input_artifacts: tuple[Artifact, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    selectors: tuple[Selectors, Selectors] = ({}, {})
    logs: tuple[Artifact, ...] = ()


class OutputsSource(Protocol):
    """Where runs' outputs are read from: KFP moves them from ML Metadata into its own API."""

    def executions(
        self, runs: Sequence[tuple[Run, Definition]]
    ) -> list[Iterable[Execution] | None]:
        """Return what is known of each run's tasks, the run itself first (``place`` is empty).

        ``None`` for a run that the source does not have.

        Raises:
            PipelinesError: the source cannot be read.
        """

    def close(self) -> None:
        """Close its connections."""
