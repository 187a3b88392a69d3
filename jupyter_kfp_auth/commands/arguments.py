"""Arguments of a pipeline, checked against its own parameters before anything is sent."""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ..http.strict_json import Json, JsonDict, JsonObject
from ..pipelines.compiled_pipeline import CompiledPipeline, Parameter
from ..pipelines.yaml_loader import documents
from .parser import GrammarError, did_you_mean


class WrongArguments(GrammarError):
    """Arguments do not fit the pipeline.

    Attributes:
        wrong: what is wrong, by the name of the argument.
    """

    def __init__(self, package: CompiledPipeline, wrong: Mapping[str, str]) -> None:
        super().__init__(_complaint(package, wrong))
        self.wrong = wrong


def arguments(
    package: CompiledPipeline,
    texts: Sequence[tuple[str, str]],
    values: JsonObject,
    kept: JsonObject | None = None,
) -> JsonDict:
    """Return the arguments as the pipeline's parameters want them.

    Args:
        package: the compiled pipeline.
        texts: as typed, ``name=value``; they outweigh the values.
        values: Python or JSON values.
        kept: what Pipelines has taken for this pipeline before; the others outweigh it.

    Raises:
        WrongArguments: one message that names everything that is unknown, missing or does not fit.
    """
    given = dict(kept or {})
    wrong: dict[str, str] = {}
    typed = dict(texts)
    for name in dict(values) | typed:
        parameter = package.parameters.get(name)
        if parameter is None:
            meant = did_you_mean(name, package.parameters)
            wrong[name] = f"there is no such parameter.{meant}"
            continue
        try:
            read = _from_text if name in typed else _from_value
            given[name] = _allowed(
                parameter, read(parameter, typed[name] if name in typed else values[name])
            )
        except _TooLarge as error:
            wrong[name] = str(error)
        except ValueError as error:
            wrong[name] = f"must be {error}, not {_shown(typed.get(name, values.get(name)))}."
    for parameter in package.parameters.values():
        if parameter.required and parameter.name not in given.keys() | wrong.keys():
            wrong[parameter.name] = f"is missing ({_wanted(parameter)})."
    wrong |= dict.fromkeys(package.artifacts, "is an artifact, which only a task can give.")
    if wrong:
        raise WrongArguments(package, wrong)
    return given


