"""The routes of the Kubernetes API that repair needs."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest

from kfp_sandbox.tokens import AUDIENCE

from .conftest import V2, Client

_NOTEBOOK = "/apis/kubeflow.org/v1/namespaces/team-a/notebooks/notebook"
_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_TOKENS = "/api/v1/namespaces/team-a/serviceaccounts/default-editor/token"
_MERGE = {"Content-Type": "application/merge-patch+json"}
_SOURCE = {
    "serviceAccountToken": {"path": "token", "expirationSeconds": 7200, "audience": AUDIENCE}
}
_STEPS: list[dict[str, Any]] = [
    {"op": "add", "path": "/spec/template/spec/volumes/-",
     "value": {"name": "kfp", "projected": {"sources": [_SOURCE]}}},
    {"op": "add", "path": "/spec/template/spec/containers/0/volumeMounts/-",
     "value": {"name": "kfp", "mountPath": "/var/run/secrets/kubeflow/pipelines"}},
]  # fmt: skip


def _send(client: Client, method: str, path: str, **options: Any) -> Any:
    token = (client.sandbox.kubernetes.directory / "token").read_text()
    return client.send(method, path, token=token, **options)


def _patch(client: Client, steps: Any = _STEPS, query: str = "") -> Any:
    headers = {"Content-Type": "application/json-patch+json"}
    return _send(client, "PATCH", _NOTEBOOK + query, data=json.dumps(steps), headers=headers)


def test_a_pod_finds_the_api_and_its_own_name(empty: Client) -> None:
    kubernetes = empty.sandbox.kubernetes
    environment = kubernetes.environment(empty.sandbox.url)
    assert environment == {
        "KUBERNETES_SERVICE_HOST": "127.0.0.1",
        "KUBERNETES_SERVICE_PORT": str(empty.sandbox.port),
        "NB_PREFIX": "/notebook/team-a/notebook",
    }
    assert (kubernetes.directory / "namespace").read_text() == "team-a"


def test_the_two_tokens_do_not_open_each_others_doors(empty: Client) -> None:
    assert _send(empty, "GET", f"{V2}/experiments?namespace=team-a").status_code == 401
    answer = empty.send("GET", _NOTEBOOK)
    assert (answer.status_code, answer.json()["reason"]) == (401, "Unauthorized")
    assert _send(empty, "GET", _NOTEBOOK).json()["kind"] == "Notebook"


@pytest.mark.parametrize(
    ("attributes", "allowed"),
    [
        ({"group": "kubeflow.org", "resource": "notebooks", "verb": "patch"}, True),
        ({"group": "kubeflow.org", "resource": "poddefaults", "verb": "list"}, True),
        ({"group": "kubeflow.org", "resource": "poddefaults", "verb": "create"}, False),
        ({"resource": "serviceaccounts", "subresource": "token", "verb": "create"}, False),
        ({"group": "kubeflow.org", "resource": "notebooks", "verb": "patch",
          "namespace": "team-b"}, False),
    ],
)  # fmt: skip
def test_access_reviews(empty: Client, attributes: dict[str, str], allowed: bool) -> None:
    spec = {"resourceAttributes": {"namespace": "team-a", **attributes}}
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
    answer = _send(empty, "POST", _REVIEWS, json={**body, "spec": spec})
    assert answer.status_code == 201
    assert answer.json()["status"]["allowed"] is allowed


def test_token_requests_where_they_are_allowed(empty: Client) -> None:
    body = {"spec": {"audiences": [AUDIENCE], "expirationSeconds": 1200}}
    answer = _send(empty, "POST", _TOKENS, json=body)
    assert answer.status_code == 403
    assert answer.json()["message"] == (
        'serviceaccounts "default-editor" is forbidden: User '
        '"system:serviceaccount:team-a:default-editor" cannot create resource '
        '"serviceaccounts/token" in API group "" in the namespace "team-a"'
    )
    empty.sandbox.kubernetes.allow("/serviceaccounts/token/create")
    status = _send(empty, "POST", _TOKENS, json=body).json()["status"]
    claims = jwt.decode(status["token"], options={"verify_signature": False})
    assert (claims["aud"], claims["exp"] - claims["iat"]) == ([AUDIENCE], 1200)
    path = f"{V2}/experiments?namespace=team-a"
    assert empty.send("GET", path, token=status["token"]).status_code == 200
    body["spec"]["expirationSeconds"] = 60
    assert _send(empty, "POST", _TOKENS, json=body).status_code == 422


def test_mounting_the_token_restarts_the_pod_with_it(empty: Client) -> None:
    sandbox = empty.sandbox
    sandbox.faults.set("token-missing")
    before = sandbox.kubernetes.notebook
    dry = _patch(empty, query="?dryRun=All")
    assert dry.status_code == 200
    assert dry.json()["spec"] != before["spec"]
    assert sandbox.kubernetes.notebook == before
    changed = _patch(empty).json()
    assert changed["spec"] == dry.json()["spec"]
    assert changed["metadata"]["resourceVersion"] == "1001"
    assert (sandbox.kubernetes.restarts, sandbox.token_path.exists()) == (1, True)
    assert empty.get(f"{V2}/experiments", namespace="team-a") == {}
    undo = [{"op": "remove", "path": step["path"].replace("-", "1")} for step in _STEPS]
    assert _patch(empty, undo).json()["spec"] == before["spec"]
    assert (sandbox.kubernetes.restarts, sandbox.token_path.exists()) == (2, False)


def test_a_label_restarts_nothing(empty: Client) -> None:
    body = {"metadata": {"labels": {"access-ml-pipeline": "true"}}}
    answer = _send(empty, "PATCH", _NOTEBOOK, json=body, headers=_MERGE)
    assert answer.json()["metadata"]["labels"] == {"app": "notebook", "access-ml-pipeline": "true"}
    assert empty.sandbox.kubernetes.restarts == 0


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([{"op": "test", "path": "/metadata/resourceVersion", "value": "7"}], 422),
        ([{"op": "replace", "path": "/metadata/resourceVersion", "value": "7"}], 409),
        ([{"op": "replace", "path": "/spec/nothing", "value": 1}], 422),
        ([{"op": "remove", "path": "/spec/nothing"}], 422),
        ([{"op": "move", "path": "/spec"}], 422),
        ({}, 200),
    ],
)
def test_patches_that_do_not_fit(empty: Client, steps: Any, status: int) -> None:
    assert _patch(empty, steps).status_code == status
    assert empty.sandbox.kubernetes.restarts == 0


def test_patches_in_other_formats(empty: Client) -> None:
    assert _send(empty, "PATCH", _NOTEBOOK, json={}).status_code == 415


def test_pod_defaults_and_other_things(empty: Client) -> None:
    root = "/apis/kubeflow.org/v1alpha1/namespaces/team-a"
    assert _send(empty, "GET", f"{root}/poddefaults").json()["items"] == []
    empty.sandbox.kubernetes.poddefaults.append({"kind": "PodDefault"})
    listed = _send(empty, "GET", f"{root}/poddefaults").json()
    assert (listed["kind"], listed["items"]) == ("PodDefaultList", [{"kind": "PodDefault"}])
    assert _send(empty, "GET", f"{_NOTEBOOK}-2").status_code == 404
    empty.sandbox.kubernetes.deny("kubeflow.org/poddefaults/list")
    assert _send(empty, "GET", f"{root}/poddefaults").status_code == 403


def test_faults_of_the_proxies_do_not_reach_kubernetes(empty: Client) -> None:
    empty.sandbox.faults.set("istio-denied")
    assert _send(empty, "GET", _NOTEBOOK).status_code == 200
