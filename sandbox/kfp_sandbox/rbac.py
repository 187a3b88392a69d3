"""Who may do what in which namespace: the RoleBindings of the pretended cluster."""

from __future__ import annotations

from collections.abc import Iterable

VIEW = frozenset(
    {
        *(f"{resource}/{verb}" for resource in ("pipelines", "experiments", "jobs", "runs")
          for verb in ("get", "list")),
        "runs/readArtifact",
        *(f"viewers/{verb}" for verb in ("create", "get", "delete")),
    }
)  # fmt: skip
"""What the ClusterRole kubeflow-view allows, as `resource/verb`."""

EDIT = VIEW | {
    *(f"pipelines/{verb}" for verb in ("create", "delete", "update")),
    *(f"experiments/{verb}" for verb in ("archive", "create", "delete", "unarchive")),
    *(f"jobs/{verb}" for verb in ("create", "delete", "disable", "enable")),
    *(
        f"runs/{verb}"
        for verb in (
            "archive", "create", "delete", "retry", "terminate", "unarchive", "reportMetrics",
        )
    ),
}  # fmt: skip
"""What the ClusterRole kubeflow-edit allows, as `resource/verb`."""


class Rbac:
    """The table of allowed `resource/verb` pairs for each namespace and user.

    Users are full names such as `system:serviceaccount:team-a:default-editor`. Tests may change
    the table at any time.
    """

    def __init__(self) -> None:
        self._table: dict[str, dict[str, frozenset[str]]] = {}

    def bind(self, namespace: str, user: str, allowed: Iterable[str] = EDIT) -> None:
        """Allow `user` these pairs in `namespace`, in place of what was allowed before."""
        self._table.setdefault(namespace, {})[user] = frozenset(allowed)

    def unbind(self, namespace: str, user: str) -> None:
        """Take everything in `namespace` from `user`."""
        self._table.get(namespace, {}).pop(user, None)

    def allows(self, user: str, namespace: str, resource: str, verb: str) -> bool:
        """Whether `user` may use `verb` on `resource` in `namespace`."""
        return f"{resource}/{verb}" in self._table.get(namespace, {}).get(user, frozenset())

    def as_dict(self) -> dict[str, dict[str, list[str]]]:
        """The table, for the state route."""
        return {
            namespace: {user: sorted(allowed) for user, allowed in users.items()}
            for namespace, users in self._table.items()
        }
