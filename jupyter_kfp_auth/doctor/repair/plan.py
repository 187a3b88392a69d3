"""What a repair would do, and what has come of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from html import escape

from ...config.settings import Settings
from ...http.strict_json import JsonDict
from ..diagnosis import Diagnosis
from .notebook import Addition, Steps, Target


@dataclass(frozen=True, slots=True)
class Edit:
    """A patch of a Notebook, as it was shown."""

    target: Target
    addition: Addition
    steps: Steps


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """The best remedy, shown before anything is done.

    Attributes:
        remedy: ``mint``, ``mount``, ``ask`` (the administrator), ``undo`` or ``nothing``.
        message: what would be done, or why nothing can be.
        change: the exact change, or what the administrator shall apply, as YAML.
        restart: the notebook server restarts.
        who: who can do it: ``you``, ``administrator`` or empty.
        reasons: why no better remedy is possible, one sentence each.
        letter: a message to the administrator, ready to send.
        diagnosis: what is wrong.
    """

    remedy: str
    message: str
    settings: Settings = field(repr=False)
    change: str = ""
    restart: bool = False
    who: str = ""
    reasons: tuple[str, ...] = ()
    letter: str = ""
    diagnosis: Diagnosis | None = None
    edit: Edit | None = None

    @property
    def changes(self) -> bool:
        """Tell whether applying it changes anything, and needs a yes."""
        return self.remedy in ("mint", "mount", "undo")

    @property
    def key(self) -> str:
        """Equal for two plans that would do the same: for a yes that comes by another request."""
        shown = "\n".join((self.remedy, self.message, self.change))
        return hashlib.sha256(shown.encode()).hexdigest()[:16]

    def as_dict(self) -> JsonDict:
        """Return the plan as JSON-ready data."""
        return {
            "remedy": self.remedy,
            "message": self.message,
            "change": self.change,
            "restart": self.restart,
            "who": self.who,
            "reasons": list(self.reasons),
            "letter": self.letter,
            "key": self.key,
            "diagnosis": self.diagnosis.as_dict() if self.diagnosis else None,
        }

    def text(self) -> str:
        """Return what a terminal shows."""
        return "\n".join(
            text if kind != "code" else f"\n{text.rstrip()}\n" for kind, text in self._parts()
        ).strip("\n")

    def html(self) -> str:
        """Return what a notebook shows."""
        return "".join(
            f"<pre>{escape(text.rstrip())}</pre>" if kind == "code" else f"<p>{escape(text)}</p>"
            for kind, text in self._parts()
        )

    def _parts(self) -> list[tuple[str, str]]:
        parts = []
        if self.diagnosis is not None and not self.diagnosis.ok:
            parts.append(("text", f"Problem: {self.diagnosis.message}"))
        parts += [("text", f"Not possible: {reason}") for reason in self.reasons]
        parts.append(("text", f"{_TITLES.get(self.remedy, '')}{self.message}"))
        return parts + [("code", code) for code in (self.letter or self.change,) if code]

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()


_TITLES = {"mint": "Repair: ", "mount": "Repair: ", "undo": "Undo: ", "ask": "Next step: "}


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """What has come of a plan.

    Attributes:
        ok: it worked, as far as that can be seen.
        changed: something was changed.
        message: what was done, or why nothing was.
        next_step: what to do now, or empty.
        restart: the notebook server restarts.
        cause: the code of a refusal, or empty.
        diagnosis: what the doctor saw afterwards; ``None`` before a restart.
    """

    ok: bool
    remedy: str
    changed: bool
    message: str
    next_step: str = ""
    restart: bool = False
    cause: str = ""
    diagnosis: Diagnosis | None = None

    def as_dict(self) -> JsonDict:
        """Return the outcome as JSON-ready data."""
        found = self.diagnosis
        flat = {name: getattr(self, name) for name in self.__slots__ if name != "diagnosis"}
        return flat | {"diagnosis": found.as_dict() if found else None}

    def text(self) -> str:
        """Return what a terminal shows."""
        lines = [f"{'Done' if self.ok or self.changed else 'Not done'}: {self.message}"]
        if self.next_step:
            lines.append(f"Next step: {self.next_step}")
        if self.diagnosis is not None:
            lines += ["", str(self.diagnosis)]
        return "\n".join(lines)

    def html(self) -> str:
        """Return what a notebook shows."""
        parts = [
            f"<p><strong>{'✓' if self.ok or self.changed else '✗'}</strong> "
            f"{escape(self.message)}</p>",
            f"<p><strong>Next step:</strong> {escape(self.next_step)}</p>"
            if self.next_step
            else "",
            self.diagnosis._repr_html_() if self.diagnosis is not None else "",
        ]
        return "".join(parts)

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()
