"""What goes out, what comes back, and that neither the token nor the answer runs away."""

from __future__ import annotations

import gzip
import http.client
import logging
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from jupyter_kfp_auth._version import __version__
from jupyter_kfp_auth.config.settings import Setting, Settings
from jupyter_kfp_auth.http import network_errors
from jupyter_kfp_auth.http.errors import TokenError, Unreachable
from jupyter_kfp_auth.http.session import Session
from jupyter_kfp_auth.http.transport import _Connection, _TlsConnection

from ..hostile import Exchange, Hostile, always, answer
from ..pod import make_token
from ..secrecy import leaks
from .conftest import MakeSession


def broken(session: Session, path: str = "/", method: str = "GET") -> Unreachable:
    """The error of a request that gets no answer, which holds no token anywhere."""
    with pytest.raises(Unreachable) as caught:
        session.request(method, path)
    assert leaks(caught.value, session._token_source.read()) == []
    return caught.value


def at(settings: Settings, host: str) -> Settings:
    return replace(settings, host=Setting(host, "argument"))


# -- What goes out ----------------------------------------------------------------------------


def test_the_token_goes_out_as_it_is_in_the_file(
    session: Session, hostile: Hostile, token: str
) -> None:
    found = session.request("GET", "/path", {"a": "b c", "filter": quote("+%")})
    sent = hostile.requests[0]
    assert sent.line == "GET /path?a=b+c&filter=%252B%2525 HTTP/1.1"
    assert sent.headers["authorization"] == f"Bearer {token}"
    assert sent.headers["user-agent"] == f"jupyter-kfp-auth/{__version__}"
    assert sent.headers["accept"] == "application/json"
    assert (found.status, found.token, found.json()) == (200, True, {})


def test_the_path_of_the_host_is_kept(
    make_session: MakeSession, settings: Settings, hostile: Hostile
) -> None:
    make_session(at(settings, f"{hostile.url}/pipeline")).request("GET", "/apis/v2beta1/healthz")
    assert hostile.requests[0].path == "/pipeline/apis/v2beta1/healthz"


def test_the_token_is_read_when_it_is_sent(
    session: Session, hostile: Hostile, token_path: Path
) -> None:
    """One session for the life of the notebook, many tokens."""
    for content in ("one", "two"):
        token_path.write_text(content)
        session.request("GET", "/")
    assert [r.headers["authorization"] for r in hostile.requests] == ["Bearer one", "Bearer two"]


def test_nothing_asserts_an_identity(session: Session, hostile: Hostile) -> None:
    session.request("GET", "/")
    session.request("POST", "/x:archive")
    for request in hostile.requests:
        assert set(request.headers) <= {
            *("host", "user-agent", "accept", "accept-encoding", "connection"),
            *("authorization", "content-length"),
        }


@pytest.mark.parametrize("content", [None, "", "not a token"])
def test_without_a_usable_token_only_what_needs_none_is_sent(
    content: str | None, session: Session, hostile: Hostile, token_path: Path
) -> None:
    token_path.unlink() if content is None else token_path.write_text(content)
    assert session.request("GET", "/").token is False
    assert "authorization" not in hostile.requests[0].headers
    with pytest.raises(TokenError):
        session.request("GET", "/", needs_token=True)
    assert len(hostile.requests) == 1


