"""ML Metadata over gRPC: what the drivers and launchers of the runs would have written.

Nothing is stored: a run's records follow from the run. An id is made of the first half of its run's
id and a number, so that an execution or artifact is found again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .produced import Execution, File, executions
from .protobuf_wire import decode, encode, json_struct
from .run_state import RunStates
from .state import ServerState
from .store import Row

_SERVICE = "/ml_metadata.MetadataStoreService/"
_RUN, _PIPELINE = "system.PipelineRun", "system.Pipeline"
_STATES = {"RUNNING": 2, "COMPLETE": 3, "FAILED": 4, "CACHED": 5, "CANCELED": 6}
_INPUT, _OUTPUT = 3, 4
_LIVE = 2
_PAGE = 100
#: Types get the number of their place here, from 1 on.
_TYPES = (
    *(_PIPELINE, _RUN, "system.DAGExecution", "system.ContainerExecution"),
    *("system.Artifact", "system.Dataset", "system.Model", "system.Metrics"),
    *("system.ClassificationMetrics", "system.SlicedClassificationMetrics"),
    *("system.HTML", "system.Markdown"),
)
_SHIFT = 20
_PIPELINE_SHIFT = 2**52

Message = dict[int, list[Any]]


class _Records:
    """The messages of one run."""

    def __init__(self, row: Row, found: Sequence[Execution], session: str) -> None:
        self.row = row
        self.base = int(row["id"][:8], 16) << _SHIFT
        self.session = session
        self.found = found
        self.numbers = {one.path: self.base + n for n, one in enumerate(found, start=1)}
        files: dict[str, File] = {}
        for one in found:
            for file in one.wrote:
                files.setdefault(file.uri, file)
        self.files = {uri: (self.base + n, file) for n, (uri, file) in enumerate(files.items(), 1)}

    def context(self) -> bytes:
        pipeline = self.row["k8s_name"].rpartition("-")[0]
        properties = {
            "namespace": self.row["namespace"],
            "resource_name": "run-resource",
            "pipeline_root": f"minio://mlpipeline/v2/artifacts/{pipeline}/{self.row['id']}",
            "store_session_info": self.session,
        }
        return encode(
            (1, self.base),
            (2, _type_id(_RUN)),
            (3, self.row["id"]),
            *_properties(5, properties),
            (6, _RUN),
            *_times(7, self.row),
        )

    def executions(self) -> list[bytes]:
        return [self._execution(one) for one in self.found]

    def _execution(self, one: Execution) -> bytes:
        kind = f"system.{one.kind}Execution"
        properties: dict[str, Any] = {"task_name": one.key, "display_name": one.name}
        if one.parent:
            properties["parent_dag_id"] = self.numbers[one.parent]
        if one.turn is not None:
            properties["iteration_index"] = one.turn
        if one.turns is not None:
            properties["iteration_count"] = one.turns
        if one.inputs or one.kind == "Container":
            properties["inputs"] = one.inputs
        if one.outputs is not None:
            properties["outputs"] = one.outputs
        if one.kind == "Container":
            pod = one.pod.pod_name if one.pod else ""
            properties |= {"pod_name": pod, "namespace": self.row["namespace"], "image": ""}
        if pointers := one.pointers.get("parameters"):
            properties["parameter_producer_task"] = {k: json.dumps(v) for k, v in pointers.items()}
        if chosen := one.pointers.get("artifacts"):
            properties["artifact_producer_task"] = json.dumps(_snake(chosen))
        name = f"run/{self.row['id']}" if not one.parent else None
        return encode(
            (1, self.numbers[one.path]),
            (2, _type_id(kind)),
            (3, _STATES[one.state]),
            *_properties(5, properties),
            (6, name),
            (7, kind),
            *_times(8, self.row),
        )

    def artifacts(self) -> list[bytes]:
        return [self._artifact(number, file) for number, file in self.files.values()]

    def _artifact(self, number: int, file: File) -> bytes:
        properties = {
            "display_name": file.name,
            "store_session_info": self.session,
            **{key: _logged(value) for key, value in file.metadata.items()},
        }
        return encode(
            (1, number),
            (2, _type_id(file.type)),
            (3, file.uri),
            *_properties(5, properties),
            (6, _LIVE),
            (8, file.type),
            *_times(9, self.row),
        )

    def events(self) -> list[bytes]:
        found = []
        for one in self.found:
            for name, files in one.read.items():
                found += [self._event(one, file, name, _INPUT) for file in files]
            found += [self._event(one, file, file.name, _OUTPUT) for file in one.wrote]
        return found

    def _event(self, one: Execution, file: File, name: str, kind: int) -> bytes:
        step = encode((2, name))
        return encode(
            (1, self.files[file.uri][0]),
            (2, self.numbers[one.path]),
            (3, encode((1, step))),
            (4, kind),
            (5, int(self.row["created_at"]) * 1000),
        )


class MetadataService:
    """Answers the calls that read a run, as ML Metadata does.

    Args:
        session: how the object store is reached, decoded.
    """

    def __init__(
        self, server: ServerState, run_states: RunStates, session: Callable[[], dict[str, Any]]
    ) -> None:
        self._server = server
        self._run_states = run_states
        self._session = session
        self.calls: list[str] = []
        self._methods: dict[str, Callable[[Message], bytes]] = {
            "GetContextByTypeAndName": self._context,
            "GetContextsByType": self._contexts_of_type,
            "GetContextsByExecution": self._contexts_of,
            "GetContextsByArtifact": self._contexts_of,
            "GetParentContextsByContext": self._parents,
            "GetExecutionsByContext": lambda m: self._page(m, _Records.executions),
            "GetArtifactsByContext": lambda m: self._page(m, _Records.artifacts),
            "GetExecutionsByID": lambda m: self._by_id(m, _Records.executions),
            "GetArtifactsByID": lambda m: self._by_id(m, _Records.artifacts),
            "GetEventsByExecutionIDs": lambda m: self._events(m, 2),
            "GetEventsByArtifactIDs": lambda m: self._events(m, 1),
            "GetContextType": lambda m: self._type(m, _TYPES[:2]),
            "GetExecutionType": lambda m: self._type(m, _TYPES[2:4]),
            "GetArtifactType": lambda m: self._type(m, _TYPES[4:]),
            "GetContextTypes": lambda m: _types(_TYPES[:2]),
            "GetExecutionTypes": lambda m: _types(_TYPES[2:4]),
            "GetArtifactTypes": lambda m: _types(_TYPES[4:]),
        }

    def answer(self, method: str, request: bytes) -> bytes | None:
        """Return the answer to a call; None for a method that is not known."""
        call = self._methods.get(method)
        if call is None:
            return None
        self.calls.append(method)
        return call(decode(request))

    def records(self, row: Row) -> _Records:
        """Return what is known of a run."""
        found = executions(self._run_states, row)
        return _Records(row, found, json.dumps(self._session(), separators=(",", ":")))

    def _context(self, message: Message) -> bytes:
        kind, name = _text(message, 1), _text(message, 2)
        if kind == _PIPELINE:
            return encode((1, _pipeline(name)))
        row = self._server.store.get("runs", name) if kind == _RUN else None
        records = self.records(row) if row else None
        return encode((1, records.context())) if records and records.found else b""

    def _contexts_of_type(self, message: Message) -> bytes:
        rows = self._server.store.select("runs") if _text(message, 1) == _RUN else []
        return encode(*((1, self.records(row).context()) for row in rows))

    def _contexts_of(self, message: Message) -> bytes:
        records = self._of(_number(message, 1))
        return encode((1, records.context())) if records else b""

    def _parents(self, message: Message) -> bytes:
        records = self._of(_number(message, 1))
        if records is None:
            return b""
        return encode((1, _pipeline(records.row["k8s_name"].rpartition("-")[0])))

    def _page(self, message: Message, part: Callable[[_Records], list[bytes]]) -> bytes:
        records = self._of(_number(message, 1))
        rows = part(records) if records else []
        if 2 not in message:
            return encode(*((1, item) for item in rows))
        options = decode(message[2][-1])
        start = int(_text(options, 3) or 0)
        size = min(_number(options, 1) or 20, _PAGE)
        token = str(start + size) if start + size < len(rows) else None
        return encode(*((1, item) for item in rows[start : start + size]), (2, token))

    def _by_id(self, message: Message, part: Callable[[_Records], list[bytes]]) -> bytes:
        found = []
        for number in _numbers(message, 1):
            records = self._of(number)
            rows = part(records) if records else []
            index = number & (1 << _SHIFT) - 1
            found += [(1, rows[index - 1])] if 0 < index <= len(rows) else []
        return encode(*found)

    def _events(self, message: Message, field: int) -> bytes:
        wanted = set(_numbers(message, 1))
        found = []
        for base in {number >> _SHIFT for number in wanted}:
            records = self._of(base << _SHIFT)
            events = records.events() if records else []
            found += [(1, event) for event in events if decode(event)[field][0] in wanted]
        return encode(*found)

    def _type(self, message: Message, known: Iterable[str]) -> bytes:
        name = _text(message, 1)
        return encode((1, encode((1, _type_id(name)), (2, name)))) if name in known else b""

    def _of(self, number: int) -> _Records | None:
        """Return the run to which an execution, an artifact or a context belongs."""
        beginning = f"{number >> _SHIFT:08x}"
        rows = self._server.store.select("runs", [("id LIKE ?", [f"{beginning}%"])])
        return self.records(rows[0]) if rows else None


class MetadataServer:
    """Serves the metadata store over gRPC, on 127.0.0.1. Its port stays when it is stopped."""

    def __init__(self, service: MetadataService) -> None:
        self.service = service
        self.port = 0
        self._server: Any = None

    def start(self) -> None:
        """Listen. Raises RuntimeError when the port is taken."""
        # Its core would write to stderr whenever a client goes away.
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")
        # Its handlers for forks abort children now and then, such as those of a test's terminal.
        os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
        import grpc

        service = self.service

        class Handler(grpc.GenericRpcHandler):  # type: ignore[misc]
            def service(self, details: Any) -> Any:
                method = details.method.removeprefix(_SERVICE)

                def call(request: bytes, context: Any) -> bytes:
                    answer = service.answer(method, request)
                    if answer is None:
                        context.abort(grpc.StatusCode.UNIMPLEMENTED, "the sandbox has no such call")
                    assert answer is not None
                    return answer

                return grpc.unary_unary_rpc_method_handler(call)

        self._server = grpc.server(
            ThreadPoolExecutor(8, thread_name_prefix="kfp-sandbox-metadata"),
            (Handler(),),
            options=(("grpc.max_send_message_length", 100 << 20), ("grpc.so_reuseport", 0)),
        )
        self.port = self._server.add_insecure_port(f"127.0.0.1:{self.port}")
        self._server.start()

    def stop(self) -> None:
        """Close every connection and stop listening."""
        if self._server is not None:
            self._server.stop(None).wait()
            self._server = None


def _properties(number: int, properties: dict[str, Any]) -> list[tuple[int, bytes]]:
    return [(number, encode((1, key), (2, _value(item)))) for key, item in properties.items()]


def _value(item: Any) -> bytes:
    if isinstance(item, bool):
        return encode((1, int(item)))
    if isinstance(item, int):
        return encode((1, item))
    if isinstance(item, float):
        return encode((2, item))
    if isinstance(item, str):
        return encode((3, item))
    return encode((4, json_struct(item)))


def _logged(value: Any) -> Any:
    """Return a value of an artifact as the launcher writes it: six decimals, lists wrapped."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return round(float(value), 6)
    if isinstance(value, list):
        return {"list": value}
    return {"struct": value} if isinstance(value, dict) else value


