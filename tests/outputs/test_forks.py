"""A kernel that has read outputs still starts commands, as a cell's `!command` does."""

from __future__ import annotations

import os
import subprocess
import sys

from kfp_sandbox import Sandbox

_FORKS = 150

_KERNEL = f"""
import pexpect
import jupyter_kfp_auth as jka

with jka.connect() as connection:
    run = next(run for run in connection.iter_runs() if run.display_name == "does it fail?")
    assert connection.get_outputs(run.run_id).artifacts
    for _ in range({_FORKS}):
        child = pexpect.spawn("true")
        child.expect(pexpect.EOF)
        child.wait()
        assert child.signalstatus is None, child.signalstatus
print("done")
"""


def test_no_command_is_aborted_after_outputs_were_read(sandbox: Sandbox) -> None:
    # The variable of this process, in which the sandbox serves gRPC, is not a kernel's.
    inherited = {k: v for k, v in os.environ.items() if k != "GRPC_ENABLE_FORK_SUPPORT"}
    done = subprocess.run(
        [sys.executable, "-c", _KERNEL],
        env={**inherited, **sandbox.environment()},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.stdout == "done\n", done.stderr
