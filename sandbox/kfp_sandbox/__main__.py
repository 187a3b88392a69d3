"""Run the sandbox by itself: `kfp-sandbox`, or `python -m kfp_sandbox`."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from .server import Sandbox


def main(argv: Sequence[str] | None = None, *, prog: str = "kfp-sandbox") -> int:
    """Start a sandbox, say how to use it, and serve until SIGINT or SIGTERM.

    Args:
        argv: the arguments; those of the process by default.
        prog: what the program is called in its texts.
    """
    options = _parser(prog).parse_args(argv)
    try:
        sandbox = Sandbox(
            release=options.release,
            multi_user=not options.single_user,
            namespace=options.namespace,
            seed=options.seed,
            directory=options.directory,
            port=options.port,
            task_details=options.task_details,
            argo_defaults=options.argo_defaults,
            qps=options.qps,
        )
    except ValueError as error:
        print(f"{prog}: {error}", file=sys.stderr)
        return 2
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with sandbox:
            print(_greeting(sandbox), flush=True)
            stopped.wait()
    except OSError as error:
        print(f"{prog}: cannot listen on port {options.port}: {error}", file=sys.stderr)
        return 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0


def _greeting(sandbox: Sandbox) -> str:
    mode = "multi-user" if sandbox.multi_user else "single-user"
    lines = [
        f"# A stand-in for Kubeflow Pipelines {sandbox.release.name} ({mode}), not a cluster.",
        "# No container runs. Its rows are gone when it stops; stop it with Ctrl-C.",
        *(f"export {name}={shlex.quote(value)}" for name, value in sandbox.environment().items()),
    ]
    return "\n".join(lines)


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog,
        description="A stand-in for the API server of Kubeflow Pipelines, on 127.0.0.1.",
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port (the default)")
    parser.add_argument("--seed", type=_seed, default=1, help="a number, or `none` for no rows")
    parser.add_argument("--release", default="2.17.0", help="such as 2.17.0, 2.5.0 or 1.8.5")
    parser.add_argument("--directory", type=Path, help="where the token is mounted below")
    parser.add_argument("--namespace", default="team-a", help="the namespace of the notebook")
    parser.add_argument("--single-user", action="store_true", help="no identities, no namespaces")
    parser.add_argument(
        "--task-details",
        choices=("argo", "tree"),
        default="argo",
        help="tasks as Argo's nodes, as servers up to 2.17 send them, or as the API describes them",
    )
    parser.add_argument(
        "--argo-defaults",
        action="store_true",
        help="Argo as the manifests of 2.17 set it up: every node has a child (0)",
    )
    parser.add_argument(
        "--qps",
        type=float,
        nargs="?",
        const=5.0,
        default=0.0,
        help="limit authenticated calls, all clients together, as a stock server does (5 a second)",
    )
    return parser


def _seed(text: str) -> int | None:
    return None if text.lower() == "none" else int(text)


if __name__ == "__main__":
    raise SystemExit(main())
