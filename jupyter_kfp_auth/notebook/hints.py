"""A short hint below the traceback of a cell that failed because of Pipelines.

The traceback stays as it is. A cell that succeeds costs two comparisons; one that fails for another
reason costs a walk along its traceback. Nothing is asked of the network.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

from ..config.settings import KfpAuth
from .frames import frames, package

if TYPE_CHECKING:
    from ..doctor import Diagnosis

#: Packages whose errors are ours to explain.
_PACKAGES = frozenset({"kfp", "kfp_server_api", "jupyter_kfp_auth"})

#: What `kfp.Client` logs, instead of failing, when it cannot read the token.
_UNSIGNED = "Failed to set up default credentials"

#: A hint is short: longer things to paste are one click or one command away.
_MAX_PASTE_LINES = 7

#: The namespace that a thing to paste is for.
_NAMESPACE = re.compile(r"^  namespace: ([a-z0-9-]+)$", re.MULTILINE)

_log = logging.getLogger(__name__)


class Hints:
    """Watches the cells of a shell, as long as ``KfpAuth.hints`` is true."""

    def __init__(self, shell: InteractiveShell, config: KfpAuth) -> None:
        self._shell = shell
        self._config = config
        self._unsigned = _Watch()

    def register(self) -> None:
        """Begin to watch."""
        self._shell.events.register("post_run_cell", self.after_cell)
        logging.getLogger().addFilter(self._unsigned)

    def unregister(self) -> None:
        """End it."""
        self._shell.events.unregister("post_run_cell", self.after_cell)
        logging.getLogger().removeFilter(self._unsigned)

    def after_cell(self, result: ExecutionResult) -> None:
        """Show a hint if this cell met a problem with Pipelines."""
        error = result.error_in_exec
        if error is None and not self._unsigned.seen and not _is_answer(result.result):
            return
        if not self._config.hints:
            return
        try:
            diagnosis = self._diagnose(error, result.result)
            if diagnosis is not None:
                _display(Hint(diagnosis))
        except Exception:  # noqa: BLE001 - a cell must not fail for its hint
            _log.debug("No hint for this cell.", exc_info=True)
        finally:
            self._unsigned.seen = False

    def _diagnose(self, error: BaseException | None, answer: object) -> Diagnosis | None:
        if error is not None and not _concerns_us(error):
            return None
        from . import sdk_errors  # only now: it brings requests along

        if error is not None:
            return sdk_errors.of_error(error)
        if self._unsigned.seen:
            return sdk_errors.of_unsigned_client()
        return sdk_errors.of_empty_answer(answer, self._shell.user_ns)


def _display(hint: Hint) -> None:
    from IPython import display

    show: Callable[..., object] = display.display  # not annotated
    show(hint)


class Hint:
    """A diagnosis as it looks below a traceback."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        self.diagnosis = diagnosis
        self._paste = diagnosis.paste.rstrip()
        self._long = self._paste.count("\n") >= _MAX_PASTE_LINES

    def __repr__(self) -> str:
        paste = self._paste
        if self._long:
            namespace = _NAMESPACE.search(paste)
            paste = (
                f"%kfp doctor{f' -n {namespace[1]}' if namespace else ''}   # shows what to paste"
            )
        lines = "".join(f"\n    {line}" for line in paste.splitlines())
        return (
            f"Hint: {self.diagnosis.message}\nNext step: {self.diagnosis.next_step}{lines}"
            f"\nMore: {self.diagnosis.link}"
        )

    def _repr_html_(self) -> str:
        paste = f"<pre>{escape(self._paste)}</pre>" if self._paste else ""
        if self._long:
            paste = f"<details><summary>Show what to paste</summary>{paste}</details>"
        return (
            '<div style="border-left: 3px solid var(--jp-warn-color1, #e65100); '
            'padding: 2px 10px">'
            f"<p><strong>Hint:</strong> {escape(self.diagnosis.message)}</p>"
            f"<p><strong>Next step:</strong> {escape(self.diagnosis.next_step)} "
            f'<a href="{self.diagnosis.link}" target="_blank">More</a></p>{paste}</div>'
        )


class _Watch(logging.Filter):
    """Notices one message of kfp in the root logger, and lets everything through."""

    seen = False

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno == logging.WARNING and str(record.msg).startswith(_UNSIGNED):
            self.seen = True
        return True


def _concerns_us(error: BaseException) -> bool:
    """Tell whether an error may come from Pipelines or its SDK, without importing anything."""
    if isinstance(error, (AttributeError, ImportError)) and "kfp" in str(error):
        return True
    if isinstance(error, (AttributeError, TypeError)) and "kfp" in sys.modules:
        from .missing_names import missing_names

        if missing_names(error):
            return True
    return any(package(frame) in _PACKAGES for frame in frames(error))


def _is_answer(value: object) -> bool:
    return type(value).__module__.startswith("kfp_server_api.")
