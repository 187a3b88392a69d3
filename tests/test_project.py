"""The project itself: one version, commands that exist, machines that test what is promised."""

from __future__ import annotations

import json
import re
from importlib.metadata import metadata, requires
from pathlib import Path
from typing import Any

import pytest
import yaml

import jupyter_kfp_auth

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def workflow(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return found


def targets() -> set[str]:
    return set(
        re.findall(r"^([\w$().{}/-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    )


@pytest.mark.parametrize(
    "name",
    [
        ".pre-commit-config.yaml",
        "CONTRIBUTING.md",
        "README.md",
        *(f".github/workflows/{path.name}" for path in WORKFLOWS),
    ],
)
def test_every_make_that_is_written_down_exists(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    asked = set(re.findall(r"(?:run: |entry: |^|`|&& )make (?:--silent )?([\w./-]+)", text, re.M))
    known = targets() | {".venv/.test", ".venv/.demo"}
    assert asked - known == set()


def test_there_is_one_version() -> None:
    package = json.loads((ROOT / "labextension" / "package.json").read_text("utf-8"))
    assert jupyter_kfp_auth.__version__ == package["version"]
    assert metadata("jupyter-kfp-auth")["Version"] == package["version"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_little_and_end(path: Path) -> None:
    found = workflow(path)
    assert found["permissions"] in ({}, {"contents": "read"})
    for job in found["jobs"].values():
        assert job["timeout-minutes"] <= 45
        for step in job["steps"]:
            # A moving branch would run whatever somebody pushes there.
            assert re.search(r"@v\d+$", step.get("uses", "@v1"))
    secrets = set(re.findall(r"secrets\.(\w+)", path.read_text("utf-8")))
    assert secrets <= {"GITHUB_TOKEN"}


def test_ci_covers_what_the_package_promises() -> None:
    jobs = workflow(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]
    pythons = jobs["python"]["strategy"]["matrix"]["python"]
    assert metadata("jupyter-kfp-auth")["Requires-Python"] == f">={pythons[0]}"
    assert pythons == ["3.10", "3.11", "3.12", "3.13"]
    labs = jobs["browser"]["strategy"]["matrix"]["jupyterlab"]
    promised = {line for line in requires("jupyter-kfp-auth") or [] if "jupyterlab<" in line}
    assert {line.partition(";")[0] for line in promised} == {f"jupyterlab<5,>={labs[0]}"}
    assert labs == ["4.2", "4.3", "4.4", "4.5", "4.6"]


def test_the_changelog_has_a_place_for_the_next_release() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert text.count("<!-- <START NEW CHANGELOG ENTRY> -->") == 1
    assert text.count("<!-- <END NEW CHANGELOG ENTRY> -->") == 1
    assert text.index("<START") < text.index("<END") < text.index("\n## ")
