"""Hints that need no SDK, and what they cost where there is nothing to hint at."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from jupyter_kfp_auth.doctor.causes import CATALOGUE
from jupyter_kfp_auth.notebook import sdk_errors
from kfp_sandbox import Sandbox


@pytest.fixture
def shell(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "jupyter_kfp_auth")
    yield shell
    shell.run_line_magic("unload_ext", "jupyter_kfp_auth")


def run(shell: InteractiveShell, cell: str) -> str:
    with capture_output(display=False) as captured:
        shell.run_cell(cell)
    return str(captured.stdout + captured.stderr)


def test_no_sdk_at_all(shell: InteractiveShell) -> None:
    printed = run(shell, "import kfp")
    assert "ModuleNotFoundError" in printed
    assert "Hint: The kfp SDK is not installed" in printed
    assert "pip install kfp\n" in printed


def test_an_sdk_that_another_package_breaks(
    shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kfp").mkdir()
    (tmp_path / "kfp" / "__init__.py").write_text("from json import no_such_name")
    monkeypatch.syspath_prepend(tmp_path)
    printed = run(shell, "import kfp")
    assert "Hint: kfp" in printed
    assert "cannot be imported" in printed
    assert "no_such_name" in printed.partition("Hint: ")[2]


def test_an_error_of_our_own_client_shows_what_to_paste(
    shell: InteractiveShell, sandbox: Sandbox
) -> None:
    sandbox.faults.set("namespace-required", always=True)
    printed = run(shell, "import jupyter_kfp_auth as jka; jka.connect().list_runs()")
    assert "Traceback" in printed
    assert re.search(r"%kfp use -n team-a\nMore: http\S+#namespace-required\s*$", printed)
    sandbox.faults.clear()
    sandbox.faults.set("token-missing")
    printed = run(shell, "jka.connect().list_runs()")
    assert "%kfp doctor -n team-a   # shows what to paste" in printed
    assert "apiVersion" not in printed, "a hint is short"


def test_a_failing_command_speaks_once(shell: InteractiveShell, sandbox: Sandbox) -> None:
    sandbox.faults.set("istio-denied")
    printed = run(shell, "%kfp experiments")
    assert printed.count("Istio refused") == 1
    assert "Hint" not in printed


@pytest.mark.parametrize(
    "cell",
    ["1/0", "import no_such_module", "raise TimeoutError('Run timeout')", "x = None\nx.status"],
)
def test_errors_of_others_are_left_alone(shell: InteractiveShell, cell: str) -> None:
    printed = run(shell, cell)
    assert "Error" in printed
    assert "Hint" not in printed


def test_a_hint_that_fails_is_no_second_failure(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(error: BaseException) -> None:
        raise RuntimeError

    monkeypatch.setattr(sdk_errors, "of_error", broken)
    printed = run(shell, "import kfp")
    assert "ModuleNotFoundError" in printed
    assert "RuntimeError" not in printed


def test_a_cell_that_is_none_of_our_business_imports_nothing() -> None:
    code = (
        "import sys\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell()\n"
        "shell.run_line_magic('load_ext', 'jupyter_kfp_auth')\n"
        "shell.run_cell('1')\n"
        "shell.run_cell('1/0')\n"
        "print(sorted({'requests', 'jwt', 'rich'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_each_code_that_is_recognised_is_in_the_catalogue() -> None:
    codes = set(re.findall(r'_problem\(\s*"([a-z0-9-]+)"', inspect.getsource(sdk_errors)))
    assert len(codes) > 5
    codes |= {*sdk_errors._IN_A_CALL.values()}
    assert codes <= set(CATALOGUE)
