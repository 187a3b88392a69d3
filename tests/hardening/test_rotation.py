"""The kubelet replaces the token under busy clients: nobody notices."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import jwt
import pytest

from jupyter_kfp_auth.auth.token_file import TokenFile
from jupyter_kfp_auth.pipelines.connection import Connection
from kfp_sandbox import RecordedRequest, Sandbox

from ..pipelines.conftest import MakeClient
from ..server.conftest import Ask

CLIENTS = 8

#: Seconds that a token of these tests lives, and after which it is replaced.
LIFETIME, RENEWED = 600.0, 480.0


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A stand-in whose time only the test moves: two swaps later a token has expired."""
    with Sandbox(auto_advance=False, token_lifetime=LIFETIME) as sandbox:
        yield sandbox


@pytest.fixture
def swaps(soak: bool) -> int:
    return 1000 if soak else 40


class Generations:
    """Which token is the current one, and for each client which was when its last request began.

    A swap is followed by the next only when every client has made a request that began after it:
    no request can be so late that it holds a token from before, unless it was kept.
    """

    def __init__(self) -> None:
        self.current = 0
        self._served = [-1] * CLIENTS
        self._changed = threading.Condition()

    def note(self, client: int, generation: int) -> None:
        with self._changed:
            self._served[client] = generation
            self._changed.notify_all()

    def all_served(self) -> bool:
        return min(self._served) >= self.current

    def wait(self, stopped: threading.Event) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.all_served() or stopped.is_set(), 60)


@dataclass
class Seen:
    """What reached Pipelines, and for how many seconds each token was still good."""

    requests: list[RecordedRequest] = field(default_factory=list)
    left: list[float] = field(default_factory=list)

    def check(self, swaps: int) -> None:
        """No request was refused, and each carried a token that was still good."""
        assert len({request.headers["Authorization"] for request in self.requests}) == swaps + 1
        # A token that has expired is answered by 401, and the session would send again.
        assert {request.status for request in self.requests} == {200}
        assert min(self.left) > 0


@pytest.fixture
def seen(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Seen:
    seen, record = Seen(), sandbox.record

    def note(request: RecordedRequest) -> None:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, options={"verify_signature": False})
        seen.requests.append(request)
        seen.left.append(claims["exp"] - sandbox.clock.time())
        record(request)

    monkeypatch.setattr(sandbox, "record", note)
    return seen


def work(client: Connection, run: str) -> Iterator[Callable[[], object]]:
    """What a busy notebook asks, for ever: lists, an item, and actions."""
    return cycle(
        (
            client.list_experiments,
            lambda: client.list_runs(page_size=5),
            lambda: client.archive_run(run),
            lambda: client.get_run(run),
            lambda: client.unarchive_run(run),
        )
    )


@pytest.mark.timeout(1800)
def test_no_request_of_a_python_client_fails(
    sandbox: Sandbox, make_client: MakeClient, swaps: int, seen: Seen
) -> None:
    """Half of the threads share a client, the others have their own."""
    shared = make_client(sandbox)
    runs = [run.id for run in shared.list_runs(page_size=CLIENTS).items]
    clients = [shared if n % 2 else make_client(sandbox) for n in range(CLIENTS)]
    generations, stopped = Generations(), threading.Event()

    def busy(number: int) -> None:
        try:
            for ask in work(clients[number], runs[number]):
                if stopped.is_set():
                    return
                generation = generations.current
                ask()
                generations.note(number, generation)
        finally:
            stopped.set()

    with ThreadPoolExecutor(CLIENTS) as pool:
        done = [pool.submit(busy, number) for number in range(CLIENTS)]
        for _ in range(swaps):
            generations.wait(stopped)
            sandbox.clock.advance(RENEWED)
            generations.current += 1
        generations.wait(stopped)
        stopped.set()
    for one in done:
        one.result()
    seen.check(swaps)


@pytest.mark.timeout(1800)
async def test_no_request_of_a_panel_fails(
    ask: Ask, sandbox: Sandbox, swaps: int, seen: Seen
) -> None:
    """The server extension finds each token by itself."""
    runs = [run["run_id"] for run in (await ask("runs")).data["items"][:CLIENTS]]
    generations, served, stopped = Generations(), asyncio.Event(), False

    async def busy(number: int) -> None:
        for path in cycle(("experiments", "archive", "status", "unarchive")):
            if stopped:
                return
            generation, acts = generations.current, path.endswith("archive")
            path = f"runs/{runs[number]}/{path}" if acts else path
            reply = await (ask(path, method="POST") if acts else ask(path))
            assert reply.status == (204 if acts else 200), reply.body
            generations.note(number, generation)
            served.set()

    async def kubelet() -> None:
        nonlocal stopped
        for _ in range(swaps):
            while not generations.all_served():
                served.clear()
                await served.wait()
            sandbox.clock.advance(RENEWED)
            generations.current += 1
        while not generations.all_served():
            served.clear()
            await served.wait()
        stopped = True

    await asyncio.gather(kubelet(), *map(busy, range(CLIENTS)))
    seen.check(swaps)


def test_the_token_is_never_missing_while_it_is_replaced(tmp_path: Path, swaps: int) -> None:
    """The kubelet removes the old directory right after each swap, whoever is on its way there."""
    data, link, over = tmp_path / "..data", tmp_path / "..data_tmp", threading.Event()

    def swap(number: int) -> None:
        directory = tmp_path / f"..{number}"
        directory.mkdir()
        (directory / "token").write_text(f"token-{number}")
        link.symlink_to(directory.name)
        link.rename(data)
        shutil.rmtree(tmp_path / f"..{number - 1}", ignore_errors=True)

    def read() -> int:
        latest = 0
        while not over.is_set():
            number = int(TokenFile(tmp_path / "token").read().removeprefix("token-"))
            assert number >= latest
            latest = number
        return latest

    swap(0)
    (tmp_path / "token").symlink_to("..data/token")
    with ThreadPoolExecutor(CLIENTS) as pool:
        readers = [pool.submit(read) for _ in range(CLIENTS)]
        for number in range(1, swaps + 1):
            swap(number)
        over.set()
    assert all(0 <= reader.result() <= swaps for reader in readers)
