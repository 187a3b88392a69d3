"""Reads a run with the real `ml_metadata` client: in the environment `.venvs/mlmd`."""

# mypy: ignore-errors
import json
import sys

from google.protobuf import json_format
from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as pb


def as_json(message):
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


host, port, run_id = sys.argv[1:]
store = metadata_store.MetadataStore(pb.MetadataStoreClientConfig(host=host, port=int(port)))
run = store.get_context_by_type_and_name("system.PipelineRun", run_id)
executions = store.get_executions_by_context(run.id)
artifacts = store.get_artifacts_by_context(run.id)
events = store.get_events_by_execution_ids([e.id for e in executions])
print(
    json.dumps(
        {
            "run": as_json(run),
            "parents": [as_json(c) for c in store.get_parent_contexts_by_context(run.id)],
            "executions": [as_json(e) for e in executions],
            "artifacts": [as_json(a) for a in artifacts],
            "events": [as_json(e) for e in events],
            "by_id": [a.id for a in store.get_artifacts_by_id([a.id for a in artifacts])],
            "again": [e.id for e in store.get_executions_by_id([e.id for e in executions])],
            "types": {t.name: t.id for t in store.get_artifact_types()},
            "contexts": [c.name for c in store.get_contexts_by_execution(executions[-1].id)],
            "by_artifact": len(store.get_events_by_artifact_ids([artifacts[0].id])),
            "nothing": store.get_context_by_type_and_name("system.PipelineRun", "nothing"),
        }
    )
)
