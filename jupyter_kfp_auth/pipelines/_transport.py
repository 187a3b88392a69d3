"""How a request to Pipelines is made: API version, namespace, paging, and errors that explain."""

from __future__ import annotations

import copy
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from ..cluster.token_request import token_file
from ..config.settings import Settings
from ..http.errors import Explain, PipelinesError, Unreachable
from ..http.session import Answer, Body, Session
from ..http.stream import Stream
from ..http.strict_json import Json
from . import v1beta1, v2beta1
from .answers import error_from, refuses_token
from .api_version import ApiVersion
from .definition_store import DefinitionStore
from .errors import ApiError, InvalidRequest, NotFound, UnexpectedAnswer
from .fields import JsonObject, mapping, objects, text
from .health import health_from
from .kinds import Kind
from .models import Health
from .outcome import judged
from .steps import is_workflow

#: Servers that do not want what their mode says, and what they want: by host and mode, for every
#: client of this process. Each client asks again when it turns out to be wrong.
_objections: dict[tuple[str, bool | None], bool] = {}

#: The run that a path is about.
_RUN = re.compile(r"/runs/([^/:]+)")

#: What an id may be, so that it is safe in a path.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")

_POD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,252}")

#: Seconds that a log may take.
_LOG_SECONDS = 900.0

#: Definitions that are kept, each some ten kilobytes.
_MAX_DEFINITIONS = 32


