"""What a list asks for, and how the server's filter language says it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_kfp_auth.pipelines import v1beta1, v2beta1
from jupyter_kfp_auth.pipelines.errors import InvalidRequest
from jupyter_kfp_auth.pipelines.kinds import Kind
from jupyter_kfp_auth.pipelines.query import Query, encode_filter, predicate


def as_the_server_reads_it(parameters: dict[str, str]) -> Any:
    """Decode the filter twice: the gateway does, and then KFP once more."""
    received = parse_qs(urlencode(parameters))["filter"][0]
    return json.loads(unquote(received.replace("+", " ")))["predicates"]


def test_the_least_of_parameters() -> None:
    assert v2beta1.params(Kind.PIPELINES, Query()) == {
        "page_size": "20",
        "sort_by": "created_at desc",
    }
    assert v1beta1.params(Kind.PIPELINES, Query()) == {
        "page_size": "20",
        "sort_by": "created_at desc",
    }
    assert encode_filter([]) == ""


def test_every_parameter_of_v2() -> None:
    query = Query("team-a", "e-1", "", 5, "token", "display_name", "churn", "FAILED", False)
    found = v2beta1.params(Kind.RUNS, query)
    assert as_the_server_reads_it(found) == [
        {"key": "name", "operation": "IS_SUBSTRING", "string_value": "churn"},
        {"key": "state", "operation": "EQUALS", "string_value": "FAILED"},
        {"key": "storage_state", "operation": "NOT_EQUALS", "string_value": "ARCHIVED"},
    ]
    del found["filter"]
    assert found == {
        "page_size": "5",
        "page_token": "token",
        "sort_by": "display_name asc",
        "namespace": "team-a",
        "experiment_id": "e-1",
    }


def test_every_parameter_of_v1() -> None:
    query = Query("team-a", "e-1", "", 5, "token", "display_name", "churn", "RUNNING", False)
    found = v1beta1.params(Kind.RUNS, query)
    assert as_the_server_reads_it(found) == [
        {"key": "name", "op": "IS_SUBSTRING", "string_value": "churn"},
        {"key": "status", "op": "EQUALS", "string_value": "Running"},
        {"key": "storage_state", "op": "NOT_EQUALS", "string_value": "STORAGESTATE_ARCHIVED"},
    ]
    del found["filter"]
    assert found == {
        "page_size": "5",
        "page_token": "token",
        "sort_by": "name asc",
        # One owner only: the experiment stands for its namespace.
        "resource_reference_key.type": "EXPERIMENT",
        "resource_reference_key.id": "e-1",
    }


def test_two_phases_of_argo_mean_failed() -> None:
    first = v1beta1.params(Kind.RUNS, Query(state="FAILED"))
    assert as_the_server_reads_it(first) == [
        {"key": "status", "op": "IN", "string_values": {"values": ["Failed", "Error"]}},
    ]
    # The server holds the criteria in its token, and does not know its own IN again.
    later = v1beta1.params(Kind.RUNS, Query(state="FAILED", page_token="token"))
    assert "filter" not in later
    assert "sort_by" not in later


def test_the_owner_of_versions_in_v1() -> None:
    found = v1beta1.params(Kind.VERSIONS, Query(pipeline_id="p-1"))
    assert (found["resource_key.type"], found["resource_key.id"]) == ("PIPELINE", "p-1")
    found = v1beta1.params(Kind.EXPERIMENTS, Query(namespace="team-a"))
    assert found["resource_reference_key.type"] == "NAMESPACE"
    assert found["resource_reference_key.id"] == "team-a"


@pytest.mark.parametrize("kind", [Kind.RECURRING_RUNS, Kind.PIPELINES, Kind.VERSIONS])
def test_only_what_can_be_archived_is_filtered_by_that(kind: Kind) -> None:
    query = Query(pipeline_id="p", include_archived=False)
    assert "filter" not in v2beta1.params(kind, query) | v1beta1.params(kind, query)


@given(st.text(min_size=1, max_size=50))
def test_any_text_reaches_the_server_as_it_is(text: str) -> None:
    found = v2beta1.params(Kind.PIPELINES, Query(search=text))
    assert as_the_server_reads_it(found)[0]["string_value"] == text


@pytest.mark.parametrize("value", ["a+b", "100%", "R&D", 'say "hi"', "größe", "a b", "%2B", "\\"])
def test_values_that_single_encoding_would_break(value: str) -> None:
    encoded = encode_filter([predicate("name", "EQUALS", value)])
    assert not set(encoded) & set('+&" =')
    assert json.loads(unquote(encoded))["predicates"][0]["string_value"] == value


@pytest.mark.parametrize("size", [0, -1, 201, 10**9, "20", 2.5, True, None])
def test_a_page_has_1_to_200_rows(size: Any) -> None:
    with pytest.raises(InvalidRequest) as caught:
        Query(page_size=size)
    assert caught.value.cause_code == "invalid-request"
    assert caught.value.facts["option"] == "page_size"


@pytest.mark.parametrize(
    "sort_by", ["", "created_at  desc", "created_at down", "a,b", "a; drop", "A", 5, None]
)
def test_a_sort_is_a_field_and_a_direction(sort_by: Any) -> None:
    with pytest.raises(InvalidRequest) as caught:
        Query(sort_by=sort_by)
    assert caught.value.facts["option"] == "sort_by"


def test_a_bare_field_sorts_upwards() -> None:
    assert Query(sort_by="created_at").sort == ("created_at", "asc")
    assert Query(sort_by="created_at desc").sort == ("created_at", "desc")


@pytest.mark.parametrize(
    ("field", "in_v1"),
    [("display_name", "name"), ("state", "status"), ("run_id", "id"), ("created_at", "created_at")],
)
def test_fields_have_other_names_in_v1(field: str, in_v1: str) -> None:
    assert v1beta1.params(Kind.RUNS, Query(sort_by=field))["sort_by"] == f"{in_v1} asc"
