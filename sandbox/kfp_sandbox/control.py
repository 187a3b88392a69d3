"""Control routes, through which other processes drive the sandbox."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .routing import Call, Reply

if TYPE_CHECKING:
    from .server import Sandbox

ROOT = "/sandbox/v1"


class Control:
    """Answers below `/sandbox/v1`. The server only listens on the loopback interface."""

    def __init__(self, sandbox: Sandbox) -> None:
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
