"""Why tasks fail and wait: in words, from the texts of Kubernetes, Argo and KFP."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_kfp_auth.cluster.pods import RunPod, said_of
from jupyter_kfp_auth.pipelines.argo_names import node_id_of, pod_name
from jupyter_kfp_auth.pipelines.models import Task
from jupyter_kfp_auth.pipelines.reasons import explain, is_under_way
from jupyter_kfp_auth.pipelines.run_reasons import _complaint, _exception

FIT = Task("t", "fit", path=("fit",))


@pytest.mark.parametrize(
    ("said", "code", "message"),
    [
        ("OOMKilled (exit code 137)", "out-of-memory", "was killed: out of memory"),
        ("main: OOMKilled (exit code 137)", "out-of-memory", "(exit code 137)"),
        ("main: Error (exit code 3)", "exit-code", "failed with exit code 3"),
        ("main: Error (exit code 137)", "killed", "was killed (exit code 137)"),
        ("(exit code 139)", "crashed", "segmentation fault"),
        (
            'ImagePullBackOff: Back-off pulling image "quay.io/team/fit:v2"',
            "image-pull",
            'its image cannot be pulled (Back-off pulling image "quay.io/team/fit:v2")',
        ),
        ("InvalidImageName: couldn't parse image name", "image-pull", "couldn't parse image name"),
        (
            "Unschedulable: 0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes",
            "unschedulable",
            "no node fits (0/3 nodes are available: 3 Insufficient memory)",
        ),
        (
            'pods "x-1" is forbidden: exceeded quota: team-a, requested: cpu=4, limited: cpu=8',
            "quota",
            "does not start: exceeded quota: team-a",
        ),
        (
            'pods "x-1" is forbidden: failed quota: team-a: must specify limits.memory',
            "quota",
            "must specify limits.memory",
        ),
        ('CreateContainerConfigError: secret "s3" not found', "configuration", 'secret "s3"'),
        ("Evicted: The node was low on resource: memory.", "evicted", "was evicted"),
        ("NodeLost: node is gone", "node-lost", "was lost with its node"),
        ("pod deleted", "pod-deleted", "lost its pod"),
        ("Step exceeded its deadline", "deadline", "its time was over"),
        (
            'admission webhook "policy.example" denied the request: no latest tags',
            "refused",
            "was refused by the cluster",
        ),
        ("something that nobody has seen", "failed", "failed: something that nobody has seen"),
        ("", "failed", "fit failed"),
    ],
)
def test_what_is_said_becomes_a_sentence_and_a_step(said: str, code: str, message: str) -> None:
    reason = explain(FIT, said)
    assert (reason.code, reason.task, reason.path) == (code, "fit", ("fit",))
    assert message in reason.message
    assert reason.message.startswith("fit ")
    assert reason.next_step


def test_the_exit_code_is_a_number() -> None:
    assert explain(FIT, "main: Error (exit code 42)").exit_code == 42
    assert explain(FIT, "OOMKilled").exit_code == 137
    assert explain(FIT, "pod deleted").exit_code is None


def test_a_driver_is_named_as_such() -> None:
    assert explain(FIT, "main: Error (exit code 1)", driver=True).message == (
        "fit could not be started: its driver failed with exit code 1"
    )
    root = Task("r", "root")
    assert explain(root, "", driver=True).message.startswith("The run could not be started")
    waits = explain(FIT, "ErrImagePull: no such image", driver=True, waits=True)
    assert waits.message.startswith("fit: its driver does not start")


@given(st.text(max_size=400))
def test_anything_becomes_one_line_of_bounded_length(said: str) -> None:
    for reason in (explain(FIT, said), explain(FIT, said, waits=True)):
        assert "\n" not in reason.message
        assert len(reason.message) < 700


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"phase": "Running"}, ""),
        (
            {"containerStatuses": [{"name": "wait", "state": {"terminated": {"exitCode": 0}}},
                {"name": "main", "state": {"terminated": {"exitCode": 2, "reason": "Error"}}}]},
            "(exit code 2)",
        ),
        (
            {"message": "OOM", "containerStatuses": [{"name": "main", "state": {},
                "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}]},
            "OOMKilled (exit code 137)",
        ),
        ({"phase": "Failed", "reason": "Evicted", "message": "low on memory"},
            "Evicted: low on memory"),
        (
            {"phase": "Pending", "initContainerStatuses": [{"name": "kfp-launcher",
                "state": {"waiting": {"reason": "ErrImagePull", "message": "denied"}}}]},
            "ErrImagePull: denied",
        ),
        (
            {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False",
                "reason": "Unschedulable", "message": "0/1 nodes are available"}]},
            "Unschedulable: 0/1 nodes are available",
        ),
        ({"containerStatuses": "none", "conditions": [5, None], "message": 7}, ""),
    ],
)  # fmt: skip
def test_a_pods_status_says_why(status: dict[str, object], said: str) -> None:
    assert said_of(status) == said


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["metadata", "name", "annotations", "status", "phase", "containerStatuses", "state",
         "waiting", "terminated", "exitCode", "reason", "message", "conditions", "type"]
    ), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_a_pod_may_be_anything(document: object) -> None:
    pod = RunPod.of(document)
    assert pod is None or isinstance(pod.said, str)


def test_what_is_under_way_is_no_reason() -> None:
    assert is_under_way("ContainerCreating")
    assert is_under_way("PodInitializing")
    assert is_under_way("")
    assert not is_under_way("ImagePullBackOff")


def test_the_exception_and_the_drivers_complaint_are_found_in_the_last_lines() -> None:
    lines = ["Traceback (most recent call last):", '  File "x.py"', "ValueError: no rows", "bye"]
    assert _exception(lines) == "ValueError: no rows"
    assert _exception(["torch.cuda.OutOfMemoryError: CUDA out of memory"]).startswith("torch")
    assert _exception(["INFO done"]) == ""
    klog = ["I1123 10:00:00.000000 1 main.go:7] begin",
            "F1123 10:00:01.000000      12 main.go:79] KFP driver: no such secret"]  # fmt: skip
    assert _complaint(klog) == "no such secret"


def test_names_of_pods_and_ids_of_nodes() -> None:
    # Ids that Argo has given: of a kfp 2 task's executor, and of a workflow itself.
    full = "hello-world-9kq7c.root.say.executor"
    assert node_id_of(full).startswith("hello-world-9kq7c-")
    assert node_id_of("hello-world-9kq7c") == "hello-world-9kq7c"
    assert node_id_of("wf(0).root(0).fit(0)").startswith("wf-")
    node = node_id_of(full)
    name = pod_name("hello-world-9kq7c", "system-container-impl", node)
    assert name == f"hello-world-9kq7c-system-container-impl-{node.rpartition('-')[2]}"
    assert len(pod_name("w" * 200, "t" * 200, node)) <= 253
