"""`upload`: from a pipeline, wherever it is, to an uploaded one."""

from __future__ import annotations

from argparse import Namespace

from ..pipelines.errors import Conflict
from ..pipelines.kinds import Kind
from .command import Context
from .parser import GrammarError
from .results import Details
from .submit import local


def upload(context: Context, asked: Namespace) -> Details:
    """Upload a pipeline or one more version of it, after it was read and found good.

    Raises:
        GrammarError: it is no pipeline, or there is one of that name.
        PipelinesError: Pipelines refused.
    """
    package = local(asked.pipeline, context.variables)
    client = context.client(asked.namespace)
    name = asked.name or package.name
    try:
        made = client.upload_pipeline(
            package,
            name,
            asked.version or None,
            asked.description,
            namespace="" if asked.shared else asked.namespace,
        )
    except Conflict:
        taken = f"version {asked.version!r} of {name!r}" if asked.version else f"pipeline {name!r}"
        other = "another --version" if asked.version else "--version NAME to add a version to it"
        raise GrammarError(f"There is a {taken} already. Use {other}, or another --name.") from None
    notes = () if not asked.version else (f"It has the new version {asked.version}.",)
    run = f"To run it: {asked.prog} submit {made.id}"
    return Details(Kind.PIPELINES, made, (*notes, run))
