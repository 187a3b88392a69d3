"""A server that stops while Pipelines is silent does not wait for it."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import requests
from jupyter_server.utils import url_path_join
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from ..hostile import Exchange, Hostile, answer
from ..hostile import hostile as hostile
from .test_process import PREFIX, environment_of

TIMEOUT = 120  # seconds that Pipelines would be waited for


def test_stops_at_once(tmp_path: Path, hostile: Hostile) -> None:
    asked = threading.Semaphore(0)

    def silent(exchange: Exchange) -> None:
        if "healthz" in exchange.request.path:
            exchange.send(answer({"multi_user": False}))
        else:
            asked.release()
            exchange.wait()

    hostile.answer = silent
    command = [
        *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
        *("--port=0", f"--ServerApp.base_url={PREFIX}", "--IdentityProvider.token=word"),
        f"--KfpAuth.timeout={TIMEOUT}",
    ]
    environment = environment_of(tmp_path, KF_PIPELINES_ENDPOINT=hostile.url)
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        line = next(line for line in server.stderr if "http://127.0.0.1" in line)
        url = url_path_join(line.split()[-1].partition("?")[0].removesuffix("tree"), "kfp/v1/")

        def ask(path: str) -> None:
            with requests.Session() as browser, suppress(requests.ConnectionError):
                # The line comes a moment before the server listens.
                patient = HTTPAdapter(max_retries=Retry(connect=30, read=0, backoff_factor=0.01))
                browser.mount("http://", patient)
                browser.get(url + path, headers={"Authorization": "token word"}, timeout=TIMEOUT)

        paths = ("runs", "experiments", "pipelines")
        askers = [threading.Thread(target=ask, args=(path,)) for path in paths]
        for asker in askers:
            asker.start()
        for _ in paths:
            assert asked.acquire(timeout=60)
        server.terminate()
        said = server.stderr.read()
        server.wait(20)  # on an idle machine it takes less than one second
        assert "Traceback" not in said
        for asker in askers:
            asker.join(20)
