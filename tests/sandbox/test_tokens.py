"""Tokens: how they are mounted, what they claim, and when they are refused."""

from __future__ import annotations

import os
import threading

import jwt
import pytest

from .conftest import V2, Client, StartSandbox

_LIST = f"{V2}/experiments?namespace=team-a"


def _refusal(client: Client, token: str) -> str:
    status, body = client.failure(_LIST, token=token)
    assert (status, body["code"]) == (401, 16)
    return str(body["message"])


def test_the_token_is_mounted_as_the_kubelet_does(empty: Client) -> None:
    path = empty.sandbox.token_path
    assert path.parts[-6:] == ("var", "run", "secrets", "kubeflow", "pipelines", "token")
    assert os.readlink(path) == "..data/token"
    assert os.readlink(path.parent / "..data").startswith("..")


def test_rotation_is_a_swap_of_the_data_directory(empty: Client) -> None:
    path = empty.sandbox.token_path
    before, link = path.read_text(), os.readlink(path.parent / "..data")
    inode = path.parent.joinpath(link, "token").stat().st_ino
    empty.sandbox.rotate_token()
    after = os.readlink(path.parent / "..data")
    assert path.read_text() != before
    assert after != link
    assert path.stat().st_ino != inode
    empty.sandbox.rotate_token()
    assert not (path.parent / link).exists()
    assert empty.send("GET", _LIST, token=before).status_code == 200, "both live for a while"


def test_a_reader_never_finds_the_token_missing(empty: Client) -> None:
    path, stop, reads = empty.sandbox.token_path, threading.Event(), threading.Semaphore(0)
    failures: list[OSError] = []

    def read() -> None:
        while not stop.is_set():
            try:
                assert path.read_text()
            except FileNotFoundError as error:
                failures.append(error)
            reads.release()

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(300):
        empty.sandbox.rotate_token()
        while reads.acquire(blocking=False):
            pass
        for _ in range(2):  # the first may have begun before the change
            assert reads.acquire(timeout=10)
    stop.set()
    reader.join()
    assert not failures


def test_claims_are_those_of_a_projected_token(empty: Client) -> None:
    claims = jwt.decode(empty.sandbox.token, options={"verify_signature": False})
    assert claims["aud"] == ["pipelines.kubeflow.org"]
    assert claims["sub"] == "system:serviceaccount:team-a:default-editor"
    assert claims["exp"] - claims["iat"] == 7200
    assert claims["kubernetes.io"]["namespace"] == "team-a"
    assert claims["kubernetes.io"]["serviceaccount"]["name"] == "default-editor"


def test_a_token_ends_a_minute_after_its_time(empty: Client) -> None:
    token = empty.sandbox.issue_token(expires_in=600)
    empty.sandbox.clock.advance(659)
    assert empty.send("GET", _LIST, token=token).status_code == 200
    empty.sandbox.clock.advance(2)
    assert "service account token has expired" in _refusal(empty, token)


def test_a_token_for_another_audience_is_refused(empty: Client) -> None:
    message = _refusal(empty, empty.sandbox.issue_token(audience="elsewhere"))
    assert 'token audiences ["elsewhere"] is invalid' in message
    assert '["pipelines.kubeflow.org"]' in message


@pytest.mark.parametrize("token", ["opaque", "a.b.c", "e30.e30.e30"])
def test_a_token_of_another_issuer_is_refused(empty: Client, token: str) -> None:
    assert "Review.Status.Authenticated is false. Error invalid bearer token" in _refusal(
        empty, token
    )


def test_a_token_of_another_sandbox_is_refused(empty: Client, start: StartSandbox) -> None:
    other = start(seed=None)
    assert "invalid bearer token" in _refusal(empty, other.sandbox.token)


def test_tokens_of_other_accounts_have_their_own_rights(client: Client) -> None:
    viewer = client.sandbox.issue_token(service_account="default-viewer")
    status, body = client.failure(_LIST, token=viewer)
    assert status == 403
    assert "system:serviceaccount:team-a:default-viewer" in body["message"]
    other = client.sandbox.issue_token(namespace="team-b")
    answer = client.send("GET", f"{V2}/experiments?namespace=team-b", token=other)
    assert answer.json()["experiments"][0]["namespace"] == "team-b"


def test_any_text_can_be_mounted(empty: Client) -> None:
    empty.sandbox.write_token("opaque")
    assert empty.sandbox.token_path.read_text() == empty.sandbox.token == "opaque"


def test_the_kubelet_renews_the_token_in_time(empty: Client) -> None:
    sandbox = empty.sandbox
    first = sandbox.token
    sandbox.clock.advance(5759)
    assert sandbox.token == first
    sandbox.clock.advance(1)
    assert sandbox.token != first
    assert sandbox.token_path.read_text() == sandbox.token
    sandbox.clock.advance(100_000)
    assert empty.send("GET", _LIST).status_code == 200


@pytest.mark.parametrize("fault", [None, "token-expired", "token-missing", "token-invalidated"])
def test_the_kubelet_leaves_other_tokens_alone(empty: Client, fault: str | None) -> None:
    if fault:
        empty.sandbox.faults.set(fault)
    else:
        empty.sandbox.write_token("opaque")
    before = empty.sandbox.token
    empty.sandbox.clock.advance(100_000)
    assert empty.sandbox.token == before
