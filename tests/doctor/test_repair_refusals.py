"""Every refusal is one clear sentence, and leaves nothing half done."""

from __future__ import annotations

import copy
import shutil
import socket
from pathlib import Path

import pytest

from jupyter_kfp_auth.doctor import repair
from jupyter_kfp_auth.doctor.causes import CATALOGUE
from kfp_sandbox import Sandbox
from kfp_sandbox.routing import Call, Reply

from ..hostile import Hostile
from ..hostile import hostile as hostile
from .repairing import MINT, PATCH, Pod, document, status
from .repairing import pod as pod

CERTIFICATES = Path(__file__).parents[1] / "certificates"


@pytest.fixture(autouse=True)
def nothing_half_done(pod: Pod, request: pytest.FixtureRequest) -> object:
    """After a refusal no token is kept and the Notebook is as it was."""
    before = copy.deepcopy(pod.cluster.notebook["spec"])
    yield
    assert pod.minted is None
    if "meanwhile" not in request.node.name:
        assert pod.cluster.notebook["spec"] == before
        assert pod.cluster.restarts == 0


def reasons(pod: Pod) -> str:
    plan = repair.plan(pod.settings)
    assert plan.remedy == "ask"
    assert plan.letter
    return " ".join(plan.reasons)


def test_not_in_a_cluster(pod: Pod) -> None:
    pod.set("KUBERNETES_SERVICE_HOST", "")
    assert "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set" in reasons(pod)


def test_a_pod_without_its_ordinary_token(pod: Pod) -> None:
    (pod.cluster.directory / "token").unlink()
    assert f"there is no {pod.cluster.directory}/token" in reasons(pod)


def test_an_opaque_ordinary_token(pod: Pod) -> None:
    (pod.cluster.directory / "token").write_text("opaque")
    pod.answers("POST", "selfsubject", lambda call: Reply.of_json({"status": {"allowed": True}}))
    pod.answers("GET", "notebooks", lambda call: status(403, "forbidden"))
    said = reasons(pod)
    assert "does not say which service account" in said
    assert "does not allow it: forbidden" in said


def test_nothing_listens(pod: Pod) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    pod.set("KUBERNETES_SERVICE_PORT", str(port))
    said = reasons(pod)
    assert f"127.0.0.1:{port} cannot be reached: connection refused" in said
    assert said.count("cannot be reached") == 1, "it is said once, not for each remedy"


def test_elsewhere_a_ca_is_required(pod: Pod) -> None:
    pod.set("KUBERNETES_SERVICE_HOST", "10.96.0.1")
    assert "cannot be trusted: there is no" in reasons(pod)


@pytest.mark.parametrize(
    ("server", "trusted"), [("server", "other"), ("expired", "ca"), ("other-name", "ca")]
)
def test_tls_that_cannot_be_trusted(
    pod: Pod, server: str, trusted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = (CERTIFICATES / f"{server}.crt", CERTIFICATES / "test.key")
    with Sandbox(seed=None, certificate=certificate) as other:
        pod.set("KUBERNETES_SERVICE_PORT", str(other.port))
        ca = CERTIFICATES / ("expired.crt" if trusted == "other" else "ca.crt")
        shutil.copy(ca, pod.cluster.directory / "ca.crt")
        assert "cannot be trusted: CERTIFICATE_VERIFY_FAILED" in reasons(pod)
        assert not [r for r in other.requests if "Authorization" in r.headers]


def test_a_ca_that_is_none(pod: Pod) -> None:
    (pod.cluster.directory / "ca.crt").write_text("nothing")
    assert "ca.crt: there is no certificate in it" in reasons(pod)


def test_the_cluster_does_not_know_this_pod(pod: Pod) -> None:
    (pod.cluster.directory / "token").write_text(pod.sandbox.issue_token(audience="elsewhere"))
    assert "does not allow it: Unauthorized" in reasons(pod)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"status": 3}', b'{"status": {"allowed": 1}}']
)
def test_an_access_review_that_says_nothing_is_no_yes(pod: Pod, body: bytes) -> None:
    pod.answers("POST", "selfsubject", lambda call: Reply(201, body))
    reasons(pod)
    assert pod.asked("PATCH") == []


def test_mint_refused_although_allowed(pod: Pod) -> None:
    pod.cluster.allow(MINT)
    plan = repair.plan(pod.settings)
    pod.cluster.deny(MINT)
    outcome = repair.apply(plan)
    assert (outcome.ok, outcome.changed, outcome.cause) == (False, False, "cluster-denied")
    assert 'cannot create resource "serviceaccounts/token"' in outcome.message


