"""How many signed-in calls each command makes: a stock server answers five a second, to all."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jupyter_kfp_auth.commands.execute import Commands
from jupyter_kfp_auth.commands.grammar import parse
from kfp_sandbox import Sandbox

Execute = Callable[[str], Any]


def calls(sandbox: Sandbox) -> list[str]:
    """Return the signed-in calls to Pipelines since the last time; its health asks for no token."""
    found = [r.path for r in sandbox.requests if r.authenticated]
    sandbox.clear_requests()
    return found


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox(auto_advance=False) as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        yield sandbox


@pytest.fixture
def execute(sandbox: Sandbox) -> Iterator[Execute]:
    """Carry out a line in a new process's place: nothing is known but what is on disk."""
    made: list[Commands] = []

    def carry_out(line: str) -> Any:
        made.append(Commands({}))
        return made[-1].execute(parse(shlex.split(line), "%kfp"))

    yield carry_out
    for commands in made:
        commands.close()


#: At most so many, the first time, and again with what is then on disk.
TABLE = [
    ("experiments", 1, 1),
    ("experiments --limit 100", 1, 1),
    ("runs", 1, 1),
    ("runs --state failed", 1, 1),
    ("pipelines", 1, 1),
    ("recurring-runs", 1, 1),
    ("status", 1, 1),
    ("doctor", 1, 1),
    ("run {run}", 2, 1),
    ("wait {ended}", 2, 1),
    ("terminate {going}", 1, None),
    ("archive {ended}", 1, None),
]


@pytest.mark.parametrize(("line", "first", "again"), TABLE, ids=[row[0] for row in TABLE])
def test_calls(
    sandbox: Sandbox, execute: Execute, line: str, first: int, again: int | None
) -> None:
    ids = {
        "run": _a_run(execute, "succeeded", uploaded=True),
        "ended": _a_run(execute, "succeeded", uploaded=True),
        "going": _a_run(execute, "running"),
    }
    for most in (first, again):
        if most is None:
            continue
        calls(sandbox)
        execute(line.format(**ids))
        made = calls(sandbox)
        assert len(made) <= most, f"{line} made {made}"


def _a_run(execute: Execute, state: str, *, uploaded: bool = False) -> str:
    runs = execute(f"runs --state {state} --limit 100")
    found = [run for run in runs if bool(run.pipeline_version_id) or not uploaded]
    return str(found[0].run_id)


def test_submit_of_a_file_into_a_named_experiment(
    sandbox: Sandbox, execute: Execute, tmp_path: Any
) -> None:
    from importlib import resources

    file = tmp_path / "pipeline.yaml"
    source = resources.files("kfp_sandbox").joinpath("fixtures/hello-world.yaml")
    file.write_bytes(source.read_bytes())
    name = execute("experiments").items[0].display_name
    calls(sandbox)
    execute(f"submit {file} -e {shlex.quote(name)}")
    made = calls(sandbox)
    assert len(made) <= 2, made
