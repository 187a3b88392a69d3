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
from ...http.strict_json import JsonDict

#: The largest message, in bytes: what KFP's own server and drivers allow.
MAX_MESSAGE = 100 * 1024 * 1024

#: Rows of a page, where a run is too large for one message; the server gives no more.
_PAGE = 100

#: Seconds before each new attempt of a call that may be repeated.
_PAUSES = (0.1, 0.4, 1.0)

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

    def run(self, run_id: str) -> Records | None:
        """Return what is known of a run, in four calls; ``None`` where there is no such run.

        Raises:
            MetadataError: the store cannot be read.
        """
        end = time.monotonic() + self._timeout
        found = self._call(
            "GetContextByTypeAndName", end, type_name=_RUN, context_name=run_id
        ).context
        if found.name != run_id:
            return None
        context = {"context_id": found.id}
        executions = self._all("GetExecutionsByContext", "executions", end, context)
        artifacts = self._all("GetArtifactsByContext", "artifacts", end, context)
        events = self._call(
            "GetEventsByExecutionIDs", end, execution_ids=[e.id for e in executions]
        ).events
        return Records(found, executions, artifacts, events)

    def ping(self) -> None:
        """Ask for a run that does not exist. Raises `MetadataError` where there is no answer."""
        end = time.monotonic() + self._timeout
        self._call("GetContextByTypeAndName", end, type_name=_RUN, context_name="-")

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            channel, self._channel = self._channel, None
            self._methods.clear()
        if channel is not None:
            channel.close()

    def _all(self, method: str, field: str, end: float, context: JsonDict) -> list[Any]:
        """Return all rows of a list: in one message, or in pages where one is too large."""
        try:
            answer = self._call(method, end, **context)
        except MetadataError as error:
            if error.cause_code != "metadata-too-large":
                raise
            answer = None
        rows: list[Any] = list(getattr(answer, field)) if answer is not None else []
        token = answer.next_page_token if answer is not None else ""
        while token or answer is None:
            options = {"max_result_size": _PAGE, "next_page_token": token}
            answer = self._call(method, end, options=options, **context)
            rows += getattr(answer, field)
            token = answer.next_page_token
        return rows

    def _call(self, method: str, end: float, **request: object) -> Any:
        grpc = _grpc()
        from .messages import MESSAGES

        message = MESSAGES[f"{method}Request"](**request)
        for pause in (*_PAUSES, None):
            try:
                left = max(end - time.monotonic(), 0.001)
                return self._method(grpc, method)(message, timeout=left)
            except grpc.RpcError as error:
                code, details = error.code(), error.details() or ""
                transient = code in (grpc.StatusCode.ABORTED, grpc.StatusCode.UNAVAILABLE)
                if transient and "Socket closed" in details and self._switch_to_tls():
                    continue
                if not transient or pause is None or time.monotonic() + pause > end:
                    raise self._failure(code.name, details) from None
            time.sleep(pause)
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
