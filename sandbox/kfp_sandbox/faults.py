"""Faults that can be switched on by name, each with the behaviour that users meet on the wire.

`FAULTS` says what each does. `namespace-required` and `namespace-rejected` take `always=True` to
refuse whatever was sent.
Options of every fault on the wire: `times=N` lets only the next N requests meet it, and `path=`
only those whose path starts so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

FAULTS = {
    "token-missing": "the token file and its directory are gone",
    "token-empty": "the token file is empty",
    "token-unreadable": "the token file may not be read",
    "token-expired": "the token file holds a token that has expired",
    "token-invalidated": "the current token is refused, as after its pod was replaced",
    "token-audience": "the token is for another audience; `late=True`: Pipelines itself refuses it",
    "istio-denied": "403 `RBAC: access denied`",
    "istio-issuer": "401 `Jwt issuer is not configured`",
    "istio-jwks": "401 `Jwks doesn't have key to match kid or alg from Jwt`",
    "identity-missing": "no identity arrives; `status=` 400, 401, 409 or 500",
    "rbac-denied": "every access review says no",
    "namespace-required": "a list without a namespace is refused, whatever healthz says",
    "namespace-rejected": "a list with a namespace is refused, as by single-user 1.8",
    "api-too-old": "v2beta1 is unknown, as asked through an old user interface server",
    "login-redirect": "302 to the login",
    "login-page": "200 with the login page",
    "upstream-unavailable": "503 from Envoy",
    "healthz-down": "503, for healthz only",
    "silent": "accepts the request and never answers",
    "slow": "answers after `seconds=` (default 1)",
    "reset": "the connection is reset in the middle of the answer",
    "truncated": "half of the answer; `announced=False`: with a Content-Length that fits the half",
    "not-json": "200 with `body=` and `content_type=` (default `application/json`)",
    "upload-hangs": "an upload of what is no YAML is never answered, as by 2.17.0",
    "watch-expired": "a watch of Kubernetes is answered with an ERROR event of 410",
    "watch-dropped": "every open watch of Kubernetes breaks, and those that are opened",
    "grpc-too-large": "500 for lists when `page_size` is greater than `limit=` (default 10)",
}
NAMES = frozenset(FAULTS)
TOKEN_FAULTS = frozenset(name for name in NAMES if name.startswith("token-"))


@dataclass
class Fault:
    """A fault that is on."""

    name: str
    path: str = ""
    times: int | None = None
    options: dict[str, Any] = field(default_factory=dict)


class Faults:
    """The faults that are on.

    Args:
        on_token_fault: called with a fault of the token file when it is set, and with None when
            the token shall be good again.
        on_watch_dropped: called when open watches shall break.
    """

    def __init__(
        self,
        on_token_fault: Callable[[Fault | None], None],
        on_watch_dropped: Callable[[], None],
    ) -> None:
        self._active: dict[str, Fault] = {}
        self._on_token_fault = on_token_fault
        self._on_watch_dropped = on_watch_dropped

    def set(self, name: str, *, times: int | None = None, path: str = "", **options: Any) -> None:
        """Switch a fault on. Raises ValueError for a name that does not exist."""
        if name not in NAMES:
            raise ValueError(f"no such fault: {name!r}; there are {', '.join(sorted(NAMES))}")
        fault = Fault(name, path, times, options)
        self._active[name] = fault
        if name in TOKEN_FAULTS:
            self._on_token_fault(fault)
        elif name == "watch-dropped":
            self._on_watch_dropped()

    def clear(self, name: str | None = None) -> None:
        """Switch one fault off, or all. The token becomes good again."""
        gone = [name] if name else list(self._active)
        for each in gone:
            self._active.pop(each, None)
        if TOKEN_FAULTS & set(gone):
            self._on_token_fault(None)

    def find(self, name: str) -> Fault | None:
        """The fault, if it is on, without using it up."""
        return self._active.get(name)

    def take(self, name: str, path: str) -> Fault | None:
        """The fault, if this request meets it; counts against its `times`."""
        fault = self._active.get(name)
        if fault is None or not path.startswith(fault.path):
            return None
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._active.pop(name, None)
        return fault

    def as_list(self) -> list[dict[str, Any]]:
        """What is on, for the state route."""
        return [
            {"name": fault.name, "path": fault.path, "times": fault.times, **fault.options}
            for fault in self._active.values()
        ]
