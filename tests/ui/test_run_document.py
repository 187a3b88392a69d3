"""A run in a tab of its own: graph, timeline and definition."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from kfp_sandbox import Sandbox

from .conftest import reload

pytestmark = pytest.mark.ui

PANEL = "#jupyter-kfp-auth-explorer"


def _task(name: str, *after: str, **more: Any) -> dict[str, Any]:
    component = {"componentRef": {"name": f"comp-{name}"}, "taskInfo": {"name": name}}
    return {**component, **({"dependentTasks": list(after)} if after else {}), **more}


#: A loop between two tasks; `train` fails where it is told to.
PIPELINE = {
    "pipelineInfo": {"name": "document"},
    "schemaVersion": "2.1.0",
    "sdkVersion": "kfp-2.17.0",
    "components": {
        "comp-prepare": {"executorLabel": "exec"},
        "comp-work": {"dag": {"tasks": {"train": _task("train")}}},
        "comp-train": {"executorLabel": "exec"},
        "comp-report": {"executorLabel": "exec"},
        "comp-loop": {"dag": {"tasks": {"score": _task("score")}}},
        "comp-score": {"executorLabel": "exec"},
    },
    "deploymentSpec": {"executors": {"exec": {"container": {"image": "busybox"}}}},
    "root": {
        "inputDefinitions": {
            "parameters": {"fail": {"parameterType": "BOOLEAN", "defaultValue": False}}
        },
        "dag": {
            "tasks": {
                "prepare": _task("prepare"),
                "loop": _task(
                    "loop",
                    "prepare",
                    parameterIterator={"itemInput": "item", "items": {"raw": "[1, 2, 3]"}},
                ),
                "work": _task("work", "loop"),
                "report": _task("report", "work"),
            }
        },
    },
}


class Runs:
    """Starts runs in the sandbox and moves its clock."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {sandbox.token_path.read_text()}"

    def start(self, name: str, *, fail: bool = False) -> str:
        """Start a run in an experiment of its own name and return its id."""
        space = self.sandbox.namespace
        experiment = self._post("experiments", {"display_name": name, "namespace": space})
        body = {
            "display_name": name,
            "experiment_id": experiment["experiment_id"],
            "pipeline_spec": PIPELINE,
            "runtime_config": {"parameters": {"fail": fail}},
        }
        return str(self._post("runs", body)["run_id"])

    def _post(self, path: str, body: object) -> Any:
        answer = self._session.post(f"{self.sandbox.url}/apis/v2beta1/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def runs(sandbox: Sandbox) -> Runs:
    return Runs(sandbox)


def _open(page: Page, name: str, identifier: str) -> Locator:
    """Open a run from the panel: experiment, run, then its button."""
    page.locator('[data-id="jupyter-kfp-auth-explorer"]').click()
    panel = page.locator(PANEL)
    panel.locator(".jp-kfp-Row", has_text=name).click()
    panel.locator(".jp-kfp-Row", has_text=name).click()
    panel.get_by_role("button", name=f"Open {name} in a tab").click()
    document = page.locator(f"#jupyter-kfp-auth-run-{identifier}")
    document.get_by_role("tab", name="Graph").click()
    document.get_by_role("tree", name="Task graph").wait_for()
    return document


def _node(document: Locator, name: str) -> Locator:
    return document.get_by_role("treeitem", name=re.compile(f"^{name}, "))


def test_a_failed_run_from_the_panel_to_its_cause(open_lab: Page, runs: Runs) -> None:
    identifier = runs.start("broken", fail=True)
    runs.sandbox.clock.advance(600)
    document = _open(open_lab, "broken", identifier)

    expect(_node(document, "prepare")).to_have_attribute("data-state", "SUCCEEDED")
    failed = document.locator('.jp-kfp-Node[data-state="FAILED"]').last
    why = document.get_by_role("group", name="Why the run failed")
    expect(why).to_contain_text("failed")
    failed.click()
    name = failed.locator(".jp-kfp-Node-name").inner_text()
    details = document.get_by_role("complementary", name=f"Details of {name}")
    expect(details).to_contain_text("Failed")

    document.get_by_role("tab", name="Timeline").click()
    expect(document.locator(".jp-kfp-Timeline-bar").first).to_be_visible()
    expect(details).to_be_visible()

    why.get_by_role("button", name="Open Log").click()
    expect(document.get_by_role("tab", name="Log")).to_have_attribute("aria-selected", "true")
    document.get_by_role("tab", name="Tasks").click()
    expect(document.get_by_role("list", name="Tasks")).to_contain_text("prepare")

    document.get_by_role("tab", name="Definition").click()
    expect(document.get_by_label("The pipeline's definition")).to_contain_text("pipelineInfo:")
    expect(document.get_by_role("button", name="Copy the YAML")).to_be_visible()


def test_follows_a_run_and_keeps_the_zoom(open_lab: Page, runs: Runs) -> None:
    identifier = runs.start("watched")
    runs.sandbox.clock.advance(6)
    document = _open(open_lab, "watched", identifier)
    expect(_node(document, "report")).to_have_attribute("data-state", "")
    _node(document, "prepare").focus()
    open_lab.keyboard.press("+")
    tree = document.get_by_role("tree")
    before = tree.evaluate("element => element.style.transform.split('scale')[1]")

    runs.sandbox.clock.advance(600)
    document.get_by_role("button", name="Refresh").press("Enter")
    expect(_node(document, "report")).to_have_attribute("data-state", "SUCCEEDED")
    expect(_node(document, "loop")).to_contain_text("3 of 3 iterations")
    assert tree.evaluate("element => element.style.transform.split('scale')[1]") == before


def test_the_graph_is_walked_through_by_keys(open_lab: Page, runs: Runs) -> None:
    identifier = runs.start("by-keys")
    runs.sandbox.clock.advance(600)
    document = _open(open_lab, "by-keys", identifier)
    _node(document, "prepare").focus()
    open_lab.keyboard.press("ArrowDown")
    expect(_node(document, "loop")).to_be_focused()
    open_lab.keyboard.press("Space")
    expect(_node(document, "loop")).to_have_attribute("aria-expanded", "false")
    open_lab.keyboard.press("Enter")
    expect(document.get_by_role("complementary", name="Details of loop")).to_be_visible()


def test_the_tab_is_there_again_after_a_reload(open_lab: Page, runs: Runs) -> None:
    identifier = runs.start("reloaded")
    runs.sandbox.clock.advance(600)
    _open(open_lab, "reloaded", identifier)
    reload(open_lab, '"widgets":["jupyter-kfp-auth-run:', f'"run_id":"{identifier}"')
    document = open_lab.locator(f"#jupyter-kfp-auth-run-{identifier}")
    document.get_by_role("tab", name="Graph").click(timeout=30_000)
    expect(_node(document, "prepare")).to_be_visible()
