"""Pipelines as people write them: finding them, and compiling them with the installed kfp."""

from __future__ import annotations

import runpy
import sys
import tempfile
import traceback
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import FunctionType

from ..pipelines import compiled_pipeline
from ..pipelines.compiled_pipeline import CompiledPipeline
from .parser import GrammarError


def is_pipeline(value: object) -> bool:
    """Tell whether a value is a pipeline (or, with kfp 2, a component) that can be compiled."""
    if "kfp" not in sys.modules:
        return False  # nothing can be one
    if _is_kfp2_component(value):
        return True
    return isinstance(value, FunctionType) and hasattr(value, "_component_human_name")


def may_be_pipeline(value: object) -> bool:
    """Tell whether a value may be one: with kfp 1, ``@dsl.pipeline()`` can leave no trace."""
    return _is_kfp1() and isinstance(value, FunctionType)


def _is_kfp2_component(value: object) -> bool:
    return any(
        kind.__name__ == "BaseComponent" and kind.__module__.startswith("kfp.")
        for kind in type(value).__mro__
    )


def _is_graph(value: object) -> bool:
    return type(value).__name__ == "GraphComponent" or isinstance(value, FunctionType)


def defined(names: Mapping[str, object], source: str, wanted: str = "") -> object:
    """Return the pipeline that was defined: the one that is wanted, or the only one.

    Args:
        names: what was defined, by name.
        source: where, for errors.
        wanted: the name of one of them.

    Raises:
        GrammarError: there is none, or several and none is wanted.
    """
    if wanted:
        found = names.get(wanted)
        if is_pipeline(found) or may_be_pipeline(found):
            return found
        raise GrammarError(f"{source} defines no pipeline {wanted!r}.{_choice(names)}")
    public = {name: value for name, value in names.items() if not name.startswith("_")}
    pipelines = {name: v for name, v in public.items() if is_pipeline(v) and _is_graph(v)}
    if not pipelines and _is_kfp1():  # where `@dsl.pipeline()` without a name leaves no trace
        pipelines = {name: v for name, v in public.items() if type(v) is FunctionType}
    if not pipelines:  # a component of kfp 2 is a pipeline of one task
        pipelines = {name: value for name, value in public.items() if is_pipeline(value)}
    different = {id(value): name for name, value in pipelines.items()}
    if len(different) == 1:
        return pipelines[next(iter(different.values()))]
    if not different:
        raise GrammarError(f"{source} defines no pipeline: a function under @dsl.pipeline.")
    raise GrammarError(f"{source} defines several pipelines; name one.{_choice(pipelines)}")


def _choice(names: Mapping[str, object]) -> str:
    found = [name for name, value in names.items() if is_pipeline(value) and _is_graph(value)]
    return f" There are: {', '.join(found)}." if found else ""


def from_python(path: Path, wanted: str) -> CompiledPipeline:
    """Run a Python file that defines a pipeline, and compile that.

    Raises:
        GrammarError: it cannot be run, or defines no pipeline.
    """
    _require_kfp()
    sys.path.insert(0, str(path.resolve().parent))
    try:
        with warnings.catch_warnings():
            # Of kfp, about its next defaults: three lines before each answer of ours.
            warnings.filterwarnings("ignore", "The default base_image", FutureWarning)
            names = runpy.run_path(str(path), run_name="<kfp>")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the program does
        raise GrammarError(f"{path} fails: {_said(error, str(path))}") from None
    finally:
        sys.path.pop(0)
    return compiled(defined(names, str(path), wanted))


def compiled(pipeline: object) -> CompiledPipeline:
    """Compile a pipeline with the installed kfp.

    Raises:
        GrammarError: kfp refuses; the message is its own.
    """
    _require_kfp()
    from kfp import compiler

    name = getattr(pipeline, "name", None) or getattr(pipeline, "__name__", "the pipeline")
    with tempfile.TemporaryDirectory(prefix="kfp-") as directory:
        path = Path(directory) / "pipeline.yaml"
        try:
            compiler.Compiler().compile(pipeline, str(path))
        except Exception as error:  # noqa: BLE001 - kfp raises of every kind
            raise GrammarError(f"kfp cannot compile {name}: {_said(error)}") from None
        return compiled_pipeline.from_file(path)


def _said(error: BaseException, path: str = "") -> str:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
             if frame.filename == path]  # fmt: skip
    if isinstance(error, SyntaxError):
        lines = [error.lineno]
    where = f" (line {lines[-1]})" if lines and lines[-1] else ""
    return f"{type(error).__name__}: {error}{where}"


def _is_kfp1() -> bool:
    kfp = sys.modules.get("kfp")
    return str(getattr(kfp, "__version__", "")).startswith("1.")


def _require_kfp() -> None:
    from importlib.util import find_spec

    if find_spec("kfp") is None:
        raise GrammarError(
            "Compiling needs the kfp SDK, which is not installed here. Run: pip install kfp"
        )
    import kfp  # noqa: F401
