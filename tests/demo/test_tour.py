"""The tour, run from its first cell to its last in a real kernel, says what its text promises."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from jupyter_kfp_auth.demo.main import TOUR, lay_out
from kfp_sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def tour(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each cell showed, by its source. A cell that fails, fails all tests here."""
    home = tmp_path_factory.mktemp("home")
    node = nbformat.reads(lay_out(home).read_text("utf-8"), as_version=4)
    environment = {**os.environ, **sandbox.environment(), "HOME": str(home)}
    NotebookClient(node, timeout=90, kernel_name="python3").execute(cwd=str(home), env=environment)
    return {cell.source: shown(cell) for cell in node.cells if cell.cell_type == "code"}


def shown(cell: Any) -> str:
    texts = []
    for output in cell.outputs:
        texts.append(output.get("text", ""))
        texts.append(output.get("data", {}).get("text/plain", ""))
        texts.append("\n".join(output.get("traceback", [])))
    return "\n".join(texts)


def the(tour: dict[str, str], beginning: str) -> str:
    [text] = [text for source, text in tour.items() if source.startswith(beginning)]
    return text


def test_it_looks_at_what_the_sandbox_has(tour: dict[str, str], sandbox: Sandbox) -> None:
    assert f"8 of 8 experiments in {sandbox.namespace}" in the(tour, "%kfp experiments")
    assert "Failed" in the(tour, "%kfp run ")
    assert "KF_PIPELINES_ENDPOINT" in the(tour, "%kfp status")


def test_its_fault_is_understood_and_gone_again(tour: dict[str, str], sandbox: Sandbox) -> None:
    broken = the(tour, "%kfp doctor")
    assert "No token for Pipelines is mounted" in broken
    assert "kind: PodDefault" in broken
    assert "OK: Pipelines lists your experiments" in the(tour, "requests.delete")
    assert sandbox.faults.as_list() == []


def test_its_run_is_followed_to_its_end(tour: dict[str, str], sandbox: Sandbox) -> None:
    assert "hello-world" in the(tour, "run = %kfp submit")
    followed = the(tour, "%kfp wait")
    assert "Succeeded" in followed
    assert "recipient" in followed


def test_it_shows_what_runs_produced(tour: dict[str, str]) -> None:
    assert "accuracy" in the(tour, '%kfp outputs "xgboost depth=8"')
    compared = the(tour, "import jupyter_kfp_auth as jka\n\npipelines")
    assert "metric.accuracy" in compared
    assert compared.index("depth=32") < compared.index("depth=8")  # sorted: the worst is first
    assert "customer" in the(tour, "features = %kfp artifact")
    assert "Nothing has been run" in the(tour, "%kfp debug")


def test_without_the_sdk_the_last_pipeline_says_how_to_get_it(tour: dict[str, str]) -> None:
    said = the(tour, "%%kfp submit")
    assert "No module named 'kfp'" in said
    assert "pip install kfp" in said


def test_it_is_saved_without_results() -> None:
    node = nbformat.reads(TOUR.read_text("utf-8"), as_version=4)
    nbformat.validate(node)
    code = [cell for cell in node.cells if cell.cell_type == "code"]
    assert [cell for cell in code if cell.outputs or cell.execution_count] == []


def test_what_is_already_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "tour.ipynb").write_text("mine", "utf-8")
    assert lay_out(tmp_path).read_text("utf-8") == "mine"
