"""Many notebook servers on one stock Pipelines, simulated: polling as in 0.1.0, polling, watching.

Time is virtual: an hour of a thousand servers takes some seconds, the same on a busy machine. The
servers decide by the product's own schedule, and Pipelines lets them wait by the sandbox's own
limit: five signed-in calls a second for all, after a burst of ten. Nothing goes over a network.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import selectors
import statistics
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, field
from types import SimpleNamespace
from typing import Any

from jupyter_kfp_auth.server.services import answer as answer_module
from jupyter_kfp_auth.server.services.answer import Fetched
from jupyter_kfp_auth.server.services.pace import Pace
from jupyter_kfp_auth.server.services.run_watches import GATHER
from jupyter_kfp_auth.server.services.schedule import Question, Schedule
from kfp_sandbox import access

#: Seconds: that an answer takes by itself, that a client waits, and between two looks of a page
#: while a run goes on and when all have ended.
ANSWER, TIMEOUT, QUICK, SLOW = 0.01, 10.0, 10.0, 60.0

#: Every so manieth server has a run that goes on; it changes so often, in seconds on average.
UNFINISHED, CHANGE = 10, 600.0

#: Seconds between two clicks of a user, on average.
CLICK = 1200.0

#: Seconds in which the servers start, after which is measured, and for which.
START, WARM, MEASURED = 600.0, 2400.0, 3600.0


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that does not wait for a time, but goes there."""

    def __init__(self) -> None:
        loop = self
        self.now = 0.0

        class Selector(selectors.SelectSelector):
            def select(self, timeout: float | None = None) -> Any:
                loop.now += timeout or 0.0
                return super().select(0)

        super().__init__(Selector())

    def time(self) -> float:
        return self.now


class Limit(access.RateLimit):
    """The sandbox's limit; who leaves gives the token back, as in a Kubernetes client."""

    def cancel(self) -> None:
        """Give back a token that was reserved."""
        self._full_at -= 1 / self._qps


@dataclass
class Counts:
    """What is measured after the warm-up."""

    background: int = 0
    clicks: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)


class Pipelines:
    """A stock server, as its clients see it."""

    def __init__(self, counts: Counts) -> None:
        self._limit = Limit(5)
        self._counts = counts

    async def call(self, *, click: bool = False) -> bool:
        """Wait for an answer; tell whether it came in time."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        if began > WARM and not click:
            self._counts.background += 1
        wait = self._limit.reserve() + ANSWER
        await asyncio.sleep(min(wait, TIMEOUT))
        if wait > TIMEOUT:
            self._limit.cancel()
        if click and began > WARM:
            self._counts.clicks.append(min(wait, TIMEOUT))
        return wait <= TIMEOUT


class Server:
    """A notebook server with an open panel: a list of experiments, or of runs that go on.

    Args:
        pipelines: is asked.
        counts: is told when a change was seen.
        unfinished: whether a run goes on.
    """

    def __init__(self, pipelines: Pipelines, counts: Counts, *, unfinished: bool) -> None:
        self.pipelines = pipelines
        self.counts = counts
        self.unfinished = unfinished
        self._changed: list[float] = []

    async def run(self) -> None:
        """Begin at some time, and go on for ever."""
        await asyncio.sleep(random.uniform(0, START))
        parts = [self.page(), self.user()] + ([self.changes()] if self.unfinished else [])
        await asyncio.gather(*parts)

    async def user(self) -> None:
        """Click Refresh now and then."""
        while True:
            await asyncio.sleep(random.expovariate(1 / CLICK))
            if await self.pipelines.call(click=True):
                self.see()

    async def changes(self) -> None:
        """Let the run change now and then."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(random.expovariate(1 / CHANGE))
            self._changed.append(loop.time())
            self.happen()

    def happen(self) -> None:
        """A run has changed."""

    def see(self) -> None:
        """An answer of Pipelines is there: it shows all that has changed."""
        now = asyncio.get_running_loop().time()
        self.counts.seen += [now - at for at in self._changed if at > WARM]
        self._changed.clear()

    async def page(self) -> None:
        """Ask as the page does by itself."""
        raise NotImplementedError


