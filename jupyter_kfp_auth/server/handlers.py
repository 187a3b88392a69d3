"""The routes of ``openapi.yaml``: who may ask, what was asked, and the answer as HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from ..http import strict_json
from ..http.strict_json import Json, JsonDict
from .services.answer import Answer
from .services.download import Download
from .services.notices import Notices
from .services.upstream import INTERNAL, Upstream

#: What the widget's loader asks for; built from ``labextension/src/notebook``.
EXPLORER = Path(__file__).parent.parent / "notebook" / "static" / "explorer"

#: Parameters that Jupyter and its clients add to any request.
_JUPYTERS = frozenset({"no_track_activity", "token", "_", "_xsrf"})

#: Bytes of a body: Pipelines itself takes no larger pipeline.
_LARGEST = 33 * 1024 * 1024


class KfpHandler(APIHandler):
    """What all routes share. Each handler defines its own verbs.

    `authorized` remembers the resource of its first caller, so that an inherited verb would be
    checked as somebody else's: there is one resource, and no verb is inherited.
    """

    auth_resource = "kfp"
    etag: str | None = None

    def initialize(self, upstream: Upstream, notices: Notices) -> None:
        """Take what the route table gives."""
        self.upstream = upstream
        self.notices = notices

    def set_default_headers(self) -> None:
        """Let no cache on the way, nor the browser's, answer in our place."""
        super().set_default_headers()
        self.set_header("Cache-Control", "private, no-cache")

    @property
    def polls(self) -> bool:
        """Whether a panel asks by itself, and not its user."""
        return "no_track_activity" in self.request.arguments

    def update_api_activity(self) -> None:
        """Let polls not count as activity, so that an idle server is still culled."""
        if not self.polls:
            super().update_api_activity()

    def query(self) -> dict[str, str]:
        """Return the query parameters without Jupyter's own.

        Raises:
            HTTPError: a parameter is given twice, or is not text.
        """
        found = {}
        for name, values in self.request.query_arguments.items():
            # JupyterLab adds the time, as a name without value, against caches.
            if name in _JUPYTERS or (name.isdecimal() and values == [b""]):
                continue
            if len(values) > 1:
                raise web.HTTPError(400, "A query parameter is given more than once.")
            try:
                found[name] = values[0].decode()
            except UnicodeDecodeError:
                raise web.HTTPError(400, "A query parameter is not UTF-8.") from None
        return found

    def json(self) -> Json:
        """Return the body.

        Raises:
            HTTPError: it is not JSON, or larger than anything that is asked for here.
        """
        if len(self.request.body) > _LARGEST:
            raise web.HTTPError(413, "The body is larger than 33 MiB.")
        try:
            return strict_json.loads(self.request.body)
        except ValueError as error:
            raise web.HTTPError(400, f"The body is no JSON: {error}.") from None

    def wants_fresh(self) -> bool:
        """Tell whether the user asks for an answer that is not from the cache.

        A poll never does: browsers add the header by themselves to requests that bypass their own
        cache, which JupyterLab's always do.
        """
        return not self.polls and "no-cache" in self.request.headers.get("Cache-Control", "")

    async def ask(self, path: str, query: dict[str, str] | None = None) -> Answer:
        """Answer from the cache or from Pipelines."""
        query = self.query() if query is None else query
        return await self.upstream.get(path, query, fresh=self.wants_fresh(), poll=self.polls)

    def reply(self, answer: Answer) -> None:
        """Send an answer, or 304 when the client has it already."""
        self.set_status(answer.status)
        if answer.status == 200:
            self.etag = answer.etag
            self.set_header("Age", str(answer.age))
        self.finish(answer.body or None)

    def compute_etag(self) -> str | None:
        """Return what was computed when Pipelines answered."""
        return self.etag

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Give Jupyter's and Tornado's own errors the shape of all others."""
        raised = kwargs.get("exc_info", (None, None))[1]
        said = raised.log_message or "" if isinstance(raised, web.HTTPError) else ""
        cause, message, next_step = self._explain(status_code, said)
        error = {"cause": cause, "message": message, "next_step": next_step, "status": status_code}
        self.finish(json.dumps({"error": error}))

    def _explain(self, status: int, said: str) -> tuple[str, str, str]:
        if status == 403 and getattr(self, "_jupyter_current_user", None) is None:
            return "signed-out", "Jupyter does not know who you are.", "Reload the page to log in."
        if status == 403 and "xsrf" in said.lower():
            return "xsrf", "This page's session with Jupyter has ended.", "Reload the page."
        if status == 403:
            return (
                "jupyter-denied",
                "This Jupyter server does not allow you to do this.",
                "Ask its administrator for access to the resource `kfp`.",
            )
        if status == 404:
            return "not-found", "There is no such address.", "Reload the page."
        if status == 405:
            message = f"This address does not take {self.request.method}."
            return "method-not-allowed", message, "Reload the page."
        if status < 500:
            return "invalid-request", said or "The request is wrong.", "Correct it and try again."
        return INTERNAL["cause"], INTERNAL["message"], INTERNAL["next_step"]


class ReadHandler(KfpHandler):
    """``GET``: status, diagnosis, lists and items."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Answer from the cache or from Pipelines."""
        self.reply(await self.ask(path))


