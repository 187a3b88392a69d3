"""`submit`: from a pipeline, wherever it is, to a run."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..http.strict_json import JsonObject
from ..pipelines import compiled_pipeline
from ..pipelines.compiled_pipeline import CompiledPipeline, InvalidPipeline
from ..pipelines.connection import Connection
from ..pipelines.errors import Conflict, OutcomeUnknown
from ..pipelines.models import Run
from ..pipelines.new_items import RunFields
from . import compiler
from .arguments import arguments
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


@dataclass(frozen=True, slots=True)
class Submission:
    """What to run, and how; empty where the default is meant.

    Attributes:
        pipeline: a pipeline, or the text that names it.
        texts: arguments as typed, ``name=value``; they outweigh the values.
        values: arguments as Python or JSON values.
        experiment: name or id.
        create_experiment: create it where there is none of that name.
        name: of the run.
        version: name or id, of an uploaded pipeline.
        service_account: that the run's pods use.
    """

    pipeline: object
    texts: Sequence[tuple[str, str]] = ()
    values: JsonObject = field(default_factory=dict)
    experiment: str = ""
    create_experiment: bool = False
    name: str = ""
    version: str = ""
    service_account: str = ""


def submit(
    client: Connection, wanted: Submission, variables: Mapping[str, object] | None = None
) -> tuple[Run, tuple[str, ...]]:
    """Start a run. Nothing is sent before the arguments are right.

    Args:
        client: to ask, in the namespace of the run.
        wanted: what to run.
        variables: where a pipeline may be found by name.

    Returns:
        The run, and notes on what else was done.

    Raises:
        GrammarError: the pipeline, its arguments or the experiment are not what they must be.
        PipelinesError: Pipelines refused.
    """
    ready = prepare(client, wanted, variables or {})
    run = client.create_run(
        wanted.name or unique_name(ready.source.package.name),
        **ready.fields(),
        workflow=ready.source.package.workflow,
    )
    return run, ready.notes


@dataclass(frozen=True, slots=True)
class Prepared:
    """A pipeline with checked arguments and an experiment: all that a run is made from."""

    source: Source
    experiment_id: str
    parameters: JsonObject
    service_account: str
    #: On what else was done.
    notes: tuple[str, ...]

    def fields(self) -> RunFields:
        """Return what runs and recurring runs are created with."""
        return {
            "experiment_id": self.experiment_id,
            "definition": self.source.package.definition,
            "pipeline_id": self.source.pipeline_id,
            "version_id": self.source.version_id,
            "parameters": self.parameters,
            "service_account": self.service_account,
        }


def prepare(client: Connection, wanted: Submission, variables: Mapping[str, object]) -> Prepared:
    """Find the pipeline, check the arguments, then find or create the experiment.

    Raises:
        GrammarError: the pipeline, its arguments or the experiment are not what they must be.
        PipelinesError: Pipelines refused.
    """
    source = _source(client, wanted, variables)
    pipeline = source.package
    given = arguments(pipeline, wanted.texts, wanted.values)
    if client.health.api == "v1beta1" and not pipeline.workflow:
        raise GrammarError(
            "Pipelines here is KFP 1.8, which runs what kfp 1.8 compiles; this was compiled by "
            f"{pipeline.sdk or 'kfp 2'}. Run: pip install 'kfp<2'"
        )
    experiment_id, note = experiment_for(client, wanted.experiment, create=wanted.create_experiment)
    notes = (note,) if note else ()
    return Prepared(source, experiment_id, given, wanted.service_account, notes)


def unique_name(pipeline: str) -> str:
    """Return a name that no other run has: by it the run is found if the answer gets lost."""
    now = datetime.now().astimezone().strftime("%Y-%m-%d %H-%M-%S")
    return f"{pipeline} {now} {secrets.token_hex(2)}"


def local(pipeline: object, variables: Mapping[str, object]) -> CompiledPipeline:
    """Return a pipeline that is at hand: a function, a definition, a file, or a variable.

    Raises:
        GrammarError: it is none of these.
        InvalidPipeline: the file holds something else.
    """
    found = _at_hand(pipeline, variables)
    if found is None:
        if Path(str(pipeline)).suffix.lower() in _FILES:
            raise GrammarError(f"There is no file {pipeline}.")
        raise GrammarError(
            f"There is no pipeline {pipeline!r} here: name a file, or a pipeline function."
        )
    return found


def _source(client: Connection, wanted: Submission, variables: Mapping[str, object]) -> Source:
    """Find the pipeline: a variable, then a file, then what is uploaded."""
    if not wanted.version and (found := _at_hand(wanted.pipeline, variables)):
        return Source(found)
    text = str(wanted.pipeline)
    if not wanted.version and Path(text).suffix.lower() in _FILES:
        return _named_like_a_file(client, text, variables)
    return _uploaded(client, text, wanted.version, variables)


def _at_hand(pipeline: object, variables: Mapping[str, object]) -> CompiledPipeline | None:
    if isinstance(pipeline, CompiledPipeline):
        return pipeline
    if isinstance(pipeline, Mapping):
        return compiled_pipeline.from_documents([pipeline], "The definition")
    text = os.fspath(pipeline) if isinstance(pipeline, os.PathLike) else pipeline
    if not isinstance(text, str):
        return compiler.compiled(text)
    if compiler.is_pipeline(variables.get(text)):
        return compiler.compiled(variables[text])
    path, _, name = text.partition(":")
    if path.endswith(".py"):
        return compiler.from_python(_existing(path), name)
    if Path(text).expanduser().is_file():
        return compiled_pipeline.from_file(_existing(text))
    return None


def _named_like_a_file(client: Connection, text: str, variables: JsonObject) -> Source:
    """Find an uploaded pipeline whose name is that of a file: the server names it after that."""
    if "/" in text or Finder(client).id_or_none("pipelines", text) is None:
        raise GrammarError(f"There is no file {text}, and no uploaded pipeline of that name.")
    return _uploaded(client, text, "", variables)


def _existing(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_file():
        raise GrammarError(f"There is no file {text}.")
    return path


def _uploaded(
    client: Connection, text: str, version: str, variables: Mapping[str, object]
) -> Source:
    finder = Finder(client)
    pipeline_id = finder.id_or_none("pipelines", text)
    if pipeline_id is None and text in variables:
        variable = variables[text]
        if compiler.may_be_pipeline(variable):
            return Source(compiler.compiled(variable))
        raise GrammarError(
            f"{text} is a variable here, but no pipeline: a function under @dsl.pipeline is one."
        )
    pipeline_id = pipeline_id or finder.id("pipelines", text)
    version_id = finder.version(pipeline_id, version).id
    found = client.get_pipeline_definition(pipeline_id, version_id)
    package = compiled_pipeline.from_definition(found, f"The pipeline {text}")
    return Source(package, pipeline_id, version_id)


def experiment_for(client: Connection, text: str = "", *, create: bool = False) -> tuple[str, str]:
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
            raise GrammarError(f"{error} To make it, add --create-experiment.") from None
    try:
        return client.create_experiment(name).id, f"Created the experiment {name}."
    except (Conflict, OutcomeUnknown):  # someone was faster, or it was made after all
        return finder.id("experiments", name), ""
