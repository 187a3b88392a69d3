"""Why a task failed or does not start, in words, and what to do about it.

What is known comes in the words of Kubernetes and Argo: a container's reason, an event, the message
of a workflow's node. Here these become one code, one sentence and one next step.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .task_models import Reason, Task

#: The longest sentence of somebody else's that is passed on.
_LONGEST = 300

_EXIT_CODE = re.compile(r"exit code (\d{1,3})")
_SPACES = re.compile(r"\s+")

_NOT_YOUR_CODE = "It is not your code: retry the run."

#: The next step where nothing is known but that there is a log.
LOOK = "Look at its log."


@dataclass(frozen=True, slots=True)
class _Kind:
    code: str
    pattern: re.Pattern[str]
    #: What to say behind the task's name: ``{said}`` is the text, ``{code}`` the exit code.
    words: str
    next_step: str
    #: Cuts out of a text what is worth passing on.
    keep: Callable[[str], str] = str


def _after(pattern: str) -> Callable[[str], str]:
    found = re.compile(pattern, re.DOTALL)

    def keep(text: str) -> str:
        match = found.search(text)
        return match[1].strip() if match else text

    return keep


def _kind(
    code: str, pattern: str, words: str, next_step: str, keep: Callable[[str], str] = str
) -> _Kind:
    return _Kind(code, re.compile(pattern, re.IGNORECASE | re.DOTALL), words, next_step, keep)


#: In order: the first that fits. Texts are those of Kubernetes, of Argo, and of KFP's driver.
_KINDS = (
    _kind(
        "out-of-memory",
        r"OOMKilled",
        "was killed: out of memory (exit code 137)",
        "Raise its memory limit with set_memory_limit, or let it use less.",
    ),
    _kind(
        "image-pull",
        r"ImagePull|ErrImage|InvalidImageName|pull(?:ing)? image|RegistryUnavailable",
        "does not start: its image cannot be pulled ({said})",
        "Check the image's name and tag, or the pull secret of the service account.",
        _after(r"^(?:\w*(?:Image|Registry)\w*: )?(.*)"),
    ),
    _kind(
        "quota",
        r"failed quota|must specify (?:limits|requests|cpu|memory)",
        "does not start: {said}",
        "Set its requests and limits, for instance with set_cpu_limit and set_memory_limit.",
        _after(r"is forbidden: (.*)"),
    ),
    _kind(
        "quota",
        r"exceeded quota|maximum \w+ usage per|LimitRange",
        "does not start: {said}",
        "Ask for less, wait until other pods have ended, or ask your administrator for more.",
        _after(r"is forbidden: (.*)"),
    ),
    _kind(
        "unschedulable",
        r"Unschedulable|FailedScheduling|nodes are available",
        "does not start: no node fits ({said})",
        "Ask for less, wait, or ask your administrator for a node that has what it asks for.",
        _after(r"^(?:Unschedulable: )?(.*?)(?: preemption:.*)?$"),
    ),
    _kind(
        "slot",
        r"too many workflows|Waiting for .* lock|postponed|parallelism",
        "waits for a free slot ({said})",
        "Wait until other runs have ended.",
    ),
    _kind(
        "configuration",
        r"CreateContainerConfigError|CreateContainerError|FailedMount|"
        r"(?:secret|configmap|persistentvolumeclaim)s? \"[^\"]*\" (?:is )?not found",
        "does not start: {said}",
        "Create what is missing in the namespace, or take it out of the pipeline.",
        _after(r"^(?:CreateContainer(?:Config)?Error: )?(.*)"),
    ),
    _kind(
        "evicted",
        r"evicted|low on resource|preempt",
        "was evicted from its node ({said})",
        _NOT_YOUR_CODE,
    ),
    _kind(
        "node-lost",
        r"node (?:was )?lost|NodeLost|NodeShutdown|node is not ready|shutting down",
        "was lost with its node ({said})",
        _NOT_YOUR_CODE,
    ),
    _kind(
        "pod-deleted",
        r"pod deleted|pod was deleted",
        "lost its pod: it was deleted",
        _NOT_YOUR_CODE,
    ),
    _kind(
        "deadline",
        r"exceeded its deadline|DeadlineExceeded|activeDeadline",
        "was stopped: its time was over",
        "Let it run longer, or make it faster.",
    ),
    _kind(
        "refused",
        r"admission webhook|is forbidden|violates PodSecurity|is invalid:",
        "was refused by the cluster: {said}",
        "Change what the cluster refuses, or ask your administrator.",
    ),
    _kind(
        "killed",
        r"exit code (?:137|143)",
        "was killed (exit code {code})",
        "If it used much memory, raise its limit with set_memory_limit; else retry the run.",
    ),
    _kind(
        "crashed",
        r"exit code 139",
        "crashed: segmentation fault (exit code 139)",
        "Look for a native library that does not fit the image.",
    ),
    _kind("exit-code", r"exit code \d", "failed with exit code {code}", LOOK),
)

#: The reasons that keep their name where it is a task's driver that does not start.
_OF_A_DRIVER = ("image-pull", "quota", "unschedulable")

#: Texts that say no more than that something is under way.
_UNDER_WAY = re.compile(r"(?:ContainerCreating|PodInitializing|Pending|Init:.*)?", re.IGNORECASE)


def one_line(text: str, longest: int = _LONGEST) -> str:
    """Return a text in one line of bounded length."""
    text = _SPACES.sub(" ", text).strip()
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def is_under_way(text: str) -> bool:
    """Tell whether a reason for waiting is only that the pod is being made."""
    return _UNDER_WAY.fullmatch(text.strip()) is not None


def sentences() -> dict[str, list[str]]:
    """Return what is said of each reason and its next step, with ``{name}`` where a fact goes."""
    found: dict[str, list[str]] = {
        "waiting": ["{task} waits: {said}"],
        "driver-failed": [_DRIVER],
        "failed": ["The run failed: {said}"],
    }
    kinds = [(kind.code, kind.words, kind.next_step) for kind in _KINDS]
    for code, words, next_step in (*kinds, ("failed", "failed: {said}", LOOK)):
        said = found.setdefault(code, [])
        if code in _OF_A_DRIVER:
            said.append(f"{{task}} could not be started: its driver {words}")
        said += [f"{{task}} {words}", next_step]
    return {code: list(dict.fromkeys(said)) for code, said in found.items()}


def explain(task: Task, said: str, *, driver: bool = False, waits: bool = False) -> Reason:
    """Return the reason that a text gives.

    Args:
        task: that failed or waits.
        said: by Kubernetes, Argo or Pipelines; empty where nothing was said.
        driver: whether it was the task's driver that failed, and not its own code.
        waits: whether it has not failed yet.
    """
    code, words, next_step, exit_code = _told(said, waits=waits)
    name = task.display_name or "The run"
    if driver and waits:
        message = f"{name}: its driver {words}"
    elif driver:
        code = code if code in _OF_A_DRIVER else "driver-failed"
        subject = f"{name} could not be started: its driver" if task.path else (
            "The run could not be started: its driver"
        )  # fmt: skip
        message = f"{subject} {words}"
        next_step = next_step if code != "driver-failed" else _DRIVER
    else:
        message = f"{name} {words}"
    return Reason(
        code=code,
        message=message,
        next_step=next_step,
        exit_code=exit_code,
        task_id=task.task_id,
        task=task.display_name,
        path=task.path,
    )


_DRIVER = "Look at the driver's log: an input was not written, or a secret or service is missing."


def _told(said: str, *, waits: bool = False) -> tuple[str, str, str, int | None]:
    """Return code, words, next step and exit code of what a text says."""
    text = one_line(said, 2000)
    match = _EXIT_CODE.search(text)
    exit_code = int(match[1]) if match else None
    for kind in _KINDS:
        if kind.pattern.search(text):
            kept = one_line(kind.keep(text)).rstrip(".")
            words = kind.words.format(said=kept, code=exit_code)
            if kind.code == "out-of-memory":
                exit_code = 137
            return kind.code, words, kind.next_step, exit_code
    if waits:
        return "waiting", f"waits: {one_line(text)}", "", exit_code
    if text:
        return "failed", f"failed: {one_line(text)}", LOOK, exit_code
    return "failed", "failed", LOOK, exit_code
