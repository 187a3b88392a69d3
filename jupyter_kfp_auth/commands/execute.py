"""Carry out a parsed command and give back its result."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import Any

from .. import doctor
from ..config import runtime
from ..config.settings import Settings
from ..doctor import Diagnosis
from ..http.errors import PipelinesError
from ..pipelines.compiled_pipeline import InvalidPipeline
from ..pipelines.kinds import Kind
from ..pipelines.models import Model, Page, Run
from ..pipelines.options import AnyOptions
from ..pipelines.query import MAX_PAGE_SIZE, NEWEST_FIRST
from . import outputs, server_discovery
from .arguments import mapping
from .clone import clone, original
from .connection import Connection, connect
from .links import Link
from .logs import follow, read
from .lookup import Finder
from .parser import GrammarError
from .results import Details, Listing, Message, Result
from .status import status_here
from .status_report import StatusReport
from .submit import Submission, submit
from .waiting import NotSucceeded, Silent, Watch, wait


class Commands:
    """Carries out commands, with one client for as long as the settings stay the same.

    Args:
        variables: where pipelines and arguments are found by name.
        watch: makes what shows the progress of a run.
    """

    def __init__(
        self,
        variables: Mapping[str, Any] | None = None,
        watch: Callable[[], Watch] = Silent,
    ) -> None:
        self._client: Connection | None = None
        self._variables: Mapping[str, Any] = {} if variables is None else variables
        self._watch = watch

    def execute(self, asked: Namespace) -> Result | Diagnosis:
        """Carry out one command.

        Raises:
            PipelinesError: it did not work; the error explains itself.
            GrammarError: a name that nothing has, or several things have, and arguments that do
                not fit.
            NotSucceeded: the run that was waited for failed, or goes on.
        """
        try:
            name = asked.command.replace("-", "_")
            run = getattr(self, f"_{name}", self._act)
            result: Result | Diagnosis = run(asked)
        except PipelinesError as error:
            error.explain = doctor.explain
            raise
        except InvalidPipeline as error:
            raise GrammarError(str(error)) from None
        return result

    def client(self, namespace: str | None = None) -> Connection:
        """Return the client for the present settings."""
        settings = runtime.current_settings(namespace=namespace)
        if self._client is None or self._client.settings != settings:
            self.close()
            self._client = connect(settings)
        return self._client

    def close(self) -> None:
        """Close the client's connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _experiments(self, asked: Namespace) -> Result:
        return self._list(Kind.EXPERIMENTS, asked)

    def _pipelines(self, asked: Namespace) -> Result:
        return self._list(Kind.PIPELINES, asked)

    def _recurring_runs(self, asked: Namespace) -> Result:
        return self._list(Kind.RECURRING_RUNS, asked, experiment_id=self._experiment_id(asked))

    def _runs(self, asked: Namespace) -> Result:
        state = (asked.state or "").upper()
        return self._list(Kind.RUNS, asked, experiment_id=self._experiment_id(asked), state=state)

    def _run(self, asked: Namespace) -> Result:
        run_id = self._find("runs", asked)
        return Details("runs", self.client(asked.namespace).get_run(run_id))

    def _outputs(self, asked: Namespace) -> Result:
        run_id = self._find("runs", asked)
        return outputs.outputs(self.client(asked.namespace), run_id, asked.task)

    def _artifact(self, asked: Namespace) -> Result:
        run_id = self._find("runs", asked)
        return outputs.artifact(self.client(asked.namespace), run_id, asked.artifact, asked.save)

    def _compare(self, asked: Namespace) -> Result:
        client = self.client(asked.namespace)
        finder = Finder(client)
        return outputs.compare(client, [finder.id("runs", text) for text in asked.ids])

    def _experiment_id(self, asked: Namespace) -> str:
        if not asked.experiment:
            return ""
        finder = Finder(self.client(asked.namespace))
        return finder.id("experiments", asked.experiment, archived=False)

    def _find(self, kind: str, asked: Namespace) -> str:
        """Return the id that a command is given, be it as a name."""
        finder = Finder(self.client(asked.namespace))
        return finder.id(kind, asked.id, archived=asked.command == "unarchive")

    def _list(
        self, kind: Kind, asked: Namespace, *, experiment_id: str = "", state: str = ""
    ) -> Listing:
        """Ask for one page; the listing asks for the others when somebody looks at them."""
        client = self.client(asked.namespace)
        list_page = client.resource(kind).list
        options: AnyOptions = {
            "page_size": min(asked.limit, MAX_PAGE_SIZE),
            "sort_by": asked.sort or NEWEST_FIRST,
            "search": asked.search or "",
            "experiment_id": experiment_id,
            "state": state,
            "include_archived": kind.archivable and asked.archived,
        }
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
        }
        query = {key: value for key, value in query.items() if value}
        if asked.namespace:
            query["namespace"] = asked.namespace
        if options["include_archived"]:
            query["include_archived"] = "true"
        return Listing(
            kind,
            page.items,
            page.total_size,
            {**query, "page_size": str(page.page_size)},
            client.settings.namespace.value if client.health.multi_user else "",
            page.next_page_token,
            limit=asked.limit,
            fetch=fetch,
        )

    def _act(self, asked: Namespace) -> Result:
        kind = Kind.RECURRING_RUNS if asked.command in ("enable", "disable") else Kind.RUNS
        item_id = self._find(kind, asked)
        self.client(asked.namespace).resource(kind).act(item_id, asked.command)
        what = f"{asked.command} {item_id}"
        return Message(f"Done: {what}.", {"action": asked.command, "id": item_id})

    def _open(self, asked: Namespace) -> Result:
        client = self.client(asked.namespace)
        kind, item = Finder(client).anything(asked.id)
        namespace = client.settings.namespace.value if client.health.multi_user else ""
        return Link.to(kind, item, namespace, client.settings.ui_url.value)

    def _submit(self, asked: Namespace) -> Result:
        client = self.client(asked.namespace)
        wanted = Submission(
            asked.pipeline,
            texts=asked.arg,
            values=mapping(asked.args, self._variables) if asked.args else {},
            experiment=asked.experiment or "",
            create_experiment=asked.create_experiment,
            name=asked.name or "",
            version=asked.version or "",
            service_account=asked.service_account or "",
        )
        run, notes = submit(client, wanted, self._variables)
        return self._started(client, asked, run, notes)

    def _clone(self, asked: Namespace) -> Result:
        client = self.client(asked.namespace)
        old = original(client, self._find("runs", asked))
        run = clone(
            client,
            old,
            name=asked.name or "",
            experiment_id=self._experiment_id(asked),
            texts=asked.arg,
            values=mapping(asked.args, self._variables) if asked.args else {},
        )
        return self._started(client, asked, run)

    def _started(
        self, client: Connection, asked: Namespace, run: Run, notes: tuple[str, ...] = ()
    ) -> Result:
        """Return the run that was started, or wait for its end where that is asked for."""
        server_discovery.watch(run.run_id, client.settings.fingerprint)
        if not asked.wait:
            return Details("runs", run, (*notes, f"Follow it: {asked.prog} wait {run.run_id}"))
        try:
            run = wait(client, run.run_id, asked.timeout, self._watch())
        except NotSucceeded as error:
            error.result = error.result or Details("runs", run)
            raise
        return Details("runs", run, notes)

    def _wait(self, asked: Namespace) -> Result:
        run_id = self._find("runs", asked)
        client = self.client(asked.namespace)
        return Details("runs", wait(client, run_id, asked.timeout, self._watch()))

    def _logs(self, asked: Namespace) -> Result:
        client = self.client(asked.namespace)
        run_id = self._find("runs", asked)
        if asked.follow:
            found = follow(client, run_id, asked.task, _nothing if asked.json else _write)
            return found if asked.json else Message(f"The run ended {found.ended}.")
        return read(client, run_id, asked.task)

    def _status(self, asked: Namespace) -> Result:
        return StatusReport(status_here(self.client(asked.namespace)))

    def _doctor(self, asked: Namespace) -> Result | Diagnosis:
        try:
            settings: Settings = runtime.current_settings(namespace=asked.namespace)
        except PipelinesError as error:
            return doctor.explain(error)
        if asked.fix or asked.unfix:
            from .repair import run  # seldom needed

            out = sys.stderr if asked.json else sys.stdout
            return run(settings, unfix=asked.unfix, yes=asked.yes, out=out)
        return doctor.diagnose(settings)

    def _use(self, asked: Namespace) -> Result:
        if asked.reset:
            runtime.reset()
        runtime.use(namespace=asked.namespace, host=asked.host)
        settings = runtime.current_settings()
        namespace = settings.namespace.value or "none"
        return Message(
            f"Using {settings.host.value} ({settings.host.origin}), "
            f"namespace {namespace} ({settings.namespace.origin or 'not set'}).",
            settings.as_dict(),
        )


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _nothing(text: str) -> None:
    return None
