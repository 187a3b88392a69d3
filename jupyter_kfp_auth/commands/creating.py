"""What the explorer creates, uploads and deletes: bodies of ``server/openapi.yaml``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import islice

from ..http.strict_json import JsonDict, JsonObject
from ..pipelines import compiled_pipeline, cron
from ..pipelines.compiled_pipeline import CompiledPipeline, InvalidPipeline
from ..pipelines.connection import Connection
from ..pipelines.errors import InvalidRequest
from ..pipelines.kinds import Kind
from ..pipelines.models import Run
from ..pipelines.new_items import RunFields
from . import bodies
from .arguments import WrongArguments, arguments, plain_default
from .clone import Original, original
from .deleting import remove
from .parser import GrammarError
from .submit import experiment_for, unique_name

_RUN = ("clone_of", "pipeline_id", "version_id", "name", "experiment_id", "parameters")
_STARTED = (*_RUN, "description", "service_account", "pipeline_root")
_SCHEDULED = (
    *(*_STARTED, "cron", "interval_seconds", "start_time", "end_time"),
    *("max_concurrency", "no_catchup", "enabled"),
)

#: How many of the times to come a schedule tells.
_NEXT = 5


def create_run(client: Connection, body: object) -> JsonDict:
    """Start a run like an old one, or of a pipeline version.

    Raises:
        InvalidRequest: the body, or an argument, is not what it must be. Nothing was sent.
        PipelinesError: Pipelines refused.
    """
    asked = bodies.checked(body, _STARTED)
    wanted = _wanted(client, asked)
    made = client.create_run(wanted.name, workflow=wanted.package.workflow, **wanted.fields)
    return made.as_dict()


def create_recurring_run(client: Connection, body: object) -> JsonDict:
    """Create a recurring run of a pipeline version. Raises as `create_run`."""
    asked = bodies.checked(body, _SCHEDULED)
    wanted = _wanted(client, asked)
    made = client.create_recurring_run(
        wanted.name,
        cron=asked.get("cron", ""),
        interval=asked.get("interval_seconds"),
        start=bodies.time(asked, "start_time"),
        end=bodies.time(asked, "end_time"),
        max_concurrency=asked.get("max_concurrency", 1),
        catchup=not asked.get("no_catchup", False),
        enabled=asked.get("enabled", True),
        workflow=wanted.package.workflow,
        **wanted.fields,
    )
    return made.as_dict()


def create_experiment(client: Connection, body: object) -> JsonDict:
    """Create an experiment. Raises as `create_run`."""
    asked = bodies.checked(body, ("name", "description"), ("name",))
    name, description = asked["name"].strip(), asked.get("description", "")
    return client.create_experiment(name, description=description).as_dict()


def upload(client: Connection, body: object, pipeline_id: str = "") -> JsonDict:
    """Upload a pipeline, or one more version of it. Raises as `create_run`.

    Args:
        client: to ask.
        body: with the text of a compiled pipeline.
        pipeline_id: of the pipeline that gets the version.
    """
    known = ("definition", "name", "description")
    if pipeline_id:
        asked = bodies.checked(body, known, ("definition", "name"))
        package = _read(asked["definition"])
        made = client.upload_pipeline_version(
            package, pipeline_id, asked["name"], asked.get("description", "")
        )
        return made.as_dict()
    asked = bodies.checked(body, (*known, "version", "namespace"), ("definition",))
    package = _read(asked["definition"])
    return client.upload_pipeline(
        package,
        asked.get("name") or None,
        asked.get("version") or None,
        asked.get("description", ""),
        namespace=asked.get("namespace"),
    ).as_dict()


def parameters_of_version(client: Connection, pipeline_id: str, version_id: str) -> JsonDict:
    """Return what a run of a version takes, for a form."""
    package = _definition(client, pipeline_id, version_id)
    return {"name": unique_name(package.name), "parameters": form(package, {})}


def parameters_of_run(client: Connection, run_id: str) -> JsonDict:
    """Return what a clone of a run takes: its name, and each parameter with what it was."""
    old = _original(client, run_id)
    return {"name": old.clone_name, "parameters": form(old.package, old.run.parameters)}


def form(package: CompiledPipeline, given: JsonObject) -> list[JsonDict]:
    """Return each parameter of a pipeline, with what a run was given."""
    return [
        {
            "name": one.name,
            "type": one.kind,
            "required": one.required,
            "default": plain_default(one),
            "choices": list(one.choices),
            "description": one.description,
            "value": given.get(one.name),
        }
        for one in package.parameters.values()
    ]


def describe_schedule(expression: str) -> JsonDict:
    """Say what a cron expression means: as it is sent, in words, and its next times in UTC.

    Raises:
        InvalidRequest: it is none.
    """
    fields = cron.six_fields(expression)
    times = islice(cron.next_times(fields, datetime.now(timezone.utc)), _NEXT)
    return {
        "cron": fields,
        "words": cron.in_words(fields),
        "next_times": [time.strftime("%Y-%m-%dT%H:%M:%SZ") for time in times],
    }


def delete(client: Connection, parts: Sequence[str]) -> bool:
    """Delete what a path names; tell whether there is such a path.

    Args:
        client: to ask.
        parts: of the path, ids checked.
    """
    match parts:
        case ["pipelines", pipeline_id, "versions", version_id]:
            remove(client, Kind.VERSIONS, version_id, pipeline_id)
        case ["experiments" | "runs" | "recurring-runs" | "pipelines" as kind, item_id]:
            remove(client, Kind(kind), item_id)
        case _:
            return False
    return True


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A pipeline with checked arguments, and all else that a run is created with."""

    package: CompiledPipeline
    name: str
    fields: RunFields


