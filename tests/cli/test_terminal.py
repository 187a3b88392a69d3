"""``jupyter kfp`` in a real terminal: colours, widths, progress, pipes, interrupts, completion."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest
import yaml

from jupyter_kfp_auth.commands.shells import SCRIPTS
from kfp_sandbox import Sandbox

from ..sandbox.documents import EXIT

_BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def environment(sandbox: Sandbox, tmp_path: Path) -> dict[str, str]:
    others = ("NO_COLOR", "FORCE_COLOR", "CI", "COLUMNS", "LINES")  # pytest-xdist sets the last two
    inherited = {k: v for k, v in os.environ.items() if k not in others}
    path = f"{_BIN}{os.pathsep}{os.environ['PATH']}"
    own = {"TERM": "xterm", "PATH": path, "XDG_RUNTIME_DIR": str(tmp_path), "PS1": "$ "}
    return {**inherited, **sandbox.environment(), **own}


class Terminal:
    """Types a command into a terminal and reads what is there when it ends."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def start(self, *words: str, width: int = 120) -> Any:
        command = [str(_BIN / "jupyter-kfp"), *words]
        return pexpect.spawn(
            command[0], command[1:], env=self.environment, encoding="utf-8", dimensions=(40, width)
        )

    def run(self, *words: str, width: int = 120) -> tuple[int, str]:
        child = self.start(*words, width=width)
        child.expect(pexpect.EOF, timeout=30)
        child.wait()  # or closing would hang up on a process that is about to end
        child.close()
        return child.exitstatus, child.before


@pytest.fixture
def terminal(environment: dict[str, str]) -> Terminal:
    return Terminal(environment)


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    path = tmp_path / "pipeline.yaml"
    path.write_text(yaml.safe_dump(EXIT))
    return path


def bare(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def shell(environment: dict[str, str], line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "shows"),
    [
        (["experiments"], "churn-xgboost"),
        (["runs", "-e", "churn-xgboost"], "runs in team-a"),
        (["run", "does it fail?"], "load-sales"),
        (["recurring-runs"], "fraud-nightly"),
        (["pipelines"], "churn-training"),
        (["open", "churn-xgboost"], "#/experiments/details/"),
        (["logs", "does it fail?"], "fit"),
        (["disable", "fraud-nightly"], "Disabled "),
        (["enable", "fraud-nightly"], "Enabled "),
        (["archive", "does it fail?"], "Archived "),
        (["unarchive", "does it fail?"], "Restored "),
        (["retry", "does it fail?"], "Retrying "),
        (["terminate", "does it fail?"], "Terminating "),
        (["status"], "team-a"),
        (["doctor"], "OK"),
        ([], "Exit codes"),
        (["submit", "-h"], "Examples"),
        (["completion", "-h"], "~/.bashrc"),
    ],
)
def test_every_command(terminal: Terminal, words: list[str], shows: str) -> None:
    code, shown = terminal.run(*words)
    assert code == 0, shown
    assert shows in bare(shown)


def test_colours_and_short_ids_fit_the_terminal(terminal: Terminal) -> None:
    _, wide = terminal.run("runs", "--state", "failed", width=160)
    assert "\x1b[1;31mFailed" in wide
    _, narrow = terminal.run("runs", "--state", "failed", width=70)
    assert max(map(len, bare(narrow).splitlines())) <= 70
    short = bare(narrow).splitlines()[2].split()[-1]
    assert len(short) == 8
    assert terminal.run("run", short, width=70)[0] == 0


def test_no_colour_where_nobody_wants_it(terminal: Terminal) -> None:
    terminal.environment["NO_COLOR"] = "1"
    assert "\x1b[1;31m" not in terminal.run("runs", "--state", "failed")[1]


