"""Text from the network, made fit to show: one line, nothing secret, nothing unseen."""

from __future__ import annotations

import re

_JWT = re.compile(r"eyJ[\w-]{8,}(\.[\w-]*){0,2}")
_BEARER = re.compile(r"bearer\s+[\w.~+/=-]{8,}", re.IGNORECASE)


def redacted(text: str, token: str = "", length: int = 300) -> str:
    """Return the beginning of ``text`` without the token and without what looks like one.

    Some proxies show the request that they refuse, with its headers.
    """
    if token:
        text = text.replace(token, "[token]")
    text = _JWT.sub("[token]", _BEARER.sub("Bearer [token]", text))
    words = " ".join(text.split())
    return "".join(c if c.isprintable() else "\ufffd" for c in words[:length])
