"""The `%kfp` magic: the command line's grammar, with values for results."""

from __future__ import annotations

import json
import shlex
import sys
from argparse import Namespace
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
                return self._client(asked)
            result = self._commands.execute(asked)
        except GrammarError as error:
            raise UsageError(str(error)) from None
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
        if everywhere := sys.modules.get("jupyter_kfp_auth.commands.everywhere"):
            everywhere.off()
        process.reset()
        process.configure(None)

    def _client(self, asked: Namespace) -> None:
        from ..commands import everywhere
        from ..commands.sdk import kfp_client

        if asked.off:
            everywhere.off()
            print("kfp.Client is as it was.")
            return
        if not asked.name.isidentifier():
            raise UsageError(f"{asked.name!r} is not a name for a variable.")
        try:
            client = kfp_client(process.current_settings(namespace=asked.namespace))
            if asked.everywhere:
                everywhere.on()
        except ImportError as error:
            raise UsageError(str(error)) from None
        self.user_namespace[asked.name] = client
        print(f"{asked.name} is an authenticated kfp.Client.")
        if asked.everywhere:
            print(
                "So is every kfp.Client(...) of this kernel that brings no credentials of its own. "
                "To end that: %kfp client --everywhere --off"
            )

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
