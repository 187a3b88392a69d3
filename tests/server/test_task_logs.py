"""The log of a task over REST: pieces, search, download, and why there is none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ..commands.test_logs import Place, two_failed
from ..hostile import Hostile
from . import contract

Fetch = Callable[..., Any]
LINES = b"".join(b"%05d an ordinary line\n" % number for number in range(20_000))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A run of two failed tasks, of which one still has its pod; the server extension asks it."""
    served = two_failed()
    served.add("root.fit.executor", LINES.decode() + "ValueError: no such column\n")
    account = tmp_path / "account"
    account.mkdir()
    (account / "token").write_text("ordinary")
    (tmp_path / "token").write_text("for-pipelines")
    with Hostile() as server:
        server.answer = served
        for name, value in {
            "KF_PIPELINES_ENDPOINT": server.url,
            "KF_PIPELINES_SA_TOKEN_PATH": str(tmp_path / "token"),
            "KF_SERVICE_ACCOUNT_DIRECTORY": str(account),
            "KUBERNETES_SERVICE_HOST": "127.0.0.1",
            "KUBERNETES_SERVICE_PORT": str(server.port),
            "KF_PIPELINES_METADATA_ENDPOINT": "127.0.0.1:1",
            "NB_PREFIX": "/notebook/team-a/nb",
        }.items():
            monkeypatch.setenv(name, value)
        yield served


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"jupyter_kfp_auth": True}}}


LOG = "runs/r-1/tasks/id-of-root.fit/logs"


async def get(jp_fetch: Fetch, path: str, **query: str) -> tuple[int, Any]:
    try:
        response = await jp_fetch("kfp", "v1", *path.split("/"), params=query)
    except Exception as error:  # noqa: BLE001 - tornado's error of a refusal
        response = error.response  # type: ignore[attr-defined]
    contract.check("GET", path, response.code, response.headers, response.body)
    return response.code, json.loads(response.body)


async def test_the_end_comes_first_and_the_rest_by_offset(place: Place, jp_fetch: Fetch) -> None:
    _, end = await get(jp_fetch, LOG)
    assert end["text"].endswith("ValueError: no such column\n")
    assert (end["source"], end["ended"], end["reason"]) == ("pod", True, None)
    assert (end["task"], end["attempts"], end["container"]) == ("Fit the model", 1, "main")
    assert end["size"] == end["next_offset"] == len(LINES) + 27
    assert LINES[end["offset"] - 1 : end["offset"]] == b"\n", "it begins with a line"
    offset, whole = 0, ""
    while offset < end["size"]:
        _, piece = await get(jp_fetch, LOG, offset=str(offset), limit="65536")
        whole += piece["text"]
        offset = piece["next_offset"]
    assert whole.encode()[: len(LINES)] == LINES
    asked = [path for path in place.asked if "/log" in path]
    assert len(asked) == 1, "the cluster is asked once"
    runs = [path for path in place.asked if "/v2beta1/runs/" in path]
    assert len(runs) == 1


async def test_search_is_on_the_server_and_tells_the_true_number(
    place: Place, jp_fetch: Fetch
) -> None:
    _, found = await get(jp_fetch, LOG, search="ordinary")
    assert (found["total"], len(found["matches"])) == (20_000, 1000)
    _, found = await get(jp_fetch, LOG, search="valueerror")
    assert [m["line"] for m in found["matches"]] == ["ValueError: no such column"]
    assert found["matches"][0]["offset"] == len(LINES)
    assert (await get(jp_fetch, LOG, search="valueerror", case="1"))[1]["total"] == 0
    assert (await get(jp_fetch, LOG, search="^0000[1-3]", regex="1"))[1]["total"] == 3
    assert (await get(jp_fetch, LOG, search="(", regex="1"))[0] == 400


async def test_a_download_is_an_attachment_of_plain_text(place: Place, jp_fetch: Fetch) -> None:
    response = await jp_fetch("kfp", "v1", *LOG.split("/"), params={"download": "1"})
    assert response.body[: len(LINES)] == LINES
    assert response.headers["Content-Type"].startswith("text/plain")
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_what_has_no_log_says_why(place: Place, jp_fetch: Fetch) -> None:
    gone = "runs/r-1/tasks/id-of-root.load/logs"
    _, answer = await get(jp_fetch, gone)
    assert (answer["text"], answer["ended"], answer["source"]) == ("", True, "")
    assert answer["reason"]["code"] == "pod-gone"
    assert answer["reason"]["next_step"]
    code, refused = await get(jp_fetch, gone, download="1")
    assert code == 404
    assert "its pod is gone" in refused["error"]["message"]
    assert (await get(jp_fetch, "runs/r-1/tasks/nothing/logs"))[0] == 404


@pytest.mark.parametrize(
    "query",
    [
        {"offset": "x"},
        {"limit": "0"},
        {"limit": "262145"},
        {"attempt": "0"},
        {"container": "sh"},
        {"regex": "yes", "search": "x"},
        {"nothing": "1"},
    ],
)
async def test_queries_are_checked(query: dict[str, str], place: Place, jp_fetch: Fetch) -> None:
    assert (await get(jp_fetch, LOG, **query))[0] == 400
    assert not place.asked or "/log" not in place.asked[-1]


async def test_a_run_says_why_before_its_log_is_opened(place: Place, jp_fetch: Fetch) -> None:
    _, run = await get(jp_fetch, "runs/r-1")
    fit = next(task for task in run["tasks"] if task["display_name"] == "Fit the model")
    assert fit["status"] == "failed"
    assert fit["reason"]["log"][-1] == "ValueError: no such column"
    assert fit["reason"]["message"] == "Fit the model failed: ValueError: no such column"
    assert (run["status"], run["reason"]["task"], run["reason"]["more"]) == ("failed", "load", 1)
