"""Links to the pages of the Kubeflow dashboard."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from ..http.strict_json import JsonDict
from ..pipelines.models import Model
from .formatting import plain
from .lookup import ONE
from .results import Result

#: Where the dashboard shows Pipelines, below its own address.
DASHBOARD_PATH = "/_/pipeline/"

_ROUTES = {
    "experiments": "/experiments/details/",
    "runs": "/runs/details/",
    "recurring-runs": "/recurringrun/details/",
    "pipelines": "/pipelines/details/",
}


@dataclass(repr=False)
class Link(Result):
    """The page of one thing. ``url`` is empty where nothing here knows the public address."""

    what: str
    name: str
    item_id: str
    rest: str
    url: str

    @classmethod
    def to(cls, kind: str, item: Model, namespace: str, ui_url: str) -> Link:
        """Make the link to a thing's page.

        Args:
            kind: such as ``runs``.
            item: the thing.
            namespace: the one that the page shows; empty where there are none.
            ui_url: the public address of the pages, if it is known.
        """
        query = f"?ns={quote(namespace, safe='')}" if namespace else ""
        rest = f"{query}#{_ROUTES[kind]}{quote(item.id, safe='')}"
        base = ui_url if re.match(r"https?://", ui_url, re.IGNORECASE) else ""
        base = re.split(r"[?#]", base)[0].rstrip("/")
        name = str(getattr(item, "display_name", ""))
        return cls(ONE[kind], name, item.id, rest, f"{base}/{rest}" if base else "")

    def text(self) -> str:
        """Return the address, or what to put in front of it."""
        if self.url:
            return self.url
        return (
            "The public address of the Kubeflow dashboard is not known here. Set "
            "KF_PIPELINES_UI_ENDPOINT, or open this below the dashboard's address:\n"
            f"{DASHBOARD_PATH}{self.rest}"
        )

    def html(self) -> str:
        """Return a link; without a known address the browser takes the one of this page."""
        label = escape(plain(f"Open the {self.what} {self.name or self.item_id}"))
        if self.url:
            target = escape(self.url, quote=True)
            return f'<a href="{target}" target="_blank" rel="noopener">{label}</a>'
        rest = escape(DASHBOARD_PATH + self.rest, quote=True)
        # JupyterLab takes a path for one of its own files, so the origin is put before it here.
        return (
            f'<a data-path="{rest}" target="_blank" rel="noopener">{label}</a>'
            "<script>{const a = document.currentScript.previousElementSibling;"
            "a.href = location.origin + a.dataset.path;}</script>"
            f" <small>({rest})</small>"
        )

    def as_dict(self) -> JsonDict:
        """Return the parts."""
        return {
            "kind": self.what,
            "id": self.item_id,
            "name": self.name,
            "url": self.url,
            "path": DASHBOARD_PATH + self.rest,
        }
