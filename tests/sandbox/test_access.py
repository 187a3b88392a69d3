"""Who is let in, in which order things are checked, and the bodies of the errors."""

from __future__ import annotations

import pytest

from kfp_sandbox import VIEW

from .conftest import V1, V2, Client, StartSandbox

_USER = "system:serviceaccount:team-a:default-editor"
_UNKNOWN = "Failed to check authorization. User identity is empty in the request header"
_NO_HEADER = "Request header error: there is no user identity header."
_STATUS = "type.googleapis.com/google.rpc.Status"


def test_no_token(empty: Client) -> None:
    answer = empty.send("GET", f"{V2}/experiments?namespace=team-a", token="")
    assert answer.status_code == 401
    assert answer.json() == {
        "code": 16,
        "message": "List experiments failed: Failed to authorize with API: Failed to authorize "
        f"with API: Unauthenticated: {_UNKNOWN}: Unauthenticated: {_NO_HEADER}: {_NO_HEADER}",
        "details": [{"@type": _STATUS, "code": 16, "message": _UNKNOWN}],
    }
    assert answer.headers["WWW-Authenticate"] == answer.json()["message"]


def test_no_token_for_runs(empty: Client) -> None:
    _, body = empty.failure(f"{V2}/runs?namespace=team-a", token="")
    assert body["message"].startswith(
        "Failed to list runs: Failed to list runs due to authorization error. Check if you have "
        "permission to access namespace team-a: Failed to access run . Check if you have access "
        "to namespace team-a: Unauthenticated: "
    )


def test_a_header_that_is_not_bearer(empty: Client) -> None:
    headers = {"Authorization": f"bearer {empty.sandbox.token}"}
    status, body = empty.failure(f"{V2}/experiments?namespace=team-a", headers=headers)
    assert status == 401
    assert "is incorrectly formatted. Expected prefix 'Bearer '" in body["message"]


def test_denied_by_rbac(client: Client) -> None:
    status, body = client.failure(f"{V2}/experiments?namespace=team-b")
    attributes = (
        "&ResourceAttributes{Namespace:team-b,Verb:list,Group:pipelines.kubeflow.org,"
        "Version:v1beta1,Resource:experiments,Subresource:,Name:,FieldSelector:nil,"
        "LabelSelector:nil,}"
    )
    external = f"User '{_USER}' is not authorized with reason:  (request: {attributes})"
    assert status == 403
    assert body == {
        "code": 7,
        "message": "List experiments failed: Failed to authorize with API: Failed to authorize "
        f"with API: PermissionDenied: {external}: Unauthorized access",
        "details": [{"@type": _STATUS, "code": 7, "message": external}],
    }


def test_the_table_can_be_changed(client: Client) -> None:
    rbac, namespace = client.sandbox.rbac, "team-b"
    rbac.bind(namespace, _USER, VIEW)
    assert client.get(f"{V2}/experiments", namespace=namespace)["total_size"] == 1
    body = {"display_name": "x", "namespace": namespace}
    status, error = client.failure(f"{V2}/experiments", "POST", json=body)
    assert status == 403
    assert "Verb:create" in error["message"]
    rbac.unbind(namespace, _USER)
    assert client.failure(f"{V2}/experiments?namespace={namespace}")[0] == 403


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("experiments", "An experiment cannot have an empty namespace in multi-user mode"),
        ("runs", "A run cannot have an empty namespace in multi-user mode"),
        ("recurringruns", "a recurring run cannot have an empty namespace in multi-user mode"),
    ],
)
def test_a_missing_namespace_comes_before_a_missing_token(
    empty: Client, path: str, text: str
) -> None:
    status, body = empty.failure(f"{V2}/{path}", token="")
    assert (status, body["code"]) == (400, 3)
    assert body["details"][0]["message"] == text


@pytest.mark.parametrize(
    "query", ["page_token=abc!", "sort_by=bogus", "filter={", "page_size=-1", "page_size=abc"]
)
def test_wrong_list_options_come_before_everything(empty: Client, query: str) -> None:
    assert empty.failure(f"{V2}/runs?{query}", token="")[0] == 400


def test_unknown_rows_come_before_a_missing_token(empty: Client) -> None:
    status, body = empty.failure(f"{V2}/runs/1111", token="")
    assert status == 404
    assert body["message"] == (
        "Failed to get a run: Failed to authorize the request: Failed to authorize with the run "
        "ID 1111: Failed to fetch run 1111: ResourceNotFoundError: Run 1111 not found"
    )
    assert body["details"][0]["message"] == "Run 1111 not found"


