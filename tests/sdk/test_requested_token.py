"""`kfp.Client` with a minted token: it stays signed in beyond the token's life."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kfp_sandbox import Sandbox

from .environments import SDKS
from .python import Python

pytestmark = [pytest.mark.sdk, pytest.mark.timeout(60)]


@pytest.fixture(params=sorted(SDKS))
def python(request: pytest.FixtureRequest, sandbox: Sandbox, tmp_path: Path) -> Iterator[Python]:
    sandbox.faults.set("token-missing")
    sandbox.kubernetes.allow("/serviceaccounts/token/create")
    environment = {
        **sandbox.environment(),
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "XDG_RUNTIME_DIR": "",
    }
    python = Python(SDKS[request.param](), environment)
    yield python
    python.close()


def test_the_sdk_renews_what_it_reads(python: Python, sandbox: Sandbox, tmp_path: Path) -> None:
    python.run("from jupyter_kfp_auth.config import runtime")
    python.run("from jupyter_kfp_auth.doctor import repair")
    python.run("repair.apply(repair.plan(runtime.current_settings()))")
    python.run("import jupyter_kfp_auth as jka; client = jka.client()")
    [path] = (tmp_path / f"jupyter-kfp-auth-{os.getuid()}").iterdir()
    first = path.read_text()
    lists = "client.list_experiments(namespace='team-a').total_size"
    assert int(python.run(lists)) > 0
    assert sandbox.requests[-1].headers["Authorization"] == f"Bearer {first}"
    # The token is replaced by one that has ended: only a new one can list again.
    ended = sandbox.issue_token(expires_in=-3600)
    path.write_text(ended)
    assert int(python.run(lists)) > 0
    assert path.read_text() not in (first, ended)
    assert sandbox.requests[-1].headers["Authorization"] == f"Bearer {path.read_text()}"
