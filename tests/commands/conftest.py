"""Commands carried out in this process, against the sandbox."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jupyter_kfp_auth.commands.execute import Commands
from jupyter_kfp_auth.commands.grammar import parse
from kfp_sandbox import Sandbox

Run = Callable[..., Any]


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A stand-in whose clock only moves when it is pushed; this process talks to it."""
    with Sandbox(auto_advance=False) as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        yield sandbox


@pytest.fixture
def run(frozen: Sandbox) -> Iterator[Run]:
    """Carry out a command line and return its result; variables as keyword arguments."""
    made: list[Commands] = []

    def carry_out(line: str, **variables: Any) -> Any:
        commands = Commands(variables)
        made.append(commands)
        return commands.execute(parse(shlex.split(line), "%kfp"))

    yield carry_out
    for commands in made:
        commands.close()
