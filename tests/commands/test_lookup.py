"""Names, and beginnings of ids, wherever an id is wanted."""

from __future__ import annotations

import pytest

from jupyter_kfp_auth.commands.grammar import GrammarError
from kfp_sandbox import Sandbox

from .conftest import Run


def test_a_whole_id_costs_one_request_after_the_first(run: Run, frozen: Sandbox) -> None:
    wanted = run("runs --limit 1")[0]
    frozen.clear_requests()
    assert run(f"run {wanted.run_id}").item.run_id == wanted.run_id
    paths = [request.path for request in frozen.requests if "/v2beta1/" in request.path]
    paths = [path for path in paths if "healthz" not in path]
    assert [path for path in paths if "versions" not in path] == [
        f"/apis/v2beta1/runs/{wanted.run_id}"
    ]


def test_a_name_and_the_beginning_of_an_id(run: Run) -> None:
    by_name = run('run "does it fail?"').item
    assert by_name.display_name == "does it fail?"
    assert run(f"run {by_name.run_id[:8]}").item.run_id == by_name.run_id
    found = run("runs -e churn-xgboost")
    assert found.total_size == len(found) > 0
    assert run(f"runs -e {found[0].experiment_id[:8]}").total_size == found.total_size


def test_an_ambiguous_name_lists_the_candidates(run: Run) -> None:
    first = run("submit hello-world --name twice").item
    second = run("submit hello-world --name twice").item
    with pytest.raises(GrammarError) as refused:
        run("run twice")
    message = str(refused.value)
    assert first.run_id in message
    assert second.run_id in message
    assert "pending" in message
    run(f"archive {first.run_id}")
    assert run("run twice").item.run_id == second.run_id, "archived ones stand back"
    run("unarchive twice")
    with pytest.raises(GrammarError, match="can mean several"):
        run("terminate twice")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("run nothing-like-it", "There is no run 'nothing-like-it'"),
        ("runs -e churn-xgbost", "Did you mean churn-xgboost?"),
        ("disable nightly", "Did you mean fraud-nightly?"),
        ("submit churn-trainin", "Did you mean churn-training?"),
        ("submit churn-training --version v9", "There is no version 'v9'"),
        ("open nothing-like-it", "There is no run, experiment, recurring run or pipeline"),
    ],
)
def test_a_name_that_nothing_has(run: Run, line: str, says: str) -> None:
    with pytest.raises(GrammarError) as refused:
        run(line)
    assert says in str(refused.value)


def test_actions_take_names(run: Run) -> None:
    run("disable fraud-nightly")
    assert not next(r for r in run("recurring-runs") if r.display_name == "fraud-nightly").enabled
    run("enable fraud-nightly")
    assert next(r for r in run("recurring-runs") if r.display_name == "fraud-nightly").enabled


@pytest.mark.parametrize("name", ["churn-xgboost", "churn-training", "quarter-end"])
def test_open_links_to_anything(run: Run, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    link = run(f"open {name}")
    assert link.url == ""
    assert "KF_PIPELINES_UI_ENDPOINT" in str(link)
    assert link.as_dict()["path"].startswith("/_/pipeline/?ns=team-a#/")
    assert f"details/{link.item_id}" in link.html()
    monkeypatch.setenv("KF_PIPELINES_UI_ENDPOINT", "https://kubeflow.example.com/_/pipeline/")
    url = str(run(f"open {name}"))
    assert url.startswith("https://kubeflow.example.com/_/pipeline/?ns=team-a#/")
    assert url.endswith(f"/details/{link.item_id}")


def test_waiting_takes_a_name_and_the_beginning_of_an_id(run: Run, frozen: Sandbox) -> None:
    run("submit hello-world --name only-one")
    frozen.clock.advance(600)
    ended = run("wait only-one").item
    assert (ended.display_name, ended.state) == ("only-one", "SUCCEEDED")
    assert run(f"wait {ended.id[:8]}").item == ended
    run("submit hello-world --name only-one")
    with pytest.raises(GrammarError, match="can mean several"):
        run("wait only-one")


def test_what_is_too_short_or_was_not_filled_in(run: Run) -> None:
    ids = [item.id for item in run("runs --limit 200")]
    first = ids[0][0]
    with pytest.raises(GrammarError, match=r"is too short: the ids of \d+ runs begin so"):
        run(f"run {first}")
    for text in ("{undefined}", "$undefined"):
        with pytest.raises(GrammarError, match=r"^There is no variable undefined\.$"):
            run(f"run '{text}'")


def test_a_listing_is_indexed_by_place(run: Run) -> None:
    with pytest.raises(TypeError, match="a listing has no 'name'"):
        run("runs")["name"]
