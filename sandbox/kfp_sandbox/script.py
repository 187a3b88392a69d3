"""What decides how a run goes, besides its pipeline and its parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace


@dataclass(frozen=True)
class Script:
    """What decides how a run goes, besides its pipeline and parameters.

    Attributes:
        seed: what durations, outputs and ids depend on.
        fails: one task fails.
        outcomes: of tasks, by their names or paths.
        delay: seconds that the run waits longer before it starts.
        skipped: nothing runs, as if no condition held.
        grace: seconds that it takes to end after it was terminated.
        actions: `terminate` and `retry`, with their times.
        retries: whether Argo heeds the retries of a task (not with KFP 2.17's own settings).
    """

    seed: str
    fails: bool = False
    skipped: bool = False
    outcomes: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    grace: float = 5.0
    actions: tuple[tuple[str, float], ...] = ()
    retries: bool = True

    def dumps(self) -> str:
        """The script as text for the database."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def loads(cls, text: str) -> Script:
        """The script from its text."""
        document = json.loads(text)
        actions = tuple((name, at) for name, at in document.pop("actions"))
        return cls(actions=actions, **document)

    def then(self, action: str, at: float) -> Script:
        """The script with one more action."""
        return replace(self, actions=(*self.actions, (action, at)))
