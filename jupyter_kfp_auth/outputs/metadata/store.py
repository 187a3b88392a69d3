"""A small client of ML Metadata: the few calls that read a run, over gRPC."""

from __future__ import annotations

import os
import re
import ssl
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...http.errors import PipelinesError
from ...http.strict_json import JsonDict, JsonObject

#: The largest message, in bytes: what KFP's own server and drivers allow.
MAX_MESSAGE = 100 * 1024 * 1024

#: Rows of a page, where a run is too large for one message; the server gives no more.
_PAGE = 100

#: Seconds before each new attempt of a call that may be repeated.
_PAUSES = (0.1, 0.4, 1.0)

#: A method, and the fields of its request.
Call = tuple[str, JsonObject]

_CONTEXT = "GetContextByTypeAndName"
_EXECUTIONS, _ARTIFACTS = "GetExecutionsByContext", "GetArtifactsByContext"
_EVENTS = "GetEventsByExecutionIDs"

_SERVICE = "/ml_metadata.MetadataStoreService/"
_RUN = "system.PipelineRun"


class MetadataError(PipelinesError):
    """The metadata store cannot be reached, or does not answer as ML Metadata does."""


@dataclass(frozen=True, slots=True)
class Records:
    """The messages of one run."""

    context: Any
    executions: Sequence[Any]
    artifacts: Sequence[Any]
    events: Sequence[Any]