class Polling010(Server):
    """Version 0.1.0: the page's list, and a status bar with a probe and three counts a minute."""

    async def page(self) -> None:
        await asyncio.gather(self._list(), self._status())

    async def _list(self) -> None:
        await self._again(1, QUICK if self.unfinished else SLOW, self.see)

    async def _status(self) -> None:
        await self._again(4, SLOW, lambda: None)

    async def _again(self, calls: int, interval: float, see: Callable[[], object]) -> None:
        pause = interval
        while True:
            answers = await asyncio.gather(*(self.pipelines.call() for _ in range(calls)))
            if all(answers):
                see()
            pause = interval if all(answers) else min(max(2 * pause, 5.0), 300.0)
            await asyncio.sleep(pause)


class Unwatched:
    """No namespace is watched."""

    def watching(self, namespace: str) -> bool:
        return False


class Watched:
    """Every namespace is watched."""

    def watching(self, namespace: str) -> bool:
        return True


class Polling(Server):
    """The product's schedule where workflows may not be watched."""

    watches: Any = Unwatched()

    async def page(self) -> None:
        loop = asyncio.get_running_loop()
        pace = Pace(clock=loop.time)
        schedule = Schedule(pace, self.watches)
        state = "RUNNING" if self.unfinished else "SUCCEEDED"
        asked = [Question("runs")]
        if not self.unfinished:  # the panel's list, beside the status bar's
            asked.append(Question("experiments"))
        known: dict[Question, Fetched] = {}
        while True:
            for question in asked:
                fetched = known.get(question)
                if fetched and fetched.age < schedule.lifetime(question, fetched, "team"):
                    continue
                began = loop.time()
                answered = await self.pipelines.call()
                pace.observe(loop.time() - began, 200 if answered else None)
                items = {"items": [{"run_id": "r", "state": state}]}
                known[question] = Fetched(200 if answered else 503, items)
                if answered:
                    self.see()
            await asyncio.sleep(QUICK if self.unfinished else SLOW)


class Watching(Polling):
    """The product's schedule where workflows may be watched: a change is told, and asked for."""

    watches = Watched()

    def happen(self) -> None:
        asyncio.get_running_loop().create_task(self._told())

    async def _told(self) -> None:
        await asyncio.sleep(GATHER)
        if await self.pipelines.call():
            self.see()


@dataclass(frozen=True)
class Row:
    """What one fleet does to Pipelines, and what its users notice (seconds)."""

    servers: int
    way: str
    background_calls_a_second: float
    click_p50: float
    click_p95: float
    change_p50: float
    change_p95: float


def simulate(servers: int, way: type[Server], name: str) -> Row:
    """Simulate one fleet."""
    random.seed(1)
    loop = VirtualLoop()
    clock = SimpleNamespace(monotonic=loop.time)
    for module in (access, answer_module):
        vars(module)["time"] = clock
    counts = Counts()

    async def fleet() -> None:
        pipelines = Pipelines(counts)
        everyone: list[Coroutine[Any, Any, None]] = [
            way(pipelines, counts, unfinished=number % UNFINISHED == 0).run()
            for number in range(servers)
        ]
        tasks = [asyncio.create_task(one) for one in everyone]
        await asyncio.sleep(WARM + MEASURED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    try:
        loop.run_until_complete(fleet())
    finally:
        loop.close()
    return Row(
        servers,
        name,
        counts.background / MEASURED,
        *_percentiles(counts.clicks),
        *_percentiles(counts.seen),
    )


def _percentiles(values: list[float]) -> tuple[float, float]:
    if len(values) < 2:
        return (values or [0.0])[0], (values or [0.0])[0]
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return statistics.median(values), cuts[18]


def main() -> None:
    """Simulate all fleets and print the table as Markdown."""
    parser = argparse.ArgumentParser(prog="benchmarks.fleet", description=__doc__)
    parser.add_argument("--json", help="write the results to this file")
    options = parser.parse_args()
    ways: dict[str, type[Server]] = {
        "polling, 0.1.0": Polling010,
        "polling": Polling,
        "watching": Watching,
    }
    rows = [simulate(n, way, name) for n in (1, 50, 1000) for name, way in ways.items()]
    print("| servers | way | calls a second | click p50, p95 | change seen p50, p95 |")
    print("|---|---|---|---|---|")
    for row in rows:
        print(
            f"| {row.servers:,} | {row.way} | {row.background_calls_a_second:.2f} "
            f"| {row.click_p50:.2f} s, {row.click_p95:.2f} s "
            f"| {row.change_p50:.1f} s, {row.change_p95:.1f} s |"
        )
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump([asdict(row) for row in rows], file, indent=2)


if __name__ == "__main__":
    main()
