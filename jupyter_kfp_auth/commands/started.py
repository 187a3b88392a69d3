"""What a command gives back that has started a run."""

from __future__ import annotations

from argparse import Namespace

from ..pipelines.kinds import Kind
from ..pipelines.models import Run
from . import server_discovery
from .command import Context
from .results import Details, Result
from .waiting import NotSucceeded, wait


def started(context: Context, asked: Namespace, run: Run, notes: tuple[str, ...] = ()) -> Result:
    """Return the run that was started, or wait for its end where that is asked for.

    Raises:
        NotSucceeded: it was waited for, and failed, or goes on.
    """
    client = context.client(asked.namespace)
    server_discovery.watch(run.run_id, client.settings.fingerprint)
    if not asked.wait:
        return Details(Kind.RUNS, run, (*notes, f"Follow it: {asked.prog} wait {run.run_id}"))
    try:
        run = wait(client, run.run_id, asked.timeout, context.watch())
    except NotSucceeded as error:
        error.result = error.result or Details(Kind.RUNS, run)
        raise
    return Details(Kind.RUNS, run, notes)
