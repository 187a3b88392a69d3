"""The server of the web page (`ml-pipeline-ui`), through which the API can be asked, too."""

from __future__ import annotations

import json
from dataclasses import replace

from .api import Api
from .routing import Call, Reply

PREFIX = "/pipeline"


def onward(call: Call) -> Call:
    """The call as this server hands it on to the API server."""
    if call.path.startswith(f"{PREFIX}/apis/"):
        return replace(call, path=call.path.removeprefix(PREFIX))
    return call


def answer(api: Api, call: Call) -> Reply:
    """The answer to a call that comes this way."""
    # Istio lets a call reach this server only with an authorization header.
    if api.state.multi_user and "Authorization" not in call.headers:
        reply = Reply.of_text("RBAC: access denied", 403)
        reply.headers["server"] = "envoy"
        return reply
    reply = api.answer(call)
    return _healthz(reply) if call.path.endswith("/healthz") else reply


def _healthz(reply: Reply) -> Reply:
    """This server's own answer to a health check, from the API server's."""
    ready = reply.status == 200
    api = json.loads(reply.body) if ready else {}
    document = {
        "apiServerReady": ready,
        "buildDate": "Wed Jul  8 10:12:43 UTC 2026",
        "frontendCommitHash": api.get("commit_sha", "unknown"),
        "frontendTagName": api.get("tag_name", "unknown"),
        "pipelineStore": api.get("pipeline_store", "database"),
    }
    if ready:
        document["apiServerCommitHash"] = api["commit_sha"]
        document["apiServerTagName"] = api["tag_name"]
        document["apiServerMultiUser"] = document["multi_user"] = api["multi_user"]
    return Reply.of_json(document)