def test_a_token_for_another_audience(pod: Pod) -> None:
    pod.cluster.allow(MINT)
    other = pod.sandbox.issue_token(audience="https://elsewhere")

    def give(call: Call) -> Reply:
        return Reply.of_json({**document(call), "status": {"token": other}}, 201)

    pod.answers("POST", "/serviceaccounts/", give)
    outcome = repair.apply(repair.plan(pod.settings))
    assert outcome.cause == "mint-audience"
    assert "for https://elsewhere instead of pipelines.kubeflow.org" in outcome.message
    assert other not in outcome.text()


@pytest.mark.parametrize("token", [None, 3, "", "two\nlines", "ümlaut"])
def test_an_answer_without_a_token(pod: Pod, token: object) -> None:
    pod.cluster.allow(MINT)
    pod.answers("POST", "/serviceaccounts/", lambda c: Reply.of_json({"status": {"token": token}}))
    assert repair.apply(repair.plan(pod.settings)).cause == "cluster-failed"


def test_a_token_that_pipelines_does_not_take(pod: Pod) -> None:
    """Its API server asks for another audience than the usual one."""
    pod.cluster.allow(MINT)
    pod.sandbox.faults.clear()
    pod.sandbox.faults.set("token-audience", late=True)
    pod.sandbox.write_token(pod.sandbox.issue_token(expires_in=-3600))
    outcome = repair.apply(repair.plan(pod.settings))
    assert (outcome.ok, outcome.changed, outcome.cause) == (False, False, "mint-useless")
    assert pod.settings.token_path.origin == "KF_PIPELINES_SA_TOKEN_PATH"


def test_nowhere_to_keep_the_token(pod: Pod, tmp_path: Path) -> None:
    pod.cluster.allow(MINT)
    plan = repair.plan(pod.settings)
    (tmp_path / "file").write_text("")
    pod.set("TMPDIR", str(tmp_path / "file"))
    outcome = repair.apply(plan)
    assert outcome.cause == "mint-unwritable"
    assert str(tmp_path / "file") in outcome.message


@pytest.mark.parametrize(
    ("prefix", "says"),
    [
        ("", "NB_PREFIX does not name the Notebook"),
        ("/user/me", "NB_PREFIX does not name the Notebook"),
        ("/notebook/team-a/../../secrets", "NB_PREFIX does not name the Notebook"),
        ("/notebook/team-a/Bad_Name", "NB_PREFIX does not name the Notebook"),
        ("/workspace/connect/team-a/mine/jupyterlab", "is a Workspace of Kubeflow Notebooks 2"),
        ("/notebook/team-a/other", "There is no Notebook other in the namespace team-a"),
        ("/notebook/team-b/notebook", "may not get the Notebook notebook in the namespace team-b"),
    ],
)
def test_a_server_that_is_no_notebook(pod: Pod, prefix: str, says: str) -> None:
    pod.set("NB_PREFIX", prefix)
    assert says in reasons(pod)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (422, "Notebook.kubeflow.org is invalid: spec.template: Forbidden"),
        (400, 'admission webhook "guard.example" denied the request: no volumes'),
        (403, 'admission webhook "guard.example" denied the request: no volumes'),
    ],
)
def test_the_dry_run_is_rejected(pod: Pod, code: int, message: str) -> None:
    pod.answers("PATCH", "notebooks", lambda call: status(code, message))
    assert f"rejects this change of the Notebook notebook: {message}" in reasons(pod)


def test_the_dry_run_drops_a_part(pod: Pod) -> None:
    pod.answers("PATCH", "notebooks", lambda call: Reply.of_json(pod.cluster.notebook))
    assert "but drops a part of it" in reasons(pod)


def test_the_patch_is_rejected_after_the_dry_run(pod: Pod) -> None:
    plan = repair.plan(pod.settings)
    pod.answers("PATCH", "notebooks", lambda call: status(422, "quota"))
    outcome = repair.apply(plan)
    assert (outcome.ok, outcome.changed, outcome.cause) == (False, False, "notebook-rejected")


def test_the_right_is_gone_after_the_dry_run(pod: Pod) -> None:
    plan = repair.plan(pod.settings)
    pod.cluster.deny(PATCH)
    outcome = repair.apply(plan)
    assert (outcome.ok, outcome.changed, outcome.cause) == (False, False, "cluster-denied")


def test_no_answer_to_the_patch_is_not_called_a_failure(pod: Pod) -> None:
    plan = repair.plan(pod.settings)
    pod.answers("PATCH", "notebooks", lambda call: Reply(200, b"{}" * 99, delivery="reset"))
    outcome = repair.apply(plan)
    assert outcome.cause == "notebook-uncertain"
    assert "may or may not" in outcome.message


