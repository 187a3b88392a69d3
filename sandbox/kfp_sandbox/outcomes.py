"""How a task can go: its name is what tests and the demo give it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """How a task goes.

    Attributes:
        message: Argo's about a failure.
        exit_code: of the container.
        error: the last line of its traceback.
        waiting: Argo's message while the pod waits; such a task never begins.
        event: the reason and the message of the pod's event while it waits.
        cached: taken from an earlier run.
        driver: it is the driver that fails.
        recovers: only the first attempt fails.
    """

    message: str = ""
    exit_code: int = 0
    error: str = ""
    waiting: str = ""
    event: tuple[str, str] = ("", "")
    cached: bool = False
    driver: bool = False
    recovers: bool = False

    @property
    def fails(self) -> bool:
        """Whether the task fails."""
        return bool(self.message)


_ERROR = "main: Error (exit code 1)"
_KEY_ERROR = "KeyError: \"None of [Index(['tenure', 'region'])] are in the [columns]\""
_NODES = "0/3 nodes are available: 3 Insufficient nvidia.com/gpu"
_QUOTA = (
    'pods "{pod}" is forbidden: exceeded quota: kf-resource-quota, requested: '
    "requests.memory=64Gi, used: requests.memory=96Gi, limited: requests.memory=128Gi"
)

OUTCOMES = {
    "succeeds": Outcome(),
    "fails": Outcome(_ERROR, 1, _KEY_ERROR),
    "out-of-memory": Outcome("main: OOMKilled (exit code 137)", 137),
    "driver-fails": Outcome(_ERROR, 1, driver=True),
    "fails-once": Outcome(
        _ERROR, 1, "ConnectionResetError: [Errno 104] Connection reset by peer", recovers=True
    ),
    "cached": Outcome(cached=True),
    "image-pull": Outcome(
        waiting='ImagePullBackOff: Back-off pulling image "{image}"',
        event=("Failed", 'Failed to pull image "{image}": not found'),
    ),
    "unschedulable": Outcome(
        waiting=f"Unschedulable: {_NODES}. preemption: 0/3 nodes are available: "
        "3 Preemption is not helpful for scheduling.",
        event=("FailedScheduling", _NODES),
    ),
    "quota": Outcome(waiting=_QUOTA, event=("FailedCreate", _QUOTA)),
}
"""The outcomes by name."""
