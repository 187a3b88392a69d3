"""Names, descriptions and errors of others are shown as text, wherever they are shown."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
import requests
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from rich.console import Console

import jupyter_kfp_auth as jka
from jupyter_kfp_auth import cli
from jupyter_kfp_auth.commands.candidates import fetch
from jupyter_kfp_auth.commands.terminal import LineWatch, TerminalWatch
from jupyter_kfp_auth.notebook.progress import NotebookWatch
from jupyter_kfp_auth.outputs.connection import Connection
from jupyter_kfp_auth.pipelines.models import Run
from kfp_sandbox import Sandbox

from ..hostile import Answer, Exchange, Hostile, answer

#: Clears a screen, sets a title, turns the text around, is a link, and is a line of its own.
EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>\x1b[2J\x1b[5;41m\x1b]0;title\x07"
    "\x1b]8;;http://evil.example\x1b\\\x9b31m\u202egnp.exe\u2066\x00\x08\x7f\u2028\r\nDone: retry."
    "[bold]$(reboot)`reboot`';" + "x" * 10_000
)

#: What rich itself writes: colours, and the moves of its bar.
RICH = re.compile(r"\r?\x1b\[(?:[0-9;]*m|\?25[lh]|1A|2K)")

_SPOILT = ("display_name", "description", "message", "error_message", "details", "displayName")


def spoil(value: Any) -> Any:
    """Put it wherever a user, or a failing program, can put text."""
    if isinstance(value, list):
        return [spoil(item) for item in value]
    if isinstance(value, dict):
        return {
            name: EVIL if name in _SPOILT and isinstance(inner, str) else spoil(inner)
            for name, inner in value.items()
        }
    return value


def relay(sandbox: Sandbox) -> Answer:
    """Answer as the sandbox does, but for the texts."""

    def give(exchange: Exchange) -> None:
        method, path, _ = exchange.request.line.split(" ")
        reply = requests.request(
            method,
            sandbox.url + path,
            headers={"Authorization": exchange.request.headers.get("authorization", "")},
            data=exchange.request.raw.partition(b"\r\n\r\n")[2],
            timeout=20,
        )
        exchange.keep = True
        try:
            body: Any = spoil(reply.json())
        except ValueError:
            body = EVIL.encode()
        exchange.send(answer(body, reply.status_code))

    return give


@pytest.fixture(scope="module")
def evil() -> Iterator[tuple[Sandbox, Hostile]]:
    with Sandbox(auto_advance=False) as sandbox, Hostile() as server:
        server.answer = relay(sandbox)
        yield sandbox, server


@pytest.fixture(autouse=True)
def environment(evil: tuple[Sandbox, Hostile], monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox, server = evil
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KF_PIPELINES_ENDPOINT", server.url)
    monkeypatch.delenv("JUPYTER_SERVER_URL", raising=False)
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)


@pytest.fixture
def run_id(evil: tuple[Sandbox, Hostile]) -> str:
    """A run that failed."""
    with jka.connect() as client:
        return client.list_runs(state="FAILED").items[0].id


class Terminal(io.StringIO):
    """What rich takes for a terminal."""

    def isatty(self) -> bool:
        return True


def harmless(shown: str, *, log: bool = False) -> None:
    """Nothing in it acts on a terminal, nor begins a line; a log keeps its lines and colours."""
    for character in RICH.sub("", shown):
        assert character.isprintable() or character in "\n\u2003\u200d\u00a0 ", ascii(character)
    assert log or "\x1b[5;41m" not in shown
    assert "\x1b[2J" not in shown
    assert log or "\nDone: retry." not in shown


class Markup(HTMLParser):
    """Collects what a browser would act upon."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        self.found += [tag, *(name for name, _ in attributes)]


