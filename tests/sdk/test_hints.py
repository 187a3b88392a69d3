"""Hints below failed cells, with the errors that the real SDKs raise over real sockets."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kfp_sandbox import Sandbox

from .python import Python

pytestmark = [pytest.mark.sdk, pytest.mark.timeout(60)]

SIGNED = "Client(host=HOST, credentials=CREDENTIALS(path=TOKEN), namespace='team-a')"
LIST = "list_experiments(namespace='team-a')"


@pytest.fixture
def notebook(shell: Python, sandbox: Sandbox) -> Iterator[Python]:
    """A shell with our extension, and names for what cells use."""
    shell.run("_ = sh.run_line_magic('load_ext', 'jupyter_kfp_auth')")
    shell.run(f"os.environ['KF_PIPELINES_SA_TOKEN_PATH'] = {str(sandbox.token_path)!r}")
    shell.run(f"os.environ['KF_PIPELINES_ENDPOINT'] = {sandbox.url!r}")
    names = f"import kfp; from kfp import Client; HOST={sandbox.url!r}; "
    names += f"TOKEN={str(sandbox.token_path)!r}; import jupyter_kfp_auth as jka; "
    names += "CREDENTIALS=jka.ServiceAccountTokenVolumeCredentials"
    assert cell(shell, names) == ""
    yield shell
    shell.run("_ = sh.run_line_magic('unload_ext', 'jupyter_kfp_auth')")
    shell.run("_ = os.environ.pop('KF_PIPELINES_ENDPOINT', None)")


def cell(notebook: Python, code: str) -> str:
    return notebook.run(f"_ = cell({code!r})")


def hint(notebook: Python, code: str) -> str:
    """Run a cell and return its hint; the traceback must be above it."""
    traceback, mark, text = cell(notebook, code).partition("Hint: ")
    assert mark, traceback
    assert "Traceback" in traceback or "Error" in traceback
    assert text.count("Next step: ") == 1
    assert len(text.splitlines()) < 12
    return text


@pytest.mark.parametrize(
    ("fault", "options", "says"),
    [
        ("token-expired", {}, "has expired"),
        ("token-audience", {}, "is meant for"),
        ("token-invalidated", {}, "deleted or recreated"),
        ("istio-denied", {}, "Istio refused"),
        ("istio-issuer", {}, "does not know the issuer"),
        ("istio-jwks", {}, "signing keys"),
        ("identity-missing", {"status": 409}, "does not accept the token"),
        ("rbac-denied", {}, "may not list experiments in the namespace team-a"),
        ("namespace-rejected", {"always": True}, "names a namespace"),
        ("upstream-unavailable", {}, "cannot reach Pipelines"),
        ("token-missing", {}, "No token for Pipelines is mounted"),
        ("token-empty", {}, "is empty"),
        ("token-unreadable", {}, "may not be read"),
        ("grpc-too-large", {"limit": 5}, "too large"),
    ],
)
def test_what_the_server_answers(
    notebook: Python, sandbox: Sandbox, fault: str, options: dict[str, Any], says: str
) -> None:
    cell(notebook, f"client = {SIGNED}")
    sandbox.faults.set(fault, **options)
    text = hint(notebook, f"client.{LIST}")
    assert says in text
    assert sandbox.token not in text


def test_an_id_that_does_not_exist(notebook: Python) -> None:
    cell(notebook, f"client = {SIGNED}")
    assert "There is no run no-such-run." in hint(notebook, "client.get_run('no-such-run')")


def test_a_namespace_that_is_missing_or_another(notebook: Python) -> None:
    cell(notebook, f"client = {SIGNED}")
    text = hint(notebook, "client.list_recurring_runs()")
    assert "names no namespace" in text
    assert "namespace='team-a'" in text
    text = hint(notebook, "client.list_experiments(namespace='team-b')")
    assert "may not list experiments in the namespace team-b" in text
    assert "%kfp doctor -n team-b" in text


def test_a_host_without_credentials(notebook: Python) -> None:
    text = hint(notebook, f"Client(host=HOST, namespace='team-a').{LIST}")
    assert "sends no token, although one is mounted" in text
    assert "ServiceAccountTokenVolumeCredentials()" in text


def test_a_host_without_credentials_and_without_a_token(notebook: Python, sandbox: Sandbox) -> None:
    sandbox.faults.set("token-missing")
    text = hint(notebook, f"Client(host=HOST, namespace='team-a').{LIST}")
    assert "No token for Pipelines is mounted" in text


def test_a_copied_token(notebook: Python, sandbox: Sandbox) -> None:
    old = sandbox.issue_token(expires_in=-60)
    code = f"Client(host=HOST, namespace='team-a', existing_token={old!r}).{LIST}"
    assert "holds a copy of a token" in hint(notebook, code)


def test_code_for_the_other_version(notebook: Python) -> None:
    two = notebook.run("print(kfp.__version__)").startswith("2")
    cells: tuple[str, ...]
    if two:
        cells = (
            "kfp.auth.ServiceAccountTokenVolumeCredentials()",
            "import kfp.auth",
            "from kfp.auth import ServiceAccountTokenVolumeCredentials",
            "from kfp import auth",
        )
        home = "kfp.client.set_volume_credentials"
    else:
        cells = (
            "kfp.client",
            "from kfp.client.set_volume_credentials import ServiceAccountTokenVolumeCredentials",
        )
        home = "kfp.auth"
    for code in cells:
        text = hint(notebook, code)
        line = f"from {home} import ServiceAccountTokenVolumeCredentials"
        assert line in text
        assert "Error" not in cell(notebook, line), "the corrected line must work"


def test_hosts_where_nothing_is(notebook: Python, sandbox: Sandbox) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{free.getsockname()[1]}"
        text = hint(notebook, f"Client(host={dead!r}, namespace='team-a').{LIST}")
        assert f"Nothing listens at {dead}" in text
    name = "http://ml-pipeline.nowhere.invalid:8888"
    text = hint(notebook, f"Client(host={name!r}, namespace='team-a').{LIST}")
    assert "does not resolve" in text


def test_a_host_without_its_scheme(notebook: Python) -> None:
    """The SDK takes it for https; a server in Go refuses that in plain HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Thread(target=_refuse_tls, args=(server,), daemon=True)
        stop.start()
        bare = f"127.0.0.1:{server.getsockname()[1]}"
        text = hint(notebook, f"Client(host={bare!r}, namespace='team-a').{LIST}")
        server.shutdown(socket.SHUT_RDWR)
        stop.join()
    assert "TLS handshake" in text
    assert f"%kfp use --host http://{bare}\n" in text


