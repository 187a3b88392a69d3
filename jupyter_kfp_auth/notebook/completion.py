"""Tab completion of `%kfp` in IPython, and so in JupyterLab, Notebook and every other front end."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from IPython.core.interactiveshell import InteractiveShell

from ..http.strict_json import JsonDict

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext

    from ..commands.candidates import Cache
    from ..commands.completion import Candidate

#: The line up to the cursor: `%kfp ...`, `%%kfp ...`, `x = %kfp ...`.
_LINE = re.compile(r"\s*(?:[\w.\[\], ]+=\s*)?(%{1,2})kfp(\s+.*)", re.DOTALL)


#: A namespace that was named in a cell before.
_NAMESPACE = re.compile(r"^.*%kfp .*?(?:-n|--namespace)[ =]+([a-z0-9-]+)", re.MULTILINE)


class Completer:
    """Completes lines of `%kfp`; everything else is left to IPython.

    Args:
        shell: whose completer takes ours.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._names: Cache | None = None
        self._matcher = _matcher(self)

    def register(self) -> None:
        """Begin to complete."""
        matchers = getattr(self._shell.Completer, "custom_matchers", None)
        if matchers is not None:  # since IPython 8.6
            matchers.append(self._matcher)

    def unregister(self) -> None:
        """Stop completing."""
        matchers = getattr(self._shell.Completer, "custom_matchers", None)
        if matchers is not None and self._matcher in matchers:
            matchers.remove(self._matcher)

    def complete(self, text: str) -> tuple[list[tuple[str, str]], str] | None:
        """Return what may come next with its meaning, and what of it is there.

        ``None`` for lines that are not ours.
        """
        found = _LINE.fullmatch(text)
        if not found:
            return None
        from ..commands.completion import complete, split

        line = split(found[2])
        names = self._cache()
        candidates = complete(
            line.words, line.current, prog="%kfp", names=names, more=self._variables
        )
        if not candidates and not line.raw:
            candidates = complete(line.words, "--", prog="%kfp", names=lambda kinds, where: ())
        return [(_quoted(one.text, line.raw), one.about) for one in candidates], line.raw

    def _cache(self) -> Cache:
        if self._names is None:
            from ..commands.candidates import Cache

            self._names = Cache(_settings)
        return self._names

    def _variables(self, kind: str) -> Iterable[Candidate]:
        """Return what fits among the user's variables, and namespaces that were named before."""
        if kind == "namespaces":
            return self._namespaces()
        fits: Callable[[object], bool] | None = None
        if kind == "args":
            fits = _is_dict
        elif kind == "pipelines" and "kfp" in sys.modules:  # or else nothing can be one
            from ..commands.compiler import is_pipeline

            fits = is_pipeline
        if fits is None:
            return ()
        from ..commands.completion import Candidate

        hidden = self._shell.user_ns_hidden
        return [
            Candidate(name, "variable")
            for name, value in self._shell.user_ns.items()
            if not name.startswith("_") and name not in hidden and fits(value)
        ]

    def _namespaces(self) -> list[Candidate]:
        from ..commands.completion import Candidate

        history = self._shell.history_manager
        cells = "\n".join(history.input_hist_raw if history is not None else ())
        named = dict.fromkeys(_NAMESPACE.findall(cells))
        return [Candidate(name, "namespace") for name in reversed(named)]


def _is_dict(value: object) -> bool:
    return isinstance(value, dict)


def _settings() -> tuple[str, str] | None:
    """Return what decides which names come: other settings, other names."""
    if "requests" not in sys.modules:
        return None  # nobody has asked Pipelines yet; the thread that does brings the modules
    from ..config import runtime
    from ..http.errors import PipelinesError

    try:
        settings = runtime.current_settings()
    except PipelinesError:
        return None
    return settings.host.value, settings.namespace.value


def _matcher(completer: Completer) -> Callable[..., JsonDict] | None:
    try:
        from IPython.core.completer import SimpleCompletion, context_matcher
    except ImportError:  # before IPython 8.6
        return None

    decorate = context_matcher(identifier="jupyter_kfp_auth")

    def match(context: CompletionContext) -> JsonDict:
        lines = context.full_text.split("\n")
        line = lines[context.cursor_line][: context.cursor_position]
        try:
            if context.cursor_line and line.lstrip().startswith("%%"):
                return {"completions": []}
            found = completer.complete(line)
        except Exception:  # noqa: BLE001 - a failing Tab must not disturb the others
            found = None
        if found is None:
            return {"completions": []}
        candidates, raw = found
        completions = [
            SimpleCompletion(text, type=about.split(",")[0] or "kfp")
            # With nothing to say IPython would offer Python's own names, which are never right.
            for text, about in candidates or [(raw, "")]
        ]
        return {
            "completions": completions,
            "suppress": True,
            "ordered": True,
            "matched_fragment": raw,
        }

    matcher: Callable[..., JsonDict] = decorate(match)
    return matcher


def _quoted(text: str, raw: str) -> str:
    """Quote a name that needs it, in the way in which it was begun."""
    if raw[:1] in ("'", '"') and raw[0] not in text and "\\" not in text:
        return raw[0] + text + raw[0]
    return shlex.quote(text)
