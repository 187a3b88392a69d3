"""A run whose creation was not confirmed: looked up by its name, and when it was created."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from ..http.errors import PipelinesError
from ..http.session import Answer
from . import decode
from ._transport import Transport
from .fields import objects
from .kinds import Kind
from .models import Run
from .new_items import NewRun
from .query import Query

_log = logging.getLogger(__name__)

#: A run that was created so long before its request cannot be that request's.
_TOLERANCE = timedelta(seconds=2)

#: The same where only the two clocks can be compared.
_SKEW = timedelta(minutes=1)


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
