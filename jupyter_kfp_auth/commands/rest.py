"""What an explorer may ask, by path: the same for the REST routes and for kernel messages.

Paths and bodies are those of ``server/openapi.yaml``. Nothing else can be asked: the upstream host
and path never come from a request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from ..config.settings import NAMESPACE, Setting, Settings
from ..doctor import diagnose, repair
from ..http.strict_json import Json, JsonDict
from ..outputs.connection import Connection
from ..outputs.preview import MAX_PREVIEW, preview
from ..pipelines._transport import ID
from ..pipelines.errors import Conflict, InvalidRequest, NotFound
from ..pipelines.models import KNOWN_STATES, Model, Page
from ..pipelines.query import MAX_PAGE_SIZE
from . import creating, task_log
from .registry import actions
from .status import status

Query = Mapping[str, str]

#: Runs that are compared at a time.
_MOST_RUNS = 50

_SIZE = re.compile(r"[0-9]{1,3}")
_SORT = re.compile(r"[a-z_]{1,40}( (asc|desc))?")


def _matching(pattern: re.Pattern[str], allowed: str) -> Callable[[str, str], str]:
    def parse(option: str, value: str) -> str:
        if not pattern.fullmatch(value):
            raise InvalidRequest.of(option, allowed, value)
        return value

    return parse


def _at_most(length: int) -> Callable[[str, str], str]:
    def parse(option: str, value: str) -> str:
        if len(value) > length:
            raise InvalidRequest.of(option, f"at most {length} characters", value)
        return value

    return parse


def _page_size(option: str, value: str) -> int:
    if not _SIZE.fullmatch(value) or not 1 <= int(value) <= MAX_PAGE_SIZE:
        raise InvalidRequest.of(option, f"a whole number from 1 to {MAX_PAGE_SIZE}", value)
    return int(value)


def _boolean(option: str, value: str) -> bool:
    if value not in ("true", "false"):
        raise InvalidRequest.of(option, "true or false", value)
    return value == "true"


def _flag(option: str, value: str) -> bool:
    if value not in ("0", "1"):
        raise InvalidRequest.of(option, "0 or 1", value)
    return value == "1"


def _attempt(option: str, value: str) -> int:
    if not value.isdecimal() or len(value) > 4 or int(value) < 1:
        raise InvalidRequest.of(option, "a whole number from 1 on", value)
    return int(value)


def _offset(option: str, value: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,15}", value):
        raise InvalidRequest.of(option, "a whole number", value)
    return int(value)


def _log_limit(option: str, value: str) -> int:
    if not value.isdecimal() or len(value) > 7 or not 1 <= int(value) <= task_log.MOST:
        raise InvalidRequest.of(option, f"a whole number from 1 to {task_log.MOST}", value)
    return int(value)


def _limit(option: str, value: str) -> int:
    if not value.isdecimal() or len(value) > 10 or not 1 <= int(value) <= MAX_PREVIEW:
        raise InvalidRequest.of(option, f"a whole number from 1 to {MAX_PREVIEW}", value)
    return int(value)


def _ids(option: str, value: str) -> list[str]:
    ids = value.split(",")
    if not 1 <= len(ids) <= _MOST_RUNS or not all(map(ID.fullmatch, ids)):
        raise InvalidRequest.of(option, f"1 to {_MOST_RUNS} ids with commas between them", value)
    return ids


def _state(option: str, value: str) -> str:
    states = value.split(",")
    if not set(states) <= set(KNOWN_STATES) or len(states) > len(KNOWN_STATES):
        raise InvalidRequest.of(option, f"some of {', '.join(KNOWN_STATES)}", value)
    return value


_PARSERS: dict[str, Callable[[str, str], object]] = {
    "namespace": _matching(re.compile(f"({NAMESPACE.pattern})?"), "a Kubernetes namespace"),
    "experiment_id": _matching(ID, "an id as Pipelines gives it"),
    "state": _state,
    "page_size": _page_size,
    "page_token": _at_most(16384),
    "sort_by": _matching(_SORT, "a field, then asc or desc"),
    "search": _at_most(256),
    "include_archived": _boolean,
    "task": _at_most(128),
    "limit": _limit,
    "attempt": _attempt,
    "container": _matching(re.compile("main|driver"), "main or driver"),
    "regex": _flag,
    "case": _flag,
    "ids": _ids,
    "expression": _at_most(200),
    "probe": _matching(re.compile("list|health|none"), "list, health or none"),
    "key": _matching(re.compile(r"[0-9a-f]{16}"), "the key of a plan"),
}
_PAGING = ("page_size", "page_token", "sort_by", "search")
_LISTS: dict[str, tuple[str, ...]] = {
    "experiments": ("namespace", *_PAGING, "include_archived"),
    "runs": ("namespace", "experiment_id", "state", *_PAGING, "include_archived"),
    "recurring-runs": ("namespace", "experiment_id", *_PAGING),
    "pipelines": ("namespace", *_PAGING),
    "versions": _PAGING,
}
_ACTIONS: Mapping[str, tuple[str, ...]] = actions()


def get(client: Connection, path: str, query: Query) -> JsonDict:
    """Answer a GET: the status, a diagnosis, a list, one item, or what belongs to one.

    Args:
        client: the client to ask.
        path: such as ``experiments``, ``runs/<id>`` or ``pipelines/<id>/versions``.
        query: of `openapi.yaml`; an unknown parameter is an error, not a silent page one.

    Raises:
        PipelinesError: the request is wrong, or Pipelines refused.
    """
    if path == "status":
        return status(client, **parse(("namespace", "probe"), query))
    if path == "doctor":
        chosen = parse(("namespace",), query)
        settings = client.settings
        if "namespace" in chosen:  # checked by now, and it may be empty: that lists the shared
            settings = replace(settings, namespace=Setting(chosen["namespace"], "argument"))
        return diagnose(settings).as_dict()
    if path == "doctor/plan":
        parse((), query)
        return _planned(repair.plan(client.settings))
    if path == "schedule":
        return creating.describe_schedule(**({"expression": ""} | parse(("expression",), query)))
    if path == "comparison":
        chosen = parse(("ids",), query)
        if "ids" not in chosen:
            raise InvalidRequest.of("ids", "given", "")
        return client.compare_runs(chosen["ids"]).as_dict()
    kind, *rest = path.split("/")
    if kind not in _LISTS or kind == "versions":
        raise _no_such(path)
    result: Page[Model] | Model
    if not rest:
        options = parse(_LISTS[kind], query)
        result = client.resource(kind).list(**options)
    elif len(rest) == 1:
        parse((), query)
        item = _valid(rest[0])
        if kind == "runs":
            result = client.explain_run(client.get_run(item))
        else:
            result = client.resource(kind).get(item)
    elif kind == "runs" and rest[1:] == ["parameters"]:
        parse((), query)
        return creating.parameters_of_run(client, _valid(rest[0]))
    elif kind == "runs" and rest[1:] == ["outputs"]:
        return _outputs(client, _valid(rest[0]), **parse(("task",), query))
    elif kind == "runs" and rest[1:2] == ["tasks"] and rest[3:] == ["logs"]:
        return _log(client, _valid(rest[0]), _valid(rest[2]), query)
    elif kind == "runs" and rest[1:2] == ["artifacts"] and len(rest) == 3:
        chosen = parse(("limit",), query)
        return preview(client.find_artifact(_valid(rest[0]), _valid(rest[2])), **chosen)
    elif kind == "pipelines" and rest[1:2] == ["versions"] and rest[3:] == ["parameters"]:
        parse((), query)
        return creating.parameters_of_version(client, _valid(rest[0]), _valid(rest[2]))
    elif kind == "pipelines" and rest[1:] == ["versions"]:
        result = client.list_pipeline_versions(_valid(rest[0]), **parse(_LISTS["versions"], query))
    else:
        raise _no_such(path)
    return result.as_dict()


def log_download(
    client: Connection, path: str, query: Query
) -> tuple[str, int | None, Iterator[bytes]]:
    """Return the file name, the size and the content of a task's log.

    Raises:
        PipelinesError: the request is wrong, Pipelines refused, or there is no log.
    """
    _, run_id, _, task_id, _ = path.split("/")
    chosen = parse(("attempt", "container"), query)
    return task_log.download(client, _valid(run_id), _valid(task_id), **chosen)


def _log(client: Connection, run_id: str, task_id: str, query: Query) -> JsonDict:
    """Return a piece of a task's log, or the lines in it that hold a text."""
    if "search" not in query:
        limits = {name: query[name] for name in ("offset", "limit") if name in query}
        chosen = parse(
            ("attempt", "container"), {k: v for k, v in query.items() if k not in limits}
        )
        for name, parser in (("offset", _offset), ("limit", _log_limit)):
            if name in limits:
                chosen[name] = parser(name, limits[name])
        return task_log.piece(client, run_id, task_id, **chosen)
    chosen = parse(("attempt", "container", "search", "regex", "case"), query)
    text = chosen.pop("search")
    return task_log.matches(client, run_id, task_id, text, **chosen)


