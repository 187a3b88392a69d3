"""What Tab offers, and what it does while names are on their way."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from jupyter_kfp_auth.commands.candidates import DEADLINE, LIFETIME, Cache, fetch
from jupyter_kfp_auth.commands.completion import Candidate, complete, split
from jupyter_kfp_auth.commands.grammar import GrammarError
from kfp_sandbox import Sandbox

NAMES = {
    "experiments": [
        Candidate("churn-xgboost", "experiment"),
        Candidate("aaa111", "id of churn-xgboost"),
    ],
    "runs": [
        Candidate("two words", "run"),
        Candidate("bbb222", "id of two words"),
        Candidate("twice", "run"),
        Candidate("ccc333", "id of twice"),
        Candidate("twice", "run"),
        Candidate("ddd444", "id of twice"),
    ],
    "pipeline-versions of train": [Candidate("v2"), Candidate("eee555", "id of v2")],
    "tasks of two words": [Candidate("fit")],
    "namespaces": [Candidate("team-a", "here"), Candidate("team-a", "here")],
}


def names(kinds: Sequence[str], namespace: str | None) -> list[Candidate]:
    if namespace:
        return [Candidate(f"{kind} of {namespace}") for kind in kinds]
    return [candidate for kind in kinds for candidate in NAMES.get(kind, [])]


def offers(text: str, prog: str = "%kfp") -> list[str]:
    line = split(text)
    return [one.text for one in complete(line.words, line.current, prog=prog, names=names)]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("ru", ["runs", "run"]),
        ("runs --st", ["--state"]),
        ("runs --state f", ["failed"]),
        ("runs --state=f", ["--state=failed"]),
        ("runs --sort n", ["name"]),
        ("runs --sort name ", ["asc", "desc"]),
        ("runs -e ", ["churn-xgboost"]),
        ("runs -e a", ["aaa111"]),
        ("runs -n team-b -e ", ["experiments of team-b"]),
        ("run ", ["two words", "ccc333", "ddd444"]),
        ('run "two', ["two words"]),
        ("run two\\ w", ["two words"]),
        ("run bbb", ["bbb222"]),
        ("run x --j", ["--json"]),
        ("runs --json --js", []),
        ("runs --limit ", []),
        ("nonsense ", []),
        ("submit --version ", []),
        ("submit train --version ", ["v2"]),
        ("submit -e tests train --version v", ["v2"]),
        ("logs 'two words' ", ["fit"]),
        ("runs -n ", ["team-a"]),
        ("clone two --namespace=t", ["--namespace=team-a"]),
        ("clone tw", ["two words"]),
    ],
)
def test_offers(text: str, offered: list[str]) -> None:
    assert offers(text) == offered


def test_offers_every_command_and_in_a_terminal_what_works_there() -> None:
    assert {"use", "client", "submit"} <= set(offers(""))
    assert not {"use", "client"} & set(offers("", "jupyter kfp"))


def test_offers_files_that_can_be_submitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("train.yaml", "train.py", "notes.txt", ".hidden.yaml"):
        (tmp_path / name).touch()
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path)
    assert offers("submit ") == ["deep/", "train.py", "train.yaml"]
    assert offers(f"submit {tmp_path}/tr") == [f"{tmp_path}/train.py", f"{tmp_path}/train.yaml"]
    assert offers("submit /nowhere/x") == []


@pytest.mark.parametrize(
    ("text", "words", "current", "raw"),
    [
        ("", (), "", ""),
        ("a b", ("a",), "b", "b"),
        ("a ", ("a",), "", ""),
        ("'a b' c", ("a b",), "c", "c"),
        ("x \"a 'b", ("x",), "a 'b", "\"a 'b"),
        ("a\\ b", (), "a b", "a\\ b"),
        ("a\\", (), "a", "a\\"),
        ("'' x", ("",), "x", "x"),
    ],
)
def test_splits_as_a_shell_does(text: str, words: tuple[str, ...], current: str, raw: str) -> None:
    line = split(text)
    assert (line.words, line.current, line.raw) == (words, current, raw)


def test_names_are_fetched_once_in_a_while_and_again_after_other_settings() -> None:
    asked, now, key = [], [0.0], ["a"]

    def fetch(kind: str, namespace: str | None) -> list[Candidate]:
        asked.append(kind)
        return [Candidate("x")]

    cache = Cache(lambda: key[0], fetch, lambda: now[0])
    assert [c.text for c in cache(["runs"], None)] == ["x"]
    cache(["runs"], None)
    assert len(asked) == 1
    now[0] += LIFETIME + 1
    cache(["runs"], None)
    assert len(asked) == 2
    key[0] = "b"
    cache(["runs"], None)
    assert len(asked) == 3


def test_a_server_that_is_slow_makes_nobody_wait() -> None:
    let_go = threading.Event()
    asked = []

    def fetch(kind: str, namespace: str | None) -> list[Candidate]:
        asked.append(kind)
        let_go.wait(10)
        return [Candidate("late")]

    cache = Cache(fetch=fetch)
    start = time.monotonic()
    assert cache(["runs", "pipelines"], None) == []
    assert cache(["runs"], None) == []
    assert time.monotonic() - start < 2 * DEADLINE + 0.2
    assert sorted(asked) == ["pipelines", "runs"], "one request of each is under way"
    let_go.set()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.name.endswith("(_bring)"):
            thread.join(5)
    assert [c.text for c in cache(["runs", "pipelines"], None)] == ["late", "late"]


def test_a_server_that_is_away_is_not_asked_at_every_tab() -> None:
    asked = []

    def fetch(kind: str, namespace: str | None) -> list[Candidate]:
        asked.append(kind)
        raise OSError("away")

    cache = Cache(fetch=fetch)
    for _ in range(3):
        assert list(cache(["runs"], None)) == []
    assert len(asked) == 1


def test_what_there_is(frozen: Sandbox) -> None:
    assert [c.text for c in fetch("namespaces", None)] == ["team-a"]
    assert {"team-a", "team-b"} == {c.text for c in fetch("namespaces", "team-b")}
    assert "fetch-events" in [c.text for c in fetch("tasks of fraud by hand", None)]
    versions = [c.text for c in fetch("pipeline-versions of churn-training", None)]
    assert "churn-training v2 (validation)" in versions
    assert "fraud by hand" in [c.text for c in fetch("runs", None)]
    with pytest.raises(GrammarError):
        fetch("tasks of nothing", None)
