"""`%kfp` in real kernels: what ends up in a notebook, and how the widget answers."""

from __future__ import annotations

import os
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from kfp_sandbox import Sandbox

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def notebook(sandbox: Sandbox) -> Any:
    """Run cells in a fresh kernel and return the executed notebook."""
    return lambda *cells, **env: execute(cells, {**sandbox.environment(), **env})


def execute(cells: tuple[str, ...], environment: dict[str, str], fails: bool = False) -> Any:
    node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = NotebookClient(node, timeout=60, kernel_name="python3", allow_errors=fails)
    client.execute(env={**os.environ, **environment})
    return node


def test_experiments_are_a_widget_with_html_and_text_beside_it(notebook: Any) -> None:
    node = notebook("%load_ext jupyter_kfp_auth", "%kfp experiments")
    [output] = node.cells[1].outputs
    assert output.output_type == "execute_result"
    assert set(output.data) == {WIDGET, "text/html", "text/plain"}
    assert "churn-xgboost" in output.data["text/plain"]
    assert "churn-xgboost" in output.data["text/html"]
    state = node.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    model = state[output.data[WIDGET]["model_id"]]["state"]
    assert model["view"]["kind"] == "experiments"
    # What travels with each widget, and is saved with it, only gets the rest.
    assert len(model["_esm"]) < 4_000
    assert "_css" not in model
    assert any(e["display_name"] == "churn-xgboost" for e in model["first"]["body"]["items"])


def test_a_bound_result_makes_no_widget(notebook: Any) -> None:
    node = notebook("%load_ext jupyter_kfp_auth", "x = %kfp experiments", "len(x)")
    assert "widgets" not in node.metadata
    assert node.cells[1].outputs == []


def test_without_anywidget_there_is_a_table_and_a_hint(notebook: Any) -> None:
    node = notebook(
        "import sys; sys.modules['anywidget'] = None",
        "%load_ext jupyter_kfp_auth",
        "%kfp experiments",
    )
    [output] = node.cells[2].outputs
    assert set(output.data) == {"text/html", "text/plain"}
    assert "<table>" in output.data["text/html"]
    assert "pip install anywidget" in output.data["text/html"]


def test_the_token_is_in_no_saved_notebook(notebook: Any, sandbox: Sandbox) -> None:
    node = notebook(
        "%load_ext jupyter_kfp_auth",
        "%kfp experiments",
        "%kfp runs",
        "%kfp status",
        "%kfp doctor",
    )
    saved = nbformat.writes(node)
    assert sandbox.namespace in saved
    assert sandbox.token not in saved
    assert sandbox.token.rpartition(".")[2] not in saved


def test_a_failing_command_fails_the_cell_with_sentences_and_no_traceback(
    sandbox: Sandbox,
) -> None:
    sandbox.faults.set("token-missing")
    cells = ("%load_ext jupyter_kfp_auth", "%kfp experiments")
    with pytest.raises(CellExecutionError):
        execute(cells, sandbox.environment())
    node = execute(cells, sandbox.environment(), fails=True)
    [output] = node.cells[1].outputs
    assert output.output_type == "error"
    text = "\n".join(output.traceback)
    assert "No token for Pipelines is mounted" in text
    assert "namespace: " in text
    assert "File " not in text


def test_the_widget_answers_in_the_words_of_the_rest_interface(notebook: Any) -> None:
    node = notebook(
        "%load_ext jupyter_kfp_auth",
        "from jupyter_kfp_auth.notebook.widget import Explorer\n"
        "from jupyter_kfp_auth.api import connect\n"
        "found = %kfp experiments\n"
        "from datetime import datetime, timezone\n"
        "widget = Explorer.showing(found, connect(), datetime.now(timezone.utc))\n"
        "sent = []\n"
        "widget.send = lambda content, buffers=None: sent.append(content)\n"
        "def ask(**message):\n"
        "    widget._handle_custom_msg({'kind': 'request', 'id': 7, **message}, [])\n"
        "    return sent.pop()\n",
        "reply = ask(method='GET', path='runs', query={'page_size': 3})\n"
        "print(reply['kind'], reply['id'], reply['status'], len(reply['body']['items']))",
        "reply = ask(method='GET', path='status', query={})\n"
        "print(reply['status'], reply['body']['ok'])",
        "reply = ask(method='GET', path='doctor', query={'namespace': 'team-b'})\n"
        "print(reply['status'], reply['body']['cause'])",
        "reply = ask(method='GET', path='runs/../../secrets', query={})\n"
        "print(reply['status'], reply['body']['error']['cause'])",
        "reply = ask(method='GET', path='runs', query={'host': 'http://evil'})\n"
        "print(reply['status'], reply['body']['error']['cause'])",
        "run = %kfp runs --state running --limit 1\n"
        "reply = ask(method='POST', path=f'runs/{run[0].run_id}/terminate')\n"
        "print(reply['status'], reply['body'])",
        "body = {'clone_of': run[0].run_id, 'name': 'again'}\n"
        "reply = ask(method='POST', path='runs', query={}, body=body)\n"
        "print(reply['status'], reply['body']['display_name'])",
    )
    printed = [cell.outputs[0].text.strip() for cell in node.cells[2:]]
    assert printed == [
        "reply 7 200 3",
        "200 True",
        "200 rbac-denied",
        "404 not-found",
        "400 invalid-request",
        "204 {}",
        "201 again",
    ]


def test_a_hint_stands_below_the_traceback_and_never_instead_of_it(sandbox: Sandbox) -> None:
    sandbox.faults.set("rbac-denied")
    cells = (
        "%load_ext jupyter_kfp_auth\nimport jupyter_kfp_auth as jka",
        "jka.connect().list_runs()",
        "1/0",
        "%kfp runs",
        "%config KfpAuth.hints = False",
        "jka.connect().list_runs()",
    )
    node = execute(cells, sandbox.environment(), fails=True)
    failed, hint = node.cells[1].outputs
    assert failed.output_type == "error"
    assert "list_runs" in "\n".join(failed.traceback)
    assert hint.output_type == "display_data"
    assert "Next step" in hint.data["text/plain"]
    assert "may not list runs" in hint.data["text/html"]
    assert "<details><summary>Show what to paste" in hint.data["text/html"]
    assert "kind: RoleBinding" in hint.data["text/html"]
    assert [len(cell.outputs) for cell in node.cells[2:]] == [1, 1, 0, 1]
