"""Changes whose answer got lost: they may have been made, so they are not to be sent blindly again.

A run that was to be started is looked up, by its name and by the time at which it was created.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..http.errors import PipelinesError, Unreachable
from ..http.redaction import redacted
from ..http.responder import Responder
from .errors import ApiError, OutcomeUnknown
from .kinds import Kind
from .refusals import BEFORE_ANYTHING

if TYPE_CHECKING:
    from .model_base import Model

#: No answer came although the request was sent, at least in part.
_AFTER_SENDING = frozenset(
    {"no-answer", "connection-broken", "connection-closed", "answer-too-large"}
)

#: Answers of something in between that gave up, and of Pipelines where it says no more than that.
_GIVEN_UP = frozenset(
    {"mesh-unavailable", "gateway-timeout", "server-failed", "proxy-failed"}
    | {"pipelines-failed", "pipelines-busy", "database-unavailable"}
)

#: With which command the outcome of each kind of change can be looked at.
_LOOK = {kind.singular: kind.value for kind in Kind} | {"pipeline version": "pipelines"}


def judged(error: PipelinesError, asked: str) -> PipelinesError:
    """Return the error to raise for a change that failed: the outcome may be unknown.

    Args:
        error: why it failed.
        asked: what was asked for, such as ``create run``.
    """
    verb, _, what = asked.partition(" ")
    look = {"asked": f"{verb} {_article(what)} {what}", "look": _LOOK.get(what, "runs")}
    if isinstance(error, Unreachable):
        if error.cause_code not in _AFTER_SENDING:
            return error
        return OutcomeUnknown(
            "outcome-unknown", error.detail, facts={**error.facts, **look, "why": error.detail}
        )
    if not isinstance(error, ApiError):
        return error
    if error.cause_code in _GIVEN_UP or _cut_off(error):
        said = error.facts.get("said") or error.facts.get("body") or ""
        why = f"HTTP {error.status}{f', {said}' if said else ''}"
        facts = {**error.facts, **look, "why": why.rstrip(".")}
        return OutcomeUnknown("outcome-unknown", error.detail, status=error.status, facts=facts)
    failed = error.status is not None and error.status >= 500
    if failed and error.cause_code not in BEFORE_ANYTHING:
        # Pipelines says why it failed; that may have been after the workflow was made.
        error.facts |= {**look, "outcome": "Part of it may have been done nonetheless."}
        error.may_have_happened = True
    return error


def _article(what: str) -> str:
    return "an" if what[:1] in "aeiou" else "a"


def _cut_off(error: ApiError) -> bool:
    """Tell whether it is a good answer of which only a part came."""
    facts = error.facts
    begins = facts.get("body", "").startswith("{")
    return begins and error.status == 200 and facts.get("answered_by") == Responder.UNKNOWN.value


def state_facts(run: Model) -> dict[str, str]:
    """Return how a refusal names a run and its state."""
    name = redacted(str(getattr(run, "display_name", "")), length=80)
    state = str(getattr(run, "state", ""))
    said = {
        "": "",
        "SUCCEEDED": "has succeeded",
        "FAILED": "cannot be: Pipelines no longer has its workflow",
    }.get(state, f"is {state.lower()}")
    ended = state.lower() if state in ("SUCCEEDED", "FAILED") else "ended"
    return {"run_name": name, "which_run": name, "ended": ended, "state": said}
