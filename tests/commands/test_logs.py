"""`logs`: all that can be had, a line for each that cannot, and why."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_kfp_auth.commands import logs
from jupyter_kfp_auth.commands.connection import connect
from jupyter_kfp_auth.commands.grammar import GrammarError
from jupyter_kfp_auth.commands.log_text import printable
from jupyter_kfp_auth.commands.waiting import Interrupted
from jupyter_kfp_auth.config.settings import resolve
from jupyter_kfp_auth.outputs.connection import Connection

from ..hostile import Exchange, Hostile, answer
from ..hostile import hostile as hostile
from ..pipelines.argo import WORKFLOW, details, node_id
from ..pipelines.test_task_places import (
    BAD,
    GO,
    LOOP,
    OK,
    Nodes,
    ran,
    round_nodes,
    spec,
    start,
    task,
)

PODS = "/api/v1/namespaces/team-a/pods"
PIPELINES = "/apis/v1alpha1/runs/r-1/nodes/"
GONE = {"error_message": "pods not found", "error_details": "pods not found"}


class Place:
    """Pipelines and its cluster at one address, with one run.

    Attributes:
        nodes: of the run.
        state: of the run.
        logs: by the pod's name; a number is a status that refuses.
        listed: the pods that the cluster shows; ``None`` refuses to list.
        kept: what Pipelines' own route reads, by the pod's name.
        asked: paths, in their order.
    """

    def __init__(self, pipeline: dict[str, Any], nodes: Nodes, state: str = BAD) -> None:
        self.pipeline, self.nodes, self.state = pipeline, nodes, state
        self.logs: dict[str, Any] = {}
        self.listed: dict[str, dict[str, Any]] | None = {}
        self.kept: dict[str, str] = {}
        self.asked: list[str] = []

    def add(self, node: str, log: str, **status: Any) -> str:
        """Add a pod for a node, with a log; return its name."""
        name = f"p-{len(self.logs)}"
        assert self.listed is not None
        self.listed[name] = {"node": node, **({"phase": "Failed"} | status)}
        self.logs[name] = log
        return name

    def __call__(self, exchange: Exchange) -> None:
        path = exchange.request.path.split("?")[0]
        self.asked.append(exchange.request.path)
        exchange.send(self.reply(path))

    def reply(self, path: str) -> bytes:
        if path.endswith("/healthz"):
            return answer({"tag_name": "2.17.0", "multi_user": True, "commit_sha": "x"})
        if path == PODS:
            return self._list()
        if path.startswith(PODS):
            log = self.logs.get(path.split("/")[6], 404)
            if isinstance(log, int):
                return answer({"kind": "Status", "message": "no such pod", "code": log}, log)
            return answer(log.encode(), content_type="text/plain")
        if path.startswith(PIPELINES):
            log = self.kept.get(path.split("/")[6])
            return answer(GONE if log is None else log.encode(), content_type="text/plain")
        if "/v2beta1/runs/" in path:
            return answer(self._run())
        return answer({"kind": "Status", "message": "not found", "code": 404}, 404)

    def _list(self) -> bytes:
        if self.listed is None:
            return answer({"kind": "Status", "message": "pods is forbidden", "code": 403}, 403)
        items = []
        for name, about in self.listed.items():
            status = {key: value for key, value in about.items() if key != "node"}
            notes = {"workflows.argoproj.io/node-name": f"{WORKFLOW}.{about['node']}"}
            items.append({"metadata": {"name": name, "annotations": notes}, "status": status})
        return answer({"kind": "PodList", "items": items})

    def _run(self) -> dict[str, Any]:
        ended = self.state in (OK, BAD)
        return {
            "run_id": "r-1",
            "display_name": "nightly",
            "state": self.state,
            "created_at": "2026-11-23T12:00:00Z",
            "finished_at": "2026-11-23T12:10:00Z" if ended else "1970-01-01T00:00:00Z",
            "pipeline_spec": self.pipeline,
            "run_details": {"task_details": details(self.nodes)},
        }


@pytest.fixture
def served(hostile: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Serve a place, and return a connection to it from a pod of its cluster."""
    account = tmp_path / "account"
    account.mkdir()
    (account / "token").write_text("ordinary")
    (tmp_path / "token").write_text("for-pipelines")
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(hostile.port))
    made: list[Connection] = []

    def serve(place: Place) -> Connection:
        hostile.answer = place
        environ = {
            "KF_PIPELINES_ENDPOINT": hostile.url,
            "KF_PIPELINES_SA_TOKEN_PATH": str(tmp_path / "token"),
            "KF_SERVICE_ACCOUNT_DIRECTORY": str(account),
            "NB_PREFIX": "/notebook/team-a/nb",
            "KF_PIPELINES_METADATA_ENDPOINT": "127.0.0.1:1",
        }
        made.append(connect(resolve(environ=environ, timeout=5.0)))
        return made[-1]

    yield serve
    for connection in made:
        connection.close()


