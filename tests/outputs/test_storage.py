"""Artifacts are read from a real S3 server, with keys from where KFP keeps them."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import obstore
import pandas
import pytest
from obstore.store import S3Store

from jupyter_kfp_auth.cluster.client import KubernetesError
from jupyter_kfp_auth.http.errors import PipelinesError
from jupyter_kfp_auth.outputs import preview
from jupyter_kfp_auth.outputs.models import Artifact
from jupyter_kfp_auth.outputs.storage.access import StoreKeys
from jupyter_kfp_auth.outputs.storage.content import StoredContent

from ..secrecy import leaks

SECRET_KEY = "the-secret-key-of-the-store"
ENCODED = base64.b64encode(SECRET_KEY.encode()).decode()
DEFAULT_SECRET = "mlpipeline-minio-artifact"


class Cluster:
    """What the pod's account may read of its namespace."""

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}
        self.asked: list[str] = []

    def put(self, kind: str, name: str, data: Mapping[str, str]) -> None:
        self.objects[f"/api/v1/namespaces/team-a/{kind}/{name}"] = {"data": dict(data)}

    def secret(self, name: str = DEFAULT_SECRET, **entries: str) -> None:
        encoded = {k: base64.b64encode(v.encode()).decode() for k, v in entries.items()}
        self.put("secrets", name, encoded)

    def get(self, path: str) -> Any:
        self.asked.append(path)
        found = self.objects.get(path)
        if isinstance(found, str):
            raise KubernetesError(found, "refused")
        if found is None:
            raise KubernetesError("cluster-not-found", "HTTP 404")
        return found

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *exc: object) -> None:
        return None


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture
def content(cluster: Cluster) -> StoredContent:
    return StoredContent(StoreKeys(lambda: cluster, "kubeflow"), "team-a")  # type: ignore[arg-type, return-value]


@pytest.fixture(scope="session")
def bucket(s3: str) -> S3Store:
    """The bucket `mlpipeline`, with a few objects."""
    import requests

    requests.put(f"http://{s3}/mlpipeline", timeout=10).raise_for_status()
    store = S3Store(
        "mlpipeline",
        endpoint=f"http://{s3}",
        access_key_id="k",
        secret_access_key="s",
        region="us-east-1",
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
    )
    table = pandas.DataFrame({"a": [1, 2], "b": ["x", "ü"]})
    parquet = io.BytesIO()
    table.to_parquet(parquet)
    for key, data in {
        "run/report": b"hello artifact",
        "run/big": bytes(range(256)) * 8192,
        "run/table.csv": table.to_csv(index=False).encode(),
        "run/tabs": table.to_csv(index=False, sep="\t").encode(),
        "run/table": parquet.getvalue(),
        "run/lines": table.to_json(orient="records", lines=True).encode(),
        "run/model/weights.bin": b"\0\1\2",
        "run/model/config/a.json": b"{}",
        "run/model-2/other": b"of another artifact",
        "run/odd names/\u00fc b#c?.txt": b"odd",
        "run/empty": b"",
    }.items():
        obstore.put(store, key, data)
    return store


Make = Callable[..., Artifact]


@pytest.fixture
def artifact(s3: str, bucket: S3Store, content: StoredContent) -> Make:
    """Make an artifact as a run of the stock KFP has it."""

    def make(key: str, kind: str = "system.Artifact", **params: str) -> Artifact:
        session = {
            "accessKeyKey": "accesskey",
            "disableSSL": "true",
            "endpoint": s3,
            "fromEnv": "false",
            "maxRetries": "5",
            "region": "minio",
            "secretKeyKey": "secretkey",
            "secretName": DEFAULT_SECRET,
            **params,
        }
        return Artifact(
            "7",
            key.rpartition("/")[2],
            kind,
            f"minio://mlpipeline/{key}",
            session=json.dumps({"Provider": "minio", "Params": session}),
            namespace="team-a",
            content=content,
        )

    return make


