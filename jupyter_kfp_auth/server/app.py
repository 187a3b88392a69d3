"""The server extension itself: configuration, routes, and an end."""

from __future__ import annotations

from jupyter_server.extension.application import ExtensionApp
from traitlets import Float

from ..connection.settings import KfpAuth
from .handlers import routes
from .upstream import Upstream


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

    def initialize_handlers(self) -> None:
        """Add the routes."""
        self.upstream = Upstream(lambda: KfpAuth(parent=self), self.refresh_interval, self.log)
        self.handlers.extend(routes(self.upstream))

    async def stop_extension(self) -> None:
        """Close the connections to Pipelines."""
        self.upstream.close()
