"""TLS: the CA that is set is trusted, nothing else is, and verification is never off."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_kfp_auth.config.settings import Setting, Settings, resolve
from jupyter_kfp_auth.http.errors import PipelinesError
from jupyter_kfp_auth.pipelines.connection import Connection

from ..hostile import Answer, Exchange, Hostile, always, answer
from ..pod import NOWHERE
from ..secrecy import leaks
from .conftest import MakeSession

CERTIFICATES = Path(__file__).parent.parent / "certificates"
CA = str(CERTIFICATES / "ca.crt")

Serve = Callable[[str], Hostile]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve HTTPS with one of the certificates."""
    with ExitStack() as stack:

        def serve(name: str = "server") -> Hostile:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATES / f"{name}.crt", CERTIFICATES / "test.key")
            return stack.enter_context(Hostile(tls=context))

        yield serve


def trusting(settings: Settings, host: str, ca_cert: str) -> Settings:
    return replace(
        settings, host=Setting(host, "argument"), ca_cert=Setting(ca_cert, "SSL_CERT_FILE")
    )


def failure(make_session: MakeSession, settings: Settings, token: str) -> PipelinesError:
    with pytest.raises(PipelinesError) as caught:
        make_session(settings).request("GET", "/")
    assert leaks(caught.value, token) == []
    return caught.value


def test_a_private_ca_that_is_set_is_trusted(
    serve: Serve, make_session: MakeSession, settings: Settings, token: str
) -> None:
    server = serve("server")
    assert make_session(trusting(settings, server.url, CA)).request("GET", "/").status == 200
    assert server.requests[0].headers["authorization"] == f"Bearer {token}"


def test_a_directory_of_cas_is_trusted(
    serve: Serve, make_session: MakeSession, settings: Settings, tmp_path: Path
) -> None:
    # OpenSSL finds a CA in a directory by the hash of its name.
    (tmp_path / "cb0faf46.0").symlink_to(CA)
    session = make_session(trusting(settings, serve("server").url, str(tmp_path)))
    assert session.request("GET", "/").status == 200


@pytest.mark.parametrize("name", ["KF_PIPELINES_SSL_SA_CERTS", "REQUESTS_CA_BUNDLE"])
def test_the_ca_of_the_environment_is_trusted(
    name: str, serve: Serve, make_session: MakeSession, token_path: Path
) -> None:
    settings = resolve(
        host=serve("server").url,
        token_path=str(token_path),
        environ={name: CA},
        namespace_file=NOWHERE,
    )
    assert make_session(settings).request("GET", "/").status == 200


@pytest.mark.parametrize(
    ("certificate", "ca_cert", "cause"),
    [
        ("server", "", "tls-untrusted"),
        ("other-name", CA, "tls-other-name"),
        ("expired", CA, "tls-expired"),
    ],
)
def test_a_certificate_that_cannot_be_trusted_ends_it_before_the_token_is_sent(
    certificate: str,
    ca_cert: str,
    cause: str,
    serve: Serve,
    make_session: MakeSession,
    settings: Settings,
    token: str,
) -> None:
    server = serve(certificate)
    error = failure(make_session, trusting(settings, server.url, ca_cert), token)
    assert error.cause_code == cause
    assert "CERTIFICATE_VERIFY_FAILED" in error.detail
    assert error.facts["name"] == "127.0.0.1"
    assert not server.requests


def test_environment_variables_of_requests_do_not_switch_verification_off(
    serve: Serve,
    make_session: MakeSession,
    settings: Settings,
    token: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CURL_CA_BUNDLE", "")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", CA)  # of the process, not of the settings
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    server = serve("server")
    error = failure(make_session, trusting(settings, server.url, ""), token)
    assert error.cause_code == "tls-untrusted"


