"""Any number of tabs costs one request upstream."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_kfp_auth.server.services import answer as answer_module
from jupyter_kfp_auth.server.services import upstream as upstream_module
from jupyter_kfp_auth.server.services.answer import Answer
from jupyter_kfp_auth.server.services.cache import Cache
from kfp_sandbox import Sandbox

from .conftest import Ask

Count = Callable[[str], int]
EXPERIMENTS = "/v2beta1/experiments"


class Source:
    """Something to fetch, which waits until it is released."""

    def __init__(self, *, released: bool = True) -> None:
        self.asked = 0
        self.gate = asyncio.Event()
        if released:
            self.gate.set()

    async def __call__(self) -> int:
        self.asked += 1
        number = self.asked
        await self.gate.wait()
        return number


def never(answer: int) -> bool:
    return False


def always(answer: int) -> bool:
    return True


async def test_shared_while_under_way() -> None:
    source, cache = Source(released=False), Cache[str, int]()
    waiting = [asyncio.ensure_future(cache.get("a", source, always)) for _ in range(20)]
    waiting += [asyncio.ensure_future(cache.get("a", source, never)) for _ in range(20)]
    await asyncio.sleep(0)
    assert cache.pending() == ["a"]
    source.gate.set()
    assert await asyncio.gather(*waiting) == [1] * 40
    assert list(cache.known()) == [("a", 1)]


async def test_who_asks_says_how_old_an_answer_may_be() -> None:
    source, cache = Source(), Cache[str, int]()
    assert [await cache.get("a", source, always) for _ in range(3)] == [1, 1, 1]
    assert await cache.get("a", source, never) == 2
    assert await cache.get("a", source, always) == 2  # a fresh one serves the others, too
    assert await cache.get("b", source, always) == 3


async def test_answer_from_before_an_action_is_not_kept() -> None:
    before, after = Source(released=False), Source()
    cache = Cache[str, Any]()
    waiting = asyncio.ensure_future(cache.get("a", before, always))
    await asyncio.sleep(0)
    cache.expire()
    assert await cache.get("a", after, always) == 1
    before.gate.set()
    await waiting
    assert await cache.get("a", after, always) == 1
    assert (before.asked, after.asked) == (1, 1)


async def test_only_what_is_outdated_is_forgotten() -> None:
    source, cache = Source(), Cache[str, int]()
    assert [await cache.get(key, source, always) for key in "ab"] == [1, 2]
    cache.expire(lambda key: key == "a")
    assert [await cache.get(key, source, always) for key in "ab"] == [3, 2]


async def test_one_that_leaves_does_not_take_the_answer_along() -> None:
    source, cache = Source(released=False), Cache[str, int]()
    leaves = asyncio.ensure_future(cache.get("a", source, always))
    stays = asyncio.ensure_future(cache.get("a", source, always))
    await asyncio.sleep(0)
    leaves.cancel()
    await asyncio.sleep(0)
    source.gate.set()
    assert await stays == 1
    assert leaves.cancelled()


async def test_exception_reaches_all_and_is_not_kept() -> None:
    async def fails() -> int:
        raise ValueError

    cache = Cache[str, int]()
    results = await asyncio.gather(
        *(cache.get("a", fails, always) for _ in range(2)), return_exceptions=True
    )
    assert [type(result) for result in results] == [ValueError, ValueError]
    assert await cache.get("a", Source(), always) == 1


async def test_bounded() -> None:
    source, cache = Source(), Cache[str, int](size=2)
    for key in "abc":
        await cache.get(key, source, always)
    assert len(cache._entries) == 2
    assert await cache.get("c", source, always) == 3
    assert await cache.get("a", source, always) == 4


async def test_close_ends_what_is_under_way() -> None:
    source, cache = Source(released=False), Cache[str, int]()
    waiting = asyncio.ensure_future(cache.get("a", source, always))
    await asyncio.sleep(0)
    cache.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_age_is_in_whole_seconds() -> None:
    answer = Answer.of(200, {})
    assert answer.age == 0
    assert replace(answer, arrived=answer.arrived - 5.5).age == 5


class TestOverHttp:
    @pytest.fixture
    def config(self) -> dict[str, Any]:
        return {"KfpApp": {"refresh_interval": 60.0, "watch_runs": False}}

    async def test_twenty_tabs_cost_one_request(
        self, ask: Ask, sandbox: Sandbox, upstream: Count
    ) -> None:
        sandbox.faults.set("slow", seconds=0.1)
        tabs = await asyncio.gather(*(ask("experiments") for _ in range(20)))
        assert len({tab.body for tab in tabs}) == 1
        assert upstream(EXPERIMENTS) == 1
        sandbox.faults.clear()
        for _ in range(3):
            assert (await ask("experiments")).body == tabs[0].body
        assert upstream(EXPERIMENTS) == 1
        await asyncio.gather(*(ask("status") for _ in range(20)))
        await asyncio.gather(*(ask("doctor") for _ in range(20)))
        assert upstream("/healthz") == 3  # for the first list, for status and for the doctor

    async def test_other_question_is_another_request(self, ask: Ask, upstream: Count) -> None:
        one = await ask("experiments", query="page_size=1&search=a")
        assert (await ask("experiments", query="search=a&page_size=1&_=5")).body == one.body
        assert upstream(EXPERIMENTS) == 1
        await ask("experiments", query="page_size=2&search=a")
        assert upstream(EXPERIMENTS) == 2

    async def test_data_is_encoded_once(self, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
        encoded = []

        def dumps(data: Any, **options: Any) -> str:
            encoded.append(data)
            return json.dumps(data, **options)

        monkeypatch.setattr(answer_module, "json", SimpleNamespace(dumps=dumps))
        for _ in range(5):
            await ask("runs")
        assert len(encoded) == 1

    async def test_etag(self, ask: Ask, sandbox: Sandbox, upstream: Count) -> None:
        first = await ask("experiments")
        known = {"If-None-Match": first.headers["ETag"]}
        reply = await ask("experiments", headers=known)
        assert (reply.status, reply.body) == (304, b"")
        assert reply.headers["ETag"] == first.headers["ETag"]
        assert reply.headers["Age"] == "0"
        fresh = {**known, "Cache-Control": "no-cache"}
        assert (await ask("experiments", headers=fresh)).status == 304
        assert upstream(EXPERIMENTS) == 2
        sandbox.add_experiments(1)
        reply = await ask("experiments", headers=fresh)
        assert reply.status == 200
        assert reply.headers["ETag"] != first.headers["ETag"]
        assert (await ask("experiments", headers={"If-None-Match": '"other"'})).status == 200

    async def test_age(self, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
        assert (await ask("experiments")).headers["Age"] == "0"
        later = time.monotonic() + 7
        monkeypatch.setattr(answer_module, "time", SimpleNamespace(monotonic=lambda: later))
        assert (await ask("experiments")).headers["Age"] in ("6", "7")

    async def test_user_may_ask_for_fresh_data_and_a_poll_may_not(
        self, ask: Ask, upstream: Count
    ) -> None:
        fresh = {"Cache-Control": "no-cache"}
        await ask("experiments")
        await ask("experiments", headers=fresh)
        assert upstream(EXPERIMENTS) == 2
        # As browsers send it by themselves with every request of JupyterLab.
        await ask("experiments", headers=fresh, query="no_track_activity=1")
        assert upstream(EXPERIMENTS) == 2

    async def test_action_makes_room_for_new_data(
        self, ask: Ask, sandbox: Sandbox, upstream: Count
    ) -> None:
        items = (await ask("experiments")).data["items"]
        item = items[0]["experiment_id"]
        assert (await ask(f"experiments/{item}/archive", method="POST")).status == 204
        left = (await ask("experiments")).data["items"]
        assert item not in {one["experiment_id"] for one in left}
        assert upstream(EXPERIMENTS) == 2
        # Also after one that failed: nobody knows what it did.
        sandbox.faults.set("reset", path=f"/apis/v2beta1/experiments/{item}")
        assert (await ask(f"experiments/{item}/unarchive", method="POST")).status >= 500
        sandbox.faults.clear()
        await ask("experiments")
        assert upstream(EXPERIMENTS) == 3

    async def test_failure_is_shared_but_not_for_long(
        self, ask: Ask, sandbox: Sandbox, upstream: Count, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(upstream_module, "ERROR_SECONDS", 0.3)
        await ask("status")
        before = upstream(EXPERIMENTS)
        sandbox.faults.set("upstream-unavailable")
        replies = await asyncio.gather(*(ask("experiments") for _ in range(20)))
        assert {reply.cause for reply in replies} == {"mesh-unavailable"}
        assert upstream(EXPERIMENTS) == before + 1
        sandbox.faults.clear()
        deadline = time.monotonic() + 10
        while (await ask("experiments")).status != 200:
            assert time.monotonic() < deadline
        assert upstream(EXPERIMENTS) == before + 2
