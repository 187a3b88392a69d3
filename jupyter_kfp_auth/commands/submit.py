"""`submit`: from a pipeline, wherever it is, to a run."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ..pipelines import compiled_pipeline
from ..pipelines.compiled_pipeline import CompiledPipeline, InvalidPipeline
from ..pipelines.connection import Connection
from ..pipelines.errors import Conflict
from ..pipelines.models import Run
from . import compiler
from .arguments import arguments, mapping
from .lookup import Finder
from .parser import GrammarError

_DEFAULT_EXPERIMENT = "Default"
_FILES = (".yaml", ".yml", ".json", ".zip", ".gz", ".tgz")


@dataclass(frozen=True, slots=True)
class Source:
    """What is to run: a compiled pipeline, and where it is, if it has been uploaded."""

    package: CompiledPipeline
    pipeline_id: str = ""
    version_id: str = ""


def submit(
    client: Connection, asked: Namespace, variables: Mapping[str, Any]
) -> tuple[Run, tuple[str, ...]]:
    """Start the run that is asked for. Nothing is sent before the arguments are right.

    Args:
        client: to ask, in the namespace of the run.
        asked: the parsed command.
        variables: where a pipeline, or its arguments, may be found by name.

    Returns:
        The run, and notes on what else was done.

    Raises:
        GrammarError: the pipeline, its arguments or the experiment are not what they must be.
        PipelinesError: Pipelines refused.
    """
    source = _source(client, asked, variables)
    pipeline = source.package
    values = mapping(asked.args, variables) if asked.args else {}
    given = arguments(pipeline, asked.arg, values)
    if client.health.api == "v1beta1" and not pipeline.workflow:
        raise GrammarError(
            "Pipelines here is KFP 1.8, which runs what kfp 1.8 compiles; this was compiled by "
            f"{pipeline.sdk or 'kfp 2'}. Run: pip install 'kfp<2'"
        )
    experiment_id, note = _experiment(client, asked.experiment, create=asked.create_experiment)
    now = datetime.now().astimezone().strftime("%Y-%m-%d %H-%M-%S")
    run = client.create_run(
        asked.name or f"{pipeline.name} {now}",
        experiment_id=experiment_id,
        definition=pipeline.definition,
        pipeline_id=source.pipeline_id,
        version_id=source.version_id,
        parameters=given,
        service_account=asked.service_account or "",
        workflow=pipeline.workflow,
    )
    return run, (note,) if note else ()


def _source(client: Connection, asked: Namespace, variables: Mapping[str, Any]) -> Source:
    """Find the pipeline: a variable, then a file, then what is uploaded."""
    text = asked.pipeline
    if not isinstance(text, str):  # the cell's own
        return Source(compiler.compiled(text))
    if asked.version is None:
        if compiler.is_pipeline(variables.get(text)):
            return Source(compiler.compiled(variables[text]))
        path, _, wanted = text.partition(":")
        if path.endswith(".py"):
            return Source(compiler.from_python(_existing(path), wanted))
        if Path(text).suffix.lower() in _FILES or Path(text).is_file():
            return Source(compiled_pipeline.from_file(_existing(text)))
    return _uploaded(client, asked, variables)


def _existing(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_file():
        raise GrammarError(f"There is no file {text}.")
    return path


def _uploaded(client: Connection, asked: Namespace, variables: Mapping[str, Any]) -> Source:
    finder = Finder(client)
    text = asked.pipeline
    pipeline_id = finder.id_or_none("pipelines", text)
    if pipeline_id is None and text in variables:
        variable = variables[text]
        if compiler.may_be_pipeline(variable):
            return Source(compiler.compiled(variable))
        raise GrammarError(
            f"{text} is a variable here, but no pipeline: a function under @dsl.pipeline is one."
        )
    pipeline_id = pipeline_id or finder.id("pipelines", text)
    version_id = finder.version(pipeline_id, asked.version or "").id
    found = client.get_pipeline_definition(pipeline_id, version_id)
    where = f"The pipeline {text}"
    if isinstance(found, str):
        return Source(compiled_pipeline.from_text(found, where), pipeline_id, version_id)
    return Source(compiled_pipeline.from_documents([found], where), pipeline_id, version_id)


def _experiment(client: Connection, text: str | None, *, create: bool) -> tuple[str, str]:
    """Return the id of the experiment, and a note where it had to be made."""
    finder = Finder(client)
    # What the SDK and the web page take, too, when nobody says.
    name = text or _DEFAULT_EXPERIMENT
    found = finder.id_or_none("experiments", name, archived=False)
    if found:
        return found, ""
    if text and not create:
        try:
            return finder.id("experiments", text), ""
        except (GrammarError, InvalidPipeline) as error:
            raise GrammarError(f"{error} To make it, add: --create-experiment") from None
    try:
        return client.create_experiment(name).id, f"Created the experiment {name}."
    except Conflict:  # somebody was faster
        return finder.id("experiments", name), ""
