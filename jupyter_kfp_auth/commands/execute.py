"""Carry out a parsed command and give back its result."""

from __future__ import annotations

from argparse import Namespace

from .. import doctor
from ..connection import process
from ..connection.errors import PipelinesError
from ..connection.settings import Settings
from ..doctor import Diagnosis
from ..pipelines.client import PipelinesClient
from .grammar import page_size
from .results import Details, Listing, Message, Result
from .status import status
from .status_report import StatusReport


class Commands:
    """Carries out commands, with one client for as long as the settings stay the same."""

    def __init__(self) -> None:
        self._client: PipelinesClient | None = None

    def execute(self, asked: Namespace) -> Result | Diagnosis:
        """Carry out one command.

        Raises:
            PipelinesError: it did not work; the error explains itself.
        """
        try:
            name = asked.command.replace("-", "_")
            run = getattr(self, f"_{name}", self._act)
            result: Result | Diagnosis = run(asked)
        except PipelinesError as error:
            error.explain = doctor.explain
            raise
        return result

    def client(self, namespace: str | None = None) -> PipelinesClient:
        """Return the client for the present settings."""
        settings = process.current_settings(namespace=namespace)
        if self._client is None or self._client.settings != settings:
            self.close()
            self._client = doctor.connect(settings)
        return self._client

    def close(self) -> None:
        """Close the client's connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _experiments(self, asked: Namespace) -> Result:
        return self._list("experiments", asked)

    def _pipelines(self, asked: Namespace) -> Result:
        return self._list("pipelines", asked)

    def _recurring_runs(self, asked: Namespace) -> Result:
        more = {"experiment_id": asked.experiment} if asked.experiment else {}
        return self._list("recurring-runs", asked, **more)

    def _runs(self, asked: Namespace) -> Result:
        chosen = {"experiment_id": asked.experiment, "state": (asked.state or "").upper()}
        return self._list("runs", asked, **{key: value for key, value in chosen.items() if value})

    def _run(self, asked: Namespace) -> Result:
        return Details("runs", self.client(asked.namespace).get_run(asked.id))

    def _list(self, kind: str, asked: Namespace, **more: str) -> Listing:
        """Ask for one page, and for more pages only where the limit is larger than one."""
        client = self.client(asked.namespace)
        list_page = getattr(client, f"list_{kind.replace('-', '_')}")
        query = {"search": asked.search, "sort_by": asked.sort, **more}
        query = {key: value for key, value in query.items() if value}
        size = page_size(asked.limit)
        page = list_page(page_size=size, **query)
        items = list(page.items)
        while page.next_page_token and len(items) < asked.limit:
            page = list_page(page_size=size, page_token=page.next_page_token, **query)
            items += page.items
        if asked.namespace:
            query["namespace"] = asked.namespace
        return Listing(
            kind,
            tuple(items[: asked.limit]),
            page.total_size,
            {**query, "page_size": str(size)},
            client.settings.namespace.value if client.health.multi_user else "",
            page.next_page_token,
        )

    def _act(self, asked: Namespace) -> Result:
        kind = "recurring_run" if asked.command in ("enable", "disable") else "run"
        getattr(self.client(asked.namespace), f"{asked.command}_{kind}")(asked.id)
        what = f"{asked.command} {asked.id}"
        return Message(f"Done: {what}.", {"action": asked.command, "id": asked.id})

    def _status(self, asked: Namespace) -> Result:
        return StatusReport(status(self.client(asked.namespace)))

    def _doctor(self, asked: Namespace) -> Diagnosis:
        try:
            settings: Settings = process.current_settings(namespace=asked.namespace)
        except PipelinesError as error:
            return doctor.explain(error)
        return doctor.diagnose(settings)

    def _use(self, asked: Namespace) -> Result:
        if asked.reset:
            process.reset()
        process.use(namespace=asked.namespace, host=asked.host)
        settings = process.current_settings()
        namespace = settings.namespace.value or "none"
        return Message(
            f"Using {settings.host.value} ({settings.host.origin}), "
            f"namespace {namespace} ({settings.namespace.origin or 'not set'}).",
            settings.as_dict(),
        )
