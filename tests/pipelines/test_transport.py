"""Dialect, mode and namespace; answers that are not Pipelines'; many threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from jupyter_kfp_auth.http.errors import PipelinesError, TokenError
from jupyter_kfp_auth.pipelines.connection import Connection
from jupyter_kfp_auth.pipelines.errors import ApiError, Unauthenticated
from jupyter_kfp_auth.pipelines.models import Health
from kfp_sandbox import Sandbox

from ..hostile import Exchange, Hostile, always, answer
from .conftest import MULTI_USER, SINGLE_USER, MakeClient, asked, routes


def failure(call: Any) -> PipelinesError:
    with pytest.raises(PipelinesError) as caught:
        call()
    return caught.value


# -- Health -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("release", "health"),
    [
        ("2.17.0", Health("v2beta1", "2.17.0", True, "database", True)),
        ("2.0.5", Health("v2beta1", "2.0.5", True, "", True)),
        ("1.8.5", Health("v1beta1", "1.8.5", True, "", True)),
    ],
)
def test_health_of_each_release(release: str, health: Health, make_client: MakeClient) -> None:
    with Sandbox(release=release) as sandbox:
        assert make_client(sandbox).healthz() == health


@pytest.mark.parametrize(
    ("body", "health"),
    [
        ({}, Health("v2beta1", "", False)),
        (SINGLE_USER, Health("v2beta1", "2.17.0", False)),
        ({"multi_user": False, "commit_sha": "unknown"}, Health("v2beta1", "", False)),
        ({"multi_user": True, "tag_name": "unknown"}, Health("v2beta1", "unknown", True)),
        # Asked through the web page's server.
        (
            {
                "apiServerReady": True,
                "apiServerTagName": "2.5.0",
                "apiServerMultiUser": "true",
                "multi_user": True,
                "pipelineStore": "kubernetes",
                "frontendTagName": "2.5.0",
            },
            Health("v2beta1", "2.5.0", True, "kubernetes"),
        ),
        ({"apiServerReady": True, "apiServerMultiUser": "false"}, Health("v2beta1", "", False)),
        ({"tag_name": 5, "multi_user": "true"}, Health("v2beta1", "", True)),
    ],
)
def test_what_a_health_check_may_say(
    body: Any, health: Health, told: Connection, hostile: Hostile
) -> None:
    hostile.answer = routes(healthz=body)
    assert told.healthz() == health


def test_a_web_page_without_its_api_server(told: Connection, hostile: Hostile) -> None:
    body = {"apiServerReady": False, "multi_user": True, "apiServerTagName": "2.5.0"}
    hostile.answer = routes(healthz=body)
    assert failure(told.list_runs).cause_code == "pipelines-down"


def test_health_is_asked_once_and_before_anything_else(
    sandbox: Sandbox, client: Connection
) -> None:
    client.list_experiments()
    client.list_runs()
    paths = [request.path.rsplit("/", 1)[-1] for request in sandbox.requests]
    assert paths == ["healthz", "experiments", "runs"]


def test_a_server_that_becomes_healthy_is_used(sandbox: Sandbox, client: Connection) -> None:
    sandbox.faults.set("healthz-down", times=1)
    assert failure(client.list_runs).cause_code == "mesh-unavailable"
    assert len(client.list_runs()) > 0


def test_an_old_server_is_spoken_to_in_its_own_api_version(
    sandbox: Sandbox, client: Connection
) -> None:
    """Here v2beta1 is unknown because an old web page's server is asked."""
    sandbox.faults.set("api-too-old")
    assert client.healthz().api == "v1beta1"
    assert len(client.list_experiments()) > 0
    assert {r.path.split("/")[2] for r in asked(sandbox)} == {"v1beta1"}


def test_no_known_api_version(told: Connection, hostile: Hostile) -> None:
    hostile.answer = always(answer(b"404 page not found\n", 404, "text/plain"))
    error = failure(told.healthz)
    assert (error.cause_code, error.status) == ("api-not-found", 404)
    assert [r.path for r in hostile.requests] == ["/apis/v2beta1/healthz", "/apis/v1beta1/healthz"]


# -- The token --------------------------------------------------------------------------------


def test_without_a_token_only_the_health_of_a_multi_user_server_is_asked(
    sandbox: Sandbox, client: Connection
) -> None:
    sandbox.faults.set("token-missing")
    for call in (client.list_runs, lambda: client.get_run("r"), lambda: client.archive_run("r")):
        error = failure(call)
        assert isinstance(error, TokenError)
        assert error.cause_code == "token-missing"
        assert error.facts["namespace"] == "team-a"
    assert [request.path for request in sandbox.requests] == ["/apis/v2beta1/healthz"]


