"""The kfp SDK: whichever major version is installed, imported only when asked for."""

from __future__ import annotations

import importlib
import warnings
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from ..connection.settings import Settings
from ..doctor import connect

#: Seconds for the probe before `kfp.Client` is built; its constructor alone may block for 25.
_PROBE_TIMEOUT = 3.0

#: Where the SDK keeps its credentials class: first 2.x, then 1.x.
_HOMES = ("kfp.client.set_volume_credentials", "kfp.auth")


def credentials_class() -> Any:
    """Return the installed SDK's own `ServiceAccountTokenVolumeCredentials`.

    Raises:
        ImportError: no kfp is installed; the message says how to install it.
    """
    _require_kfp()
    for home in _HOMES:
        try:
            return importlib.import_module(home).ServiceAccountTokenVolumeCredentials
        except ModuleNotFoundError as error:
            if error.name is None or not home.startswith(error.name):
                raise  # kfp itself is broken: its own error says how
    raise ImportError(
        "This kfp has no ServiceAccountTokenVolumeCredentials. Run: pip install -U kfp"
    )


def kfp_client(settings: Settings, **arguments: Any) -> Any:
    """Return a real, authenticated `kfp.Client` that stays so when the token is rotated.

    Args:
        settings: where Pipelines is.
        arguments: of `kfp.Client`; ``namespace`` is taken as your namespace, never as the one in
            which Pipelines is installed.

    Raises:
        ImportError: no kfp is installed.
        PipelinesError: Pipelines does not answer, or wants a token that is not there.
    """
    _require_kfp()
    namespace = arguments.pop("namespace", None)
    if namespace:
        settings = settings.with_namespace(namespace)
    multi_user = _probe(settings)
    import kfp

    # Host and credentials always go together: with a host alone the SDK sends no token at all.
    arguments.setdefault("host", settings.host.value)
    arguments.setdefault("credentials", credentials_class()(path=settings.token_path.value))
    if settings.ca_cert.value:
        arguments.setdefault("ssl_ca_cert", settings.ca_cert.value)
    if settings.ui_url.value:
        arguments.setdefault("ui_host", settings.ui_url.value.rstrip("/"))
    client = kfp.Client.__new__(kfp.Client)
    # The constructor reads ~/.config/kfp/context.json, and writes it when no namespace is there.
    # That file outlives the notebook and pins its namespace, so it is left alone: the client gets
    # its context in memory.
    context = {"namespace": settings.namespace.value if multi_user else ""}
    client._load_context_setting_or_default = lambda: setattr(client, "_context_setting", context)
    with warnings.catch_warnings():
        # "This client only works with Kubeflow Pipeline v2.0.0-beta.2 and later versions", said
        # each time. The probe has just looked.
        warnings.filterwarnings("ignore", message="This client only works", category=FutureWarning)
        client.__init__(**arguments)
    del client._load_context_setting_or_default
    return client


def _probe(settings: Settings) -> bool:
    """Check that Pipelines answers and the token is there; tell whether it is multi-user."""
    timeout = min(settings.timeout, _PROBE_TIMEOUT)
    with connect(replace(settings, timeout=timeout)) as client:
        health = client.healthz()
        if health.multi_user:
            client.list_experiments(page_size=1)
    return bool(health.multi_user)


def _require_kfp() -> None:
    if find_spec("kfp") is None:
        raise ImportError("The kfp SDK is not installed here. Run: pip install kfp", name="kfp")