COMMANDS = (
    "experiments --limit 3",
    "runs --limit 3",
    "recurring-runs",
    "pipelines --limit 3",
    "run {run}",
    "run nothing-of-this-name",
    "run <script>",
    "wait {run}",
    "archive {run}",
    "unarchive {run}",
    "terminate {run}",
    "terminate 00000000-0000-4000-8000-000000000000",
    "open {run}",
    "logs {run}",
    "status",
    "doctor",
    "doctor -n team-b",
    "runs -n team-b",
    "runs -e nothing",
)


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("line", COMMANDS)
def test_in_a_terminal(
    line: str, terminal: bool, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, err = (Terminal(), Terminal()) if terminal else (io.StringIO(), io.StringIO())
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    cli.main(line.format(run=run_id).split())
    shown = out.getvalue() + err.getvalue()
    assert shown
    harmless(shown, log=line.startswith("logs"))


@pytest.mark.parametrize("line", ["experiments", "runs", "run {run}", "pipelines", "status"])
def test_as_json_it_is_whole(line: str, run_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*line.format(run=run_id).split(), "--json"]) == 0
    shown = capsys.readouterr().out
    assert shown.isascii()
    harmless(shown)
    if line != "status":
        assert EVIL in next(_texts(json.loads(shown)))


def _texts(value: Any) -> Iterator[str]:
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, (dict, list)):
            yield from _texts(inner)
        elif isinstance(inner, str) and "script" in inner:
            yield inner


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "jupyter_kfp_auth")
    yield shell
    shell.run_line_magic("unload_ext", "jupyter_kfp_auth")


@pytest.mark.parametrize("line", COMMANDS)
def test_in_a_notebook(line: str, run_id: str, shell: InteractiveShell) -> None:
    with capture_output() as captured:
        result = shell.run_cell(f"%kfp {line.format(run=run_id)}")
    harmless(captured.stdout + captured.stderr, log=line.startswith("logs"))
    bundles = [output.data for output in captured.outputs]
    if hasattr(result.result, "_repr_mimebundle_"):
        bundles.append(result.result._repr_mimebundle_())
    for bundle in bundles:
        for kind, text in bundle.items():
            if kind == "text/html":
                assert not {"img", "onerror"} & set(Markup(text).found)
                assert "<script>alert" not in text
            if kind.startswith("text/") and not line.startswith("logs"):
                assert "\x1b" not in text
            if kind.startswith("text/"):
                assert not any(one in text for one in ("\x1b]", "\x9b", "\x00", "\x07", "\u202e"))


def test_error_below_a_cell(shell: InteractiveShell) -> None:
    """In its traceback, in its hint, and as HTML."""
    with capture_output() as captured:
        shell.run_cell("import jupyter_kfp_auth as jka\njka.connect().get_run('nothing')")
    shown = captured.stdout + captured.stderr
    assert "nothing" in shown
    for one in ("\x1b[2J", "\x1b]", "\x9b", "\x00", "\x07", "\u202e"):
        assert one not in shown
    for output in captured.outputs:
        assert "script" not in Markup(output.data.get("text/html", "")).found


def test_completion_of_names() -> None:
    """A name that a shell or a line could take for more is not offered; its id is."""
    for kind in ("experiments", "runs", "pipelines", "recurring-runs"):
        for candidate in fetch(kind, None):
            harmless(candidate.text + candidate.about)
            assert EVIL not in candidate.text


def test_progress() -> None:
    client: Connection = jka.connect()
    runs: list[Run] = [client.get_run(one.id) for one in client.list_runs(page_size=4).items]
    client.close()
    screen, lines = Terminal(), io.StringIO()
    bar, log, cell = TerminalWatch(Console(file=screen)), LineWatch(lines), NotebookWatch()
    with capture_output() as captured:
        for run in runs:
            for watch in (bar, log, cell):
                watch.show(run, "")
    bar.close()
    assert "script" in screen.getvalue()
    assert "script" in lines.getvalue()
    harmless(screen.getvalue())
    harmless(lines.getvalue())
    for output in captured.outputs:
        harmless(output.data["text/plain"])
        assert not {"script", "img", "onerror"} & set(Markup(output.data["text/html"]).found)
