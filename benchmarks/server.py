"""The server extension: what it adds to a request, what it saves, and what it holds."""

from __future__ import annotations

import http.client
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil

from jupyter_kfp_auth.demo.lab import Lab

from .measure import Result, elapsed_ms, in_turns, more_by, times_as_much

#: Between two requests of one of many clients, in seconds: that of a panel that follows a run.
PACE = 2.0

#: What the panel asks in an hour, at its quickest, with a run open: a list, a run and the status.
POLLS_IN_AN_HOUR = 1_800


@dataclass(frozen=True)
class Place:
    """Where a list is asked from: an address and what is sent along."""

    url: str
    headers: Mapping[str, str]

    def asking(self, query: Mapping[str, str]) -> Callable[[], None]:
        """Return work that asks once over a connection of its own that is kept."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.netloc)
        path = f"{parts.path}?{urlencode(query)}"

        def ask() -> None:
            connection.request("GET", path, headers=dict(self.headers))
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{answer.status}: {body[:200]!r}")

        return ask


def jupyter(*options: str) -> AbstractContextManager[Lab]:
    """Return a Jupyter server, as yet unstarted, in a process and a directory of its own."""
    directory = Path(tempfile.mkdtemp(prefix="kfp-benchmarks-"))
    given = ("--no-browser", "--ServerApp.port=0", "--LabApp.news_url=", *options)
    return Lab(directory, {}, given)


def overhead(url: str, token: str, repeats: int, clients: int = 50) -> Iterator[Result]:
    """Compare a list through the extension, uncached, with the same request sent straight."""
    with jupyter("--KfpApp.refresh_interval=0") as lab:
        straight = Place(f"{url}/apis/v2beta1/experiments", {"Authorization": f"Bearer {token}"})
        through = Place(f"{lab.url}kfp/v1/experiments", {"Authorization": f"token {lab.token}"})
        for rows in (20, 100):
            asked = {"namespace": "team-a", "page_size": str(rows), "sort_by": "created_at desc"}
            ours, theirs = in_turns(through.asking(asked), straight.asking(asked), repeats * 3)
            yield Result(
                f"server extension, {rows} rows, 1 client", ours, "straight", theirs, more_by(3)
            )
        # Different questions, so that no two clients share an answer.
        questions = [
            {"namespace": "team-a", "page_size": str(20 + n), "sort_by": "created_at desc"}
            for n in range(clients)
        ]
        theirs = _paced(straight, questions)
        ours = _paced(through, questions)
        yield Result(
            f"server extension, 20 rows and more, {clients} clients", ours, "straight", theirs,
            more_by(3),
        )  # fmt: skip
        # What is left when Pipelines is not asked: the way into Jupyter's server and out again.
        nothing = Place(f"{lab.url}kfp/v1/watched", through.headers)
        yield Result(
            "Jupyter's own part of that", _paced(nothing, [{}] * clients), "straight", theirs,
            more_by(3),
        )  # fmt: skip


def _paced(place: Place, questions: Sequence[Mapping[str, str]], rounds: int = 4) -> float:
    """Return the median milliseconds of many clients that each ask every `PACE` seconds."""
    taken: list[float] = []

    def client(number: int, ask: Callable[[], None]) -> None:
        ask()
        start = time.monotonic() + PACE * number / len(questions)
        for turn in range(rounds):
            time.sleep(max(0.0, start + PACE * turn - time.monotonic()))
            taken.append(elapsed_ms(ask))

    threads = [
        threading.Thread(target=client, args=(number, place.asking(question)))
        for number, question in enumerate(questions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statistics.median(taken)


def tabs(count: Callable[[], int], number: int = 20, seconds: float = 8.0) -> Result:
    """Compare what reaches Pipelines when many tabs poll with what one tab costs.

    Args:
        count: returns how many requests Pipelines has had so far.
        number: of tabs.
        seconds: that each side polls.
    """

    def polling(tabs: int) -> int:
        with jupyter() as lab:
            place = Place(f"{lab.url}kfp/v1/runs", {"Authorization": f"token {lab.token}"})
            place.asking({"no_track_activity": "1"})()  # what is only asked once: health, version
            time.sleep(PACE)
            before, end = count(), time.monotonic() + seconds

            def tab() -> None:
                ask = place.asking({"no_track_activity": "1"})
                while time.monotonic() < end:
                    ask()
                    time.sleep(PACE / 4)

            threads = [threading.Thread(target=tab) for _ in range(tabs)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return count() - before

    one, many = polling(1), polling(number)
    return Result(
        f"requests to Pipelines, {number} tabs for {seconds:.0f} s", many, "1 tab", one,
        more_by(1, "requests"), unit="requests",
    )  # fmt: skip


def memory() -> Iterator[Result]:
    """Compare the memory of a Jupyter server without us, with us idle, and after polling."""
    off = "--ServerApp.jpserver_extensions={'jupyter_kfp_auth': False, 'jupyterlab': True}"
    with jupyter(off) as lab:
        without = _settled_mib(lab)
    with jupyter("--KfpApp.refresh_interval=0") as lab:
        idle = _settled_mib(lab)
        yield Result(
            "memory of the Jupyter server, idle", idle, "without us", without,
            more_by(5, "MiB"), unit="MiB",
        )  # fmt: skip
        asking = [
            Place(f"{lab.url}kfp/v1/{path}", {"Authorization": f"token {lab.token}"}).asking(
                {"no_track_activity": "1"}
            )
            for path in ("experiments", "runs", "status")
        ]
        for ask in asking:
            ask()
        used = _settled_mib(lab)
        yield Result(
            "memory of the Jupyter server, in use", used, "without us", without,
            more_by(40, "MiB"), unit="MiB",
        )  # fmt: skip
        for _ in range(POLLS_IN_AN_HOUR):
            for ask in asking:
                ask()
        yield Result(
            "memory after an hour's polling", _settled_mib(lab), "at its beginning", used,
            times_as_much(1.1), unit="MiB",
        )  # fmt: skip


def _settled_mib(lab: Lab) -> float:
    """Return the server's resident memory when it does nothing."""
    process = psutil.Process(lab.pid)
    busy = -1.0
    while (now := sum(process.cpu_times()[:2])) != busy:
        busy = now
        time.sleep(0.5)
    return float(process.memory_info().rss) / 2**20
