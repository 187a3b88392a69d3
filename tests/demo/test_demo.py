"""The demo as a user starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import requests


def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "HOME": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}


def test_demo_prints_an_address_that_answers_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "kfp", "demo", "--no-browser", "--port", "0"],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
        # Where the tests run in the background, a shell has them ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert demo.stdout is not None
    try:
        printed = [demo.stdout.readline() for _ in range(3)]
        assert "stand-in for a cluster" in printed[0]
        address = printed[2].strip()
        assert address.startswith("http://")
        assert requests.get(address, timeout=30).ok
    finally:
        demo.send_signal(signal.SIGINT)
    assert demo.wait(30) == 0