@pytest.fixture(autouse=True)
def no_keys(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    cluster.secret(accesskey="k", secretkey=SECRET_KEY)


def cause(work: Callable[[], object]) -> str:
    with pytest.raises(PipelinesError) as caught:
        work()
    shown = f"{caught.value!r} {caught.value} {caught.value.facts} {caught.value.__context__}"
    assert SECRET_KEY not in shown
    assert "Signature" not in shown
    assert leaks(caught.value, SECRET_KEY) == []
    assert leaks(caught.value, ENCODED) == []
    return caught.value.cause_code


# -- Reading ----------------------------------------------------------------------------------


def test_a_file_is_read_whole_or_its_beginning(artifact: Make) -> None:
    assert artifact("run/report").read() == b"hello artifact"
    assert artifact("run/report").read(5) == b"hello"
    assert artifact("run/report").read(0) == b""
    assert artifact("run/empty").read() == b""
    assert sum(map(len, artifact("run/big").stream())) == 256 * 8192


def test_an_opened_file_reads_only_what_is_needed(artifact: Make) -> None:
    with artifact("run/big").open() as file:
        file.seek(-256, io.SEEK_END)
        assert file.read() == bytes(range(256))
        file.seek(10)
        assert (file.read(3), file.tell()) == (b"\n\x0b\x0c", 13)


def test_a_folder_has_files_and_is_saved_with_them(artifact: Make, tmp_path: Path) -> None:
    model = artifact("run/model", "system.Model")
    assert [(f.name, f.size) for f in model.files()] == [("config/a.json", 2), ("weights.bin", 3)]
    saved = model.save(tmp_path / "model")
    assert (saved / "weights.bin").read_bytes() == b"\0\1\2"
    assert (saved / "config" / "a.json").read_bytes() == b"{}"
    assert sorted(p.name for p in saved.rglob("*")) == ["a.json", "config", "weights.bin"]
    assert cause(model.read) == "artifact-is-folder"
    assert cause(model.open) == "artifact-is-folder"
    with pytest.raises(FileExistsError):
        model.save(tmp_path / "model")


def test_a_file_is_saved_in_one_step_or_not_at_all(artifact: Make, tmp_path: Path) -> None:
    target = tmp_path / "new" / "report"
    assert artifact("run/report").save(target) == target
    assert target.read_bytes() == b"hello artifact"
    with pytest.raises(FileExistsError):
        artifact("run/report").save(tmp_path)
    assert cause(lambda: artifact("run/gone").save(tmp_path / "gone")) == "artifact-gone"
    assert [p.name for p in tmp_path.iterdir()] == ["new"]


def test_names_of_any_letters_are_read(artifact: Make, tmp_path: Path) -> None:
    folder = artifact("run/odd names")
    saved = folder.save(tmp_path / "odd")
    assert [p.read_bytes() for p in saved.iterdir()] == [b"odd"]


@pytest.mark.parametrize("key", ["run/table.csv", "run/tabs", "run/table", "run/lines"])
def test_tables_become_data_frames(artifact: Make, key: str) -> None:
    table = artifact(key, "system.Dataset").to_pandas()
    assert table.to_dict("list") == {"a": [1, 2], "b": ["x", "ü"]}


def test_what_is_gone_says_so(artifact: Make) -> None:
    gone = artifact("run/never-written")
    for work in (gone.read, gone.open, gone.files):
        assert cause(work) == "artifact-gone"


# -- Keys -------------------------------------------------------------------------------------


def test_the_secret_is_read_once_for_all_artifacts_of_a_store(
    artifact: Make, cluster: Cluster
) -> None:
    artifact("run/report").read()
    artifact("run/table").read()
    assert cluster.asked == [f"/api/v1/namespaces/team-a/secrets/{DEFAULT_SECRET}"]


def test_the_pods_own_identity_is_used_where_the_run_did(
    artifact: Make, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    assert artifact("run/report", fromEnv="true").read() == b"hello artifact"
    assert cluster.asked == []


def test_without_an_address_the_namespace_says_where_minio_is(
    artifact: Make, cluster: Cluster, s3: str
) -> None:
    """Importers note no address; with `fromEnv` alone nothing would be found."""
    providers = {
        "minio": {
            "default": {"endpoint": "elsewhere:1", "credentials": {"fromEnv": True}},
            "overrides": [
                {
                    "bucketName": "mlpipeline",
                    "keyPrefix": "run",
                    "endpoint": s3,
                    "disableSSL": True,
                    "region": "minio",
                    "credentials": {
                        "fromEnv": False,
                        "secretRef": {
                            "secretName": "mine",
                            "accessKeyKey": "id",
                            "secretKeyKey": "key",
                        },
                    },
                }
            ],
        }
    }
    cluster.put("configmaps", "kfp-launcher", {"providers": json.dumps(providers)})
    cluster.secret("mine", id="k", key=SECRET_KEY)
    imported = artifact("run/report")
    noted = '{"Provider":"minio","Params":{"fromEnv":"true"}}'
    for session in (noted, "", "no JSON"):
        one = Artifact("1", "a", uri=imported.uri, session=session, content=imported.content)
        assert one.read() == b"hello artifact"


def test_a_secret_that_the_namespace_does_not_name_is_never_read(
    artifact: Make, cluster: Cluster
) -> None:
    """Whoever can write to the metadata store must not choose which Secret is sent where."""
    cluster.secret("database", user="u", password=SECRET_KEY)
    evil = artifact(
        "run/report", secretName="database", accessKeyKey="password", secretKeyKey="user"
    )
    assert cause(evil.read) == "artifact-secret-foreign"
    assert not [path for path in cluster.asked if "database" in path]
    swapped = artifact("run/report", accessKeyKey="secretkey", secretKeyKey="accesskey")
    assert cause(swapped.read) == "artifact-secret-foreign"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, "artifact-secret-missing"),
        ("cluster-denied", "artifact-secret-denied"),
        ("cluster-absent", "artifact-no-cluster"),
        ("cluster-unreachable", "artifact-no-cluster"),
        ({"data": {"accesskey": "aw=="}}, "artifact-secret-incomplete"),
        ({"data": {"other": ENCODED, "accesskey": ENCODED}}, "artifact-secret-incomplete"),
        ({"data": {"accesskey": "aw==", "secretkey": "%"}}, "artifact-secret-incomplete"),
    ],
)
def test_a_secret_that_cannot_be_had_has_its_cause(
    artifact: Make, cluster: Cluster, found: Any, expected: str
) -> None:
    path = f"/api/v1/namespaces/team-a/secrets/{DEFAULT_SECRET}"
    cluster.objects.pop(path)
    if found is not None:
        cluster.objects[path] = found
    assert cause(artifact("run/report").read) == expected


