"""What runs produced: our reader against the `ml_metadata` client, on the real store.

Needs the environment of the tests with the real store: ``make mlmd-env``.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

from jupyter_kfp_auth.outputs.comparison import compare
from jupyter_kfp_auth.outputs.metadata.source import MetadataSource
from jupyter_kfp_auth.outputs.metadata.store import MetadataStore
from jupyter_kfp_auth.outputs.reading import read, read_all
from jupyter_kfp_auth.pipelines.models import Run
from tests.outputs.conftest import RealStore, executable
from tests.outputs.written import Written

from .measure import Goal, Result, in_turns, times_as_much

ROOT = Path(__file__).parents[1]
TASKS, ARTIFACTS, RUNS = 100, 3, 20

#: Calls to the store for a run, whatever its size.
MOST_CALLS = Goal(
    "at most 5 calls", lambda ours, theirs: (ours, f"{ours:g} calls"), lambda figure: figure <= 5
)


def outputs(repeats: int) -> Iterator[Result]:
    """Compare reading a large run, and reading 20 runs with reading one."""
    with _store() as real, _client(real) as theirs:
        source = MetadataSource(MetadataStore(real.endpoint))
        large = _written(real, TASKS)
        real.calls()
        found = read(source, Run(large))
        assert len(found.artifacts) == TASKS * ARTIFACTS
        what = f"outputs of {TASKS} tasks, {TASKS * ARTIFACTS} artifacts"
        calls = len(real.calls())
        yield Result(what, calls, "calls to the store", calls, MOST_CALLS, unit="calls")
        ours, by_client = in_turns(lambda: read(source, Run(large)), lambda: theirs(large), repeats)
        yield Result(what, ours, "ml_metadata, fewest calls", by_client, times_as_much(1))
        runs = [Run(_written(real, 10)) for _ in range(RUNS)]
        all_of_them, first = partial(_compare, source, runs), partial(_compare, source, runs[:1])
        many, one = in_turns(all_of_them, first, repeats)
        yield Result(f"metrics of {RUNS} runs", many, "of one run", one, times_as_much(4))


def _compare(source: MetadataSource, runs: list[Run]) -> object:
    return compare(runs, read_all(source, runs))


@contextmanager
def _store() -> Iterator[RealStore]:
    store = RealStore(ROOT / "tests" / "certificates")
    try:
        yield store
    finally:
        store.close()


def _written(store: RealStore, tasks: int) -> str:
    """Write a run to the store and return its id."""
    run = Written(str(uuid4()))
    for n in range(tasks):
        noted = [{"x": n + i, "y": 0.5} for i in range(ARTIFACTS)]
        wrote = tuple(run.artifact(f"m{i}", "Metrics", m) for i, m in enumerate(noted))
        given = {"n": n, "text": "x" * 40}
        run.task(f"task-{n}", inputs={"n": n}, outputs=given, wrote=wrote, logs=0)
    store.write(run)
    return run.run_id


class _Client:
    """The real client in a process of its own, told to read a run."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, run_id: str) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{run_id}\n")
        self._process.stdin.flush()
        said = json.loads(self._process.stdout.readline())
        assert said == TASKS * ARTIFACTS, said


@contextmanager
def _client(store: RealStore) -> Iterator[_Client]:
    host, _, port = store.endpoint.partition(":")
    process = subprocess.Popen(
        [executable("python"), str(Path(__file__).with_name("outputs_by_client.py")), host, port],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield _Client(process)
    finally:
        process.kill()
        process.communicate()
