"""The one exception hierarchy for everything between this process and Pipelines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class PipelinesError(Exception):
    """Something went wrong on the way to Pipelines, or Pipelines refused.

    Attributes:
        cause_code: a stable name such as ``token-missing`` or ``rbac-denied``.
        status: the HTTP status of the answer, ``None`` where there was none.
        detail: what was seen, in technical words and without anything secret.
        facts: names and values that belong to this failure (host, namespace, verb ...).
        may_have_happened: a change was asked for, and it is not known whether it was made.
    """

    may_have_happened: bool = False

    #: Turns the error into the sentences a user reads. Whoever builds a client provides it
    #: (`Connection`), because the catalogue of sentences lies in a layer above this one.
    explain: Explain | None = None

    def __init__(
        self,
        cause_code: str,
        detail: str,
        *,
        status: int | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(cause_code, detail)
        self.cause_code = cause_code
        self.status = status
        self.detail = detail
        self.facts: dict[str, str] = dict(facts or {})

    @property
    def diagnosis(self) -> Any:
        """The `Diagnosis` of this error: its message, who can fix it, the next step.

        ``None`` for an error of a client that was built without a catalogue.
        """
        return self.explain(self) if self.explain is not None else None

    def __str__(self) -> str:
        diagnosis = self.diagnosis
        if diagnosis is None:
            return f"{self.cause_code}: {self.detail}"
        return in_a_line(diagnosis.message, diagnosis.next_step)


def in_a_line(message: str, next_step: str) -> str:
    """Return what is wrong and the next step, as sentences after each other."""
    end = "" if message.endswith((".", "!", "?", ":")) else "."
    return f"{message}{end} {next_step}".strip()


class SettingsError(PipelinesError):
    """A setting has a value that cannot be used."""


class TokenError(PipelinesError):
    """The mounted service-account token is missing, empty or unreadable."""


class Unreachable(PipelinesError):
    """No usable answer came back: name, network, TLS, time or size."""


#: Turns an error into the sentences that a user reads: a `Diagnosis`, of a layer above.
Explain = Callable[[PipelinesError], Any]
