"""`schedule`: from a pipeline and a time to a recurring run."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime, timezone
from itertools import islice

from ..pipelines import cron
from ..pipelines.kinds import Kind
from ..pipelines.models import RecurringRun
from ..pipelines.new_items import RunFields
from .arguments import mapping
from .command import Context
from .results import Details
from .schedule_words import schedule_words
from .submit import Submission, prepare, unique_name

#: How many of the times to come are named.
_SHOWN = 5


def schedule(context: Context, asked: Namespace) -> Details:
    """Create a recurring run. Nothing is sent before schedule and arguments are right.

    Raises:
        GrammarError: the pipeline, its arguments or the experiment are not what they must be.
        PipelinesError: the schedule is wrong, or Pipelines refused.
    """
    expression = cron.six_fields(asked.cron) if asked.cron else ""
    client = context.client(asked.namespace)
    wanted = Submission(
        asked.pipeline,
        texts=asked.arg,
        values=mapping(asked.args, context.variables) if asked.args else {},
        experiment=asked.experiment or "",
        version=asked.version or "",
    )
    ready = prepare(client, wanted, context.variables)
    fields: RunFields = {**ready.fields(), "description": asked.description}
    job = client.create_recurring_run(
        asked.name or unique_name(ready.source.package.name),
        cron=expression,
        interval=asked.every,
        start=asked.start,
        end=asked.end,
        max_concurrency=asked.max_concurrency,
        catchup=not asked.no_catchup,
        enabled=not asked.disabled,
        workflow=ready.source.package.workflow,
        **fields,
    )
    return Details(Kind.RECURRING_RUNS, job, (*ready.notes, *_notes(job, asked)))


def _notes(job: RecurringRun, asked: Namespace) -> list[str]:
    notes = [f"Starts runs {schedule_words(job)}."]
    if job.cron:
        if job.cron != " ".join(asked.cron.split()):
            notes.append(f"Sent as {job.cron}: Pipelines' cron begins with seconds.")
        begin = max(filter(None, (datetime.now(timezone.utc), job.start_time)))
        times = list(islice(cron.next_times(job.cron, begin), _SHOWN))
        if times:
            shown = ", ".join(f"{time:%a %d %b %H:%M}" for time in times)
            notes.append(f"Next, in UTC: {shown}.")
        else:
            notes.append("No time fits this expression: it never starts a run.")
    if not job.enabled:
        notes.append(f"It is disabled. To let it begin: {asked.prog} enable {job.id}")
    return notes
