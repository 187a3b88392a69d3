"""The sandbox behind a memory: each answer is worked out once, and then only sent.

What is compared are clients. A server that sorts ten thousand rows for every page would hide them.
"""

from __future__ import annotations

import json
import sys
import threading

from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from kfp_sandbox import Sandbox


class Replay(RequestHandler):
    """Answers from memory, or asks the sandbox first."""

    known: dict[str, bytes] = {}
    upstream = ""
    asked = 0

    async def get(self) -> None:
        """Send the answer."""
        Replay.asked += 1
        uri = self.request.uri or ""
        if uri not in self.known:
            headers = {"Authorization": self.request.headers.get("Authorization", "")}
            answer = await AsyncHTTPClient().fetch(self.upstream + uri, headers=headers)
            self.known[uri] = answer.body
        self.set_header("Content-Type", "application/json")
        self.finish(self.known[uri])


class Count(RequestHandler):
    """Tells how many requests there were."""

    def get(self) -> None:
        """Send the number."""
        self.finish(str(Replay.asked))


def main() -> None:
    """Serve until standard input ends; the first line printed says where and as whom."""
    with Sandbox() as sandbox:
        sandbox.add_experiments(int(sys.argv[1]))
        Replay.upstream = sandbox.url
        sockets = bind_sockets(0, "127.0.0.1")
        HTTPServer(Application([("/count", Count), (".*", Replay)])).add_sockets(sockets)
        url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
        environment = {**sandbox.environment(), "KF_PIPELINES_ENDPOINT": url}
        print(json.dumps([environment, url, sandbox.token]), flush=True)
        loop = IOLoop.current()

        def until_end() -> None:
            sys.stdin.read()
            loop.add_callback(loop.stop)

        threading.Thread(target=until_end, daemon=True).start()
        loop.start()


if __name__ == "__main__":
    main()
