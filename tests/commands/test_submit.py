"""`submit`: files and uploaded pipelines, in both API versions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from jupyter_kfp_auth.commands.execute import Commands
from jupyter_kfp_auth.commands.grammar import GrammarError, parse
from jupyter_kfp_auth.commands.waiting import NotSucceeded
from kfp_sandbox import Sandbox

from ..pipelines.test_compiled_pipeline import ARGO
from ..sandbox.documents import EXIT
from .conftest import Run

WORKFLOW = {
    **ARGO,
    "spec": {
        **ARGO["spec"],
        "templates": [
            {"name": "train", "dag": {"tasks": [{"name": "fit", "template": "fit"}]}},
            {"name": "fit", "container": {"image": "busybox"}},
        ],
    },
}


@pytest.fixture
def file(tmp_path: Path) -> Callable[[Any], Path]:
    def write(document: Any) -> Path:
        path = tmp_path / "pipeline.yaml"
        path.write_text(yaml.safe_dump(document))
        return path

    return write


def posts(sandbox: Sandbox) -> list[str]:
    return [request.path for request in sandbox.requests if request.method == "POST"]


def test_a_compiled_file(run: Run, frozen: Sandbox, file: Callable[[Any], Path]) -> None:
    made = run(f"submit {file(EXIT)} --arg fail=true -e mine --create-experiment --name first")
    assert made.item.display_name == "first"
    assert made.item.parameters == {"fail": True}
    assert "Created the experiment mine." in str(made)
    assert f"%kfp wait {made.item.run_id}" in str(made)
    assert made.view == {"kind": "run", "id": made.item.run_id, "query": {}}
    again = run(f"submit {file(EXIT)} -e mine").item
    assert again.experiment_id == made.item.experiment_id
    assert again.display_name.startswith("test 20")


def test_nothing_is_sent_before_the_arguments_are_right(
    run: Run, frozen: Sandbox, file: Callable[[Any], Path]
) -> None:
    with pytest.raises(GrammarError, match="test cannot start"):
        run(f"submit {file(EXIT)} --arg fail=perhaps --arg fial=1 -e new -c")
    with pytest.raises(GrammarError, match="churn-training cannot start"):
        run("submit churn-training --arg nope=1 -e new -c")
    assert posts(frozen) == []


def test_an_experiment_is_only_made_when_asked(run: Run, frozen: Sandbox) -> None:
    with pytest.raises(GrammarError) as refused:
        run("submit hello-world -e churn-xgbost")
    assert "Did you mean churn-xgboost?" in str(refused.value)
    assert "--create-experiment" in str(refused.value)
    assert posts(frozen) == []


def test_without_an_experiment_it_is_the_default_one(run: Run, frozen: Sandbox) -> None:
    first, second = run("submit hello-world").item, run("submit hello-world").item
    assert first.experiment_id == second.experiment_id
    [default] = [e for e in run("experiments --limit 100") if e.display_name == "Default"]
    assert first.experiment_id == default.experiment_id


def test_an_uploaded_pipeline_and_its_versions(run: Run, frozen: Sandbox) -> None:
    newest = run("submit churn-training").item
    older = run("submit churn-training --version churn-training").item
    assert newest.pipeline_id == older.pipeline_id
    assert newest.pipeline_version_id != older.pipeline_version_id
    by_id = run(f"submit {newest.pipeline_id} --version {older.pipeline_version_id[:8]}").item
    assert by_id.pipeline_version_id == older.pipeline_version_id


def test_a_dictionary_of_arguments(run: Run, file: Callable[[Any], Path]) -> None:
    made = run(f"submit {file(EXIT)} --args mine", mine={"fail": True})
    assert made.item.parameters == {"fail": True}


def test_a_variable_that_is_no_pipeline(run: Run) -> None:
    with pytest.raises(GrammarError, match="thing is a variable here, but no pipeline"):
        run("submit thing", thing=3)


@pytest.mark.parametrize("release", ["1.8.5", "2.0.5", "2.17.0"])
def test_workflows_of_kfp_1_run_on_every_release(
    release: str, file: Callable[[Any], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(release, auto_advance=False) as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        commands = Commands()
        line = ["submit", str(file(WORKFLOW)), "--arg", "epochs=3", "-e", "new", "-c"]
        run: Any = commands.execute(parse(line, "%kfp"))
        sandbox.clock.advance(600)
        waited: Any = commands.execute(parse(["wait", run.item.run_id], "%kfp"))
        assert waited.item.state == "SUCCEEDED"
        commands.close()


def test_pipelines_of_kfp_2_do_not_run_on_kfp_1(
    file: Callable[[Any], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox("1.8.5", auto_advance=False) as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        commands = Commands()
        with pytest.raises(GrammarError, match=r"KFP 1\.8.*pip install 'kfp<2'"):
            commands.execute(parse(["submit", str(file(EXIT))], "%kfp"))
        assert posts(sandbox) == []
        commands.close()


def test_single_user_servers_know_no_namespace(
    file: Callable[[Any], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(multi_user=False, auto_advance=False) as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        commands = Commands()
        made: Any = commands.execute(parse(["submit", str(file(EXIT)), "-e", "x", "-c"], "%kfp"))
        assert made.item.run_id
        commands.close()


def test_a_python_file_needs_kfp(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text("1/0")
    with pytest.raises(GrammarError, match=r"pip install kfp"):
        run(f"submit {path}")
    with pytest.raises(GrammarError, match="There is no file"):
        run("submit nowhere.py")


def test_wait_keeps_the_run_that_failed(
    run: Run, frozen: Sandbox, monkeypatch: pytest.MonkeyPatch, file: Callable[[Any], Path]
) -> None:
    wait = "jupyter_kfp_auth.commands.run_changes.RunChanges.wait"
    monkeypatch.setattr(wait, lambda self, usual, longest: frozen.clock.advance(30))
    with pytest.raises(NotSucceeded) as ended:
        run(f"submit {file(EXIT)} --arg fail=true --wait --name doomed")
    assert ended.value.result is not None
    assert ended.value.result.item.state == "FAILED"
    assert str(ended.value).startswith("The run doomed failed: ")
