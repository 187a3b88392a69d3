"""Fixtures for every test: Jupyter's own, and the stand-in for Pipelines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import hypothesis
import pytest
from jupyter_server.serverapp import ServerApp

from kfp_sandbox import Sandbox

pytest_plugins = ("pytest_jupyter.jupyter_server", "kfp_sandbox.pytest_plugin", "pytester")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the same tests run longer, as `make soak` does."""
    parser.addoption("--soak", action="store_true", help="run what can run longer for longer")


def pytest_configure(config: pytest.Config) -> None:
    """Try many more examples in a soak; measure no times, since machines are busy."""
    hypothesis.settings.register_profile("quick", deadline=None)
    hypothesis.settings.register_profile("soak", deadline=None, max_examples=1000)
    hypothesis.settings.load_profile("soak" if config.getoption("soak") else "quick")


@pytest.fixture
def soak(request: pytest.FixtureRequest) -> bool:
    """Whether there is time."""
    return bool(request.config.getoption("soak"))


@pytest.fixture
def sandbox(kfp_sandbox_factory: Callable[..., Sandbox]) -> Sandbox:
    """A running stand-in, filled with the same rows each time."""
    return kfp_sandbox_factory()


@pytest.fixture(autouse=True)
def cache_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is kept on disk apart from that of other tests, and of who runs them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(autouse=True)
def jp_server_cleanup(jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """End the test's server. The plugin's own fixture would start one in tests without it."""
    yield
    if ServerApp.initialized():
        server = ServerApp.instance()
        jp_asyncio_loop.run_until_complete(server._cleanup())
        server.kernel_manager.context.destroy()
        ServerApp.clear_instance()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser's tests last: Playwright keeps its event loop running from then on."""
    items.sort(key=lambda item: item.get_closest_marker("ui") is not None)
