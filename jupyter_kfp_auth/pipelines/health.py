"""What a health check says: the API server's own, or that of the web page's server before it."""

from __future__ import annotations

import re

from ..http.session import Answer
from .errors import Unavailable
from .fields import JsonObject, text
from .models import Health

_KEYS = {"commit_sha", "tag_name", "multi_user", "pipeline_store"}
_KEYS |= {"apiServerReady", "apiServerTagName", "apiServerMultiUser", "frontendTagName"}


def health_from(data: JsonObject, answer: Answer, api: str) -> Health | None:
    """Decode a health check; ``None`` for an object that is none.

    Args:
        data: the body; ``{}`` is a single-user server that says nothing more.
        answer: that the body came with.
        api: of the route that answered.

    Raises:
        Unavailable: only the web page's server is there.
    """
    if data and not _KEYS & data.keys():
        return None
    if data.get("apiServerReady") is False:
        raise Unavailable(
            "pipelines-down",
            "the web page's server answers, the API server behind it does not",
            status=answer.status,
        )
    multi_user = data.get("multi_user", data.get("apiServerMultiUser"))
    if isinstance(multi_user, str):  # the web page's server passes it on as text
        multi_user = multi_user == "true"
    return Health(
        api=api,
        release=_release(text(data, "tag_name") or text(data, "apiServerTagName")),
        multi_user=bool(multi_user),  # false is absent on the wire
        pipeline_store=text(data, "pipeline_store") or text(data, "pipelineStore"),
        stand_in="X-Sandbox" in answer.headers,
    )


def _release(tag: str) -> str:
    """Return a release tag as it may be shown; anything else is none."""
    return tag if re.fullmatch(r"[\w.+-]{1,64}", tag, re.ASCII) else ""
