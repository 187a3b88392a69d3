"""The kfp SDK: whichever major version is installed, imported only when asked for."""

from __future__ import annotations

import importlib
import os
import warnings
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ..cluster.token_request import RequestedTokenFile, token_file
from ..config.settings import Settings
from ..doctor import connect, explain
from ..doctor.sdk import fit, misfit
from ..http.strict_json import JsonDict

if TYPE_CHECKING:
    import kfp

#: Seconds for the probe before `kfp.Client` is built; its constructor alone may block for 25.
_PROBE_TIMEOUT = 3.0

#: Where the SDK keeps its credentials class: first 2.x, then 1.x.
_HOMES = ("kfp.client.set_volume_credentials", "kfp.auth")


def credentials_class() -> Any:
    """Return the installed SDK's own `ServiceAccountTokenVolumeCredentials`.

    Raises:
        ImportError: no kfp is installed; the message says how to install it.
    """
    require_kfp()
    for home in _HOMES:
        try:
            return importlib.import_module(home).ServiceAccountTokenVolumeCredentials
        except ModuleNotFoundError as error:
            if error.name is None or not home.startswith(error.name):
                raise  # kfp itself is broken: its own error says how
    raise ImportError(
        "This kfp has no ServiceAccountTokenVolumeCredentials. Run: pip install -U kfp"
    )


def credentials(settings: Settings) -> object:
    """Return the SDK's credentials for the token of these settings.

    A minted token is renewed when it is time, before the SDK reads its file for a request.

    Raises:
        ImportError: no kfp is installed.
    """
    own = credentials_class()
    file = token_file(settings)
    if not isinstance(file, RequestedTokenFile):
        return own(path=settings.token_path.value)
    renew = file.renew

    class Renewing(own):  # type: ignore[misc, valid-type]
        def refresh_api_key_hook(self, config: object) -> None:
            renew()
            super().refresh_api_key_hook(config)

    return Renewing(path=settings.token_path.value)


def kfp_client(
    settings: Settings, warn: Callable[[str], None] | None = None, /, **arguments: Any
) -> kfp.Client:
    """Return a real, authenticated `kfp.Client` that stays so when the token is rotated.

    Args:
        settings: where Pipelines is.
        warn: is told when the installed kfp is too old for the server; by default a UserWarning.
        arguments: of `kfp.Client`; ``namespace`` is taken as your namespace, never as the one in
            which Pipelines is installed.

    Raises:
        ImportError: no kfp is installed.
        PipelinesError: Pipelines does not answer, wants a token that is not there, or is too old
            for the installed kfp.
    """
    require_kfp()
    namespace = arguments.pop("namespace", None)
    if namespace:
        settings = settings.with_namespace(namespace)
    namespaced, warning = probe(settings)
    if warning and warn is not None:
        warn(warning)
    elif warning:
        warnings.warn(warning, stacklevel=3)
    import kfp

    client = kfp.Client.__new__(kfp.Client)
    construct(
        client,
        client.__init__,
        complete(settings, arguments),
        settings.namespace.value if namespaced else "",
    )
    return client


def complete(settings: Settings, arguments: JsonDict) -> JsonDict:
    """Return the arguments of `kfp.Client` with what they do not say filled in.

    Host and credentials always go together: with a host alone the SDK sends no token at all.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    given["host"] = settings.host.value  # theirs, if they gave one, with the scheme that it lacked
    ours = {"credentials": credentials(settings)}
    if settings.ca_cert.value:
        ours["ssl_ca_cert"] = settings.ca_cert.value
    if settings.ui_url.value:
        ours["ui_host"] = settings.ui_url.value.rstrip("/")
    return ours | given


def construct(
    client: Any, initialise: Callable[..., None], arguments: JsonDict, namespace: str
) -> None:
    """Run the constructor of a `kfp.Client`, with its context in memory.

    It would read ``~/.config/kfp/context.json``, and write it when no namespace is there. That file
    outlives the notebook and pins its namespace, so it is left alone.
    """
    context = {"namespace": namespace}
    client._load_context_setting_or_default = lambda: setattr(client, "_context_setting", context)
    try:
        with warnings.catch_warnings():
            # "This client only works with Kubeflow Pipeline v2.0.0-beta.2 and later versions", said
            # each time. The probe has just looked.
            warnings.filterwarnings(
                "ignore", message="This client only works", category=FutureWarning
            )
            _without_health_check(client, initialise, arguments)
    finally:
        vars(client).pop("_load_context_setting_or_default", None)
    if "ui_host" not in arguments and not os.environ.get("KF_PIPELINES_UI_ENDPOINT"):
        # The links in its output would lead to the API's host, which no browser reaches; without
        # one they are /pipeline/..., below the origin of this page.
        client._uihost = None


def _without_health_check(
    client: Any, initialise: Callable[..., None], arguments: JsonDict
) -> None:
    """Keep the constructor from asking for a health that the probe has just seen.

    It asks where no namespace is stored, which is right for a server with one user; and then it
    would wait up to 25 seconds for an answer.
    """
    client.get_kfp_healthz = lambda *args, **kwargs: _SingleUser
    try:
        initialise(**arguments)
    finally:
        vars(client).pop("get_kfp_healthz", None)


class _SingleUser:
    multi_user = False


def probe(settings: Settings) -> tuple[bool, str]:
    """Check that Pipelines answers, the token is there and the SDK fits.

    Returns:
        Whether lists of this server name a namespace, and what to warn of.

    Raises:
        PipelinesError: something of it does not hold.
    """
    timeout = min(settings.timeout, _PROBE_TIMEOUT)
    with connect(replace(settings, timeout=timeout)) as client:
        health = client.healthz()
        found = fit(health.api, health.release)
        if found.cause == "sdk-too-new":
            error = misfit(found, health.release)
            error.explain = explain
            raise error
        client.list_experiments(page_size=1)  # only this proves an identity
        namespaced = client.namespaced
    return namespaced, found.message if found.cause else ""


def require_kfp() -> None:
    """Raise ImportError, with the pip line, where no kfp is installed."""
    if find_spec("kfp") is None:
        raise ImportError("The kfp SDK is not installed here. Run: pip install kfp", name="kfp")
