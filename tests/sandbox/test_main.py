"""The sandbox as a process."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from kfp_sandbox import Sandbox
from kfp_sandbox.__main__ import main


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_the_environment_serves_and_stops(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "kfp_sandbox", "--seed", "none"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        assert "A stand-in for Kubeflow Pipelines 2.17.0 (multi-user), not a cluster" in lines[0]
        assert all(line.startswith("export ") for line in lines[2:])
        pairs = [line.removeprefix("export ").strip().partition("=") for line in lines[2:]]
        environment = {name: value for name, _, value in pairs}
        url = environment["KF_PIPELINES_ENDPOINT"]
        token_path = Path(environment["KF_PIPELINES_SA_TOKEN_PATH"])
        headers = {"Authorization": f"Bearer {token_path.read_text()}"}
        path = f"{url}/apis/v2beta1/experiments?namespace=team-a"
        assert requests.get(path, headers=headers, timeout=10).json() == {}
        process.send_signal(number)
        assert process.wait(10) == 0
    assert not token_path.exists()


def test_options(tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "kfp_sandbox", "--release", "1.8.5", "--single-user",
        "--directory", str(tmp_path), "--namespace", "mine",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        assert "1.8.5 (single-user)" in lines[0]
        url = lines[2].strip().partition("=")[2]
        state = requests.get(f"{url}/sandbox/v1/state", timeout=10).json()
        assert (state["release"], state["namespace"]) == ("1.8.5", "mine")
        assert str(tmp_path) in lines[3]
        process.terminate()
        assert process.wait(10) == 0


def test_a_taken_port_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox(seed=None) as sandbox:
        assert main(["--port", str(sandbox.port)]) == 1
    assert f"cannot listen on port {sandbox.port}" in capsys.readouterr().err


def test_an_unknown_release_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--release", "latest"]) == 2
    assert "not a release" in capsys.readouterr().err


def test_signals_are_given_back(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    with Sandbox(seed=None) as sandbox:
        main(["--port", str(sandbox.port)])
    assert signal.getsignal(signal.SIGINT) is before
