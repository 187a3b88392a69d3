"""A client for the sandbox that speaks plain HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from kfp_sandbox import Sandbox

V1, V2 = "/apis/v1beta1", "/apis/v2beta1"


class Client:
    """Sends requests with the mounted token, read anew each time."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._session = requests.Session()
        self._session.trust_env = False

    def send(
        self, method: str, path: str, *, token: str | None = None, **options: Any
    ) -> requests.Response:
        """Send a request; `token=""` sends none."""
        headers = dict(options.pop("headers", {}))
        text = self.sandbox.token_path.read_text() if token is None else token
        if text:
            headers.setdefault("Authorization", f"Bearer {text}")
        return self._session.request(
            method,
            self.sandbox.url + path,
            headers=headers,
            timeout=options.pop("timeout", 10),
            allow_redirects=False,
            **options,
        )

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of a GET that must succeed."""
        answer = self.send("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None) -> Any:
        """The JSON of a POST that must succeed."""
        answer = self.send("POST", path, json={} if body is None else body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def failure(self, path: str, method: str = "GET", **options: Any) -> tuple[int, Any]:
        """The status and JSON of a request that must fail."""
        answer = self.send(method, path, **options)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()

    def experiment(self, name: str = "mine") -> str:
        """The id of a new experiment in team-a."""
        body = {"display_name": name, "namespace": "team-a"}
        return str(self.post(f"{V2}/experiments", body)["experiment_id"])

    def run(self, spec: Any, experiment: str, **fields: Any) -> Any:
        """A new run of a document."""
        body = {"display_name": "r", "experiment_id": experiment, "pipeline_spec": spec, **fields}
        return self.post(f"{V2}/runs", body)


StartSandbox = Callable[..., Client]


@pytest.fixture
def start(kfp_sandbox_factory: Callable[..., Sandbox]) -> StartSandbox:
    """Starts sandboxes that stop with the test."""

    def start_one(**options: Any) -> Client:
        # The tree says in words what the tests compare; test_task_details looks at the default.
        return Client(kfp_sandbox_factory(**{"task_details": "tree", **options}))

    return start_one


@pytest.fixture
def empty(start: StartSandbox) -> Client:
    """A world without rows, whose clock stands still."""
    return start(seed=None, auto_advance=False)


@pytest.fixture
def client(start: StartSandbox) -> Client:
    """The seeded world, whose clock stands still."""
    return start(auto_advance=False)