def two_failed() -> Place:
    pipeline = spec({"load": task("load"), "fit": task("fit", name="Fit the model")})
    nodes = start(["root.load-driver", "root.fit-driver"], BAD)
    nodes |= ran("root.load", 2, 20, [], BAD) | ran("root.fit", 2, 30, [], BAD)
    return Place(pipeline, nodes)


def test_one_log_that_is_gone_does_not_take_the_others_along(served: Any) -> None:
    place = two_failed()
    place.add("root.fit.executor", "ValueError: no such column\n")
    found = logs.read(served(place), "r-1", None)
    assert [entry.name for entry in found.entries] == ["load", "Fit the model"]
    assert found.entries[1].log == "ValueError: no such column\n"
    assert "its pod is gone" in found.entries[0].problem
    assert str(found).startswith("── load ──\nThe log of load cannot be read")
    assert found.as_dict()["tasks"][1]["log"] == "ValueError: no such column\n"
    assert len([path for path in place.asked if path.split("?")[0] == PODS]) <= 2


def test_a_task_is_named_by_name_key_path_or_id(served: Any) -> None:
    place = two_failed()
    place.add("root.fit.executor", "boom\n")
    connection = served(place)
    for name in ("Fit the model", "fit", "id-of-root.fit"):
        assert str(logs.read(connection, "r-1", name)) == "boom"
    with pytest.raises(GrammarError, match="Did you mean load"):
        logs.read(connection, "r-1", "loed")


def test_each_round_has_a_log_of_its_own(served: Any) -> None:
    loop = "root.for-loop-1"
    turns = [f"{loop}.iteration-iterations({n}:{n})" for n in range(2)]
    nodes = start([loop], BAD) | {
        loop: (BAD, 2, 60, [f"{loop}.iteration-driver"]),
        f"{loop}.iteration-driver": (OK, 2, 3, [f"{loop}.iteration-iterations"]),
        f"{loop}.iteration-iterations": (BAD, 3, 60, turns),
        **round_nodes(loop, 0, 3, 50),
        **round_nodes(loop, 1, 3, 50, BAD),
    }
    inner = {"dag": {"tasks": {"fit": task("fit")}}}
    place = Place(spec({"for-loop-1": task("loop", **LOOP)}, loop=inner), nodes)
    for turn, log in zip(turns, ("fine\n", "boom\n"), strict=True):
        place.add(f"{turn}.iteration-item.fit.executor", log)
    connection = served(place)
    assert str(logs.read(connection, "r-1", None)) == "boom", "of the failed round alone"
    both = logs.read(connection, "r-1", "fit")
    assert [entry.name for entry in both.entries] == [
        "for-loop-1/iteration-0/fit",
        "for-loop-1/iteration-1/fit",
    ]
    assert [entry.log for entry in both.entries] == ["fine\n", "boom\n"]
    assert str(logs.read(connection, "r-1", "for-loop-1/iteration-0/fit")) == "fine"


def test_pipelines_reads_by_the_pods_name_what_the_account_may_not(served: Any) -> None:
    place = two_failed()
    place.listed = None
    executor = node_id(f"{WORKFLOW}.root.fit.executor")
    name = f"{WORKFLOW}-system-container-impl-{executor.rpartition('-')[2]}"
    place.kept[name] = "read by Pipelines\n"
    found = logs.read(served(place), "r-1", None)
    assert found.entries[1].log == "read by Pipelines\n"
    assert "may not read pod logs in team-a" in found.entries[0].problem
    assert "get on pods/log" in found.entries[0].problem


def test_no_log_at_all_is_a_failure_with_every_reason(served: Any) -> None:
    with pytest.raises(logs.NoLogs) as refused:
        logs.read(served(two_failed()), "r-1", None)
    assert str(refused.value).count("its pod is gone") == 2
    assert refused.value.exit_code == 1


def test_attempts_have_a_heading_each_where_the_task_is_named(served: Any) -> None:
    pipeline = spec({"fit": task("fit", retryPolicy={"maxRetryCount": 3})})
    nodes = start(["root.fit-driver"]) | {
        "root.fit-driver": (OK, 2, 3, ["root.fit"]),
        "root.fit": (OK, 3, 30, ["root.fit.executor"]),
        "root.fit.executor": (OK, 3, 30, ["root.fit.executor(0)", "root.fit.executor(1)"]),
        "root.fit.executor(0)": (BAD, 3, 12, []),
        "root.fit.executor(1)": (OK, 14, 29, []),
    }
    place = Place(pipeline, nodes, OK)
    place.add("root.fit.executor(0)", "first\n")
    place.add("root.fit.executor(1)", "second\n")
    connection = served(place)
    assert str(logs.read(connection, "r-1", None)) == "second"
    both = logs.read(connection, "r-1", "fit")
    assert [(entry.name, entry.log) for entry in both.entries] == [
        ("fit, attempt 1 of 2", "first\n"),
        ("fit, attempt 2 of 2", "second\n"),
    ]


