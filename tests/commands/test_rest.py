"""What an explorer may ask, and that nothing else gets through."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_kfp_auth.commands import rest
from jupyter_kfp_auth.config.settings import resolve
from jupyter_kfp_auth.doctor import explain
from jupyter_kfp_auth.outputs.connection import Connection
from jupyter_kfp_auth.pipelines.errors import InvalidRequest, NotFound
from jupyter_kfp_auth.pipelines.models import KNOWN_STATES
from kfp_sandbox import Sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Connection]:
    settings = resolve(environ=sandbox.environment())
    with Connection(settings, explain=explain) as client:
        yield client


class Untouched:
    """A client that nothing may be asked of."""

    def __getattr__(self, name: str) -> Any:
        def refuse(*args: Any, **kwargs: Any) -> Any:
            raise AssertionError(f"{name} was called")

        return refuse


UNTOUCHED = cast(Connection, Untouched())


@pytest.mark.parametrize("kind", ["experiments", "runs", "recurring-runs", "pipelines"])
def test_lists_and_items_are_those_of_the_client(kind: str, client: Connection) -> None:
    method = kind.replace("-", "_")
    page = rest.get(client, kind, {"page_size": "2"})
    assert page == getattr(client, f"list_{method}")(page_size=2).as_dict()
    item = page["items"][0]
    identifier = item[f"{method[:-1]}_id"]
    found = rest.get(client, f"{kind}/{identifier}", {})
    assert found == getattr(client, f"get_{method[:-1]}")(identifier).as_dict()
    json.dumps([page, found], allow_nan=False)


def test_versions_of_a_pipeline(client: Connection) -> None:
    identifier = rest.get(client, "pipelines", {})["items"][0]["pipeline_id"]
    page = rest.get(client, f"pipelines/{identifier}/versions", {"page_size": "1"})
    assert page == client.list_pipeline_versions(identifier, page_size=1).as_dict()
    assert page["items"][0]["pipeline_id"] == identifier


def test_every_parameter_reaches_the_client(sandbox: Sandbox, client: Connection) -> None:
    experiment = client.list_runs(state="FAILED").items[0].experiment_id
    query = {
        "namespace": "team-a",
        "experiment_id": experiment,
        "state": "FAILED",
        "page_size": "1",
        "page_token": "",
        "sort_by": "created_at asc",
        "search": "e",
        "include_archived": "true",
    }
    page = rest.get(client, "runs", query)
    expected = client.list_runs(
        "team-a",
        experiment_id=experiment,
        state="FAILED",
        page_size=1,
        sort_by="created_at asc",
        search="e",
        include_archived=True,
    )
    assert page == expected.as_dict()
    assert sandbox.requests[-1].query == sandbox.requests[-2].query


def test_pages_follow_one_another(client: Connection) -> None:
    found, token = [], ""
    while True:
        page = rest.get(client, "experiments", {"page_size": "3", "page_token": token})
        found += page["items"]
        token = page["next_page_token"]
        if not token:
            break
    assert [item["experiment_id"] for item in found] == [e.id for e in client.iter_experiments()]
    assert len(found) == page["total_size"]


def test_an_empty_namespace_lists_what_is_shared(client: Connection) -> None:
    shared = rest.get(client, "pipelines", {"namespace": ""})
    assert {item["namespace"] for item in shared["items"]} == {""}


def test_status_and_diagnosis(sandbox: Sandbox, client: Connection) -> None:
    assert rest.get(client, "status", {})["ok"] is True
    assert rest.get(client, "doctor", {})["ok"] is True
    there = rest.get(client, "doctor", {"namespace": "team-b"})
    assert (there["ok"], there["cause"]) == (False, "rbac-denied")
    assert sandbox.token not in json.dumps([there, rest.get(client, "status", {})])
    for path in ("status", "doctor", "doctor/plan"):
        with pytest.raises(InvalidRequest):
            rest.get(UNTOUCHED, path, {"host": "http://elsewhere"})


@pytest.mark.parametrize("key", ["", "x", "0123456789ABCDEF", "0" * 17, "0" * 16 + "\n"])
def test_a_key_that_no_plan_has_repairs_nothing(key: str) -> None:
    with pytest.raises(InvalidRequest):
        rest.post(UNTOUCHED, "doctor/fix", {"key": key})


# -- Actions ----------------------------------------------------------------------------------

ACTIONS = [
    ("runs", "archive"),
    ("runs", "unarchive"),
    ("runs", "terminate"),
    ("runs", "retry"),
    ("experiments", "archive"),
    ("experiments", "unarchive"),
    ("recurring-runs", "disable"),
    ("recurring-runs", "enable"),
]


@pytest.mark.parametrize(("kind", "action"), ACTIONS)
def test_each_action_is_sent_once(
    kind: str, action: str, sandbox: Sandbox, client: Connection
) -> None:
    state = {"terminate": "RUNNING", "retry": "FAILED"}.get(action)
    items = rest.get(client, kind, {"state": state} if state else {})["items"]
    identifier = items[0][f"{kind.replace('-', '_')[:-1]}_id"]
    sandbox.clear_requests()
    rest.post(client, f"{kind}/{identifier}/{action}", {})
    path = f"/apis/v2beta1/{kind.replace('-', '')}/{identifier}:{action}"
    assert [(r.method, r.path, r.status) for r in sandbox.requests] == [("POST", path, 200)]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "experiments/",
        "runs/r",
        "runs/r/",
        "runs/r/delete",
        "runs/r/terminate/",
        "runs/r/terminate/x",
        "runs//r/terminate",
        "runs/r/enable",
        "pipelines/p/archive",
        "recurring-runs/r/archive",
        "recurring_runs/r/enable",
        "healthz/r/archive",
        "__class__/r/archive",
    ],
)
def test_no_other_action_exists(path: str) -> None:
    with pytest.raises(NotFound) as caught:
        rest.post(UNTOUCHED, path, {})
    assert caught.value.cause_code == "not-found"
    assert explain(caught.value).message.count("there is no") == 1


# -- What is refused before anything is asked --------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/runs",
        "Runs",
        "recurring_runs",
        "versions",
        "versions/v",
        "healthz",
        "close",
        "__class__",
        "runs/r/",
        "runs/r/versions",
        "pipelines/p/versions/v",
        "pipelines/p/versions/",
        "runs//r",
        "experiments//",
        "..",
        "apis/v2beta1/runs",
    ],
)
def test_no_other_path_exists(path: str) -> None:
    with pytest.raises(NotFound) as caught:
        rest.get(UNTOUCHED, path, {})
    assert caught.value.status == 404


@pytest.mark.parametrize("item", ["", "..", "%2e%2e", "a b", "a?b=c", "a:archive", "é", "a" * 129])
def test_an_id_that_is_none(item: str) -> None:
    for ask in (
        lambda: rest.get(UNTOUCHED, f"runs/{item}", {}),
        lambda: rest.get(UNTOUCHED, f"pipelines/{item}/versions", {}),
        lambda: rest.post(UNTOUCHED, f"runs/{item}/terminate", {}),
    ):
        with pytest.raises(InvalidRequest) as caught:
            ask()
        assert caught.value.facts["option"] == "id"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("namespace", "Team-A"),
        ("namespace", "a/b"),
        ("namespace", "a" * 64),
        ("namespace", "a\n"),
        ("experiment_id", ""),
        ("experiment_id", "../x"),
        ("state", "failed"),
        ("state", "HIBERNATING"),
        ("state", ""),
        ("page_size", ""),
        ("page_size", "0"),
        ("page_size", "201"),
        ("page_size", "-1"),
        ("page_size", "1.5"),
        ("page_size", "٣"),
        ("page_size", "²"),
        ("page_size", "9" * 5000),
        ("page_token", "x" * 16385),
        ("sort_by", ""),
        ("sort_by", "created_at down"),
        ("sort_by", "created_at; drop table"),
        ("sort_by", "Created_At"),
        ("sort_by", "created_at desc\n"),
        ("search", "x" * 257),
        ("include_archived", ""),
        ("include_archived", "True"),
        ("include_archived", "1"),
    ],
)
def test_a_value_that_is_not_allowed_names_the_option(name: str, value: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        rest.get(UNTOUCHED, "runs", {name: value})
    diagnosis = explain(caught.value)
    assert diagnosis.message.startswith(f"{name} must be ")
    assert len(diagnosis.message) < 300


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("runs", "page_token_"),
        ("runs", "pageSize"),
        ("runs", "host"),
        ("experiments", "state"),
        ("experiments", "experiment_id"),
        ("pipelines", "include_archived"),
        ("pipelines/p/versions", "namespace"),
        ("recurring-runs", "include_archived"),
        ("runs/r", "namespace"),
    ],
)
def test_an_unknown_parameter_is_no_silent_first_page(path: str, name: str) -> None:
    with pytest.raises(InvalidRequest, match=name):
        rest.get(UNTOUCHED, path, {name: "x"})


def test_every_state_can_be_asked_for() -> None:
    for state in KNOWN_STATES:
        assert rest.parse(("state",), {"state": state}) == {"state": state}


@given(st.text(max_size=40), st.dictionaries(st.text(max_size=12), st.text(max_size=20)))
def test_whatever_is_asked_is_answered_or_refused(path: str, query: dict[str, str]) -> None:
    class Answers:
        def __getattr__(self, name: str) -> Any:
            assert name.startswith(("resource", "list", "get", "explain"))
            return lambda *args, **kwargs: self

        def as_dict(self) -> dict[str, Any]:
            return {}

    for kind in ("", "runs/", "pipelines/"):
        try:
            assert rest.get(cast(Connection, Answers()), kind + path, query) == {}
        except (InvalidRequest, NotFound):
            continue