@pytest.mark.parametrize("fault", ["token-empty", "token-unreadable"])
def test_a_token_that_cannot_be_used_does_not_hide_the_health(
    fault: str, sandbox: Sandbox, client: Connection
) -> None:
    sandbox.faults.set(fault)
    assert client.healthz().multi_user is True
    assert failure(client.list_runs).cause_code == fault


def test_a_token_that_appears_later_is_used(sandbox: Sandbox, client: Connection) -> None:
    sandbox.faults.set("token-missing")
    assert failure(client.list_runs).cause_code == "token-missing"
    sandbox.faults.clear()
    assert len(client.list_runs("team-a")) > 0


def test_rotation_in_the_life_of_one_client(sandbox: Sandbox, client: Connection) -> None:
    tokens = []
    for _ in range(3):
        sandbox.rotate_token()
        tokens.append(f"Bearer {sandbox.token}")
        client.list_experiments(page_size=1)
    assert [r.headers["Authorization"] for r in asked(sandbox)] == tokens


@pytest.mark.parametrize("status", [400, 401, 409, 500])
def test_a_refused_token_is_replaced_whatever_the_status(
    status: int, told: Connection, hostile: Hostile, tmp_path: Path
) -> None:
    """KFP 1.8 says 500 for what others call 401."""
    body = {"message": "Request header error: there is no user identity header.: ..."}

    def refuse_and_rotate(exchange: Exchange) -> None:
        (tmp_path / "token").write_text("another-token")
        always(answer(body, status))(exchange)

    told.healthz()
    hostile.script = [refuse_and_rotate]
    assert told.list_runs().items == ()
    assert [r.headers["authorization"] for r in hostile.requests[1:]] == [
        "Bearer a-token",
        "Bearer another-token",
    ]
    hostile.answer = always(answer(body, status))
    before = len(hostile.requests)
    assert isinstance(failure(told.list_runs), Unauthenticated)
    assert len(hostile.requests) == before + 1


def test_an_expired_token_is_tried_twice_when_it_was_replaced(
    sandbox: Sandbox, client: Connection
) -> None:
    """Scenario of a clock that runs ahead: the new one has expired, too."""
    client.healthz()
    sandbox.write_token(sandbox.issue_token(expires_in=-3600))
    stale = sandbox.issue_token(expires_in=-3600)
    error = failure(client.list_runs)
    assert error.cause_code == "token-expired"
    assert len(asked(sandbox)) == 1
    assert stale not in f"{error!r}{error.facts}"


# -- The namespace ----------------------------------------------------------------------------

REQUIRED = {
    "code": 3,
    "message": "Invalid input error: A run cannot have an empty namespace in multi-user mode",
}
REJECTED = {
    "code": 3,
    "message": "In single-user mode, ListExperiment cannot filter by namespace.",
}


def by_namespace(health: Any, refuse: bool, body: Any) -> Any:
    """Refuse lists that name a namespace, or those that do not."""

    def give(exchange: Exchange) -> None:
        path = exchange.request.path
        if path.endswith("healthz"):
            found = answer(health)
        elif ("namespace=team-a" in path) is refuse:
            found = answer(body, 400)
        else:
            found = answer({"runs": [{"run_id": "r"}]})
        always(found)(exchange)

    return give


@pytest.mark.parametrize(
    ("health", "refuse", "body"), [(SINGLE_USER, False, REQUIRED), (MULTI_USER, True, REJECTED)]
)
def test_the_namespace_is_flipped_once_and_that_is_remembered(
    health: Any, refuse: bool, body: Any, told: Connection, hostile: Hostile
) -> None:
    hostile.answer = by_namespace(health, refuse, body)
    assert len(told.list_runs()) == 1
    assert len(told.list_runs()) == 1
    sent = ["namespace=team-a" in r.path for r in hostile.requests]
    assert sent == [False, refuse, not refuse, not refuse]


@pytest.mark.parametrize("body", [REQUIRED, REJECTED])
def test_a_server_that_refuses_both_is_asked_twice(
    body: Any, told: Connection, hostile: Hostile
) -> None:
    health = SINGLE_USER if body is REQUIRED else MULTI_USER
    both = answer(body, 400)
    hostile.answer = routes(healthz=health, runs=both, experiments=both)
    expected = "namespace-required" if body is REQUIRED else "namespace-rejected"
    assert failure(told.list_runs).cause_code == expected
    assert len(hostile.requests) == 3
    assert failure(told.list_runs).cause_code == expected
    assert len(hostile.requests) == 4


