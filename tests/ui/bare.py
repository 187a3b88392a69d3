"""A page that is no Jupyter's, such as VS Code's: widgets there have only their kernel.

The page is bare HTML with anywidget's part played by a few lines; the kernel's part is the real
widget class, in this process.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from playwright.sync_api import Page

from jupyter_kfp_auth.commands.results import Result
from jupyter_kfp_auth.notebook.widget import Explorer
from jupyter_kfp_auth.outputs.connection import Connection

URL = "http://bare.example/"

HTML = """
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A notebook</title></head>
<body><script>
window.widgets = [];
async function show(esm, state) {
  const blob = new Blob([esm], { type: 'text/javascript' });
  const { default: widget } = await import(URL.createObjectURL(blob));
  const listeners = new Set();
  const id = window.widgets.length;
  const model = {
    get: name => state[name],
    on: (event, listener) => event === 'msg:custom' && listeners.add(listener),
    off: (event, listener) => listeners.delete(listener),
    send: async message => {
      for (const reply of JSON.parse(await kernel(id, JSON.stringify(message)))) {
        listeners.forEach(listener => listener(reply));
      }
    }
  };
  const el = document.body.appendChild(document.createElement('div'));
  window.widgets.push({ close: widget.render({ model, el }) });
}
</script></body></html>
"""


class BareHost:
    """Shows widgets in a page without a Jupyter server, and is their kernel.

    Args:
        page: is taken to the host's page.
        html: of that page.
    """

    def __init__(self, page: Page, html: str = HTML) -> None:
        self.page = page
        #: What each widget has asked.
        self.asked: list[dict[str, Any]] = []
        #: While a cell runs, a kernel answers nothing.
        self.busy = False
        self._widgets: list[tuple[Explorer, list[Any]]] = []
        page.expose_function("kernel", self._answer)
        page.route(f"{URL}**", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto(URL)

    def show(self, result: Result, client: Connection) -> Explorer:
        """Put the widget of a result into the page."""
        widget = Explorer.showing(result, client, datetime.now(timezone.utc))
        replies: list[Any] = []
        widget.send = lambda content, buffers=None: replies.append(content)
        self._widgets.append((widget, replies))
        state = widget.get_state()
        traveling = {name: state[name] for name in ("view", "first", "connection")}
        self.page.evaluate("([esm, state]) => show(esm, state)", [state["_esm"], traveling])
        return widget

    def close(self, index: int) -> None:
        """Take a widget away, as a notebook does when its output is cleared."""
        self.page.evaluate("index => widgets[index].close()", index)

    def paths(self) -> list[str]:
        """What was asked of Pipelines."""
        return [it["path"] for it in self.asked if it["kind"] == "request"]

    def _answer(self, index: int, text: str) -> str:
        message = json.loads(text)
        self.asked.append(message)
        if self.busy:
            return "[]"
        widget, replies = self._widgets[index]
        widget._answer(widget, message, None)
        answer = json.dumps(replies)
        replies.clear()
        return answer
