"""Reads runs with the real `ml_metadata` client, with the fewest calls.

Runs in the environment `.venvs/mlmd`. Each line of input is a run's id, each line of output how
many artifacts it has.
"""

# mypy: ignore-errors
import sys

from google.protobuf import json_format
from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as pb


def value(found):
    kind = found.WhichOneof("value")
    if kind == "struct_value":
        return json_format.MessageToDict(found.struct_value)
    return getattr(found, kind) if kind else None


host, port = sys.argv[1:]
store = metadata_store.MetadataStore(pb.MetadataStoreClientConfig(host=host, port=int(port)))
for line in sys.stdin:
    run = store.get_context_by_type_and_name("system.PipelineRun", line.strip())
    tasks = {e.id: e for e in store.get_executions_by_context(run.id)}
    artifacts = {a.id: a for a in store.get_artifacts_by_context(run.id)}
    events = store.get_events_by_execution_ids(list(tasks))
    outputs = {
        number: {k: value(v) for k, v in task.custom_properties.items()}
        for number, task in tasks.items()
    }
    for event in events:
        artifact = artifacts[event.artifact_id]
        name = event.path.steps[0].key
        noted = {k: value(v) for k, v in artifact.custom_properties.items()}
        outputs[event.execution_id].setdefault("artifacts", {})[name] = noted
    print(sum(len(found.get("artifacts", ())) for found in outputs.values()), flush=True)
