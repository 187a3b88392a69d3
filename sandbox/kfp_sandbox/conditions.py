"""Conditions of tasks, such as `int(inputs.parameter_values['n']) < 5 && !(... == 'heads')`.

What a task outputs is not known before a container runs, and here none ever does. An `Unknown`
stands for such a value until a condition looks at it; it then takes one of the values that it is
compared with, or another one.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_WORDS = {"&&": " and ", "||": " or ", "true": "True", "false": "False"}
_TOKEN = re.compile(
    r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(&&|\|\||\b(?:true|false)\b|!(?!=))"""
)
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_CASTS: dict[str, Callable[[Any], Any]] = {"int": int, "double": float, "string": str}


@dataclass(frozen=True)
class Unknown:
    """A value that a task would put out."""

    source: str


def literals(expression: str, name: str) -> list[Any]:
    """The constants that the expression compares the parameter `name` with."""
    compared = [node for node in ast.walk(_parse(expression)) if isinstance(node, ast.Compare)]
    return [
        side.value
        for node in sorted(compared, key=lambda node: node.col_offset)
        if name in _names(node)
        for side in (node.left, *node.comparators)
        if isinstance(side, ast.Constant)
    ]


def names(expression: str) -> set[str]:
    """The parameters that the expression looks at."""
    return set(_names(_parse(expression)))


def guesses(known: Iterable[Any]) -> list[Any]:
    """What a value may be that conditions compare with these constants."""
    result: list[Any] = []
    for constant in known:
        result.append(constant)
        if isinstance(constant, bool):
            result.append(not constant)
        elif isinstance(constant, (int, float)):
            result += [constant - 1, constant + 1]
        else:
            result.append(f"not {constant}")
    return list(dict.fromkeys(result)) or [""]


def evaluate(expression: str, values: Mapping[str, Any]) -> bool:
    """Whether the condition holds. One that cannot be understood does."""
    try:
        return bool(_value(_parse(expression), values))
    except (ValueError, TypeError):
        return True


@lru_cache(maxsize=256)
def _parse(expression: str) -> ast.expr:
    """The condition as Python reads it; a broken one holds."""

    def word(match: re.Match[str]) -> str:
        return match[1] or _WORDS.get(match[2], " not ")

    try:
        return ast.parse(_TOKEN.sub(word, expression).strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return ast.Constant(True)


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Subscript(slice=ast.Constant(value=name)):
            return values.get(str(name), "")
        case ast.BoolOp(op=ast.And()):
            return all(_value(part, values) for part in node.values)
        case ast.BoolOp():
            return any(_value(part, values) for part in node.values)
        case ast.UnaryOp(op=ast.Not()):
            return not _value(node.operand, values)
        case ast.UnaryOp(op=ast.USub()):
            return -_value(node.operand, values)
        case ast.Call(func=ast.Name(id=name), args=[argument]) if name in _CASTS:
            return _CASTS[name](_value(argument, values))
        case ast.Compare(ops=[comparison], comparators=[right_side]):
            left, right = _value(node.left, values), _value(right_side, values)
            if isinstance(left, str) != isinstance(right, str):
                left, right = str(left), str(right)
            return _COMPARISONS[type(comparison)](left, right)
    raise ValueError(f"not a condition: {ast.unparse(node)}")


def _names(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
            yield str(part.slice.value)
