"""Changes whose answer got lost: they may have been made, so they are not to be sent blindly again.

A run that was to be started is looked up, by its name and by the time at which it was created.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ..http.errors import PipelinesError, Unreachable
from ..http.responder import Responder
from ..http.session import Answer
from . import decode
from .errors import ApiError, OutcomeUnknown
from .fields import objects
from .kinds import Kind
from .query import Query
from .refusals import BEFORE_ANYTHING

if TYPE_CHECKING:
    from ._transport import Transport
    from .models import Run
    from .new_items import NewRun

_log = logging.getLogger(__name__)

#: No answer came although the request was sent, at least in part.
_AFTER_SENDING = frozenset(
    {"no-answer", "connection-broken", "connection-closed", "answer-too-large"}
)

#: Answers of something in between that gave up, and of Pipelines where it says no more than that.
_GIVEN_UP = frozenset(
    {"mesh-unavailable", "gateway-timeout", "server-failed", "proxy-failed"}
    | {"pipelines-failed", "pipelines-busy", "database-unavailable"}
)

#: A run that was created so long before its request cannot be that request's.
_TOLERANCE = timedelta(seconds=2)

#: The same where only the two clocks can be compared.
_SKEW = timedelta(minutes=1)

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


@dataclass(frozen=True, slots=True)
class Sent:
    """When a run was asked for: by this machine's clock, and by one that only goes forward."""

    at: datetime
    monotonic: float

    @classmethod
    def now(cls) -> Sent:
        """Return this moment."""
        return cls(datetime.now(timezone.utc), time.monotonic())

    def by_clock_of(self, answer: Answer) -> datetime:
        """Return the earliest time of the run's creation, by the server's clock."""
        try:
            there = parsedate_to_datetime(answer.headers.get("Date", ""))
            if there.tzinfo is None:
                raise ValueError(there)
        except (TypeError, ValueError):
            return self.at - _SKEW
        return there - timedelta(seconds=time.monotonic() - self.monotonic) - _TOLERANCE


def found_or_raised(transport: Transport, new: NewRun, sent: Sent, error: PipelinesError) -> Run:
    """Return the run that was started although the answer got lost.

    Args:
        transport: of the server that was asked.
        new: what was asked for.
        sent: when.
        error: what came instead of an answer.

    Raises:
        PipelinesError: ``error``, with what a look at the runs has shown. That costs one call.
    """
    try:
        found = _created_since(transport, new, sent)
    except PipelinesError:
        said = "The runs cannot be listed either."
    else:
        if len(found) == 1:
            _log.warning(
                "The answer got lost (%s), but the run was started: %s.",
                error.facts.get("why") or error.detail,
                found[0].id,
            )
            return found[0]
        said = "No run of that name is listed yet."
        if found:
            ids = ", ".join(run.id for run in found[:3])
            said = f"{len(found)} runs of that name have been created since: {ids}."
    error.facts["outcome"] = f"{error.facts.get('outcome', '')} {said}".strip()
    raise error


def _created_since(transport: Transport, new: NewRun, sent: Sent) -> list[Run]:
    """Return the runs of that name that were created since; one call."""
    api = transport.api
    query = Query(
        namespace=transport.settings.namespace.value if transport.namespaced else "",
        experiment_id=new.experiment_id,
        search=new.name,
    )
    path, params = api.list_path(Kind.RUNS), api.params(Kind.RUNS, query)
    data, answer = transport.object("GET", path, "list runs", params=params)
    rows = objects(data, api.list_key(Kind.RUNS))
    runs = [decode.run(api.normalize(Kind.RUNS, row), whole=False) for row in rows]
    since = sent.by_clock_of(answer)
    named = [run for run in runs if run.id and run.display_name == new.name]
    return [run for run in named if run.created_at and run.created_at >= since]
