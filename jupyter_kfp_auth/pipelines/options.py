"""The options that lists share. Every one may be left out."""

from __future__ import annotations

from typing import TypedDict


class ListOptions(TypedDict, total=False):
    """Options of every list.

    Attributes:
        page_size: 1 to 200 rows (20). Pipelines itself takes no more.
        page_token: from the page before, with the same other options.
        sort_by: a field, and ``asc`` or ``desc`` (``created_at desc``).
        search: part of a name.
    """

    page_size: int
    page_token: str
    sort_by: str
    search: str


class ExperimentOptions(ListOptions, total=False):
    """Options of lists of experiments.

    Attributes:
        include_archived: the archived ones, too (``False``).
    """

    include_archived: bool


class RecurringRunOptions(ListOptions, total=False):
    """Options of lists of recurring runs.

    Attributes:
        experiment_id: only those of this experiment; it outweighs the namespace.
    """

    experiment_id: str


class RunOptions(RecurringRunOptions, total=False):
    """Options of lists of runs.

    Attributes:
        state: only those in this state, such as ``FAILED``.
        include_archived: the archived ones, too (``False``).
    """

    state: str
    include_archived: bool


class AnyOptions(RunOptions, total=False):
    """What any list may take; each kind ignores what is not its own.

    Attributes:
        pipeline_id: the pipeline whose versions are listed.
        run_ids: only the runs with these ids.
    """

    pipeline_id: str
    run_ids: tuple[str, ...]
