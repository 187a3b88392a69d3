"""`upload`, `versions`, `schedule`, `create-experiment`, `delete`, and archived experiments."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
import yaml

from jupyter_kfp_auth.commands import deleting
from jupyter_kfp_auth.commands.execute import Commands
from jupyter_kfp_auth.commands.grammar import GrammarError, parse
from jupyter_kfp_auth.commands.repair import NobodyToAsk
from jupyter_kfp_auth.http.errors import PipelinesError
from jupyter_kfp_auth.pipelines.kinds import Kind
from kfp_sandbox import Sandbox

from .conftest import Run

DEFINITION = {
    "pipelineInfo": {"name": "nightly-report"},
    "schemaVersion": "2.1.0",
    "sdkVersion": "kfp-2.14.3",
    "components": {
        "comp-report": {
            "executorLabel": "exec-report",
            "inputDefinitions": {"parameters": {"days": {"parameterType": "NUMBER_INTEGER"}}},
        }
    },
    "deploymentSpec": {
        "executors": {"exec-report": {"container": {"image": "python:3.11", "command": ["true"]}}}
    },
    "root": {
        "dag": {
            "tasks": {
                "report": {
                    "taskInfo": {"name": "report"},
                    "componentRef": {"name": "comp-report"},
                    "inputs": {"parameters": {"days": {"componentInputParameter": "days"}}},
                }
            }
        },
        "inputDefinitions": {
            "parameters": {"days": {"parameterType": "NUMBER_INTEGER", "defaultValue": 7}}
        },
    },
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "report.yaml"
    path.write_text(yaml.safe_dump(DEFINITION))
    return path


# -- Schedules --------------------------------------------------------------------------------


def test_five_fields_are_sent_as_six_and_told_in_words(run: Run, file: Path) -> None:
    made = run(f"schedule {file} --cron '0 6 * * 1-5' --name weekdays --arg days=3")
    assert (made.item.cron, made.item.parameters["days"]) == ("0 0 6 * * 1-5", 3)
    text = made.text()
    assert "at 06:00, Monday through Friday (UTC)" in text
    assert "Sent as 0 0 6 * * 1-5" in text
    assert text.count("06:00") >= 6  # the next five
    [row] = run("recurring-runs --search weekdays").items
    assert row.recurring_run_id == made.item.recurring_run_id


def test_an_interval_with_a_beginning_and_an_end(run: Run, file: Path) -> None:
    line = f"schedule {file} --every 6h --start 2030-01-01T06:00+00:00 --end 2030-02-01"
    made = run(f"{line} --max-concurrency 2 --no-catchup --disabled")
    job = made.item
    assert (job.interval_seconds, job.max_concurrency, job.no_catchup) == (21600, 2, True)
    assert not job.enabled
    assert "every 6 hours" in made.text()
    assert f"%kfp enable {job.id}" in made.text()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--cron '61 * * * *'", "a minute from 0 to 59"),
        ("--cron 'daily'", "five fields such as"),
        ("--every 6h --start 2030-02-01 --end 2030-01-01", "end must be later than start"),
        ("--every 6h --arg day=3", "there is no such parameter. Did you mean days?"),
        ("--every 6h --arg days=many", "must be a whole number"),
        ("--every 6h --start tomorrow", "a time such as"),
        ("--every never", "a duration such as"),
        ("--every 6h --max-concurrency 11", "from 1 to 10"),
        ("--every 6h --cron '0 6 * * *'", "not allowed with"),
        ("", "is required"),
        ("--every 6h -e nowhere", "There is no experiment 'nowhere'"),
    ],
)
def test_a_schedule_that_is_wrong_creates_nothing(
    run: Run, frozen: Sandbox, file: Path, options: str, said: str
) -> None:
    before = run("recurring-runs").total_size
    with pytest.raises((GrammarError, PipelinesError)) as caught:
        run(f"schedule {file} {options}")
    shown = f"{caught.value} {getattr(caught.value, 'diagnosis', '')}"
    assert said.lower() in shown.lower()
    assert run("recurring-runs").total_size == before


def test_a_day_that_never_comes_is_told(run: Run, file: Path) -> None:
    assert "never starts a run" in run(f"schedule {file} --cron '0 0 30 2 *'").text()


# -- Pipelines --------------------------------------------------------------------------------


def test_a_pipeline_and_one_more_version(run: Run, file: Path) -> None:
    made = run(f"upload {file} --description 'each night'")
    assert made.item.display_name == "nightly-report"
    assert f"%kfp submit {made.item.id}" in made.text()
    again = run(f"upload {file} --version second")
    assert again.item.id == made.item.id
    names = {version.display_name for version in run(f"versions {made.item.id}").items}
    assert names == {"nightly-report", "second"}
    with pytest.raises(GrammarError, match="There is a pipeline 'nightly-report' already"):
        run(f"upload {file}")
    with pytest.raises(GrammarError, match="There is a version 'second' of 'nightly-report'"):
        run(f"upload {file} --version second")


def test_what_is_no_pipeline_is_not_sent(run: Run, frozen: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("a: 1\n")
    frozen.clear_requests()
    for name in ("values.yaml", "missing.yaml", "nothing"):
        with pytest.raises((GrammarError, PipelinesError)):
            run(f"upload {tmp_path / name}")
    assert not [r for r in frozen.requests if r.method == "POST"]


# -- Tidying up -------------------------------------------------------------------------------


def answering(frozen: Sandbox, line: str, yes: bool) -> tuple[Any, str]:
    """Carry out a `delete`, with the answer to its question; return the question, too."""
    asked: list[str] = []
    commands = Commands()

    def confirm(question: str) -> bool:
        asked.append(question)
        return yes

    parsed: Namespace = parse(line.split(), "%kfp")
    try:
        return deleting.delete(commands, parsed, confirm), "".join(asked)
    finally:
        commands.close()


def test_a_no_deletes_nothing(run: Run, frozen: Sandbox, file: Path) -> None:
    pipeline = run(f"upload {file}").item
    run(f"upload {file} --version second")
    result, question = answering(frozen, f"delete {pipeline.id}", yes=False)
    assert "Delete the pipeline nightly-report with its 2 versions? Its runs stay." in question
    assert (result.ok, result.text()) == (False, "Nothing was deleted.")
    assert run("pipelines --search nightly-report").total_size == 1
    result, _ = answering(frozen, f"delete {pipeline.id}", yes=True)
    assert result.text() == "Deleted pipeline nightly-report."
    assert run("pipelines --search nightly-report").total_size == 0


def test_without_anyone_to_ask_it_says_how_to_agree(run: Run, frozen: Sandbox) -> None:
    experiment = run("create-experiment scratch-2").item
    commands = Commands()

    def confirm(question: str) -> bool:
        raise NobodyToAsk

    parsed = parse(["delete", "scratch-2"], "jupyter kfp")
    result = deleting.delete(commands, parsed, confirm)
    commands.close()
    assert "jupyter kfp delete scratch-2 --yes" in result.text()
    assert run("experiments --search scratch-2").items[0].id == experiment.id


def test_several_at_once_say_what_was_done_and_what_was_not(
    run: Run, frozen: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [run(f"create-experiment tidy-{name}").item.id for name in ("a", "b", "c")]
    refuse = ids[1]
    remove = deleting.remove

    def one_is_refused(client: Any, kind: Kind, item_id: str, pipeline_id: str = "") -> None:
        if item_id == refuse:
            raise PipelinesError("rbac-denied", "not allowed")
        remove(client, kind, item_id, pipeline_id)

    monkeypatch.setattr(deleting, "remove", one_is_refused)
    result = run(f"delete {' '.join(ids)} --yes")
    assert "Deleted experiment tidy-a." in result.text()
    assert "Not deleted: experiment tidy-b." in result.text()
    assert "Deleted experiment tidy-c." in result.text()
    assert (result.ok, result.exit_code) == (False, 1)
    told = json.loads(json.dumps(result.as_dict()))
    assert [one["id"] for one in told["refused"]] == [refuse]


def test_one_version_of_a_pipeline(run: Run, file: Path) -> None:
    run(f"upload {file}")
    run(f"upload {file} --version second")
    assert run("delete nightly-report --version second --yes").text() == "Deleted version second."
    assert run("versions nightly-report").total_size == 1
    with pytest.raises(GrammarError, match="There is no version 'second'"):
        run("delete nightly-report --version second --yes")


def test_an_experiment_is_archived_with_its_runs_and_restored_without(run: Run) -> None:
    experiment = next(one for one in run("experiments").items if run(f"runs -e {one.id}").items)
    told = run(f"archive {experiment.id}").text()
    assert "Its runs are archived too" in told
    assert run(f"runs -e {experiment.id}").total_size == 0
    assert "stays archived" in run(f"unarchive {experiment.display_name}").text()
    assert run(f"runs -e {experiment.id}").total_size == 0


def test_a_name_that_is_neither_a_run_nor_an_experiment(run: Run) -> None:
    with pytest.raises(GrammarError, match="There is no run 'nonesuch'"):
        run("archive nonesuch")