def test_a_store_that_is_away_or_unknown_has_its_cause(
    artifact: Make, content: StoredContent
) -> None:
    assert cause(artifact("run/report", endpoint="127.0.0.1:1").read) == "artifact-unreachable"
    assert cause(artifact("run/report", endpoint="u:p@h").read) == "artifact-store-unknown"
    for uri in ("oci://registry/model", "https://host/x", "nothing", "minio://"):
        other = Artifact("1", "a", uri=uri, content=content)
        assert cause(other.read) == "artifact-scheme"
    assert cause(Artifact("1", "a", uri="s3://b/k").read) == "artifact-no-store"


def test_keys_are_nowhere_to_be_seen(artifact: Make, content: StoredContent) -> None:
    one = artifact("run/report")
    one.read()
    for shown in (repr(one), str(one.as_dict()), repr(content), str(vars(content))):
        assert SECRET_KEY not in shown
        assert DEFAULT_SECRET not in repr(one)


# -- Previews ---------------------------------------------------------------------------------


def test_previews_are_bounded_and_know_what_they_show(artifact: Make, bucket: S3Store) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(100)
    cases: list[tuple[bytes, str, str, str]] = [
        (b"<h1>x</h1>", "p/report", "system.HTML", "html"),
        (b"<!DOCTYPE html><p>", "p/page", "system.Artifact", "html"),
        (b"# Title", "p/summary", "system.Markdown", "markdown"),
        (b'{"a": 1}', "p/some", "system.Artifact", "json"),
        (b"{not json", "p/other", "system.Artifact", "text"),
        (b"a,b\n1,2\n3,4\n", "p/data", "system.Dataset", "csv"),
        (b"a,b\n1,2\n", "p/data.csv", "system.Artifact", "csv"),
        (b"one, two\nthree", "p/note", "system.Dataset", "text"),
        (png, "p/plot", "system.Artifact", "image"),
        (b"\x00\x01\x02\xff", "p/weights", "system.Model", "binary"),
        ("ü".encode() * 10, "p/letters", "system.Artifact", "text"),
        (b"", "p/nothing", "system.Artifact", "text"),
    ]
    for data, key, kind, expected in cases:
        obstore.put(bucket, key, data)
        found = preview.preview(artifact(key, kind))
        assert (found["kind"], found["size"], found["truncated"]) == (expected, len(data), False)
        if expected == "image":
            assert base64.b64decode(found["base64"]) == data
        elif expected == "binary":
            assert "text" not in found
        else:
            assert found["text"] == data.decode()
    cut = preview.preview(artifact("p/letters"), 5)
    assert (cut["text"], cut["truncated"], cut["size"]) == ("üü", True, 20)
    assert "base64" not in preview.preview(artifact("p/plot"), 10)


def test_a_folder_is_previewed_by_its_files_and_downloaded_as_a_tar(artifact: Make) -> None:
    import tarfile

    model = artifact("run/model", "system.Model")
    found = preview.preview(model)
    assert (found["kind"], found["size"]) == ("folder", 5)
    assert found["files"][1] == {"name": "weights.bin", "size": 3}
    name, size, pieces = preview.download(model)
    assert (name, size) == ("model.tar", None)
    with tarfile.open(fileobj=io.BytesIO(b"".join(pieces))) as tar:
        assert tar.getnames() == ["model/config/a.json", "model/weights.bin"]
        member = tar.extractfile("model/weights.bin")
        assert member is not None
        assert member.read() == b"\0\1\2"


def test_a_file_is_downloaded_as_it_is(artifact: Make) -> None:
    name, size, pieces = preview.download(artifact("run/report"))
    assert (name, size, b"".join(pieces)) == ("report", 14, b"hello artifact")
