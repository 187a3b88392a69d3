"""`%kfp client --everywhere` with the real SDKs: notebooks for other clusters run unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kfp_sandbox import Sandbox

from .python import Python

pytestmark = [pytest.mark.sdk, pytest.mark.timeout(60)]


@pytest.fixture
def everywhere(shell: Python, sandbox: Sandbox) -> Iterator[Python]:
    shell.run("_ = sh.run_line_magic('load_ext', 'jupyter_kfp_auth')")
    path = str(sandbox.token_path)
    shell.run(f"os.environ['KF_PIPELINES_SA_TOKEN_PATH'] = {path!r}")
    shell.run(f"_ = cell('%kfp use --host {sandbox.url}')")
    printed = shell.run("_ = cell('%kfp client --everywhere')")
    assert "is an authenticated kfp.Client" in printed
    assert "Warning" not in printed, "what there is to say is said in plain words"
    sandbox.clear_requests()
    yield shell
    shell.run("_ = sh.run_line_magic('unload_ext', 'jupyter_kfp_auth')")


def signed_in(sandbox: Sandbox) -> bool:
    last = sandbox.requests[-1]
    return last.headers.get("Authorization") == f"Bearer {sandbox.token}"


def lists(python: Python, call: str) -> int:
    printed = python.run(f"{call}.list_experiments(namespace='team-a').total_size")
    assert printed.strip().isdigit(), printed
    return int(printed)


@pytest.mark.parametrize(
    "call",
    [
        "kfp.Client()",
        "Client()",
        "Client(namespace='team-a')",
        "Client(namespace='kubeflow', ui_host='https://kubeflow.example')",
        "Client(None)",
    ],
)
def test_a_client_without_credentials_gets_ours(
    everywhere: Python, sandbox: Sandbox, call: str
) -> None:
    assert lists(everywhere, call) > 0
    assert signed_in(sandbox)
    assert everywhere.run(f"{call}.get_user_namespace()").strip() == "'team-a'"
    sandbox.rotate_token()
    assert lists(everywhere, call) > 0


def test_a_host_in_the_cluster_is_kept(everywhere: Python, sandbox: Sandbox) -> None:
    with Sandbox() as other:
        other.write_token(sandbox.token)
        # The other one does not know our token's signer, and its own words say so.
        printed = everywhere.run(f"Client(host={other.url!r})")
        assert other.requests
        assert not sandbox.requests
        assert "Pipelines does not accept the token" in printed
        assert sandbox.token not in printed


def test_the_token_goes_to_no_foreign_host(everywhere: Python, sandbox: Sandbox) -> None:
    printed = everywhere.run(
        "c = Client(host='https://pipelines.example.org', namespace='team-a'); "
        "print(c._existing_config.api_key)"
    )
    assert "pipelines.example.org is not your Pipelines" in printed
    assert printed.strip().endswith("{}")


@pytest.mark.parametrize("own", ["existing_token='mine'", "cookies='a=b'"])
def test_a_client_with_its_own_credentials_keeps_them(
    everywhere: Python, sandbox: Sandbox, own: str
) -> None:
    everywhere.run(
        f"c = Client(host={sandbox.url!r}, namespace='team-a', {own}); "
        "c.list_experiments(namespace='team-a')"
    )
    assert not signed_in(sandbox)


def test_it_is_taken_back(everywhere: Python) -> None:
    changed = "print(Client.__init__ is own)"
    assert everywhere.run(changed).strip() == "False"
    everywhere.run("_ = cell('%kfp client --everywhere')")
    everywhere.run("_ = cell('%kfp client --everywhere --off')")
    assert everywhere.run(changed).strip() == "True"
    everywhere.run("_ = cell('%kfp client --everywhere')")
    assert everywhere.run(changed).strip() == "False"
    everywhere.run("_ = sh.run_line_magic('unload_ext', 'jupyter_kfp_auth')")
    assert everywhere.run(changed).strip() == "True"


def test_nothing_is_stored_below_home(everywhere: Python) -> None:
    lists(everywhere, "Client()")
    home = everywhere.run("print(os.environ['HOME'])").strip()
    assert not (Path(home) / ".config" / "kfp").exists()
