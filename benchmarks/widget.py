"""What a widget sends to the page, and so into each notebook that keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from jupyter_client.manager import start_new_kernel

from .measure import Result, more_by

EXPLORER = "%load_ext jupyter_kfp_auth\n%kfp experiments"
BUTTON = "import ipywidgets\nipywidgets.Button()"


def message_size() -> Iterator[Result]:
    """Compare the messages that open an explorer with those of ipywidgets' button."""
    yield Result(
        "messages that open the widget", _opened_kb(EXPLORER), "ipywidgets.Button",
        _opened_kb(BUTTON), more_by(20, "KB"), unit="KB",
    )  # fmt: skip


def _opened_kb(code: str) -> float:
    """Return the size of the comm messages that a kernel sends while it runs some code."""
    manager, client = start_new_kernel()
    sizes: list[int] = []

    def hear(message: dict[str, Any]) -> None:
        if message["msg_type"] == "comm_open":
            sizes.append(len(json.dumps(message["content"])) + sum(map(len, message["buffers"])))
        elif message["msg_type"] == "error":
            raise RuntimeError(message["content"]["evalue"])

    try:
        client.execute_interactive(code, output_hook=hear, timeout=60)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if not sizes:
        raise RuntimeError("no widget was opened")
    return sum(sizes) / 1000
