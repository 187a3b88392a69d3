"""What can be seen of Binder without building it; ``make binder-test`` does the rest."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

BINDER = Path(__file__).parents[2] / "binder"
BIN = Path(sys.executable).parent


@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_scripts_can_be_run_and_are_sound(name: str) -> None:
    script = BINDER / name
    assert os.access(script, os.X_OK)
    assert script.read_text("utf-8").startswith("#!/usr/bin/env bash\n")
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_start_runs_its_command_beside_the_sandbox(tmp_path: Path) -> None:
    """repo2docker gives `start` the command of the Jupyter server; here another one stands in."""
    ask = (
        "import os, urllib.request as r; "
        "print(r.urlopen(os.environ['KF_PIPELINES_ENDPOINT'] + '/apis/v2beta1/healthz').status); "
        "print(os.path.exists(os.environ['KF_PIPELINES_SA_TOKEN_PATH']))"
    )
    with subprocess.Popen(
        [BINDER / "start", "python", "-c", ask],
        env={**os.environ, "HOME": str(tmp_path), "PATH": f"{BIN}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as started:
        try:
            assert started.stdout is not None
            assert [started.stdout.readline().strip() for _ in range(2)] == ["200", "True"]
        finally:
            os.killpg(started.pid, signal.SIGTERM)
