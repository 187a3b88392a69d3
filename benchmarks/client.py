"""The Python client and the magic, against the kfp SDK and against plain requests."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator

import requests

import jupyter_kfp_auth as jka

from .measure import Result, in_turns, times_as_much, times_faster

#: What comes before the code in a new interpreter: a shell that runs already.
PRELUDE = """
import time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
shell.init_create_namespaces()
start = time.perf_counter()
"""

LOAD = "shell.run_line_magic('load_ext', 'jupyter_kfp_auth')"

FIRST_COMMAND = f"""
{LOAD}
found = shell.run_line_magic('kfp', 'experiments --limit 20')
assert len(found) == 20
"""

FIRST_SDK_CALL = """
import os, kfp
from kfp.client.set_volume_credentials import ServiceAccountTokenVolumeCredentials
client = kfp.Client(
    host=os.environ['KF_PIPELINES_ENDPOINT'],
    namespace='team-a',
    credentials=ServiceAccountTokenVolumeCredentials(os.environ['KF_PIPELINES_SA_TOKEN_PATH']),
)
assert len(client.list_experiments(page_size=20, namespace='team-a').experiments) == 20
"""


def starting(repeats: int = 5) -> Iterator[Result]:
    """Compare loading the extension and the first command with the SDK's."""
    load, sdk = _fresh(LOAD, "import kfp", repeats)
    yield Result("%load_ext jupyter_kfp_auth", load, "import kfp", sdk, times_as_much(0.1))
    ours, theirs = _fresh(FIRST_COMMAND, FIRST_SDK_CALL, repeats)
    yield Result(
        "%load_ext and first %kfp experiments", ours, "import kfp, Client, list", theirs,
        times_as_much(1),
    )  # fmt: skip


def _fresh(ours: str, theirs: str, repeats: int) -> tuple[float, float]:
    """Return the median milliseconds of two programs, each time in a new interpreter."""
    pairs = [(_in_new_interpreter(ours), _in_new_interpreter(theirs)) for _ in range(repeats)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def _in_new_interpreter(code: str) -> float:
    program = f"{PRELUDE}{code}\nprint(); print((time.perf_counter() - start) * 1000)"
    said = subprocess.check_output([sys.executable, "-W", "ignore", "-c", program], text=True)
    return float(said.splitlines()[-1])


def listing(url: str, token: str, rows: int, repeats: int) -> Iterator[Result]:
    """Compare listing 100 experiments, and walking all ``rows``."""
    ours, sdk, plain = jka.connect(), jka.client(), requests.Session()
    headers = {"Authorization": f"Bearer {token}"}
    query = {"namespace": "team-a", "page_size": "100", "sort_by": "created_at desc"}

    def by_us() -> object:
        return ours.list_experiments(page_size=100)

    def by_requests() -> object:
        return plain.get(f"{url}/apis/v2beta1/experiments", params=query, headers=headers).json()

    def by_sdk() -> object:
        return sdk.list_experiments(page_size=100, sort_by="created_at desc", namespace="team-a")

    what = "list 100 experiments"
    yield Result(what, *_beside("kfp.Client", in_turns(by_us, by_sdk, repeats)), times_faster(6))
    yield Result(
        what, *_beside("requests and json", in_turns(by_us, by_requests, repeats)),
        times_as_much(1.6),
    )  # fmt: skip

    def walk() -> int:
        return sum(1 for _ in ours.iter_experiments(page_size=200, include_archived=True))

    def walk_by_sdk() -> int:
        count, token = 0, ""
        while True:
            page = sdk.list_experiments(page_size=200, page_token=token, namespace="team-a")
            count += len(page.experiments)
            token = page.next_page_token
            if not token:
                return count

    assert walk() == walk_by_sdk() >= rows, "both see the same rows"
    yield Result(
        f"walk {rows:,} experiments", *_beside("kfp.Client", in_turns(walk, walk_by_sdk, 3)),
        times_faster(6),
    )  # fmt: skip


def _beside(name: str, pair: tuple[float, float]) -> tuple[float, str, float]:
    ours, theirs = pair
    return ours, name, theirs


def memory_of_walking(rows: int, part: int = 1_000) -> Result:
    """Compare the most memory that walking all ``rows`` holds with that of walking a part."""
    most, least = _peak_kib(rows), _peak_kib(part)
    return Result(
        f"memory while walking {rows:,}", most, f"walking {part:,}", least,
        times_as_much(1.5), unit="KiB",
    )  # fmt: skip


def _peak_kib(rows: int) -> float:
    with jka.connect() as client:
        tracemalloc.start()
        for count, _ in enumerate(client.iter_experiments(page_size=200), 1):
            if count == rows:
                break
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak / 1024