class MetadataStore:
    """Reads from ML Metadata. Thread-safe; connects when it is first asked.

    Args:
        endpoint: ``host:port``, with ``https://`` in front of it for TLS.
        timeout: seconds for a call with all its attempts.
        ca_cert: file with the CA certificates to trust with TLS; by default the system's.
        secure: whether to use TLS where ``endpoint`` does not say.
    """

    def __init__(
        self, endpoint: str, *, timeout: float = 10.0, ca_cert: str = "", secure: bool = False
    ) -> None:
        scheme, _, target = endpoint.rpartition("://")
        self.endpoint = target.rstrip("/")
        self._secure = scheme in ("https", "grpcs") if scheme else secure
        #: Whether TLS may be tried where the store does not speak without it.
        self._may_switch = not scheme and not secure
        self._timeout = timeout
        self._ca_cert = ca_cert
        self._lock = threading.Lock()
        self._channel: Any = None
        self._methods: JsonDict = {}

    def runs(self, run_ids: Sequence[str]) -> list[Records | None]:
        """Return what is known of runs; ``None`` for one that is not there.

        Three calls a run and one for all, in three waves: what does not wait for anything is asked
        at the same time.

        Raises:
            MetadataError: the store cannot be read.
        """
        end = time.monotonic() + self._timeout
        asked = [(_CONTEXT, {"type_name": _RUN, "context_name": run_id}) for run_id in run_ids]
        there = [
            answer.context
            for answer, run_id in zip(self._wave(asked, end), run_ids, strict=True)
            if answer.context.name == run_id
        ]
        lists = [(m, {"context_id": c.id}) for m in (_ARTIFACTS, _EXECUTIONS) for c in there]
        rows = self._wave(lists, end)
        artifacts, executions = rows[: len(there)], rows[len(there) :]
        owners = {e.id: c.id for c, found in zip(there, executions, strict=True) for e in found}
        events: dict[int, list[Any]] = {c.id: [] for c in there}
        if owners:
            (answer,) = self._wave([(_EVENTS, {"execution_ids": list(owners)})], end)
            for event in answer.events:
                events[owners[event.execution_id]].append(event)
        found = {
            c.name: Records(c, e, a, events[c.id])
            for c, e, a in zip(there, executions, artifacts, strict=True)
        }
        return [found.get(run_id) for run_id in run_ids]

    def ping(self) -> None:
        """Ask for a run that does not exist. Raises `MetadataError` where there is no answer."""
        end = time.monotonic() + self._timeout
        self._wave([(_CONTEXT, {"type_name": _RUN, "context_name": "-"})], end)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            channel, self._channel = self._channel, None
            self._methods.clear()
        if channel is not None:
            channel.close()

    def _wave(self, calls: Sequence[Call], end: float) -> list[Any]:
        """Make calls at the same time and return their answers; of lists their rows.

        The last one is waited for in this thread, and first: each future costs a change of threads.
        """
        if not calls:
            return []
        begun = [self._begin(call, end) for call in calls[:-1]]
        last = self._answer(calls[-1], None, end)
        return [*(self._answer(c, f, end) for c, f in zip(calls, begun, strict=False)), last]

    def _answer(self, call: Call, future: object, end: float) -> Any:
        listed = call[0] in (_EXECUTIONS, _ARTIFACTS)
        return self._rows(call, future, end) if listed else self._finish(call, future, end)

    def _rows(self, call: Call, future: object, end: float) -> list[Any]:
        """Return all rows of a list: in one message, or in pages where one is too large."""
        method, context = call
        field = "executions" if method == _EXECUTIONS else "artifacts"
        rows: list[Any] = []
        try:
            answer = self._finish(call, future, end)
            rows, token = list(getattr(answer, field)), answer.next_page_token
            if not token:
                return rows
        except MetadataError as error:
            if error.cause_code != "metadata-too-large":
                raise
            token = ""
        while True:
            options = {"max_result_size": _PAGE, "next_page_token": token}
            page = (method, {**context, "options": options})
            answer = self._finish(page, None, end)
            rows += getattr(answer, field)
            token = answer.next_page_token
            if not token:
                return rows

    def _begin(self, call: Call, end: float, *, wait: bool = False) -> Any:
        """Begin a call and return its future, or with ``wait`` its answer."""
        grpc = _grpc()
        from .messages import MESSAGES

        name, request = call
        method, message = self._method(grpc, name), MESSAGES[f"{name}Request"](**request)
        begin = method if wait else method.future
        return begin(message, timeout=max(end - time.monotonic(), 0.001))

    def _finish(self, call: Call, future: Any, end: float) -> Any:
        """Return the answer to a call that has begun (or begins now), or to a later attempt."""
        grpc = _grpc()
        for pause in (*_PAUSES, None):
            try:
                return future.result() if future is not None else self._begin(call, end, wait=True)
            except grpc.RpcError as error:
                code, details = error.code(), error.details() or ""
            transient = code in (grpc.StatusCode.ABORTED, grpc.StatusCode.UNAVAILABLE)
            if not (transient and "Socket closed" in details and self._switch_to_tls()):
                if not transient or pause is None or time.monotonic() + pause > end:
                    raise self._failure(code.name, details)
                time.sleep(pause)
            future = None
        raise AssertionError("the last attempt returns or raises")

    def _method(self, grpc: object, method: str) -> Any:
        from .messages import MESSAGES

        with self._lock:
            if self._channel is None:
                self._channel = self._connect(grpc)
            if method not in self._methods:
                self._methods[method] = self._channel.unary_unary(
                    f"{_SERVICE}{method}",
                    request_serializer=lambda message: message.SerializeToString(),
                    response_deserializer=MESSAGES[f"{method}Response"].FromString,
                )
            return self._methods[method]

    def _switch_to_tls(self) -> bool:
        """Speak TLS from here on; a server that wants it closes connections that do not."""
        with self._lock:
            switch, self._may_switch = self._may_switch, False
            if switch:
                self._secure = True
                self._channel = None
                self._methods.clear()
        return switch

    def _connect(self, grpc: Any) -> Any:
        options = (
            ("grpc.max_receive_message_length", MAX_MESSAGE),
            ("grpc.max_send_message_length", MAX_MESSAGE),
            ("grpc.enable_http_proxy", 0),  # it lies inside the cluster
            ("grpc.enable_retries", 0),  # we retry by ourselves, and only what may be repeated
            ("grpc.use_local_subchannel_pool", 1),
        )
        if not self._secure:
            return grpc.insecure_channel(self.endpoint, options)
        roots = None
        if self._ca_cert:
            try:
                roots = Path(self._ca_cert).read_bytes()
            except OSError as error:
                raise self._failure("UNAVAILABLE", f"{self._ca_cert}: {error.strerror}") from None
        elif path := ssl.get_default_verify_paths().cafile:
            roots = Path(path).read_bytes()
        return grpc.secure_channel(self.endpoint, grpc.ssl_channel_credentials(roots), options)

    def _failure(self, code: str, details: str) -> MetadataError:
        said = _LAST.sub("", " ".join(details.split()))[:200]
        facts = {"endpoint": self.endpoint, "said": said or code}
        cause = _CAUSES.get(code, "metadata-failed")
        if code == "UNAVAILABLE" and _TLS.search(said):
            cause = "metadata-tls"
        return MetadataError(cause, f"{self.endpoint}: {code}: {said}", facts=facts)


#: What gRPC puts before what has happened, and its words for a handshake that failed.
_LAST = re.compile(r"^failed to connect to all addresses; last error: \w+: (ipv[46]:\S+: )?")
_TLS = re.compile(r"handshake failed|certificate|verification check failed", re.IGNORECASE)

_CAUSES = {
    "UNAVAILABLE": "metadata-unreachable",
    "DEADLINE_EXCEEDED": "metadata-unreachable",
    "RESOURCE_EXHAUSTED": "metadata-too-large",
    "UNAUTHENTICATED": "metadata-denied",
    "PERMISSION_DENIED": "metadata-denied",
    "UNIMPLEMENTED": "metadata-unexpected",
}


def _grpc() -> Any:
    """Return grpcio, which is loaded when the first run's outputs are read."""
    if "grpc" not in sys.modules:
        # Its core writes to the process's stderr what it also tells in its errors.
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")
        # Its handlers for forks now and then abort a child, such as that of a cell's `!command`.
        os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
    try:
        import google.protobuf
        import grpc
    except ImportError as error:
        missing = "protobuf" if "protobuf" in str(error) or "google" in str(error) else "grpcio"
        raise MetadataError(
            "outputs-library-missing", f"{missing}: {error}", facts={"library": missing}
        ) from None
    del google
    return grpc
