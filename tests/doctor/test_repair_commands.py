"""`%kfp doctor --fix` in a shell and in a kernel, `jupyter kfp doctor --fix` in a terminal."""

from __future__ import annotations

import builtins
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pexpect
import pytest
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from jupyter_client.manager import start_new_kernel

from jupyter_kfp_auth.cli import main

from .repairing import MINT, PATCH, Pod
from .repairing import pod as pod

Ask = Callable[[Any], str]


@pytest.fixture
def shell(pod: Pod) -> Iterator[InteractiveShell]:
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "jupyter_kfp_auth")
    yield shell
    shell.run_line_magic("unload_ext", "jupyter_kfp_auth")


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | BaseException], list[str]]:
    """Answers the next questions; returns the list to which they are added."""

    def with_(text: str | BaseException) -> list[str]:
        asked: list[str] = []

        def give(question: object = "") -> str:
            asked.append(str(question))
            if isinstance(text, BaseException):
                raise text
            return text

        monkeypatch.setattr(builtins, "input", give)
        return asked

    return with_


def run(shell: InteractiveShell, cell: str) -> tuple[bool, str]:
    with capture_output() as captured:
        result = shell.run_cell(cell)
    shown = captured.stdout + captured.stderr
    return bool(result.success), shown + "".join(o.data["text/plain"] for o in captured.outputs)


def test_in_a_shell_from_no_token_to_experiments_by_minting(
    shell: InteractiveShell, pod: Pod, answer: Callable[[str], list[str]]
) -> None:
    pod.cluster.allow(MINT)
    assert not run(shell, "%kfp experiments")[0]
    asked = answer("y")
    ok, shown = run(shell, "%kfp doctor --fix")
    assert ok
    assert asked == ["Do this? [y/N] "]
    assert "kind: TokenRequest" in shown
    assert "Done: A token for Pipelines was minted" in shown
    ok, _ = run(shell, "found = %kfp experiments")
    assert ok
    assert len(shell.user_ns["found"]) == 8
    ok, shown = run(shell, "%kfp status")
    assert "(minted by %kfp doctor --fix, kept in this pod only)" in shown
    assert run(shell, "%kfp doctor --unfix")[0]
    assert not run(shell, "%kfp experiments")[0]


def test_in_a_shell_from_no_token_to_experiments_by_mounting(
    shell: InteractiveShell, pod: Pod, answer: Callable[[str], list[str]]
) -> None:
    asked = answer("yes")
    ok, shown = run(shell, "%kfp doctor --fix")
    assert ok
    assert asked == ["Do this and restart the notebook server? [y/N] "]
    assert "kernels and unsaved work are lost" in shown
    assert "serviceAccountToken" in shown
    assert "run `%kfp doctor`" in shown
    assert pod.cluster.restarts == 1
    assert run(shell, "%kfp experiments")[0]


@pytest.mark.parametrize("given", ["", "n", "no", "maybe", KeyboardInterrupt()])
def test_nothing_changes_without_a_yes(
    shell: InteractiveShell, pod: Pod, answer: Callable[[Any], list[str]], given: Any
) -> None:
    answer(given)
    ok, _ = run(shell, "fixed = %kfp doctor --fix")
    assert ok
    assert "Nothing was changed." in repr(shell.user_ns["fixed"])
    assert pod.cluster.restarts == 0
    assert all("dry" in line for line in pod.asked("PATCH"))


@pytest.mark.parametrize("error", [StdinNotImplementedError("no stdin"), EOFError()])
def test_where_nobody_can_be_asked_nothing_changes(
    shell: InteractiveShell, pod: Pod, answer: Callable[[Any], list[str]], error: BaseException
) -> None:
    answer(error)
    ok, shown = run(shell, "%kfp doctor --fix")
    assert ok
    assert "To confirm, run %kfp doctor --fix --yes" in shown
    assert pod.cluster.restarts == 0
    ok, shown = run(shell, "%kfp doctor --fix --yes")
    assert ok
    assert pod.cluster.restarts == 1


def test_without_a_problem_nothing_is_asked(
    shell: InteractiveShell, pod: Pod, answer: Callable[[str], list[str]]
) -> None:
    pod.sandbox.faults.clear()
    asked = answer("y")
    assert "Nothing to repair" in run(shell, "%kfp doctor --fix")[1]
    assert asked == []


def test_where_only_an_administrator_can_help_the_message_is_ready(
    shell: InteractiveShell, pod: Pod, answer: Callable[[str], list[str]]
) -> None:
    pod.cluster.deny(PATCH)
    asked = answer("y")
    ok, shown = run(shell, "%kfp doctor --fix")
    assert ok
    assert asked == []
    assert "Hello," in shown
    assert "kind: PodDefault" in shown


