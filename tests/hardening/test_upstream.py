"""A Pipelines that is broken or hostile: each answer ends in time, in an error of ours."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_kfp_auth.http import session as session_module
from jupyter_kfp_auth.http.errors import PipelinesError
from kfp_sandbox import Sandbox

from ..hostile import Answer, Exchange, Hostile, always, answer
from ..pipelines.conftest import MULTI_USER, MakeClient, routes
from ..secrecy import leaks
from ..server.conftest import Ask

#: Seconds that we wait for an answer, and that anything at all may take on a busy machine.
TIMEOUT, BOUND = 0.4, 10.0

GOOD: dict[str, Any] = {"experiments": [{"experiment_id": "e1", "display_name": "one"}]}
GOOD["total_size"] = 1
OK = b"HTTP/1.1 200 OK\r\n"


def flood(exchange: Exchange) -> None:
    """Never end the first string."""
    exchange.send(OK, b"Content-Type: application/json\r\n\r\n", b'{"experiments": [{"name": "')
    while not exchange.over.is_set():
        exchange.send(b"a" * 65536)


def spaced(exchange: Exchange) -> None:
    """Send a byte in time, again and again."""
    exchange.send(OK, b"Transfer-Encoding: chunked\r\n\r\n")
    exchange.drip(b"1\r\n{\r\n" + b"1\r\n \r\n" * 1000, 0.02)


def cut(exchange: Exchange) -> None:
    """Close a kept connection in the middle of an answer that promised more."""
    exchange.send(answer(GOOD)[:-10])


def cases() -> Iterator[tuple[str, Answer, set[str]]]:
    """Name, behaviour, and the causes that it may be told as."""
    deep = b'{"experiments": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    bomb = gzip.compress(bytes(80 * 2**20), 9)
    slow, broken, strange = {"no-answer"}, {"connection-broken"}, {"not-pipelines"}
    yield "never", Exchange.wait, slow
    yield "byte after byte", spaced, slow
    yield "closed at once", always(b"", keep=False), {"connection-closed"}
    yield "closed in the middle", cut, broken
    yield "shorter than announced", always(answer(b"{}", content_length="900"), keep=False), broken
    yield "endless", flood, {"answer-too-large", "no-answer"}
    yield "bomb", always(answer(bomb, content_encoding="gzip")), {"answer-too-large", "no-answer"}
    yield "announced too large", always(answer(b"{", content_length="9" * 15)), {"answer-too-large"}
    yield "no gzip", always(answer(GOOD, content_encoding="gzip")), broken
    yield "not HTTP", always(b"\x15\x03\x01\x00\x02\x02\x50", keep=False), {"tls-required"}
    for name, body in {
        "nothing": b"",
        "not JSON": b"It works!",
        "half of it": json.dumps(GOOD).encode()[:-7],
        "an array": b"[]",
        "a number": b"1",
        "null": b"null",
        "nested 100,000 deep": deep,
        "nested in an object": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "not UTF-8": b'{"experiments": [{"experiment_id": "\xff\xfe"}]}',
        "UTF-16": json.dumps(GOOD).encode("utf-16"),
        "list of another type": b'{"experiments": "e1"}',
        "list of other things": b'{"experiments": [1, null, "e1"]}',
        "something else": b'{"status": "ok"}',
    }.items():
        yield name, always(answer(body)), strange
    page = b"<!doctype html><html><script>alert(1)</script><input type=password>"
    yield "a login page", always(answer(page, content_type="text/html")), {"login-required"}
    yield "a teapot", always(answer(b"\x1b[31mteapot\x07", 418)), {"unknown"}
    yield "a failure", always(answer(b'{"error": {"a": [' * 9, 500)), {"server-failed"}


#: Objects, as an action is answered with one; to a list they are no answer.
OBJECTS = frozenset({"list of another type", "list of other things", "something else"})

#: An action without an answer of Pipelines may have been carried out.
UNKNOWN = "outcome-unknown"

CASES = {name: (behaviour, causes) for name, behaviour, causes in cases()}


@pytest.fixture
def token_path(tmp_path: Path, sandbox: Sandbox) -> Path:
    """A real token, which the peer must only get as a header."""
    path = tmp_path / "token"
    path.write_text(sandbox.token)
    return path


@pytest.fixture
def turn(hostile: Hostile) -> Callable[[Answer | None], None]:
    """Make the server behave so, or well again."""
    good = routes(healthz=MULTI_USER, experiments=GOOD)

    def turn(behaviour: Answer | None) -> None:
        hostile.script.clear()
        hostile.answer = behaviour or good

    turn(None)
    return turn


@pytest.mark.parametrize("name", CASES)
def test_python_client(
    name: str,
    hostile: Hostile,
    turn: Callable[[Answer | None], None],
    make_client: MakeClient,
    token_path: Path,
) -> None:
    client = make_client(hostile, token_path=str(token_path), timeout=TIMEOUT)
    assert client.list_experiments().items[0].id == "e1"
    behaviour, causes = CASES[name]
    turn(behaviour)
    began = time.monotonic()
    questions: list[Callable[[], Any]] = [client.list_experiments, client.healthz]
    actions = [] if name in OBJECTS else [lambda: client.terminate_run("r1")]
    for ask in questions + actions:
        with pytest.raises(PipelinesError) as caught:
            ask()
        assert caught.value.cause_code in causes | ({UNKNOWN} if ask in actions else set())
        assert leaks(caught.value, token_path.read_text()) == []
    assert time.monotonic() - began < BOUND
    posts = [request for request in hostile.requests if request.line.startswith("POST")]
    assert len(posts) == len(actions)
    turn(None)
    assert client.list_experiments().items[0].id == "e1"


class TestPanel:
    @pytest.fixture
    def config(self) -> dict[str, Any]:
        return {
            "KfpAuth": {"timeout": TIMEOUT},
            "KfpApp": {"refresh_interval": 0.0, "watch_runs": False},
        }

    @pytest.fixture(autouse=True)
    def environment(
        self, hostile: Hostile, token_path: Path, monkeypatch: pytest.MonkeyPatch, environment: None
    ) -> None:
        monkeypatch.setenv("KF_PIPELINES_ENDPOINT", hostile.url)
        monkeypatch.setenv("KF_PIPELINES_SA_TOKEN_PATH", str(token_path))

    @pytest.mark.parametrize("name", CASES)
    async def test_error_and_then_the_same_data_again(
        self, name: str, ask: Ask, turn: Callable[[Answer | None], None]
    ) -> None:
        """What the panel holds stays: it is told of an error, and never of an empty list."""
        good = await ask("experiments")
        assert good.data["items"][0]["experiment_id"] == "e1"
        behaviour, causes = CASES[name]
        turn(behaviour)
        for method, path in (("GET", "experiments"), ("GET", "runs/r1"), ("POST", "runs/r1/retry")):
            if method == "POST" and name in OBJECTS:
                continue
            began = time.monotonic()
            reply = await ask(path, method=method)
            assert time.monotonic() - began < BOUND
            assert reply.status in (502, 503)
            assert reply.cause in causes | ({UNKNOWN} if method == "POST" else set())
        status = (await ask("status")).data
        assert (status["ok"], status["error"]["cause"] in causes) == (False, True)
        assert (await ask("doctor")).data["cause"] in causes
        turn(None)
        known = {"If-None-Match": good.headers["ETag"]}
        assert (await ask("experiments", headers=known)).status == 304

    async def test_the_token_does_not_follow_a_redirect(
        self, ask: Ask, turn: Callable[[Answer | None], None], hostile: Hostile
    ) -> None:
        with Hostile() as elsewhere:
            for status in (301, 302, 303, 307, 308):
                turn(always(answer({}, status, location=f"{elsewhere.url}/apis/v2beta1/runs")))
                for method, path in (("GET", "runs"), ("GET", "status"), ("POST", "runs/r/retry")):
                    reply = await ask(path, method=method)
                    found = reply.data["error"]["cause"]
                    assert found == "address-moved"
            assert elsewhere.requests == []
            assert elsewhere.connections == 0
        assert hostile.requests

    async def test_others_are_served_while_one_waits(
        self, ask: Ask, turn: Callable[[Answer | None], None]
    ) -> None:
        """As many as there are threads may hang, and no more than the timeout."""
        await ask("experiments")
        turn(Exchange.wait)
        began = time.monotonic()
        replies = await asyncio.gather(*(ask(f"runs/r{n}") for n in range(24)))
        assert {reply.cause for reply in replies} == {"no-answer"}
        assert time.monotonic() - began < BOUND


def test_memory_is_bounded_by_the_largest_answer(
    hostile: Hostile,
    turn: Callable[[Answer | None], None],
    make_client: MakeClient,
    token_path: Path,
) -> None:
    client = make_client(hostile, token_path=str(token_path), timeout=60.0)
    client.list_experiments()
    tracemalloc.start()
    try:
        for behaviour in (flood, CASES["bomb"][0]):
            turn(behaviour)
            tracemalloc.reset_peak()
            with pytest.raises(PipelinesError) as caught:
                client.list_experiments()
            assert caught.value.cause_code == "answer-too-large"
            assert tracemalloc.get_traced_memory()[1] < session_module.MAX_BYTES * 1.25
    finally:
        tracemalloc.stop()
