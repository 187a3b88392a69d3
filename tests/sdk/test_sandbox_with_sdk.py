"""The real kfp SDKs, unmodified, against the sandbox: they are the judges of its answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kfp_sandbox import Sandbox

from .environments import SDKS

pytestmark = [pytest.mark.sdk, pytest.mark.timeout(180)]


def _drive(sandbox: Sandbox, sdk: str, script: str, directory: Path) -> dict[str, Any]:
    """Run a script with an SDK in a home of its own. Returns what it printed last."""
    done = subprocess.run(
        [SDKS[sdk](), str(Path(__file__).with_name(script)), str(directory / "package.yaml")],
        env={**os.environ, **sandbox.environment(), "HOME": str(directory)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return seen


def _asked(sandbox: Sandbox) -> set[tuple[str, int]]:
    """What failed, in the words of the requests."""
    return {(r.method, r.status) for r in sandbox.requests if r.status >= 400}


@pytest.mark.parametrize("release", ["2.17.0", "2.5.0", "2.0.5"])
def test_kfp_2(release: str, tmp_path: Path) -> None:
    with Sandbox(release=release, task_details="tree") as sandbox:
        seen = _drive(sandbox, "kfp-2", "drive_kfp2.py", tmp_path)
        assert {r.headers["Authorization"] for r in sandbox.requests} == {f"Bearer {sandbox.token}"}
        assert _asked(sandbox) == {("GET", 403), ("GET", 404)}
    assert seen.pop("kfp").startswith("2.")
    # Each SDK numbers loops and exit handlers in its own way.
    seen["tasks"] = [re.sub(r"(for-loop|exit-handler)-\d+", r"\1", name) for name in seen["tasks"]]
    assert seen == {
        "same experiment": True,
        "by name": True,
        "filtered": ["churn-baseline", "churn-pilot", "churn-xgboost"],
        "versions": ["from-sdk", "from-sdk 2"],
        "pipelines": 4,
        "first state": "PENDING",
        "terminated": ["CANCELING", "FAILED"],
        "done": "SUCCEEDED",
        "tasks": [
            "exit-handler", "for-loop", "iteration-0", "iteration-1", "root",
            "say", "say-2", "say-3", "say-3",
        ],
        "failed": "FAILED",
        "archived": "ARCHIVED",
        "runs": 3,
        "job": "DISABLED",
        "jobs": ["daily"],
        "archived experiment": "ARCHIVED",
        "deleted": 404,
        "foreign": 403,
    }  # fmt: skip


@pytest.mark.parametrize("release", ["1.8.5", "2.17.0"])
def test_kfp_1(release: str, tmp_path: Path) -> None:
    with Sandbox(release=release, task_details="tree") as sandbox:
        seen = _drive(sandbox, "kfp-1.8.22", "drive_kfp1.py", tmp_path)
        assert _asked(sandbox) <= {("GET", 403), ("GET", 404)}
        workflow = seen.pop("tasks")
    assert seen == {
        "kfp": "1.8.22",
        "same experiment": True,
        "by name": True,
        "filtered": ["churn-baseline", "churn-pilot", "churn-xgboost"],
        "versions": ["from-sdk", "from-sdk 2"],
        "pipeline id": True,
        "first state": "Pending",
        "terminated": ["Terminating", "Failed"],
        "done": "Succeeded",
        "second": "Succeeded",
        "runs": 3,
        "job": None,
        "jobs": ["daily"],
        "archived experiment": "STORAGESTATE_ARCHIVED",
        "foreign": 403,
    }
    assert {"exit-handler-1", "for-loop-4(0:a)", "for-loop-4(1:b)", "say-2"} <= set(workflow)
    assert [name for name in workflow if name.endswith(".onExit")], "the exit task"


def test_kfp_2_says_what_is_wrong_on_1_8(tmp_path: Path) -> None:
    code = (
        "import os, kfp; from kfp.client import ServiceAccountTokenVolumeCredentials as C\n"
        "c = kfp.Client(host=os.environ['KF_PIPELINES_ENDPOINT'], credentials=C(),"
        " namespace='team-a')\n"
        "try: c.list_experiments()\n"
        "except Exception as e: print(e.status, e.body.strip())"
    )
    with Sandbox(release="1.8.5", seed=None) as sandbox:
        done = subprocess.run(
            [SDKS["kfp-2"](), "-c", code],
            env={**os.environ, **sandbox.environment(), "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout.splitlines()[-1] == "404 Not Found"
