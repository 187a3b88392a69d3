"""Ratios against the kfp SDK and plain requests, measured in one run: ``make bench``."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import requests
from rich.console import Console
from rich.table import Table

import jupyter_kfp_auth as jka

ROWS = 10_000


@dataclass(frozen=True)
class Result:
    """One comparison: medians in milliseconds, and what their ratio should reach."""

    what: str
    ours: float
    against: str
    theirs: float
    goal: str

    @property
    def ratio(self) -> float:
        """How many times longer the other side takes; for `at most` goals, the reverse."""
        return (
            self.ours / self.theirs if self.goal.startswith("at most") else self.theirs / self.ours
        )


def median_ms(work: Callable[[], object], repeats: int) -> float:
    """Return the median time of some runs, after one that warms up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def fresh_ms(code: str, repeats: int = 5) -> float:
    """Return the median time that ``code`` says it took, each time in a new interpreter."""
    prelude = "import time\nfrom IPython.core.interactiveshell import InteractiveShell\n"
    prelude += "shell = InteractiveShell()\nstart = time.perf_counter()\n"
    program = f"{prelude}{code}\nprint(time.perf_counter() - start)"
    times = [
        float(subprocess.check_output([sys.executable, "-W", "ignore", "-c", program]))
        for _ in range(repeats)
    ]
    return statistics.median(times) * 1000


def loading() -> Iterator[Result]:
    """Compare loading the extension with importing the SDK."""
    ours = fresh_ms("shell.run_line_magic('load_ext', 'jupyter_kfp_auth')")
    yield Result(
        "%load_ext jupyter_kfp_auth", ours, "import kfp", fresh_ms("import kfp"), "at most 0.10x"
    )


def listing(sandbox_token: str, url: str, repeats: int) -> Iterator[Result]:
    """Compare listing 100 experiments, and walking all of them."""
    ours, sdk, plain = jka.connect(), jka.client(), requests.Session()
    headers = {"Authorization": f"Bearer {sandbox_token}"}
    query = {"namespace": "team-a", "page_size": "100", "sort_by": "created_at desc"}

    def by_requests() -> object:
        return plain.get(f"{url}/apis/v2beta1/experiments", params=query, headers=headers).json()

    def by_sdk() -> object:
        return sdk.list_experiments(page_size=100, sort_by="created_at desc", namespace="team-a")

    mine = median_ms(lambda: ours.list_experiments(page_size=100), repeats)
    yield Result(
        "list 100 experiments", mine, "kfp.Client", median_ms(by_sdk, repeats), "at least 6x"
    )
    straight = median_ms(by_requests, repeats)
    yield Result("list 100 experiments", mine, "requests and json", straight, "at most 1.6x")

    def walk_by_sdk() -> int:
        count, token = 0, ""
        while True:
            page = sdk.list_experiments(page_size=200, page_token=token, namespace="team-a")
            count += len(page.experiments)
            token = page.next_page_token
            if not token:
                return count

    def walk() -> int:
        return sum(1 for _ in ours.iter_experiments(page_size=200, include_archived=True))

    assert walk() == walk_by_sdk(), "both see the same rows"
    mine, theirs = median_ms(walk, 3), median_ms(walk_by_sdk, 3)
    yield Result(f"walk {ROWS:,} experiments", mine, "kfp.Client", theirs, "at least 6x")


def peak_memory_kib(rows: int) -> float:
    """Return the most memory that a walk over ``rows`` experiments holds."""
    with jka.connect() as client:
        tracemalloc.start()
        for count, _ in enumerate(client.iter_experiments(page_size=200), 1):
            if count == rows:
                break
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak / 1024


@contextmanager
def world() -> Iterator[tuple[str, str]]:
    """Start the server in a process of its own; yield its address and a token."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.replay", str(ROWS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    environment, url, token = json.loads(process.stdout.readline())
    os.environ.update(environment)
    try:
        yield url, token
    finally:
        process.stdin.close()
        process.wait(10)


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", help="write the results to this file")
    parser.add_argument("--repeats", type=int, default=40, help="of each short measurement (40)")
    options = parser.parse_args()
    results = list(loading())
    with world() as (url, token):
        results += listing(token, url, options.repeats)
        memory = {rows: round(peak_memory_kib(rows)) for rows in (1_000, ROWS)}
    table = Table("what", "ours, ms", "against", "ms", "ratio", "goal")
    for result in results:
        table.add_row(
            result.what,
            f"{result.ours:.1f}",
            result.against,
            f"{result.theirs:.1f}",
            f"{result.ratio:.2f}x",
            result.goal,
        )
    Console(width=100).print(table)
    print(
        "Most memory while walking: "
        + ", ".join(f"{n:,} rows {m:,} KiB" for n, m in memory.items())
    )
    if options.json:
        data = [{**asdict(result), "ratio": result.ratio} for result in results]
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"comparisons": data, "walk_peak_kib": memory}, file, indent=2)


if __name__ == "__main__":
    main()
