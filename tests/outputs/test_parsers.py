"""Whatever stands in the metadata store, in a definition or in an artifact, nothing breaks."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jupyter_kfp_auth.http.errors import PipelinesError
from jupyter_kfp_auth.outputs.assemble import assemble
from jupyter_kfp_auth.outputs.definition import Definition, pointers
from jupyter_kfp_auth.outputs.metadata.messages import MESSAGES
from jupyter_kfp_auth.outputs.metadata.source import MetadataSource, shown
from jupyter_kfp_auth.outputs.metadata.store import Records
from jupyter_kfp_auth.outputs.metrics import curves, matrices, scalars
from jupyter_kfp_auth.outputs.models import Artifact, Comparison, plain, shortest
from jupyter_kfp_auth.outputs.preview import _kind, _text
from jupyter_kfp_auth.outputs.reading import read
from jupyter_kfp_auth.outputs.source import Execution
from jupyter_kfp_auth.outputs.storage.location import Location, StoreAccess
from jupyter_kfp_auth.pipelines.models import Run

anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)
WORDS = sorted(
    {"root", "dag", "tasks", "outputs", "parameters", "artifacts", "components", "taskInfo"}
    | {"name", "componentRef", "valueFromParameter", "valueFromOneof", "parameterSelectors"}
    | {"artifactSelectors", "producerSubtask", "outputParameterKey", "inputDefinitions"}
    | {"outputDefinitions", "parameterType", "defaultValue", "a", "b"}
)
definitions = st.recursive(
    anything,
    lambda inner: st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=30,
)


@given(st.dictionaries(st.sampled_from(WORDS), definitions))
def test_any_definition_is_read(found: dict[str, Any]) -> None:
    definition = Definition(found)
    for place in ((), ("a",), ("a", 0, "b")):
        definition.inputs(place, {"a": 1.0})
        definition.outputs(place, {"a": [math.inf]})
        definition.selectors(place)
        definition.order(place)
        assert isinstance(definition.key((), "a_1", importer=True), str)
    pointers(found)
    executions = [Execution((), group=True), Execution(("a",), outputs={"b": 1})]
    assert assemble(Run("r", pipeline_spec=found), executions).run_id == "r"


names = st.sampled_from(["", "a", "b", "executor-logs"])


@st.composite
def records(draw: st.DrawFn) -> Records:
    """Messages with any links between them, circles and dead ends too."""
    executions = []
    for number in range(draw(st.integers(0, 5))):
        message = MESSAGES["Execution"](id=number + 1, type=draw(st.sampled_from(KINDS)))
        message.last_known_state = draw(st.integers(0, 9))
        message.custom_properties["task_name"].string_value = draw(names)
        for name in draw(st.sets(st.sampled_from(PROPERTIES))):
            value = message.custom_properties[name]
            kind = draw(st.sampled_from(["int_value", "string_value", "double_value"]))
            given = {"int_value": st.integers(-1, 6), "double_value": st.floats()}
            setattr(value, kind, draw(given.get(kind, st.sampled_from(["{", '{"a": "b"}', "3"]))))
        executions.append(message)
    artifacts = []
    for number in range(draw(st.integers(0, 3))):
        artifact = MESSAGES["Artifact"](id=number + 1, uri=draw(st.text(max_size=9)))
        artifact.type = draw(st.sampled_from(["system.Metrics", "system.Model", ""]))
        artifact.custom_properties["x"].double_value = draw(st.floats())
        artifacts.append(artifact)
    events = [
        MESSAGES["Event"](
            artifact_id=draw(st.integers(0, 4)),
            execution_id=draw(st.integers(0, 6)),
            type=draw(st.integers(0, 7)),
            path={"steps": [{"key": draw(names)}]},
        )
        for _ in range(draw(st.integers(0, 6)))
    ]
    return Records(MESSAGES["Context"](id=1, name="r"), executions, artifacts, events)


KINDS = ["system.DAGExecution", "system.ContainerExecution", "system.ImporterExecution", ""]
PROPERTIES = [
    "parent_dag_id",
    "iteration_index",
    "iteration_count",
    "inputs",
    "outputs",
    "display_name",
    "cached_execution_id",
    "parameter_producer_task",
    "artifact_producer_task",
]


class Given:
    """A store that gives these records."""

    def __init__(self, found: Records) -> None:
        self.found = found

    def runs(self, run_ids: list[str]) -> list[Records]:
        return [self.found]

    def close(self) -> None:
        return None


@given(records())
def test_any_records_are_read_and_are_json(found: Records) -> None:
    outputs = read(MetadataSource(Given(found)), Run("r"))  # type: ignore[arg-type]
    json.dumps(outputs.as_dict(), allow_nan=False)
    assert len(outputs.tasks) <= len(found.executions)


@given(st.dictionaries(st.text(max_size=5) | st.sampled_from(["confidenceMetrics"]), anything))
def test_any_metadata_is_read(metadata: dict[str, Any]) -> None:
    more = {"confusionMatrix": metadata, "evaluationSlices": [metadata], **metadata}
    artifact = Artifact("1", "a", "system.Metrics", metadata=more)
    list(scalars("t", (), artifact))
    for curve in curves(artifact):
        json.dumps(curve.as_dict(), allow_nan=False)
    for matrix in matrices(artifact):
        json.dumps(matrix.as_dict(), allow_nan=False)
    json.dumps(artifact.as_dict(), allow_nan=False)


@given(anything)
def test_anything_becomes_json(value: Any) -> None:
    json.dumps(plain(value), allow_nan=False)


@contextmanager
def may_fail(cause: str) -> Iterator[None]:
    """Let this one cause pass, and nothing else."""
    try:
        yield
    except PipelinesError as error:
        if error.cause_code != cause:
            raise


@given(st.text())
def test_any_uri_is_a_place_or_an_error(uri: str) -> None:
    for text in (uri, f"minio://{uri}", f"https://{uri}"):
        shown(text)
        with may_fail("artifact-scheme"):
            assert Location.of(text).provider


@given(anything, st.text())
def test_any_session_is_read_or_an_error(params: Any, text: str) -> None:
    for session in (text, json.dumps({"Provider": "s3", "Params": params}), json.dumps(params)):
        with may_fail("artifact-store-unknown"):
            StoreAccess.decoded(session)


@given(st.binary(max_size=60), st.booleans(), st.sampled_from(["x", "x.json", "x.csv", "x.html"]))
def test_any_content_has_a_kind(data: bytes, whole: bool, name: str) -> None:
    kind, media_type = _kind(Artifact("1", "a", "system.Dataset", name), data, whole=whole)
    assert media_type
    if kind not in ("binary", "image"):
        assert _text(data, whole=whole) is not None


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(tuple), unique=True))
def test_names_are_as_short_as_they_can_be_and_still_differ(paths: list[tuple[str, ...]]) -> None:
    found = shortest(paths)
    assert len(found) == len(paths)
    for name, path in zip(found, paths, strict=True):
        assert ".".join(path).endswith(name)


def test_an_empty_comparison_is_an_empty_table() -> None:
    assert len(Comparison(()).to_pandas()) == 0
