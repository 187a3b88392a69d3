"""What a Notebook lacks to mount the token, and the patches that add it and take it away again.

Nothing here asks the cluster: Notebooks come in as plain objects, patches go out as JSON patches.
"""

from __future__ import annotations

import json
import os
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from ...auth.token_file import AUDIENCE
from ...config.settings import DEFAULT_TOKEN_PATH, NAMESPACE, SERVICE_ACCOUNT
from ...http.errors import PipelinesError
from ...http.strict_json import JsonDict

#: The annotation in which a Notebook remembers what was added to it.
ADDED = "jupyter-kfp-auth/added"

#: As in the PodDefault that most clusters use.
VOLUME, LIFETIME = "volume-kf-pipeline-token", 7200
VARIABLE = "KF_PIPELINES_SA_TOKEN_PATH"

_POD = "/spec/template/spec"

Object = JsonDict
Steps = list[Object]


class RepairError(PipelinesError):
    """A repair is not possible, or did not work; ``cause_code`` is in the catalogue."""


@dataclass(frozen=True, slots=True)
class Target:
    """The Notebook that this pod belongs to."""

    namespace: str
    name: str

    @classmethod
    def here(cls, environ: Mapping[str, str] | None = None) -> Target:
        """Read it from ``NB_PREFIX``.

        Raises:
            RepairError: ``notebook-workspace`` or ``notebook-unknown``.
        """
        env = os.environ if environ is None else environ
        parts = env.get("NB_PREFIX", "").strip("/").split("/")
        if parts[0] == "workspace":
            raise RepairError("notebook-workspace", "NB_PREFIX is that of a Workspace")
        if (
            len(parts) < 3
            or parts[0] != "notebook"
            or not all(map(NAMESPACE.fullmatch, parts[1:3]))
        ):
            raise RepairError("notebook-unknown", "NB_PREFIX is not /notebook/<namespace>/<name>")
        return cls(parts[1], parts[2])

    @property
    def path(self) -> str:
        """The path of the Notebook below the API server."""
        return f"/apis/kubeflow.org/v1/namespaces/{self.namespace}/notebooks/{self.name}"

    @property
    def facts(self) -> dict[str, str]:
        """Namespace and name, for a sentence of the catalogue."""
        return {"namespace": self.namespace, "name": self.name}


