"""The sandbox: a tornado server in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.netutil import bind_sockets
from tornado.web import Application

from . import proxy_faults, ui_server
from .access import RateLimit
from .api import Api
from .clock import Clock
from .control import Control
from .faults import Fault, Faults
from .http_handler import Handler, RecordedRequest, keep_silent
from .kubernetes import Kubernetes
from .metadata_store import MetadataServer, MetadataService
from .object_store import SECRET, ObjectStore
from .rbac import Rbac
from .releases import Release
from .routing import Call, Reply
from .tokens import AUDIENCE, Issuer, ServiceAccount, TokenVolume

_UPLOAD_LIMIT = 64 * 1024 * 1024
_MAX_REQUESTS = 20_000
_KUBELET_INTERVAL = 10.0  # seconds between looks at the token's age
_WATCH_INTERVAL = 0.1  # seconds between looks at the clock while a watch is open
_KUBELET_SHARE = 0.8  # of a token's life after which it is replaced


class Sandbox:
    """A stand-in for the API server of Kubeflow Pipelines, on 127.0.0.1.

    It also plays the kubelet: a token that it mounted is replaced after 80 % of its life, in real
    time or when the clock is pushed. One that was put there by `write_token` or by a fault stays.

    Use it as a context manager, or call `start` and `stop`. A stopped sandbox keeps its rows and
    its port, so that it can be started again.

    Args:
        release: the release to speak for, such as `2.17.0`, `2.5.0` or `1.8.5`.
        multi_user: whether namespaces, identities and RBAC count.
        namespace: the namespace of the pretended notebook pod.
        seed: fills the server with the same believable rows each time; None leaves it empty.
        directory: where the token is mounted below; a temporary directory by default.
        port: 0 takes any free port.
        token_lifetime: seconds that a token lives.
        auto_advance: whether the clock runs; otherwise only `clock.advance` moves it.
        clock: the clock, if the test brings its own.
        certificate: certificate file and key file, to serve HTTPS.
        task_details: `argo` gives what releases up to 2.17 really send, a task for each node of
            the Argo Workflow, without parents; `tree` gives the tasks of a run as the published
            API describes them, with parents and children.
        argo_defaults: whether Argo has the settings of KFP 2.17's own manifests, which give every
            node a child `(0)` and make the retries of a task have no effect.
        qps: authenticated calls to Pipelines a second, all clients together, after a burst of ten.
            A stock server allows 5; 0 sets no limit.
        through_ui: whether the server of the web page stands before the API server.
    """

    def __init__(
        self,
        release: str = "2.17.0",
        multi_user: bool = True,
        namespace: str = "team-a",
        seed: int | None = 1,
        directory: str | Path | None = None,
        port: int = 0,
        token_lifetime: float = 7200.0,
        auto_advance: bool = True,
        *,
        clock: Clock | None = None,
        certificate: tuple[str | Path, str | Path] | None = None,
        task_details: str = "argo",
        through_ui: bool = False,
        argo_defaults: bool = False,
        qps: float = 0,
    ) -> None:
        if task_details not in ("tree", "argo"):
            raise ValueError(f"task_details is tree or argo, not {task_details!r}")
        self.release = Release.parse(release)
        self.namespace = namespace
        self.multi_user = multi_user
        self.through_ui = through_ui
        self.clock = clock or Clock(running=auto_advance)
        self.rbac = Rbac()
        self.faults = Faults(self._on_token_fault, self.drop_watches)
        self.requests: list[RecordedRequest] = []
        self.account = ServiceAccount(namespace, "default-editor")
        self.rbac.bind(namespace, self.account.user)
        self._issuer = Issuer(self.clock)
        self.token_lifetime = token_lifetime
        self._token = ""
        self._renew_at: float | None = None
        self._renewal = threading.Lock()
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        if directory is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="kfp-sandbox-")
            directory = self._temporary.name
        self.directory = Path(directory)
        self._volume = TokenVolume(self.directory)
        self.port = port
        self._certificate = certificate
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._alarm: asyncio.Event | None = None
        self._running = False
        self.held: set[IOStream] = set()
        self.api = Api(
            self.release,
            multi_user=multi_user,
            clock=self.clock,
            issuer=self._issuer,
            rbac=self.rbac,
            faults=self.faults,
            random=random.Random(seed),
            argo_tasks=task_details == "argo",
        )
        self.api.state.access.limit = RateLimit(qps)
        self.api.run_states.argo_defaults = argo_defaults
        self.control = Control(self)
        self.kubernetes = Kubernetes(
            self.api.cluster,
            self.faults,
            self._issuer,
            self.account,
            self.directory,
            self._on_restart,
        )
        self.objects = ObjectStore(self.api.state, self.api.run_states)
        self.metadata = MetadataServer(
            MetadataService(self.api.state, self.api.run_states, self._store_session)
        )
        self.kubernetes.mount(Path(certificate[0]) if certificate else None)
        if seed is not None:
            self.api.seed(namespace)
        self.rotate_token()
        self.clock.on_advance(self._renew_token)
        self.clock.on_advance(self.wake)

    # Where it is, and who the notebook is

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        scheme = "https" if self._certificate else "http"
        return f"{scheme}://127.0.0.1:{self.port}"

    @property
    def token_path(self) -> Path:
        """The mounted token."""
        return self._volume.path

    @property
    def token(self) -> str:
        """The text of the current token, wherever a fault may have put it."""
        return self._token

    def environment(self) -> dict[str, str]:
        """Everything that a notebook process needs to find the sandbox."""
        return {
            "KF_PIPELINES_ENDPOINT": self.url,
            "KF_PIPELINES_SA_TOKEN_PATH": str(self.token_path),
            "KF_PIPELINES_METADATA_ENDPOINT": f"http://127.0.0.1:{self.metadata.port}",
            **self.kubernetes.environment(self.url),
            "KF_SERVICE_ACCOUNT_DIRECTORY": str(self.kubernetes.directory),
        }

    def _store_session(self) -> dict[str, Any]:
        """How the object store is reached, as the driver notes it."""
        params = {
            "accessKeyKey": "accesskey",
            "disableSSL": str(not self._certificate).lower(),
            "endpoint": f"127.0.0.1:{self.port}",
            "fromEnv": "false",
            "maxRetries": "5",
            "region": "minio",
            "secretKeyKey": "secretkey",
            "secretName": SECRET,
        }
        return {"Provider": "minio", "Params": params}

    @property
    def outcomes(self) -> dict[str, str]:
        """How tasks of new runs go, by their names; `kfp_sandbox.OUTCOMES` has what there is."""
        return self.api.run_states.outcomes

    def issue_token(
        self,
        audience: str = AUDIENCE,
        expires_in: float | None = None,
        service_account: str = "default-editor",
        namespace: str | None = None,
    ) -> str:
        """A token for anyone, valid for `expires_in` seconds. It is not written anywhere."""
        account = ServiceAccount(namespace or self.namespace, service_account)
        lifetime = self.token_lifetime if expires_in is None else expires_in
        return self._issuer.issue(account, audience, lifetime)

    def write_token(self, text: str) -> None:
        """Mount this text as the token, by the swap that the kubelet makes."""
        self._token = text
        self._renew_at = None
        self._volume.write(text)

    def rotate_token(self) -> None:
        """Mount a new token, as the kubelet does at 80 % of the old one's life."""
        self.write_token(self.issue_token())
        self._renew_at = self.clock.time() + self.token_lifetime * _KUBELET_SHARE

    def _renew_token(self) -> None:
        """Rotate the token if it is time, as the kubelet does."""
        with self._renewal:  # the server and those who push the clock come from two threads
            if self._renew_at is not None and self.clock.time() >= self._renew_at:
                self.rotate_token()

    def drop_watches(self) -> None:
        """Break every open watch of the Kubernetes API, as a restart of its server does."""
        self._in_loop(self.api.cluster.drop)

    def record(self, request: RecordedRequest) -> None:
        """Remember a request; the oldest are forgotten when there are very many."""
        if len(self.requests) >= _MAX_REQUESTS:
            del self.requests[: _MAX_REQUESTS // 2]
        self.requests.append(request)

    def answer_apart(self, call: Call) -> Reply | None:
        """The answer of the control routes and of the object store, which are not recorded."""
        if call.path.startswith("/sandbox/"):
            return self.control.answer(call)
        return self.objects.answer(call) if self.objects.serves(call.path) else None

    async def answer(self, call: Call) -> Reply:
        """The answer of Kubernetes, or of Pipelines and all that stands before it."""
        if self.kubernetes.serves(call.path):  # another server in a real cluster
            self.api.tick()
            return self.kubernetes.answer(call)
        slow = self.faults.take("slow", call.path)
        if slow:
            await asyncio.sleep(float(slow.options.get("seconds", 1.0)))
        if self.through_ui:
            call = ui_server.onward(call)
        early = proxy_faults.answer_early(call, self.faults, multi_user=self.multi_user)
        answer = ui_server.answer if self.through_ui else Api.answer
        return early or proxy_faults.spoil(call, answer(self.api, call), self.faults)

    def clear_requests(self) -> None:
        """Forget the recorded requests."""
        self.requests.clear()

    def add_experiments(self, n: int, namespace: str | None = None) -> list[str]:
        """Add many experiments at once. Returns their ids."""
        return self.api.add_experiments(n, namespace or self.namespace)

    def add_runs(self, n: int, experiment_id: str) -> list[str]:
        """Add many finished runs to an experiment at once. Returns their ids."""
        return self.api.add_runs(n, experiment_id)

    def _on_restart(self, had_token: bool, has_token: bool) -> None:
        """The pod is new: its token is there, or gone, as its Notebook says."""
        if has_token:
            self.faults.clear("token-missing")
        elif had_token:
            self.faults.set("token-missing")

    def _on_token_fault(self, fault: Fault | None) -> None:
        self._renew_at = None
        if fault is None:
            self._issuer.revalidate()
            self.rotate_token()
        elif fault.name == "token-missing":
            self._volume.remove()
        elif fault.name == "token-empty":
            self._volume.write("")
        elif fault.name == "token-unreadable":
            self._volume.write_unreadable()
        elif fault.name == "token-expired":
            self.write_token(self.issue_token(expires_in=-3600))
        elif fault.name == "token-invalidated":
            self._issuer.invalidate(self._token)
        elif fault.name == "token-audience":
            self.write_token(self.issue_token("https://kubernetes.default.svc.cluster.local"))

    # Starting and stopping

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop for good, and remove what was mounted."""
        self.stop()
        if self._temporary:
            self._temporary.cleanup()

    def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        if self._thread:
            return
        sockets = bind_sockets(self.port, "127.0.0.1", family=socket.AF_INET)
        self.port = sockets[0].getsockname()[1]
        self.metadata.start()
        ready = threading.Event()
        self._running = True
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(sockets, ready)),
            name="kfp-sandbox",
            daemon=True,
        )
        self._thread.start()
        ready.wait()

    def stop(self) -> None:
        """Close every connection and stop listening. The rows stay."""
        if not self._thread:
            return
        self.metadata.stop()
        self._running = False
        self.wake()
        self._thread.join()
        self._thread = None

    def wake(self) -> None:
        """Let the server look at the clock now, from any thread."""
        if self._alarm:
            self._in_loop(self._alarm.set)

    def _in_loop(self, function: Callable[[], object]) -> None:
        """Call a function in the server's thread, if it still serves."""
        if self._thread and self._loop:
            with contextlib.suppress(RuntimeError):  # the loop may have ended at this moment
                self._loop.call_soon_threadsafe(function)

    async def _serve(self, sockets: list[socket.socket], ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._alarm = asyncio.Event()
        application = Application([(r".*", Handler, {"sandbox": self})], log_function=keep_silent)
        server = HTTPServer(
            application, ssl_options=self._ssl(), max_buffer_size=_UPLOAD_LIMIT, xheaders=False
        )
        server.add_sockets(sockets)
        ready.set()
        while self._running:
            self._alarm.clear()
            self._renew_token()
            watched = self.api.cluster.watched
            if watched:
                self.api.keep_time()
            interval = _WATCH_INTERVAL if watched else _KUBELET_INTERVAL
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._alarm.wait(), interval)
        server.stop()
        for stream in list(self.held):
            stream.close()
        await server.close_all_connections()

    def _ssl(self) -> ssl.SSLContext | None:
        if not self._certificate:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*(str(path) for path in self._certificate))
        return context
