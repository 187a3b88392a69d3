"""The settings: their places in order, found out by asking; their traitlets; the panel's own."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import jwt
from traitlets import HasTraits

from jupyter_kfp_auth.config import settings
from jupyter_kfp_auth.config.settings import KfpAuth
from jupyter_kfp_auth.server.app import KfpApp

from .tables import plain, table

_SCHEMA = Path(__file__).parents[2] / "labextension" / "schema" / "explorer.json"

#: What each setting may be told by, besides what is found in the pod.
_ENVIRONMENT = {
    "host": ("KF_PIPELINES_ENDPOINT",),
    "token_path": ("KF_PIPELINES_SA_TOKEN_PATH",),
    "namespace": ("NB_PREFIX",),
    "ca_cert": settings.CA_VARIABLES,
    "ui_url": ("KF_PIPELINES_UI_ENDPOINT",),
    "metadata_endpoint": ("KF_PIPELINES_METADATA_ENDPOINT",),
}

#: What can be tried for each setting; a path is as good for all the others.
_VALUES = {
    "host": "http://kfp:1",
    "namespace": "team",
    "ui_url": "http://ui",
    "metadata_endpoint": "store:8080",
}

#: Settings that are no argument of `connect`.
_NO_ARGUMENT = ("ui_url", "metadata_endpoint")

#: What OpenShift AI mounts into a workbench.
_RUNTIME = {
    "schema_name": "kfp",
    "metadata": {
        "api_endpoint": "https://kfp",
        "public_api_endpoint": "https://gateway",
        "auth_type": "KUBERNETES_SERVICE_ACCOUNT_TOKEN",
    },
}
_SAID = {
    "argument": "`connect({name}=…)`",
    "%kfp use": "`%kfp use {option} …`",
    "the token": "the token's namespace claim",
    "the pod": "the pod's namespace file",
    "the pod's own account": "with that runtime, the pod's ordinary token",
    "the browser's own origin": "`/_/pipeline/` on the browser's own origin",
}


def places() -> str:
    """Return where each setting is looked for, the first that is set first."""
    rows = [(f"`{name}`", "<br>".join(_order(name))) for name in _ENVIRONMENT]
    return table(("Setting", "Places, in order"), rows)


def _order(name: str) -> list[str]:
    """Set a setting in all its places, and take the one that wins away until none is left."""
    with tempfile.TemporaryDirectory() as directory:
        token, pod = Path(directory, "token"), Path(directory, "namespace")
        runtime = Path(directory, "runtimes", "odh_dsp.json")
        runtime.parent.mkdir()
        runtime.write_text(json.dumps(_RUNTIME), "utf-8")
        value = _VALUES.get(name, "/f")
        argument = {name: value} if name not in _NO_ARGUMENT else {}
        use = {name: value} if name in ("host", "namespace") else {}
        config = KfpAuth(**{name: value})
        environ = dict.fromkeys(_ENVIRONMENT[name], value)
        if name == "namespace":
            claims = {"kubernetes.io": {"namespace": value}}
            token.write_text(jwt.encode(claims, "k" * 32), "utf-8")
            pod.write_text(value, "utf-8")
            environ = {"NB_PREFIX": "/notebook/team/nb"}
        found: list[str] = []
        while True:
            told: dict[str, Any] = {"token_path": str(token)}
            if name != "namespace":
                told = {"namespace": "team"}  # that page of a runtime is one of a namespace
            resolved = settings.resolve(
                **{**told, **argument},
                use=use,
                config=config,
                environ=environ,
                namespace_file=pod,
                runtimes=runtime.parent,
            )
            setting = getattr(resolved, name)
            if not setting.origin:
                return found
            found.append(_place(name, setting.value, setting.origin))
            if setting.origin == "argument":
                argument = {}
            elif setting.origin == "%kfp use":
                use = {}
            elif setting.origin.startswith("KfpAuth."):
                config = KfpAuth()
            elif setting.origin in environ:
                del environ[setting.origin]
            elif setting.origin == "the token":
                token.unlink()
            elif setting.origin == "the pod":
                pod.unlink()
            elif setting.origin in (f"Elyra runtime {runtime.name}", "the pod's own account"):
                runtime.unlink()
            else:
                return found


def _place(name: str, value: str, origin: str) -> str:
    if origin == "default":
        return f"`{value}`"
    if origin.startswith("Elyra runtime "):
        return "an Elyra runtime configuration in `/opt/app-root/runtimes`"
    option = "-n" if name == "namespace" else f"--{name}"
    return _SAID.get(origin, origin if origin == "certifi" else f"`{origin}`").format(
        name=name, option=option
    )


def traitlets() -> str:
    """Return the traitlets of the connection and of the server extension."""
    rows = [*_traits(KfpAuth, KfpAuth.class_traits(config=True))]
    rows += _traits(KfpApp, KfpApp.class_own_traits(config=True))
    return table(("Traitlet", "Default", "Meaning"), rows)


def _traits(kind: type[HasTraits], traits: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (f"`{kind.__name__}.{name}`", f"`{trait.default_value!r}`", plain(trait.help))
        for name, trait in traits.items()
    ]


def panel() -> str:
    """Return JupyterLab's settings of the panel."""
    properties = json.loads(_SCHEMA.read_text("utf-8"))["properties"]
    return table(
        ("Setting", "Key", "Default", "Meaning"),
        [
            (
                field["title"],
                f"`{key}`",
                f"`{json.dumps(field['default'])}`",
                plain(field["description"]),
            )
            for key, field in properties.items()
        ],
    )
