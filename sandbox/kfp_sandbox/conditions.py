"""Conditions of tasks, such as `int(inputs.parameter_values['n']) < 5 && !(... == 'heads')`.

What a task outputs is not known before a container runs, and here none ever does. An `Unknown`
stands for such a value until a condition looks at it; it then takes one of the values that it is
compared with, or another one.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r"""\s*(?:
        inputs\.parameter_values\[(?:'(?P<single>[^']*)'|"(?P<double>[^"]*)")\]
        | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
        | (?P<number>-?\d+(?:\.\d+)?)
        | (?P<word>[A-Za-z_]\w*)
        | (?P<mark>\|\||&&|==|!=|<=|>=|<|>|!|\(|\)|,)
    )""",
    re.VERBOSE,
)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_CASTS: dict[str, Callable[[Any], Any]] = {"int": int, "double": float, "string": str}


@dataclass(frozen=True)
class Unknown:
    """A value that a task would put out."""

    source: str


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def literals(expression: str, name: str) -> list[Any]:
    """The constants that the expression compares the parameter `name` with."""
    found: list[Any] = []
    tokens = _tokenize(expression)
    for index, token in enumerate(tokens):
        if token != _Token("input", name):
            continue
        for other in tokens[index + 1 : index + 4]:
            if other.kind in ("string", "number") or other.text in ("true", "false"):
                found.append(_constant(other))
                break
    return found


def names(expression: str) -> set[str]:
    """The parameters that the expression looks at."""
    return {token.text for token in _tokenize(expression) if token.kind == "input"}


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
        return bool(_Parser(_tokenize(expression), values).parse())
    except (ValueError, TypeError, IndexError):
        return True


class _Parser:
    """Recursive descent over `||`, `&&`, comparisons, `!`, casts and values."""

    def __init__(self, tokens: list[_Token], values: Mapping[str, Any]) -> None:
        self._tokens = [*tokens, _Token("end", "")]
        self._values = values
        self._position = 0

    def parse(self) -> Any:
        value = self._or()
        if self._tokens[self._position].kind != "end":
            raise ValueError("unexpected text after the condition")
        return value

    def _or(self) -> Any:
        value = self._and()
        while self._accept("||"):
            value = bool(self._and()) or bool(value)
        return value

    def _and(self) -> Any:
        value = self._comparison()
        while self._accept("&&"):
            value = bool(self._comparison()) and bool(value)
        return value

    def _comparison(self) -> Any:
        left = self._unary()
        token = self._tokens[self._position]
        if token.kind == "mark" and token.text in _COMPARISONS:
            self._position += 1
            right = self._unary()
            if isinstance(left, str) != isinstance(right, str):
                left, right = str(left), str(right)
            return _COMPARISONS[token.text](left, right)
        return left

    def _unary(self) -> Any:
        if self._accept("!"):
            return not self._unary()
        token = self._tokens[self._position]
        self._position += 1
        if token.text == "(" and token.kind == "mark":
            value = self._or()
            self._expect(")")
            return value
        if token.kind == "word" and token.text in _CASTS:
            self._expect("(")
            value = self._or()
            self._expect(")")
            return _CASTS[token.text](value)
        if token.kind == "input":
            return self._values.get(token.text, "")
        return _constant(token)

    def _accept(self, mark: str) -> bool:
        if self._tokens[self._position] == _Token("mark", mark):
            self._position += 1
            return True
        return False

    def _expect(self, mark: str) -> None:
        if not self._accept(mark):
            raise ValueError(f"{mark} is missing")


def _tokenize(expression: str) -> list[_Token]:
    tokens: list[_Token] = []
    position, end = 0, len(expression.rstrip())
    while position < end:
        match = _TOKEN.match(expression, position)
        if not match:
            raise ValueError(f"not a condition: {expression!r}")
        position = match.end()
        for kind, text in match.groupdict().items():
            if text is not None:
                tokens.append(_Token("input" if kind in ("single", "double") else kind, text))
    return tokens


def _constant(token: _Token) -> Any:
    if token.kind == "string":
        return re.sub(r"\\(.)", r"\1", token.text[1:-1])
    if token.kind == "number":
        return float(token.text) if "." in token.text else int(token.text)
    if token.text in ("true", "false"):
        return token.text == "true"
    raise ValueError(f"{token.text!r} is not a value")
