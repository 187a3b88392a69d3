"""Find a task or an artifact of a run by what people type."""

from __future__ import annotations

from .models import Artifact, RunOutputs, TaskOutputs


def tasks(outputs: RunOutputs, text: str) -> list[TaskOutputs]:
    """Return the tasks that a name, a key, an id or the end of a path means; the closest only."""
    wanted = text.strip("/")
    every = outputs.tasks
    exact = [t for t in every if wanted in (t.task_id, "/".join(t.path), "/".join(t.keys))]
    named = [t for t in every if wanted in (t.task, *t.keys[-1:])]
    return exact or named or [t for t in every if _is(t, wanted)]


def artifacts(outputs: RunOutputs, text: str) -> list[tuple[TaskOutputs, Artifact]]:
    """Return the artifacts that ``TASK/NAME`` means, each with its task; also an id, or a uri.

    A task's name may hold slashes, and so may an artifact's.
    """
    every = [(task, artifact) for task in outputs.tasks for artifact in task.artifacts]
    exact = [(t, a) for t, a in every if text in (a.id, a.uri)]
    if exact:
        return exact[:1]
    found = [
        (task, artifact)
        for task, artifact in every
        if text == artifact.name
        or (text.endswith(f"/{artifact.name}") and _is(task, text[: -len(artifact.name) - 1]))
    ]
    # A group shows again what a task in it wrote.
    unique = {artifact.uri: (task, artifact) for task, artifact in reversed(found)}
    return list(reversed(unique.values()))


def _is(task: TaskOutputs, text: str) -> bool:
    return (
        text in (task.task_id, task.task)
        or _ends(task.path, text.strip("/"))
        or _ends(task.keys, text.strip("/"))
    )


def _ends(path: tuple[str, ...], text: str) -> bool:
    return f"/{'/'.join(path)}".endswith(f"/{text}")
