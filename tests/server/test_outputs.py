"""What runs produced, through the server: previews, downloads, and nothing that could run."""

from __future__ import annotations

import pytest
from tornado.httpclient import HTTPClientError

from kfp_sandbox import Sandbox

from ..outputs.conftest import RealStore
from ..outputs.conftest import certificates as certificates
from ..outputs.conftest import real_store as real_store
from ..outputs.conftest import s3 as s3
from ..outputs.conftest import shared_store as shared_store
from ..outputs.written import Written
from .conftest import Ask

PAGE = b"<!doctype html><script>alert(document.cookie)</script>"


@pytest.fixture
def run_id(
    sandbox: Sandbox, real_store: RealStore, s3: str, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A run that has written a page, a folder, and something that is gone."""
    import obstore
    import requests
    from obstore.store import S3Store

    from jupyter_kfp_auth import api

    monkeypatch.setenv("KF_PIPELINES_METADATA_ENDPOINT", real_store.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the-secret-of-the-store")
    requests.put(f"http://{s3}/mlpipeline", timeout=10)
    with api.connect() as connection:
        found = connection.list_runs(state="SUCCEEDED").items[0].run_id
    params = {"fromEnv": "true", "endpoint": s3, "disableSSL": "true", "region": "us-east-1"}
    run = Written(found, {"Provider": "minio", "Params": params})
    bucket = S3Store(
        "mlpipeline",
        endpoint=f"http://{s3}",
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
    )
    page, folder = run.artifact('page "1"', "HTML"), run.artifact("model", "Model")
    for uri, data in (
        (page["uri"], PAGE),
        (f"{folder['uri']}/a.bin", b"1"),
        (f"{folder['uri']}/b/c.bin", bytes(3_000_000)),
    ):
        obstore.put(bucket, uri.removeprefix("minio://mlpipeline/"), data)
    scores = run.artifact("scores", "Metrics", {"accuracy": 0.9})
    run.task("fit", wrote=(page, folder, scores, run.artifact("gone", "Artifact")))
    real_store.write(run)
    return found


async def artifact_ids(ask: Ask, run_id: str) -> dict[str, str]:
    data = (await ask(f"runs/{run_id}/outputs")).data
    return {a["name"]: a["id"] for task in data["tasks"] for a in task["artifacts"]}


async def test_outputs_and_a_comparison_are_as_promised(ask: Ask, run_id: str) -> None:
    found = (await ask(f"runs/{run_id}/outputs")).data
    assert [row["value"] for row in found["metrics"]] == [0.9]
    assert found["problem"] is None
    beside = (await ask("comparison", query={"ids": run_id})).data
    assert beside["metrics"][0]["values"] == [0.9]


@pytest.mark.parametrize(
    "query", ["", "ids=", "ids=a,,b", "ids=a%20b", f"ids={','.join('a' * 51)}"]
)
async def test_a_comparison_of_nothing_sensible_is_refused(ask: Ask, query: str) -> None:
    assert (await ask("comparison", query=query)).status == 400


async def test_one_tasks_outputs_alone(ask: Ask, run_id: str) -> None:
    found = (await ask(f"runs/{run_id}/outputs")).data
    listed = next(task["task_id"] for task in found["tasks"] if task["task_id"])
    alone = (await ask(f"runs/{run_id}/outputs", query={"task": listed})).data
    assert [task["task_id"] for task in alone["tasks"]] == [listed]


async def test_a_preview_is_json_whatever_it_holds(ask: Ask, run_id: str) -> None:
    ids = await artifact_ids(ask, run_id)
    page = ids['page "1"']
    reply = await ask(f"runs/{run_id}/artifacts/{page}", query={"limit": 9})
    assert reply.headers["Content-Type"] == "application/json"
    assert (reply.data["kind"], reply.data["text"]) == ("html", "<!doctype")
    folder = (await ask(f"runs/{run_id}/artifacts/{ids['model']}")).data
    assert [file["name"] for file in folder["files"]] == ["a.bin", "b/c.bin"]


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1048577", "99999999999999999999"])
async def test_a_preview_is_never_larger_than_allowed(ask: Ask, run_id: str, limit: str) -> None:
    reply = await ask(f"runs/{run_id}/artifacts/1", query={"limit": limit})
    assert (reply.status, reply.cause) == (400, "invalid-request")


async def test_a_download_is_an_attachment_that_no_browser_runs(
    ask: Ask,
    run_id: str,
    jp_fetch: object,
    http_server_client: object,
    jp_base_url: str,
    jp_auth_header: dict[str, str],
) -> None:
    ids = await artifact_ids(ask, run_id)
    page = next(artifact_id for name, artifact_id in ids.items() if name.startswith("page"))
    address = f"{jp_base_url}kfp/v1/runs/{run_id}/artifacts/"
    fetch = http_server_client.fetch  # type: ignore[attr-defined]
    reply = await fetch(f"{address}{page}?download=1", headers=jp_auth_header)
    assert reply.body == PAGE
    assert reply.headers["Content-Type"] == "application/octet-stream"
    assert reply.headers["Content-Disposition"] == "attachment; filename*=UTF-8''page%20%221%22"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in reply.headers["Content-Security-Policy"]
    assert reply.headers["Content-Length"] == str(len(PAGE))
    tar = await fetch(f"{address}{ids['model']}?download=1", headers=jp_auth_header)
    assert len(tar.body) > 3_000_000
    assert "model.tar" in tar.headers["Content-Disposition"]
    with pytest.raises(HTTPClientError) as caught:
        await fetch(f"{address}{ids['gone']}?download=1", headers=jp_auth_header)
    assert caught.value.code == 404
    with pytest.raises(HTTPClientError) as caught:
        await fetch(f"{address}{page}?download=1&limit=5", headers=jp_auth_header)
    assert caught.value.code == 400
    with pytest.raises(HTTPClientError) as caught:
        await fetch(f"{address}{page}?download=1")
    assert caught.value.code == 403
    for answer in (reply, tar):
        assert "the-secret-of-the-store" not in str(list(answer.headers.items()))


async def test_a_download_that_breaks_off_does_not_look_whole(
    ask: Ask,
    run_id: str,
    http_server_client: object,
    jp_base_url: str,
    jp_auth_header: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from collections.abc import Iterator

    from jupyter_kfp_auth.outputs.models import Artifact
    from jupyter_kfp_auth.outputs.storage.content import StoredContent
    from jupyter_kfp_auth.outputs.storage.location import ArtifactError

    ids = await artifact_ids(ask, run_id)
    whole = StoredContent.stream

    def broken(self: StoredContent, artifact: Artifact) -> Iterator[bytes]:
        for piece in whole(self, artifact):
            yield piece
            if len(piece) > 1000:
                raise ArtifactError("artifact-unreachable", "the store went away")

    monkeypatch.setattr(StoredContent, "stream", broken)
    address = f"{jp_base_url}kfp/v1/runs/{run_id}/artifacts/{ids['model']}?download=1"
    with pytest.raises(Exception, match=r"closed|Stream"):
        await http_server_client.fetch(address, headers=jp_auth_header)  # type: ignore[attr-defined]