def mapping(text: str, variables: Mapping[str, object]) -> JsonObject:
    """Return what ``--args`` means: a variable, a JSON or YAML file, or JSON itself.

    Raises:
        GrammarError: it is none of these.
    """
    if isinstance(found := variables.get(text), Mapping):
        return found
    try:
        content = text if text.lstrip()[:1] == "{" else Path(text).expanduser().read_text("utf-8")
    except FileNotFoundError:
        if text.lstrip()[:1] == "[":
            raise _no_arguments(text) from None
        what = "variable or file" if text.isidentifier() else "file"
        raise GrammarError(f"There is no {what} {text}.") from None
    except OSError as error:
        raise GrammarError(f"{text} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise GrammarError(f"{text} is not text in UTF-8.") from None
    try:
        [parsed] = documents(content)
    except ValueError:  # no YAML, or another number of documents
        parsed = None
    if not isinstance(parsed, dict) or not all(isinstance(name, str) for name in parsed):
        raise _no_arguments(text)
    return parsed


def _no_arguments(text: str) -> GrammarError:
    shown = repr(text)[:80]
    return GrammarError(f"--args must be a JSON object, or a file that holds one, not {shown}.")


def describe(parameter: Parameter) -> str:
    """Return one line about a parameter: name, type, and default or choices."""
    text = f"{parameter.name}: {_wanted(parameter)}"
    if parameter.required:
        return text
    default = plain_default(parameter)
    shown = "none" if default is None else json.dumps(default, default=str)
    return f"{text} (default {shown[:60]})"


def plain_default(parameter: Parameter) -> Json:
    """Return the default as its type wants it: for an integer the SDK writes 3.0."""
    default = parameter.default
    if parameter.kind == "NUMBER_INTEGER" and isinstance(default, float) and default.is_integer():
        return int(default)
    return default


def _complaint(package: CompiledPipeline, wrong: Mapping[str, str]) -> str:
    lines = [f"{package.name} cannot start with these arguments:"]
    lines += [f"  {name}: {sentence}" for name, sentence in wrong.items()]
    if package.parameters:
        lines.append("Parameters:")
        lines += [f"  {describe(parameter)}" for parameter in package.parameters.values()]
    else:
        lines.append("It has no parameters.")
    return "\n".join(lines)


def _shown(value: object) -> str:
    try:
        return repr(value)[:60]
    except ValueError:  # an integer of thousands of digits
        return "one of that size"


def _wanted(parameter: Parameter) -> str:
    if parameter.choices:
        return "one of " + ", ".join(map(str, parameter.choices))
    return _KINDS[parameter.kind][0] if parameter.kind in _KINDS else "text"


class _TooLarge(Exception):
    """A number that Pipelines would change."""


#: Beyond it a double, in which Pipelines keeps every number, leaves out whole numbers.
_EXACT = 2**53


def _check_exact(value: object) -> None:
    """Refuse whole numbers that would arrive as others, wherever they stand.

    Raises:
        _TooLarge: there is one.
    """
    if isinstance(value, Mapping):
        for each in value.values():
            _check_exact(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            _check_exact(each)
    elif isinstance(value, int) and abs(value) > _EXACT and not _fits_double(value):
        raise _TooLarge(
            f"{_shown(value)} is beyond 2^53, and Pipelines cannot keep it exactly: make it a text "
            "parameter."
        )


def _fits_double(value: int) -> bool:
    try:
        return int(float(value)) == value
    except OverflowError:
        return False


def _allowed(parameter: Parameter, value: object) -> Json:
    _check_exact(value)
    if parameter.choices and value not in parameter.choices:
        raise ValueError(_wanted(parameter))
    return value


def _from_text(parameter: Parameter, text: str) -> Json:
    _, read, _ = _KINDS.get(parameter.kind, _KINDS["STRING"])
    try:
        return read(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        raise ValueError(_wanted(parameter)) from None


def _from_value(parameter: Parameter, value: Json) -> Json:
    if hasattr(value, "item") and callable(value.item) and getattr(value, "ndim", 1) == 0:
        value = value.item()  # a number of numpy's
    if isinstance(value, tuple):
        value = list(value)
    _, _, fits = _KINDS.get(parameter.kind, ("", str, lambda value: True))
    if not fits(value):
        raise ValueError(_wanted(parameter))
    if parameter.kind == "NUMBER_DOUBLE":
        _check_exact(value)
        value = float(value)
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        raise ValueError("something that JSON can hold") from None
    return value


def _boolean(text: str) -> bool:
    if text.strip().lower() not in ("true", "false"):
        raise ValueError(text)
    return text.strip().lower() == "true"


def _number(text: str) -> float:
    with suppress(ValueError):
        _check_exact(int(text.strip()))  # typed as a whole number, so meant as one
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _integer(text: str) -> int:
    number = int(text.strip())
    if not _is_number(number):
        raise ValueError(text)
    return number


def _container(kind: type) -> Callable[[str], Json]:
    def read(text: str) -> Json:
        try:
            value = json.loads(text)
        except ValueError:
            value = ast.literal_eval(text.strip())  # as Python writes it
        if not isinstance(value, kind):
            raise ValueError(text)
        json.dumps(value, allow_nan=False)
        return value

    return read


def _is_number(value: object) -> bool:
    """Tell whether it is a number that JSON's readers can hold: most know only doubles."""
    try:
        return (
            isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        )
    except OverflowError:
        return False


#: For each type what it is called, how it is read from text, and which values it takes.
_KINDS: dict[str, tuple[str, Callable[[str], Json], Callable[[Json], bool]]] = {
    "STRING": ("text", str, lambda value: isinstance(value, str)),
    "NUMBER_INTEGER": (
        "a whole number",
        _integer,
        lambda value: isinstance(value, int) and _is_number(value),
    ),
    "NUMBER_DOUBLE": ("a number", _number, _is_number),
    "BOOLEAN": ("true or false", _boolean, lambda value: isinstance(value, bool)),
    "LIST": ("a JSON list", _container(list), lambda value: isinstance(value, list)),
    "STRUCT": ("a JSON object", _container(dict), lambda value: isinstance(value, dict)),
}
