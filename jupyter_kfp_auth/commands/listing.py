"""Lists: one page at once, the others when they are looked at."""

from __future__ import annotations

from argparse import Namespace

from ..pipelines.kinds import Kind
from ..pipelines.models import Model, Page
from ..pipelines.options import AnyOptions
from ..pipelines.query import MAX_PAGE_SIZE, NEWEST_FIRST
from .command import Context
from .lookup import Finder
from .results import Listing


def listing(
    context: Context, kind: Kind, asked: Namespace, *, state: str = "", pipeline_id: str = ""
) -> Listing:
    """Ask for one page; the listing asks for the others when they are looked at.

    Args:
        context: of the command.
        kind: what to list.
        asked: the parsed command.
        state: only runs in this state.
        pipeline_id: of the pipeline whose versions are listed.
    """
    client = context.client(asked.namespace)
    of_experiment = kind in (Kind.RUNS, Kind.RECURRING_RUNS)
    experiment_id = Finder(client).experiment_id(asked.experiment) if of_experiment else ""
    list_page = client.resource(kind).list
    options: AnyOptions = {
        "page_size": min(asked.limit, MAX_PAGE_SIZE),
        "sort_by": asked.sort or NEWEST_FIRST,
        "search": asked.search or "",
        "experiment_id": experiment_id,
        "state": state,
        "include_archived": kind.archivable and asked.archived,
    }
    if pipeline_id:
        options["pipeline_id"] = pipeline_id
    page = list_page(**options)
    options["page_size"] = page.page_size  # as many rows as the server can send at once

    def fetch(token: str) -> Page[Model]:
        options["page_token"] = token
        return list_page(**options)

    query = {
        "search": asked.search,
        "sort_by": asked.sort,
        "experiment_id": experiment_id,
        "state": state,
        "namespace": asked.namespace,
        "include_archived": "true" if options["include_archived"] else "",
    }
    return Listing(
        kind,
        page.items,
        page.total_size,
        {**{key: value for key, value in query.items() if value}, "page_size": str(page.page_size)},
        client.settings.namespace.value if client.health.multi_user else "",
        page.next_page_token,
        limit=asked.limit,
        fetch=fetch,
    )
