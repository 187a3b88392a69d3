"""The `%kfp` magic: the command line's grammar, with values for results."""

from __future__ import annotations

import json
import keyword
import shlex
import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class

from ..config import runtime
from ..config.settings import KfpAuth
from ..http.errors import PipelinesError
from ..http.strict_json import JsonDict

if TYPE_CHECKING:
    from ..commands.execute import Commands
    from ..commands.results import Result
    from ..commands.waiting import NotSucceeded, Watch
    from .completion import Completer
    from .hints import Hints


#: Commands that may take the pipeline that their cell defines.
_TAKE_A_PIPELINE = ("submit", "upload", "schedule")


class CommandFailed(Exception):
    """A command that did not work: fails the cell, and shows its sentences and no traceback."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.cause_code: str = getattr(error, "cause_code", "run-not-succeeded")
        self.diagnosis: object = getattr(error, "diagnosis", None)

    def _render_traceback_(self) -> list[str]:
        return [str(self.diagnosis or self)]


@magics_class
class KfpMagics(Magics):
    """Kubeflow Pipelines: ``%kfp`` alone shows what there is."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self.user_namespace: JsonDict = shell.user_ns
        self.config_object = KfpAuth(parent=shell)
        runtime.configure(self.config_object)
        self.hints: Hints | None = None
        self.completer: Completer | None = None
        self._commands: Commands | None = None

    @line_cell_magic
    def kfp(self, line: str, cell: str | None = None) -> object:
        """Kubeflow Pipelines from this notebook; `%kfp` alone shows the commands."""
        __tracebackhide__ = True  # an error in the cell is the cell's own
        # Only now: loading the extension must not cost a notebook what it never uses.
        from ..commands.grammar import GrammarError, HelpAsked, parse
        from ..commands.waiting import NotSucceeded

        try:
            asked = parse(_split(line), "%kfp")
            if cell is not None or asked.command in _TAKE_A_PIPELINE:
                asked.pipeline = self._pipeline(asked, cell)
            return self._execute(asked)
        except HelpAsked as text:
            print(text)
            return None
        except GrammarError as error:
            raise UsageError(str(error)) from None
        except NotSucceeded as error:
            self._show_ended(error, asked)
            raise CommandFailed(error) from None
        except PipelinesError as error:
            raise CommandFailed(error) from None

    def _execute(self, asked: Namespace) -> object:
        if asked.command == "client":
            self._client(asked)
            return None
        if getattr(asked, "to", None):
            _variable(asked.to)
        result = self._executor().execute(asked)
        self._bind(asked, result)
        if asked.command == "debug" and not asked.json:
            self._next_cell(result)
            return None
        if getattr(asked, "json", False):
            print(json.dumps(result.as_dict(), indent=2))
            return None
        return self._shown(result)

    def _executor(self) -> Commands:
        from ..commands.execute import Commands

        self._commands = self._commands or Commands(self.user_namespace, self._watch)
        return self._commands

    def _next_cell(self, result: Any) -> None:
        """Put code into a new cell below this one; where there are no cells, into the prompt."""
        shell: Any = self.shell
        shell.set_next_input(result.next_cell, replace=False)
        print(f"The code of {result.task} is in the next cell. Nothing has been run.")

    def _pipeline(self, asked: Namespace, cell: str | None) -> object:
        """Return the pipeline of a command: the cell's own, or what the line names."""
        __tracebackhide__ = True
        if cell is None:
            if asked.pipeline is None:
                raise UsageError(
                    f"%kfp {asked.command} needs a pipeline: a variable, a file, or a name."
                )
            return asked.pipeline
        if asked.command not in _TAKE_A_PIPELINE:
            words = ", ".join(_TAKE_A_PIPELINE)
            raise UsageError(f"%%kfp is for {words}; for {asked.command} use %kfp.")
        from ..commands.compiler import defined

        before = dict(self.user_namespace)
        self._run_cell(cell)
        after = self.user_namespace
        new = {name: value for name, value in after.items() if before.get(name) is not value}
        return defined(new, "The cell", asked.pipeline or "")

    def _run_cell(self, cell: str) -> None:
        """Run the cell's code as IPython does, so that kfp finds the source of its components."""
        __tracebackhide__ = True
        shell: Any = self.shell
        source = shell.transform_cell(cell)
        name = shell.compile.cache(source, shell.execution_count, raw_code=cell)
        exec(shell.compile(source, name, "exec"), self.user_namespace)  # noqa: S102 - as asked

    def _bind(self, asked: Namespace, result: object) -> None:
        if getattr(asked, "to", None) and result is not None:
            self.user_namespace[asked.to] = self._shown(result)

    def _show_ended(self, error: NotSucceeded, asked: Namespace) -> None:
        """Show and bind the run that was waited for, although it did not succeed."""
        from IPython import display

        self._bind(asked, error.result)
        if asked.json and error.result is not None:
            print(json.dumps(error.result.as_dict(), indent=2))
        elif error.result is not None and error.result.item.finished:
            show: Callable[..., object] = display.display
            show(self._shown(error.result))

    def _watch(self) -> Watch:
        if hasattr(self.shell, "kernel"):
            from .progress import NotebookWatch

            return NotebookWatch()
        from rich.console import Console

        from ..commands.terminal import watch

        return watch(Console(force_jupyter=False))

    def close(self) -> None:
        """Close connections and forget what the process was told."""
        if self._commands is not None:
            self._commands.close()
        if patch_kfp := sys.modules.get("jupyter_kfp_auth.commands.patch_kfp"):
            patch_kfp.off()
        runtime.reset()
        runtime.configure(None)

    def _client(self, asked: Namespace) -> None:
        from ..commands import patch_kfp
        from ..commands.sdk import kfp_client

        if asked.off:
            patch_kfp.off()
            print("kfp.Client is as it was.")
            return
        _variable(asked.name)
        try:
            client = kfp_client(runtime.current_settings(namespace=asked.namespace), print)
            if asked.everywhere:
                patch_kfp.on()
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
            result.widget = partial(self._widget, at=datetime.now(timezone.utc))
        return result

    def _widget(self, result: Result, at: datetime) -> JsonDict:
        try:
            from .widget import Explorer
        except (ImportError, FileNotFoundError) as error:
            # A kernel's environment may lack what the server's has; a checkout may not be built.
            missing = getattr(error, "name", None) or "--force-reinstall jupyter-kfp-auth"
            hint = f"<p><small>For a live panel here: pip install {missing}</small></p>"
            return {"text/html": result.html() + hint}
        return Explorer.showing(result, self._executor().client(), at).display_data()


def _variable(name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise UsageError(f"{name!r} is not a name for a variable.")


def _split(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters = True, ""
    if sys.platform == "win32":
        lexer.escape = ""  # a backslash belongs to a path there, as in IPython's own magics
    try:
        words = list(lexer)
        return words[: words.index("#")] if "#" in words else words  # a comment, as in Python
    except ValueError as error:
        raise UsageError(f"{error}: close the quotes, or leave them out.") from None
