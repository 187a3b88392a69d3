"""The language of conditions."""

from __future__ import annotations

from typing import Any

import pytest

from kfp_sandbox.conditions import evaluate, guesses, literals, names

_X = "inputs.parameter_values['x']"
_Y = 'inputs.parameter_values["y"]'


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        (f"{_X} == 'heads'", True),
        (f"{_X} == 'tails'", False),
        (f"{_X} != 'tails'", True),
        (f"!({_X} == 'heads')", False),
        (f"int({_Y}) == 3", True),
        (f"int({_Y}) < 5 && int({_Y}) >= 3", True),
        (f"int({_Y}) > 5 || {_X} == 'heads'", True),
        (f"!(int({_Y}) < 5) && !(int({_Y}) > 5)", False),
        (f"double({_Y}) <= 2.5", False),
        (f"{_Y} == 3", True),
        (f"{_Y} != 4", True),
        ("true == true", True),
        ("false || false", False),
        (f"{_X} == 'it\\'s'", False),
        ("inputs.parameter_values['missing'] == ''", True),
        ("3", True),
    ],
)
def test_evaluate(expression: str, holds: bool) -> None:
    assert evaluate(expression, {"x": "heads", "y": "3"}) is holds


@pytest.mark.parametrize("expression", ["what?", "(", f"{_X} ==", f"int({_X}) < 1", "1 2"])
def test_what_cannot_be_understood_holds(expression: str) -> None:
    assert evaluate(expression, {"x": "heads"}) is True


def test_names_and_literals() -> None:
    expression = f"!({_X} == 'heads') && int({_Y}) > 5 || {_X} == 'edge'"
    assert names(expression) == {"x", "y"}
    assert literals(expression, "x") == ["heads", "edge"]
    assert literals(expression, "y") == [5]


@pytest.mark.parametrize(
    ("known", "expected"),
    [([], [""]), (["a"], ["a", "not a"]), ([5], [5, 4, 6]), ([True], [True, False])],
)
def test_guesses_reach_both_sides_of_each_comparison(known: list[Any], expected: list[Any]) -> None:
    assert guesses(known) == expected