def test_pipes_get_whole_plain_tables(environment: dict[str, str]) -> None:
    environment["COLUMNS"] = "40"
    done = shell(environment, "jupyter kfp runs | cat")
    assert "\x1b" not in done.stdout
    assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-.{22}$", done.stdout, re.MULTILINE)
    done = shell(environment, "jupyter kfp runs --limit 30 | head -1; echo ${PIPESTATUS[0]}")
    assert done.stdout.endswith("0\n")
    assert done.stderr == ""
    done = shell(environment, "jupyter kfp runs --json > /dev/full")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_from_a_file_to_a_finished_run(
    terminal: Terminal, sandbox: Sandbox, compiled: Path
) -> None:
    child = terminal.start("submit", str(compiled), "-e", "mine", "-c", "--wait", "--name", "first")
    child.expect("first: ", timeout=30)
    sandbox.clock.advance(600)
    child.expect(pexpect.EOF, timeout=30)
    child.close()
    shown = bare(child.before)
    assert child.exitstatus == 0
    assert "✓ inner  succeeded" in shown
    assert "Succeeded" in shown
    assert "Created the experiment mine." in shown


def test_a_run_that_fails_has_its_own_exit_code(
    terminal: Terminal, sandbox: Sandbox, compiled: Path, environment: dict[str, str]
) -> None:
    words = ("submit", str(compiled), "--arg", "fail=true", "--json")
    run = json.loads(terminal.run(*words)[1])
    sandbox.clock.advance(600)
    done = shell(environment, f"jupyter kfp wait {run['run_id']}")
    assert done.returncode == 4
    assert re.search("✗ (inner|later)  failed", done.stderr)
    assert re.search("failed: (inner|later) failed", done.stderr)
    assert "Failed" in done.stdout
    done = shell(environment, f"jupyter kfp wait {run['run_id']} --json")
    assert done.returncode == 4
    assert json.loads(done.stdout)["state"] == "FAILED"


def test_time_over_and_interrupt_leave_the_run_alone(
    terminal: Terminal, compiled: Path, sandbox: Sandbox
) -> None:
    run = json.loads(terminal.run("submit", str(compiled), "--json")[1])["run_id"]
    code, shown = terminal.run("wait", run, "--timeout", "0.1s")
    assert code == 5
    assert "still running" in shown
    child = terminal.start("wait", run)
    child.expect("test 20", timeout=30)
    child.sendintr()
    child.expect("Stopped waiting", timeout=2)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    assert "Traceback" not in child.before
    state = json.loads(terminal.run("run", run, "--json")[1])["state"]
    assert state in ("PENDING", "RUNNING", "SUCCEEDED")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["runs", "--limt", "3"], "Did you mean --limit?"),
        (["run", "no such run"], "There is no run"),
        (["use", "-n", "x"], "is for a notebook"),
        (["completion", "csh"], "one of bash, zsh, fish"),
        (["submit", "x.yaml"], "There is no file"),
    ],
)
def test_what_is_not_understood(environment: dict[str, str], words: list[str], says: str) -> None:
    done = subprocess.run(
        [_BIN / "jupyter-kfp", *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""


def test_tab_in_bash(environment: dict[str, str]) -> None:
    child = pexpect.spawn(
        "bash",
        ["--norc", "--noprofile", "-i"],
        env=environment,
        encoding="utf-8",
        dimensions=(40, 160),
    )
    child.sendline(
        "bind 'set bell-style none'; source <(jupyter kfp completion bash); echo re''ady"
    )
    child.expect("ready", timeout=30)
    # Fill the names beforehand: they may come too late for the first Tab.
    child.sendline("jupyter-kfp __complete bash 'jupyter kfp runs -e '; sleep 1; echo re''ady")
    child.expect("ready", timeout=30)
    for keys, becomes in (
        ("jupyter kfp ru\t", "run"),
        ("s --st\t", "--state "),
        ("fail\t", "failed "),
        ("-e churn-x\t", "churn-xgboost "),
    ):
        child.send(keys)
        child.expect_exact(becomes, timeout=10)
    child.send("--limit 1\n")
    child.expect("1 of", timeout=20)
    child.sendline("exit")
    child.close()


def test_tab_costs_little_and_is_silent_without_a_server(environment: dict[str, str]) -> None:
    environment["KF_PIPELINES_ENDPOINT"] = "http://127.0.0.1:9"
    command = [str(_BIN / "jupyter-kfp"), "__complete", "bash", "jupyter kfp runs -e "]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_the_scripts_are_in_the_language_of_their_shell(name: str, tmp_path: Path) -> None:
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    path = tmp_path / name
    path.write_text(SCRIPTS[name])
    assert subprocess.run([name, "-n", path], capture_output=True, check=False).stderr == b""
