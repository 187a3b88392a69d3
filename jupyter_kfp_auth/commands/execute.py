"""Carry out a parsed command and give back its result."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping

from .. import doctor
from ..config import runtime
from ..doctor import Diagnosis
from ..http.errors import PipelinesError
from ..pipelines.compiled_pipeline import InvalidPipeline
from . import server_discovery
from .connection import Connection, connect
from .parser import GrammarError
from .registry import COMMANDS
from .results import Result
from .waiting import Silent, Watch


class Commands:
    """Carries out commands, with one connection for as long as the settings stay the same.

    Args:
        variables: where pipelines and arguments are found by name.
        watch: makes what shows the progress of a run.
    """

    def __init__(
        self,
        variables: Mapping[str, object] | None = None,
        watch: Callable[[], Watch] = Silent,
    ) -> None:
        self._client: Connection | None = None
        self.variables: Mapping[str, object] = {} if variables is None else variables
        self.watch = watch

    def execute(self, asked: Namespace) -> Result | Diagnosis:
        """Carry out one command.

        Raises:
            PipelinesError: it did not work; the error explains itself.
            GrammarError: a name that nothing has, or several things have, and arguments that do
                not fit.
            NotSucceeded: the run that was waited for failed, or goes on.
        """
        before = self._client.changes if self._client else 0
        try:
            return COMMANDS[asked.command].run(self, asked)
        except PipelinesError as error:
            error.explain = doctor.explain
            raise
        except InvalidPipeline as error:
            raise GrammarError(str(error)) from None
        finally:
            if self._client is not None and self._client.changes != before:
                server_discovery.changed()

    def client(self, namespace: str | None = None) -> Connection:
        """Return the connection for the present settings."""
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
