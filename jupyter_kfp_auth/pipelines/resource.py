"""One kind of resource on one server: list, walk, get, create, act, delete."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, TypeVar

from ..http.errors import PipelinesError
from ._transport import Transport, valid_id
from .api_version import ApiVersion
from .errors import ApiError, UnexpectedAnswer
from .fields import JsonObject, number, objects, text
from .kinds import Kind
from .models import Model, Page
from .new_items import NewItem
from .outcome import state_facts
from .package import Package
from .query import Query

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import AnyOptions

#: Ids of rows that a walk remembers: those of some pages.
_REMEMBERED = 1000

T_co = TypeVar("T_co", bound=Model, covariant=True)


class Resource(Generic[T_co]):
    """The resources of one kind.

    Args:
        transport: asks the server.
        kind: which they are.
        decode: makes a model of one that was asked for by itself.
        decode_row: makes a model of a row in a list; by default as ``decode``.
        complete: adds what an answer to `get` leaves out.
    """

    def __init__(
        self,
        transport: Transport,
        kind: Kind,
        decode: Callable[[JsonObject], T_co],
        *,
        decode_row: Callable[[JsonObject], T_co] | None = None,
        complete: Callable[[JsonObject], JsonObject] = lambda data: data,
    ) -> None:
        self._transport = transport
        self.kind = kind
        self._decode = decode
        self._decode_row = decode_row or decode
        self._complete = complete

    def list(self, namespace: str | None = None, **options: Unpack[AnyOptions]) -> Page[T_co]:
        """Return one page; ``namespace=None`` means the configured one."""
        transport = self._transport
        with transport.explained():
            if self.kind.archivable:
                options.setdefault("include_archived", False)
            query = Query(**options)
            for owner in filter(None, (query.experiment_id, query.pipeline_id, *query.run_ids)):
                valid_id(owner)
            if namespace is None:
                namespace = transport.settings.namespace.value
            while True:
                sends = self.kind is not Kind.VERSIONS and transport.namespaced
                try:
                    return self._page(replace(query, namespace=namespace if sends else ""))
                except ApiError as error:
                    query = self._second_thought(error, query, namespace, sends)

    def walk(self, namespace: str | None = None, **options: Unpack[AnyOptions]) -> Iterator[T_co]:
        """Yield the items of every page, each once; one page is held at a time."""
        # Rows may move to a later page while we walk: the last ids tell them, in bounded memory.
        seen: dict[str, None] = {}
        while True:
            page = self.list(namespace, **options)
            for item in page.items:
                if item.id not in seen:
                    yield item
                if item.id:
                    seen[item.id] = None
            for old in tuple(seen)[:-_REMEMBERED]:
                del seen[old]
            token = page.next_page_token
            if not token:
                return
            if token == options.get("page_token"):
                raise UnexpectedAnswer(
                    "not-pipelines",
                    f"list {self.kind.plural}: every page is said to be followed by the same one",
                    facts=self._transport.facts(),
                )
            options["page_token"] = token
            options["page_size"] = page.page_size

    def get(self, item_id: str, pipeline_id: str = "") -> T_co:
        """Return one item; a pipeline version is one of the pipeline ``pipeline_id``."""
        transport = self._transport
        with transport.explained():
            path = self._path(item_id, pipeline_id)
            asked = f"get {self.kind.singular}"
            data, answer = transport.object("GET", path, asked)
            item = self._decode(self._complete(transport.api.normalize(self.kind, data)))
            if not item.id:
                raise transport.not_pipelines(answer, asked)
            return item

    def create(self, new: NewItem, api: ApiVersion | None = None) -> T_co:
        """Create an item and return it. Sent once: only a refused token is ever sent again.

        Args:
            new: what to create.
            api: the API version to use instead of the server's own.
        """
        transport = self._transport
        with transport.explained():
            asked = f"create {self.kind.singular}"
            api = api or transport.api
            path = api.list_path(self.kind)
            data, answer = transport.object("POST", path, asked, body=api.body(new))
            item = self._decode(api.normalize(self.kind, data))
            if not item.id:
                raise transport.not_pipelines(answer, asked)
            return item

    def upload(self, package: Package, query: Mapping[str, str], seconds: float) -> T_co:
        """Create an item from a file, and return it. Sent once, as with `create`.

        Args:
            package: the file.
            query: the parameters that go with it; empty ones are left out.
            seconds: the least time to give it: KFP 2.17.0 never answers to some broken files.
        """
        transport = self._transport
        with transport.explained():
            asked = f"upload {self.kind.singular}"
            body, content_type = package.form()
            data, answer = transport.object(
                "POST",
                transport.api.upload_path(self.kind),
                asked,
                params={key: value for key, value in query.items() if value},
                body=body,
                content_type=content_type,
                timeout=max(seconds, transport.settings.timeout),
            )
            item = self._decode(transport.api.normalize(self.kind, data))
            if not item.id:
                raise transport.not_pipelines(answer, asked)
            return item

    def act(self, item_id: str, action: str) -> None:
        """Do something to one item. Sent once: only a refused token is ever sent again."""
        with self._transport.explained():
            valid_id(item_id)
            path = self._transport.api.action_path(self.kind, item_id, action)
            try:
                self._transport.object("POST", path, f"{action} {self.kind.singular}")
            except ApiError as error:
                if error.cause_code in ("run-ended", "run-not-retryable"):
                    with suppress(PipelinesError):  # the refusal then says what state it is in
                        error.facts |= state_facts(self.get(item_id))
                raise

    def delete(self, item_id: str, pipeline_id: str = "") -> None:
        """Delete one item for good. Sent once: only a refused token is ever sent again."""
        with self._transport.explained():
            path = self._path(item_id, pipeline_id)
            self._transport.object("DELETE", path, f"delete {self.kind.singular}")

    # -----------------------------------------------------------------------------------------

    def _path(self, item_id: str, pipeline_id: str) -> str:
        valid_id(item_id)
        if self.kind is Kind.VERSIONS:
            valid_id(pipeline_id)
        return self._transport.api.item_path(self.kind, item_id, pipeline_id)

    def _page(self, query: Query) -> Page[T_co]:
        transport, api = self._transport, self._transport.api
        asked = f"list {self.kind.plural}"
        path = api.list_path(self.kind, query.pipeline_id)
        data, answer = transport.object("GET", path, asked, params=api.params(self.kind, query))
        key = api.list_key(self.kind)
        rows = objects(data, key)
        if bool(rows) != bool(data.get(key)) or (
            data and not {key, "total_size", "next_page_token"} & data.keys()
        ):
            raise transport.not_pipelines(answer, asked)
        items = tuple(self._decode_row(api.normalize(self.kind, row)) for row in rows)
        total = number(data, "total_size") or len(items)
        return Page(items, text(data, "next_page_token"), total, query.page_size)

    def _second_thought(self, error: ApiError, query: Query, namespace: str, sent: bool) -> Query:
        """Change the request in the one way that the server asks for, or give up.

        Raises:
            ApiError: the error itself, where nothing sensible is left to try.
        """
        flip = {"namespace-required": not sent and bool(namespace), "namespace-rejected": sent}
        if flip.get(error.cause_code) and self._transport.objects_to_namespace(sent):
            return query
        if error.cause_code == "page-too-large" and query.page_size > 1:
            return replace(query, page_size=query.page_size // 2)
        raise error
