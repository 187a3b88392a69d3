"""Numbers that JSON cannot say, or that its readers cannot hold: an error, or plain text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from jupyter_kfp_auth.commands.grammar import GrammarError
from jupyter_kfp_auth.http import strict_json
from jupyter_kfp_auth.pipelines.yaml_loader import NotYaml, documents
from kfp_sandbox import Sandbox

from ..pipelines.test_compiled_pipeline import IR
from .conftest import Run

HUGE = "9" * 5000


@pytest.mark.parametrize("number", ["1e999", "-1e400", HUGE, f"-{HUGE}", "9" * 309])
def test_a_number_that_is_too_large(number: str) -> None:
    text = f'{{"a": {number}, "b": 1.5, "c": {"9" * 300}}}'.encode()
    assert strict_json.loads(text, too_large=str) == {"a": number, "b": 1.5, "c": int("9" * 300)}
    with pytest.raises(ValueError, match="no number of JSON"):
        strict_json.loads(text)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "[-Infinity]", "[" * 100_000, "{", "", "\xff"])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - in whatever words
        strict_json.loads(text.encode("latin-1"), too_large=str)


def test_what_yaml_can_say_and_json_cannot() -> None:
    [found] = documents(f"a: .inf\nb: .nan\nc: {HUGE}\nd: 2026-11-23\ne: 0x1F\nf: 1.5\ng: 1.0e+999")
    assert json.loads(json.dumps(found, allow_nan=False)) == {
        "a": ".inf",
        "b": ".nan",
        "c": HUGE,
        "d": "2026-11-23",
        "e": 31,
        "f": 1.5,
        "g": "1.0e+999",
    }


@pytest.mark.parametrize(
    "text",
    ["a: [", "!!bool maybe", "\ud800", "\t- a", "[" * 100_000, "- " * 100_000, "{a: " * 100_000],
)
def test_what_is_no_yaml(text: str) -> None:
    with pytest.raises(NotYaml):
        documents(text)


def test_an_answer_of_pipelines_is_shown_as_json(run: Run, frozen: Sandbox) -> None:
    parameters = f'{{"rate": 1e999, "rows": {HUGE}, "n": 3}}'
    row = f'{{"run_id": "r1", "runtime_config": {{"parameters": {parameters}}}}}'
    body = f'{{"runs": [{row}], "total_size": 1e999}}'
    run("status")
    frozen.faults.set("not-json", path="/apis/v2beta1/runs", body=body)
    [found] = run("runs")
    assert found.parameters == {"rate": "1e999", "rows": HUGE, "n": 3}
    assert json.dumps(run("runs").as_dict(), allow_nan=False)


@pytest.mark.parametrize(
    "value", [float("inf"), float("nan"), 10**5000], ids=["inf", "nan", "huge"]
)
@pytest.mark.parametrize("name", ["epochs", "lr", "layers", "options"])
def test_as_an_argument(run: Run, frozen: Sandbox, tmp_path: Path, name: str, value: Any) -> None:
    file = tmp_path / "train.yaml"
    file.write_text(yaml.safe_dump(IR))
    given: Any = {"layers": [value], "options": {"a": value}}.get(name, value)
    with pytest.raises(GrammarError, match=f"{name}: must be "):
        run(f"submit {file} --args mine", mine={"epochs": 3, name: given})
    assert [r for r in frozen.requests if r.method == "POST"] == []


@pytest.mark.parametrize("number", ["1e999", ".inf", HUGE])
def test_as_typed(run: Run, tmp_path: Path, number: str) -> None:
    file = tmp_path / "train.yaml"
    file.write_text(yaml.safe_dump(IR))
    for line in (f"--arg lr={number} -a epochs=1", f"--args '{{\"epochs\": {number}}}'"):
        with pytest.raises(GrammarError, match="must be a"):
            run(f"submit {file} {line}")
