"""Create, upload, schedule and delete by REST, as the panel's forms do."""

from __future__ import annotations

from typing import Any

import yaml

from kfp_sandbox import Sandbox

from ..commands.test_life_cycle import DEFINITION
from .conftest import Ask

TEXT = yaml.safe_dump(DEFINITION)


async def make(ask: Ask, path: str, **body: Any) -> dict[str, Any]:
    reply = await ask(path, method="POST", body=body)
    assert reply.status == 201, reply.body
    found: dict[str, Any] = reply.data
    return found


async def test_a_pipeline_from_its_upload_to_its_end(ask: Ask, sandbox: Sandbox) -> None:
    pipeline = await make(ask, "pipelines", definition=TEXT, description="each night")
    assert pipeline["display_name"] == "nightly-report"
    where = f"pipelines/{pipeline['pipeline_id']}/versions"
    version = await make(ask, where, definition=TEXT, name="second")
    names = {one["display_name"] for one in (await ask(where)).data["items"]}
    assert names == {"nightly-report", "second"}
    form = (await ask(f"{where}/{version['pipeline_version_id']}/parameters")).data
    [days] = form["parameters"]
    assert (days["name"], days["type"], days["default"]) == ("days", "NUMBER_INTEGER", 7)

    ids = {
        "pipeline_id": pipeline["pipeline_id"],
        "version_id": version["pipeline_version_id"],
    }
    experiment = await make(ask, "experiments", name="reports", description="of each night")
    run = await make(
        ask, "runs", **ids, experiment_id=experiment["experiment_id"], parameters={"days": 3}
    )
    assert (await ask(f"runs/{run['run_id']}")).data["parameters"] == {"days": 3}
    schedule = {"cron": "0 6 * * *", "start_time": "2030-01-01T06:00:00Z", "no_catchup": True}
    job = await make(ask, "recurring-runs", **ids, name="at six", **schedule)
    assert (job["cron"], job["no_catchup"]) == ("0 0 6 * * *", True)
    hourly = await make(ask, "recurring-runs", clone_of=run["run_id"], interval_seconds=3600)
    assert hourly["interval_seconds"] == 3600

    for path in (
        f"runs/{run['run_id']}",
        f"recurring-runs/{job['recurring_run_id']}",
        f"experiments/{experiment['experiment_id']}",
        f"{where}/{version['pipeline_version_id']}",
        f"pipelines/{pipeline['pipeline_id']}",
    ):
        assert (await ask(path, method="DELETE")).status == 204
        if "versions" not in path:
            assert (await ask(path)).status == 404


async def test_what_is_wrong_is_named_and_nothing_is_sent(ask: Ask, sandbox: Sandbox) -> None:
    pipeline = await make(ask, "pipelines", definition=TEXT)
    [version] = (await ask(f"pipelines/{pipeline['pipeline_id']}/versions")).data["items"]
    ids = {
        "pipeline_id": pipeline["pipeline_id"],
        "version_id": version["pipeline_version_id"],
    }
    sandbox.clear_requests()
    for path, body, said in (
        ("pipelines", {}, "definition"),
        ("pipelines", {"definition": "a: 1"}, "does not hold a compiled pipeline"),
        ("pipelines", {"definition": TEXT, "host": "http://evil"}, "made of"),
        ("experiments", {"name": 7}, "name"),
        ("experiments", [], "a JSON object"),
        ("runs", {"pipeline_id": ids["pipeline_id"]}, "version_id"),
        ("runs", {**ids, "parameters": {"days": "many"}}, "days"),
        ("runs", {**ids, "parameters": {"day": 1}}, "there is no such parameter"),
        ("recurring-runs", {**ids}, "cron"),
        ("recurring-runs", {**ids, "cron": "61 * * * *"}, "a minute from 0 to 59"),
        ("recurring-runs", {**ids, "cron": "0 6 * * *", "interval_seconds": 60}, "not both"),
        ("recurring-runs", {**ids, "cron": "@daily", "start_time": "tomorrow"}, "start_time"),
        ("recurring-runs", {**ids, "interval_seconds": 60, "max_concurrency": 11}, "10"),
    ):
        reply = await ask(path, method="POST", body=body)
        assert reply.status == 400, (path, body, reply.body)
        assert said in reply.data["error"]["message"], (body, reply.data)
    assert not [request for request in sandbox.requests if request.method != "GET"]


async def test_a_name_that_is_taken(ask: Ask) -> None:
    await make(ask, "pipelines", definition=TEXT)
    reply = await ask("pipelines", method="POST", body={"definition": TEXT})
    assert reply.status == 409


async def test_what_a_schedule_means_asks_nothing_of_pipelines(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.clear_requests()
    meaning = (await ask("schedule", query={"expression": "30 6 * * 1-5"})).data
    assert meaning["cron"] == "0 30 6 * * 1-5"
    assert meaning["words"] == "at 06:30, Monday through Friday"
    assert len(meaning["next_times"]) == 5
    assert (await ask("schedule", query={"expression": "never"})).status == 400
    assert sandbox.requests == []
