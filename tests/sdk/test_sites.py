"""Installations that are not the stock one: each works from settings or the environment alone.

Each is asked in three ways: by `connect()`, by `%kfp`, and by the real SDK through `client()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jupyter_kfp_auth.doctor.paste import fill
from kfp_sandbox import Sandbox

from .python import Python

pytestmark = [pytest.mark.sdk, pytest.mark.timeout(60)]

CERTIFICATES = Path(__file__).parents[1] / "certificates"
#: A name server that knows the name, and a network that leads from its ports to the sandbox.
DNS = (
    "import socket; find = socket.getaddrinfo; asked = set(); "
    "socket.getaddrinfo = lambda host, port, *a, **k: find('127.0.0.1', {port}, *a, **k) "
    "if host == {name!r} and not asked.add(port) or host == '127.0.0.1' and port in asked "
    "else find(host, port, *a, **k)"
)


@contextmanager
def site(shell: Python, environment: dict[str, str], *lines: str) -> Iterator[None]:
    """A shell of a notebook in an installation, with nothing left behind."""
    shell.run("kept = dict(os.environ)")
    for name, value in environment.items():
        shell.run(f"os.environ[{name!r}] = {value!r}")
    shell.run("_ = sh.run_line_magic('load_ext', 'jupyter_kfp_auth')")
    for line in lines:
        assert "Error" not in shell.run(line)
    yield
    shell.run("_ = sh.run_line_magic('unload_ext', 'jupyter_kfp_auth')")
    shell.run("os.environ.clear(); os.environ.update(kept)")


def check(shell: Python, sandbox: Sandbox) -> None:
    """Ask in the three ways; each must be signed in and find the experiments."""
    printed = shell.run(
        "import jupyter_kfp_auth as jka; print(jka.connect().list_experiments().total_size)"
    )
    expected = int(printed)
    assert expected > 0
    shell.run("_ = cell('found = %kfp experiments')")
    assert shell.run("print(sh.user_ns['found'].total_size)").strip() == str(expected)
    shell.run("client = None; warnings.simplefilter('ignore', UserWarning); client = jka.client()")
    listed = shell.run("print(client.list_experiments(namespace='team-a').total_size)")
    assert int(listed) >= expected, "the SDK counts archived ones, too"
    assert {request.headers.get("Authorization") for request in sandbox.requests} == {
        f"Bearer {sandbox.token}"
    }
    assert "OK: " in shell.run("print(jka.diagnose())")


def test_kfp_in_another_namespace(shell: Python, sandbox: Sandbox) -> None:
    name = "ml-pipeline.kfp-system.svc.cluster.local"
    environment = {"KF_PIPELINES_SA_TOKEN_PATH": str(sandbox.token_path)}
    dns = DNS.format(port=sandbox.port, name=name)
    with site(shell, environment, dns, "_ = cell(\"%config KfpAuth.kfp_namespace='kfp-system'\")"):
        check(shell, sandbox)
        shell.run("socket.getaddrinfo = find")
    assert {request.headers["Host"] for request in sandbox.requests} == {f"{name}:8888"}


def test_tls_with_a_private_ca(shell: Python) -> None:
    with Sandbox(certificate=(CERTIFICATES / "server.crt", CERTIFICATES / "test.key")) as sandbox:
        assert sandbox.url.startswith("https://")
        with site(shell, sandbox.environment()):
            assert "not trusted" in shell.run(
                "import jupyter_kfp_auth as jka; print(jka.diagnose().message)"
            )
        assert not sandbox.requests, "verification is never switched off"
        for variable in ("KF_PIPELINES_SSL_SA_CERTS", "SSL_CERT_FILE"):
            trusting = {**sandbox.environment(), variable: str(CERTIFICATES / "ca.crt")}
            with site(shell, trusting):
                check(shell, sandbox)


@pytest.mark.parametrize("path", ["", "/pipeline"])
def test_through_the_server_of_the_web_page(shell: Python, path: str) -> None:
    name = "ml-pipeline-ui.kubeflow"
    with Sandbox(through_ui=True) as sandbox:
        environment = {**sandbox.environment(), "KF_PIPELINES_ENDPOINT": f"http://{name}{path}"}
        with site(shell, environment, DNS.format(port=sandbox.port, name=name)):
            check(shell, sandbox)
            sandbox.faults.set("token-missing")
            # Istio refuses whoever sends none, before Pipelines can say so.
            printed = shell.run("print(jka.diagnose().cause)")
            assert printed.strip() == "token-missing"
            shell.run("socket.getaddrinfo = find")
        assert sandbox.requests[-1].status == 403


def test_the_names_of_deploykf(shell: Python, tmp_path: Path) -> None:
    with Sandbox(directory=tmp_path / "ml-pipeline") as sandbox, site(shell, sandbox.environment()):
        check(shell, sandbox)
        where = "/var/run/secrets/ml-pipeline/token"
        shell.run(f"os.environ['KF_PIPELINES_SA_TOKEN_PATH'] = {where!r}")
        printed = shell.run("print(jka.diagnose())")
    assert f"there is no file {where}" in printed
    assert 'kubeflow-pipelines-api-token: "true"' in printed
    assert "mountPath: /var/run/secrets/ml-pipeline\n" in printed
    assert "access-ml-pipeline" not in printed
    assert "access-ml-pipeline" in fill("poddefault", {"path": "/somewhere/else/token"})


def test_kfp_1_8(shell: Python) -> None:
    one = shell.run("print(kfp.__version__)").startswith("1")
    with Sandbox("1.8.5") as sandbox, site(shell, sandbox.environment()):
        if one:
            check(shell, sandbox)
            return
        # The newer SDK does not go with it; the rest does.
        shell.run("_ = cell('found = %kfp experiments')")
        assert int(shell.run("print(sh.user_ns['found'].total_size)")) > 0
        printed = shell.run("_ = cell('%kfp client')")
    assert "the server is older than 2.0" in printed
    assert "pip install 'kfp>=1.8,<2'" in printed