def _wanted(client: Connection, asked: JsonDict) -> _Wanted:
    """Find the pipeline that a body names, and check the arguments, before anything is sent."""
    changed = asked.get("parameters", {})
    try:
        if "clone_of" in asked:
            old = _original(client, asked["clone_of"])
            package, given, run = old.package, old.arguments(values=changed), old.run
            name = old.clone_name
        else:
            for key in ("pipeline_id", "version_id"):
                if key not in asked:
                    raise InvalidRequest.of(key, bodies.FIELDS[key].allowed, None)
            ids = asked["pipeline_id"], asked["version_id"]
            package = _definition(client, *ids)
            given = arguments(package, (), changed)
            run = Run("", pipeline_id=ids[0], pipeline_version_id=ids[1])
            name = unique_name(package.name)
    except WrongArguments as error:
        raise _refused(error) from None
    fields: RunFields = {
        "experiment_id": asked.get("experiment_id")
        or run.experiment_id
        or experiment_for(client)[0],
        "definition": package.definition,
        "pipeline_id": run.pipeline_id,
        "version_id": run.pipeline_version_id,
        "parameters": given,
        "description": asked.get("description", ""),
        "service_account": asked.get("service_account") or run.service_account,
        "pipeline_root": asked.get("pipeline_root") or run.pipeline_root,
    }
    return _Wanted(package, asked.get("name", "").strip() or name, fields)


def _original(client: Connection, run_id: str) -> Original:
    try:
        return original(client, run_id)
    except (GrammarError, InvalidPipeline) as error:
        raise _refused(error) from None


def _definition(client: Connection, pipeline_id: str, version_id: str) -> CompiledPipeline:
    found = client.get_pipeline_definition(pipeline_id, version_id)
    try:
        return compiled_pipeline.from_definition(found, "The pipeline version")
    except InvalidPipeline as error:
        raise _refused(error) from None


def _read(text: str) -> CompiledPipeline:
    try:
        return compiled_pipeline.from_text(text, "The file")
    except InvalidPipeline as error:
        raise _refused(error) from None


def _refused(error: Exception) -> InvalidRequest:
    """Return the error of a request for what a command refuses; wrong arguments by their names."""
    if isinstance(error, WrongArguments):
        said = " ".join(f"{name}: {sentence}" for name, sentence in error.wrong.items())
        return InvalidRequest("invalid-request", said, fields=error.wrong)
    return InvalidRequest("invalid-request", str(error))
