"""The connection that `connect` returns: it also submits, waits, and reads logs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, overload

from ..config.settings import Settings
from ..doctor import explain
from ..http.errors import PipelinesError
from ..http.strict_json import JsonObject
from ..outputs.connection import Connection as OutputsConnection
from ..pipelines.compiled_pipeline import InvalidPipeline
from ..pipelines.errors import InvalidRequest, StillRunning
from ..pipelines.models import Run
from . import logs, waiting
from .arguments import WrongArguments
from .parser import GrammarError
from .submit import Submission, submit


def connect(settings: Settings) -> Connection:
    """Return a connection whose errors explain themselves. Nothing is sent yet."""
    return Connection(settings, explain=explain)


class Connection(OutputsConnection):
    """A connection that also submits pipelines, waits for runs and reads their logs."""

    def submit(
        self,
        pipeline: object,
        arguments: JsonObject | None = None,
        *,
        experiment: str | None = None,
        create_experiment: bool = False,
        name: str | None = None,
        version: str | None = None,
        service_account: str = "",
    ) -> Run:
        """Start a run of a pipeline and return it, as ``%kfp submit`` does.

        The arguments are checked against the pipeline's parameters before anything is sent.

        Args:
            pipeline: a pipeline function of the installed kfp, the path of a compiled pipeline or
                of a Python file that defines one (``FILE.py:NAME``), a compiled pipeline itself,
                or the name or id of an uploaded one.
            arguments: by the names of the pipeline's parameters.
            experiment: name or id of the one that the run belongs to; by default ``Default``.
            create_experiment: create the experiment where there is none of that name.
            name: of the run; by default the pipeline's, with the time.
            version: name or id, of an uploaded pipeline; by default the newest.
            service_account: that the run's pods use.

        Raises:
            InvalidRequest: there is no such pipeline or experiment, or the arguments do not fit;
                ``fields`` names those that do not.
        """
        with self._as_requests():
            wanted = Submission(
                pipeline,
                values=arguments or {},
                experiment=experiment or "",
                create_experiment=create_experiment,
                name=name or "",
                version=version or "",
                service_account=service_account,
            )
            return submit(self, wanted)[0]

    def wait_for_run(
        self,
        run_id: str,
        *,
        timeout: float | None = None,
        on_change: Callable[[Run], object] | None = None,
    ) -> Run:
        """Wait until a run has ended, and return it, however it ended.

        Args:
            run_id: of the run.
            timeout: seconds to wait at most; by default as long as it takes.
            on_change: is called with the run when it is first seen and whenever it has changed.

        Raises:
            StillRunning: the time is over; the run goes on.
        """
        seen: list[Run] = []

        def show(run: Run, note: str) -> None:
            if on_change is not None and not note and seen[-1:] != [run]:
                seen[:] = [run]
                on_change(run)

        try:
            return waiting.last(self, run_id, timeout, show)
        except waiting.TimeOver:
            facts = {**self._transport.facts(), "timeout": f"{timeout:g}"}
            error = StillRunning("still-running", f"the run {run_id} goes on", facts=facts)
            error.explain = self._transport.explain
            raise error from None

    @overload
    def read_logs(
        self, run_id: str, task: str | None = None, *, follow: Literal[False] = False
    ) -> str: ...
    @overload
    def read_logs(
        self, run_id: str, task: str | None = None, *, follow: Literal[True]
    ) -> Iterator[str]: ...
    def read_logs(
        self, run_id: str, task: str | None = None, *, follow: bool = False
    ) -> str | Iterator[str]:
        """Return what the tasks of a run have printed.

        Args:
            run_id: of the run.
            task: name or id of one; by default those that failed, or else all.
            follow: yield the text piece by piece, as it is printed, until the run ends.

        Raises:
            InvalidRequest: the run has no such task.
            NotFound: the log cannot be read from here; the message says why.
        """
        if follow:
            return self._follow_logs(run_id, task)
        with self._as_requests():
            return logs.read(self, run_id, task).text()

    def _follow_logs(self, run_id: str, task: str | None) -> Iterator[str]:
        with self._as_requests():
            yield from logs.grow(self, run_id, task)

    @contextmanager
    def _as_requests(self) -> Iterator[None]:
        """Turn what a command says about its line into the errors of a request."""
        error: PipelinesError
        try:
            yield
            return
        except WrongArguments as caught:
            error = InvalidRequest("invalid-request", str(caught), fields=caught.wrong)
        except (GrammarError, InvalidPipeline) as caught:
            error = InvalidRequest("invalid-request", str(caught))
        except logs.NoLogs as caught:
            error = logs.unreadable(caught)
        error.explain = self._transport.explain
        raise error
