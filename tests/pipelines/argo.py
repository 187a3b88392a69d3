"""Nodes of Argo workflows as real servers send them: last names, times, and children by id."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any

WORKFLOW = "train-x7k2p"


def node_id(full_name: str, workflow: str = WORKFLOW) -> str:
    """What Argo calls a node: the workflow's name and the FNV-1a hash of the full name."""
    if full_name == workflow:
        return workflow
    value = 0x811C9DC5
    for byte in full_name.encode():
        value = ((value ^ byte) * 0x01000193) % 2**32
    return f"{workflow}-{value}"


def details(
    nodes: Mapping[str, tuple[str, int, int | None, Iterable[str]]],
    *,
    workflow: str = WORKFLOW,
    seed: int = 7,
) -> list[dict[str, Any]]:
    """Return the task details of a run, in no order.

    Args:
        nodes: state, start and end in seconds, and the names of the children, by name below the
            workflow; the empty name is the workflow itself.
        workflow: its name.
        seed: of the order.
    """
    found = []
    for name, (state, start, end, children) in nodes.items():
        detail: dict[str, Any] = {
            "run_id": "r-1",
            "task_id": f"id-of-{name or 'the-workflow'}",
            "display_name": _last(name) or workflow,
            "create_time": _time(0),
            "start_time": _time(start),
            "end_time": "0001-01-01T00:00:00Z" if end is None else _time(end),
        }
        if state:  # an omitted node has none
            detail["state"] = state
        ids = [{"pod_name": node_id(_full(child, workflow), workflow)} for child in children]
        if ids:
            detail["child_tasks"] = ids
        found.append(detail)
    random.Random(seed).shuffle(found)
    return found


def _full(name: str, workflow: str) -> str:
    if not name or name.startswith("("):
        return f"{workflow}{name}"
    return f"{workflow}.{name}"


def _last(name: str) -> str:
    depth, cut = 0, 0
    for place, character in enumerate(name):
        depth += (character == "(") - (character == ")")
        if character == "." and depth == 0:
            cut = place + 1
    last = name[cut:]
    return f"{WORKFLOW}{last}" if last.startswith("(") else last


def _time(seconds: int) -> str:
    return f"2026-11-23T12:{seconds // 60:02}:{seconds % 60:02}Z"
