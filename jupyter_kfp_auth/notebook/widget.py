"""The explorer as an ipywidgets widget (anywidget)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ..commands import rest
from ..commands.results import Result
from ..commands.status import API_VERSION, error_body
from ..http.errors import PipelinesError
from ..http.strict_json import JsonDict
from ..outputs.connection import Connection

_VIEW = "application/vnd.jupyter.widget-view+json"
_STATIC = Path(__file__).parent / "static"

_INTERRUPTED = {
    "cause": "interrupted",
    "message": "The kernel was interrupted.",
    "next_step": "Refresh when you want to look again.",
    "status": 503,
}


class Explorer(anywidget.AnyWidget):
    """Shows experiments, runs and tasks, live.

    What travels is only a loader: it gets the explorer's modules once in a page, from the Jupyter
    server if that has this version, and else from this kernel.

    In the page it asks the Jupyter server where that talks to the same Pipelines (the
    ``connection``'s fingerprint tells); otherwise it asks this kernel by messages, in the words of
    the REST interface. The token is in neither.
    """

    _esm = _STATIC / "loader.js"

    view = traitlets.Dict().tag(sync=True)
    first = traitlets.Dict().tag(sync=True)
    connection = traitlets.Dict().tag(sync=True)

    def __init__(self, client: Connection, **state: object) -> None:
        super().__init__(**state)
        self._client = client
        self.on_msg(self._answer)

    @classmethod
    def showing(cls, result: Result, client: Connection, at: datetime) -> Explorer:
        """Make the widget for a result, with what the result knew at a time."""
        settings = client.settings
        connection = {
            "fingerprint": settings.fingerprint,
            "api_version": API_VERSION,
            "namespace": settings.namespace.value,
            "ui_url": settings.ui_url.value,
            "stand_in": client.health.stand_in,
        }
        return cls(
            client,
            view=dict(result.view or {}),
            first={**(result.first or {}), "at": at.isoformat()},
            connection=connection,
        )

    def display_data(self) -> JsonDict:
        """Return the MIME data by which a front end finds this widget."""
        bundle = self._repr_mimebundle_()
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        return {_VIEW: data[_VIEW]} if data else {}

    def _answer(self, widget: Any, message: Any, buffers: Any) -> None:
        """Answer one request of the page: for data, or for the explorer's modules."""
        kind = message.get("kind") if isinstance(message, dict) else None
        if kind == "code":
            modules = (_STATIC / "explorer").glob("*.js")
            self.send({"kind": kind, "files": {it.name: it.read_text("utf-8") for it in modules}})
        if kind != "request":
            return
        status, body = self._ask(message)
        reply = {"kind": "reply", "id": message.get("id"), "status": status, "age": 0, "body": body}
        self.send(reply)

    def _ask(self, message: JsonDict) -> tuple[int, JsonDict]:
        path = str(message.get("path", ""))
        query = message.get("query") or {}
        try:
            texts = {str(name): _text(value) for name, value in dict(query).items()}
            if message.get("method") == "POST":
                status, done = rest.post(self._client, path, texts, message.get("body"))
                return status, done or {}
            if message.get("method") == "DELETE":
                return rest.delete(self._client, path, texts)[0], {}
            return 200, rest.get(self._client, path, texts)
        except PipelinesError as error:
            body = error_body(error)
            return int(body["status"]), {"error": body}
        except KeyboardInterrupt:
            # Without an answer the page would wait for ever; with this one it asks no more.
            return 503, {"error": _INTERRUPTED}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