class Transport:
    """Asks one Pipelines server, in its own API version. Thread-safe.

    Args:
        settings: where Pipelines is, and who asks.
        explain: turns an error into a diagnosis.
    """

    def __init__(self, settings: Settings, explain: Explain | None = None) -> None:
        self.settings = settings
        self.session = Session(
            settings.host.value, token_file(settings), settings.ca_cert.value, settings.timeout
        )
        self.explain = explain
        #: Is told of each signed-in request: its seconds, status (or ``None``), ``Retry-After``.
        self.on_answer: Callable[[float, int | None, float], object] | None = None
        #: How many requests to change something have been sent.
        self.changes = 0
        self._lock = threading.Lock()
        self._health: Health | None = None
        #: Definitions of pipeline versions, by version and pipeline id.
        self._definitions: dict[tuple[str, str], JsonObject] = {}
        self._kept = DefinitionStore(settings.host.value)
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
                if found.cause_code not in ("api-not-found", "not-found"):
                    raise found
                raise NotFound("api-not-found", found.detail, status=404, facts=found.facts)
            asked = "ask for its health"
            data = self._object(answer, asked)
            health = health_from(data, answer, api.NAME)
            if health is None:
                raise self.not_pipelines(answer, asked)
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

    def with_definition(self, run: JsonObject) -> JsonObject:
        """Add the definition to a run that only names the version that it was started from.

        A version never changes, so it is asked for once. Where it cannot be had, the run is shown
        without: its tasks then come in no order.
        """
        reference = mapping(run, "pipeline_version_reference")
        ids = text(reference, "pipeline_version_id"), text(reference, "pipeline_id")
        if (
            self.api.NAME == v1beta1.NAME  # which always sends it
            or mapping(run, "pipeline_spec")
            or not all(map(ID.fullmatch, ids))
        ):
            return run
        try:
            return {**run, "pipeline_spec": self._definition(*ids)}
        except PipelinesError:
            return run

    def _definition(self, version_id: str, pipeline_id: str) -> JsonObject:
        """Return the definition of a version from v2beta1, asked for once."""
        ids = version_id, pipeline_id
        definition = self._definitions.get(ids) or self._kept.get(pipeline_id, version_id)
        if definition is None:
            path = self.api.definition_path(pipeline_id, version_id)
            version, _ = self.object("GET", path, "get pipeline version")
            definition = mapping(version, "pipeline_spec")
            self._kept.put(pipeline_id, version_id, definition)
        self._definitions[ids] = definition
        for old in list(self._definitions)[:-_MAX_DEFINITIONS]:
            self._definitions.pop(old, None)  # another thread may have taken it out
        return definition

    def with_tasks(self, run: JsonObject) -> JsonObject:
        """Add what `with_definition` adds, and the tasks to a run of kfp 1.

        v2beta1 may know no tasks of it; v1beta1 of the same server has its workflow.
        """
        run = self.with_definition(run)
        known = objects(mapping(run, "run_details"), "task_details")
        if known or self.api.NAME == v1beta1.NAME or text(run, "state") in ("", "PENDING"):
            return run
        if not is_workflow(mapping(run, "pipeline_spec")):
            return run
        path = v1beta1.item_path(Kind.RUNS, valid_id(text(run, "run_id")))
        try:
            data, _ = self.object("GET", path, "get run")
        except PipelinesError:
            return run
        return {**run, "run_details": {"workflow": v1beta1.workflow_of(data)}}

    def definition(self, pipeline_id: str, version_id: str) -> Json:
        """Return the definition of a pipeline version: an object, or text from KFP 1.8."""
        with self.explained():
            ids = valid_id(pipeline_id), valid_id(version_id)
            if self.api.NAME != v1beta1.NAME:
                return self._definition(version_id, pipeline_id)
            path = self.api.definition_path(*ids)
            data, _ = self.object("GET", path, "get pipeline version")
            return data.get(self.api.DEFINITION)

    def log(self, run_id: str, node_id: str) -> str:
        """Return the log of one node, by the one route there is for it in any release."""
        with self.explained():
            path = f"/apis/v1alpha1/runs/{valid_id(run_id)}/nodes/{valid_id(node_id)}/log"
            answer = self._request("GET", path)
            if answer.status != 200:
                raise error_from(answer, self.settings, asked="read the log")
            return answer.text

    @contextmanager
    def open_log(self, run_id: str, pod: str, *, follow: bool = False) -> Iterator[Stream]:
        """Open the log of a pod by Pipelines' own route, which asks for nobody's token.

        It answers 200 before it knows whether it can, and then writes the failure into the log.
        """
        if not _POD.fullmatch(pod):
            raise InvalidRequest.of("pod", "a pod's name", pod)
        path = f"/apis/v1alpha1/runs/{valid_id(run_id)}/nodes/{pod}/log"
        with self.explained():
            params = {"follow": "true"} if follow else {}
            with self.session.stream(
                path, params, accept="*/*", seconds=_LOG_SECONDS, needs_token=False
            ) as stream:
                if stream.status != 200:
                    answer = Answer(stream.status, stream.headers, stream.body(), path, False)
                    raise error_from(answer, self.settings, asked="read the log")
                yield stream

    @property
    def namespaced(self) -> bool:
        """Whether lists of this server name a namespace, as far as it has said so."""
        if self._sends_namespace is not None:
            return self._sends_namespace
        return _objections.get(self._server, self.health.multi_user is not False)

    def objects_to_namespace(self, sent: bool) -> bool:
        """Remember that the server wants what was not ``sent``; tell whether that is news."""
        # Remembered already: by another thread, in the meantime.
        if self._sends_namespace not in (None, not sent):
            return False
        self._sends_namespace = _objections[self._server] = not sent
        return True

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
            elif isinstance(error, Unreachable):
                error.facts["origin"] = self.settings.host.origin
            for name, value in self.facts().items():
                error.facts.setdefault(name, value)
            raise

    @property
    def api(self) -> ApiVersion:
        """The API version that the server speaks."""
        return v1beta1 if self.health.api == v1beta1.NAME else v2beta1

    @property
    def _server(self) -> tuple[str, bool | None]:
        return self.settings.host.value, self.health.multi_user

    def _request(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        body: Body | None = None,
        content_type: str = "application/json",
        timeout: float | None = None,
    ) -> Answer:
        # A multi-user server is not asked without a token: its answer would only hide the cause.
        needs_token = self.health.multi_user is not False
        self.changes += method != "GET"
        began = time.monotonic()
        status, wait = None, 0.0
        try:
            answer = self.session.request(
                method,
                path,
                params,
                body=body,
                content_type=content_type,
                timeout=timeout,
                needs_token=needs_token,
                refused=refuses_token,
            )
            status, wait = answer.status, _retry_after(answer)
            return answer
        finally:
            if self.on_answer is not None and method == "GET":
                self.on_answer(time.monotonic() - began, status, wait)

    def facts(self) -> dict[str, str]:
        """Return what every error of this server may name."""
        settings = self.settings
        return {
            "host": settings.host.value,
            "namespace": settings.namespace.value,
            "path": settings.token_path.value,
            "origin": settings.token_path.origin,
            "kfp_namespace": settings.kfp_namespace,
            "release": self._health.release if self._health else "",
        }

    def object(
        self,
        method: str,
        path: str,
        asked: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Body | None = None,
        content_type: str = "application/json",
        timeout: float | None = None,
    ) -> tuple[JsonObject, Answer]:
        """Send a request and return the JSON object of its answer, with the answer itself.

        Raises:
            ApiError: it is not successful, or not a JSON object (a login page comes as 200).
            OutcomeUnknown: it was to change something, and the answer got lost.
        """
        try:
            answer = self._request(method, path, params, body, content_type, timeout)
            return self._object(answer, asked), answer
        except PipelinesError as error:
            if found := _RUN.search(path):
                error.facts["run"] = found[1]
            if method != "GET":
                raise judged(error, asked) from None
            raise

    def not_pipelines(self, answer: Answer, asked: str) -> ApiError:
        """Return the error of a 200 that Pipelines did not send: a login page, most often."""
        error = error_from(answer, self.settings, asked=asked)
        if error.cause_code != "unknown":
            return error
        return UnexpectedAnswer("not-pipelines", error.detail, status=200, facts=error.facts)

    def _object(self, answer: Answer, asked: str) -> JsonObject:
        if answer.status != 200:
            raise error_from(answer, self.settings, asked=asked)
        try:
            data = answer.json()
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise self.not_pipelines(answer, asked)
        return data


def _retry_after(answer: Answer) -> float:
    """Return for how many seconds the server wants to be left alone."""
    said = answer.headers.get("Retry-After", "").strip()
    return float(said) if said.isdecimal() and len(said) < 6 else 0.0


def valid_id(item_id: str) -> str:
    """Return an id that is safe in a path."""
    if not isinstance(item_id, str) or not ID.fullmatch(item_id):
        raise InvalidRequest.of("id", "an id as Pipelines gives it", item_id)
    return item_id