def _touch(pod: Pod) -> None:
    """Change the Notebook as the culler does every minute: nothing that concerns us."""
    metadata = pod.cluster.notebook["metadata"]
    metadata["annotations"]["notebooks.kubeflow.org/last-activity"] = "now"
    metadata["resourceVersion"] = str(int(metadata["resourceVersion"]) + 1)


def test_changed_meanwhile_by_the_culler(pod: Pod) -> None:
    plan = repair.plan(pod.settings)
    _touch(pod)
    outcome = repair.apply(plan)
    assert (outcome.ok, outcome.changed) == (True, True)
    assert len([line for line in pod.asked("PATCH") if "dry" not in line]) == 2
    assert "notebooks.kubeflow.org/last-activity" in pod.cluster.notebook["metadata"]["annotations"]
    _touch(pod)
    undo = repair.plan_undo(pod.settings)
    _touch(pod)
    assert repair.apply(undo).ok


def test_changed_meanwhile_again_and_again(pod: Pod) -> None:
    plan = repair.plan(pod.settings)

    def give(call: Call) -> None:
        _touch(pod)

    pod.answers("PATCH", "notebooks", give)
    outcome = repair.apply(plan)
    assert (outcome.ok, outcome.changed, outcome.cause) == (False, False, "notebook-changed")
    assert len([line for line in pod.asked("PATCH") if "dry" not in line]) == 2, "tried twice"
    assert pod.cluster.restarts == 0


@pytest.mark.parametrize(("times", "remedy"), [(1, "mount"), (2, "mount"), (9, "nothing")])
def test_changed_during_the_dry_run(pod: Pod, times: int, remedy: str) -> None:
    left = [times]

    def give(call: Call) -> None:
        if left[0]:
            left[0] -= 1
            _touch(pod)

    pod.answers("PATCH", "notebooks", give)
    plan = repair.plan(pod.settings)
    assert plan.remedy == remedy
    if remedy == "nothing":
        assert "changed by someone else at the same time" in plan.message
        assert "Run `%kfp doctor --fix` again." in plan.message
        assert "administrator" not in plan.message
    assert pod.cluster.restarts == 0


@pytest.mark.parametrize("gone", [False, True])
def test_changed_meanwhile_in_what_was_shown(pod: Pod, gone: bool) -> None:
    plan = repair.plan(pod.settings)
    container = pod.cluster.notebook["spec"]["template"]["spec"]["containers"][0]
    container["env"].append({"name": "KF_PIPELINES_SA_TOKEN_PATH", "value": "/mine/token"})
    _touch(pod)
    if gone:
        pod.answers("GET", "notebooks", lambda call: status(404, "gone"))
    outcome = repair.apply(plan)
    assert (outcome.ok, outcome.changed, outcome.cause) == (False, False, "notebook-changed")
    assert pod.cluster.restarts == 0


def test_messages_of_the_network_cannot_show_a_token(pod: Pod) -> None:
    echo = f"refused: Authorization: Bearer {pod.ordinary_token} \x1b[31m\u202e {'x' * 900}"
    pod.answers("POST", "selfsubject", lambda call: Reply.of_text(echo, 403, "text/html"))
    said = reasons(pod)
    assert all(part[:20] not in said for part in pod.ordinary_token.split("."))
    assert "\x1b" not in said
    assert len(said) < 500


def test_redirects_lead_nowhere(pod: Pod) -> None:
    elsewhere = {"Location": pod.sandbox.url + "/elsewhere"}
    pod.answers("POST", "selfsubject", lambda call: Reply(307, b"", elsewhere))
    reasons(pod)
    assert all("elsewhere" not in r.path for r in pod.sandbox.requests)


def test_proxies_of_the_environment_are_not_used(pod: Pod, hostile: Hostile) -> None:
    shutil.copy(CERTIFICATES / "ca.crt", pod.cluster.directory / "ca.crt")
    pod.set("KUBERNETES_SERVICE_HOST", "cluster.invalid")  # not one that looks near
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        pod.set(name, hostile.url)
    assert "cluster.invalid" in reasons(pod)
    assert hostile.connections == 0


def test_every_refusal_is_in_the_catalogue_with_a_next_step() -> None:
    from jupyter_kfp_auth.doctor.refusals import REFUSALS

    for code, message, next_step, who in REFUSALS:
        assert CATALOGUE[code].message == message
        assert message
        assert next_step.endswith(".")
        assert who in ("you", "administrator")