def test_fix_and_unfix_do_not_go_together(shell: InteractiveShell) -> None:
    ok, shown = run(shell, "%kfp doctor --fix --unfix")
    assert not ok
    assert "not allowed with" in shown


def test_the_tokens_are_in_no_cell(shell: InteractiveShell, pod: Pod) -> None:
    pod.cluster.allow(MINT)
    shown = ""
    shell.run_line_magic("xmode", "Verbose")
    for line in ("doctor --fix --yes", "status", "doctor --json", "doctor --unfix --yes --json"):
        if line.startswith("doctor --unfix"):
            minted = pod.minted_token
        shown += run(shell, f"%kfp {line}")[1]
    pod.cluster.deny(MINT)
    shown += run(shell, "%kfp doctor --fix --json")[1]
    shell.run_line_magic("xmode", "Context")
    for token in (minted, pod.ordinary_token):
        assert token.rpartition(".")[2] not in shown


# -- A kernel ---------------------------------------------------------------------------------


@pytest.fixture
def kernel(pod: Pod) -> Iterator[Any]:
    manager, client = start_new_kernel(startup_timeout=60)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_in_a_kernel(kernel: Any, pod: Pod) -> None:
    pod.cluster.allow(MINT)
    shown: list[str] = []

    def hear(message: dict[str, Any]) -> None:
        content = message["content"]
        shown.append(content.get("text") or str(content.get("data", {}).get("text/plain", "")))

    def execute(code: str, stdin: Any = None) -> tuple[str, str]:
        shown.clear()
        reply = kernel.execute_interactive(
            code, allow_stdin=stdin is not None, stdin_hook=stdin, output_hook=hear, timeout=60
        )
        return str(reply["content"]["status"]), "".join(shown)

    execute("%load_ext jupyter_kfp_auth")
    status, text = execute("%kfp doctor --fix")
    assert status == "ok"
    assert "not an interactive session" in text
    assert pod.minted is None
    asked: list[str] = []

    def agree(message: dict[str, Any]) -> None:
        asked.append(message["content"]["prompt"])
        kernel.input("y")

    status, text = execute("%kfp doctor --fix", agree)
    assert (status, asked) == ("ok", ["Do this? [y/N] "])
    assert "Done: A token for Pipelines was minted" in text
    status, text = execute("found = %kfp experiments\nprint(len(found))")
    assert (status, text.strip()) == ("ok", "8")


# -- A terminal -------------------------------------------------------------------------------


def jupyter_kfp(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jupyter", "kfp", *words],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("remedy", ["mint", "mount"])
def test_in_a_script(pod: Pod, remedy: str) -> None:
    if remedy == "mint":
        pod.cluster.allow(MINT)
    done = jupyter_kfp("doctor", "--fix", "--yes", "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert (found["plan"]["remedy"], found["outcome"]["changed"]) == (remedy, True)
    assert found["plan"]["message"][:80] in done.stderr, "it is shown before it is done"
    done = jupyter_kfp("experiments", "--json")
    assert json.loads(done.stdout)["total_size"] == 8
    assert jupyter_kfp("doctor", "--unfix", "--yes").returncode == 0
    assert main(["experiments"]) == 1


def test_a_script_must_say_yes(pod: Pod) -> None:
    done = jupyter_kfp("doctor", "--fix", given="y\n")  # a pipe is not a person
    assert done.returncode == 3
    assert "not an interactive session" in done.stdout
    assert "run jupyter kfp doctor --fix --yes" in done.stdout
    assert "%kfp" not in done.stdout
    assert pod.cluster.restarts == 0


def test_a_script_learns_that_only_an_administrator_can_help(
    pod: Pod, capsys: pytest.CaptureFixture[str]
) -> None:
    pod.cluster.deny(PATCH)
    assert main(["doctor", "--fix", "--yes"]) == 3
    assert "Send them the message below" in capsys.readouterr().out


@pytest.mark.parametrize(("given", "restarts"), [("y", 1), ("", 0)])
def test_in_a_terminal(pod: Pod, given: str, restarts: int) -> None:
    environment = {**os.environ, "TERM": "dumb", "COLUMNS": "200"}
    child = pexpect.spawn(
        sys.executable,
        ["-m", "jupyter", "kfp", "doctor", "--fix"],
        env=environment,
        encoding="utf-8",
        timeout=30,
    )
    child.expect_exact("Do this and restart the notebook server? [y/N] ")
    assert "serviceAccountToken" in str(child.before)
    child.sendline(given)
    child.expect(pexpect.EOF)
    child.close()
    assert pod.cluster.restarts == restarts
    assert child.exitstatus == (0 if restarts else 3)
    assert ("now mounts the token" if restarts else "Nothing was changed.") in str(child.before)
