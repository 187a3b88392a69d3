"""The connection that answers pages."""

from __future__ import annotations

from ...config.settings import Settings
from ...doctor import explain
from ...outputs.connection import Connection
from ...pipelines.models import Run
from .run_reader import RunReader


class PageConnection(Connection):
    """A connection whose runs are read once for all parts of all pages.

    Args:
        settings: where Pipelines is, and who asks.
        reader: of the runs.
    """

    def __init__(self, settings: Settings, reader: RunReader) -> None:
        super().__init__(settings, explain=explain)
        self._reader = reader

    def get_run(self, run_id: str) -> Run:
        """Return one run with its tasks, as its workflow says where that is watched."""
        return self._reader.read(run_id, lambda: super(PageConnection, self).get_run(run_id))
