"""Answers of the Kubernetes API: its refusals, lists, and compression."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import Any

from .routing import Call, Reply

Object = dict[str, Any]

_COMPRESSED_FROM = 128 * 1024  # bytes
_REASONS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    410: "Expired",
    415: "UnsupportedMediaType",
    422: "Invalid",
}


class Refused(Exception):
    """A request that is answered with a Status."""

    def __init__(self, status: int, message: str, **details: str) -> None:
        super().__init__(message)
        self.reply = Reply.of_json(status_object(status, message, **details), status)


@dataclass
class Target:
    """What a request is about."""

    group: str
    version: str
    namespace: str
    resource: str
    name: str
    sub: str

    @property
    def full(self) -> str:
        """The resource and its subresource."""
        return f"{self.resource}/{self.sub}" if self.sub else self.resource

    @property
    def subject(self) -> str:
        """The resource with its group and name, as messages call it."""
        subject = f"{self.resource}.{self.group}" if self.group else self.resource
        return f'{subject} "{self.name}"' if self.name else subject

    def missing(self) -> Refused:
        """404."""
        return Refused(
            404, f"{self.subject} not found", name=self.name, group=self.group, kind=self.resource
        )


def forbidden(user: str, verb: str, target: Target) -> Refused:
    """403."""
    where = "at the cluster scope"
    if target.namespace:
        where = f'in the namespace "{target.namespace}"'
    return Refused(
        403,
        f'{target.subject} is forbidden: User "{user}" cannot {verb} resource "{target.full}" '
        f'in API group "{target.group}" {where}',
        name=target.name,
        group=target.group,
        kind=target.resource,
    )


def status_object(status: int, message: str, **details: str) -> Object:
    """A Status of failure."""
    document: Object = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
    }
    if status in _REASONS:
        document["reason"] = _REASONS[status]
    if details:
        document["details"] = {name: text for name, text in details.items() if text}
    return {**document, "code": status}


def list_object(api_version: str, kind: str, items: list[Object]) -> Object:
    """A list of objects that do not change."""
    return {"apiVersion": api_version, "kind": kind, "metadata": {}, "items": items}


def json_object(call: Call) -> Object:
    """The body of a request. Raises Refused (400)."""
    try:
        document = json.loads(call.body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Refused(400, "the object provided is unrecognized")
    return document


def compressed(call: Call, reply: Reply) -> Reply:
    """The reply as kube-apiserver sends it: long answers in gzip, a watch never."""
    wanted = "gzip" in (call.headers.get("Accept-Encoding") or "")
    if wanted and call.method == "GET" and len(reply.body) > _COMPRESSED_FROM:
        reply.body = gzip.compress(reply.body, 4)
        reply.headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return reply
