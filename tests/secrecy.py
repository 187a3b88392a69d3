"""Looking for a token where none may be."""

from __future__ import annotations

import pickle
from pathlib import Path
from traceback import TracebackException

_TESTS = str(Path(__file__).parent)


def leaks(error: BaseException, token: str) -> list[str]:
    """Return the places of an error in which the token, or its signature, can be seen."""
    places = {
        "str": str(error),
        "repr": repr(error),
        "args": repr(error.args),
        "attributes": repr(vars(error)),
        "traceback": _frames(error),
        "pickle": pickle.dumps(error).decode("latin-1"),
    }
    # What stands behind it is not printed, but kept: a debugger shows it.
    for name, behind in (("cause", error.__cause__), ("context", error.__context__)):
        if behind is not None:
            places[name] = _frames(behind)
    signature = token.rsplit(".", 1)[-1]
    return [place for place, text in places.items() if token in text or signature in text]


def _frames(error: BaseException) -> str:
    """Return the traceback with the variables of every frame that is not a test's."""
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename.startswith(_TESTS):
        trace = trace.tb_next
    shown = TracebackException(type(error), error, trace, capture_locals=True)
    return "".join(shown.format())
