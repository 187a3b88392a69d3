"""How a request to Pipelines is made: API version, namespace, paging, and errors that explain."""

from __future__ import annotations

import copy
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import ModuleType
from typing import Any

from ..cluster.token_request import token_file
from ..config.settings import Settings
from ..http.errors import PipelinesError, UnreachableError
from ..http.session import Answer, Session
from . import v1beta1, v2beta1
from .errors import (
    ApiError,
    InvalidRequest,
    NotFound,
    UnexpectedAnswer,
    error_from,
    refuses_token,
)
from .fields import JsonObject, mapping, number, objects, text
from .health import health_from
from .models import Health, Page
from .query import Query

#: Servers that do not want what their mode says, and what they want: by host and mode, for every
#: client of this process. Each client asks again when it turns out to be wrong.
_objections: dict[tuple[str, bool | None], bool] = {}

#: What an id may be, so that it is safe in a path.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")

#: Definitions that are kept, each some ten kilobytes.
_MAX_DEFINITIONS = 32


class Transport:
    """Asks one Pipelines server, in its own API version. Thread-safe.

    Args:
        settings: where Pipelines is, and who asks.
        explain: turns an error into a diagnosis.
    """

    def __init__(
        self, settings: Settings, explain: Callable[[PipelinesError], Any] | None = None
    ) -> None:
        self.settings = settings
        self.session = Session(
            settings.host.value, token_file(settings), settings.ca_cert.value, settings.timeout
        )
        self.explain = explain
        self._lock = threading.Lock()
        self._health: Health | None = None
        #: Definitions of pipeline versions, by version and pipeline id.
        self._definitions: dict[tuple[str, str], JsonObject] = {}
        #: How often the server did not say how it is, and what came instead the last time.
        self._failures = 0
        self._failure: PipelinesError | None = None
        #: Whether lists name a namespace: by the server's mode, until the server objects.
        self._sends_namespace: bool | None = None

    def healthz(self) -> Health:
        """Ask the server for its health, API, release and mode; no token is needed for that."""
        with self.explained():
            for api in (v2beta1, v1beta1):
                answer = self.session.request("GET", api.HEALTHZ)
                if answer.status != 404:
                    break
            else:
                found = error_from(answer, self.settings, asked="ask for its health")
                raise NotFound("api-not-found", found.detail, status=404, facts=found.facts)
            asked = "ask for its health"
            data = self._object(answer, asked)
            health = health_from(data, answer, api.NAME)
            if health is None:
                raise _not_pipelines(answer, self.settings, asked)
            if self._health is not None and self._health.multi_user != health.multi_user:
                self._sends_namespace = None
            self._health = health
            return health

    @property
    def health(self) -> Health:
        """What `healthz` said when it was asked last; asked when it never was."""
        known = self._health
        if known is not None:
            return known
        failures = self._failures
        with self._lock:  # many threads ask once, and wait together for a server that is silent
            known = self._health
            if known is not None:
                return known
            if self._failure is not None and self._failures != failures:
                raise copy.copy(self._failure)
            try:
                return self.healthz()
            except PipelinesError as error:
                self._failures += 1
                self._failure = copy.copy(error)  # without its traceback
                raise

    def list(self, resource: str, namespace: str | None = None, **parameters: Any) -> Page[Any]:
        """Return one page of a list; ``namespace=None`` means the configured one."""
        with self.explained():
            query = Query(**parameters)
            for owner in filter(None, (query.experiment_id, query.pipeline_id, *query.run_ids)):
                _valid(owner)
            if namespace is None:
                namespace = self.settings.namespace.value
            while True:
                sends = self._namespaced(resource)
                try:
                    return self._page(
                        resource, replace(query, namespace=namespace if sends else "")
                    )
                except ApiError as error:
                    query = self._second_thought(error, query, namespace, sends)

    def walk(self, resource: str, namespace: str | None = None, **parameters: Any) -> Iterator[Any]:
        """Yield the items of every page, each once; one page is held at a time."""
        # Rows that move while we walk, because the field by which they are sorted changes.
        seen: set[str] = set()
        while True:
            page = self.list(resource, namespace, **parameters)
            for item in page.items:
                if item.id not in seen:
                    yield item
            token = page.next_page_token
            if not token:
                return
            if token == parameters.get("page_token"):
                raise UnexpectedAnswer(
                    "not-pipelines",
                    f"list {_words(resource)}: every page is said to be followed by the same one",
                    facts=self._facts(),
                )
            seen = {item.id for item in page.items if item.id}
            parameters["page_token"] = token
            parameters["page_size"] = page.page_size

    def get(self, resource: str, item_id: str, pipeline_id: str = "") -> Any:
        """Return one item."""
        with self.explained():
            _valid(item_id)
            if pipeline_id:
                _valid(pipeline_id)
            asked = f"get {_words(resource)[:-1]}"
            api = self._api
            answer = self._request("GET", api.item_path(resource, item_id, pipeline_id))
            data = api.unwrap(self._object(answer, asked))
            if resource == "runs":
                data = self._with_definition(data)
            item = self._decoder(resource)(data)
            if not item.id:
                raise _not_pipelines(answer, self.settings, asked)
            return item

    def _with_definition(self, run: JsonObject) -> JsonObject:
        """Add the definition to a run that only names the version that it was started from.

        A version never changes, so it is asked for once. Where it cannot be had, the run is shown
        without: its tasks then come in no order.
        """
        reference = mapping(run, "pipeline_version_reference")
        ids = text(reference, "pipeline_version_id"), text(reference, "pipeline_id")
        if mapping(run, "pipeline_spec") or not all(map(ID.fullmatch, ids)):
            return run
        definition = self._definitions.get(ids)
        if definition is None:
            path = self._api.item_path("pipeline_versions", *ids)
            try:
                version = self._object(self._request("GET", path), "get pipeline version")
            except PipelinesError:
                return run
            definition = self._definitions[ids] = mapping(version, "pipeline_spec")
            for old in list(self._definitions)[:-_MAX_DEFINITIONS]:
                self._definitions.pop(old, None)  # another thread may have taken it out
        return {**run, "pipeline_spec": definition}

    def act(self, resource: str, item_id: str, action: str) -> None:
        """Do something to one item. Sent once: only a refused token is ever sent again."""
        with self.explained():
            _valid(item_id)
            path = self._api.action_path(resource, item_id, action)
            self._object(self._request("POST", path), f"{action} {_words(resource)[:-1]}")

    def create(self, resource: str, **fields: Any) -> Any:
        """Make one item and return it. Sent once: only a refused token is ever sent again.

        Args:
            resource: ``experiments`` or ``runs``.
            fields: of the item, in the words of v2beta1; with ``workflow``, which tells that the
                definition is an Argo workflow, a run goes through v1beta1 whatever the release.
        """
        with self.explained():
            asked = f"create {_words(resource)[:-1]}"
            api = v1beta1 if fields.pop("workflow", False) else self._api
            body = getattr(api, f"{resource[:-1]}_body")(**fields)
            answer = self._request("POST", api.PATHS[resource], body=body)
            data = api.unwrap(self._object(answer, asked))
            item = getattr(api, resource[:-1])(data)
            if not item.id:
                raise _not_pipelines(answer, self.settings, asked)
            return item

    def definition(self, pipeline_id: str, version_id: str) -> Any:
        """Return the definition of a pipeline version: an object, or text from KFP 1.8."""
        with self.explained():
            _valid(pipeline_id)
            _valid(version_id)
            api = self._api
            path = api.definition_path(pipeline_id, version_id)
            data = self._object(self._request("GET", path), "get pipeline version")
            return data.get(api.DEFINITION)

    def log(self, run_id: str, node_id: str) -> str:
        """Return the log of one node, by the one route there is for it in any release."""
        with self.explained():
            path = f"/apis/v1alpha1/runs/{_valid(run_id)}/nodes/{_valid(node_id)}/log"
            answer = self._request("GET", path)
            if answer.status != 200:
                raise error_from(answer, self.settings, asked="read the log")
            return answer.text

    @property
    def namespaced(self) -> bool:
        """Whether lists of this server name a namespace, as far as it has said so."""
        return self._namespaced("experiments")

    def namespace_for(self, namespace: str | None) -> str:
        """Return the namespace that a new item names: none where the server knows none."""
        with self.explained():
            if self.health.multi_user is False:
                return ""
            return self.settings.namespace.value if namespace is None else namespace

    # -----------------------------------------------------------------------------------------

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Give errors that leave here the sentences of whoever built the client."""
        try:
            yield
        except PipelinesError as error:
            error.explain = self.explain
            if error.cause_code == "ca-missing":
                error.facts["origin"] = self.settings.ca_cert.origin
            elif isinstance(error, UnreachableError):
                error.facts["origin"] = self.settings.host.origin
            for name, value in self._facts().items():
                error.facts.setdefault(name, value)
            raise

    @property
    def _api(self) -> ModuleType:
        return v1beta1 if self.health.api == v1beta1.NAME else v2beta1

    def _decoder(self, resource: str) -> Callable[..., Any]:
        decoder: Callable[..., Any] = getattr(self._api, resource[:-1])
        return decoder

    def _namespaced(self, resource: str) -> bool:
        if resource == "pipeline_versions":
            return False
        if self._sends_namespace is not None:
            return self._sends_namespace
        return _objections.get(self._server, self.health.multi_user is not False)

    @property
    def _server(self) -> tuple[str, bool | None]:
        return self.settings.host.value, self.health.multi_user

    def _request(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        # A multi-user server is not asked without a token: its answer would only hide the cause.
        needs_token = self.health.multi_user is not False
        return self.session.request(
            method, path, params, body=body, needs_token=needs_token, refused=refuses_token
        )

    def _facts(self) -> dict[str, str]:
        settings = self.settings
        return {
            "host": settings.host.value,
            "namespace": settings.namespace.value,
            "path": settings.token_path.value,
            "origin": settings.token_path.origin,
            "kfp_namespace": settings.kfp_namespace,
        }

    def _page(self, resource: str, query: Query) -> Page[Any]:
        api = self._api
        answer = self._request("GET", api.list_path(resource, query), api.params(resource, query))
        asked = f"list {_words(resource)}"
        data = self._object(answer, asked)
        key = api.KEYS[resource]
        rows = objects(data, key)
        if bool(rows) != bool(data.get(key)) or (
            data and not {key, "total_size", "next_page_token"} & data.keys()
        ):
            raise _not_pipelines(answer, self.settings, asked)
        decode = self._decoder(resource)
        whole: dict[str, Any] = {"whole": False} if resource == "runs" else {}
        items = tuple(decode(item, **whole) for item in rows)
        total = number(data, "total_size") or len(items)
        return Page(items, text(data, "next_page_token"), total, query.page_size)

    def _second_thought(self, error: ApiError, query: Query, namespace: str, sent: bool) -> Query:
        """Change the request in the one way that the server asks for, or give up.

        Raises:
            ApiError: the error itself, where nothing sensible is left to try.
        """
        flip = {"namespace-required": not sent and bool(namespace), "namespace-rejected": sent}
        # Remembered already: by another thread, in the meantime.
        if flip.get(error.cause_code) and self._sends_namespace in (None, not sent):
            self._sends_namespace = _objections[self._server] = not sent
            return query
        if error.cause_code == "page-too-large" and query.page_size > 1:
            return replace(query, page_size=query.page_size // 2)
        raise error

    def _object(self, answer: Answer, asked: str) -> JsonObject:
        """Return the JSON object of a successful answer.

        Raises:
            ApiError: it is not successful, or not a JSON object (a login page comes as 200).
        """
        if answer.status != 200:
            raise error_from(answer, self.settings, asked=asked)
        try:
            data = answer.json()
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise _not_pipelines(answer, self.settings, asked)
        return data


def _not_pipelines(answer: Answer, settings: Settings, asked: str) -> ApiError:
    """Say that a 200 is not what Pipelines answers: a login page, most often."""
    error = error_from(answer, settings, asked=asked)
    if error.cause_code != "unknown":
        return error
    return UnexpectedAnswer("not-pipelines", error.detail, status=200, facts=error.facts)


def _valid(item_id: str) -> str:
    """Return an id that is safe in a path."""
    if not isinstance(item_id, str) or not ID.fullmatch(item_id):
        raise InvalidRequest.of("id", "an id as Pipelines gives it", item_id)
    return item_id


def _words(resource: str) -> str:
    return resource.replace("_", " ")
