"""The minted token's file: private, renewed in time by whoever reads it, and never shown."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import jupyter_kfp_auth
from jupyter_kfp_auth.auth import requested_token
from jupyter_kfp_auth.auth.token_file import TokenFile
from jupyter_kfp_auth.cluster import token_request
from jupyter_kfp_auth.cluster.client import Kubernetes, KubernetesError
from jupyter_kfp_auth.cluster.token_request import token_file
from jupyter_kfp_auth.doctor import diagnose, repair
from kfp_sandbox import Sandbox
from kfp_sandbox.routing import Call, Reply

from ..secrecy import leaks
from .repairing import MINT, Pod, document, status
from .repairing import pod as pod

CERTIFICATES = Path(__file__).parents[1] / "certificates"


@pytest.fixture
def fixed(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> Pod:
    """A pod that has had a token minted."""
    monkeypatch.setattr(token_request, "_failed", {})
    pod.cluster.allow(MINT)
    assert repair.apply(repair.plan(pod.settings)).ok
    return pod


def path_of(pod: Pod) -> Path:
    path = pod.minted
    assert path is not None
    return path


def age(pod: Pod, share: float) -> str:
    """Put a token in place of which this share of its life is over, and return it."""
    issuer, account = pod.sandbox._issuer, pod.sandbox.account
    then = pod.sandbox.clock.time
    pod._patch.setattr(pod.sandbox.clock, "time", lambda: then() - 7200 * share)
    token = issuer.issue(account, "pipelines.kubeflow.org", 7200)
    pod._patch.setattr(pod.sandbox.clock, "time", then)
    aged = path_of(pod).with_suffix(".aged")
    aged.write_text(token)
    aged.replace(path_of(pod))
    return token


def mintings(pod: Pod) -> int:
    return len([line for line in pod.asked("POST") if line.endswith("/token")])


def test_only_its_user_can_read_it(fixed: Pod) -> None:
    path = path_of(fixed)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == [path.name], "nothing else is left"


def test_a_directory_that_others_may_enter_is_closed(pod: Pod) -> None:
    pod.cluster.allow(MINT)
    directory = Path(os.environ["TMPDIR"]) / f"jupyter-kfp-auth-{os.getuid()}"
    directory.mkdir(mode=0o755)
    assert repair.apply(repair.plan(pod.settings)).ok
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_a_directory_of_someone_else_is_not_used(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    pod.cluster.allow(MINT)
    plan = repair.plan(pod.settings)
    (Path(os.environ["TMPDIR"]) / "jupyter-kfp-auth-12345").mkdir()
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    outcome = repair.apply(plan)
    assert outcome.cause == "mint-unwritable"
    assert "it belongs to someone else" in outcome.message


def test_a_symlink_in_place_of_the_directory_is_not_followed(pod: Pod, tmp_path: Path) -> None:
    pod.cluster.allow(MINT)
    (tmp_path / "elsewhere").mkdir()
    directory = Path(os.environ["TMPDIR"]) / f"jupyter-kfp-auth-{os.getuid()}"
    directory.symlink_to(tmp_path / "elsewhere")
    assert repair.apply(repair.plan(pod.settings)).cause == "mint-unwritable"
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("how", ["open", "symlink", "someone else's"])
def test_a_token_that_others_could_have_put_there_is_not_used(
    fixed: Pod, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = path_of(fixed).parent
    if how == "open":
        directory.chmod(0o777)
    elif how == "symlink":
        directory.rename(tmp_path / "theirs")
        directory.symlink_to(tmp_path / "theirs")
    else:
        theirs = directory.with_name("jupyter-kfp-auth-12345")
        directory.rename(theirs)
        monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert fixed.minted is None
    assert fixed.settings.token_path.origin == "KF_PIPELINES_SA_TOKEN_PATH"


def test_it_is_not_on_the_home_volume(fixed: Pod) -> None:
    assert path_of(fixed).parent.parent == Path(os.environ["TMPDIR"])
    fixed.set("TMPDIR", "")
    where = requested_token.place(str(fixed.cluster.directory)).parent
    assert where == Path("/tmp") / f"jupyter-kfp-auth-{os.getuid()}"


def test_the_session_directory_comes_first(pod: Pod, tmp_path: Path) -> None:
    pod.cluster.allow(MINT)
    pod.set("XDG_RUNTIME_DIR", str(tmp_path / "nowhere"))
    assert "runtime" in str(requested_token.place(str(pod.cluster.directory)))
    pod.set("XDG_RUNTIME_DIR", str(tmp_path))
    assert repair.apply(repair.plan(pod.settings)).ok
    assert path_of(pod).parent == tmp_path / "jupyter-kfp-auth"


def test_a_token_of_another_pod_is_not_used(fixed: Pod) -> None:
    """A home directory may outlive a pod, and be mounted in two."""
    assert fixed.settings.token_path.origin == requested_token.ORIGIN
    other = fixed.cluster.directory.parent / "other"
    shutil.copytree(fixed.cluster.directory, other)
    with Sandbox(seed=None) as elsewhere:
        (other / "token").write_text((elsewhere.kubernetes.directory / "token").read_text())
    fixed.set("KF_SERVICE_ACCOUNT_DIRECTORY", str(other))
    assert fixed.settings.token_path.origin == "KF_PIPELINES_SA_TOKEN_PATH"


@pytest.mark.parametrize(("share", "renewed"), [(0.0, False), (0.78, False), (0.81, True)])
def test_renewed_at_80_percent_of_its_life(fixed: Pod, share: float, renewed: bool) -> None:
    old = age(fixed, share)
    with jupyter_kfp_auth.connect() as client:
        assert client.list_experiments().items
    assert (fixed.minted_token != old) is renewed
    assert mintings(fixed) == 1 + renewed
    assert fixed.sandbox.requests[-1].headers["Authorization"] == f"Bearer {fixed.minted_token}"


def test_a_long_lived_client_is_never_signed_out(fixed: Pod) -> None:
    with jupyter_kfp_auth.connect() as client:
        for share in (0.5, 0.9, 1.5):
            age(fixed, share)
            assert client.list_experiments().items


def test_one_renewal_for_many_threads(fixed: Pod) -> None:
    age(fixed, 0.9)
    file = token_file(fixed.settings)
    with ThreadPoolExecutor(12) as pool:
        found = set(pool.map(lambda _: file.read(), range(60)))
    assert mintings(fixed) == 2
    assert len(found) <= 2


def test_one_renewal_for_many_processes(fixed: Pod) -> None:
    age(fixed, 1.2)
    code = "import jupyter_kfp_auth as j; print(j.connect().list_experiments().total_size)"
    done = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert {process.communicate(timeout=30)[0].strip() for process in done} == {"8"}
    assert mintings(fixed) == 2


def test_while_another_process_renews_a_good_token_is_used(fixed: Pod) -> None:
    old = age(fixed, 0.9)
    with open(path_of(fixed).with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert token_file(fixed.settings).read() == old
    assert mintings(fixed) == 1


def test_an_expired_token_waits_for_the_other_process(
    fixed: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(fixed, 1.2)
    waiting, lock_file = threading.Event(), fcntl.flock

    def flock(file: int, operation: int) -> None:
        waiting.set()
        lock_file(file, operation)

    with open(path_of(fixed).with_suffix(".lock"), "w") as lock, ThreadPoolExecutor(1) as pool:
        lock_file(lock, fcntl.LOCK_EX)
        monkeypatch.setattr(fcntl, "flock", flock)
        found = pool.submit(token_file(fixed.settings).read)
        assert waiting.wait(10)
        fresh = age(fixed, 0.0)  # what the other process does
        lock.close()
        assert found.result(10) == fresh
    assert mintings(fixed) == 1


def test_a_failed_renewal_does_no_harm_and_is_not_repeated_at_once(fixed: Pod) -> None:
    old = age(fixed, 0.9)
    fixed.cluster.deny(MINT)
    for _ in range(3):
        assert jupyter_kfp_auth.connect().list_experiments().items
    assert fixed.minted_token == old
    assert mintings(fixed) == 2
    fixed.cluster.allow(MINT)
    fixed._patch.setattr(token_request, "PAUSE", 0.0)
    assert jupyter_kfp_auth.connect().list_experiments().items
    assert fixed.minted_token != old


def test_a_renewal_for_another_audience_is_thrown_away(fixed: Pod) -> None:
    old = age(fixed, 0.9)
    other = fixed.sandbox.issue_token(audience="https://elsewhere")

    def give(call: Call) -> Reply:
        return Reply.of_json({**document(call), "status": {"token": other}}, 201)

    fixed.answers("POST", "/serviceaccounts/", give)
    assert token_file(fixed.settings).read() == old


def test_an_ended_token_that_cannot_be_renewed_is_named_as_such(fixed: Pod) -> None:
    age(fixed, 1.2)
    fixed.cluster.deny(MINT)
    found = jupyter_kfp_auth.diagnose()
    assert (found.ok, found.cause) == (False, "token-not-renewed")
    plan = repair.plan(fixed.settings)
    assert plan.remedy == "mount", "the next best remedy is offered"


def test_renewal_ends_in_time_when_the_cluster_is_silent(
    fixed: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = age(fixed, 0.9)
    monkeypatch.setattr("jupyter_kfp_auth.cluster.client.TIMEOUT", 0.3)
    fixed.answers("POST", "/serviceaccounts/", lambda call: Reply(0, b"", delivery="silent"))
    begin = time.monotonic()
    assert token_file(fixed.settings).read() == old
    assert token_file(fixed.settings).read() == old
    assert time.monotonic() - begin < 3


def test_settings_see_that_the_file_is_gone(fixed: Pod) -> None:
    assert fixed.settings.token_path.origin == requested_token.ORIGIN
    requested_token.remove(path_of(fixed))
    assert fixed.settings.token_path.origin == "KF_PIPELINES_SA_TOKEN_PATH"
    assert not requested_token.remove(requested_token.place(str(fixed.cluster.directory)))


def test_undoing_leaves_no_file(fixed: Pod) -> None:
    age(fixed, 0.9)
    assert token_file(fixed.settings).read()  # renews it, under the lock
    directory = path_of(fixed).parent
    assert len(list(directory.iterdir())) == 2
    assert repair.undo(fixed.settings).ok
    assert list(directory.iterdir()) == []


def test_looking_for_a_minted_token_costs_a_look(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(self: TokenFile) -> str:
        raise AssertionError("nothing was minted, so nothing needs to be read")

    monkeypatch.setattr(TokenFile, "read", read)
    assert requested_token.find(str(pod.cluster.directory)) is None


# -- Secrecy ----------------------------------------------------------------------------------


def test_no_error_shows_a_token(fixed: Pod, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = (fixed.ordinary_token, fixed.minted_token)
    fixed.answers(
        "POST",
        "/serviceaccounts/",
        lambda call: status(403, f"{call.headers['Authorization']} and {fixed.minted_token}"),
    )
    with (
        Kubernetes(fixed.cluster.directory) as kubernetes,
        pytest.raises(KubernetesError) as caught,
    ):
        token_request.mint(kubernetes, path_of(fixed))
    for token in tokens:
        assert leaks(caught.value, token) == []
        assert token.split(".")[1][:40] not in str(caught.value.facts)
        assert token.rpartition(".")[2] not in caplog.text


@pytest.mark.parametrize("how", ["audience", "unwritable", "cut"])
def test_no_error_shows_what_was_minted(
    pod: Pod, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pod.cluster.allow(MINT)
    audience = "https://elsewhere" if how == "audience" else "pipelines.kubeflow.org"
    token = pod.sandbox.issue_token(audience=audience)

    def give(call: Call) -> Reply:
        reply = Reply.of_json({**document(call), "status": {"token": token}}, 201)
        reply.delivery = "truncated" if how == "cut" else "whole"
        return reply

    pod.answers("POST", "/serviceaccounts/", give)
    path = Path("/proc/nothing/token") if how == "unwritable" else tmp_path / "minted" / "token"
    with Kubernetes(pod.cluster.directory) as kubernetes, pytest.raises(KubernetesError) as caught:
        token_request.mint(kubernetes, path)
    assert leaks(caught.value, token) == []
    assert leaks(caught.value, pod.ordinary_token) == []
    assert not path.exists()


def test_nothing_that_is_shown_holds_a_token(
    pod: Pod, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    pod.cluster.allow(MINT)
    plan = repair.plan(pod.settings)
    outcome = repair.apply(plan)
    undo = repair.plan_undo(pod.settings)
    tokens = (pod.ordinary_token, pod.minted_token)
    with Kubernetes(pod.cluster.directory) as kubernetes:
        shown = [repr(kubernetes), repr(vars(kubernetes)), repr(pod.settings)]
    for thing in (plan, outcome, undo):
        shown += [thing.text(), thing.html(), repr(thing), str(thing.as_dict())]
    shown += [caplog.text, *capfd.readouterr(), str(repair.undo(pod.settings).as_dict())]
    for token in tokens:
        assert not [each for each in shown if token.rpartition(".")[2] in each]


# -- TLS --------------------------------------------------------------------------------------


def test_over_tls_with_the_clusters_own_ca(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = (CERTIFICATES / "server.crt", CERTIFICATES / "test.key")
    with Sandbox(seed=None, certificate=certificate) as cluster:
        shutil.copy(CERTIFICATES / "ca.crt", cluster.kubernetes.directory / "ca.crt")
        cluster.kubernetes.allow(MINT)
        for name, value in cluster.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("KF_PIPELINES_SSL_SA_CERTS", str(CERTIFICATES / "ca.crt"))
        cluster.faults.set("token-missing")
        assert pod.settings.host.value.startswith("https://")
        outcome = repair.apply(repair.plan(pod.settings))
        assert outcome.ok, outcome.text()
        assert requested_token.find(str(cluster.kubernetes.directory))


def test_a_token_that_ended_and_is_not_renewed_names_the_right_that_is_missing(
    fixed: Pod,
) -> None:
    fixed.cluster.deny(MINT)
    age(fixed, 1.1)
    found = diagnose(fixed.settings)
    assert found.cause == "token-not-renewed"
    assert "serviceaccounts/token" in found.next_step
    assert "Restart" not in found.next_step
    assert repair.plan(fixed.settings).remedy != "nothing"
