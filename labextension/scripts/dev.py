"""``make dev``: JupyterLab on the sources, built anew whenever one is saved."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from jupyter_kfp_auth.demo.lab import Lab
from jupyter_kfp_auth.demo.main import lay_out
from kfp_sandbox import Sandbox

LABEXTENSION = Path(__file__).parents[1]
BUILT = LABEXTENSION.parent / "jupyter_kfp_auth" / "labextension"


def main() -> None:
    """Start the sandbox, JupyterLab and what builds the front end; Ctrl-C ends them all."""
    parser = argparse.ArgumentParser(prog="make dev", description=__doc__)
    parser.add_argument("--port", type=int, default=8888, help="of JupyterLab (8888)")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)

    arguments = [
        f"--ServerApp.port={options.port}",
        "--LabApp.default_url=/lab/tree/tour.ipynb",
        *(["--no-browser"] if options.no_browser else []),
    ]
    with (
        contextlib.suppress(KeyboardInterrupt),
        tempfile.TemporaryDirectory(prefix="kfp-dev-") as scratch,
        building(),
        Sandbox() as sandbox,
    ):
        home = Path(scratch)
        lay_out(home / "work")
        environment = {**sandbox.environment(), "JUPYTER_PATH": str(linked(home))}
        with Lab(home / "work", environment, tuple(arguments)) as lab:
            print(f"\n    {lab.url}lab/tree/tour.ipynb?token={lab.token}\n")
            print("Save a file in labextension/src or style, wait for “compiled”, reload the page.")
            print("Python: restart the kernel, or all of this for the server. Ctrl-C ends it.\n")
            sys.stdout.flush()
            lab.wait()


@contextlib.contextmanager
def building() -> Iterator[None]:
    """Build the panel and the widget, now and after each change."""
    # In a process group of its own: jlpm does not end what it started.
    watch = subprocess.Popen(["jlpm", "watch"], cwd=LABEXTENSION, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(watch.pid, signal.SIGTERM)
        watch.wait()
        # A development build is neither tested nor shipped: make will build anew.
        (BUILT / "package.json").unlink(missing_ok=True)


def linked(home: Path) -> Path:
    """Return a data directory of Jupyter in which the labextension is the one being built."""
    extensions = home / "jupyter" / "labextensions"
    extensions.mkdir(parents=True)
    (extensions / "jupyter-kfp-auth").symlink_to(BUILT)
    return extensions.parent


if __name__ == "__main__":
    main()
