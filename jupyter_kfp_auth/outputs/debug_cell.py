"""A failed task as a cell: its component's code, and a call with what the run gave it."""

from __future__ import annotations

import ast
import json
import re
import shlex
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..http.errors import PipelinesError
from ..pipelines.fields import JsonObject, mapping, text
from ..pipelines.models import Run
from .definition import Definition, Place
from .models import TaskOutputs

_ROUND = re.compile(r"iteration-(\d+)")
_FUNCTION = "--function_to_execute"
_PIP = re.compile(r"pip3? install (?P<words>.*?)(?:&&|\n|$)", re.DOTALL)
_PARAMETER = re.compile(r"\{\{\$\.inputs\.parameters\[(['\"])(.+?)\1\]\}\}")


@dataclass(frozen=True, slots=True)
class Program:
    """The Python function of a lightweight component.

    Attributes:
        source: its module, as the executor runs it.
        function: its name.
        packages: what was installed before, without kfp itself.
        kfp: the version of kfp that was installed; empty where that is not known.
    """

    source: str
    function: str
    packages: tuple[str, ...]
    kfp: str


def debug_cell(run: Run, task: TaskOutputs) -> str:
    """Return the code of a cell that does what a task did. Nothing in it is run.

    Args:
        run: with its definition.
        task: of that run, as the outputs have it.
    """
    definition = Definition(run.pipeline_spec)
    container = definition.executor(_place(task), "container")
    parts = [_heading(run, task, container)]
    program = _program(container)
    if program is None:
        parts.append(_in_words(task, container))
    else:
        parts += [_installs(program), program.source.strip("\n"), _call(run, task, program)]
    return "\n\n".join(filter(None, parts)) + "\n"


def _place(task: TaskOutputs) -> Place:
    """Return the place of a task from its keys, in which rounds are text."""
    return tuple(int(match[1]) if (match := _ROUND.fullmatch(key)) else key for key in task.keys)


def _heading(run: Run, task: TaskOutputs, container: JsonObject) -> str:
    where = f"the task {'/'.join(task.path)} of the run {run.display_name} ({run.run_id})"
    lines = [f"This is {where}", "as a cell. Nothing has been run yet: read it, change it, run it."]
    reason = next((t.reason for t in run.tasks if t.task_id == task.task_id and t.reason), None)
    if reason is not None and reason.message:
        lines.append(f"It failed: {_line(reason.message)}")
    if image := text(container, "image"):
        lines.append(f"It ran in the image {image}; here it runs with what this kernel has.")
    return _comment("\n".join(lines))


def _program(container: JsonObject) -> Program | None:
    """Return the function of a lightweight component; ``None`` for any other container."""
    command, args = _words(container, "command"), _words(container, "args")
    if _FUNCTION not in args[:-1] or not command:
        return None
    function, source = args[args.index(_FUNCTION) + 1], command[-1]
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    if _definition(tree, function) is None:
        return None
    packages: list[str] = []
    kfp = ""
    for word in command[:-1]:
        for match in _PIP.finditer(word):
            for package in _packages(match["words"]):
                if re.match(r"kfp\b(?!-)", package):
                    kfp = package.partition("==")[2] or kfp
                elif not package.startswith("typing-extensions"):
                    packages.append(package)
    return Program(source, function, tuple(dict.fromkeys(packages)), kfp)


def _packages(words: str) -> Iterator[str]:
    """Yield what a line of pip installs, with the options that say from where."""
    try:
        parts = iter(shlex.split(words))
    except ValueError:
        return
    for part in parts:
        if part in ("--index-url", "--extra-index-url", "--trusted-host", "-i"):
            address = next(parts, "")
            if "@" not in address:  # a password may stand there
                yield f"{part} {address}"
        elif not part.startswith("-"):
            yield part


def _installs(program: Program) -> str:
    lines = []
    if program.packages:
        words = " ".join(
            package if package.startswith("-") else shlex.quote(package)
            for package in program.packages
        )
        lines.append("The component asked for these packages; take out the # to install them:")
        lines.append(f"%pip install {words}")
    if program.kfp:
        lines.append(
            f"It needs kfp 2 in this kernel (it ran with {program.kfp}):\n"
            f"%pip install 'kfp=={program.kfp}'"
        )
    return _comment("\n".join(lines))


