"""Every setting from every place, in order, each with its origin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from traitlets.config import Config

from jupyter_kfp_auth.config import runtime
from jupyter_kfp_auth.config.settings import (
    CA_VARIABLES,
    DEFAULT_TOKEN_PATH,
    KfpAuth,
    Settings,
    resolve,
)
from jupyter_kfp_auth.http.address import is_cluster_local
from jupyter_kfp_auth.http.errors import SettingsError

from ..pod import NOWHERE, make_token
from ..secrecy import leaks

DEFAULT_METADATA = "metadata-grpc-service.kubeflow.svc.cluster.local:8080"
DEFAULT_HOST = "http://ml-pipeline.kubeflow.svc.cluster.local:8888"


def settings(environ: Mapping[str, str] | None = None, **arguments: Any) -> Settings:
    arguments.setdefault("namespace_file", NOWHERE)
    return resolve(environ=environ or {}, **arguments)


# -- The table: the first place that is set wins ----------------------------------------------

#: For each setting: where it can be set, in the order in which that counts. A place is the name
#: of its origin, then what to pass to `resolve`.
PLACES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "host": [
        ("argument", {"host": "http://argument"}),
        ("%kfp use", {"use": {"host": "http://use"}}),
        ("KfpAuth.host", {"config": {"host": "http://config"}}),
        ("KF_PIPELINES_ENDPOINT", {"environ": {"KF_PIPELINES_ENDPOINT": "http://environ"}}),
        ("default", {}),
    ],
    "token_path": [
        ("argument", {"token_path": "/argument"}),
        ("KfpAuth.token_path", {"config": {"token_path": "/config"}}),
        ("KF_PIPELINES_SA_TOKEN_PATH", {"environ": {"KF_PIPELINES_SA_TOKEN_PATH": "/environ"}}),
        ("default", {}),
    ],
    "namespace": [
        ("argument", {"namespace": "argument"}),
        ("%kfp use", {"use": {"namespace": "use"}}),
        ("KfpAuth.namespace", {"config": {"namespace": "config"}}),
        ("the token", {"token": "token"}),
        ("the pod", {"pod": "pod"}),
        ("NB_PREFIX", {"environ": {"NB_PREFIX": "/notebook/prefix/nb"}}),
        ("", {}),
    ],
    "ca_cert": [
        ("argument", {"ca_cert": "/argument"}),
        ("KfpAuth.ca_cert", {"config": {"ca_cert": "/config"}}),
        ("KF_PIPELINES_SSL_SA_CERTS", {"environ": {"KF_PIPELINES_SSL_SA_CERTS": "/1"}}),
        ("PIPELINES_SSL_CA_CERTS", {"environ": {"PIPELINES_SSL_CA_CERTS": "/2"}}),
        ("SSL_CERT_FILE", {"environ": {"SSL_CERT_FILE": "/3"}}),
        ("REQUESTS_CA_BUNDLE", {"environ": {"REQUESTS_CA_BUNDLE": "/4"}}),
        ("certifi", {}),
    ],
    "ui_url": [
        ("KfpAuth.ui_url", {"config": {"ui_url": "https://config"}}),
        ("KF_PIPELINES_UI_ENDPOINT", {"environ": {"KF_PIPELINES_UI_ENDPOINT": "https://ui"}}),
        ("the browser's own origin", {}),
    ],
    "metadata_endpoint": [
        ("KfpAuth.metadata_endpoint", {"config": {"metadata_endpoint": "config:1"}}),
        (
            "KF_PIPELINES_METADATA_ENDPOINT",
            {"environ": {"KF_PIPELINES_METADATA_ENDPOINT": "https://environ:2"}},
        ),
        ("default", {}),
    ],
}


def resolve_places(places: list[dict[str, Any]], tmp_path: Path) -> Settings:
    """Set all these places at once."""
    arguments: dict[str, Any] = {"environ": {}, "namespace_file": NOWHERE}
    config: dict[str, str] = {}
    for place in places:
        for name, value in place.items():
            if name == "config":
                config |= value
            elif name == "environ":
                arguments["environ"] |= value
            elif name == "pod":
                arguments["namespace_file"] = tmp_path / "namespace"
                arguments["namespace_file"].write_text(f"{value}\n")
            elif name == "token":
                path = tmp_path / "token"
                path.write_text(make_token(**{"kubernetes.io": {"namespace": value}}))
                arguments["token_path"] = str(path)
            else:
                arguments[name] = value
    return resolve(config=KfpAuth(**config), **arguments)


@pytest.mark.parametrize(
    ("name", "first"), [(name, i) for name, places in PLACES.items() for i in range(len(places))]
)
def test_the_first_place_that_is_set_wins(name: str, first: int, tmp_path: Path) -> None:
    """With this place and all later ones set, this one counts, and says so."""
    origin, _ = PLACES[name][first]
    found = getattr(resolve_places([p for _, p in PLACES[name][first:]], tmp_path), name)
    alone = getattr(resolve_places([PLACES[name][first][1]], tmp_path), name)
    assert found.origin == alone.origin == origin
    assert found.value == alone.value


@pytest.mark.parametrize(
    "given",
    ["http://user:secret@store:8080", "store", "store:8080?x=1", "ftp://store:8080", "a b:1"],
)
def test_a_metadata_store_without_a_usable_address_is_not_shown(given: str) -> None:
    found = settings({"KF_PIPELINES_METADATA_ENDPOINT": given}).metadata_endpoint
    assert (found.value, found.origin) == ("", "KF_PIPELINES_METADATA_ENDPOINT")


def test_with_nothing_set_there_is_the_in_cluster_default() -> None:
    assert settings().as_dict() == {
        "host": {"value": DEFAULT_HOST, "origin": "default"},
        "token_path": {"value": DEFAULT_TOKEN_PATH, "origin": "default"},
        "namespace": {"value": "", "origin": ""},
        "ca_cert": {"value": "", "origin": "certifi"},
        "ui_url": {"value": "", "origin": "the browser's own origin"},
        "metadata_endpoint": {"value": DEFAULT_METADATA, "origin": "default"},
    }
    assert settings().timeout == 10.0
    assert DEFAULT_TOKEN_PATH == "/var/run/secrets/kubeflow/pipelines/token"
    assert CA_VARIABLES[0] == "KF_PIPELINES_SSL_SA_CERTS"


@pytest.mark.parametrize("empty", ["", "   "])
def test_an_empty_place_is_not_set(empty: str) -> None:
    names = ("KF_PIPELINES_ENDPOINT", "KF_PIPELINES_SA_TOKEN_PATH", *CA_VARIABLES)
    found = settings(dict.fromkeys(names, empty), host=empty, namespace=empty, use={"host": empty})
    assert found == settings()


def test_values_lose_the_blanks_around_them() -> None:
    assert settings(host=" http://a ", namespace="\tteam-b\n").namespace.value == "team-b"


def test_paths_may_begin_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/jovyan")
    found = settings(token_path="~/token", ca_cert="~/ca.pem")
    assert (found.token_path.value, found.ca_cert.value) == (
        "/home/jovyan/token",
        "/home/jovyan/ca.pem",
    )


def test_the_environment_of_the_process_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KF_PIPELINES_ENDPOINT", "http://from-the-process:8888")
    assert resolve(namespace_file=NOWHERE).host.value == "http://from-the-process:8888"


# -- The host ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "tidy"),
    [
        # As kfp writes it: without a scheme, and it means plain HTTP.
        ("ml-pipeline.kubeflow.svc.cluster.local:8888", DEFAULT_HOST),
        ("ml-pipeline.kubeflow:8888", "http://ml-pipeline.kubeflow:8888"),
        ("localhost:3000", "http://localhost:3000"),
        ("10.96.0.7:8888", "http://10.96.0.7:8888"),
        ("kubeflow.example.com", "https://kubeflow.example.com"),
        ("kubeflow.example.com/pipeline/", "https://kubeflow.example.com/pipeline"),
        ("http://host:8888/", "http://host:8888"),
        ("http://host:8888///", "http://host:8888"),
        # The path is kept: deployKF and others serve Pipelines below one.
        ("https://deploykf.example.com/pipeline/", "https://deploykf.example.com/pipeline"),
        ("https://host/a/b", "https://host/a/b"),
        ("HTTP://Host.Example:80/Path", "http://host.example:80/Path"),
        ("http://host:", "http://host"),
        ("http://[::1]:8888/", "http://[::1]:8888"),
        ("http://[::1]", "http://[::1]"),
        ("http://host.", "http://host."),
        ("https://bücher.example", "https://bücher.example"),
        ("https://host/#/experiments", "https://host"),
    ],
)
def test_a_host_is_tidied(given: str, tidy: str) -> None:
    assert settings(host=given).host.value == tidy


@pytest.mark.parametrize(
    "given",
    [
        "http://user:s3cret@host",
        "user:s3cret@host",
        "http://s3cret@host:8888",
        "https://host/?token=s3cret",
        "host?s3cret",
        "https://host?",
        "ftp://host",
        "file:///etc/passwd",
        "javascript://host",
        "http://",
        "http:///path",
        "http:/host",
        "http:host:8888",
        "https:host",
        "/pipeline",
        "http://host:0",
        "http://host:65536",
        "http://host:s3cret",
        "http://[::1",
        "http://[s3cret]",
        "[",
        "http://a b",
        "http://host\r\nX-Header: s3cret",
        "http://ho\tst",
        "http://host\\@s3cret",
        "http://a..b",
        "http://" + "a" * 64,
        "http://" + ".".join(["a" * 60] * 5),
    ],
)
def test_a_host_that_cannot_be_used_is_refused_without_showing_it(given: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings({"KF_PIPELINES_ENDPOINT": given})
    error = caught.value
    assert error.cause_code == "host-invalid"
    assert error.facts["origin"] == "KF_PIPELINES_ENDPOINT"
    for shown in (str(error), repr(error), repr(error.facts)):
        assert "s3cret" not in shown
    assert error.__cause__ is error.__context__ is None


@given(st.text() | st.from_regex(r"(https?://)?[\w.\[\]:@/\\?#%-]{0,40}", fullmatch=True))
def test_a_host_is_either_refused_or_an_address_that_stays_as_it_is(given: str) -> None:
    try:
        host = settings(host=given).host.value
    except SettingsError:
        return
    parts = urlsplit(host)
    assert parts.scheme in ("http", "https")
    assert parts.hostname
    assert parts.username is parts.password is None
    assert not parts.query
    assert not host.endswith("/")
    assert host.isprintable()
    assert settings(host=host).host.value == host


def test_the_default_host_is_where_kubeflow_is_installed_and_never_in_the_users_namespace() -> None:
    found = settings(config=KfpAuth(kfp_namespace="kfp"), namespace="team-b")
    assert found.host.value == "http://ml-pipeline.kfp.svc.cluster.local:8888"
    moved = found.with_namespace("team-c")
    assert (moved.host, moved.namespace.value) == (found.host, "team-c")


@pytest.mark.parametrize("given", ["evil.example/", "a b", "Kubeflow", ""])
def test_the_namespace_of_kubeflow_is_checked(given: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(config=KfpAuth(kfp_namespace=given))
    assert caught.value.cause_code == "namespace-invalid"
    assert caught.value.facts["origin"] == "KfpAuth.kfp_namespace"


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("http://ml-pipeline.kubeflow.svc.cluster.local:8888", True),
        ("ml-pipeline.kubeflow.svc.cluster.local:8888", True),
        ("ml-pipeline.kubeflow.svc.cluster.local.", True),
        ("ml-pipeline.kubeflow.svc.corp.example", True),
        ("ml-pipeline.kubeflow.svc", True),
        ("ml-pipeline.kubeflow", True),
        ("ml-pipeline", True),
        ("ml-pipeline-ui.kfp:80", True),
        ("localhost:8888", True),
        ("kfp.localhost", True),
        ("ip-10-0-0-1.ec2.internal", True),
        ("127.0.0.1", True),
        ("10.0.0.1:8888", True),
        ("192.168.1.1", True),
        ("100.64.3.2", True),
        ("[::1]:8888", True),
        ("http://[fd00::1]", True),
        ("8.8.8.8", False),
        ("[2606:4700::1111]", False),
        ("kubeflow.example.com", False),
        ("https://kubeflow.example.com/svc/x", False),
        ("svc.example.com", False),
        ("pipelines.svc.com", False),
        ("example.com", False),
        ("[", False),
    ],
)
def test_what_is_inside_the_cluster(host: str, local: bool) -> None:
    assert is_cluster_local(host) is local


# -- The namespace ----------------------------------------------------------------------------


def test_the_namespace_of_the_token_is_read_from_its_claim(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(make_token(**{"kubernetes.io": {"namespace": "team-a"}}))
    found = settings({"KF_PIPELINES_SA_TOKEN_PATH": str(path)})
    assert (found.namespace.value, found.namespace.origin) == ("team-a", "the token")
    assert found.identity == "system:serviceaccount:team-a:default-editor"


@pytest.mark.parametrize(
    "content", ["opaque", "", "a.b.c", make_token(**{"kubernetes.io": {"namespace": "Bad NS"}})]
)
def test_where_the_token_does_not_say_the_pod_does(content: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(content)
    (tmp_path / "namespace").write_text("team-a\n")
    found = settings(token_path=str(tmp_path / "token"), namespace_file=tmp_path / "namespace")
    assert (found.namespace.value, found.namespace.origin) == ("team-a", "the pod")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"Not A Namespace", b"a\nb"])
def test_where_the_pod_does_not_say_the_prefix_does(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "namespace").write_bytes(content)
    found = settings({"NB_PREFIX": "/notebook/team-a/nb"}, namespace_file=tmp_path / "namespace")
    assert (found.namespace.value, found.namespace.origin) == ("team-a", "NB_PREFIX")


@pytest.mark.parametrize(
    ("prefix", "namespace"),
    [
        ("/notebook/team-a/nb", "team-a"),
        ("/notebook/team-a/nb/", "team-a"),
        ("/notebook/team-a", ""),
        ("/notebook/Team_A/nb", ""),
        ("/user/team-a/nb", ""),
        ("notebook/team-a/nb", ""),
        ("/", ""),
    ],
)
def test_the_prefix_names_a_namespace_or_none(prefix: str, namespace: str) -> None:
    assert settings({"NB_PREFIX": prefix}).namespace.value == namespace


@pytest.mark.parametrize(
    "given", ["Team-A", "a_b", "a/b", "-a", "a-", "a" * 64, "a b", "ä", "a\nb"]
)
def test_a_namespace_that_is_none_is_refused_with_its_origin(given: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(use={"namespace": given})
    assert caught.value.cause_code == "namespace-invalid"
    assert caught.value.facts == {"namespace": given, "origin": "%kfp use"}
    with pytest.raises(SettingsError):
        settings().with_namespace(given)


@given(st.text(max_size=80) | st.from_regex(r"[a-z0-9-]{1,70}", fullmatch=True))
def test_a_namespace_is_a_dns_label_or_refused(given: str) -> None:
    valid = re.fullmatch(r"(?!-)[a-z0-9-]{1,63}(?<!-)", given.strip())
    try:
        found = settings(namespace=given).namespace
    except SettingsError:
        assert not valid
    else:
        assert found.value == given.strip()
        assert valid or not found.value


@given(st.text(max_size=60))
def test_a_strange_prefix_never_raises(prefix: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]*", settings({"NB_PREFIX": prefix}).namespace.value)


# -- The rest ---------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [0, -1, float("nan"), float("inf"), 3601, "5", True])
def test_a_timeout_is_a_number_of_seconds(given: Any) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(timeout=given)
    assert caught.value.cause_code == "timeout-invalid"
    assert caught.value.facts["origin"] == "argument"


def test_the_timeout_may_be_configured() -> None:
    assert settings(config=KfpAuth(timeout=2.5)).timeout == 2.5
    assert settings(config=KfpAuth(timeout=2.5), timeout=3).timeout == 3.0
    with pytest.raises(SettingsError) as caught:
        settings(config=KfpAuth(timeout=0.0))
    assert caught.value.facts["origin"] == "KfpAuth.timeout"


def test_traitlets_configuration_reaches_every_setting() -> None:
    config = Config()
    config.KfpAuth.host = "http://configured:8888"
    config.KfpAuth.namespace = "team-c"
    config.KfpAuth.token_path = "/configured/token"
    config.KfpAuth.ca_cert = "/configured/ca"
    config.KfpAuth.ui_url = "https://configured"
    config.KfpAuth.metadata_endpoint = "configured:8080"
    config.KfpAuth.timeout = 4.0
    found = settings(config=KfpAuth(config=config))
    assert {name: setting["origin"] for name, setting in found.as_dict().items()} == {
        name: f"KfpAuth.{name}" for name in found.as_dict()
    }
    assert (found.host.value, found.timeout) == ("http://configured:8888", 4.0)


def test_every_setting_of_the_configuration_has_a_help_text() -> None:
    for name, trait in KfpAuth.class_traits(config=True).items():
        if name not in ("config", "parent", "log"):
            assert trait.help, name


def test_equal_connections_have_equal_fingerprints_and_others_do_not(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(make_token())
    base = settings(token_path=str(path))
    assert base.fingerprint == settings(token_path=str(path)).fingerprint
    others = {
        base.fingerprint,
        settings(token_path=str(path), host="http://elsewhere").fingerprint,
        base.with_namespace("team-b").fingerprint,
    }
    path.write_text(make_token(sub="system:serviceaccount:team-a:someone-else"))
    assert len(others | {base.fingerprint}) == 4
    # The same account with a rotated token is the same connection.
    path.write_text(make_token(iat=1))
    assert base.fingerprint in others


def test_settings_never_show_the_token(tmp_path: Path) -> None:
    token = make_token()
    (tmp_path / "token").write_text(token)
    found = settings(token_path=str(tmp_path / "token"))
    for shown in (repr(found), repr(found.as_dict()), found.fingerprint, found.identity):
        assert token.rsplit(".", 1)[-1] not in shown


def test_a_token_pasted_where_the_path_belongs_is_not_repeated_at_length() -> None:
    token = make_token()
    with pytest.raises(SettingsError) as caught:
        settings(namespace=token)
    assert leaks(caught.value, token) in ([], ["traceback"])  # the caller's own argument


# -- Of this process --------------------------------------------------------------------------


@pytest.fixture
def clean_process() -> Any:
    runtime.reset()
    runtime.configure(KfpAuth())
    yield
    runtime.reset()
    runtime.configure(None)


@pytest.mark.usefixtures("clean_process")
def test_what_use_has_chosen_counts_until_it_is_reset() -> None:
    runtime.use(namespace="team-b", host=None)
    runtime.use(host="http://chosen:8888")
    found = runtime.current_settings(environ={}, namespace_file=NOWHERE)
    assert (found.host.origin, found.namespace.origin) == ("%kfp use", "%kfp use")
    assert runtime.current_settings(namespace="team-c").namespace.value == "team-c"
    runtime.reset()
    found = runtime.current_settings(environ={}, namespace_file=NOWHERE)
    assert (found.host.origin, found.namespace.origin) == ("default", "")


@pytest.mark.usefixtures("clean_process")
def test_a_choice_that_cannot_be_used_changes_nothing() -> None:
    runtime.use(namespace="team-b")
    with pytest.raises(SettingsError):
        runtime.use(namespace="team-c", host="http://user:password@host")
    assert runtime.current_settings(environ={}).namespace.value == "team-b"


@pytest.mark.usefixtures("clean_process")
def test_configuration_counts_for_the_whole_process() -> None:
    runtime.configure(KfpAuth(namespace="configured"))
    assert runtime.current_settings(environ={}).namespace.origin == "KfpAuth.namespace"


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ('"http://a:8888"', "quotes"),
        ("'http://a:8888'", "quotes"),
        ("http://fd00:10:96::a:8888", "an IPv6 address needs brackets"),
        ("2001:db8::1", "an IPv6 address needs brackets"),
        ("http:/a:8888", "a slash is missing"),
        ("https:a", "a slash is missing"),
        ("grpc://a:8887", "begin with http://"),
        ("http://me:secret@a:8888", "user and password"),
        ("http://a:8888/?x=secret", "query"),
        ("http://my host:8888", "a space"),
        ("http://<your-host>:8888", "was to be replaced"),
        ("http://${KFP_HOST}", "was to be replaced"),
        ("http://a:port", "its port is not a number"),
        ("http://a:0", "its port is not a number"),
    ],
)
def test_what_is_wrong_with_an_address_is_said_without_showing_it(
    address: str, problem: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        resolve(host=address, environ={})
    error = caught.value
    assert error.cause_code == "host-invalid"
    assert problem in error.facts["problem"]
    assert "secret" not in f"{error!r}{error.facts}"
