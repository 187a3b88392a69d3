"""Control routes, through which other processes drive the sandbox."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Protocol

from .api import Api
from .clock import Clock
from .faults import Faults
from .rbac import Rbac
from .releases import Release
from .routing import Call, Reply

ROOT = "/sandbox/v1"


class Controlled(Protocol):
    """What is controlled: the `Sandbox`."""

    faults: Faults
    clock: Clock
    rbac: Rbac
    release: Release
    multi_user: bool
    namespace: str
    api: Api

    @property
    def requests(self) -> Sequence[object]:
        """The requests that have arrived."""

    def environment(self) -> dict[str, str]:
        """Return the environment of a process that uses it."""

    def rotate_token(self) -> object:
        """Replace the token."""


class Control:
    """Answers below `/sandbox/v1`. The server only listens on the loopback interface."""

    def __init__(self, sandbox: Controlled) -> None:
        self._sandbox = sandbox

    def answer(self, call: Call) -> Reply:
        """Answer a control request; 400 says what was wrong with it."""
        sandbox = self._sandbox
        try:
            match call.method, call.path.removeprefix(ROOT):
                case "GET", "/state":
                    return Reply.of_json(self._state())
                case "POST", "/faults":
                    sandbox.faults.set(**_body(call))
                case "DELETE", "/faults":
                    sandbox.faults.clear(call.query.get("name"))
                case "POST", "/clock":
                    sandbox.clock.advance(float(_body(call)["advance"]))
                case "POST", "/token/rotate":
                    sandbox.rotate_token()
                case _:
                    return Reply.of_json({"error": "no such control route"}, 404)
        except (ValueError, TypeError, KeyError) as error:
            return Reply.of_json({"error": str(error)}, 400)
        return Reply.of_json(self._state())

    def _state(self) -> dict[str, Any]:
        sandbox = self._sandbox
        return {
            "sandbox": "jupyter-kfp-auth: a stand-in, not a Kubeflow cluster",
            "release": sandbox.release.name,
            "multi_user": sandbox.multi_user,
            "namespace": sandbox.namespace,
            "now": sandbox.clock.now().isoformat(),
            "environment": sandbox.environment(),
            "faults": sandbox.faults.as_list(),
            "rbac": sandbox.rbac.as_dict(),
            "requests": len(sandbox.requests),
            "rows": sandbox.api.counts(),
        }


def _body(call: Call) -> dict[str, Any]:
    document = json.loads(call.body or b"{}")
    if not isinstance(document, dict):
        raise ValueError("a JSON object is expected")
    return document
