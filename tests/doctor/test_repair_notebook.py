"""What a Notebook lacks, and the patches: without any cluster."""

from __future__ import annotations

from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_kfp_auth.doctor.repair import RepairError, notebook
from jupyter_kfp_auth.doctor.repair.notebook import Addition

from .repairing import GET, Pod
from .repairing import pod as pod

PATH = "/var/run/secrets/kubeflow/pipelines/token"
SOURCE = {
    "serviceAccountToken": {
        "path": "token",
        "expirationSeconds": 7200,
        "audience": "pipelines.kubeflow.org",
    }
}
VOLUME = {"name": "volume-kf-pipeline-token", "projected": {"sources": [SOURCE]}}
MOUNT = {"name": "volume-kf-pipeline-token", "mountPath": PATH[:-6], "readOnly": True}
ENV = {"name": "KF_PIPELINES_SA_TOKEN_PATH", "value": PATH}


def a_notebook(
    volumes: Any = None, mounts: Any = None, env: Any = None, annotations: Any = None
) -> dict[str, Any]:
    mine: dict[str, Any] = {"name": "mine"}
    lists = {"volumeMounts": mounts, "env": env}
    mine |= {key: value for key, value in lists.items() if value is not None}
    spec = {"containers": [{"name": "istio-proxy"}, mine]}
    spec |= {} if volumes is None else {"volumes": volumes}
    metadata = {"name": "mine", "namespace": "team-a", "resourceVersion": "7"}
    metadata |= {} if annotations is None else {"annotations": annotations}
    return {"metadata": metadata, "spec": {"template": {"spec": spec}}}


def patched(found: dict[str, Any], steps: Any) -> dict[str, Any]:
    return dict(jsonpatch.apply_patch(found, steps))


def test_everything_is_missing() -> None:
    missing = notebook.missing(a_notebook())
    assert (missing.container, missing.volume, missing.mount, missing.env) == (
        "mine",
        VOLUME,
        MOUNT,
        ENV,
    )


@pytest.mark.parametrize(
    ("volumes", "mounts", "env", "missing"),
    [
        ([VOLUME], [MOUNT], [ENV], ()),
        ([VOLUME], [MOUNT], [], ("env",)),
        ([VOLUME], [], [ENV], ("mount",)),
        ([VOLUME], [], [], ("mount", "env")),
        ([], [], [ENV], ("volume", "mount")),
    ],
)
def test_only_what_is_missing_is_added(
    volumes: Any, mounts: Any, env: Any, missing: tuple[str, ...]
) -> None:
    found = notebook.missing(a_notebook(volumes, mounts, env))
    assert tuple(n for n in ("volume", "mount", "env") if getattr(found, n)) == missing
    assert found.empty is (not missing)


def test_a_path_that_the_notebook_has_chosen_is_kept() -> None:
    chosen = {"name": ENV["name"], "value": "/var/run/secrets/ml-pipeline/kfp-token"}
    found = notebook.missing(a_notebook(env=[chosen]))
    assert found.env is None
    assert found.mount is not None
    assert found.mount["mountPath"] == "/var/run/secrets/ml-pipeline"
    assert found.volume is not None
    [source] = found.volume["projected"]["sources"]
    assert source["serviceAccountToken"]["path"] == "kfp-token"


def test_a_name_that_is_taken_is_not_used_twice() -> None:
    other = {"name": "volume-kf-pipeline-token", "emptyDir": {}}
    found = notebook.missing(a_notebook(volumes=[other]))
    assert found.volume is not None
    assert found.mount is not None
    assert found.volume["name"] == found.mount["name"] == "volume-kf-pipeline-token-2"


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (
            {"mounts": [{"name": "home", "mountPath": PATH[:-6] + "/"}]},
            "the volume home is mounted",
        ),
        ({"env": [{"name": ENV["name"], "valueFrom": {"fieldRef": {}}}]}, "not a plain path"),
        ({"env": [{"name": ENV["name"], "value": "token"}]}, "not a plain path"),
        ({"env": [{"name": ENV["name"], "value": "/token"}]}, "KF_PIPELINES_SA_TOKEN_PATH is /"),
        (
            {
                "env": [
                    {
                        "name": ENV["name"],
                        "value": "/var/run/secrets/kubernetes.io/serviceaccount/token",
                    }
                ]
            },
            "serviceaccount/token",
        ),
    ],
)
def test_what_is_there_is_not_replaced(parts: dict[str, Any], says: str) -> None:
    with pytest.raises(RepairError) as caught:
        notebook.missing(a_notebook(**parts))
    assert caught.value.cause_code == "notebook-occupied"
    assert says in caught.value.detail


