"""A run whose answer got lost, in the magic, the terminal and the REST interface alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyter_kfp_auth.cli import main
from jupyter_kfp_auth.commands.execute import Commands
from jupyter_kfp_auth.commands.grammar import parse
from jupyter_kfp_auth.commands.status import error_body
from jupyter_kfp_auth.http.errors import PipelinesError
from kfp_sandbox import Sandbox

from ..sandbox.documents import EXIT
from .conftest import Run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pipeline.json"
    path.write_text(json.dumps(EXIT))
    return path


def lose_the_answer(frozen: Sandbox, monkeypatch: pytest.MonkeyPatch, *, made: bool) -> None:
    """Let a gateway give up on the next POST of a run, after it was carried out or before."""
    from kfp_sandbox import proxy_faults
    from kfp_sandbox.routing import Reply

    usual = proxy_faults.spoil
    early = proxy_faults.answer_early

    def spoil(call: Any, reply: Any, faults: Any) -> Any:
        if call.method == "POST" and call.path.endswith("/runs"):
            return Reply.of_text("upstream request timeout", 504)
        return usual(call, reply, faults)

    def answer_early(call: Any, faults: Any, **more: Any) -> Any:
        if call.method == "POST" and call.path.endswith("/runs"):
            return Reply.of_text("upstream request timeout", 504)
        return early(call, faults, **more)

    if made:
        monkeypatch.setattr(proxy_faults, "spoil", spoil)
    else:
        monkeypatch.setattr(proxy_faults, "answer_early", answer_early)


def posts(frozen: Sandbox) -> list[str]:
    return [r.path for r in frozen.requests if r.method == "POST" and r.path.endswith("/runs")]


def test_a_run_that_was_started_is_found_and_not_started_again(
    run: Run, frozen: Sandbox, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_the_answer(frozen, monkeypatch, made=True)
    frozen.clear_requests()
    made = run(f"submit {file}").item
    assert made.display_name.startswith("test 20")
    assert len(posts(frozen)) == 1
    assert sum(item.id == made.run_id for item in run("runs")) == 1


@pytest.mark.usefixtures("frozen")
def test_what_a_terminal_says(
    frozen: Sandbox,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lose_the_answer(frozen, monkeypatch, made=False)
    assert main(["submit", str(file)]) == 1
    said = capsys.readouterr().err
    assert "may have been carried out" in said
    assert "No run of that name is listed yet." in said
    assert "\njupyter kfp runs\n" in said
    assert "%kfp" not in said
    assert "Try again" not in said
    assert len(posts(frozen)) == 1


def test_what_the_page_is_told(
    frozen: Sandbox, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_the_answer(frozen, monkeypatch, made=False)
    commands = Commands()
    try:
        with pytest.raises(PipelinesError) as caught:
            commands.execute(parse(["submit", str(file)], "%kfp"))
    finally:
        commands.close()
    body = error_body(caught.value)
    assert (body["cause"], body["status"]) == ("outcome-unknown", 502)
    assert "may have been carried out" in body["message"]
    assert "No run of that name is listed yet." in body["message"]
    assert body["next_step"] == "Look before you send it again."
    assert body["paste"] == "%kfp runs"


def test_an_address_is_tried_before_it_is_used(run: Run, frozen: Sandbox) -> None:
    from jupyter_kfp_auth.config import runtime

    try:
        with pytest.raises(PipelinesError, match=r"The settings stay as they were\.") as caught:
            run("use --host http://127.0.0.1:9 -n team-b")
        assert caught.value.cause_code == "connection-refused"
        assert runtime.current_settings().host.value == frozen.url
        assert runtime.current_settings().namespace.value == "team-a"
        assert frozen.url in str(run(f"use --host {frozen.url}"))
        assert runtime.current_settings().host.origin == "%kfp use"
    finally:
        runtime.reset()