def test_no_namespace_to_send(hostile: Hostile, make_client: MakeClient, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("opaque")
    hostile.answer = routes(healthz=MULTI_USER, runs=answer(REQUIRED, 400))
    client = make_client(hostile, namespace=None, token_path=str(tmp_path / "token"))
    assert failure(client.list_runs).cause_code == "namespace-required"
    assert len(hostile.requests) == 2


def test_another_mode_forgets_what_was_remembered(told: Connection, hostile: Hostile) -> None:
    hostile.answer = by_namespace(MULTI_USER, True, REJECTED)
    told.list_runs()
    hostile.answer = by_namespace(SINGLE_USER, True, REJECTED)
    told.healthz()
    hostile.answer = by_namespace(MULTI_USER, False, REQUIRED)
    told.healthz()
    told.list_runs()
    assert "namespace=team-a" in hostile.requests[-1].path


@pytest.mark.parametrize(
    ("release", "fault", "multi_user"),
    [
        ("2.17.0", "namespace-rejected", True),
        ("1.8.5", "namespace-rejected", True),
        ("2.17.0", "namespace-required", False),
    ],
)
def test_the_stand_in_makes_a_client_flip_too(
    release: str, fault: str, multi_user: bool, make_client: MakeClient
) -> None:
    with Sandbox(release=release, multi_user=multi_user) as sandbox:
        sandbox.faults.set(fault)
        client = make_client(sandbox, namespace="team-a")
        assert len(client.list_experiments()) > 0
        assert len(client.list_runs()) > 0
        assert [r.status for r in asked(sandbox)] == [400, 200, 200]


# -- Answers with 200 that are not Pipelines' --------------------------------------------------

OTHERS = {
    "a list": b"[]",
    "a number": b"5",
    "null": b"null",
    "text": b'"runs"',
    "nothing": b"",
    "not JSON": b"<xml/>",
    "NaN": b'{"runs": [{"run_id": NaN}]}',
    "Infinity": b'{"total_size": Infinity}',
    "half": b'{"runs": [{"run_id":',
    "two": b"{}{}",
    "deep": b'{"runs":' + b"[" * 100_000,
    "deep and whole": b'{"runs":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "not UTF-8": b'{"runs": ["\xff"]}',
    "UTF-16": '{"runs": []}'.encode("utf-16"),
    "huge number": b'{"runs": ' + b"9" * 10_000 + b"}",
    "something else": b'{"kind": "APIVersions", "versions": ["v1"]}',
    "an error": b'{"error": "nope", "code": 5}',
    "rows of another kind": b'{"experiments": []}',
    "rows as an object": b'{"runs": {"a": 1}, "total_size": 1}',
    "rows as text": b'{"runs": "none"}',
    "rows that are none": b'{"runs": [1, null, []], "total_size": 3}',
}


@pytest.mark.parametrize("kind", OTHERS)
def test_an_answer_that_is_no_list_is_never_an_empty_one(
    kind: str, told: Connection, hostile: Hostile
) -> None:
    hostile.answer = routes(healthz=MULTI_USER, runs=answer(OTHERS[kind]))
    error = failure(told.list_runs)
    assert isinstance(error, ApiError)
    assert error.cause_code == "not-pipelines"
    assert error.status == 200
    assert len(error.facts["body"]) <= 300


@pytest.mark.parametrize("kind", OTHERS)
def test_an_answer_that_is_no_item_or_health_is_an_error(
    kind: str, told: Connection, hostile: Hostile
) -> None:
    hostile.answer = routes(healthz=MULTI_USER, r=answer(OTHERS[kind]))
    assert failure(lambda: told.get_run("r")).cause_code == "not-pipelines"
    hostile.answer = routes(healthz=answer(OTHERS[kind]))
    assert failure(told.healthz).cause_code == "not-pipelines"


def test_json_with_a_byte_order_mark(told: Connection, hostile: Hostile) -> None:
    hostile.answer = routes(healthz=MULTI_USER, runs=answer(b'\xef\xbb\xbf{"runs": []}'))
    assert told.list_runs().items == ()


@pytest.mark.parametrize("status", [201, 204, 206, 304])
def test_only_200_is_success(status: int, told: Connection, hostile: Hostile) -> None:
    hostile.answer = routes(healthz=MULTI_USER, runs=answer(b"", status))
    failure(told.list_runs)


def test_rows_that_are_no_objects_are_left_out(told: Connection, hostile: Hostile) -> None:
    found: list[Any] = [None, 5, "x", [], {"run_id": "r-1"}, {}]
    hostile.answer = routes(healthz=MULTI_USER, runs={"runs": found, "total_size": "2"})
    page = told.list_runs()
    assert ([run.id for run in page], page.total_size) == (["r-1", ""], 2)


def test_a_row_that_the_server_could_not_read(told: Connection, hostile: Hostile) -> None:
    row = {"run_id": "r-1", "error": {"code": 13, "message": "cannot convert"}}
    hostile.answer = routes(healthz=MULTI_USER, runs={"runs": [row]})
    assert [(run.id, run.error) for run in told.list_runs()] == [("r-1", "cannot convert")]


# -- Walking over a strange server ------------------------------------------------------------


def pages(*found: Any) -> Any:
    """Answer lists with these pages, in this order."""
    left = list(found)

    def give(exchange: Exchange) -> None:
        health = exchange.request.path.endswith("healthz")
        always(answer(MULTI_USER if health else left.pop(0)))(exchange)

    return give


def rows(*ids: str, token: str = "") -> dict[str, Any]:
    return {"runs": [{"run_id": i} for i in ids], "next_page_token": token, "total_size": 9}


def test_a_row_that_moved_to_the_next_page_comes_once(told: Connection, hostile: Hostile) -> None:
    hostile.answer = pages(rows("a", "b", token="1"), rows("b", "c", token="2"), rows("d"))
    assert [run.id for run in told.iter_runs()] == ["a", "b", "c", "d"]


def test_an_empty_page_in_the_middle_is_not_the_end(told: Connection, hostile: Hostile) -> None:
    hostile.answer = pages(rows("a", token="1"), rows(token="2"), rows("b"))
    assert [run.id for run in told.iter_runs()] == ["a", "b"]


def test_rows_without_an_id_are_not_taken_for_one_another(
    told: Connection, hostile: Hostile
) -> None:
    hostile.answer = pages(rows("", "", token="1"), rows("", "a"))
    assert [run.id for run in told.iter_runs()] == ["", "", "", "a"]


def test_a_list_that_never_ends_is_an_error(told: Connection, hostile: Hostile) -> None:
    hostile.answer = pages(rows("a", token="1"), rows("b", token="1"), rows("c", token="1"))
    walk = told.iter_runs()
    assert [next(walk).id, next(walk).id] == ["a", "b"]
    assert failure(lambda: next(walk)).cause_code == "not-pipelines"


# -- Many threads -----------------------------------------------------------------------------


def test_many_threads_ask_for_the_health_once(sandbox: Sandbox, client: Connection) -> None:
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda _: client.list_experiments(page_size=2), range(40)))
    assert len(set(pages)) == 1
    assert len(sandbox.requests) == 41