@pytest.mark.parametrize("broken", [{}, {"spec": 3}, {"spec": {"template": {"spec": {}}}}])
def test_something_that_is_no_notebook(broken: dict[str, Any]) -> None:
    with pytest.raises(RepairError):
        notebook.missing({"metadata": {}, **broken})


_OTHERS = st.none() | st.lists(
    st.builds(lambda n: {"name": f"other-{n}", "mountPath": f"/{n}"}, st.integers(0, 99)),
    max_size=3,
)
_ANNOTATIONS = st.none() | st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2)


@given(volumes=_OTHERS, mounts=_OTHERS, env=_OTHERS, annotations=_ANNOTATIONS)
def test_adding_and_removing_leave_the_notebook_as_it_was(
    volumes: Any, mounts: Any, env: Any, annotations: Any
) -> None:
    before = a_notebook(volumes, mounts, env, annotations)
    addition = notebook.missing(before)
    after = patched(before, notebook.adding(before, addition))
    assert notebook.missing(after).empty
    assert Addition.recorded(after) == addition
    steps, left = notebook.removing(after, addition)
    assert left == []
    again = patched(after, steps)
    assert again["spec"] == before["spec"]
    assert again["metadata"].get("annotations") == (annotations or {})


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", "{}", '{"container": "mine", "env": 3}', '{"env": {"name": "X"}}']
)
def test_an_annotation_that_someone_else_wrote(text: str) -> None:
    assert Addition.recorded(a_notebook(annotations={notebook.ADDED: text})) is None


def a_poddefault(labels: dict[str, str], audience: str = "pipelines.kubeflow.org") -> Any:
    token = {"serviceAccountToken": {"path": "token", "audience": audience}}
    return {
        "metadata": {"name": "access-ml-pipeline"},
        "spec": {
            "selector": {"matchLabels": labels},
            "volumes": [{"name": "v", "projected": {"sources": [token]}}],
        },
    }


@pytest.mark.parametrize(
    ("default", "own", "of_pod", "found"),
    [
        (a_poddefault({"a": "true"}), {"a": "true"}, None, True),
        (a_poddefault({"a": "true"}), {"a": "false"}, None, False),
        (a_poddefault({"a": "true"}), {}, None, False),
        (a_poddefault({"a": "true"}), {"a": "true"}, {}, False),
        (a_poddefault({"a": "true"}), {}, {"a": "true", "b": "c"}, True),
        (a_poddefault({"a": "true"}, "elsewhere"), {"a": "true"}, None, False),
        (a_poddefault({}), {"a": "true"}, None, False),
        ({"spec": 3}, {"a": "true"}, None, False),
    ],
)
def test_poddefaults_that_wait_for_a_restart(
    default: Any, own: dict[str, str], of_pod: dict[str, str] | None, found: bool
) -> None:
    mine = a_notebook()
    mine["metadata"]["labels"] = own
    assert notebook.waiting(mine, [default], of_pod) == ("access-ml-pipeline" if found else "")


def test_a_poddefault_that_waits_needs_no_repair(pod: Pod) -> None:
    """Mounting the token a second time could keep the pod from starting at all."""
    from jupyter_kfp_auth.doctor import repair

    pod.cluster.notebook["metadata"]["labels"]["access-ml-pipeline"] = "true"
    pod.cluster.poddefaults.append(a_poddefault({"access-ml-pipeline": "true"}))
    plan = repair.plan(pod.settings)
    assert (plan.remedy, plan.changes) == ("nothing", False)
    assert "The PodDefault access-ml-pipeline mounts the token already" in plan.message
    assert pod.asked("PATCH") == []
    pod.cluster.deny("kubeflow.org/poddefaults/list")
    assert repair.plan(pod.settings).remedy == "mount"


def test_a_patched_notebook_that_has_not_restarted(pod: Pod) -> None:
    from jupyter_kfp_auth.doctor import repair

    repair.apply(repair.plan(pod.settings))
    pod.sandbox.faults.set("token-missing")
    plan = repair.plan(pod.settings)
    assert plan.remedy == "nothing"
    assert "The Notebook notebook mounts the token already" in plan.message
    pod.cluster.deny(GET)
    assert repair.plan(pod.settings).remedy == "ask"
