"""What the containers of a run would have printed, second by second."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from .nodes import ArgoNode
from .run_state import NodeView
from .unrolling import Step, number

Line = tuple[float, str]
"""A time in seconds since the epoch, and a text."""

_MODULE = "/tmp/tmp.c4Jx2hVQyB/ephemeral_component.py"  # noqa: S108 (only printed)
_LIBRARY = "/usr/local/lib/python3.11/site-packages"
_PROGRESS = 6


def log(node: ArgoNode, now: float, container: str = "main") -> list[Line]:
    """The lines of a container of a pod up to now."""
    view = node.view
    running = [at for at, state in view.history if state == "RUNNING"]
    if not running:
        return []
    begun = float(running[-1])
    if container == "init":
        found = [(begun - 0.5, f'{_stamp(begun)} init level=info msg="Start loading input"')]
    elif container == "wait":
        found = [(begun, f'{_stamp(begun)} wait level=info msg="Starting Workflow Executor"')]
    elif view.node.role in ("driver", "importer"):
        found = _driver(view, begun)
    else:
        found = _executor(view, begun)
    return [(at, text) for at, text in found if at <= now]


def text(lines: list[Line], *, timestamps: bool = False) -> str:
    """The lines as Kubernetes sends them."""
    return "".join(f"{_stamp(at)} {line}\n" if timestamps else f"{line}\n" for at, line in lines)


def _driver(view: NodeView, begun: float) -> list[Line]:
    step, role = view.node.step, view.node.role
    lines = [
        (begun, _klog(begun, "main.go:111", "Setting log level to: '1'")),
        (begun, _klog(begun, f"{role}.go:96", f"input TaskSpec:{_json({'name': step.name})}")),
        (begun + 0.4, _klog(begun, f"{role}.go:253", f"parent DAG: inputs {_json(step.values)}")),
    ]
    end = begun + 0.8
    if view.node.outcome.fails and view.node.state == "FAILED":
        reason = (
            "KFP driver: driver.Container failed: failed to resolve inputs: resolving input "
            "parameter: rpc error: code = Unavailable desc = connection error: desc = "
            '"transport: Error while dialing: dial tcp 10.96.12.7:8080: connection refused"'
        )
        return [*lines, (end, _klog(end, "main.go:94", reason, "F"))]
    decision = "true" if view.node.cached else "false"
    return [*lines, (end, _klog(end, f"{role}.go:412", f"Cached decision: {decision}"))]


def _executor(view: NodeView, begun: float) -> list[Line]:
    step, node = view.node.step, view.node
    source, name = step.task.program
    length = max(2.0, min(node.end - node.running, 3600.0))
    if node.outcome.fails and node.state == "FAILED":
        length *= 0.8
    lines: list[Line] = [
        (begun, _klog(begun, "launcher_v2.go:151", f"input ComponentSpec:{_json(step.task.key)}"))
    ]
    if source:
        says = f"Looking for component `{name}` in --component_module_path `{_MODULE}`"
        loads = f'Loading KFP component "{name}" from {_MODULE}'
        lines += [(begun + 1, _kfp(begun + 1, says)), (begun + 1, _kfp(begun + 1, loads))]
    else:
        lines.append((begun + 0.5, f"+ {name}" if name else f"starting {step.name}"))
    for key, value in step.values.items():
        lines.append((begun + 1, f"{key.removeprefix('pipelinechannel--')} = {value!r}"))
    lines += _progress(step, begun + 1, length - 1)
    if node.state == "FAILED":
        lines += _failure(view, begun + length)
    elif node.state == "SUCCEEDED":
        lines.append((begun + length - 0.5, f"{step.name}: done in {length:.1f} s"))
    return sorted(lines, key=lambda line: line[0])


def _progress(step: Step, begun: float, length: float) -> list[Line]:
    total = 1000 + number(step.path, "rows") % 90_000
    return [
        (begun + length * part / (_PROGRESS + 1), f"{total * part // _PROGRESS} of {total} rows")
        for part in range(1, _PROGRESS + 1)
    ]


def _failure(view: NodeView, at: float) -> list[Line]:
    outcome, step = view.node.outcome, view.node.step
    if outcome.exit_code == 137:  # killed without a word of its own
        return [(at, _klog(at, "launcher_v2.go:212", "signal: killed"))]
    if not outcome.error:
        return []
    source, name = step.task.program
    found = ["Traceback (most recent call last):"]
    if source:
        place = source.rstrip().count("\n") + 1
        last = source.rstrip().rpartition("\n")[2].strip()
        found += [
            f'  File "{_LIBRARY}/kfp/dsl/executor_main.py", line 101, in executor_main',
            "    output_file = executor.execute()",
            f'  File "{_LIBRARY}/kfp/dsl/executor.py", line 410, in execute',
            "    result = self.func(**func_kwargs)",
            f'  File "{_MODULE}", line {place}, in {name}',
            f"    {last}",
        ]
    else:
        module = step.task.key.replace("-", "_")
        found += [
            '  File "<frozen runpy>", line 198, in _run_module_as_main',
            f'  File "/app/{module}.py", line 88, in <module>',
            "    main(sys.argv[1:])",
            f'  File "/app/{module}.py", line 61, in main',
            "    table = frame[columns]",
        ]
    says = f"failed to execute component: exit status {outcome.exit_code}"
    return [
        *((at, line) for line in [*found, outcome.error]),
        (at, _klog(at, "main.go:55", says, "F")),
    ]


def _json(value: Any) -> str:
    return json.dumps(value, default=str, separators=(",", ":"))


def _klog(at: float, place: str, text: str, level: str = "I") -> str:
    moment = datetime.fromtimestamp(at, timezone.utc)
    return f"{level}{moment:%m%d %H:%M:%S.%f}       1 {place}] {text}"


def _kfp(at: float, text: str) -> str:
    moment = datetime.fromtimestamp(at, timezone.utc)
    return (
        f"[KFP Executor {moment:%Y-%m-%d %H:%M:%S},{moment.microsecond // 1000:03d} INFO]: {text}"
    )


def _stamp(at: float) -> str:
    return f"{datetime.fromtimestamp(at, timezone.utc):%Y-%m-%dT%H:%M:%S.%f}000Z"
