"""A cluster whose workflows the test changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .fake_cluster import FakeCluster


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[FakeCluster]:
    with FakeCluster(tmp_path) as cluster:
        yield cluster
