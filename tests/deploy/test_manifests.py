"""What administrators apply: valid for Kubernetes, and the same that the doctor prints."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from jupyter_kfp_auth.auth.token_file import AUDIENCE
from jupyter_kfp_auth.doctor.paste import fill

DEPLOY = Path(__file__).parents[2] / "deploy"
MANIFESTS = sorted(
    path
    for path in DEPLOY.glob("*.yaml")
    if path.name not in ("kustomization.yaml", "spawner_ui_config.yaml")
)
PODDEFAULTS = sorted(DEPLOY.glob("poddefault*.yaml"))
#: Kinds whose schemas are not Kubernetes' own.
CUSTOM = {
    "PodDefault": "kubeflow.org/v1alpha1",
    "AuthorizationPolicy": "security.istio.io/v1",
}


def documents(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(path.read_text("utf-8")))


def the(name: str) -> dict[str, Any]:
    [document] = documents(DEPLOY / name)
    return document


def validate(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_is_valid_for_kubernetes_and_leaves_the_namespace_to_the_caller(path: Path) -> None:
    for document in documents(path):
        if document["kind"] in CUSTOM:
            assert document["apiVersion"] == CUSTOM[document["kind"]]
        else:
            validate(document)
        assert re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", document["metadata"]["name"])
        assert "namespace" not in document["metadata"]


def test_validation_would_notice_a_mistake() -> None:
    broken = the("networkpolicy.yaml")
    broken["spec"]["podSelektor"] = broken["spec"].pop("podSelector")
    with pytest.raises(kubernetes_validate.ValidationError):
        validate(broken)


@pytest.mark.parametrize("path", PODDEFAULTS, ids=lambda path: path.name)
def test_poddefault_makes_a_valid_pod_with_its_token_where_it_says(path: Path) -> None:
    spec = the(path.name)["spec"]
    assert set(spec) == {"desc", "selector", "env", "volumes", "volumeMounts"}
    # Kubeflow's webhook copies these lists into the pod as they are.
    container = {"name": "nb", "env": spec["env"], "volumeMounts": spec["volumeMounts"]}
    validate(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "nb", "labels": spec["selector"]["matchLabels"]},
            "spec": {"containers": [container], "volumes": spec["volumes"]},
        }
    )
    [mount], [volume] = spec["volumeMounts"], spec["volumes"]
    [source] = volume["projected"]["sources"]
    token = source["serviceAccountToken"]
    assert mount["name"] == volume["name"]
    assert mount["readOnly"] is True
    path_variable = next(v for v in spec["env"] if v["name"] == "KF_PIPELINES_SA_TOKEN_PATH")
    assert path_variable["value"] == f"{mount['mountPath']}/{token['path']}"
    assert token["expirationSeconds"] >= 600  # Kubernetes refuses less
    # The spawner ticks PodDefaults by name, and labels the notebook with the same name.
    name = the(path.name)["metadata"]["name"]
    assert spec["selector"]["matchLabels"] == {name: "true"}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("poddefault.yaml", "/var/run/secrets/kubeflow/pipelines/token"),
        ("poddefault-deploykf.yaml", "/var/run/secrets/ml-pipeline/token"),
    ],
)
def test_poddefault_is_what_the_doctor_prints(name: str, path: str) -> None:
    printed = yaml.safe_load(fill("poddefault", {"namespace": "team-a", "path": path}))
    assert printed["metadata"].pop("namespace") == "team-a"
    assert the(name) == printed


def test_custom_poddefault_differs_in_its_values_only() -> None:
    stock, custom = the("poddefault.yaml"), the("poddefault-custom.yaml")
    assert custom["metadata"]["name"] != stock["metadata"]["name"]
    [source] = custom["spec"]["volumes"][0]["projected"]["sources"]
    assert source["serviceAccountToken"]["audience"] != AUDIENCE


def test_rolebinding_is_what_the_doctor_prints() -> None:
    facts = {"namespace": "team-b", "user": "system:serviceaccount:team-a:default-editor"}
    printed = yaml.safe_load(fill("rolebinding", facts))
    assert printed["metadata"].pop("namespace") == "team-b"
    assert the("rolebinding.yaml") == printed


def test_role_allows_pipelines_alone_to_one_account() -> None:
    role, binding = documents(DEPLOY / "role.yaml")
    assert {group for rule in role["rules"] for group in rule["apiGroups"]} == {
        "pipelines.kubeflow.org"
    }
    assert not [rule for rule in role["rules"] if "*" in rule["verbs"] + rule["resources"]]
    assert binding["roleRef"]["name"] == role["metadata"]["name"]
    assert [subject["kind"] for subject in binding["subjects"]] == ["ServiceAccount"]


def test_networkpolicies_open_the_rest_port_alone_to_profiles() -> None:
    into, out = the("networkpolicy.yaml"), the("networkpolicy-egress.yaml")
    profiles = into["spec"]["ingress"][0]
    assert profiles["ports"] == [{"protocol": "TCP", "port": 8888}]
    [label] = profiles["from"][0]["namespaceSelector"]["matchLabels"].items()
    assert label == ("app.kubernetes.io/part-of", "kubeflow-profile")
    pipelines = out["spec"]["egress"][0]
    assert pipelines["ports"] == profiles["ports"]
    assert pipelines["to"][0]["podSelector"] == into["spec"]["podSelector"]


def test_authorizationpolicy_never_lets_a_name_in_a_header_pass() -> None:
    [rule] = the("authorizationpolicy.yaml")["spec"]["rules"]
    assert rule["when"] == [{"key": "request.headers[kubeflow-userid]", "notValues": ["*"]}]
    assert rule["to"] == [{"operation": {"ports": ["8888"]}}]


def test_spawner_ticks_the_poddefault() -> None:
    ticked = the("spawner_ui_config.yaml")["spawnerFormDefaults"]["configurations"]["value"]
    assert ticked == [the("poddefault.yaml")["metadata"]["name"]]


def test_kustomization_names_files_that_exist() -> None:
    kustomization = the("kustomization.yaml")
    assert kustomization["kind"] == "Kustomization"
    assert [name for name in kustomization["resources"] if not (DEPLOY / name).is_file()] == []


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl")
def test_kustomize_builds_it() -> None:
    built = subprocess.run(
        ["kubectl", "kustomize", str(DEPLOY)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert yaml.safe_load(built.stdout) == the("poddefault.yaml")


def test_every_file_is_in_the_table() -> None:
    readme = (DEPLOY / "README.md").read_text("utf-8")
    files = {path.name for path in DEPLOY.iterdir()} - {"README.md", "kustomization.yaml"}
    assert {name for name in files if f"]({name})" not in readme} == set()


def test_dockerfile_installs_as_the_images_user_outside_of_home() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    lines = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    instructions = [line.split(maxsplit=1) for line in lines if line.strip()]
    names = [name for name, _ in instructions]
    assert names == ["ARG", "FROM", "ARG", "USER", "RUN", "RUN"]
    values = dict(argument.split("=", 1) for name, argument in instructions if name == "ARG")
    assert values["BASE"].startswith("ghcr.io/kubeflow/kubeflow/notebook-servers/jupyter-")
    assert values["PACKAGE"] == "jupyter-kfp-auth"
    assert ["USER", "${NB_UID}"] in instructions
    assert "/home/" not in "".join(lines)
    assert "apt" not in "".join(lines)
