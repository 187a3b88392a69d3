"""The server extension itself: configuration, routes, and an end."""

from __future__ import annotations

from jupyter_server.extension.application import ExtensionApp
from traitlets import Float

from ..config.settings import KfpAuth
from .handlers import routes
from .upstream import Upstream
from .watch import Watcher


class KfpApp(ExtensionApp):
    """Kubeflow Pipelines for the browser, below ``<base_url>kfp/v1/``.

    Where Pipelines is and as whom it is asked is configured by `KfpAuth`. Nothing is resolved,
    imported or asked before the first request.
    """

    name = "jupyter_kfp_auth"
    load_other_extensions = True
    classes = [*ExtensionApp.classes, KfpAuth]

    refresh_interval = Float(
        2.0,
        min=0.0,
        help="Seconds that an answer of Pipelines serves every tab that asks the same.",
    ).tag(config=True)

    watch_interval = Float(
        10.0,
        min=0.1,
        help="Seconds between two looks at a run whose end somebody waits for.",
    ).tag(config=True)

    def initialize_handlers(self) -> None:
        """Add the routes."""
        self.upstream = Upstream(lambda: KfpAuth(parent=self), self.refresh_interval, self.log)
        assert self.serverapp is not None
        bus = self.serverapp.event_logger
        assert bus is not None
        self.watcher = Watcher(
            lambda path: self.upstream.get(path, {}), bus, self.watch_interval, self.log
        )
        self.handlers.extend(routes(self.upstream, self.watcher))

    async def stop_extension(self) -> None:
        """Watch no run any more, and close the connections to Pipelines."""
        self.watcher.close()
        self.upstream.close()
