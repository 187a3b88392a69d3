"""`logs`: from the cluster, from Pipelines, or a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_kfp_auth.cluster.client import KubernetesError
from jupyter_kfp_auth.commands import logs
from jupyter_kfp_auth.commands.grammar import GrammarError
from jupyter_kfp_auth.commands.waiting import Interrupted
from kfp_sandbox import Sandbox

from .conftest import Run


class Cluster:
    """Pods and their logs; `denied` refuses."""

    denied = False
    asked: list[str] = []

    def __init__(self, directory: Any) -> None:
        pass

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *exc: object) -> None:
        pass

    def get(self, path: str) -> dict[str, Any]:
        self.asked.append(path)
        if self.denied:
            raise KubernetesError("cluster-denied", "pods is forbidden", status=403)
        names = {
            "pod-a": "wf.root.load-sales(0).executor",
            "pod-b": "wf.root.load-sales-driver",
            "pod-c": "wf.else",
        }
        return {"items": [_pod(name, node) for name, node in names.items()] + [None, {}]}

    def text(self, path: str) -> str:
        self.asked.append(path)
        return f"log of {path.split('/')[6]}\n"


def _pod(name: str, node: str) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "annotations": {"workflows.argoproj.io/node-name": node}},
    }


def play(monkeypatch: pytest.MonkeyPatch, *, denied: bool = False) -> Any:
    cluster = type("Asked", (Cluster,), {"denied": denied, "asked": []})
    monkeypatch.setattr(logs, "Kubernetes", cluster)
    return cluster


def test_reads_the_pod_of_the_task(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = play(monkeypatch)
    result = run('logs "does it fail?" load-sales')
    assert str(result) == "log of pod-a"
    assert result.as_dict()["tasks"] == [{"task": "load-sales", "log": "log of pod-a\n"}]
    listed, read = cluster.asked
    assert listed.startswith("/api/v1/namespaces/team-a/pods?labelSelector=pipeline%2Frunid%3D")
    assert read.startswith("/api/v1/namespaces/team-a/pods/pod-a/log?container=main")


def test_asks_pipelines_where_the_cluster_says_no(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(monkeypatch, denied=True)
    monkeypatch.setattr(
        "jupyter_kfp_auth.pipelines.connection.Connection.get_node_log",
        lambda self, run_id, node_id: "log of Pipelines\n",
    )
    printed = str(run('logs "does it fail?"'))
    assert printed == "log of Pipelines", "without a name: the task that failed"
    assert "build-features" in str(run('logs "xgboost long"'))


def test_one_sentence_where_it_cannot_be(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch, denied=True)
    failure = '{"error_message":"gone","error_details":"gone"}'
    monkeypatch.setattr(
        "jupyter_kfp_auth.pipelines.connection.Connection.get_node_log",
        lambda self, run_id, node_id: failure,
    )
    with pytest.raises(logs.NoLogs) as refused:
        run('logs "does it fail?" load-sales')
    assert "may not read pod logs in team-a" in str(refused.value)
    assert "get on pods/log" in str(refused.value)
    assert refused.value.exit_code == 1


def test_a_task_that_the_run_does_not_have(run: Run) -> None:
    with pytest.raises(GrammarError, match="Did you mean load-sales"):
        run('logs "does it fail?" load-sale')


def test_follows_until_the_end(
    run: Run, frozen: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: frozen.clock.advance(30))
    made = run("submit churn-training").item
    result = run(f"logs {made.run_id} --follow")
    assert str(result) == "The run ended SUCCEEDED."
    printed = capsys.readouterr().out
    assert "── ingest ──" in printed
    assert "── register ──" in printed


def test_an_interrupt_ends_following(
    run: Run, frozen: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupted)
    made = run("submit churn-training").item
    with pytest.raises(Interrupted, match="goes on"):
        run(f"logs {made.run_id} --follow")


def test_a_log_only_shows() -> None:
    log = "a\tb\r\n\x1b[31mred\x1b[0m\x1b]0;title\x07\n\u202eend"
    shown = logs.printable(log)
    assert shown.startswith("a\tb\n\x1b[31mred\x1b[0m")
    assert "\x07" not in shown
    assert "\x1b]" not in shown
    assert "\u202e" not in shown
