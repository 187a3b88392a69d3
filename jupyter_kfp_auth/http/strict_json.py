"""JSON from others: no NaN, no number beyond what JSON's readers can hold, no half characters."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

#: Any JSON value, an object that was received, and one that is made here: here ``Any`` enters.
Json = Any
JsonObject = Mapping[str, Any]
JsonDict = dict[str, Any]

#: Digits of the largest double; Python reads longer integers, and nobody else does.
_DIGITS = 308

#: Half a character, written as an escape. Python takes it, and fails when it is to be shown.
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def loads(data: bytes, too_large: Callable[[str], Json] | None = None) -> Json:
    """Parse JSON.

    Args:
        data: UTF-8, with or without a mark at its beginning.
        too_large: returns what stands for a number such as 1e999; without it that is an error.

    Raises:
        ValueError: it is not JSON, or nested beyond reason.
    """
    instead = too_large or _refuse

    def number(text: str) -> Json:
        found = float(text)
        return found if math.isfinite(found) else instead(text)

    def integer(text: str) -> Json:
        return int(text) if len(text) <= _DIGITS else instead(text)

    text = data.decode("utf-8-sig")
    try:
        found = json.loads(text, parse_float=number, parse_int=integer, parse_constant=_refuse)
        if _SURROGATE.search(data):
            text = json.dumps(found, ensure_ascii=False)
            found = json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return found


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text[:20]} is no number of JSON")