def post(
    client: Connection, path: str, query: Query, body: Json = None
) -> tuple[int, JsonDict | None]:
    """Do what a POST asks: ``runs/<id>/terminate`` and so on. Sent once, never repeated.

    Args:
        client: the client to ask.
        path: such as ``runs/<id>/terminate``.
        query: of `openapi.yaml`.
        body: the parsed JSON, where the path takes any.

    Returns:
        The HTTP status, and what has come of it: a new item, or the outcome of ``doctor/fix``.

    Raises:
        PipelinesError: the request is wrong, or Pipelines refused.
    """
    if path == "doctor/fix":
        return 200, _fixed(client.settings, **parse(("key",), query))
    parse((), query)
    if create := _CREATES.get(path):
        return 201, create(client, body)
    kind, _, rest = path.partition("/")
    if kind == "pipelines" and rest.endswith("/versions"):
        return 201, creating.upload(client, body, _valid(rest.removesuffix("/versions")))
    item, _, action = rest.partition("/")
    if action not in _ACTIONS.get(kind, ()):
        raise _no_such(path)
    _valid(item)
    client.resource(kind).act(item, action)
    return 204, None


def delete(client: Connection, path: str, query: Query) -> tuple[int, None]:
    """Delete what a path names, such as ``runs/<id>``. Sent once, never repeated.

    Raises:
        PipelinesError: the request is wrong, or Pipelines refused.
    """
    parse((), query)
    parts = path.split("/")
    for item in parts[1::2]:
        _valid(item)
    if not creating.delete(client, parts):
        raise _no_such(path)
    return 204, None


