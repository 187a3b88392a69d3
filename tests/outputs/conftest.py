"""The real metadata store and an S3, in an environment of their own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_kfp_auth.outputs.metadata.source import MetadataSource
from jupyter_kfp_auth.outputs.metadata.store import MetadataStore
from jupyter_kfp_auth.outputs.models import RunOutputs
from jupyter_kfp_auth.outputs.reading import read
from jupyter_kfp_auth.pipelines.models import Run

from .written import Written

HERE = Path(__file__).parent
STORES = Path(os.environ.get("JKA_MLMD", HERE.parents[1] / ".venvs" / "mlmd")) / "bin"


def executable(name: str) -> str:
    path = STORES / name
    if not path.exists():
        pytest.fail(f"There is no {path}. Run: make mlmd-env", pytrace=False)
    return str(path)


class RealStore:
    """ML Metadata itself, in a process of its own."""

    def __init__(self, certificates: Path) -> None:
        key, chain = certificates / "test.key", certificates / "server.crt"
        self._process = subprocess.Popen(
            [executable("python"), str(HERE / "real_store.py"), str(key), str(chain)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        ports = self._read()
        self.endpoint = f"127.0.0.1:{ports['port']}"
        self.tls_endpoint = f"127.0.0.1:{ports['tls_port']}"

    def ask(self, **what: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(what)}\n")
        self._process.stdin.flush()
        return self._read()

    def write(self, run: Written) -> list[int]:
        ids: list[int] = self.ask(run=run.as_dict())
        return ids

    def calls(self) -> list[str]:
        calls: list[str] = self.ask(calls=True)
        return calls

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _read(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


@pytest.fixture(scope="session")
def certificates() -> Path:
    return HERE.parent / "certificates"


@pytest.fixture(scope="session")
def shared_store(certificates: Path) -> Iterator[RealStore]:
    store = RealStore(certificates)
    yield store
    store.close()


@pytest.fixture
def real_store(shared_store: RealStore) -> RealStore:
    shared_store.ask(fail={})
    shared_store.calls()
    return shared_store


@pytest.fixture
def store(real_store: RealStore) -> Iterator[MetadataStore]:
    """Our client of it."""
    client = MetadataStore(real_store.endpoint)
    yield client
    client.close()


class Reader:
    """Writes a run to the real store, and reads it as a user does."""

    def __init__(self, real: RealStore, store: MetadataStore) -> None:
        self.real = real
        self.source = MetadataSource(store)

    def __call__(
        self, run: Written, definition: dict[str, Any] | None = None, **more: Any
    ) -> RunOutputs:
        self.real.write(run)
        return read(self.source, Run(run.run_id, pipeline_spec=definition, **more))


@pytest.fixture
def outputs_of(real_store: RealStore, store: MetadataStore) -> Reader:
    return Reader(real_store, store)


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of an S3."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [executable("moto_server"), "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            assert process.poll() is None
            time.sleep(0.05)
    yield f"127.0.0.1:{port}"
    process.kill()
    process.communicate()
