"""The `%kfp` magic: the command line's grammar, with values for results."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_magic, magics_class

from ..connection import process
from ..connection.errors import PipelinesError
from ..connection.settings import KfpAuth

if TYPE_CHECKING:
    from ..commands.results import Result


class CommandFailed(Exception):
    """A command that did not work: fails the cell, and shows its sentences and no traceback."""

    def __init__(self, error: PipelinesError) -> None:
        super().__init__(str(error))
        self.cause_code = error.cause_code
        self.diagnosis = error.diagnosis

    def _render_traceback_(self) -> list[str]:
        return [str(self.diagnosis)]


@magics_class
class KfpMagics(Magics):
    """Kubeflow Pipelines: ``%kfp`` alone shows what there is."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self.user_namespace: dict[str, Any] = shell.user_ns
        self.config_object = KfpAuth(parent=shell)
        process.configure(self.config_object)
        self._commands: Any = None

    @line_magic
    def kfp(self, line: str) -> Any:
        """Kubeflow Pipelines from this notebook; `%kfp` alone shows the commands."""
        # Only now: loading the extension must not cost a notebook what it never uses.
        from ..commands.execute import Commands
        from ..commands.grammar import GrammarError, HelpAsked, parse

        try:
            asked = parse(_split(line), "%kfp")
        except HelpAsked as text:
            print(text)
            return None
        except GrammarError as error:
            raise UsageError(str(error)) from None
        self._commands = self._commands or Commands()
        try:
            if asked.command == "client":
                return self._bind_client(asked.name, asked.namespace)
            result = self._commands.execute(asked)
        except PipelinesError as error:
            raise CommandFailed(error) from None
        if getattr(asked, "json", False):
            print(json.dumps(result.as_dict(), indent=2))
            return None
        return self._shown(result)

    def close(self) -> None:
        """Close connections and forget what the process was told."""
        if self._commands is not None:
            self._commands.close()
        process.reset()
        process.configure(None)

    def _bind_client(self, name: str, namespace: str | None) -> None:
        from ..commands.sdk import kfp_client

        if not name.isidentifier():
            raise UsageError(f"{name!r} is not a name for a variable.")
        try:
            client = kfp_client(process.current_settings(namespace=namespace))
        except ImportError as error:
            raise UsageError(str(error)) from None
        self.user_namespace[name] = client
        print(f"{name} is an authenticated kfp.Client.")

    def _shown(self, result: Any) -> Any:
        """Let a result show itself as the explorer, where there is a kernel to talk to.

        The widget is made when the result is displayed, not before: ``x = %kfp runs`` makes none.
        """
        if getattr(result, "view", None) is not None and hasattr(self.shell, "kernel"):
            result.widget = self._widget
        return result

    def _widget(self, result: Result) -> dict[str, Any]:
        try:
            from .widget import Explorer
        except (ImportError, FileNotFoundError) as error:
            # A kernel's environment may lack what the server's has; a checkout may not be built.
            missing = getattr(error, "name", None) or "--force-reinstall jupyter-kfp-auth"
            hint = f"<p><small>For a live panel here: pip install {missing}</small></p>"
            return {"text/html": result.html() + hint}
        return Explorer.showing(result, self._commands.client()).display_data()


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UsageError(f"{error}: close the quotes, or leave them out.") from None
