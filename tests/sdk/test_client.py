"""`jupyter_kfp_auth.client()` with the real SDKs, each in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kfp_sandbox import Sandbox

from .environments import SDKS
from .python import Python

pytestmark = [pytest.mark.sdk, pytest.mark.timeout(60)]


@pytest.fixture(params=sorted(SDKS))
def python(request: pytest.FixtureRequest, sandbox: Sandbox, tmp_path: Path) -> Iterator[Python]:
    environment = {**sandbox.environment(), "HOME": str(tmp_path)}
    python = Python(SDKS[request.param](), environment)
    yield python
    python.close()


def test_is_a_real_client_that_stays_signed_in(python: Python, sandbox: Sandbox) -> None:
    printed = python.run("import kfp, jupyter_kfp_auth as jka; client = jka.client()")
    assert "FutureWarning" not in printed
    assert python.run("type(client) is kfp.Client").strip() == "True"
    first, old = sandbox.namespace, sandbox.token
    assert python.run("client.get_user_namespace()").strip() == repr(first)
    listed = python.run("client.list_experiments(namespace='team-a').total_size")
    assert int(listed) > 0
    assert sandbox.requests[-1].headers["Authorization"] == f"Bearer {old}"
    sandbox.rotate_token()
    assert sandbox.token != old
    python.run("client.list_experiments(namespace='team-a').total_size")
    assert sandbox.requests[-1].headers["Authorization"] == f"Bearer {sandbox.token}"


def test_your_namespace_never_becomes_the_host(python: Python, sandbox: Sandbox) -> None:
    python.run("import jupyter_kfp_auth as jka")
    # team-b may not be read; the refusal comes from the right server, before a client is built.
    printed = python.run("jka.client(namespace='team-b')")
    assert "may not list experiments in the namespace team-b" in printed
    assert {request.query.get("namespace") for request in sandbox.requests} == {None, "team-b"}


def test_leaves_the_stored_context_alone(python: Python, sandbox: Sandbox, tmp_path: Path) -> None:
    context = tmp_path / ".config" / "kfp" / "context.json"
    context.parent.mkdir(parents=True)
    context.write_text('{"namespace": "old-team"}')
    python.run("import jupyter_kfp_auth as jka; client = jka.client()")
    assert python.run("client.get_user_namespace()").strip() == repr(sandbox.namespace)
    assert context.read_text() == '{"namespace": "old-team"}'


def test_is_the_sdks_own_credentials_class(python: Python) -> None:
    printed = python.run(
        "import jupyter_kfp_auth as jka; jka.ServiceAccountTokenVolumeCredentials.__module__"
    )
    assert printed.strip() in (
        "'kfp.auth._satvolumecredentials'",
        "'kfp.client.set_volume_credentials'",
    )


def test_links_lead_below_the_page_and_not_to_the_api(python: Python) -> None:
    python.run("import kfp, jupyter_kfp_auth as jka; client = jka.client()")
    assert python.run("client._get_url_prefix()").strip() == "'/pipeline'"
    python.run("client = jka.client(ui_host='https://kubeflow.example/pipeline')")
    printed = python.run("client._get_url_prefix()")
    assert printed.strip() == "'https://kubeflow.example/pipeline'"
    older = python.run("print(kfp.__version__)").startswith("1")
    said = "kfp.Client() sends no token; %kfp client does"
    assert (said in python.run("print(jka.diagnose())")) is not older, "one warning at a time"


def test_a_dead_server_is_said_at_once(python: Python, sandbox: Sandbox) -> None:
    sandbox.stop()
    printed = python.run("import jupyter_kfp_auth as jka; client = jka.client()")
    assert "Nothing listens at" in printed
    assert "attempt 1 of 5" not in printed


@pytest.mark.parametrize(
    ("sdk", "release", "says", "pip"),
    [
        ("kfp-2", "1.8.5", "the server is older than 2.0", "pip install 'kfp>=1.8,<2'"),
        ("kfp-1.8.22", "2.17.0", "is older than Pipelines 2.17.0", "pip install 'kfp>=2,<3'"),
    ],
)
def test_says_what_to_install_where_server_and_sdk_do_not_fit(
    sdk: str, release: str, says: str, pip: str, tmp_path: Path
) -> None:
    with Sandbox(release) as sandbox:
        python = Python(SDKS[sdk](), {**sandbox.environment(), "HOME": str(tmp_path)})
        try:
            python.run("import jupyter_kfp_auth as jka")
            assert pip in python.run("print(jka.diagnose())")
            printed = python.run("client = jka.client()")
        finally:
            python.close()
        assert says in printed
        assert "attempt 1 of 5" not in printed


def test_kfp_1_8_fits_its_own_server(tmp_path: Path) -> None:
    with Sandbox("1.8.5") as sandbox:
        python = Python(SDKS["kfp-1.8.22"](), {**sandbox.environment(), "HOME": str(tmp_path)})
        try:
            printed = python.run("import jupyter_kfp_auth as jka; client = jka.client()")
            assert "Warning" not in printed
            assert int(python.run("client.list_experiments(namespace='team-a').total_size")) > 0
            assert sandbox.requests[-1].path.startswith("/apis/v1beta1/")
        finally:
            python.close()


def test_a_server_for_one_user_gets_no_namespace(tmp_path: Path) -> None:
    with Sandbox(multi_user=False) as sandbox:
        python = Python(SDKS["kfp-2"](), {**sandbox.environment(), "HOME": str(tmp_path)})
        try:
            python.run("import jupyter_kfp_auth as jka; client = jka.client()")
            assert python.run("client.get_user_namespace()").strip() == "''"
            assert int(python.run("client.list_experiments().total_size")) > 0
            assert not sandbox.requests[-1].query["namespace"]
            assert not (tmp_path / ".config").exists()
        finally:
            python.close()


def test_a_server_that_wants_no_namespace_after_all(python: Python, sandbox: Sandbox) -> None:
    sandbox.faults.set("namespace-rejected")
    python.run("import jupyter_kfp_auth as jka; client = jka.client()")
    assert python.run("client.get_user_namespace()").strip() == "''"
    assert [request.status for request in sandbox.requests] == [200, 400, 200]
    sandbox.clear_requests()
    python.run("client = jka.client(); found = jka.connect().list_runs()")
    assert {request.status for request in sandbox.requests} == {200}, "remembered by the process"


def test_without_kfp_it_says_how_to_install_it() -> None:
    code = "import jupyter_kfp_auth as jka\ntry:\n jka.client()\nexcept ImportError as e: print(e)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "The kfp SDK is not installed here. Run: pip install kfp"
