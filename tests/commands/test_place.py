"""What is offered to type works where it is shown, and every terminal can show it."""

from __future__ import annotations

import io
import shlex
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_kfp_auth.commands.place import command, in_terminal, show_every_character


@pytest.mark.parametrize(
    ("notebook", "terminal"),
    [
        ("%kfp runs", "jupyter kfp runs"),
        ("Run `%kfp doctor --fix`.", "Run `jupyter kfp doctor --fix`."),
        ("%kfp use --host http://a:1", "export KF_PIPELINES_ENDPOINT=http://a:1"),
        ("%kfp use -n team-b", "jupyter kfp COMMAND -n team-b"),
        ("%kfp use --reset", "jupyter kfp COMMAND    # without -n"),
        ("%env NO_PROXY=.svc,a.example", "export NO_PROXY=.svc,a.example"),
        ("%env A=/path with space", "export A='/path with space'"),
        ("Install it, then restart the kernel.", "Install it."),
        ("nothing to type", "nothing to type"),
        ("only %kfp client needs it", "only %kfp client needs it"),
    ],
)
def test_the_same_thing_is_typed_another_way_in_a_terminal(notebook: str, terminal: str) -> None:
    assert in_terminal(notebook) == terminal
    assert in_terminal(f"first\n\n{notebook}\nlast") == f"first\n\n{terminal}\nlast"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1)))
def test_a_command_is_read_as_it_was_meant(words: list[str]) -> None:
    typed = command("logs", *words)
    assert shlex.split(typed)[1:] == ["logs", *words]


@given(st.text(max_size=50))
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "cp437", "iso2022_jp", "gbk"])
def test_every_text_can_be_written(encoding: str, text: str) -> None:
    original, raw = sys.stdout, io.BytesIO()
    sys.stdout = stream = io.TextIOWrapper(raw, encoding=encoding)
    try:
        show_every_character()
        print(text)
    finally:
        sys.stdout = original
    stream.flush()
    assert raw.getvalue().decode(encoding)


def test_what_stands_for_our_own_signs() -> None:
    code = (
        "from jupyter_kfp_auth.commands.place import show_every_character as s; s(); "
        "print('✓ ✗ “a” … 数')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().strip() == '+ x "a" ... ?'
