"""Lists: page size, sorting, page tokens and the query that answers them."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import filters
from .errors import ApiError, gateway_error, invalid_input
from .store import Clause, Row, Store

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 200

_MISMATCH = (
    "page token does not match the supplied sort by and/or filtering criteria. Either specify the "
    "same criteria or leave the latter empty if page token is specified"
)
_METRIC = re.compile(r"metric:([a-z][a-z0-9_\-]{0,127})")
_METRIC_COLUMN = re.compile(r"COALESCE\(json_extract\(metrics, '\$\.\"([a-z0-9_\-]+)\"'\), 0\)")


_MODEL_FIELDS = {
    "experiment_id": "ExperimentUUID",
    "recurring_run_id": "JobUUID",
    "history": "StateHistory",
}


@dataclass(frozen=True)
class Listable:
    """What can be listed.

    Attributes:
        table: the table.
        model: the server's name for it, which its errors use.
        fields: the API's field names and their columns.
        last_page_only: columns by which the server sorts, but cannot make a page token.
        metrics: whether `metric:<name>` sorts.
    """

    table: str
    model: str
    fields: Mapping[str, str]
    last_page_only: frozenset[str] = frozenset()
    metrics: bool = False


EXPERIMENTS = Listable(
    "experiments",
    "Experiment",
    {
        "id": "id",
        "experiment_id": "id",
        "name": "name",
        "display_name": "name",
        "created_at": "created_at",
        "last_run_created_at": "last_run_created_at",
        "description": "description",
        "namespace": "namespace",
        "storage_state": "storage_state",
    },
)
RUNS = Listable(
    "runs",
    "Run",
    {
        "id": "id",
        "run_id": "id",
        "name": "name",
        "display_name": "name",
        "created_at": "created_at",
        "finished_at": "finished_at",
        "description": "description",
        "scheduled_at": "scheduled_at",
        "storage_state": "storage_state",
        "status": "status",
        "namespace": "namespace",
        "experiment_id": "experiment_id",
        "state": "state",
        "state_history": "history",
        "runtime_details": "script",
        "recurring_run_id": "recurring_run_id",
    },
    last_page_only=frozenset({"experiment_id", "recurring_run_id", "history"}),
    metrics=True,
)
JOBS = Listable(
    "jobs",
    "Job",
    {
        "id": "id",
        "recurring_run_id": "id",
        "name": "name",
        "display_name": "name",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "description": "description",
    },
)
PIPELINES = Listable(
    "pipelines",
    "Pipeline",
    {
        "id": "id",
        "pipeline_id": "id",
        "name": "name",
        "display_name": "display_name",
        "created_at": "created_at",
        "description": "description",
        "namespace": "namespace",
    },
)
VERSIONS = Listable(
    "versions",
    "PipelineVersion",
    {
        "id": "id",
        "pipeline_version_id": "id",
        "name": "name",
        "display_name": "display_name",
        "created_at": "created_at",
        "status": "status",
        "description": "description",
        "pipeline_spec": "spec",
    },
)


@dataclass
class Options:
    """What a list request asks for. `after` is the first row of the page: its value and id."""

    page_size: int
    column: str
    descending: bool
    filter: filters.Filter | None
    after: tuple[Any, str] | None = None


def parse_options(listable: Listable, query: Mapping[str, str], api: str) -> Options:
    """Read and check the list parameters. The caller has not been authenticated yet."""
    size = _page_size(query.get("page_size", ""))
    sort_by = query.get("sort_by", "")
    text = query.get("filter", "")
    token = query.get("page_token", "")
    if not token:
        return _fresh(listable, size, sort_by, text, api)
    options = _from_token(listable, token, size)
    if sort_by or text:
        asked = _fresh(listable, size, sort_by, text, api)
        same = (asked.column, asked.descending, asked.filter) == (
            options.column,
            options.descending,
            options.filter,
        )
        if not same or not filters.survives_token(asked.filter):
            raise invalid_input(_MISMATCH)
    return options


def fetch(
    store: Store, listable: Listable, options: Options, scope: Sequence[Clause]
) -> tuple[list[Row], int, str]:
    """A page: its rows, the number of all rows, and the token of the next page or nothing."""
    where = [*scope, *filters.clauses(options.filter)]
    total = store.count(listable.table, where)
    if options.after is not None:
        mark = "<" if options.descending else ">"
        value, identifier = options.after
        column = options.column
        where.append(
            (
                f"{column} {mark} ? OR ({column} = ? AND id {mark}= ?)",
                [value, value, identifier],
            )
        )
    direction = "DESC" if options.descending else "ASC"
    rows = store.select(
        listable.table,
        where,
        columns=f"*, {options.column} AS sort_value",
        order=f"{options.column} {direction}, id {direction}",
        limit=options.page_size + 1,
    )
    if len(rows) <= options.page_size:
        return rows, total, ""
    return rows[:-1], total, _token(listable, options, rows[-1])


def _page_size(text: str) -> int:
    try:
        size = int(text or "0")
    except ValueError:
        raise gateway_error(
            f'parsing field "page_size": strconv.ParseInt: parsing "{text}": invalid syntax'
        ) from None
    if size < 0:
        raise invalid_input(f"The page size should be greater than 0. Got {size}")
    return min(size or DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)


def _fresh(listable: Listable, size: int, sort_by: str, text: str, api: str) -> Options:
    filter_ = filters.parse(text, listable.fields, api)
    words = sort_by.lower().split()
    if len(words) > 2 or (len(words) == 2 and words[1] not in ("asc", "desc")):
        raise invalid_input(
            f'Received invalid sort by format "{sort_by}". Supported format: "field_name", '
            '"field_name desc", or "field_name asc"'
        )
    column = _column(listable, words[0]) if words else "created_at"
    return Options(size, column, words[1:] == ["desc"], filter_)


def _column(listable: Listable, field: str) -> str:
    metric = _METRIC.fullmatch(field)
    if listable.metrics and metric:
        return f"COALESCE(json_extract(metrics, '$.\"{metric.group(1)}\"'), 0)"
    if field not in listable.fields:
        raise invalid_input(f'Invalid sorting field: "{field}" on listable type {listable.model}')
    return listable.fields[field]


def _token(listable: Listable, options: Options, row: Row) -> str:
    if options.column in listable.last_page_only:
        name = _MODEL_FIELDS.get(options.column, options.column)
        raise _unsortable(name, listable)
    metric = _METRIC_COLUMN.search(options.column)
    if metric:
        raise _unsortable(metric[1], listable)
    content = {
        "SortByFieldName": options.column,
        "SortByFieldValue": row["sort_value"],
        "KeyFieldName": "id",
        "KeyFieldValue": row["id"],
        "IsDesc": options.descending,
        "ModelName": listable.table,
        "Filter": options.filter,
    }
    return base64.b64encode(json.dumps(content).encode()).decode()


def _unsortable(name: str, listable: Listable) -> ApiError:
    error = invalid_input(f'cannot sort by field "{name}" on type "{listable.model}"')
    error.message = f"Failed to list {listable.table}: {error.message}"
    return error


def _from_token(listable: Listable, token: str, size: int) -> Options:
    encoded = token.encode(errors="replace")
    try:
        content = json.loads(base64.b64decode(encoded, validate=True))
        column, filter_ = content["SortByFieldName"], content["Filter"]
        after = content["SortByFieldValue"], content["KeyFieldValue"]
        known = {*listable.fields.values()}
        if column not in known and not _METRIC_COLUMN.fullmatch(column):
            raise invalid_input(f'Invalid sort field name: "{column}"')
        used = {name for by_key in (filter_ or {}).values() for name in by_key}
        if not used <= known:
            raise invalid_input("Invalid filter key")
        return Options(size, column, bool(content["IsDesc"]), filter_, after)
    except binascii.Error:
        raise invalid_input(
            "Invalid page token", f"illegal base64 data at input byte {_first_bad(token)}"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        first = base64.b64decode(encoded, validate=True).decode("utf-8", "replace")[:1]
        cause = f"invalid character '{first}' looking for beginning of value"
        raise invalid_input("Invalid page token", cause) from None


def _first_bad(token: str) -> int:
    match = re.search(r"[^A-Za-z0-9+/]", token)
    return match.start() if match else len(token) - len(token) % 4