def test_many_threads_wait_together_for_a_server_that_is_silent(
    hostile: Hostile, make_client: MakeClient, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("a-token")
    hostile.answer = Exchange.wait
    client = make_client(hostile, timeout=0.5, token_path=str(tmp_path / "token"))
    start = threading.Barrier(6)

    def ask(_: int) -> str:
        start.wait()
        return failure(client.list_runs).cause_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(ask, range(6))) == {"no-answer"}
    assert len(hostile.requests) == 1
    # Who comes later asks anew.
    hostile.answer = routes(healthz=MULTI_USER)
    assert client.list_runs().items == ()


def test_threads_that_learn_about_the_namespace_at_the_same_time(
    told: Connection, hostile: Hostile
) -> None:
    together = threading.Barrier(4)

    def give(exchange: Exchange) -> None:
        path = exchange.request.path
        if path.endswith("healthz"):
            found = answer(MULTI_USER)
        elif "namespace=" in path:
            together.wait(5)  # all four have sent it before the first learns that it is wrong
            found = answer(REJECTED, 400)
        else:
            found = answer({})
        always(found)(exchange)

    hostile.answer = give
    told.healthz()
    with ThreadPoolExecutor(4) as pool:
        assert [page.items for page in pool.map(lambda _: told.list_runs(), range(4))] == [()] * 4
    assert len(hostile.requests) == 9


# -- The client itself ------------------------------------------------------------------------


def test_a_client_says_where_it_looks_and_no_more(sandbox: Sandbox, client: Connection) -> None:
    assert repr(client) == f"Connection({sandbox.url!r}, namespace='team-a')"
    assert client.settings.host.value == sandbox.url
    assert client.health.release == "2.17.0"
    with client as same:
        assert same is client


def test_errors_are_explained_by_whoever_built_the_client(
    sandbox: Sandbox, make_client: MakeClient
) -> None:
    plain = make_client(sandbox)
    sandbox.faults.set("istio-denied")
    error = failure(plain.healthz)
    assert error.diagnosis is None
    assert str(error).startswith("istio-denied: ask for its health: HTTP 403")

    class Sentence:
        message, next_step = "It is so.", "Do this."

    explained = Connection(plain.settings, explain=lambda error: Sentence)
    error = failure(explained.list_runs)
    assert error.diagnosis is Sentence
    assert str(error) == "It is so. Do this."
