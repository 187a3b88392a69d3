"""How the connection's status reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from ..http.strict_json import JsonDict
from .formatting import ago, plain
from .results import Result
from .tables import html_table

_LABELS = {
    "host": "Host",
    "token_path": "Token file",
    "namespace": "Namespace",
    "ca_cert": "CA bundle",
    "ui_url": "Web page",
    "metadata_endpoint": "Metadata store",
    "kfp_namespace": "Namespace of Pipelines",
    "timeout": "Timeout in seconds",
}


@dataclass(repr=False)
class StatusReport(Result):
    """The data of `commands.status.status_here`, for people."""

    data: JsonDict

    def as_dict(self) -> JsonDict:
        """Return the same as the REST route, and the two environments."""
        return self.data

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What is shown, as name and value."""
        data = self.data
        rows = []
        if data["error"]:
            rows += [
                ("Problem", data["error"]["message"]),
                ("Next step", data["error"]["next_step"]),
            ]
        rows += [("Note", line) for line in data["skew"]]
        for name, setting in data["settings"].items():
            rows.append((_LABELS[name], f"{setting['value'] or '-'} ({setting['origin']})"))
        rows.append(("Identity", data["identity"] or "-"))
        rows.append(("Token", _token(data["token"])))
        rows.append(("Pipelines", _pipelines(data["pipelines"])))
        rows.append(("kfp SDK", data["sdk"]["message"]))
        return rows + _versions(data["environments"])

    def text(self) -> str:
        """Return one line for each."""
        width = max(len(name) for name, _ in self.rows)
        return "\n".join(f"{name:{width}}  {plain(value)}" for name, value in self.rows)

    def html(self) -> str:
        """Return a table."""
        return html_table((), self.rows, "")


def _token(token: JsonDict) -> str:
    if not token["present"]:
        return "none"
    audience = ", ".join(token["audience"]) or "-"
    if not token["expires_at"]:
        return f"audience {audience}, without an expiry that can be read"
    expires = datetime.fromisoformat(token["expires_at"].replace("Z", "+00:00"))
    word = "expired" if expires <= datetime.now(timezone.utc) else "expires"
    return f"audience {audience}, {word} {ago(expires)}"


def _pipelines(server: JsonDict) -> str:
    if not server["api"]:
        return "did not answer"
    mode = "multi-user" if server["multi_user"] else "single-user"
    stand_in = ", the sandbox: a stand-in for a cluster" if server["stand_in"] else ""
    return f"release {server['release'] or 'unknown'}, API {server['api']}, {mode}{stand_in}"


def _versions(environments: JsonDict) -> list[tuple[str, str]]:
    """Each package with its version here and in the Jupyter server's environment."""
    here, server = environments["kernel"]["versions"], environments["server"]
    if not server["reachable"]:
        rows = [(name, f"{version} here") for name, version in here.items()]
        return [*rows, ("Jupyter server", f"not reachable from here: {server['reason']}")]
    there = server["versions"]
    return [
        (
            name,
            f"{here.get(name, 'absent')} here, {there.get(name, 'absent')} in the Jupyter server",
        )
        for name in {**here, **there}
    ]