class ListHandler(KfpHandler):
    """``GET``: a list; ``POST``: one more of it."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Answer from the cache or from Pipelines."""
        self.reply(await self.ask(path))

    @web.authenticated
    @authorized
    async def post(self, path: str) -> None:
        """Create it once; who starts a run is told what becomes of it."""
        answer = await self.upstream.post(path, self.query(), self.json())
        if answer.status == 201 and path == "runs":
            self.notices.watch(json.loads(answer.body)["run_id"])
        self.reply(answer)


class ItemHandler(KfpHandler):
    """``GET``: one item; ``DELETE``: do away with it for good."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Answer from the cache or from Pipelines."""
        self.reply(await self.ask(path))

    @web.authenticated
    @authorized
    async def delete(self, path: str) -> None:
        """Delete it once."""
        self.reply(await self.upstream.delete(path, self.query()))


class VersionHandler(KfpHandler):
    """``DELETE``: do away with a version for good."""

    @web.authenticated
    @authorized
    async def delete(self, path: str) -> None:
        """Delete it once."""
        self.reply(await self.upstream.delete(path, self.query()))


class ArtifactHandler(KfpHandler):
    """``GET``: a bounded preview of an artifact, or the whole as a download."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Answer with a preview; with ``download=1`` send all of it, piece by piece."""
        query = self.query()
        if query.pop("download", "0") in ("0", "false", ""):
            self.reply(await self.ask(path, query))
            return
        if query:
            raise web.HTTPError(400, "A download takes no other query parameters.")
        found = await self.upstream.download(path)
        await self.send(found, "application/octet-stream")

    async def send(self, found: Answer | Download, content_type: str) -> None:
        """Send a file piece by piece, or why there is none.

        Nobody knows what is in it: a page that opens it must neither guess nor run anything.
        """
        if isinstance(found, Answer):
            self.reply(found)
            return
        self.set_header("Content-Type", content_type)
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(found.name)}")
        self.set_header("X-Content-Type-Options", "nosniff")
        if found.size is not None:
            self.set_header("Content-Length", str(found.size))
        async for piece in found.pieces:
            self.write(piece)
            await self.flush()
        if found.failed:  # a file that ends early must not look whole
            self.request.connection.stream.close()  # type: ignore[union-attr]
            self._auto_finish = False
            return
        await self.finish(set_content_type=content_type)

    @property
    def content_security_policy(self) -> str:
        """Let a browser that shows it after all run nothing of it."""
        return f"{super().content_security_policy}; sandbox"


class LogHandler(ArtifactHandler):
    """``GET``: a piece of a task's log, the lines that hold a text, or the whole as a download."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Answer with a piece; with ``download=1`` send all of it."""
        query = self.query()
        if query.pop("download", "0") == "0":
            self.reply(await self.ask(path, query))
            return
        found = await self.upstream.download(path, query)
        await self.send(found, "text/plain; charset=utf-8")


class ExplorerHandler(KfpHandler):
    """``GET``: a module of the explorer, for the widgets of a page."""

    @web.authenticated
    @authorized
    def get(self, name: str) -> None:
        """Give it to keep for ever: its name changes with its content."""
        try:
            code = (EXPLORER / name).read_bytes()
        except FileNotFoundError:
            raise web.HTTPError(404) from None
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        self.finish(code, set_content_type="text/javascript; charset=utf-8")