@dataclass(frozen=True, slots=True)
class Addition:
    """What is to be added to one container of a Notebook; each part may be there already.

    ``created`` names the lists that were not there.
    """

    container: str
    volume: Object | None = None
    mount: Object | None = None
    env: Object | None = None
    created: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Tell whether nothing is missing."""
        return self.volume is None and self.mount is None and self.env is None

    def fragment(self, target: Target) -> Object:
        """Return what is added, in its place in a Notebook."""
        container: Object = {"name": self.container}
        if self.env:
            container["env"] = [self.env]
        if self.mount:
            container["volumeMounts"] = [self.mount]
        pod: Object = {"volumes": [self.volume]} if self.volume else {}
        pod["containers"] = [container]
        return {
            "apiVersion": "kubeflow.org/v1",
            "kind": "Notebook",
            "metadata": {
                "name": target.name,
                "namespace": target.namespace,
                "annotations": {ADDED: self.record()},
            },
            "spec": {"template": {"spec": pod}},
        }

    def record(self) -> str:
        """Return the text for the annotation."""
        parts = {"volume": self.volume, "mount": self.mount, "env": self.env}
        kept: Object = {name: part for name, part in parts.items() if part}
        kept |= {"container": self.container, "created": list(self.created)}
        return json.dumps(kept, separators=(",", ":"))

    @classmethod
    def recorded(cls, notebook: Object) -> Addition | None:
        """Return what the annotation says was added; ``None`` where it says nothing usable."""
        try:
            kept = json.loads(_table(notebook, "metadata", "annotations").get(ADDED, ""))
            parts = {name: dict(kept[name]) for name in ("volume", "mount", "env") if name in kept}
            return cls(str(kept["container"]), created=tuple(kept.get("created", ())), **parts)
        except (ValueError, TypeError, KeyError):
            return None


def missing(notebook: Object) -> Addition:
    """Return what the Notebook lacks.

    Raises:
        RepairError: ``notebook-occupied`` where something else is in that place.
    """
    pod, container = _pod(notebook), _container(notebook)
    volumes, mounts, env = (
        _list(pod, "volumes"),
        _list(container, "volumeMounts"),
        _list(container, "env"),
    )
    variable = next((each for each in env if each.get("name") == VARIABLE), None)
    path = DEFAULT_TOKEN_PATH if variable is None else variable.get("value")
    if not isinstance(path, str) or not path.startswith("/") or path.endswith("/"):
        raise _occupied(f"{VARIABLE} is not a plain path")
    directory, file = posixpath.split(posixpath.normpath(path))
    if directory in ("/", SERVICE_ACCOUNT):
        raise _occupied(f"{VARIABLE} is {path}")
    wanted = {"serviceAccountToken": {"path": file, "audience": AUDIENCE}}
    ours = [v for v in volumes if any(_holds(s, wanted) for s in _sources(v))]
    mounted = next((m for m in mounts if str(m.get("mountPath")).rstrip("/") == directory), None)
    if mounted and mounted.get("name") not in [volume.get("name") for volume in ours]:
        raise _occupied(f"the volume {mounted.get('name')} is mounted at {directory}")
    volume = None if ours else _volume(file, {str(each.get("name")) for each in volumes})
    name = (mounted or (volume or ours[0])).get("name")
    new = {
        "volumes": volume,
        "volumeMounts": None
        if mounted
        else {"name": name, "mountPath": directory, "readOnly": True},
        "env": None if variable else {"name": VARIABLE, "value": path},
    }
    owners = {"volumes": pod, "volumeMounts": container, "env": container}
    created = tuple(key for key, part in new.items() if part and owners[key].get(key) is None)
    return Addition(
        str(container.get("name")), new["volumes"], new["volumeMounts"], new["env"], created
    )


def adding(notebook: Object, addition: Addition) -> Steps:
    """Return the patch that adds it, and holds only for this version of the Notebook."""
    pod, container = _pod(notebook), _container(notebook)
    below = f"{_POD}/containers/{_list(pod, 'containers').index(container)}"
    places = (
        (pod, _POD, "volumes", addition.volume),
        (container, below, "volumeMounts", addition.mount),
        (container, below, "env", addition.env),
    )
    steps = [_version(notebook)]
    for owner, path, key, part in places:
        if part and owner.get(key) is None:
            steps.append({"op": "add", "path": f"{path}/{key}", "value": [part]})
        elif part:
            steps.append({"op": "add", "path": f"{path}/{key}/-", "value": part})
    if notebook["metadata"].get("annotations") is None:
        steps.append({"op": "add", "path": "/metadata/annotations", "value": {}})
    annotation = f"/metadata/annotations/{ADDED.replace('/', '~1')}"
    steps.append({"op": "add", "path": annotation, "value": addition.record()})
    return steps


def removing(notebook: Object, addition: Addition) -> tuple[Steps, list[str]]:
    """Return the patch that takes it away, and what is left because someone has changed it."""
    pod = _pod(notebook)
    steps, left = [_version(notebook)], []
    containers = _list(pod, "containers")
    index = next(
        (i for i, each in enumerate(containers) if each.get("name") == addition.container), None
    )
    container = {} if index is None else containers[index]
    below = f"{_POD}/containers/{index}"
    places = (
        (container, below, "env", addition.env),
        (container, below, "volumeMounts", addition.mount),
        (pod, _POD, "volumes", addition.volume),
    )
    for owner, path, key, part in places:
        if not part:
            continue
        found = _list(owner, key)
        at = next((i for i, each in enumerate(found) if _holds(each, part)), None)
        if at is None:
            left.append(f"{key} {part.get('name')}")
        elif len(found) == 1 and key in addition.created:
            steps.append({"op": "remove", "path": f"{path}/{key}"})
        else:
            steps.append({"op": "remove", "path": f"{path}/{key}/{at}"})
    steps.append({"op": "remove", "path": f"/metadata/annotations/{ADDED.replace('/', '~1')}"})
    return steps, left


def waiting(notebook: Object, poddefaults: list[Object], labels: Mapping[str, str] | None) -> str:
    """Return the PodDefault that will mount a token when the pod starts anew; empty for none.

    Args:
        notebook: whose labels count where those of the pod are not known.
        poddefaults: of its namespace.
        labels: of the running pod, which the next one will have, too.
    """
    if labels is None:
        template = _table(notebook, "spec", "template", "metadata", "labels")
        labels = {**template, **_table(notebook, "metadata", "labels")}
    wanted = {"serviceAccountToken": {"audience": AUDIENCE}}
    for each in poddefaults:
        chosen = _table(each, "spec", "selector", "matchLabels")
        matches = bool(chosen) and all(labels.get(key) == value for key, value in chosen.items())
        volumes = _list(_table(each, "spec"), "volumes")
        if matches and any(_holds(s, wanted) for v in volumes for s in _sources(v)):
            return str(_table(each, "metadata").get("name"))
    return ""


def _volume(file: str, taken: set[str]) -> Object:
    names = (VOLUME, *(f"{VOLUME}-{number}" for number in range(2, len(taken) + 3)))
    source = {"path": file, "expirationSeconds": LIFETIME, "audience": AUDIENCE}
    return {
        "name": next(name for name in names if name not in taken),
        "projected": {"sources": [{"serviceAccountToken": source}]},
    }


def _version(notebook: Object) -> Object:
    version = notebook["metadata"].get("resourceVersion")
    return {"op": "replace", "path": "/metadata/resourceVersion", "value": version}


def _pod(notebook: Object) -> Object:
    pod = _table(notebook, "spec", "template", "spec")
    if _list(pod, "containers") and isinstance(notebook.get("metadata"), dict):
        return pod
    raise _occupied("it has no containers")


def _container(notebook: Object) -> Object:
    """Return the container in which the notebook server runs: the one of the same name."""
    containers = _list(_pod(notebook), "containers")
    name = notebook["metadata"].get("name")
    return next((each for each in containers if each.get("name") == name), containers[0])


def _table(document: Object, *keys: str) -> Object:
    """Return the object below the keys; an empty one where there is none."""
    found: object = document
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _list(document: Object, key: str) -> list[Object]:
    found = document.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _sources(volume: Object) -> list[Object]:
    return _list(_table(volume, "projected"), "sources")


def _holds(found: object, wanted: object) -> bool:
    """Tell whether everything wanted is there; the cluster may have filled in defaults beside."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(_holds(found.get(k), v) for k, v in wanted.items())
    if isinstance(wanted, list):
        if not isinstance(found, list) or len(found) != len(wanted):
            return False
        return all(map(_holds, found, wanted))
    return bool(found == wanted)


def _occupied(said: str) -> RepairError:
    return RepairError("notebook-occupied", said, facts={"said": said})
