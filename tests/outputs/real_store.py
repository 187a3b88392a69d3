"""The real ML Metadata behind gRPC: runs in the environment `.venvs/mlmd`, driven through pipes.

Each line of input is a JSON object, each line of output its answer. `run` writes a run as KFP's
drivers and launchers do; `calls` says what was called since the last time; `fail` lets the next
calls of a method end with a code; `field-numbers` tells those of the published messages.
"""

# mypy: ignore-errors
from __future__ import annotations

import json
import sys
import threading
from concurrent import futures
from pathlib import Path

import grpc
from google.protobuf import json_format, struct_pb2
from ml_metadata.metadata_store import metadata_store
from ml_metadata.metadata_store.pywrap.metadata_store_extension import metadata_store as library
from ml_metadata.proto import metadata_store_pb2 as pb
from ml_metadata.proto import metadata_store_service_pb2 as service_pb

PREFIX = "/ml_metadata.MetadataStoreService/"


class Facade(grpc.GenericRpcHandler):
    """Hands the bytes of each call to the library, and its answer back."""

    def __init__(self, store):
        self.store = store
        self.lock = threading.Lock()
        self.calls = []
        self.failures = {}

    def service(self, details):
        name = details.method.removeprefix(PREFIX)
        method = getattr(library, name, None)
        if method is None:
            return None

        def call(request, context):
            self.calls.append(name)
            if self.failures.get(name):
                code = self.failures[name].pop(0)
                if code == "HANG":
                    threading.Event().wait(30)
                context.abort(getattr(grpc.StatusCode, code), f"{code} as the test wants it")
            with self.lock:
                answer, message, code = method(self.store._metadata_store, request)
            if code:
                context.abort(next(c for c in grpc.StatusCode if c.value[0] == code), message)
            return answer

        return grpc.unary_unary_rpc_method_handler(call)


def value(given):
    """As the driver writes it: parameters are structs, and no list is a value by itself."""
    out = pb.Value()
    if isinstance(given, bool):
        out.int_value = int(given)
    elif isinstance(given, int):
        out.int_value = given
    elif isinstance(given, float):
        out.double_value = given
    elif isinstance(given, str):
        out.string_value = given
    else:
        struct = struct_pb2.Struct()
        json_format.ParseDict(given, struct)
        out.struct_value.CopyFrom(struct)
    return out


def logged(given):
    """As the launcher writes the metadata of an artifact: numbers are doubles, lists wrapped."""
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return value(float(given))
    if isinstance(given, list):
        return value({"list": given})
    return value({"struct": given} if isinstance(given, dict) else given)


class Runs:
    def __init__(self, store):
        self.store = store
        self.artifacts = {}

    def write(self, run):
        """Write one run and return the ids of its executions."""
        pipeline = self.context("system.Pipeline", run.get("pipeline", "pipeline"), {})
        made = self.context("system.PipelineRun", run["run_id"], run["context"])
        ids = []
        for item in run["executions"]:
            properties = dict(item["properties"])
            if "parent" in item:
                properties["parent_dag_id"] = ids[item["parent"]]
            if "cached_from" in item:
                properties["cached_execution_id"] = str(item["cached_from"])
            kind = f"system.{item['kind']}Execution"
            execution = pb.Execution(
                type_id=self.store.put_execution_type(pb.ExecutionType(name=kind)),
                last_known_state=pb.Execution.State.Value(item["state"]),
                custom_properties={k: value(v) for k, v in properties.items()},
            )
            (number,) = self.store.put_executions([execution])
            ids.append(number)
            self.store.put_attributions_and_associations(
                [], [pb.Association(execution_id=number, context_id=c) for c in (pipeline, made)]
            )
            for way, kind in (("read", pb.Event.INPUT), ("wrote", pb.Event.OUTPUT)):
                for artifact in item.get(way, ()):
                    self.artifact(number, kind, artifact, (pipeline, made))
        return ids

    def artifact(self, execution, kind, item, contexts):
        """Write an artifact, or only the event where it is there already."""
        if item["uri"] not in self.artifacts or item.get("anew"):
            properties = {k: logged(v) for k, v in item.get("metadata", {}).items()}
            for name in ("display_name", "store_session_info"):
                if name in item:
                    properties[name] = value(item[name])
            (self.artifacts[item["uri"]],) = self.store.put_artifacts(
                [
                    pb.Artifact(
                        type_id=self.store.put_artifact_type(pb.ArtifactType(name=item["type"])),
                        uri=item["uri"],
                        state=pb.Artifact.LIVE,
                        custom_properties=properties,
                    )
                ]
            )
        number = self.artifacts[item["uri"]]
        path = pb.Event.Path(steps=[pb.Event.Path.Step(key=item["name"])])
        self.store.put_events(
            [pb.Event(execution_id=execution, artifact_id=number, type=kind, path=path)]
        )
        self.store.put_attributions_and_associations(
            [pb.Attribution(artifact_id=number, context_id=c) for c in contexts], []
        )

    def context(self, kind, name, properties):
        type_id = self.store.put_context_type(pb.ContextType(name=kind))
        known = self.store.get_context_by_type_and_name(kind, name)
        if known:
            return known.id
        made = {k: value(v) for k, v in properties.items()}
        return self.store.put_contexts(
            [pb.Context(type_id=type_id, name=name, custom_properties=made)]
        )[0]


def field_numbers():
    """Return the field numbers of every published message, by name."""
    found = {}

    def add(descriptor):
        found[descriptor.name] = {f.name: [f.number, f.type] for f in descriptor.fields}
        for nested in descriptor.nested_types:
            if not nested.GetOptions().map_entry:
                add(nested)

    for module in (pb, service_pb, struct_pb2):
        for descriptor in module.DESCRIPTOR.message_types_by_name.values():
            if module is struct_pb2 or descriptor.name not in found:
                found_before = found.get(descriptor.name)
                add(descriptor)
                if module is struct_pb2:
                    found[f"struct.{descriptor.name}"] = found.pop(descriptor.name)
                    if found_before is not None:
                        found[descriptor.name] = found_before
    return found


def main():
    config = pb.ConnectionConfig()
    config.fake_database.SetInParent()
    store = metadata_store.MetadataStore(config)
    facade, runs = Facade(store), Runs(store)
    server = grpc.server(
        futures.ThreadPoolExecutor(16), options=[("grpc.max_send_message_length", 100 << 20)]
    )
    server.add_generic_rpc_handlers((facade,))
    port = server.add_insecure_port("127.0.0.1:0")
    tls_port = 0
    if len(sys.argv) == 3:
        key, chain = (Path(path).read_bytes() for path in sys.argv[1:])
        credentials = grpc.ssl_server_credentials([(key, chain)])
        tls_port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    print(json.dumps({"port": port, "tls_port": tls_port}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if "run" in asked:
            answer = runs.write(asked["run"])
        elif "fail" in asked:
            facade.failures = asked["fail"]
            answer = None
        elif "field-numbers" in asked:
            answer = field_numbers()
        else:
            answer, facade.calls = facade.calls, []
        print(json.dumps(answer), flush=True)
    server.stop(0)


if __name__ == "__main__":
    main()
