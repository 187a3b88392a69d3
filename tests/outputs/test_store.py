"""The client of the metadata store, against the real one."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_kfp_auth.outputs.metadata import messages, store
from jupyter_kfp_auth.outputs.metadata.store import MetadataError, MetadataStore

from .conftest import Reader, RealStore
from .written import Written


def of_tasks(count: int, artifacts: int) -> Written:
    run = Written()
    for n in range(count):
        wrote = tuple(run.artifact(f"a{i}", "Metrics", {"x": n + i}) for i in range(artifacts))
        run.task(f"t{n}", outputs={"n": n}, wrote=wrote, logs=0)
    return run


def test_a_run_of_a_hundred_tasks_and_three_hundred_artifacts_takes_four_calls(
    outputs_of: Reader, real_store: RealStore
) -> None:
    found = outputs_of(of_tasks(100, 3))
    assert (len(found.tasks), len(found.artifacts), len(found.metrics)) == (100, 300, 300)
    assert sorted(real_store.calls()) == [
        "GetArtifactsByContext",
        "GetContextByTypeAndName",
        "GetEventsByExecutionIDs",
        "GetExecutionsByContext",
    ]


def test_a_run_that_is_too_large_for_one_message_comes_in_pages(
    outputs_of: Reader, real_store: RealStore
) -> None:
    run = of_tasks(150, 1)
    real_store.write(run)
    real_store.ask(
        fail={
            "GetExecutionsByContext": ["RESOURCE_EXHAUSTED"],
            "GetArtifactsByContext": ["RESOURCE_EXHAUSTED"],
        }
    )
    records = outputs_of.source._store.runs([run.run_id])[0]
    assert records is not None
    assert (len(records.executions), len(records.artifacts)) == (151, 150)
    assert len({e.id for e in records.executions}) == 151
    assert real_store.calls().count("GetExecutionsByContext") == 3


@pytest.mark.parametrize("code", ["ABORTED", "UNAVAILABLE"])
def test_what_passes_by_itself_is_tried_again(
    code: str, store: MetadataStore, real_store: RealStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{MetadataStore.__module__}._PAUSES", (0.0, 0.0, 0.0))
    run = of_tasks(1, 1)
    real_store.write(run)
    real_store.ask(fail={"GetEventsByExecutionIDs": [code, code]})
    assert store.runs([run.run_id])[0] is not None
    assert real_store.calls().count("GetEventsByExecutionIDs") == 3


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("UNAVAILABLE", "metadata-unreachable"),
        ("ABORTED", "metadata-failed"),
        ("INTERNAL", "metadata-failed"),
        ("PERMISSION_DENIED", "metadata-denied"),
        ("UNAUTHENTICATED", "metadata-denied"),
        ("RESOURCE_EXHAUSTED", "metadata-too-large"),
        ("UNIMPLEMENTED", "metadata-unexpected"),
    ],
)
def test_every_failure_has_its_cause(
    code: str,
    cause: str,
    store: MetadataStore,
    real_store: RealStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"{MetadataStore.__module__}._PAUSES", (0.0,))
    real_store.ask(fail={"GetContextByTypeAndName": [code] * 9})
    with pytest.raises(MetadataError) as caught:
        store.runs(["x"])
    assert caught.value.cause_code == cause
    assert caught.value.facts["endpoint"] == real_store.endpoint
    transient = code in ("UNAVAILABLE", "ABORTED")
    assert len(real_store.calls()) == (2 if transient else 1)


def test_a_store_that_is_silent_is_waited_for_no_longer_than_allowed(
    real_store: RealStore,
) -> None:
    real_store.ask(fail={"GetContextByTypeAndName": ["HANG"]})
    client = MetadataStore(real_store.endpoint, timeout=0.3)
    with pytest.raises(MetadataError) as caught:
        client.runs(["x"])
    assert caught.value.cause_code == "metadata-unreachable"
    client.close()


def test_a_port_where_nothing_listens_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_PAUSES", (0.0,))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        client = MetadataStore(f"127.0.0.1:{free.getsockname()[1]}", timeout=5)
        with pytest.raises(MetadataError) as caught:
            client.ping()
    assert caught.value.cause_code == "metadata-unreachable"


def test_with_tls_the_certificate_is_checked(
    real_store: RealStore, certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_PAUSES", ())
    ca_cert = str(certificates / "ca.crt")
    MetadataStore(f"https://{real_store.tls_endpoint}", ca_cert=ca_cert).ping()
    MetadataStore(real_store.tls_endpoint, ca_cert=ca_cert, secure=True).ping()
    for endpoint, trusted, cause in (
        (f"https://{real_store.tls_endpoint}", "", "metadata-tls"),
        (
            f"https://{real_store.tls_endpoint}".replace("127.0.0.1", "localhost"),
            ca_cert,
            "metadata-tls",
        ),
        (f"https://{real_store.endpoint}", ca_cert, "metadata-tls"),
        (f"http://{real_store.tls_endpoint}", ca_cert, "metadata-unreachable"),
    ):
        with pytest.raises(MetadataError) as caught:
            MetadataStore(endpoint, ca_cert=trusted, timeout=5).ping()
        assert caught.value.cause_code == cause, caught.value.detail


def test_tls_is_found_where_the_setting_does_not_say(
    real_store: RealStore, certificates: Path
) -> None:
    client = MetadataStore(real_store.tls_endpoint, ca_cert=str(certificates / "ca.crt"))
    client.ping()
    client.ping()


def test_a_run_that_is_not_there_is_none(store: MetadataStore) -> None:
    assert store.runs(["0f1e2d3c-0000-4000-8000-000000000000"]) == [None]


def test_the_messages_have_the_published_numbers_and_types(real_store: RealStore) -> None:
    published = real_store.ask(**{"field-numbers": True})
    names = {
        "Struct": "struct.Struct",
        "List": "struct.ListValue",
        "Json": "struct.Value",
        "Options": "ListOperationOptions",
    }
    for name, fields in messages._MESSAGES.items():
        theirs = published[names.get(name, name)]
        made = messages.MESSAGES[name].DESCRIPTOR.fields_by_name
        for field, number, _ in fields:
            assert (field, number) == (field, theirs[field][0]), name
            ours, other = made[field].type, theirs[field][1]
            enum, int32 = 14, 5
            assert ours == (int32 if other == enum else other), (name, field)


def test_an_installed_ml_metadata_of_the_same_process_is_no_clash() -> None:
    """The same message names exist twice then, so they are in a pool of their own."""
    code = (
        "from google.protobuf import descriptor_pool as p, descriptor_pb2 as d;"
        "f = d.FileDescriptorProto(name='ml_metadata/proto/x.proto', package='ml_metadata');"
        "f.message_type.add(name='Artifact');"
        "p.Default().AddSerializedFile(f.SerializeToString());"
        "from jupyter_kfp_auth.outputs.metadata.messages import MESSAGES;"
        "print(len(MESSAGES['Artifact'].DESCRIPTOR.fields))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"6\s*", done.stdout)
