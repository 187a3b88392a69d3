"""Ratios against the kfp SDK and plain requests, measured in one run: ``make bench``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import requests
from rich.console import Console
from rich.table import Table

from . import client, outputs, page, scrolling, server, widget
from .measure import Result

ROWS = 10_000


@dataclass(frozen=True)
class World:
    """Pipelines in a process of its own: its address, a token, and how often it was asked."""

    url: str
    token: str

    def count(self) -> int:
        """Return how many requests have arrived."""
        return int(requests.get(f"{self.url}/count", timeout=10).json())


@contextmanager
def world() -> Iterator[World]:
    """Start Pipelines and point this process, and all that it starts, at it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.replay", str(ROWS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    environment: Mapping[str, str]
    environment, url, token = json.loads(process.stdout.readline())
    os.environ.update(environment)
    try:
        yield World(url, token)
    finally:
        process.stdin.close()
        process.wait(10)


def parts(world: World, repeats: int) -> dict[str, Callable[[], Iterable[Result]]]:
    """Return what can be measured, by name."""
    return {
        "start": client.starting,
        "client": lambda: client.listing(world.url, world.token, ROWS, repeats),
        "outputs": lambda: outputs.outputs(repeats),
        "memory": lambda: [client.memory_of_walking(ROWS)],
        "server": lambda: server.overhead(world.url, world.token, repeats),
        "tabs": lambda: [server.tabs(world.count)],
        "resident": server.memory,
        "widget": widget.message_size,
        "page": page.opening,
        "scrolling": scrolling.scrolling,
    }


def show(results: Iterable[Result]) -> None:
    """Print the table."""
    table = Table("what", "ours", "against", "theirs", "compared", "goal", "")
    for result in results:
        table.add_row(
            result.what,
            f"{result.ours:,.1f} {result.unit}",
            result.against,
            f"{result.theirs:,.1f} {result.unit}",
            result.compared,
            result.goal.text,
            "[green]reached[/]" if result.reached else "[red]missed[/]",
        )
    Console(width=150).print(table)


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--json", help="write the results to this file")
    parser.add_argument("--repeats", type=int, default=40, help="of each short measurement (40)")
    parser.add_argument("--only", action="append", metavar="PART", help="measure this part")
    options = parser.parse_args()
    results: list[Result] = []
    with world() as there:
        known = parts(there, options.repeats)
        unknown = set(options.only or ()) - set(known)
        if unknown:
            parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(known)}")
        for name, measure in known.items():
            if not options.only or name in options.only:
                print(f"measuring: {name}", file=sys.stderr, flush=True)
                results += measure()
    show(results)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump([result.as_dict() for result in results], file, indent=2)


if __name__ == "__main__":
    main()
