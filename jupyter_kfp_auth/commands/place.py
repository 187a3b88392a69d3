"""Where a text is shown: what is offered to type has to work there, and every character to appear.

Texts are written for a notebook. In a terminal the same things are typed in another way.
"""

from __future__ import annotations

import codecs
import re
import shlex
import sys

#: Characters of ours that terminals with another encoding than UTF-8 may not have.
_PLAIN = {
    "✓": "+",
    "✗": "x",
    "·": "-",
    "…": "...",
    "“": '"',
    "”": '"',
    "\u2018": "'",
    "\u2019": "'",
    "\u2013": "-",
    "\u2014": "-",
    "─": "-",
    "━": "-",
    "│": "|",
    "≠": "!=",
    "\u2003": "  ",
    "\u00a0": " ",
}

_ERRORS = "kfp-plain"


def command(*words: str) -> str:
    """Return a command as it can be typed in a notebook; `in_terminal` makes it one for there."""
    return f"%kfp {shlex.join(words)}"


def in_terminal(text: str) -> str:
    """Return a text in which everything to type is for a terminal."""
    for pattern, instead in _LINES:
        text = pattern.sub(instead, text)
    text = _ENV.sub(lambda found: f"export {found[1]}={shlex.quote(found[2])}", text)
    return _MAGIC.sub("jupyter kfp", text)


#: But for those that only a notebook has.
_MAGIC = re.compile(r"%%?kfp\b(?! (?:client|use)\b)")
_ENV = re.compile(r"^%env (\w+)=(.*)$", re.MULTILINE)
_LINES = tuple(
    (re.compile(pattern, re.MULTILINE), instead)
    for pattern, instead in (
        (r"^%kfp use --host (\S+)$", r"export KF_PIPELINES_ENDPOINT=\1"),
        (r"^%kfp use -n (\S+)$", r"jupyter kfp COMMAND -n \1"),
        (r"^%kfp use --reset$", "jupyter kfp COMMAND    # without -n"),
        (r"then restart the kernel; %kfp works without it", "jupyter kfp works without it"),
        (r",? (and|then) restart the kernel\b", ""),
    )
)


def show_every_character() -> None:
    """Let output to a stream that is not UTF-8 replace what it cannot show, and never fail."""
    codecs.register_error(_ERRORS, _replaced)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=_ERRORS)


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    shown = "".join(_PLAIN.get(each, "?") for each in text)
    try:
        shown.encode(error.encoding)
    except UnicodeError:
        shown = "?" * len(text)
    return shown, error.end