_CREATES: Mapping[str, Callable[[Connection, object], JsonDict]] = {
    "runs": creating.create_run,
    "recurring-runs": creating.create_recurring_run,
    "experiments": creating.create_experiment,
    "pipelines": creating.upload,
}


def _outputs(client: Connection, run_id: str, task: str = "") -> JsonDict:
    """Return what a run produced, or one task of it; where that cannot be read, the reason."""
    found = client.outputs_or_problem(run_id)
    if task:
        found = replace(found, tasks=tuple(t for t in found.tasks if t.task_id == task))
    return found.as_dict()


def _planned(plan: repair.Plan) -> JsonDict:
    return {**plan.as_dict(), "key": plan.key}


def _fixed(settings: Settings, key: str = "") -> JsonDict:
    """Carry out the plan that was shown: where another one would be made by now, none is."""
    plan = repair.plan(settings)
    if plan.key != key or not plan.changes:
        raise Conflict("conflict", "this is not the plan that was shown", status=409)
    return repair.apply(plan).as_dict()


def parse(known: tuple[str, ...], query: Query) -> JsonDict:
    """Turn query parameters into arguments of the client.

    Raises:
        InvalidRequest: an unknown parameter, or a value outside what is allowed.
    """
    for name in query:
        if name not in known:
            allowed = f"one of {', '.join(known)}" if known else "absent"
            raise InvalidRequest.of("query parameter", allowed, name)
    return {name: _PARSERS[name](name, value) for name, value in query.items()}


def _no_such(path: str) -> NotFound:
    what = f"there is no {path[:80]!r}."
    return NotFound("not-found", what, status=404, facts={"said": what})


def _valid(item: str) -> str:
    return str(_PARSERS["experiment_id"]("id", item))
