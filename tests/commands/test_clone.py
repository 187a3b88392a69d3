"""`clone`: a run once more, with other arguments, in both API versions."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from jupyter_kfp_auth.commands import rest
from jupyter_kfp_auth.commands.clone import Original
from jupyter_kfp_auth.commands.execute import Commands
from jupyter_kfp_auth.commands.grammar import GrammarError, parse
from jupyter_kfp_auth.pipelines.compiled_pipeline import CompiledPipeline
from jupyter_kfp_auth.pipelines.errors import InvalidRequest, NotFound
from jupyter_kfp_auth.pipelines.models import Run as RunModel
from kfp_sandbox import Sandbox

from ..sandbox.documents import EXIT
from .conftest import Run
from .test_submit import WORKFLOW, posts

Execute = Callable[[str], Any]


@pytest.fixture(params=["2.17.0", "2.0.5", "1.8.5"])
def each(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox of each API version, frozen in time; this process talks to it."""
    with Sandbox(request.param, auto_advance=False) as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        yield sandbox


@pytest.fixture
def commands(each: Sandbox) -> Iterator[Commands]:
    commands = Commands()
    yield commands
    commands.close()


@pytest.fixture
def carry_out(commands: Commands) -> Execute:
    return lambda line: commands.execute(parse(shlex.split(line), "%kfp"))


def test_the_same_version_with_other_arguments(
    each: Sandbox, commands: Commands, carry_out: Execute
) -> None:
    [old] = [run for run in commands.client().iter_runs() if run.name == "fraud by hand"]
    assert old.parameters == {"percent": 50}
    each.clear_requests()
    new = carry_out(f"clone {old.id} --arg day=today --name again").item
    assert new.parameters == {"percent": 50, "day": "today"}
    assert new.name == "again"
    for same in ("pipeline_version_id", "pipeline_id", "experiment_id", "service_account"):
        assert getattr(new, same) == getattr(old, same), same
    assert old.pipeline_version_id
    assert len(posts(each)) == 1


def test_the_same_document_account_and_root(frozen: Sandbox, run: Run) -> None:
    client = Commands().client()
    experiment, other = client.create_experiment("one"), client.create_experiment("other")
    old = client.create_run(
        "first",
        experiment_id=experiment.id,
        definition=EXIT,
        parameters={"fail": True},
        service_account="special",
        pipeline_root="s3://elsewhere",
    )
    new = run(f"clone {old.id}").item
    assert (new.pipeline_root, new.service_account) == ("s3://elsewhere", "special")
    assert (new.parameters, new.experiment_id) == ({"fail": True}, experiment.id)
    assert client.get_run(new.id).pipeline_spec == EXIT
    assert run(f"clone {old.id} -e other").item.experiment_id == other.id
    assert run("clone first -a fail=false").item.parameters == {"fail": False}


def test_workflows_of_kfp_1(each: Sandbox, carry_out: Execute, tmp_path: Path) -> None:
    file = tmp_path / "train.yaml"
    file.write_text(yaml.safe_dump(WORKFLOW))
    old = carry_out(f"submit {file} --arg epochs=3 -e new -c --name argo").item
    new = carry_out("clone argo --arg lr=0.5").item
    assert {name: new.parameters[name] for name in ("epochs", "lr")} == {"epochs": "3", "lr": "0.5"}
    assert old.id != new.id
    with pytest.raises(GrammarError, match="epochs: must be a whole number"):
        carry_out("clone argo --arg epochs=many")


def test_nothing_is_sent_before_the_arguments_are_right(each: Sandbox, carry_out: Execute) -> None:
    with pytest.raises(GrammarError) as refused:
        carry_out("clone 'fraud by hand' --arg percent=half --arg dya=today")
    assert "fraud-nightly cannot start with these arguments" in str(refused.value)
    assert "percent: must be a whole number, not 'half'." in str(refused.value)
    assert "dya: there is no such parameter. Did you mean day?" in str(refused.value)
    assert posts(each) == []


def test_a_version_that_is_gone_is_named(
    frozen: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Commands().client()
    [old] = [one for one in client.iter_runs() if one.name == "fraud by hand"]
    frozen.faults.set(
        "not-json",
        path=f"/apis/v2beta1/pipelines/{old.pipeline_id}/versions/{old.pipeline_version_id}",
        status=404,
        body='{"code": 5, "message": "PipelineVersion not found"}',
    )
    with pytest.raises(NotFound):
        run(f"clone {old.id}")
    assert posts(frozen) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("train", "Clone of train"),
        ("Clone of train", "Clone (2) of train"),
        ("Clone (9) of a\nb", "Clone (10) of a\nb"),
        ("x" * 300, "Clone of " + "x" * 246),
    ],
)
def test_what_a_clone_is_called(old: str, new: str) -> None:
    package = CompiledPipeline("p", False, {}, {})
    assert Original(RunModel("r", old), package).clone_name == new


# -- As the explorer asks ------------------------------------------------------------------------


@pytest.fixture
def old(commands: Commands) -> RunModel:
    [found] = [run for run in commands.client().iter_runs() if run.name == "fraud by hand"]
    return found


def test_what_a_form_needs(commands: Commands, old: RunModel) -> None:
    form = rest.get(commands.client(), f"runs/{old.id}/parameters", {})
    assert form["name"] == "Clone of fraud by hand"
    parameters = {one["name"]: one for one in form["parameters"]}
    assert parameters["percent"] == {
        "name": "percent",
        "type": "NUMBER_INTEGER",
        "required": False,
        "default": 5,
        "choices": [],
        "description": "",
        "value": 50,
    }
    assert parameters["day"]["value"] is None


def test_a_body_becomes_a_run(commands: Commands, old: RunModel) -> None:
    body = {"clone_of": old.id, "parameters": {"day": "today", "percent": None}}
    status, made = rest.post(commands.client(), "runs", {}, body)
    assert made is not None
    assert (status, made["parameters"]) == (201, {"day": "today"})
    assert made["display_name"] == "Clone of fraud by hand"


def test_every_argument_that_does_not_fit_is_named(
    each: Sandbox, commands: Commands, old: RunModel
) -> None:
    body = {"clone_of": old.id, "parameters": {"percent": "half", "nope": None}}
    with pytest.raises(InvalidRequest) as refused:
        rest.post(commands.client(), "runs", {}, body)
    assert refused.value.fields == {
        "percent": "must be a whole number, not 'half'.",
        "nope": "there is no such parameter.",
    }
    assert posts(each) == []


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"clone_of": "../x"},
        {"clone_of": 3},
        {"clone_of": "r", "name": 3},
        {"clone_of": "r", "name": "x" * 256},
        {"clone_of": "r", "experiment_id": ""},
        {"clone_of": "r", "parameters": []},
        {"clone_of": "r", "host": "http://elsewhere"},
    ],
)
def test_a_wrong_body_asks_nothing(frozen: Sandbox, body: Any) -> None:
    client = Commands().client()
    frozen.clear_requests()
    with pytest.raises(InvalidRequest):
        rest.post(client, "runs", {}, body)
    assert frozen.requests == []