def _call(run: Run, task: TaskOutputs, program: Program) -> str:
    function = _definition(ast.parse(program.source), program.function)
    assert function is not None
    arguments = function.args
    defaults = len(arguments.args) - len(arguments.defaults)
    optional = {a.arg for a in arguments.args[defaults:]} | {
        a.arg
        for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is not None
    }
    lines, fetches = [], False
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        name, annotation = argument.arg, argument.annotation
        way, inner = _way(annotation)
        if way:
            fetches = True
            lines += [*_problems(task, name, way), f"{name}={_file(way, name, inner)},"]
        elif name in task.inputs:
            lines.append(f"{name}={_literal(task.inputs[name], inner)},")
        elif name not in optional:
            lines += [f"# What {name} was is not on record.", f"{name}=None,"]
    call = [f"{program.function}(", *(f"    {line}" for line in lines), ")"]
    parts = ["# What the task was given. Input artifacts are fetched when the cell runs."]
    if fetches:
        parts += [
            "import jupyter_kfp_auth",
            "",
            f"files = jupyter_kfp_auth.connect().task_files({run.run_id!r}, "
            f"{task.task_id or '/'.join(task.path)!r})",
        ]
    return "\n".join([*parts, *call])


def _way(annotation: ast.expr | None) -> tuple[str, str]:
    """Return how an argument is passed, and what is in its annotation.

    ``input``, ``inputs``, ``output``, ``input_path`` or ``output_path`` for artifacts; empty for a
    parameter.
    """
    if isinstance(annotation, ast.Subscript):
        outer, inner = ast.unparse(annotation.value).rpartition(".")[2], annotation.slice
        if outer in ("Input", "Output"):
            if outer == "Input" and isinstance(inner, ast.Subscript):  # Input[List[Dataset]]
                return "inputs", ast.unparse(inner.slice)
            return outer.lower(), ast.unparse(inner)
    if isinstance(annotation, ast.Call):
        outer = ast.unparse(annotation.func).rpartition(".")[2]
        if outer in ("InputPath", "OutputPath"):
            return ("input_path" if outer == "InputPath" else "output_path"), ""
    return "", ast.unparse(annotation) if annotation is not None else ""


def _file(way: str, name: str, kind: str) -> str:
    if way.endswith("_path"):
        return f"files.{way}({_plain_name(name)!r})"
    return f"files.{way}({name!r}, {kind})"


def _plain_name(name: str) -> str:
    """Return an output's name: kfp takes the ending off the arguments that are paths."""
    return name.removesuffix("_path") if name.endswith("_path") else name.removesuffix("_file")


def _problems(task: TaskOutputs, name: str, way: str) -> Iterator[str]:
    """Yield comments on input artifacts that cannot be had."""
    if not way.startswith("input"):
        return
    wanted = _plain_name(name) if way.endswith("_path") else name
    found = [artifact for artifact in task.input_artifacts if artifact.name == wanted]
    if not found:
        yield f"# Which artifact {wanted} was is not on record."
    for artifact in found:
        yield f"# {_line(artifact.uri)}"
        try:
            artifact.files()
        except PipelinesError as error:
            yield f"# It cannot be had: {_line(str(error))}"


def _literal(value: object, annotation: str) -> str:
    if annotation.rpartition(".")[2] == "PipelineTaskFinalStatus" and isinstance(value, dict):
        error = mapping(value, "error")
        fields = {
            "state": value.get("state"),
            "pipeline_job_resource_name": value.get("pipelineJobResourceName"),
            "pipeline_task_name": value.get("pipelineTaskName"),
            "error_code": error.get("code"),
            "error_message": error.get("message"),
        }
        return f"{annotation}({', '.join(f'{k}={v!r}' for k, v in fields.items())})"
    return repr(value)


def _in_words(task: TaskOutputs, container: JsonObject) -> str:
    """Say what a container did: there is no Python function to call."""
    if not container:
        return _comment("What it ran is not in the run's definition, so there is no code to show.")

    def given(word: str) -> str:
        return _PARAMETER.sub(
            lambda m: str(task.inputs[m[2]]) if m[2] in task.inputs else m[0], word
        )

    lines = ["It is no Python function but a container, which ran:"]
    for key in ("command", "args"):
        lines += [
            f"  {key}: {json.dumps(given(word), ensure_ascii=False)}"
            for word in _words(container, key)
        ]
    if task.inputs:
        lines.append("with the parameters")
        lines += [f"  {name} = {value!r}" for name, value in task.inputs.items()]
    for artifact in task.input_artifacts:
        lines.append(f"with the artifact {artifact.name} at {artifact.uri}")
    return _comment("\n".join(lines))


def _definition(tree: ast.Module, name: str) -> ast.FunctionDef | None:
    found = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
    return found[-1] if found else None


def _words(container: JsonObject, key: str) -> Sequence[str]:
    listed = container.get(key)
    return [str(word) for word in listed] if isinstance(listed, list) else []


def _line(said: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())


def _comment(said: str) -> str:
    """Return text as a comment: whatever it holds, it is not code."""
    lines = [_line_kept(line) for part in said.split("\n") for line in _wrapped(part)]
    return "\n".join(f"# {line}".rstrip() for line in lines) if said else ""


def _wrapped(part: str) -> list[str]:
    if part.startswith(("  ", "%")):
        return [part]
    return textwrap.wrap(_line(part), 96, break_long_words=False) or [""]


def _line_kept(line: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in line)
