"""``jupyter kfp demo``."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from kfp_sandbox import Sandbox

from .lab import Lab, LabError

TOUR = Path(__file__).parent / "tour.ipynb"

#: What the tour submits.
PIPELINE = Path(str(files("kfp_sandbox"))) / "fixtures" / "hello-world.yaml"

STAND_IN = "The experiments come from the embedded sandbox: a stand-in for a cluster, not one."


def main(arguments: Sequence[str]) -> int:
    """Start the sandbox and JupyterLab on the tour; with ``--check``, only see that all works."""
    options = _parser().parse_args(arguments)
    missing = [name for name in ("jupyterlab", "ipykernel", "nbclient") if find_spec(name) is None]
    if missing:
        print(
            f"The demo needs {', '.join(missing)}: pip install 'jupyter-kfp-auth[demo]'",
            file=sys.stderr,
        )
        return 1
    with tempfile.TemporaryDirectory(prefix="kfp-demo-") as scratch:
        directory = Path(options.directory or scratch).resolve()
        lay_out(directory)
        try:
            with Sandbox(seed=options.seed) as sandbox:
                return (
                    _check(sandbox, directory)
                    if options.check
                    else _run(sandbox, directory, options)
                )
        except LabError as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 0


def lay_out(directory: Path) -> Path:
    """Put the tour, and what it submits, into a directory; what is there already stays."""
    directory.mkdir(parents=True, exist_ok=True)
    for file in (TOUR, PIPELINE):
        if not (directory / file.name).exists():
            shutil.copy(file, directory)
    return directory / TOUR.name


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jupyter kfp demo",
        description="Start the sandbox and JupyterLab on the tour notebook. " + STAND_IN,
    )
    parser.add_argument(
        "--check", action="store_true", help="start all of it, run the tour, print, and end"
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--port", type=int, default=8888, help="of JupyterLab (8888)")
    parser.add_argument("--directory", help="where the tour is put; by default a temporary one")
    parser.add_argument("--seed", type=int, default=1, help="of the sandbox's experiments (1)")
    return parser


def _run(sandbox: Sandbox, directory: Path, options: argparse.Namespace) -> int:
    arguments = [f"--ServerApp.port={options.port}", f"--LabApp.default_url=/lab/tree/{TOUR.name}"]
    if options.no_browser:
        arguments.append("--no-browser")
    with Lab(directory, sandbox.environment(), tuple(arguments)) as lab:
        print(f"{STAND_IN}\n")
        print(f"    {lab.url}lab/tree/{TOUR.name}?token={lab.token}\n", flush=True)
        print("Ctrl-C ends it.", flush=True)
        lab.wait()
    return 0


def _check(sandbox: Sandbox, directory: Path) -> int:
    """See that server extension, labextension, kernel and magic work together."""
    from ..api import connect
    from ..commands.results import Listing

    arguments = ("--no-browser", "--ServerApp.port=0")
    with Lab(directory, sandbox.environment(), arguments) as lab:
        answer = lab.get("kfp/v1/experiments")
        if not answer.ok:
            print(f"The server extension answers {answer.status_code}: {answer.text[:500]}")
            return 1
        print(f"Server extension: {answer.json()['total_size']} experiments.")
        extensions = lab.get("lab/api/extensions").json()
        if not any(found["name"] == "jupyter-kfp-auth" for found in extensions):
            print("The labextension is not installed.", file=sys.stderr)
            return 1
        print("Labextension: installed.")
        print(f"Tour: {_run_tour(directory / TOUR.name, sandbox)} cells ran.\n")
    environment = sandbox.environment()
    with connect(
        host=environment["KF_PIPELINES_ENDPOINT"],
        token_path=environment["KF_PIPELINES_SA_TOKEN_PATH"],
    ) as client:
        page = client.list_experiments()
    print(Listing("experiments", page.items, page.total_size, {}, sandbox.namespace))
    return 0 if page.items else 1


def _run_tour(tour: Path, sandbox: Sandbox) -> int:
    """Run the tour through a real kernel, as JupyterLab would, and return how many cells ran."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.reads(tour.read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(notebook, timeout=120, kernel_name="python3")
    try:
        client.execute(cwd=str(tour.parent), env={**os.environ, **sandbox.environment()})
    except CellExecutionError as error:
        raise LabError(f"The tour does not run. {error}") from None
    return sum(cell.cell_type == "code" for cell in notebook.cells)
