"""The server extension itself: configuration, routes, and an end."""

from __future__ import annotations

from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Float, Int

from ..config.settings import KfpAuth
from .handlers import routes
from .services.notices import Notices
from .services.pace import SHORTEST, Pace
from .services.upstream import Upstream


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
        help="Seconds that an answer of Pipelines serves every user's click that asks the same.",
    ).tag(config=True)

    poll_interval = Float(
        SHORTEST,
        min=0.0,
        help="Seconds that an answer of Pipelines serves every open page, at least, where runs "
        "cannot be watched. It grows by itself while Pipelines is slow.",
    ).tag(config=True)

    watch_runs = Bool(
        True,
        help="Watch the workflows of runs in the namespaces that open pages look at, where the "
        "pod's account may, instead of asking Pipelines again and again.",
    ).tag(config=True)

    log_copies_megabytes = Int(
        1024,
        min=1,
        help="Megabytes of disk for private copies of the logs that pages look at.",
    ).tag(config=True)

    log_copies_minutes = Float(
        15.0,
        min=0.1,
        help="Minutes for which the copy of a log stays that no page looks at.",
    ).tag(config=True)

    def initialize_handlers(self) -> None:
        """Add the routes."""
        assert self.serverapp is not None
        bus = self.serverapp.event_logger
        assert bus is not None
        pace = Pace(self.poll_interval)
        self.upstream = Upstream(
            lambda: KfpAuth(parent=self),
            self.refresh_interval,
            pace,
            lambda *change: self.notices.changed(*change),
            self.log,
            watch=self.watch_runs,
            log_copies=(self.log_copies_megabytes * 2**20, self.log_copies_minutes * 60),
        )
        self.notices = Notices(
            lambda path: self.upstream.get(path, {}, poll=True),
            self.upstream.watches_run,
            lambda: max(pace.pause.seconds, 0.1),
            bus,
            self.log,
        )
        self.handlers.extend(routes(self.upstream, self.notices))

    async def stop_extension(self) -> None:
        """Follow no run any more, and close the connections to Pipelines."""
        self.notices.close()
        self.upstream.close()