def _snake(chosen: dict[str, Any]) -> dict[str, Any]:
    """Return selectors of artifacts as the driver spells them."""
    return {
        name: {
            "artifact_selectors": [
                {
                    "producer_subtask": s["producerSubtask"],
                    "output_artifact_key": s["outputArtifactKey"],
                }
                for s in found.get("artifactSelectors", ())
            ]
        }
        for name, found in chosen.items()
    }


def _pipeline(name: str) -> bytes:
    number = _PIPELINE_SHIFT + sum(name.encode())
    return encode((1, number), (2, _type_id(_PIPELINE)), (3, name), (6, _PIPELINE))


def _types(names: Iterable[str]) -> bytes:
    return encode(*((1, encode((1, _type_id(name)), (2, name))) for name in names))


def _type_id(name: str) -> int:
    return _TYPES.index(name) + 1 if name in _TYPES else len(_TYPES) + 1


def _times(number: int, row: Row) -> tuple[tuple[int, int], tuple[int, int]]:
    at = int(row["created_at"]) * 1000
    return (number, at), (number + 1, at)


def _text(message: Message, number: int) -> str:
    return bytes(message.get(number, [b""])[-1]).decode()


def _number(message: Message, number: int) -> int:
    found = _numbers(message, number)
    return found[-1] if found else 0


def _numbers(message: Message, number: int) -> list[int]:
    return [found for found in message.get(number, []) if isinstance(found, int)]