class FixHandler(KfpHandler):
    """``POST``: the repair that was shown."""

    @web.authenticated
    @authorized
    async def post(self, path: str) -> None:
        """Do it once."""
        self.reply(await self.upstream.post(path, self.query()))


class ActHandler(KfpHandler):
    """``POST``: the actions."""

    @web.authenticated
    @authorized
    async def post(self, path: str) -> None:
        """Do it once; who ends a run or begins it again is told what becomes of it."""
        answer = await self.upstream.post(path, self.query())
        kind, item, action = path.split("/")
        if answer.status < 400 and kind == "runs" and action in ("terminate", "retry"):
            self.notices.watch(item)
        self.reply(answer)


class ChangedHandler(KfpHandler):
    """``POST``: something was changed from a notebook or a terminal."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Let the pages ask anew."""
        if self.query():
            raise web.HTTPError(400, "This address takes no query parameters.")
        self.upstream.outdate()
        self.set_status(204)
        self.finish()


class WatchedHandler(KfpHandler):
    """``GET``: the runs whose end will be told."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """List their ids."""
        if self.query():
            raise web.HTTPError(400, "This address takes no query parameters.")
        self.reply(Answer.of(200, {"run_ids": self.notices.watched}))


class WatchHandler(KfpHandler):
    """``POST``: be told when a run ends, or no more."""

    @web.authenticated
    @authorized
    async def post(self, item: str, action: str) -> None:
        """Begin or end the watch."""
        query = self.query()
        expected = query.pop("fingerprint", None)
        if query:
            raise web.HTTPError(400, "This address takes no query parameters but fingerprint.")
        if expected is not None and expected != await self.upstream.fingerprint():
            raise web.HTTPError(409, "This server talks to another Pipelines, or as another.")
        if action == "watch":
            self.notices.watch(item)
        else:
            self.notices.unwatch(item)
        self.set_status(204)
        self.finish()


class UnknownHandler(KfpHandler):
    """Everything else below the root: a JSON answer instead of Jupyter's page."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """There is nothing."""
        raise web.HTTPError(404)

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """There is nothing."""
        raise web.HTTPError(404)

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        """There is nothing."""
        raise web.HTTPError(404)


def routes(upstream: Upstream, notices: Notices) -> list[tuple[str, type[KfpHandler], JsonDict]]:
    """Return the route table; patterns match the path as sent, so an escaped ``/`` is no id."""
    item = "[A-Za-z0-9][A-Za-z0-9_.-]{0,127}"
    kinds = "(?:experiments|runs|recurring-runs|pipelines)"
    table: tuple[tuple[str, type[KfpHandler]], ...] = (
        ("/(status|doctor|doctor/plan)", ReadHandler),
        ("/(doctor/fix)", FixHandler),
        (f"/({kinds})", ListHandler),
        ("/(schedule)", ReadHandler),
        (r"/explorer/([\w-]+\.js)", ExplorerHandler),
        (f"/({kinds}/{item})", ItemHandler),
        (f"/(runs/{item}/(?:parameters|outputs))", ReadHandler),
        (f"/(runs/{item}/artifacts/{item})", ArtifactHandler),
        (f"/(runs/{item}/tasks/{item}/logs)", LogHandler),
        ("/(comparison)", ReadHandler),
        (f"/(pipelines/{item}/versions)", ListHandler),
        (f"/(pipelines/{item}/versions/{item})", VersionHandler),
        (f"/(pipelines/{item}/versions/{item}/parameters)", ReadHandler),
        (f"/(experiments/{item}/(?:archive|unarchive))", ActHandler),
        (f"/(runs/{item}/(?:terminate|retry|archive|unarchive))", ActHandler),
        ("/watched", WatchedHandler),
        ("/changed", ChangedHandler),
        (f"/runs/({item})/(watch|unwatch)", WatchHandler),
        (f"/(recurring-runs/{item}/(?:enable|disable))", ActHandler),
        ("(?:/.*)?", UnknownHandler),
    )
    given = {"upstream": upstream, "notices": notices}
    return [(f"/kfp/v1{path}", handler, given) for path, handler in table]