def test_netrc_does_not_count(
    session: Session, hostile: Hostile, token_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = token_path.with_name("netrc")
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    token_path.unlink()
    session.request("GET", "/")
    assert "authorization" not in hostile.requests[0].headers


def test_cookies_are_not_kept(session: Session, hostile: Hostile) -> None:
    hostile.answer = always(answer({}, set_cookie="session=1; Path=/"))
    session.request("GET", "/")
    session.request("GET", "/")
    assert "cookie" not in hostile.requests[1].headers


# -- A token that is refused ------------------------------------------------------------------


def test_a_refused_token_is_replaced_once_by_the_one_in_the_file(
    session: Session, hostile: Hostile, token_path: Path
) -> None:
    def refuse_and_rotate(exchange: Exchange) -> None:
        token_path.write_text("new")
        always(answer({}, 401))(exchange)

    hostile.script = [refuse_and_rotate]
    assert session.request("GET", "/").status == 200
    assert [r.headers["authorization"][-3:] for r in hostile.requests][1:] == ["new"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_refused_token_that_was_replaced_is_tried_twice_and_no_more(
    method: str, session: Session, hostile: Hostile, token_path: Path
) -> None:
    def refuse_and_rotate(exchange: Exchange) -> None:
        token_path.write_text(f"token-{len(hostile.requests)}")
        always(answer({}, 401))(exchange)

    hostile.answer = refuse_and_rotate
    assert session.request(method, "/").status == 401
    assert len(hostile.requests) == 2


def test_a_refused_token_that_did_not_change_is_not_sent_again(
    session: Session, hostile: Hostile, token_path: Path
) -> None:
    hostile.answer = always(answer({}, 401))
    assert session.request("GET", "/").status == 401
    assert len(hostile.requests) == 1
    # Nor when there is none any more, nor when none was sent.
    for _ in range(2):
        token_path.unlink(missing_ok=True)
        assert session.request("GET", "/").status == 401
    assert len(hostile.requests) == 3


def test_the_caller_says_what_refuses_a_token(
    session: Session, hostile: Hostile, token_path: Path
) -> None:
    def refuse_and_rotate(exchange: Exchange) -> None:
        token_path.write_text("new")
        always(answer({}, 500))(exchange)

    hostile.script = [refuse_and_rotate]
    found = session.request("GET", "/", refused=lambda answer: answer.status == 500)
    assert (found.status, len(hostile.requests)) == (200, 2)


# -- Where it goes ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int, session: Session, hostile: Hostile) -> None:
    with Hostile() as elsewhere:
        hostile.answer = always(answer({}, status, location=f"{elsewhere.url}/login"))
        assert session.request("GET", "/").status == status
        assert not elsewhere.requests
    assert len(hostile.requests) == 1


def test_a_redirect_to_no_address_is_an_answer_like_any_other(
    session: Session, hostile: Hostile
) -> None:
    hostile.answer = always(answer({}, 302, location="http://[broken"))
    assert session.request("GET", "/").status == 302


def test_inside_the_cluster_no_proxy_of_the_environment_is_used(
    make_session: MakeSession, hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Hostile() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert make_session().request("GET", "/").status == 200
        assert not proxy.requests


def test_elsewhere_the_proxy_of_the_environment_is_used(
    make_session: MakeSession, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Hostile() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        found = make_session(at(settings, "http://kfp.example.com:8888")).request("GET", "/x")
        assert found.status == 200
        assert proxy.requests[0].line == "GET http://kfp.example.com:8888/x HTTP/1.1"
        monkeypatch.setenv("NO_PROXY", "kfp.example.com")
        assert broken(make_session(at(settings, "http://kfp.example.com:1"))).cause_code != "x"
        assert len(proxy.requests) == 1


def test_a_dead_proxy_is_named(
    make_session: MakeSession, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://someone:s3cret@127.0.0.1:1")
    error = broken(make_session(at(settings, "http://kfp.example.com")))
    assert error.cause_code == "proxy-failed"
    assert "s3cret" not in f"{error} {error.facts}"


# -- No answer --------------------------------------------------------------------------------


def test_nothing_listens(make_session: MakeSession, settings: Settings) -> None:
    error = broken(make_session(at(settings, "http://127.0.0.1:1")))
    assert error.cause_code == "connection-refused"
    assert error.facts["host"] == "http://127.0.0.1:1"


@pytest.mark.usefixtures("no_names")
def test_the_name_does_not_resolve(make_session: MakeSession, settings: Settings) -> None:
    error = broken(make_session(at(settings, "http://ml-pipeline.nowhere.invalid:8888")))
    assert error.cause_code == "host-not-found"
    assert error.facts["name"] == "ml-pipeline.nowhere.invalid"


def test_nobody_says_where_the_name_is(
    make_session: MakeSession, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A NetworkPolicy that lets no question to the name server: the resolver waits for long."""
    over = threading.Event()

    def hang(*arguments: object, **options: object) -> list[object]:
        over.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    session = make_session(replace(at(settings, "http://ml-pipeline.kubeflow:8888"), timeout=0.3))
    began = time.monotonic()
    error = broken(session)
    over.set()
    assert error.cause_code == "host-not-found"
    assert "no name server answered in time" in error.detail
    assert time.monotonic() - began < 8


def test_a_name_with_two_addresses_is_tried_at_both(
    make_session: MakeSession,
    settings: Settings,
    hostile: Hostile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As where IPv6 is announced and leads nowhere."""
    resolve = socket.getaddrinfo

    def both(host: str, port: int, *args: object, **options: object) -> object:
        if host != "ml-pipeline.kubeflow":
            return resolve(host, port, *args, **options)  # type: ignore[arg-type]
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("127.0.0.2", port)), (*kind, ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    session = make_session(at(settings, f"http://ml-pipeline.kubeflow:{hostile.port}"))
    for _ in range(2):
        assert session.request("GET", "/").status == 200
    assert hostile.requests[0].headers["host"] == f"ml-pipeline.kubeflow:{hostile.port}"
    assert hostile.connections == 1


def test_a_name_that_moves_is_found_again(
    make_session: MakeSession, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service gets another address: the next connection goes there."""
    resolve, address = socket.getaddrinfo, "127.0.0.1"

    def moving(host: str, port: int, *args: object, **options: object) -> object:
        there = address if host == "ml-pipeline.kubeflow" else host
        return resolve(there, port, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", moving)
    with Hostile() as here:
        port = here.port
        session = make_session(at(settings, f"http://ml-pipeline.kubeflow:{port}"))
        assert session.request("GET", "/").status == 200
    with Hostile(("127.0.0.3", port)) as there:
        address = "127.0.0.3"
        assert session.request("GET", "/").status == 200
        assert len(there.requests) == 1


def test_no_connection_in_time(
    make_session: MakeSession, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A NetworkPolicy drops the packets: here a listener whose queue is full does."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
            fillers.append(filler)
        session = make_session(replace(at(settings, f"http://127.0.0.1:{port}"), timeout=0.3))
        error = broken(session)
        for filler in fillers:
            filler.close()
    assert error.cause_code == "network-timeout"
    assert error.facts["timeout"] == "0.3"


def test_waiting_for_a_connection_is_shorter_than_waiting_for_an_answer() -> None:
    import requests

    error = network_errors.unreachable(requests.ConnectTimeout(), "http://a", "", 10.0)
    assert error.facts["timeout"] == "3"
    error = network_errors.unreachable(requests.ReadTimeout(), "http://a", "", 10.0)
    assert error.facts["timeout"] == "10"


def test_no_route() -> None:
    cause = OSError(113, "No route to host")
    error = Exception("wrapped", cause)
    assert (
        network_errors.unreachable(error, "http://a", "", 10.0).cause_code == "network-unreachable"
    )


def test_causes_that_point_at_each_other_end() -> None:
    one, two = ValueError(), ValueError()
    one.__cause__, two.__cause__ = two, one
    assert network_errors.dropped(one) is False


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_silent_server(method: str, make_session: MakeSession, settings: Settings) -> None:
    with Hostile() as server:
        server.answer = Exchange.wait
        session = make_session(replace(at(settings, server.url), timeout=0.2))
        began = time.monotonic()
        assert broken(session, method=method).cause_code == "no-answer"
        assert time.monotonic() - began < 8
        assert len(server.requests) == 1


SLOW = {
    "status line": b"HTTP/1.1 200 OK",
    "headers": b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 500,
    "endless headers": b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"a" * 500,
    "body to the end": b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 500,
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 200,
    "chunk size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 500,
    "trailers": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"a: b\r\n" * 100,
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 999\r\n\r\n" + b"a" * 500,
    "gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(10**6)),
}


@pytest.mark.parametrize("part", SLOW)
def test_a_server_that_sends_byte_after_byte(
    part: str, hostile: Hostile, make_session: MakeSession, settings: Settings
) -> None:
    """Each byte comes in time, and all of them would take a minute."""
    head, _, rest = SLOW[part].partition(b"\r\n\r\n")

    def drip(exchange: Exchange) -> None:
        if part in ("status line", "headers"):
            exchange.drip(SLOW[part], 0.05)
        else:
            exchange.send(head + b"\r\n\r\n")
            exchange.drip(rest, 0.05)

    hostile.answer = drip
    session = make_session(replace(settings, timeout=0.3))
    began = time.monotonic()
    assert broken(session).cause_code == "no-answer"
    assert time.monotonic() - began < 8
    assert len(hostile.requests) == 1


def test_an_answer_that_comes_slowly_but_in_time(hostile: Hostile, session: Session) -> None:
    hostile.answer = lambda exchange: exchange.drip(answer({"a": 1}), 0.001)
    assert session.request("GET", "/").json() == {"a": 1}


# -- Broken answers ---------------------------------------------------------------------------

BROKEN = {
    "nothing": b"",
    "not HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "half a status line": b"HTTP/1.",
    "too many headers": b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n",
    "a long header": b"HTTP/1.1 200 OK\r\na: " + b"b" * 70_000 + b"\r\n\r\n",
    "less than announced": answer(b"{}", content_length="3"),
    "nothing of what was announced": answer(b"", content_length="100"),
    "less than announced, compressed": answer(
        gzip.compress(b"{}")[:-3], content_encoding="gzip", content_length="200"
    ),
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc",
    "no last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    "no chunk size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "not gzip": answer(b"{}", content_encoding="gzip"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_answer_is_an_error_and_never_short_data(
    kind: str, hostile: Hostile, session: Session
) -> None:
    hostile.answer = always(BROKEN[kind], keep=False)
    expected = "connection-closed" if kind == "nothing" else "connection-broken"
    assert broken(session).cause_code == expected


def test_a_tls_server_is_recognised_by_how_it_hangs_up(hostile: Hostile, session: Session) -> None:
    """Go tells in plain text that it wants TLS, and resets while that is read."""
    import struct

    def hang_up(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.0 400 Bad Request\r\n\r\n")
        exchange.over.wait(0.2)  # the head is read by then; what comes after it is lost
        linger = struct.pack("ii", 1, 0)
        exchange.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    hostile.answer = hang_up
    assert broken(session).cause_code == "tls-required"


@pytest.mark.parametrize(
    ("first", "cause"),
    [
        (b"\x15\x03\x01\x00\x02\x02\x50", "tls-required"),  # an alert of TLS
        (b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\r\n", "connection-closed"),  # gRPC's first frame
        (b"SSH-2.0-OpenSSH_9.6\r\n", "connection-broken"),
    ],
)
def test_what_is_no_http(first: bytes, cause: str, hostile: Hostile, session: Session) -> None:
    hostile.answer = always(first, keep=False)
    assert broken(session).cause_code == cause


def test_half_a_head_is_no_data(hostile: Hostile, session: Session) -> None:
    hostile.answer = always(b"HTTP/1.1 200 OK\r\nContent-Le", keep=False)
    found = session.request("GET", "/")
    assert found.body == b""
    with pytest.raises(ValueError, match="Expecting value"):
        found.json()


def test_a_reset_in_the_middle(hostile: Hostile, session: Session) -> None:
    import struct

    def reset(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        linger = struct.pack("ii", 1, 0)
        exchange.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    hostile.answer = reset
    # The reset may be faster than the head of the answer.
    assert broken(session).cause_code in ("connection-broken", "connection-closed")


def test_an_announced_length_of_nonsense_does_not_matter(
    hostile: Hostile, session: Session
) -> None:
    hostile.answer = always(answer(b"{}", content_length="\xb2"), keep=False)
    assert session.request("GET", "/").body == b"{}"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb'"\ud800x"', "�x"),
        (rb'"x\uDFFF"', "x�"),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (rb'"\\ud800"', "\\ud800"),
        ('"größe"'.encode(), "größe"),
    ],
)
def test_half_a_character_does_not_get_further(
    body: bytes, text: str, hostile: Hostile, session: Session
) -> None:
    """It could be neither printed nor sent to a browser."""
    hostile.answer = always(answer(b'{"name": [' + body + b"]}"))
    assert session.request("GET", "/").json() == {"name": [text]}


# -- Size -------------------------------------------------------------------------------------


def test_an_answer_that_announces_too_much_is_not_read(
    hostile: Hostile, make_session: MakeSession
) -> None:
    hostile.answer = lambda exchange: exchange.send(answer(b"a", content_length=str(10**15)))
    error = broken(make_session(max_bytes=2**20))
    assert (error.cause_code, error.facts["megabytes"]) == ("answer-too-large", "1")


@pytest.mark.parametrize("framing", ["chunked", "close"])
def test_an_endless_answer_is_read_only_so_far(
    framing: str, hostile: Hostile, make_session: MakeSession
) -> None:
    sent = 0

    def flood(exchange: Exchange) -> None:
        nonlocal sent
        piece = b"a" * 65536
        exchange.send(b"HTTP/1.1 200 OK\r\n")
        if framing == "chunked":
            piece = b"10000\r\n" + piece + b"\r\n"
            exchange.send(b"Transfer-Encoding: chunked\r\n")
        exchange.send(b"\r\n")
        while not exchange.over.is_set():
            exchange.send(piece)
            sent += len(piece)

    hostile.answer = flood
    assert broken(make_session(max_bytes=2**20)).cause_code == "answer-too-large"
    assert sent < 50 * 2**20  # what fits into the buffers of both sockets, too


def test_a_compressed_answer_is_read(hostile: Hostile, session: Session) -> None:
    body = gzip.compress(b'{"a": "' + b"x" * 100_000 + b'"}')
    hostile.answer = always(answer(body, content_encoding="gzip"))
    assert len(session.request("GET", "/").json()["a"]) == 100_000
    assert hostile.requests[0].headers["accept-encoding"] == "gzip"


def test_of_a_compressed_answer_the_size_after_counts(
    hostile: Hostile, make_session: MakeSession
) -> None:
    import tracemalloc

    bomb = gzip.compress(bytes(200 * 2**20), 9)
    assert len(bomb) < 2**20
    hostile.answer = always(answer(bomb, content_encoding="gzip"))
    session = make_session(max_bytes=4 * 2**20)
    tracemalloc.start()
    with pytest.raises(Unreachable) as caught:
        session.request("GET", "/")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.cause_code == "answer-too-large"
    assert peak < 12 * 2**20


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "deflate", "x-unknown"])
def test_an_encoding_that_was_not_asked_for_is_not_decoded(
    encoding: str, hostile: Hostile, session: Session
) -> None:
    bomb = gzip.compress(gzip.compress(bytes(10**6)))
    hostile.answer = always(answer(bomb, content_encoding=encoding))
    found = session.request("GET", "/")
    assert found.body == bomb
    with pytest.raises(ValueError, match="codec"):
        found.json()


def test_the_size_that_is_allowed_is_allowed(hostile: Hostile, make_session: MakeSession) -> None:
    hostile.answer = always(answer(b"a" * 2**20))
    assert len(make_session(max_bytes=2**20).request("GET", "/").body) == 2**20


# -- Connections ------------------------------------------------------------------------------


def test_one_connection_serves_many_requests(hostile: Hostile, session: Session) -> None:
    for body in (b"{}", b"", b"x" * 200_000):
        hostile.answer = always(answer(body))
        assert session.request("GET", "/").body == body
    hostile.answer = always(answer({}, 404))
    session.request("GET", "/")
    assert (len(hostile.requests), hostile.connections) == (4, 1)


def test_a_connection_that_was_closed_while_idle_is_replaced(
    hostile: Hostile, session: Session
) -> None:
    hostile.answer = always(answer({}), keep=False)
    for _ in range(3):
        assert session.request("GET", "/").status == 200
    assert hostile.connections == 3


def test_a_connection_that_closes_at_the_moment_of_the_request_is_replaced_for_reading(
    hostile: Hostile, session: Session
) -> None:
    session.request("GET", "/")
    hostile.script = [always(b"", keep=False)]
    assert session.request("GET", "/").status == 200
    assert hostile.connections == 2
    # An action may have been carried out: it is not sent again.
    hostile.script = [always(b"", keep=False)]
    before = len(hostile.requests)
    assert broken(session, method="POST").cause_code == "connection-closed"
    assert len(hostile.requests) == before + 1


def test_a_server_that_always_hangs_up_is_asked_twice(hostile: Hostile, session: Session) -> None:
    hostile.answer = always(b"", keep=False)
    assert broken(session).cause_code == "connection-closed"
    assert len(hostile.requests) == 2


def test_many_threads_share_a_session(hostile: Hostile, session: Session) -> None:
    def echo(exchange: Exchange) -> None:
        always(answer({"path": exchange.request.path}))(exchange)

    hostile.answer = echo
    with ThreadPoolExecutor(8) as pool:
        paths = [f"/{n}" for n in range(100)]
        answers = pool.map(lambda path: session.request("GET", path).json()["path"], paths)
        assert list(answers) == paths


def test_a_closed_session_leaves_no_connection(hostile: Hostile, session: Session) -> None:
    ended = threading.Event()

    def watch(exchange: Exchange) -> None:
        exchange.send(answer({}))
        exchange.socket.recv(1)
        ended.set()

    hostile.answer = watch
    session.request("GET", "/")
    session.close()
    assert ended.wait(5)


# -- Secrecy ----------------------------------------------------------------------------------


def test_an_interrupt_shows_no_token(session: Session, token: str) -> None:
    """IPython prints it with the variables of the frames, in verbose mode."""

    def interrupt(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    original = http.client.HTTPResponse.begin
    http.client.HTTPResponse.begin = interrupt  # type: ignore[method-assign]
    try:
        with pytest.raises(KeyboardInterrupt) as caught:
            session.request("GET", "/")
    finally:
        http.client.HTTPResponse.begin = original  # type: ignore[method-assign]
    assert leaks(caught.value, token) == []


def test_logs_and_representations_show_no_token(
    session: Session, hostile: Hostile, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hostile.answer = always(answer({}, 401, set_cookie="session=s3cret"))
    found = session.request("GET", "/")
    with pytest.raises(Unreachable):
        Session("http://127.0.0.1:1", session._token_source).request("GET", "/")
    shown = caplog.text + repr((found, session, vars(session)))
    assert token not in shown
    assert "s3cret" not in shown


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_debugging_of_http_shows_no_token(
    scheme: str,
    session: Session,
    hostile: Hostile,
    token: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """As people turn it on who look for another problem; it prints every header that is sent."""
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    hostile.answer = always(answer({}))
    assert session.request("GET", "/").token
    connection = {"http": _Connection, "https": _TlsConnection}[scheme]("localhost")
    connection.set_debuglevel(1)
    assert connection.debuglevel == 0
    assert capfd.readouterr() == ("", "")


def test_a_token_in_the_echo_of_a_server_is_not_in_a_traceback(
    session: Session, hostile: Hostile, token: str
) -> None:
    echo = f"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nBearer {token}".encode()
    hostile.answer = always(echo, keep=False)
    broken(session)


def test_another_token_is_as_secret_as_the_first(
    hostile: Hostile, make_session: MakeSession, token_path: Path
) -> None:
    """Refused, rotated, and then the connection breaks."""
    second = make_token(jti="second")

    def refuse_and_rotate(exchange: Exchange) -> None:
        token_path.write_text(second)
        always(answer({}, 401))(exchange)

    hostile.script = [refuse_and_rotate]
    hostile.answer = always(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", keep=False)
    error = broken(make_session())
    assert len(hostile.requests) == 2
    assert leaks(error, second) == []