@pytest.mark.parametrize("kind", ["missing", "empty", "not PEM", "directory above nothing"])
def test_a_ca_bundle_that_cannot_be_used_is_named_with_its_origin(
    kind: str,
    serve: Serve,
    make_session: MakeSession,
    settings: Settings,
    token: str,
    tmp_path: Path,
) -> None:
    path = tmp_path / "ca.crt"
    if kind == "directory above nothing":
        path = path / "below"
    elif kind != "missing":
        path.write_text("" if kind == "empty" else "no certificate\n")
    chosen = trusting(settings, serve("server").url, str(path))
    error = failure(make_session, chosen, token)
    assert error.cause_code == "ca-missing"
    assert error.facts["path"] == str(path)
    with Connection(chosen) as connection, pytest.raises(PipelinesError) as caught:
        connection.healthz()
    assert caught.value.facts["origin"] == "SSL_CERT_FILE"


def test_without_tls_the_ca_bundle_does_not_matter(
    make_session: MakeSession, settings: Settings, hostile: Hostile
) -> None:
    """Images set SSL_CERT_FILE to all sorts of things."""
    session = make_session(trusting(settings, hostile.url, "/nowhere/ca.crt"))
    assert session.request("GET", "/").status == 200


def test_https_to_a_server_that_speaks_http(
    make_session: MakeSession, settings: Settings, hostile: Hostile, token: str
) -> None:
    host = hostile.url.replace("http:", "https:")
    assert failure(make_session, trusting(settings, host, CA), token).cause_code == "tls-failed"


def test_a_handshake_that_never_ends(
    make_session: MakeSession, settings: Settings, token: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"https://127.0.0.1:{listener.getsockname()[1]}"
        short = replace(trusting(settings, host, CA), timeout=0.3)
        assert failure(make_session, short, token).cause_code == "no-answer"


def test_time_is_bounded_under_tls_too(
    serve: Serve, make_session: MakeSession, settings: Settings, token: str
) -> None:
    def drip(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        exchange.drip(b"a" * 500, 0.05)

    server = serve("server")
    server.answer = drip
    short = replace(trusting(settings, server.url, CA), timeout=0.3)
    assert failure(make_session, short, token).cause_code == "no-answer"


def test_one_connection_serves_many_requests_under_tls(
    serve: Serve, make_session: MakeSession, settings: Settings
) -> None:
    server = serve("server")
    session = make_session(trusting(settings, server.url, CA))
    for _ in range(3):
        assert session.request("GET", "/").status == 200
    assert server.connections == 1


def tunnel(port: int) -> Answer:
    """Do what a proxy does when it is asked to CONNECT: pass bytes on, without reading them."""

    def pipe(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def connect(exchange: Exchange) -> None:
        with socket.create_connection(("127.0.0.1", port)) as target:
            exchange.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=pipe, args=(target, exchange.socket), daemon=True)
            back.start()
            pipe(exchange.socket, target)
            back.join(5)

    return connect


def test_a_proxy_passes_tls_on_and_never_sees_the_token(
    serve: Serve,
    hostile: Hostile,
    make_session: MakeSession,
    settings: Settings,
    token: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, hostile.url)
    server = serve("other-name")  # it is for pipelines.example
    hostile.answer = tunnel(server.port)
    session = make_session(trusting(settings, "https://pipelines.example", CA))
    assert session.request("GET", "/path").status == 200
    assert server.requests[0].headers["authorization"] == f"Bearer {token}"
    assert hostile.requests[0].line.startswith("CONNECT pipelines.example:443 HTTP/1.")
    assert not {"authorization", "cookie"} & set(hostile.requests[0].headers)
    assert token.encode() not in hostile.requests[0].raw


def test_a_proxy_that_refuses_to_connect(
    hostile: Hostile,
    make_session: MakeSession,
    settings: Settings,
    token: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, hostile.url)
    hostile.answer = always(answer(b"denied", 403, "text/plain"), keep=False)
    error = failure(make_session, trusting(settings, "https://pipelines.example", CA), token)
    assert error.cause_code == "proxy-denied"