def test_rows_of_others_are_denied_not_hidden(client: Client) -> None:
    token = client.sandbox.issue_token(namespace="team-b")
    answer = client.send("GET", f"{V2}/runs?namespace=team-b", token=token)
    foreign = answer.json()["runs"][0]["run_id"]
    assert client.failure(f"{V2}/runs/{foreign}", token="")[0] == 401
    assert client.failure(f"{V2}/runs/{foreign}")[0] == 403
    assert client.failure(f"{V2}/runs/{foreign}:terminate", "POST")[0] == 403


def test_runs_of_an_experiment_are_checked_in_its_namespace(client: Client) -> None:
    token = client.sandbox.issue_token(namespace="team-b")
    answer = client.send("GET", f"{V2}/experiments?namespace=team-b", token=token)
    foreign = answer.json()["experiments"][0]["experiment_id"]
    status, body = client.failure(f"{V2}/runs?experiment_id={foreign}&namespace=team-a")
    assert status == 403
    assert "Namespace:team-b" in body["message"]


def test_shared_pipelines_need_no_identity(client: Client) -> None:
    answer = client.send("GET", f"{V2}/pipelines", token="")
    assert [row["display_name"] for row in answer.json()["pipelines"]] == ["hello-world"]
    identifier = answer.json()["pipelines"][0]["pipeline_id"]
    assert client.failure(f"{V2}/pipelines/{identifier}?cascade=true", "DELETE")[0] == 403


def test_recurring_runs_are_jobs_to_rbac(client: Client) -> None:
    client.sandbox.rbac.bind("team-a", _USER, {"runs/list", "experiments/list"})
    status, body = client.failure(f"{V2}/recurringruns?namespace=team-a")
    assert status == 403
    assert "Resource:jobs" in body["message"]


def test_auth_route_tells_what_is_allowed(client: Client) -> None:
    query = "resources=VIEWERS&verb=GET"
    assert client.get(f"{V1}/auth?namespace=team-a&{query}") == {}
    status, body = client.failure(f"{V1}/auth?namespace=team-b&{query}")
    assert status == 403
    assert "Group:kubeflow.org" in body["message"]
    assert client.failure(f"{V1}/auth?namespace=team-a")[0] == 400


def test_a_user_header_is_stopped_by_the_sidecar(empty: Client) -> None:
    headers = {"kubeflow-userid": "someone@example.com"}
    answer = empty.send("GET", f"{V2}/experiments?namespace=team-a", headers=headers)
    assert (answer.status_code, answer.text) == (403, "RBAC: access denied")
    assert answer.headers["server"] == "envoy"


def test_single_user_asks_nobody(start: StartSandbox) -> None:
    client = start(multi_user=False)
    answer = client.send("GET", f"{V2}/experiments?namespace=ignored", token="")
    assert answer.json()["total_size"] == 9
    assert "namespace" not in answer.json()["experiments"][0]


def test_older_gateways_repeat_the_message(start: StartSandbox) -> None:
    client = start(seed=None, release="2.5.0")
    answer = client.send("GET", f"{V2}/experiments?namespace=a%26b")
    assert list(answer.json()) == ["error", "code", "message", "details"]
    assert answer.json()["error"] == answer.json()["message"]
    assert "Namespace:a\\u0026b" in answer.text
    assert "WWW-Authenticate" not in client.send("GET", f"{V2}/runs?namespace=a", token="").headers


def test_release_1_8_takes_a_missing_identity_for_a_failure_of_its_own(
    start: StartSandbox,
) -> None:
    client = start(release="1.8.5")
    path = f"{V1}/experiments?resource_reference_key.type=NAMESPACE&resource_reference_key.id="
    status, body = client.failure(f"{path}team-a", token="")
    assert (status, body["code"]) == (500, 13)
    assert _NO_HEADER in body["message"]
    assert "goexit" in body["message"]
    assert body["details"][0]["@type"] == "type.googleapis.com/api.Error"
    status, body = client.failure(f"{path}team-b")
    assert (status, body["code"]) == (403, 7)
    assert set(body["details"][0]) == {"@type", "error_message", "error_details"}


@pytest.mark.parametrize(
    ("release", "path", "method", "status", "text"),
    [
        ("2.17.0", f"{V2}/nothing", "GET", 404, '{"code":5,"message":"Not Found"}'),
        ("2.17.0", f"{V2}/experiments", "PUT", 501, '{"code":12,"message":"Method Not Allowed"}'),
        ("2.5.0", f"{V2}/nothing", "GET", 404, "Not Found\n"),
        ("1.8.5", f"{V2}/experiments", "GET", 404, "Not Found\n"),
        ("2.17.0", "/pipeline/apis/v2beta1/experiments", "GET", 404, "404 page not found\n"),
    ],
)
def test_unknown_routes(
    start: StartSandbox, release: str, path: str, method: str, status: int, text: str
) -> None:
    answer = start(seed=None, release=release).send(method, path)
    assert (answer.status_code, answer.text) == (status, text)
