"""`%kfp` in an IPython shell of this process, against the sandbox."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from kfp_sandbox import Sandbox


@pytest.fixture
def shell(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)
    monkeypatch.delenv("JUPYTER_SERVER_URL", raising=False)
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "jupyter_kfp_auth")
    yield shell
    shell.run_line_magic("unload_ext", "jupyter_kfp_auth")


def run(shell: InteractiveShell, cell: str) -> tuple[bool, str]:
    """Run a cell; return whether it succeeded, and everything it printed."""
    with capture_output() as captured:
        result = shell.run_cell(cell)
    return bool(result.success), captured.stdout + captured.stderr


def test_lists_experiments_without_host_token_or_namespace(
    shell: InteractiveShell, sandbox: Sandbox
) -> None:
    ok, _ = run(shell, "found = %kfp experiments")
    assert ok
    found = shell.user_ns["found"]
    assert len(found) == found.total_size > 0
    request = sandbox.requests[-1]
    assert request.query["namespace"] == sandbox.namespace
    assert request.headers["Authorization"] == f"Bearer {sandbox.token}"
    assert found[0].display_name in repr(found)
    assert f"{len(found)} of {len(found)} experiments in {sandbox.namespace}" in repr(found)


def test_a_comment_behind_a_command_is_a_comment(shell: InteractiveShell) -> None:
    ok, _ = run(shell, "found = %kfp experiments --search churn   # those of one project")
    assert ok
    assert shell.user_ns["found"]


def test_a_result_is_html_and_text_and_shows_names_as_text(
    shell: InteractiveShell, sandbox: Sandbox
) -> None:
    ok, _ = run(shell, "import jupyter_kfp_auth as jka")
    from jupyter_kfp_auth.commands.results import Listing
    from jupyter_kfp_auth.pipelines.models import Experiment

    hostile = Experiment("1", "<script>alert(1)</script>\x1b[31m\u202egnp.exe")
    listing = Listing("experiments", (hostile,), 1)
    bundle = listing._repr_mimebundle_()
    assert "<script>" not in bundle["text/html"]
    assert "&lt;script&gt;" in bundle["text/html"]
    for form in bundle.values():
        assert "\x1b" not in form
        assert "\u202e" not in form
    assert ok


def test_options_narrow_the_list(shell: InteractiveShell) -> None:
    run(shell, "failed = %kfp runs --state failed --limit 2")
    failed = shell.user_ns["failed"]
    assert len(failed) == 2 < failed.total_size
    assert {run.state for run in failed} == {"FAILED"}
    run(shell, "one = %kfp experiments --search churn-x")
    assert [e.display_name for e in shell.user_ns["one"]] == ["churn-xgboost"]
    run(shell, 'by_name = %kfp experiments --sort "name asc"')
    names = [e.display_name for e in shell.user_ns["by_name"]]
    assert names == sorted(names, key=str.lower)


def test_a_limit_above_one_page_brings_every_row_once(
    shell: InteractiveShell, sandbox: Sandbox
) -> None:
    sandbox.add_experiments(450)
    run(shell, "found = %kfp experiments --limit 1000")
    found = shell.user_ns["found"]
    assert len({e.experiment_id for e in found}) == len(found) == found.total_size > 450


def test_python_values_and_names_go_into_the_line(shell: InteractiveShell) -> None:
    run(shell, "failed = %kfp runs --state failed --limit 1")
    ok, _ = run(shell, "one = %kfp run {failed[0].run_id}")
    assert ok
    assert shell.user_ns["one"].item.run_id == shell.user_ns["failed"][0].run_id
    assert shell.user_ns["one"].item.tasks


def test_json_is_for_programs(shell: InteractiveShell) -> None:
    ok, printed = run(shell, "%kfp experiments --json")
    assert ok
    assert set(json.loads(printed)) == {"items", "next_page_token", "total_size"}


def test_to_pandas(shell: InteractiveShell) -> None:
    run(shell, "runs = %kfp runs\nframe = runs.to_pandas()")
    assert list(shell.user_ns["frame"]["run_id"]) == [r.run_id for r in shell.user_ns["runs"]]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("%kfp experimets", "Did you mean experiments?"),
        ("%kfp runs --state gone", "--state must be one of pending, running"),
        ("%kfp experiments --limit none", "whole number from 1 to 100000, not 'none'"),
        ("%kfp run", "%kfp run needs RUN"),
        ("%kfp experiments 'open", "close the quotes"),
        ("%kfp client not-a-name", "is not a name for a variable"),
    ],
)
def test_a_line_that_is_not_understood_gets_one_line(
    shell: InteractiveShell, line: str, says: str
) -> None:
    ok, printed = run(shell, line)
    assert not ok
    assert says in printed
    assert "Traceback" not in printed
    assert len(printed.strip().splitlines()) == 1


def test_help(shell: InteractiveShell) -> None:
    ok, printed = run(shell, "%kfp")
    assert ok
    assert "experiments" in printed
    assert "doctor" in printed
    ok, printed = run(shell, "%kfp runs -h")
    assert ok
    assert "%kfp runs --state failed" in printed


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("token-missing", "No token for Pipelines is mounted"),
        ("token-empty", "is empty"),
        ("login-page", "wants a browser login"),
        ("token-expired", "has expired"),
        ("istio-denied", "Istio refused"),
        ("rbac-denied", "may not list experiments"),
    ],
)
def test_bad_input_is_one_sentence_and_one_next_step(
    shell: InteractiveShell, sandbox: Sandbox, fault: str, says: str
) -> None:
    sandbox.faults.set(fault)
    ok, printed = run(shell, "%kfp experiments")
    assert not ok, "a cell that did not get its data must fail"
    assert says in printed
    assert printed.count("Next step:") == 1
    assert "Traceback" not in printed
    assert "0 of 0" not in printed


def test_an_unreachable_host(shell: InteractiveShell, sandbox: Sandbox) -> None:
    sandbox.stop()
    ok, printed = run(shell, "%kfp experiments")
    assert not ok
    assert "Nothing listens at" in printed
    assert "Traceback" not in printed
    sandbox.start()
    ok, _ = run(shell, "%kfp experiments")
    assert ok


def test_use_changes_the_namespace_and_never_the_host(
    shell: InteractiveShell, sandbox: Sandbox
) -> None:
    ok, _ = run(shell, "%kfp use -n team-b")
    assert ok
    run(shell, "%kfp experiments")
    assert sandbox.requests[-1].query["namespace"] == "team-b"
    assert sandbox.requests[-1].status == 403
    run(shell, "import jupyter_kfp_auth as jka\nsettings = jka.connect().settings")
    assert shell.user_ns["settings"].host.value == sandbox.url
    assert shell.user_ns["settings"].namespace.origin == "%kfp use"
    run(shell, "%kfp use --reset")
    ok, _ = run(shell, "%kfp experiments")
    assert ok


@pytest.mark.parametrize(
    ("fault", "sent"),
    [("namespace-rejected", ["team-a", None]), ("namespace-required", [None, "team-a"])],
)
def test_a_server_that_objects_to_namespaces_is_asked_the_other_way_from_then_on(
    shell: InteractiveShell, fault: str, sent: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(multi_user=fault == "namespace-rejected") as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        sandbox.faults.set(fault)
        assert run(shell, "%kfp experiments --json")[0]
        lists = [r for r in sandbox.requests if r.path.endswith("/experiments")]
        assert [request.query.get("namespace") for request in lists] == sent
        sandbox.clear_requests()
        # Other clients, with other settings, of the same process and server.
        assert run(shell, "%kfp runs -n team-a --json")[0]
        assert run(shell, "import jupyter_kfp_auth as j; j.connect().list_runs()")[0]
        assert {request.status for request in sandbox.requests} == {200}
        # And back, when the server changes its mind.
        sandbox.faults.clear()
        sandbox.faults.set("namespace-required" if sent[1] is None else "namespace-rejected")
        assert run(shell, "import jupyter_kfp_auth as j; j.connect().list_runs()")[0]


def test_use_refuses_what_cannot_be_used_and_keeps_what_was(shell: InteractiveShell) -> None:
    ok, printed = run(shell, "%kfp use -n Not_A_Namespace")
    assert not ok
    assert "is not a Kubernetes name" in printed
    ok, _ = run(shell, "%kfp experiments")
    assert ok


def test_status_shows_each_setting_with_its_origin_and_what_is_installed(
    shell: InteractiveShell, sandbox: Sandbox
) -> None:
    run(shell, "%config KfpAuth.timeout = 7.5")
    run(shell, "status = %kfp status")
    shown = dict(shell.user_ns["status"].rows)
    assert shown["Host"] == f"{sandbox.url} (KF_PIPELINES_ENDPOINT)"
    assert shown["Namespace"] == "team-a (the token)"
    assert shown["Timeout in seconds"] == "7.5 (KfpAuth.timeout)"
    assert shown["Namespace of Pipelines"] == "kubeflow (default)"
    assert shown["Identity"] == "system:serviceaccount:team-a:default-editor"
    assert re.fullmatch(
        r"audience pipelines.kubeflow.org, expires in (1 hour|2 hours)", shown["Token"]
    )
    assert shown["Pipelines"].startswith("release 2.17.0, API v2beta1, multi-user, the sandbox")
    assert shown["kfp SDK"].startswith("not installed here")
    assert shown["Jupyter server"].startswith("not reachable from here: no Jupyter server")
    assert shown["anywidget"].endswith(" here")
    sandbox.faults.set("token-expired")
    run(shell, "status = %kfp status")
    assert "expired 1 hour ago" in shell.user_ns["status"].text()


def test_status_of_what_does_not_answer(shell: InteractiveShell, sandbox: Sandbox) -> None:
    sandbox.faults.set("token-missing")
    sandbox.stop()
    run(shell, "status = %kfp status")
    shown = dict(shell.user_ns["status"].rows)
    assert shown["Token"] == "none"
    assert shown["Pipelines"] == "did not answer"
    assert "Nothing listens at" in shown["Problem"]
    sandbox.start()
    sandbox.faults.set("silent")
    start = time.monotonic()
    run(shell, "status = %kfp status")
    assert time.monotonic() - start < 5
    assert "did not answer within 3 s" in shell.user_ns["status"].text()


def test_traitlets_configure_the_magic(shell: InteractiveShell) -> None:
    run(shell, "%config KfpAuth.namespace = 'team-b'")
    run(shell, "status = %kfp status")
    namespace = shell.user_ns["status"].data["settings"]["namespace"]
    assert namespace == {"value": "team-b", "origin": "KfpAuth.namespace"}


def test_loading_twice_reloading_and_unloading(shell: InteractiveShell) -> None:
    for name in ("load_ext", "reload_ext"):
        shell.run_line_magic(name, "jupyter_kfp_auth")
    assert sum(type(c).__name__ == "KfpAuth" for c in shell.configurables) == 1
    shell.run_line_magic("unload_ext", "jupyter_kfp_auth")
    assert "kfp" not in shell.magics_manager.magics["line"]
    assert not any(type(c).__name__ == "KfpAuth" for c in shell.configurables)
    shell.run_line_magic("load_ext", "jupyter_kfp_auth")
    ok, _ = run(shell, "%kfp experiments")
    assert ok


def test_loading_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell()\n"
        "before = set(sys.modules)\n"
        "shell.run_line_magic('load_ext', 'jupyter_kfp_auth')\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new & {'requests', 'ipywidgets', 'anywidget', 'kfp', 'jwt', 'rich'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_is_written_below_home(
    shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for line in ("%kfp experiments", "%kfp runs", "%kfp status", "%kfp doctor"):
        assert run(shell, line)[0]
    assert not (tmp_path / ".config").exists()


def test_the_token_shows_nowhere(shell: InteractiveShell, sandbox: Sandbox) -> None:
    shown = ""
    for line in ("%kfp experiments", "%kfp status --json", "%kfp doctor --json", "%kfp runs"):
        shown += run(shell, line)[1]
    sandbox.faults.set("rbac-denied")
    shell.run_line_magic("xmode", "Verbose")
    shown += run(shell, "import jupyter_kfp_auth\njupyter_kfp_auth.connect().list_runs()")[1]
    shell.run_line_magic("xmode", "Context")
    assert "rbac" in shown.lower() or "may not" in shown
    assert sandbox.token not in shown
    assert sandbox.token.rpartition(".")[2] not in shown
