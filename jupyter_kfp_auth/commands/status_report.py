"""How the connection's status reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .results import Result
from .tables import html_table
from .words import plain

_LABELS = {
    "host": "Host",
    "token_path": "Token file",
    "namespace": "Namespace",
    "ca_cert": "CA bundle",
    "ui_url": "Web page",
}


@dataclass(repr=False)
class StatusReport(Result):
    """The data of `commands.status.status`, for people."""

    data: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return the same as the REST route."""
        return self.data

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What is shown, as name and value."""
        data = self.data
        server = data["pipelines"]
        rows = []
        if data["error"]:
            rows += [
                ("Problem", data["error"]["message"]),
                ("Next step", data["error"]["next_step"]),
            ]
        for name, setting in data["settings"].items():
            value = setting["value"] or "-"
            rows.append((_LABELS[name], f"{value} ({setting['origin']})"))
        rows.append(("Identity", data["identity"] or "-"))
        token = data["token"]
        audience = ", ".join(token["audience"]) or "-"
        rows.append(("Token", f"audience {audience}, expires {token['expires_at'] or '-'}"))
        if server["api"]:
            mode = "multi-user" if server["multi_user"] else "single-user"
            stand_in = ", the sandbox: a stand-in for a cluster" if server["stand_in"] else ""
            rows.append(("Pipelines", f"{server['release']} ({server['api']}, {mode}{stand_in})"))
        rows += [(name, version) for name, version in data["versions"].items()]
        return rows

    def text(self) -> str:
        """Return one line for each."""
        width = max(len(name) for name, _ in self.rows)
        return "\n".join(f"{name:{width}}  {plain(value)}" for name, value in self.rows)

    def html(self) -> str:
        """Return a table."""
        return html_table((), self.rows, "")
