"""From no token to a listed experiment, and back: every remedy over real sockets."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest
import yaml

import jupyter_kfp_auth
from jupyter_kfp_auth.auth import requested_token
from jupyter_kfp_auth.doctor import repair
from jupyter_kfp_auth.http.errors import PipelinesError

from .repairing import GET, MINT, PATCH, Pod
from .repairing import pod as pod


def experiments() -> int:
    return jupyter_kfp_auth.connect().list_experiments().total_size


def test_without_a_token_nothing_is_listed(pod: Pod) -> None:
    with pytest.raises(PipelinesError) as caught:
        experiments()
    assert caught.value.cause_code == "token-missing"


def test_mint(pod: Pod) -> None:
    pod.cluster.allow(MINT)
    plan = repair.plan(pod.settings)
    assert (plan.remedy, plan.restart, plan.who) == ("mint", False, "you")
    assert pod.minted is None, "a plan changes nothing"
    outcome = repair.apply(plan)
    assert (outcome.ok, outcome.changed) == (True, True)
    assert outcome.diagnosis is not None
    assert outcome.diagnosis.ok
    assert pod.settings.token_path.origin == requested_token.ORIGIN
    assert experiments() > 0
    assert pod.sandbox.requests[-1].headers["Authorization"] == f"Bearer {pod.minted_token}"
    assert repair.plan(pod.settings).remedy == "nothing"


def test_a_minted_token_is_for_pipelines_and_bound_to_the_pod(pod: Pod) -> None:
    pod.cluster.allow(MINT)
    plan = repair.plan(pod.settings)
    repair.apply(plan)
    claims = jwt.decode(pod.minted_token, options={"verify_signature": False})
    assert claims["aud"] == ["pipelines.kubeflow.org"]
    assert claims["exp"] - claims["iat"] == 7200
    [sent] = [r for r in pod.sandbox.requests if r.path.endswith("/token")]
    own = jwt.decode(pod.ordinary_token, options={"verify_signature": False})["kubernetes.io"]
    bound = json.loads(sent.body)["spec"]["boundObjectRef"]
    assert (bound["kind"], bound["name"], bound["uid"]) == ("Pod", *own["pod"].values())
    assert yaml.safe_load(plan.change) == json.loads(sent.body), "what was shown is what was sent"


def test_mount_and_restart(pod: Pod) -> None:
    before = json.loads(json.dumps(pod.cluster.notebook))
    plan = repair.plan(pod.settings)
    assert (plan.remedy, plan.restart, plan.who) == ("mount", True, "you")
    assert "restarts this notebook server" in plan.message
    assert pod.cluster.notebook == before, "a plan changes nothing"
    assert pod.asked("PATCH") == [f"PATCH {_notebook(pod)} dry"]
    outcome = repair.apply(plan)
    assert (outcome.ok, outcome.changed, outcome.restart) == (True, True, True)
    assert outcome.diagnosis is None, "it cannot be seen before the restart"
    assert "only after that" in outcome.message
    assert pod.cluster.restarts == 1
    assert experiments() > 0
    assert pod.settings.token_path.origin == "KF_PIPELINES_SA_TOKEN_PATH"
    assert jupyter_kfp_auth.diagnose().ok


def test_what_is_shown_is_what_is_added(pod: Pod) -> None:
    before = json.loads(json.dumps(pod.cluster.notebook))
    plan = repair.plan(pod.settings)
    repair.apply(plan)
    shown = yaml.safe_load(plan.change)
    after = pod.cluster.notebook
    assert shown["metadata"]["annotations"] == after["metadata"]["annotations"]
    was, now = before["spec"]["template"]["spec"], after["spec"]["template"]["spec"]
    change = shown["spec"]["template"]["spec"]
    assert now["volumes"] == was["volumes"] + change["volumes"]
    [container] = change["containers"]
    for key in ("env", "volumeMounts"):
        assert now["containers"][0][key] == was["containers"][0][key] + container[key]
    assert container["env"] == [
        {
            "name": "KF_PIPELINES_SA_TOKEN_PATH",
            "value": "/var/run/secrets/kubeflow/pipelines/token",
        }
    ]


def test_ask(pod: Pod) -> None:
    pod.cluster.deny(PATCH)
    plan = repair.plan(pod.settings)
    assert (plan.remedy, plan.who, plan.changes) == ("ask", "administrator", False)
    assert len(plan.reasons) == 2
    assert "may not create tokens" in plan.reasons[0]
    assert "may not patch the Notebook notebook" in plan.reasons[1]
    found = yaml.safe_load(plan.change)
    assert (found["kind"], found["metadata"]["namespace"]) == ("PodDefault", "team-a")
    assert plan.change in plan.letter
    assert "system:serviceaccount:team-a:default-editor" in plan.letter
    outcome = repair.apply(plan)
    assert (outcome.ok, outcome.changed) == (False, False)
    assert pod.asked("PATCH") == []


def test_undo_of_a_minted_token(pod: Pod) -> None:
    pod.cluster.allow(MINT)
    repair.apply(repair.plan(pod.settings))
    plan = repair.plan_undo(pod.settings)
    assert (plan.remedy, plan.restart) == ("undo", False)
    path = pod.minted
    assert path is not None
    assert repair.apply(plan).ok
    assert not path.exists()
    with pytest.raises(PipelinesError):
        experiments()


@pytest.mark.parametrize("without", [(), ("env",), ("env", "volumeMounts"), ("annotations",)])
def test_undo_of_a_mount_leaves_no_trace(pod: Pod, without: tuple[str, ...]) -> None:
    notebook = pod.cluster.notebook
    for key in without:
        notebook["spec"]["template"]["spec"]["containers"][0].pop(key, None)
        notebook["metadata"].pop(key, None)
    before = json.loads(json.dumps(notebook))
    repair.apply(repair.plan(pod.settings))
    assert pod.cluster.notebook["spec"] != before["spec"]
    plan = repair.plan_undo(pod.settings)
    assert (plan.remedy, plan.restart) == ("undo", True)
    outcome = repair.apply(plan)
    assert (outcome.ok, outcome.restart) == (True, True)
    assert pod.cluster.notebook["spec"] == before["spec"]
    assert not pod.cluster.notebook["metadata"].get("annotations")
    assert pod.cluster.restarts == 2
    with pytest.raises(PipelinesError, match="No token"):
        experiments()


def test_undo_leaves_what_others_have_changed(pod: Pod) -> None:
    repair.apply(repair.plan(pod.settings))
    spec = pod.cluster.notebook["spec"]["template"]["spec"]
    spec["containers"][0]["env"][0]["value"] = "/somewhere/else"
    spec["volumes"][-1]["projected"]["defaultMode"] = 420  # a default that the cluster filled in
    spec["volumes"].append({"name": "theirs", "emptyDir": {}})
    plan = repair.plan_undo(pod.settings)
    assert "left as it is: env KF_PIPELINES_SA_TOKEN_PATH" in plan.message
    repair.apply(plan)
    spec = pod.cluster.notebook["spec"]["template"]["spec"]
    assert [volume["name"] for volume in spec["volumes"]] == ["home", "theirs"]
    assert [env["value"] for env in spec["containers"][0]["env"]] == ["/somewhere/else"]


def test_undo_of_nothing(pod: Pod) -> None:
    plan = repair.plan_undo(pod.settings)
    assert (plan.remedy, plan.changes) == ("nothing", False)
    outcome = repair.undo(pod.settings)
    assert (outcome.ok, outcome.changed) == (True, False)
    assert pod.asked("PATCH") == []


def test_nothing_to_repair(pod: Pod) -> None:
    pod.sandbox.faults.clear("token-missing")
    plan = repair.plan(pod.settings)
    assert (plan.remedy, plan.changes) == ("nothing", False)
    assert repair.apply(plan).ok
    assert pod.asked() == [], "a pod without a problem asks the cluster nothing"


@pytest.mark.parametrize(
    "fault", ["istio-denied", "rbac-denied", "token-invalidated", "healthz-down"]
)
def test_other_causes_are_not_touched(pod: Pod, fault: str) -> None:
    pod.cluster.allow(MINT)
    pod.sandbox.faults.clear("token-missing")
    pod.sandbox.faults.set(fault)
    plan = repair.plan(pod.settings)
    assert (plan.remedy, plan.changes) == ("nothing", False)
    assert "another token would not help" in plan.message
    assert not repair.apply(plan).ok
    assert pod.asked() == []


@pytest.mark.parametrize(
    "fault", ["token-empty", "token-expired", "token-audience", "token-unreadable"]
)
def test_every_broken_token_can_be_replaced(pod: Pod, fault: str) -> None:
    pod.cluster.allow(MINT)
    pod.sandbox.faults.clear("token-missing")
    pod.sandbox.faults.set(fault)
    assert repair.apply(repair.plan(pod.settings)).ok
    assert experiments() > 0
    assert pod.settings.token_path.origin.startswith("minted")
    pod.sandbox.faults.clear()
    assert pod.settings.token_path.origin == "KF_PIPELINES_SA_TOKEN_PATH", "a good mount wins"


def test_a_minted_token_that_was_invalidated_is_minted_anew(pod: Pod) -> None:
    pod.cluster.allow(MINT)
    repair.apply(repair.plan(pod.settings))
    old = pod.minted_token
    pod.sandbox._issuer.invalidate(old)
    with pytest.raises(PipelinesError):
        experiments()
    assert repair.apply(repair.plan(pod.settings)).ok
    assert pod.minted_token != old
    assert experiments() > 0


def test_a_chosen_file_is_not_overruled(pod: Pod) -> None:
    pod.cluster.allow(MINT)
    from jupyter_kfp_auth.config import runtime

    settings = runtime.current_settings(token_path="/nowhere/token")
    plan = repair.plan(settings)
    assert plan.remedy == "nothing"
    assert "/nowhere/token is chosen by argument" in plan.message
    repair.apply(repair.plan(pod.settings))
    assert runtime.current_settings(token_path="/nowhere/token").token_path.origin == "argument"


def test_undoing_needs_its_rights_too(pod: Pod) -> None:
    repair.apply(repair.plan(pod.settings))
    pod.cluster.deny(PATCH)
    plan = repair.plan_undo(pod.settings)
    assert plan.remedy == "nothing"
    assert "may not patch" in plan.message
    pod.cluster.deny(GET)
    message = repair.plan_undo(pod.settings).message
    assert message.startswith("There is nothing to take back.")
    assert "may not get" in message
    assert "by hand" not in message


@pytest.mark.parametrize("kind", ["no JWT", "shaped like one", "another cluster's"])
def test_a_mounted_token_that_is_no_token_of_this_cluster_is_replaced(pod: Pod, kind: str) -> None:
    pod.cluster.allow(MINT)
    pod.sandbox.faults.clear("token-missing")
    claims = {"aud": ["pipelines.kubeflow.org"], "iss": "https://elsewhere.example", "sub": "a"}
    other = jwt.encode(claims, "k" * 32, "HS256")
    token = {"no JWT": "garbage", "shaped like one": "not.a.token"}.get(kind, other)
    pod.sandbox.write_token(token)
    plan = repair.plan(pod.settings)
    assert plan.remedy == "mint"
    assert "would not help" not in plan.message
    assert repair.apply(plan).ok
    assert experiments() > 0


def test_both_repairs_are_undone_at_once(pod: Pod) -> None:
    repair.apply(repair.plan(pod.settings))
    pod.sandbox.faults.set("token-missing")  # as if the pod had not been restarted yet
    pod.cluster.allow(MINT)
    repair.apply(repair.plan(pod.settings))
    plan = repair.plan_undo(pod.settings)
    assert plan.restart
    assert repair.apply(plan).ok
    assert pod.minted is None
    assert pod.cluster.notebook["metadata"]["annotations"] == {}


def test_plans_and_outcomes_are_data_text_and_html(pod: Pod) -> None:
    for right, allowed in ((PATCH, True), (PATCH, False), (MINT, True)):
        (pod.cluster.allow if allowed else pod.cluster.deny)(right)
        plan = repair.plan(pod.settings)
        assert plan.key == repair.plan(pod.settings).key
        shown: dict[str, Any] = json.loads(json.dumps(plan.as_dict()))
        assert shown["remedy"] == plan.remedy
        assert plan.message in plan.text()
        assert "<pre>" in plan.html()
        outcome = repair.apply(plan)
        assert json.loads(json.dumps(outcome.as_dict()))["message"] == outcome.message
        assert outcome.message in outcome.text()
        repair.undo(pod.settings)


def _notebook(pod: Pod) -> str:
    return f"/apis/kubeflow.org/v1/namespaces/team-a/notebooks/{pod.cluster.name}"
