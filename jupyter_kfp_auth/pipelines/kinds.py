"""What Pipelines keeps: the kinds of resources, each under the name of its list."""

from __future__ import annotations

from enum import Enum


class Kind(str, Enum):
    """A kind of resource. Its value is the word that commands and REST paths use."""

    EXPERIMENTS = "experiments"
    RUNS = "runs"
    RECURRING_RUNS = "recurring-runs"
    PIPELINES = "pipelines"
    VERSIONS = "pipeline-versions"

    __str__ = str.__str__

    @property
    def plural(self) -> str:
        """In words: ``recurring runs``."""
        return self.value.replace("-", " ")

    @property
    def singular(self) -> str:
        """In words: ``recurring run``."""
        return self.plural[:-1]

    @property
    def command(self) -> str:
        """The command that lists it."""
        return "versions" if self is Kind.VERSIONS else self.value

    @property
    def archivable(self) -> bool:
        """Whether Pipelines can archive it."""
        return self in (Kind.EXPERIMENTS, Kind.RUNS)
