"""Lists of every resource in every API version, against the stand-in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from jupyter_kfp_auth.pipelines.connection import Connection
from jupyter_kfp_auth.pipelines.errors import Forbidden, InvalidRequest, NotFound
from kfp_sandbox import Sandbox

from .conftest import MakeClient, asked


def lists(client: Connection) -> dict[str, Callable[..., Any]]:
    pipeline = client.list_pipelines().items[0].id
    return {
        "experiments": client.list_experiments,
        "runs": client.list_runs,
        "recurring_runs": client.list_recurring_runs,
        "pipelines": client.list_pipelines,
        "pipeline_versions": lambda **query: client.list_pipeline_versions(pipeline, **query),
    }


def walks(client: Connection) -> dict[str, Callable[..., Any]]:
    pipeline = client.list_pipelines().items[0].id
    return {
        "experiments": client.iter_experiments,
        "runs": client.iter_runs,
        "recurring_runs": client.iter_recurring_runs,
        "pipelines": client.iter_pipelines,
        "pipeline_versions": lambda **query: client.iter_pipeline_versions(pipeline, **query),
    }


@pytest.mark.parametrize(
    "resource", ["experiments", "runs", "recurring_runs", "pipelines", "pipeline_versions"]
)
def test_every_list_is_newest_first_and_counted(resource: str, each_client: Connection) -> None:
    page = lists(each_client)[resource](page_size=200)
    assert len(page) > 0
    assert page.total_size == len(page)
    assert page.next_page_token == ""
    times = [item.created_at for item in page]
    assert None not in times
    assert times == sorted(times, reverse=True)
    assert all(item.id and item.name for item in page)
    assert len({item.id for item in page}) == len(page)


@pytest.mark.parametrize(
    "resource", ["experiments", "runs", "recurring_runs", "pipelines", "pipeline_versions"]
)
def test_walking_meets_each_item_once(resource: str, each_client: Connection) -> None:
    everything = lists(each_client)[resource](page_size=200)
    found = list(walks(each_client)[resource](page_size=1))
    assert found == list(everything)


def test_every_page_names_the_namespace_the_order_and_the_filter(
    sandbox: Sandbox, client: Connection
) -> None:
    """None of the namespace is in the page token."""
    found = list(client.iter_experiments(page_size=3, search="n"))
    requests = asked(sandbox)
    assert len(requests) > 1
    assert {r.query["namespace"] for r in requests} == {"team-a"}
    assert {r.query["sort_by"] for r in requests} == {"created_at desc"}
    assert len({r.query["filter"] for r in requests}) == 1
    assert [r.query.get("page_token", "") != "" for r in requests] == [
        False,
        *[True] * (len(requests) - 1),
    ]
    assert found == list(client.list_experiments(search="n"))


def test_a_walk_holds_one_page_at_a_time_and_starts_when_it_is_used(
    sandbox: Sandbox, client: Connection
) -> None:
    walk = client.iter_experiments(page_size=3)
    assert not sandbox.requests
    first = next(walk)
    assert len(asked(sandbox)) == 1
    assert first.id == client.list_experiments(page_size=1).items[0].id


def test_thousands_of_rows_come_once_each(sandbox: Sandbox, client: Connection) -> None:
    added = sandbox.add_experiments(1000)
    found = Counter(item.id for item in client.iter_experiments(page_size=200))
    assert set(added) < set(found)
    assert set(found.values()) == {1}
    assert len(asked(sandbox)) == 6


def test_a_walk_may_begin_in_the_middle(client: Connection) -> None:
    page = client.list_experiments(page_size=3)
    rest = list(client.iter_experiments(page_size=3, page_token=page.next_page_token))
    assert [*page, *rest] == list(client.list_experiments())


def test_empty_lists(each_client: Connection, each: Sandbox) -> None:
    each.rbac.bind("empty", each.account.user)
    for name in ("experiments", "runs", "recurring_runs", "pipelines"):
        page = getattr(each_client, f"list_{name}")("empty")
        assert (page.items, page.total_size, page.next_page_token) == ((), 0, "")
        assert list(getattr(each_client, f"iter_{name}")("empty")) == []


NAMES = ["a+b", "100%", "R&D", 'say "hi"', "größe 数据", "back\\slash", "50%2B", "#/runs?a=b"]


@pytest.mark.parametrize("name", NAMES)
def test_a_search_finds_any_name(name: str, each_client: Connection) -> None:
    each_client.create_experiment("another")
    made = each_client.create_experiment(f"before {name} after")
    assert made.name == f"before {name} after"
    assert [item.id for item in each_client.list_experiments(search=name)] == [made.id]
    assert [item.id for item in each_client.iter_experiments(search=name)] == [made.id]


def test_runs_by_state_experiment_and_name(each_client: Connection) -> None:
    everything = list(each_client.iter_runs(page_size=200))
    failed = list(each_client.iter_runs(state="FAILED", page_size=2))
    assert 0 < len(failed) < len(everything)
    assert failed == [run for run in everything if run.state == "FAILED"]
    experiment = failed[0].experiment_id
    narrowed = list(each_client.iter_runs(experiment_id=experiment, state="FAILED"))
    assert narrowed == [run for run in failed if run.experiment_id == experiment]
    word = failed[0].name.split()[0]
    assert failed[0] in list(each_client.iter_runs(search=word, page_size=200))


def test_recurring_runs_of_an_experiment(each_client: Connection) -> None:
    everything = list(each_client.list_recurring_runs())
    experiment = everything[0].experiment_id
    assert list(each_client.list_recurring_runs(experiment_id=experiment)) == [
        item for item in everything if item.experiment_id == experiment
    ]


def test_archived_rows_are_listed_on_request(each_client: Connection) -> None:
    experiment = next(iter(each_client.list_experiments()))
    each_client.archive_experiment(experiment.id)
    assert experiment.id not in {item.id for item in each_client.iter_experiments(page_size=3)}
    every = {item.id: item for item in each_client.iter_experiments(include_archived=True)}
    assert every[experiment.id].storage_state == "ARCHIVED"
    each_client.unarchive_experiment(experiment.id)
    assert experiment.id in {item.id for item in each_client.list_experiments()}


def test_sorting(each_client: Connection) -> None:
    names = [item.name for item in each_client.list_experiments(sort_by="display_name")]
    assert names == sorted(names, key=str.lower)  # as MySQL does
    names = [item.name for item in each_client.iter_experiments(sort_by="name desc", page_size=3)]
    assert names == sorted(names, key=str.lower, reverse=True)
    for sort_by in ("state", "finished_at desc", "run_id"):
        assert len(each_client.list_runs(sort_by=sort_by)) > 0
    assert len(each_client.list_experiments(sort_by="last_run_created_at desc")) == len(names)


def test_a_sort_that_the_server_refuses_says_so(each_client: Connection) -> None:
    with pytest.raises(InvalidRequest, match="bogus"):
        each_client.list_experiments(sort_by="bogus")


def test_another_namespace(each: Sandbox, each_client: Connection) -> None:
    """Only the query changes, never the host."""
    with pytest.raises(Forbidden) as caught:
        each_client.list_experiments("team-b")
    error = caught.value
    assert error.cause_code == "rbac-denied"
    assert error.facts["user"] == "system:serviceaccount:team-a:default-editor"
    assert (error.facts["namespace"], error.facts["verb"]) == ("team-b", "list")
    assert error.facts["resource"] == "experiments"
    each.rbac.bind("team-b", each.account.user)
    found = each_client.list_experiments("team-b")
    assert {item.namespace for item in found} == {"team-b"}


def test_shared_pipelines_are_in_no_namespace(each_client: Connection) -> None:
    shared = each_client.list_pipelines(namespace="")
    own = each_client.list_pipelines()
    assert {item.namespace for item in shared} == {""}
    assert {item.namespace for item in own} == {"team-a"}


def test_a_single_user_server_is_told_no_namespace(make_client: MakeClient) -> None:
    for release in ("2.17.0", "1.8.5"):
        with Sandbox(release=release, multi_user=False) as sandbox:
            sandbox.faults.set("token-missing")  # none is needed
            client = make_client(sandbox, namespace="team-a")
            assert len(client.list_experiments()) > 0
            assert len(client.list_runs("team-b")) > 0
            for request in asked(sandbox):
                assert "namespace" not in request.query
                assert "resource_reference_key.id" not in request.query


def test_a_page_token_that_is_wrong(each_client: Connection) -> None:
    with pytest.raises(InvalidRequest):
        each_client.list_experiments(page_token="%%%")


def test_versions_of_a_pipeline_that_does_not_exist(client: Connection) -> None:
    with pytest.raises(NotFound) as caught:
        client.list_pipeline_versions("11111111-1111-1111-1111-111111111111")
    assert caught.value.cause_code == "not-found"


@pytest.mark.parametrize(
    "query",
    [
        {"page_size": 0},
        {"page_size": 201},
        {"sort_by": "created_at; drop"},
        {"experiment_id": "../healthz"},
        {"experiment_id": "a/b"},
    ],
)
def test_a_wrong_question_is_not_asked(
    query: dict[str, Any], sandbox: Sandbox, client: Connection
) -> None:
    with pytest.raises(InvalidRequest):
        client.list_runs(**query)
    with pytest.raises(InvalidRequest):
        next(client.iter_runs(**query))
    assert not sandbox.requests


def test_an_argument_that_does_not_exist_is_no_silent_first_page(client: Connection) -> None:
    with pytest.raises(TypeError):
        next(client.iter_runs(page_tokens="x"))  # type: ignore[call-arg]


def test_a_list_whose_rows_are_too_large_comes_in_smaller_pages(make_client: MakeClient) -> None:
    with Sandbox(seed=None) as sandbox:
        sandbox.add_experiments(8)
        sandbox.faults.set("grpc-too-large", limit=3)
        client = make_client(sandbox)
        page = client.list_experiments(page_size=20)
        assert [r.query["page_size"] for r in asked(sandbox)] == ["20", "10", "5", "2"]
        assert (len(page), page.page_size, page.total_size) == (2, 2, 8)
        sandbox.clear_requests()
        everything = list(client.iter_experiments(page_size=20))
        assert len({item.id for item in everything}) == len(everything) == 8
        # The smaller size is kept for the rest of the walk.
        assert [r.query["page_size"] for r in asked(sandbox)] == ["20", "10", "5", *["2"] * 4]


def test_a_single_row_that_is_too_large_is_an_error(sandbox: Sandbox, client: Connection) -> None:
    sandbox.faults.set("grpc-too-large", limit=0)
    with pytest.raises(Exception, match="page-too-large") as caught:
        client.list_experiments(page_size=2)
    assert "larger than max" in caught.value.facts["said"]  # type: ignore[attr-defined]
    assert len(asked(sandbox)) == 2
