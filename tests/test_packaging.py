"""The wheel is all that a notebook image needs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.extra

ROOT = Path(__file__).parents[1]


def run(*command: str | Path) -> str:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def build(out: Path, source: Path) -> Path:
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", out, source)
    [wheel] = out.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"), ROOT)


def test_holds_each_file_once_and_nothing_that_is_not_needed(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert len(names) == len(set(names))
    data = next(name for name in names if ".data/" in name).partition("/")[0]
    wanted = {
        "jupyter_kfp_auth/py.typed",
        "jupyter_kfp_auth/server/openapi.yaml",
        "jupyter_kfp_auth/demo/tour.ipynb",
        "jupyter_kfp_auth/notebook/static/loader.js",
        "jupyter_kfp_auth/locale/zh_CN/LC_MESSAGES/jupyter_kfp_auth.json",
        f"{data}/data/share/jupyter/labextensions/jupyter-kfp-auth/package.json",
        f"{data}/data/share/jupyter/labextensions/jupyter-kfp-auth/install.json",
        f"{data}/data/etc/jupyter/jupyter_server_config.d/jupyter_kfp_auth.json",
    }
    assert wanted <= set(names)
    assert any(name.startswith("jupyter_kfp_auth/notebook/static/explorer/") for name in names)
    assert not [name for name in names if "node_modules/" in name or name.startswith("tests")]
    assert not [name for name in names if "sandbox" in name]  # a distribution of its own
    # The built labextension is shared data; inside the package it would be there twice.
    assert not [name for name in names if name.startswith("jupyter_kfp_auth/labextension/")]


def test_links_and_pictures_of_the_readme_work_on_pypi(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    [name] = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    readme = archive.read(name).decode().partition("\n\n")[2]
    targets = re.findall(r"\]\(([^)]+)\)", readme)
    assert len(targets) >= 8
    assert all(target.startswith("https://") for target in targets)
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", readme)
    assert pictures
    main = "https://raw.githubusercontent.com/jupyter-kfp-auth/jupyter-kfp-auth/main/"
    assert all((ROOT / picture.removeprefix(main)).is_file() for picture in pictures)


@pytest.mark.timeout(400)
def test_installed_in_a_clean_environment_everything_is_there_and_enabled(
    wheel: Path, tmp_path: Path
) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    sandbox = build(tmp_path / "sandbox", ROOT / "sandbox")
    run(python, "-m", "pip", "install", "--quiet", sandbox, f"{wheel}[demo]")
    run(python, "-m", "pip", "check")
    assert "jupyter_kfp_auth 0" in run(python, "-m", "jupyter", "server", "extension", "list")
    listed = run(python, "-m", "jupyter", "labextension", "list")
    line = next(line for line in listed.splitlines() if "jupyter-kfp-auth" in line)
    assert "enabled" in line
    assert "OK" in line
    out = run(python, "-m", "jupyter", "kfp", "demo", "--check")
    assert "cells ran" in out
    assert "8 of 8 experiments in team-a" in out


def _built(directory: Path) -> dict[str, str]:
    """Build the front end in a copy of its sources; return a hash of each file."""
    copy = directory / "labextension"
    ignored = shutil.ignore_patterns("node_modules", "lib", "*.tsbuildinfo", ".yarn")
    shutil.copytree(ROOT / "labextension", copy, ignore=ignored)
    (copy / "node_modules").symlink_to(ROOT / "labextension" / "node_modules")
    contract = "jupyter_kfp_auth/server/openapi.yaml"
    (directory / contract).parent.mkdir(parents=True)
    shutil.copyfile(ROOT / contract, directory / contract)
    tools = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [tools / "jlpm", "build:prod"],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    built = directory / "jupyter_kfp_auth"
    files = (path for path in built.rglob("*") if path.is_file())
    return {str(p.relative_to(built)): sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.mark.timeout(1200)
def test_the_front_end_is_built_the_same_whenever(tmp_path: Path, soak: bool) -> None:
    """In one place: the id of one module comes from the path of the sources."""
    if not soak:
        pytest.skip("builds twice; `make soak` does")
    one = _built(tmp_path / "place")
    shutil.rmtree(tmp_path / "place")
    two = _built(tmp_path / "place")
    assert len(one) > 10
    assert one == two


def test_no_package_of_npm_runs_a_script_when_it_is_installed() -> None:
    settings = yaml.safe_load((ROOT / "labextension" / ".yarnrc.yml").read_text("utf-8"))
    assert settings["enableScripts"] is False
