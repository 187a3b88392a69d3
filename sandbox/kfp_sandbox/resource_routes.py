"""Routes that every kind of resource has, in both versions of the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .errors import gateway_error, wrapping
from .routing import Call, Router
from .state import message
from .store import Row

Json = dict[str, Any]
Page = tuple[list[Row], int, str]


class Resource:
    """Adds the routes of a kind of resource.

    Args:
        path: of the collection.
        kind: what errors call one of them.
        to_json: writes a row.
    """

    def __init__(
        self, router: Router, path: str, kind: str, to_json: Callable[[Row], Json]
    ) -> None:
        self._router = router
        self._path = path
        self._kind = kind
        self._to_json = to_json

    def list(self, key: str, page: Callable[[Call], Page]) -> None:
        """`GET path`: a page below `key`."""

        def endpoint(call: Call) -> Json:
            rows, total, token = page(call)
            found = {key: [self._to_json(row) for row in rows]}
            return message(**found, total_size=total, next_page_token=token)

        self._router.add("GET", self._path, endpoint)

    def get(
        self,
        get: Callable[[Call, str], Row],
        text: str,
        to_json: Callable[[Row], Json] | None = None,
        id_: str = "id",
    ) -> None:
        """`GET path/{id}`, whose failures begin with `text`; it may name the id as `{id}`."""

        def endpoint(call: Call) -> Json:
            identifier = call.params[id_]
            with wrapping(text.replace("{id}", identifier)):
                row = get(call, identifier)
            return (to_json or self._to_json)(row)

        self._router.add("GET", f"{self._path}/{{{id_}}}", endpoint)

    def create(self, create: Callable[[Call], Row], text: str) -> None:
        """`POST path`, whose failures begin with `text`."""

        def endpoint(call: Call) -> Json:
            with wrapping(text):
                row = create(call)
            return self._to_json(row)

        self._router.add("POST", self._path, endpoint)

    def act(self, separator: str = ":", **actions: Callable[[Call, str], None]) -> None:
        """`POST path/{id}:action` for each, which answers `{}`."""
        for name, action in actions.items():
            article = "" if self._kind.endswith("experiment") else "a "
            path = f"{self._path}/{{id}}{separator}{name}"
            self._void("POST", path, action, f"Failed to {name} {article}{self._kind}")

    def delete(self, delete: Callable[[Call, str], None], text: str = "", id_: str = "id") -> None:
        """`DELETE path/{id}`; `text` may name the parameters of the path."""
        text = text or f"Failed to delete a {self._kind}"
        self._void("DELETE", f"{self._path}/{{{id_}}}", delete, text, id_)

    def _void(
        self, method: str, path: str, action: Callable[[Call, str], None], text: str,
        id_: str = "id",
    ) -> None:  # fmt: skip
        def endpoint(call: Call) -> Json:
            with wrapping(text.format(**call.params)):
                action(call, call.params[id_])
            return {}

        self._router.add(method, path, endpoint)


def integer(body: Json, name: str) -> int:
    """A number in a request, which may be text. Raises ApiError (400)."""
    try:
        return int(body.get(name) or 0)
    except (TypeError, ValueError):
        raise gateway_error(f"proto: (line 1:2): invalid value for int64 field {name}") from None
