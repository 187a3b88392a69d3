"""One search through everything that we say, write and keep: the token is nowhere."""

from __future__ import annotations

import io
import json
import logging
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbclient import NotebookClient
from rich.console import Console
from rich.traceback import Traceback

import jupyter_kfp_auth as jka
from jupyter_kfp_auth import cli
from jupyter_kfp_auth.http.errors import PipelinesError
from jupyter_kfp_auth.notebook.widget import Explorer
from kfp_sandbox import Sandbox

from ..secrecy import leaks
from ..server.conftest import Ask
from ..server.contract import routes

#: What may be in the way. After each the token is good again.
FAULTS = (
    *("istio-denied", "istio-issuer", "identity-missing", "rbac-denied", "login-page"),
    *("login-redirect", "upstream-unavailable", "reset", "truncated", "not-json"),
    *("token-missing", "token-empty", "token-expired", "token-audience", "token-invalidated"),
)
COMMANDS = (
    *("experiments", "runs", "recurring-runs", "pipelines", "status", "doctor", "doctor --fix"),
    *("run nothing", "open nothing", "logs nothing", "retry nothing", "wait nothing"),
)


class Search:
    """Remembers every token there was, and looks for each and for its signature."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.words: set[str] = set()
        self.looked_at = 0

    def note(self) -> None:
        for token in (self.sandbox.token, self._minted()):
            if token.count(".") == 2:
                self.words |= {token, token.rsplit(".", 1)[1]}

    def _minted(self) -> str:
        return (self.sandbox.kubernetes.directory / "token").read_text()

    def __call__(self, text: str | bytes) -> None:
        self.note()
        found = text.decode("latin-1") if isinstance(text, bytes) else text
        self.looked_at += len(found)
        for word in self.words:
            place = found.find(word)
            assert place < 0, f"…{found[max(0, place - 300) : place]}[here]"


@pytest.fixture
def search(sandbox: Sandbox) -> Search:
    search = Search(sandbox)
    search.note()
    return search


@pytest.fixture(autouse=True)
def everything_is_logged(
    caplog: pytest.LogCaptureFixture, search: Search, environment: None
) -> Iterator[None]:
    """Every logger at its lowest level, those of urllib3 and tornado among them."""
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "tornado", "asyncio", "requests", "traitlets", "jupyter_kfp_auth"):
        caplog.set_level(logging.DEBUG, name)
    yield
    search(caplog.text)


async def test_every_route_in_every_trouble(ask: Ask, sandbox: Sandbox, search: Search) -> None:
    for fault in (None, *FAULTS):
        if fault:
            sandbox.faults.set(fault)
        search.note()
        for method, path in routes():
            reply = await ask(path, method=method)
            search(reply.body)
            search(str(list(reply.headers.items())))
        sandbox.faults.clear()
    assert search.looked_at > 100_000


def test_every_command_in_every_trouble(
    sandbox: Sandbox, search: Search, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, fault in enumerate((None, *FAULTS)):
        if fault:
            sandbox.faults.set(fault)
        for line in COMMANDS:
            cli.main([*line.split(), *(["--json"] if number % 2 else [])])
            told = capsys.readouterr()
            assert told.out or told.err
            search(told.out + told.err)
        sandbox.faults.clear()


def failing() -> list[str]:
    """Cells that fail in our code, each in another depth."""
    return [
        "jka.connect().get_run('nothing')",
        "jka.connect().list_runs(page_size=0)",
        "jka.connect(host='http://127.0.0.1:1').list_runs()",
        "jka.connect(ca_cert='/nowhere', host='https://127.0.0.1:1').list_runs()",
        "c = jka.connect(); c.list_runs(); next(c.iter_runs(sort_by='x y'))",
        "%kfp run nothing",
        "%kfp runs --limit nothing",
        "1 / 0  # with a client among the variables",
    ]


@pytest.mark.parametrize("mode", ["Verbose", "Context"])
def test_tracebacks_of_a_notebook(mode: str, search: Search, sandbox: Sandbox) -> None:
    """`%xmode Verbose` shows the variables of every frame."""
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "jupyter_kfp_auth")
    shell.run_line_magic("xmode", mode)
    try:
        with capture_output() as captured:
            shell.run_cell("import jupyter_kfp_auth as jka; client = jka.connect()")
            shell.run_cell("runs = client.list_runs(); settings = client.settings; client, runs")
            for fault in (None, "reset", "not-json", "token-missing", "istio-denied"):
                if fault:
                    sandbox.faults.set(fault)
                for cell in failing():
                    assert not shell.run_cell(cell).success
                    shell.run_line_magic("tb", "Verbose")
                sandbox.faults.clear()
        shown = captured.stdout + captured.stderr
        assert "ZeroDivisionError" in shown
        search(shown)
        for output in captured.outputs:
            search(json.dumps(output.data, default=str))
        search(repr(shell.user_ns))
    finally:
        shell.run_line_magic("unload_ext", "jupyter_kfp_auth")


def test_traceback_of_rich_with_variables(search: Search, sandbox: Sandbox) -> None:
    for fault in ("reset", "truncated", "token-invalidated", "rbac-denied", "silent"):
        sandbox.faults.set(fault)
        with jka.connect(timeout=0.5) as client, pytest.raises(PipelinesError) as caught:
            client.list_runs()
        error = caught.value
        out = io.StringIO()
        trace = Traceback.from_exception(
            type(error), error, error.__traceback__, show_locals=True, locals_max_string=10_000
        )
        Console(file=out, width=4000).print(trace)
        assert "client" in out.getvalue()
        search(out.getvalue())
        assert leaks(error, sandbox.token) == []
        sandbox.faults.clear()


def test_what_can_be_kept(search: Search) -> None:
    """Results, errors and clients, as text and as pickles; and the state of a widget."""
    with jka.connect() as client:
        run = client.list_runs().items[0]
        kept: list[Any] = [client.get_run(run.id), client.list_experiments(), client.health]
        kept += [client.settings, jka.diagnose()]
        with pytest.raises(PipelinesError) as caught:
            client.get_run("nothing")
        kept.append(caught.value.facts)
        for one in kept:
            search(repr(one) + str(one))
            search(pickle.dumps(one))
        search(repr(client) + repr(vars(client)))
        widget = Explorer(client, view={"kind": "runs", "id": "", "query": {}})
        search(repr(widget) + json.dumps(widget.get_state(), default=str))
        for path in ("status", "runs", "doctor", "runs/nothing", "doctor/plan"):
            search(json.dumps(widget._ask({"path": path})))
        widget.close()


@pytest.mark.timeout(180)
def test_saved_notebook(search: Search, sandbox: Sandbox, tmp_path: Path) -> None:
    """With results, widgets, hints, and tracebacks that show variables."""
    cells = [
        "%load_ext jupyter_kfp_auth\n%xmode Verbose\nimport jupyter_kfp_auth as jka",
        *("%kfp experiments", "%kfp runs", "%kfp status", "%kfp doctor", "client = jka.connect()"),
        "import logging; logging.basicConfig(level=logging.DEBUG, force=True)\nclient.list_runs()",
        *failing(),
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    environment = {**os.environ, **sandbox.environment()}
    runner = NotebookClient(book, timeout=60, allow_errors=True, kernel_name="python3")
    runner.execute(env=environment, cwd=str(tmp_path))
    assert any(output.output_type == "error" for cell in book.cells for output in cell.outputs)
    assert "widget-view" in str(book)
    nbformat.write(book, tmp_path / "saved.ipynb")
    search((tmp_path / "saved.ipynb").read_text())
    search(json.dumps(runner.widget_state, default=str))


def test_crash(search: Search, sandbox: Sandbox) -> None:
    """What a process says that is killed in the middle of a request."""
    sandbox.faults.set("silent", path="/apis/v2beta1/runs")
    program = "import jupyter_kfp_auth as jka; jka.connect().list_runs()"
    environment = {**os.environ, **sandbox.environment(), "PYTHONFAULTHANDLER": "1"}
    process = subprocess.Popen(
        [sys.executable, "-X", "dev", "-c", program], env=environment, stderr=subprocess.PIPE
    )
    while not any(request.path.endswith("/runs") for request in sandbox.requests):
        assert process.poll() is None
    process.send_signal(signal.SIGABRT)
    _, told = process.communicate(timeout=30)
    assert b"Current thread" in told
    search(told)
