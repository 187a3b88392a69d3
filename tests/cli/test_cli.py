"""``jupyter kfp`` as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from kfp_sandbox import Sandbox


def jupyter_kfp(sandbox: Sandbox, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jupyter", "kfp", *words],
        env={**os.environ, **sandbox.environment(), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_experiments(sandbox: Sandbox) -> None:
    done = jupyter_kfp(sandbox, "experiments")
    assert done.returncode == 0
    assert "churn-xgboost" in done.stdout
    assert done.stderr == ""


def test_json(sandbox: Sandbox) -> None:
    done = jupyter_kfp(sandbox, "runs", "--state", "failed", "--json")
    page = json.loads(done.stdout)
    assert {run["state"] for run in page["items"]} == {"FAILED"}


def test_help_shows_both_kinds_of_commands(sandbox: Sandbox) -> None:
    done = jupyter_kfp(sandbox)
    assert done.returncode == 0
    assert "experiments" in done.stdout
    assert "sandbox" in done.stdout


def test_what_is_not_understood_has_its_own_exit_code(sandbox: Sandbox) -> None:
    done = jupyter_kfp(sandbox, "experimets")
    assert done.returncode == 2
    assert "Did you mean experiments?" in done.stderr


@pytest.mark.parametrize("fault", ["token-missing", "token-empty", "login-page", "rbac-denied"])
def test_bad_input_is_a_sentence_on_stderr(sandbox: Sandbox, fault: str) -> None:
    sandbox.faults.set(fault)
    done = jupyter_kfp(sandbox, "experiments")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("Next step:") == 1
    assert "Traceback" not in done.stderr


def test_the_doctor_tells_a_script(sandbox: Sandbox) -> None:
    assert jupyter_kfp(sandbox, "doctor").returncode == 0
    sandbox.faults.set("istio-denied")
    done = jupyter_kfp(sandbox, "doctor", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["cause"] == "istio-denied"
