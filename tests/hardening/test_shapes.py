"""Answers of Pipelines with anything in any place: what comes out still keeps our own contract."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from jupyter_kfp_auth.commands import rest
from jupyter_kfp_auth.commands.results import Details, Listing
from jupyter_kfp_auth.config.settings import resolve
from jupyter_kfp_auth.doctor import explain
from jupyter_kfp_auth.http.errors import PipelinesError
from jupyter_kfp_auth.outputs.connection import Connection
from jupyter_kfp_auth.server.services.answer import Answer
from kfp_sandbox import Sandbox

from ..hostile import Hostile, always, answer
from ..server import contract

#: Texts as they are on the wire, and as an attacker may put them there.
TEXTS = st.text(max_size=12) | st.sampled_from(
    ["", "9" * 400, "\x00", "\x1b[31m", "\u202e", "<script>", "2026-02-30T00:00:00Z", "-1", "NaN"]
)
NUMBERS = st.integers() | st.floats(allow_nan=False) | st.sampled_from([2**63, -(2**63), 10**300])
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def changed(document: Any) -> st.SearchStrategy[Any]:
    """The document with anything in some places, others gone, and the rest as it was."""
    if isinstance(document, dict):
        fields = {name: changed(value) for name, value in document.items()}
        whole: st.SearchStrategy[Any] = st.fixed_dictionaries({}, optional=fields)
    elif isinstance(document, list):
        whole = st.tuples(*map(changed, document[:2])).map(list)
    else:
        whole = st.just(document)
    # Mostly as it was: a document of nothing but nonsense tests one `if`.
    return st.integers(0, 15).flatmap(lambda n: ANYTHING if n == 0 else whole)


@dataclass(frozen=True)
class Wire:
    """Real answers by our own path, and a client of a server that gives what it is told."""

    answers: Mapping[str, Any]
    server: Hostile
    client: Connection


def _answers(sandbox: Sandbox, paths: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    headers = {"Authorization": f"Bearer {sandbox.token}"}
    for ours, theirs in paths.items():
        reply = requests.get(f"{sandbox.url}/apis/{theirs}", headers=headers, timeout=10)
        assert reply.status_code == 200, reply.text
        yield ours, reply.json()


@pytest.fixture(scope="module", params=["2.17.0", "1.8.5"])
def wire(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Wire]:
    """Take the answers of a sandbox of each API version, and play its health check."""
    path = tmp_path_factory.mktemp("pod") / "token"
    path.write_text("a-token")
    api = "v1beta1" if request.param.startswith("1") else "v2beta1"
    recurring = "jobs" if api == "v1beta1" else "recurringruns"
    with Sandbox(release=request.param) as sandbox, Hostile() as server:
        settings = resolve(environ=sandbox.environment(), timeout=20.0)
        real = Connection(settings)
        ids = {
            kind: getattr(real, f"list_{kind}")().items[0].id
            for kind in ("experiments", "runs", "recurring_runs")
        }
        real.close()
        owner = (
            f"resource_reference_key.type=NAMESPACE&resource_reference_key.id={sandbox.namespace}"
        )
        query = f"?page_size=3&namespace={sandbox.namespace}&{owner}"
        answers = dict(
            _answers(
                sandbox,
                {
                    "experiments": f"{api}/experiments{query}",
                    "runs": f"{api}/runs{query}",
                    "recurring-runs": f"{api}/{recurring}{query}",
                    "pipelines": f"{api}/pipelines{query}",
                    "experiments/x": f"{api}/experiments/{ids['experiments']}",
                    "runs/x": f"{api}/runs/{ids['runs']}",
                    "recurring-runs/x": f"{api}/{recurring}/{ids['recurring_runs']}",
                },
            )
        )
        server.script = [always(answer({"detail": "Not Found"}, 404))] * (api == "v1beta1")
        server.answer = always(answer({"tag_name": request.param, "multi_user": True}))
        environ = {"KF_PIPELINES_ENDPOINT": server.url, "KF_PIPELINES_SA_TOKEN_PATH": str(path)}
        client = Connection(resolve(environ=environ, timeout=20.0))
        assert client.health.api == api
        yield Wire(answers, server, client)
        client.close()


PATHS = ("experiments", "runs", "recurring-runs", "pipelines")
ITEMS = tuple(f"{kind}/x" for kind in PATHS[:3])


@pytest.mark.parametrize("path", [*PATHS, *ITEMS])
def test_whatever_comes_is_our_own_shape_or_an_error(wire: Wire, path: str) -> None:
    @given(document=changed(wire.answers[path]))
    def check(document: Any) -> None:
        wire.server.answer = always(answer(document))
        try:
            data = rest.get(wire.client, path, {})
        except PipelinesError as error:
            diagnosis = explain(error)
            assert diagnosis.message
            assert diagnosis.next_step
            return
        reply = Answer.of(200, data)
        headers = {"Content-Type": "application/json", "ETag": reply.etag, "Age": "0"}
        contract.check("GET", path, 200, headers, reply.body)
        json.dumps(data, allow_nan=False)

    check()


def test_whatever_comes_can_be_shown(wire: Wire) -> None:
    @given(document=changed(wire.answers["runs/x"]), page=changed(wire.answers["runs"]))
    def check(document: Any, page: Any) -> None:
        shown: list[Any] = []
        try:
            wire.server.answer = always(answer(document))
            shown.append(Details("runs", wire.client.get_run("x")))
            wire.server.answer = always(answer(page))
            found = wire.client.list_runs()
            shown.append(Listing("runs", found.items, found.total_size))
        except PipelinesError:
            pass
        for one in shown:
            for text in (one.text(), one.html()):
                text.encode()
                assert "\x1b" not in text
                assert "\u202e" not in text
                assert "\x00" not in text
            assert "<script" not in one.html()

    check()
