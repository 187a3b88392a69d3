"""OpenShift AI's runtime configuration as an origin of settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_kfp_auth.config import elyra
from jupyter_kfp_auth.config.settings import KfpAuth, Settings, resolve

from ..pod import NOWHERE, make_token

ROUTE = "https://ds-pipeline-dspa-fraud.apps.example.com"
ORIGIN = "Elyra runtime odh_dsp.json"


def write(directory: Path, name: str = "odh_dsp.json", **metadata: Any) -> Path:
    """A configuration as OpenShift AI's notebook controller writes it."""
    content = {
        "display_name": "Pipeline",
        "schema_name": "kfp",
        "metadata": {
            "api_endpoint": ROUTE,
            "public_api_endpoint": "https://rh-ai.apps.example.com/external/elyra/fraud",
            "auth_type": "KUBERNETES_SERVICE_ACCOUNT_TOKEN",
            "engine": "Argo",
            "runtime_type": "KUBEFLOW_PIPELINES",
            "cos_endpoint": "https://s3.example.com",
            "cos_username": "AKIAEXAMPLE",
            "cos_password": "s3cret-key",
        }
        | metadata,
    }
    path = directory / name
    path.write_text(json.dumps(content))
    return path


def settings(directory: Path, environ: dict[str, str] | None = None, **arguments: Any) -> Settings:
    arguments.setdefault("namespace_file", NOWHERE)
    env = {"NB_PREFIX": "/notebook/fraud/wb"} | (environ or {})
    return resolve(environ=env, runtimes=directory, **arguments)


def test_tells_host_token_and_links(tmp_path: Path) -> None:
    write(tmp_path)
    found = settings(tmp_path)
    assert found.host.as_dict() == {"value": ROUTE, "origin": ORIGIN}
    token = "/var/run/secrets/kubernetes.io/serviceaccount/token"
    assert found.token_path.as_dict() == {"value": token, "origin": "the pod's own account"}
    links = "https://rh-ai.apps.example.com/external/pipelinesSdk/fraud"
    assert found.ui_url.as_dict() == {"value": links, "origin": ORIGIN}
    assert found.namespace.value == "fraud"
    assert found.audience == ""
    assert "s3cret-key" not in repr(found) + repr(elyra.find(tmp_path))


def test_the_platforms_ca_bundle_is_taken(tmp_path: Path) -> None:
    write(tmp_path)
    bundle = "/etc/pki/tls/custom-certs/ca-bundle.crt"
    found = settings(tmp_path, {"PIPELINES_SSL_SA_CERTS": bundle, "SSL_CERT_FILE": "/other"})
    assert found.ca_cert.as_dict() == {"value": bundle, "origin": "PIPELINES_SSL_SA_CERTS"}


@pytest.mark.parametrize(
    ("environ", "arguments", "origin"),
    [
        ({}, {"host": "http://elsewhere"}, "argument"),
        ({}, {"use": {"host": "http://elsewhere"}}, "%kfp use"),
        ({}, {"config": KfpAuth(host="http://elsewhere")}, "KfpAuth.host"),
        ({"KF_PIPELINES_ENDPOINT": "http://elsewhere"}, {}, "KF_PIPELINES_ENDPOINT"),
    ],
)
def test_the_pods_own_token_goes_to_no_other_host(
    environ: dict[str, str], arguments: dict[str, Any], origin: str, tmp_path: Path
) -> None:
    write(tmp_path)
    found = settings(tmp_path, environ, **arguments)
    assert found.host.origin == origin
    assert found.token_path.value == "/var/run/secrets/kubeflow/pipelines/token"
    assert found.audience == "pipelines.kubeflow.org"
    assert found.ui_url.value == ""


def test_a_token_that_is_set_wins(tmp_path: Path) -> None:
    write(tmp_path)
    found = settings(tmp_path, {"KF_PIPELINES_SA_TOKEN_PATH": "/chosen"})
    assert found.token_path.origin == "KF_PIPELINES_SA_TOKEN_PATH"
    assert settings(tmp_path, token_path="/chosen").token_path.origin == "argument"


def test_the_namespace_is_the_accounts_own(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "token").write_text(make_token())
    found = settings(tmp_path, {"KF_SERVICE_ACCOUNT_DIRECTORY": str(tmp_path)})
    assert found.namespace.as_dict() == {"value": "team-a", "origin": "the token"}
    assert found.ui_url.value.endswith("/team-a")


@pytest.mark.parametrize(
    "metadata",
    [
        {"api_endpoint": ""},  # the server is still being made
        {"api_endpoint": "http://plain.example.com"},
        {"api_endpoint": "https://user:password@example.com"},
        {"api_endpoint": "https://example.com/?a=b"},
        {"api_endpoint": 7},
        {"auth_type": "DEX_LEGACY"},
        {"auth_type": "EXISTING_BEARER_TOKEN"},
    ],
)
def test_a_configuration_that_cannot_be_used_is_passed_over(
    metadata: dict[str, Any], tmp_path: Path
) -> None:
    write(tmp_path, **metadata)
    assert elyra.find(tmp_path) is None
    assert settings(tmp_path).host.origin == "default"
    write(tmp_path, "zz.json", api_endpoint="https://other.example.com")
    assert settings(tmp_path).host.origin == "Elyra runtime zz.json"


def test_the_controllers_own_file_comes_first(tmp_path: Path) -> None:
    write(tmp_path, "a.json", api_endpoint="https://other.example.com")
    write(tmp_path)
    assert settings(tmp_path).host.value == ROUTE


def test_a_runtime_of_airflow_is_none_for_pipelines(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_text(path.read_text().replace('"kfp"', '"airflow"'))
    assert elyra.find(tmp_path) is None


def test_without_a_public_address_the_links_stay_as_they_are(tmp_path: Path) -> None:
    write(tmp_path, public_api_endpoint=None)
    assert settings(tmp_path).ui_url.origin == "the browser's own origin"


@given(content=st.binary(max_size=80) | st.recursive(st.none(), st.lists).map(str).map(str.encode))
def test_whatever_the_file_holds(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.getbasetemp() / "runtimes"
    directory.mkdir(exist_ok=True)
    (directory / "odh_dsp.json").write_bytes(content)
    assert elyra.find(directory) is None


@pytest.mark.parametrize(
    ("prefix", "namespace"),
    [
        ("/workspace/connect/team-b/lab/jupyterlab/", "team-b"),
        ("/workspace/connect/team-b", ""),
        ("/notebook/team-b/nb", "team-b"),
    ],
)
def test_the_prefix_of_a_workspace_names_the_namespace(
    prefix: str, namespace: str, tmp_path: Path
) -> None:
    assert settings(tmp_path, {"NB_PREFIX": prefix}).namespace.value == namespace
