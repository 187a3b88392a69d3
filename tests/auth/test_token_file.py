"""The token's file, as the kubelet keeps it and as others spoil it."""

from __future__ import annotations

import base64
import json
import os
import pickle
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_kfp_auth.auth import token_file as token_module
from jupyter_kfp_auth.auth.token_file import Claims, TokenFile
from jupyter_kfp_auth.http.errors import TokenError
from kfp_sandbox import Sandbox

from ..pod import make_token
from ..secrecy import leaks


def failure(path: str | Path) -> TokenError:
    with pytest.raises(TokenError) as caught:
        TokenFile(path).read()
    assert caught.value.facts["path"] == str(path)
    return caught.value


def test_reads_the_token_without_the_line_end(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(" abc.def.ghi\n")
    assert TokenFile(tmp_path / "token").read() == "abc.def.ghi"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    file = TokenFile(tmp_path / "no" / "token")
    assert not file.exists()
    assert failure(file.path).cause_code == "token-missing"
    assert file.claims() is None


def test_a_file_below_a_file_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert failure(tmp_path / "file" / "token").cause_code == "token-missing"
    assert not TokenFile(tmp_path / "file" / "token").exists()


def test_a_link_to_nowhere_is_a_token_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "token").symlink_to("..data/token")
    assert failure(tmp_path / "token").cause_code == "token-missing"


@pytest.mark.parametrize("content", ["", "\n", "  \t \r\n"])
def test_an_empty_file(content: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(content)
    assert failure(tmp_path / "token").cause_code == "token-empty"


def test_a_directory_in_its_place_cannot_be_read_and_says_whose_it_is(tmp_path: Path) -> None:
    error = failure(tmp_path)
    assert error.cause_code == "token-unreadable"
    assert f"owner {os.getuid()}" in error.facts["mode"]
    assert f"this process is user {os.getuid()}" in error.facts["mode"]
    assert TokenFile(tmp_path).exists()


def test_a_file_that_may_not_be_read(sandbox: Sandbox) -> None:
    sandbox.faults.set("token-unreadable")
    assert failure(sandbox.token_path).cause_code == "token-unreadable"


def test_something_in_a_directory_that_may_not_be_entered_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "lstat", refuse)
    assert TokenFile(tmp_path / "token").exists()


def test_a_path_that_no_file_can_have() -> None:
    assert failure("a\0b").cause_code == "token-unreadable"
    assert not TokenFile("a\0b").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"two words",
        b"a\r\nX-Injected: yes",
        b"caf\xc3\xa9",
        b"s3cret\x00",
        b"a\x7f",
        b"a" * (64 * 1024 + 1),
        b"-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n",
    ],
)
def test_what_would_break_the_header_is_no_token(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(content)
    error = failure(tmp_path / "token")
    assert error.cause_code == "token-malformed"
    assert leaks(error, content.decode("latin-1")) == []


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "token"
    with path.open("wb") as file:
        file.truncate(8 * 1024**3)  # sparse: reading it whole would take the memory of the machine
    assert failure(path).cause_code == "token-malformed"


def test_an_opaque_token_is_legal(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("opaque+token/=~")
    file = TokenFile(tmp_path / "token")
    assert file.read() == "opaque+token/=~"
    assert file.claims() is None


def test_each_read_finds_what_the_kubelet_has_swapped_in(sandbox: Sandbox) -> None:
    """The swap renames ``..data``, two links away from the path that is opened."""
    file = TokenFile(sandbox.token_path)
    assert sandbox.token_path.is_symlink()
    before, first = os.stat(sandbox.token_path).st_ino, file.read()
    sandbox.rotate_token()
    assert os.stat(sandbox.token_path).st_ino != before
    assert file.read() == sandbox.token != first


def test_errors_of_the_file_survive_pickling(tmp_path: Path) -> None:
    error = failure(tmp_path / "token")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is TokenError
    assert (copy.cause_code, copy.detail, copy.facts) == (
        error.cause_code,
        error.detail,
        error.facts,
    )


# -- Claims -----------------------------------------------------------------------------------


def test_the_claims_of_a_projected_token() -> None:
    assert Claims.of(make_token(exp=1_900_000_000, nbf=1_700_000_000)) == Claims(
        subject="system:serviceaccount:team-a:default-editor",
        issuer="https://kubernetes.default.svc",
        audience=("pipelines.kubeflow.org",),
        expires_at=datetime(2030, 3, 17, 17, 46, 40, tzinfo=timezone.utc),
        not_before=datetime(2023, 11, 14, 22, 13, 20, tzinfo=timezone.utc),
        namespace="team-a",
    )


def test_an_expired_token_still_tells_its_claims() -> None:
    claims = Claims.of(make_token(exp=1, aud="one"))
    assert claims is not None
    assert claims.audience == ("one",)
    assert claims.expires_at == datetime(1970, 1, 1, 0, 0, 1, tzinfo=timezone.utc)


def encode(*parts: Any) -> str:
    def part(value: Any) -> str:
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    return ".".join(part(value) for value in parts)


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "a.b.c.d.e",
        encode({"alg": "none"}, ["a list"], b""),
        encode({"alg": "none"}, "text", b""),
        encode({"alg": "none"}, None, b""),
        encode({"alg": "none"}, b"\xff\xfe", b""),
        encode({"alg": "none"}, b"[" * 20_000, b""),
        encode(["HS256"], {}, b"x"),
        encode({"alg": 5, "kid": 7}, {}, b"x"),
        encode({"alg": "none", "b64": False, "crit": ["b64"]}, {}, b""),
    ],
)
def test_what_is_no_jwt_has_no_claims_or_empty_ones(token: str) -> None:
    assert Claims.of(token) in (None, Claims())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("sub", "iss", "aud", "exp", "nbf", "iat", "jti", "kubernetes.io", "other"), JSON
        ),
    ),
    st.fixed_dictionaries({}, optional={"alg": JSON, "typ": JSON, "kid": JSON, "b64": JSON}),
)
def test_claims_of_any_type_never_raise(payload: dict[str, Any], header: dict[str, Any]) -> None:
    claims = Claims.of(encode({"alg": "HS256"} | header, payload, b"signature"))
    if claims is not None:
        assert isinstance(claims.subject + claims.issuer + claims.namespace, str)
        assert all(isinstance(name, str) for name in claims.audience)
        for moment in (claims.expires_at, claims.not_before):
            assert moment is None or moment.tzinfo is timezone.utc


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8")))
def test_any_content_is_a_token_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any-token"
    path.write_bytes(content)
    try:
        token = TokenFile(path).read()
    except TokenError:
        assert TokenFile(path).claims() is None
    else:
        assert token.encode() == content.strip()
        assert token.isascii()
        assert token.isprintable()
        assert " " not in token


def test_a_swap_in_the_middle_of_a_look_is_not_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kubelet removes the old directory at once, whoever may be on the way through it."""
    path = tmp_path / "token"

    def opened(*arguments: Any, **options: Any) -> Any:
        monkeypatch.undo()
        path.write_text("new")
        raise FileNotFoundError

    monkeypatch.setattr(token_module, "open", opened, raising=False)
    assert TokenFile(path).read() == "new"
