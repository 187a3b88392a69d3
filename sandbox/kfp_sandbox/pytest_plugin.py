"""Fixtures for tests against Kubeflow Pipelines.

`kfp_sandbox` is a running sandbox, whose environment variables are set for the test:

    @pytest.mark.kfp_sandbox(release="2.5.0", seed=None)
    def test_mine(kfp_sandbox):
        client = kfp.Client(host=kfp_sandbox.url, ...)

`kfp_sandbox_factory` starts any number of them, and sets nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .server import Sandbox


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", "kfp_sandbox(**options): options of the sandbox that the fixture starts"
    )


@pytest.fixture
def kfp_sandbox_factory() -> Iterator[Callable[..., Sandbox]]:
    """Starts sandboxes with the options of `Sandbox`; they stop with the test."""
    running: list[Sandbox] = []

    def start(**options: Any) -> Sandbox:
        sandbox = Sandbox(**options)
        sandbox.start()
        running.append(sandbox)
        return sandbox

    yield start
    for sandbox in running:
        sandbox.close()


@pytest.fixture
def kfp_sandbox(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    kfp_sandbox_factory: Callable[..., Sandbox],
) -> Sandbox:
    """A running sandbox; its environment is that of the test."""
    marker = request.node.get_closest_marker("kfp_sandbox")
    sandbox = kfp_sandbox_factory(**(marker.kwargs if marker else {}))
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    return sandbox
