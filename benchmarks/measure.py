"""What a measurement is: two figures side by side, and how they should compare."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Goal:
    """How our figure should compare with the other one.

    Args:
        text: as the table shows it.
        compared: makes one figure of ours and theirs, and says it in words.
        reached: whether that figure is good enough.
    """

    text: str
    compared: Callable[[float, float], tuple[float, str]]
    reached: Callable[[float], bool]


def times_faster(least: float) -> Goal:
    """Theirs takes at least so many times as long as ours."""
    return Goal(
        f"at least {least:g}x faster",
        lambda ours, theirs: (theirs / ours, f"{theirs / ours:.1f}x faster"),
        lambda figure: figure >= least,
    )


def times_as_much(most: float) -> Goal:
    """Ours is at most so many times as much as theirs."""
    return Goal(
        f"at most {most:g}x",
        lambda ours, theirs: (ours / theirs, f"{ours / theirs:.2f}x"),
        lambda figure: figure <= most,
    )


def more_by(most: float, unit: str = "ms") -> Goal:
    """Ours is at most so much more than theirs."""
    return Goal(
        f"at most {most:g} {unit} more",
        lambda ours, theirs: (ours - theirs, f"{ours - theirs:+.1f} {unit}"),
        lambda figure: figure <= most,
    )


@dataclass(frozen=True)
class Result:
    """One comparison.

    Args:
        what: was measured.
        ours: our figure, in `unit`.
        against: what it is held against.
        theirs: that one's figure, in `unit`.
        goal: how the two should compare.
        unit: of both figures.
    """

    what: str
    ours: float
    against: str
    theirs: float
    goal: Goal
    unit: str = "ms"

    @property
    def compared(self) -> str:
        """The comparison in words."""
        return self.goal.compared(self.ours, self.theirs)[1]

    @property
    def reached(self) -> bool:
        """Whether the goal is reached, here and now."""
        return self.goal.reached(self.goal.compared(self.ours, self.theirs)[0])

    def as_dict(self) -> dict[str, Any]:
        """Return what is written to a file."""
        figure, _ = self.goal.compared(self.ours, self.theirs)
        return {
            "what": self.what,
            "unit": self.unit,
            "ours": round(self.ours, 4),
            "against": self.against,
            "theirs": round(self.theirs, 4),
            "compared": round(figure, 4),
            "goal": self.goal.text,
            "reached": self.reached,
        }


def in_turns(
    ours: Callable[[], object], theirs: Callable[[], object], repeats: int, at_once: int = 5
) -> tuple[float, float]:
    """Return the median times of two pieces of work in milliseconds.

    They take turns, so that a machine that is busy for a while is busy for both; a few at once, so
    that neither always begins with what the other has left in the processor's caches. Both run once
    beforehand, to warm up, and nobody collects garbage meanwhile.
    """
    ours(), theirs()
    times: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    gc.disable()
    try:
        for _ in range(max(1, repeats // at_once)):
            for work, taken in zip((ours, theirs), times, strict=True):
                taken += [elapsed_ms(work) for _ in range(min(at_once, repeats))]
    finally:
        gc.enable()
    return statistics.median(times[0]), statistics.median(times[1])


def elapsed_ms(work: Callable[[], object]) -> float:
    """Return how long some work takes, in milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000