def _refuse_tls(server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")


def test_no_host_at_all(notebook: Python) -> None:
    notebook.run("_ = os.environ.pop('KF_PIPELINES_ENDPOINT', None)")
    text = hint(notebook, f"Client(namespace='team-a').{LIST}")
    assert "found none, so it asks http://localhost" in text


def test_a_login_page_that_looks_like_an_empty_answer(notebook: Python, sandbox: Sandbox) -> None:
    cell(notebook, f"client = {SIGNED}")
    sandbox.faults.set("login-page")
    shown = cell(notebook, f"client.{LIST}")
    assert "None" in shown
    assert "Hint: " in shown
    assert "wants a browser login" in shown
    sandbox.faults.clear()
    sandbox.faults.set("not-json", body="{}")
    shown = cell(notebook, f"client.{LIST}")
    assert "None" in shown, "an empty list"
    assert "Hint: " not in shown


def test_nothing_where_an_object_was_expected(notebook: Python, sandbox: Sandbox) -> None:
    cell(notebook, f"client = {SIGNED}")
    sandbox.faults.set("login-page")
    code = "client.wait_for_run_completion('1', 1)"  # 'NoneType' object has no attribute 'status'
    if notebook.run("print(kfp.__version__)").startswith("2"):
        code = "client.get_experiment(experiment_name='churn-xgboost', namespace='team-a')"
    assert "wants a browser login" in hint(notebook, code)


def test_the_health_check_of_the_constructor(notebook: Python, sandbox: Sandbox) -> None:
    sandbox.faults.set("istio-denied")
    notebook.run("import time; sleep, time.sleep = time.sleep, lambda seconds: None")
    text = hint(notebook, "Client(host=HOST)")
    notebook.run("time.sleep = sleep")
    assert "five times for its health" in text
    assert "%kfp doctor" in text


def test_a_wait_that_ends_before_its_run(notebook: Python) -> None:
    cell(notebook, f"client = {SIGNED}\nrun = %kfp runs --state running --limit 1")
    text = hint(notebook, "client.wait_for_run_completion(run[0].run_id, -1)")
    assert "The wait timed out" in text
    run_id = notebook.run("print(sh.user_ns['run'][0].run_id)").strip()
    assert f"%kfp run {run_id}" in text


def test_a_damaged_context(notebook: Python) -> None:
    path = Path(notebook.run("print(os.environ['HOME'])").strip()) / ".config/kfp/context.json"
    path.parent.mkdir(parents=True)
    try:
        path.write_text("{")
        assert "cannot use its stored settings" in hint(notebook, "Client(host=HOST)")
        path.write_text("{}")
        assert "cannot use its stored settings" in hint(notebook, "Client(host=HOST)")
    finally:
        path.unlink()
        path.parent.rmdir()


def test_other_errors_get_no_hint(notebook: Python) -> None:
    for code in (
        "1/0",
        "import no_such_module",
        "kfp.Client(nonsense=1)",
        "None.status",
        "{}['a']",
    ):
        shown = cell(notebook, code)
        assert "Error" in shown
        assert "Hint" not in shown
    assert "Hint" not in cell(notebook, "1")


def test_hints_are_switched_off(notebook: Python, sandbox: Sandbox) -> None:
    cell(notebook, f"client = {SIGNED}")
    sandbox.faults.set("istio-denied")
    cell(notebook, "%config KfpAuth.hints = False")
    shown = cell(notebook, f"client.{LIST}")
    assert "ApiException" in shown
    assert "Hint" not in shown
    cell(notebook, "%config KfpAuth.hints = True")
    assert "Istio refused" in hint(notebook, f"client.{LIST}")
    notebook.run("_ = sh.run_line_magic('unload_ext', 'jupyter_kfp_auth')")
    assert "Hint" not in cell(notebook, f"client.{LIST}")


def test_a_client_that_goes_on_without_its_token(notebook: Python, sandbox: Sandbox) -> None:
    """In a pod without a token file, `kfp.Client()` only logs that it goes on without."""
    sandbox.faults.set("token-missing")
    notebook.run("import kubernetes; real = kubernetes.config.load_incluster_config")
    notebook.run("kubernetes.config.load_incluster_config = lambda: None")
    notebook.run("_ = os.environ.pop('KF_PIPELINES_ENDPOINT', None)")
    shown = cell(notebook, "quiet = Client(namespace='team-a')")
    notebook.run("kubernetes.config.load_incluster_config = real")
    assert "Proceeding without credentials" in shown
    assert "Hint: No token for Pipelines is mounted" in shown
    assert "Hint" not in cell(notebook, "1")


def test_a_change_whose_answer_gets_lost(notebook: Python, sandbox: Sandbox) -> None:
    cell(notebook, f"client = {SIGNED}")
    run = "client._run_api"
    terminate = "terminate_run" if notebook.run("print(kfp.__version__)").startswith("1") else ""
    method = terminate or "run_service_terminate_run"
    cell(notebook, f"terminate = getattr({run}, {method!r}, None) or {run}.terminate_run")
    sandbox.faults.set("upstream-unavailable")
    text = hint(notebook, "terminate('10000000-0000-4000-8000-000000000001')")
    assert "terminate a run may have been carried out" in text
    assert "%kfp runs" in text


@pytest.mark.parametrize(
    ("status", "content_type", "body", "says"),
    [
        (401, "text/plain", "Unauthorized", "guarded by something that is not Kubeflow"),
        (403, "text/html", "<html><title>403 Forbidden</title></html>", "refuses the request"),
        (403, "text/html", "<html>Log in with OpenShift</html>", "OpenShift's login"),
        (
            403,
            "application/json",
            '{"kind": "Status", "apiVersion": "v1", "message": "no", "code": 403}',
            "The cluster's API server answered",
        ),
        (400, "application/xml", "<Error><Code>x</Code></Error>", "does not answer"),
    ],
)
def test_answers_of_others(
    notebook: Python, sandbox: Sandbox, status: int, content_type: str, body: str, says: str
) -> None:
    cell(notebook, f"client = {SIGNED}")
    sandbox.faults.set("not-json", status=status, content_type=content_type, body=body)
    text = hint(notebook, f"client.{LIST}")
    assert says in text
    assert "PodDefault" not in text
    assert "RoleBinding" not in text
    assert "<" not in text.partition("More:")[0]
