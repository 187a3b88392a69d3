"""Lists are values: one request at first, more when somebody looks further."""

from __future__ import annotations

import pytest

from kfp_sandbox import Sandbox

from .conftest import Run


def pages(sandbox: Sandbox) -> int:
    return sum(request.path.endswith("/experiments") for request in sandbox.requests)


@pytest.fixture
def many(frozen: Sandbox) -> Sandbox:
    frozen.add_experiments(450)
    return frozen


def test_costs_one_request_until_more_is_asked_for(run: Run, many: Sandbox) -> None:
    found = run("experiments --limit 1000")
    assert len(found) == found.total_size > 450
    first = found[0], found[:150]
    assert len(first[1]) == 150
    assert pages(many) == 1
    walked = iter(found)
    for _ in range(201):
        next(walked)
    assert pages(many) == 2
    assert len({e.experiment_id for e in found}) == len(found) == found.total_size
    assert pages(many) == 3
    assert found[-1] == list(found)[-1]
    assert pages(many) == 3


def test_never_brings_more_than_the_limit(run: Run, many: Sandbox) -> None:
    found = run("experiments --limit 250")
    assert len(found) == len(list(found)) == len(found.items) == 250
    assert len(found.to_pandas()) == 250
    assert len(found.as_dict()["items"]) == 250
    assert "250 of" in str(found)
    with pytest.raises(IndexError):
        found[250]
    assert found[-1] is found[249]
    assert list(found[240:400]) == list(found)[240:]
    assert next(reversed(found)) is found[249]


def test_a_page_token_goes_on_where_the_list_ends(run: Run, many: Sandbox) -> None:
    assert run("experiments --limit 100").as_dict()["next_page_token"]
    assert run("experiments --limit 250").as_dict()["next_page_token"] == "", "rows would be lost"
    assert run("experiments --limit 1000").as_dict()["next_page_token"] == ""


def test_the_explorer_begins_with_the_first_page_only(run: Run, many: Sandbox) -> None:
    found = run("experiments --limit 1000")
    assert len(found.first["body"]["items"]) == 200
    assert found.first["body"]["next_page_token"]
    assert pages(many) == 1


def test_archived_ones_on_request(run: Run) -> None:
    run('archive "does it fail?"')
    assert not run('runs --search "does it fail?"')
    assert [r.display_name for r in run('runs --archived --search "does it fail?"')] == [
        "does it fail?"
    ]


def test_a_run_in_a_line_stands_for_its_id(run: Run) -> None:
    details = run('run "does it fail?"')
    assert f"{details}" == details.item.run_id