@pytest.mark.parametrize("whole", [True, False])
def test_a_drivers_log_is_shown_where_it_is_what_failed(whole: bool, served: Any) -> None:
    if whole:
        nodes: Nodes = {
            "": (BAD, 0, 6, ["root-driver"]),
            "root-driver": (BAD, 0, 5, ["root"]),
            "root": ("", 6, 6, []),
        }
    else:
        nodes = start(["root.fit-driver"], BAD) | {
            "root.fit-driver": (BAD, 2, 5, ["root.fit"]),
            "root.fit": ("", 6, 6, []),
        }
    place = Place(spec({"fit": task("fit")}), nodes)
    place.add("root-driver" if whole else "root.fit-driver", "F1123 x.go:1] no such secret\n")
    connection = served(place)
    assert str(logs.read(connection, "r-1", None)) == "F1123 x.go:1] no such secret"
    why = connection.explain_run(connection.get_run("r-1")).reason
    assert why.message.endswith("its driver failed: no such secret")


def test_tells_the_cache_from_a_pod_that_is_gone(served: Any) -> None:
    nodes = start(["root.load-driver"]) | {
        "root.load-driver": (OK, 2, 3, ["root.load"]),
        "root.load": (OK, 3, 3, ["root.load.executor"]),
        "root.load.executor": ("SKIPPED", 3, 3, []),
    }
    found = logs.read(served(Place(spec({"load": task("load")}), nodes, OK)), "r-1", "load")
    assert str(found) == "load was taken from the cache; it did not run."


WAITING = {"phase": "Pending", "containerStatuses": [
    {"name": "main", "state": {"waiting": {"reason": "ContainerCreating"}}}
]}  # fmt: skip


def running() -> Place:
    nodes: Nodes = {
        "": (GO, 0, None, ["root-driver"]),
        "root-driver": (OK, 0, 2, ["root"]),
        "root": (GO, 2, None, ["root.fit-driver"]),
        "root.fit-driver": (OK, 2, 3, ["root.fit"]),
        "root.fit": (GO, 3, None, ["root.fit.executor"]),
        "root.fit.executor": (GO, 3, None, []),
    }
    return Place(spec({"fit": task("fit")}), nodes, GO)


def test_follows_a_log_through_one_request_from_before_its_beginning(
    served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_kfp_auth.commands.logs._SHORTEST", 0.05)
    monkeypatch.setattr("jupyter_kfp_auth.commands.following._AGAIN", 0.05)
    place = running()
    name = place.add("root.fit.executor", "", **WAITING)
    told = {"kind": "Status", "message": "container is waiting to start: ContainerCreating"}
    refused = threading.Semaphore(3)
    more = threading.Event()
    plain = place.reply

    def give(exchange: Exchange) -> None:
        path = exchange.request.path
        if f"{PODS}/{name}/log" not in path:
            exchange.send(plain(path.split("?")[0]))
        elif refused.acquire(blocking=False):
            exchange.send(answer(told, 400))
        else:
            assert "follow=true" in path
            head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
            exchange.send(head, b"8\r\nepoch 1\n\r\n")
            assert more.wait(20)
            exchange.send(b"8\r\nepoch 2\n\r\n", b"0\r\n\r\n")

    connection = served(place)
    monkeypatch.setattr(Place, "__call__", lambda self, exchange: give(exchange))
    pieces = logs.grow(connection, "r-1", "fit")
    assert next(pieces) == "epoch 1\n"
    place.state = OK
    place.nodes["root.fit"] = (OK, 3, 9, ["root.fit.executor"])
    place.nodes["root.fit.executor"] = (OK, 3, 9, [])
    more.set()
    assert next(pieces) == "epoch 2\n"
    with pytest.raises(StopIteration) as ended:
        next(pieces)
    assert ended.value.value.ended == "Succeeded"
    assert ended.value.value.entries[0].log == "epoch 1\nepoch 2\n"


def test_an_interrupt_ends_following(served: Any) -> None:
    place = running()
    place.add("root.fit.executor", "one\n", phase="Running")

    def interrupted(text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="goes on"):
        logs.follow(served(place), "r-1", None, interrupted)


def test_a_log_only_shows() -> None:
    log = "a\tb\r\n\x1b[31mred\x1b[0m\x1b]0;title\x07\n\u202eend"
    shown = printable(log)
    assert shown.startswith("a\tb\n\x1b[31mred\x1b[0m")
    assert "\x07" not in shown
    assert "\x1b]" not in shown
    assert "\u202e" not in shown
