"""Pages, sorting and filters."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from .conftest import V1, V2, Client

_PATH = f"{V2}/experiments"


def _filter(*predicates: dict[str, Any]) -> str:
    return json.dumps({"predicates": list(predicates)})


def _names(client: Client, **query: Any) -> list[str]:
    answer = client.get(_PATH, namespace="team-a", page_size=200, **query)
    return [row["display_name"] for row in answer.get("experiments", [])]


def _message(client: Client, **query: Any) -> str:
    status, body = client.failure(_PATH, params={"namespace": "team-a", **query})
    assert status == 400
    return str(body["details"][0]["message"])


@pytest.fixture
def named(empty: Client) -> Client:
    """Experiments with awkward names, a second apart."""
    for name in ("beta", "Alpha", "100% + more", "gamma_1", "gamma-1"):
        empty.experiment(name)
        empty.sandbox.clock.advance(1)
    return empty


def test_an_empty_list_is_an_empty_object(empty: Client) -> None:
    assert empty.get(_PATH, namespace="team-a") == {}


def test_pages_have_20_rows_oldest_first(empty: Client) -> None:
    empty.sandbox.add_experiments(25)
    first = empty.get(_PATH, namespace="team-a")
    assert [row["display_name"] for row in first["experiments"]][:2] == [
        "experiment-00000",
        "experiment-00001",
    ]
    assert (len(first["experiments"]), first["total_size"]) == (20, 25)
    token = first["next_page_token"]
    second = empty.get(_PATH, namespace="team-a", page_token=token)
    assert len(second["experiments"]) == 5
    assert "next_page_token" not in second


def test_a_page_never_has_more_than_200_rows(empty: Client) -> None:
    empty.sandbox.add_experiments(201)
    assert len(empty.get(_PATH, namespace="team-a", page_size=1000)["experiments"]) == 200


@pytest.mark.parametrize("sort_by", ["", "created_at desc", "name", "NAME DESC", "id", "namespace"])
def test_walking_meets_each_row_once(empty: Client, sort_by: str) -> None:
    empty.sandbox.add_experiments(53)
    seen, token = [], ""
    while True:
        query = {"sort_by": sort_by} if sort_by else {}
        answer = empty.get(_PATH, namespace="team-a", page_size=7, page_token=token, **query)
        seen += [row["experiment_id"] for row in answer["experiments"]]
        token = answer.get("next_page_token", "")
        if not token:
            break
    assert len(seen) == len(set(seen)) == 53
    if sort_by == "namespace":
        assert seen == sorted(seen), "ties go by id"


def test_rows_that_appear_do_not_shift_pages(named: Client) -> None:
    first = named.get(_PATH, namespace="team-a", page_size=2, sort_by="created_at desc")
    named.experiment("newest")
    rest = named.get(_PATH, namespace="team-a", page_token=first["next_page_token"])
    seen = [*first["experiments"], *rest["experiments"]]
    assert [row["display_name"] for row in seen] == [
        "gamma-1", "gamma_1", "100% + more", "Alpha", "beta",
    ]  # fmt: skip


def test_sorting_ignores_case(named: Client) -> None:
    assert _names(named, sort_by="display_name") == [
        "100% + more", "Alpha", "beta", "gamma-1", "gamma_1",
    ]  # fmt: skip


def test_a_token_without_criteria_keeps_them(named: Client) -> None:
    text = _filter({"operation": "IS_SUBSTRING", "key": "display_name", "string_value": "gamma"})
    query = {"filter": text, "sort_by": "created_at desc"}
    first = named.get(_PATH, namespace="team-a", page_size=1, **query)
    token = first["next_page_token"]
    for more in ({}, query):
        second = named.get(_PATH, namespace="team-a", page_size=1, page_token=token, **more)
        assert [row["display_name"] for row in second["experiments"]] == ["gamma_1"]
        assert "next_page_token" not in second
    for other in ({"sort_by": "name"}, {"filter": text}, {"sort_by": "created_at"}):
        assert _message(named, page_token=token, **other).startswith("page token does not match")


@pytest.mark.parametrize(
    "predicate",
    [
        {"operation": "IN", "key": "name", "string_values": {"values": ["beta", "alpha"]}},
        {"operation": "GREATER_THAN", "key": "created_at",
         "timestamp_value": "2020-01-01T00:00:00Z"},
    ],
)  # fmt: skip
def test_some_filters_do_not_survive_a_token(named: Client, predicate: dict[str, Any]) -> None:
    query = {"filter": _filter(predicate)}
    first = named.get(_PATH, namespace="team-a", page_size=1, **query)
    token = first["next_page_token"]
    assert _message(named, page_token=token, **query).startswith("page token does not match")
    assert named.get(_PATH, namespace="team-a", page_size=1, page_token=token)["experiments"]


@pytest.mark.parametrize(
    "token",
    [
        "abc!",
        "%%%",
        "\xb1\u4e2d",
        base64.b64encode(b"no json").decode(),
        base64.b64encode(b"[]").decode(),
    ],
)
def test_broken_tokens(empty: Client, token: str) -> None:
    assert _message(empty, page_token=token) == "Invalid page token"


def test_tokens_cannot_carry_sql(named: Client) -> None:
    first = named.get(_PATH, namespace="team-a", page_size=1)
    content = json.loads(base64.b64decode(first["next_page_token"]))
    content["SortByFieldName"] = "(SELECT 1)"
    forged = base64.b64encode(json.dumps(content).encode()).decode()
    assert "Invalid sort field name" in _message(named, page_token=forged)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"sort_by": "bogus"}, 'Invalid sorting field: "bogus" on listable type Experiment'),
        ({"sort_by": "name up"}, "Received invalid sort by format"),
        ({"sort_by": "name asc id"}, "Received invalid sort by format"),
        ({"page_size": "-1"}, "The page size should be greater than 0. Got -1"),
        ({"filter": "{"}, "failed to parse valid filter from"),
        ({"filter": "[]"}, "failed to parse valid filter from"),
        ({"filter": "%"}, "failed to parse valid filter from"),
        ({"filter": '{"predicate":[]}'}, "failed to parse valid filter from"),
        ({"filter": _filter({"key": "bogus", "operation": 1, "string_value": "x"})},
         'no support for filtering on unrecognized field "bogus"'),
        ({"filter": _filter({"key": "name", "op": 1, "string_value": "x"})},
         "failed to parse valid filter from"),
        ({"filter": _filter({"key": "name", "operation": "IN", "string_value": "x"})},
         "cannot use IN operator with scalar type string"),
        ({"filter": _filter({"key": "name", "operation": 1, "string_values": {"values": ["x"]}})},
         "cannot use scalar operator EQUALS on array type []string"),
        ({"filter": _filter({"key": "name", "operation": 9, "int_value": 1})},
         "cannot use non string value type int64 with operator IS_SUBSTRING"),
        ({"filter": _filter({"key": "name", "string_value": "x"})},
         "Error using Filter.Predicate.Operation with go_client.Predicate_Operation"),
        ({"filter": _filter({"key": "created_at", "operation": 3, "timestamp_value": "now"})},
         "failed to parse valid filter from"),
    ],
)  # fmt: skip
def test_wrong_criteria(empty: Client, query: dict[str, str], text: str) -> None:
    assert _message(empty, **query).startswith(text)


def test_a_page_size_that_is_no_number_fails_in_the_gateway(empty: Client) -> None:
    status, body = empty.failure(_PATH, params={"namespace": "team-a", "page_size": "abc"})
    assert status == 400
    assert "details" not in body


@pytest.mark.parametrize(
    ("predicate", "names"),
    [
        ({"operation": "EQUALS", "string_value": "ALPHA"}, ["Alpha"]),
        ({"operation": 1, "stringValue": "beta"}, ["beta"]),
        ({"operation": "NOT_EQUALS", "string_value": "beta"},
         ["Alpha", "100% + more", "gamma_1", "gamma-1"]),
        ({"operation": "GREATER_THAN", "string_value": "beta"}, ["gamma_1", "gamma-1"]),
        ({"operation": "GREATER_THAN_EQUALS", "string_value": "gamma-1"}, ["gamma_1", "gamma-1"]),
        ({"operation": "LESS_THAN", "string_value": "alpha"}, ["100% + more"]),
        ({"operation": "LESS_THAN_EQUALS", "string_value": "alpha"}, ["Alpha", "100% + more"]),
        ({"operation": "IN", "string_values": {"values": ["beta", "nobody"]}}, ["beta"]),
        ({"operation": "IS_SUBSTRING", "string_value": "MM"}, ["gamma_1", "gamma-1"]),
        ({"operation": "IS_SUBSTRING", "string_value": "a_1"}, ["gamma_1", "gamma-1"]),
    ],
)  # fmt: skip
def test_every_operation(named: Client, predicate: dict[str, Any], names: list[str]) -> None:
    text = _filter({"key": "display_name", **predicate})
    assert _names(named, filter=text) == names


def test_predicates_are_joined_by_and(named: Client) -> None:
    text = _filter(
        {"operation": "IS_SUBSTRING", "key": "name", "string_value": "gamma"},
        {"operation": "NOT_EQUALS", "key": "name", "string_value": "gamma_1"},
    )
    assert _names(named, filter=text) == ["gamma-1"]


def test_times_compare_by_the_second(named: Client) -> None:
    rows = named.get(_PATH, namespace="team-a")["experiments"]
    for operation, count in (("GREATER_THAN", 2), ("GREATER_THAN_EQUALS", 3)):
        moment = rows[2]["created_at"].replace("Z", ".75Z")
        text = _filter({"operation": operation, "key": "created_at", "timestamp_value": moment})
        assert len(_names(named, filter=text)) == count


def test_the_server_decodes_filters_twice(named: Client) -> None:
    text = _filter({"operation": "EQUALS", "key": "name", "string_value": "100% + more"})
    assert _names(named, filter=quote(text)) == ["100% + more"]
    assert _message(named, filter=text).startswith("failed to parse valid filter")
    plus = _filter({"operation": "EQUALS", "key": "name", "string_value": "a+b"})
    named.experiment("a b")
    assert _names(named, filter=plus) == ["a b"]
    assert _names(named, filter=quote_plus(plus)) == []


def test_unknown_parameters_are_ignored(named: Client) -> None:
    assert len(_names(named, pageToken_="abc")) == 5


def test_v1_has_another_word_for_operations(named: Client) -> None:
    key = {"resource_reference_key.type": "NAMESPACE", "resource_reference_key.id": "team-a"}
    text = _filter({"op": "EQUALS", "key": "name", "string_value": "beta"})
    answer = named.get(f"{V1}/experiments", filter=text, **key)
    assert [row["name"] for row in answer["experiments"]] == ["beta"]
    wrong = text.replace('"op"', '"operation"')
    assert named.failure(f"{V1}/experiments", params={"filter": wrong, **key})[0] == 400


def test_runs_filter_by_what_they_are_now(client: Client) -> None:
    def states(state: str) -> set[str]:
        text = _filter({"operation": "EQUALS", "key": "state", "string_value": state})
        answer = client.get(f"{V2}/runs", namespace="team-a", filter=text, page_size=200)
        return {run["state"] for run in answer.get("runs", [])}

    assert states("RUNNING") == {"RUNNING"}
    before = client.get(f"{V2}/runs", namespace="team-a", page_size=200)["runs"]
    client.sandbox.clock.advance(500)
    after = client.get(f"{V2}/runs", namespace="team-a", page_size=200)["runs"]
    running = [[run["state"] for run in runs].count("RUNNING") for runs in (before, after)]
    assert running[0] > running[1]
    assert states("FAILED") == {"FAILED"}


def test_some_columns_sort_one_page_only(client: Client) -> None:
    query = {"namespace": "team-a", "sort_by": "experiment_id"}
    assert client.get(f"{V2}/runs", page_size=200, **query)["runs"]
    status, body = client.failure(f"{V2}/runs", params={**query, "page_size": 2})
    assert status == 400
    assert "cannot sort by field" in body["message"]


def test_runs_sort_by_metrics_on_one_page_only(client: Client) -> None:
    query = {"namespace": "team-a", "sort_by": "metric:accuracy desc"}
    runs = client.get(f"{V2}/runs", page_size=200, **query)["runs"]
    assert len(runs) == 43
    assert {run["state"] for run in runs[:10]} == {"SUCCEEDED"}, "the others have none"
    status, error = client.failure(f"{V2}/runs", params={**query, "page_size": 15})
    assert (status, error["details"][0]["message"]) == (
        400,
        'cannot sort by field "accuracy" on type "Run"',
    )
