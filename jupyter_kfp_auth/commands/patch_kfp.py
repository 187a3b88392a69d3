"""`%kfp client --everywhere`: plain ``kfp.Client(...)`` calls get our credentials."""

from __future__ import annotations

import functools
import inspect
import os
import warnings
from collections.abc import Callable
from urllib.parse import urlsplit

from .. import doctor
from ..config import runtime
from ..config.settings import Settings
from ..http.address import is_cluster_local
from ..http.errors import PipelinesError
from ..http.strict_json import JsonDict
from .sdk import complete, construct, probe, require_kfp

#: Arguments of `kfp.Client` that say how to sign in, and the variables that say it for them.
_SIGN_IN = ("existing_token", "client_id", "cookies", "credentials", "kube_context")
_SIGN_IN_VARIABLES = ("KF_PIPELINES_IAP_OAUTH2_CLIENT_ID",)

#: The default of the SDK's ``namespace``, where it stands for "not given".
_NO_NAMESPACE = "kubeflow"

_original: Callable[..., None] | None = None


def on() -> None:
    """Give ``kfp.Client(...)`` calls that bring no credentials ours; twice is as good as once.

    The class itself stays the same, so it does not matter who imported it before, or how.

    Raises:
        ImportError: no kfp is installed.
    """
    global _original
    require_kfp()
    import kfp

    if _original is None:
        _original = kfp.Client.__init__
        kfp.Client.__init__ = _wrapped(_original)


def off() -> None:
    """Give `kfp.Client` its own constructor back."""
    global _original
    if _original is None:
        return
    import kfp

    if getattr(kfp.Client.__init__, "__wrapped__", None) is _original:
        kfp.Client.__init__ = _original
    _original = None


def _wrapped(original: Callable[..., None]) -> Callable[..., None]:
    signature = inspect.signature(original)

    @functools.wraps(original)
    def __init__(self: object, *args: object, **kwargs: object) -> None:  # noqa: N807 - it becomes one
        given = signature.bind(self, *args, **kwargs).arguments
        given.pop(next(iter(signature.parameters)))
        try:
            if _original is not original or not _ours(given):
                original(self, *args, **kwargs)
                return
            settings = runtime.current_settings(
                host=given.get("host"), ca_cert=given.get("ssl_ca_cert")
            )
            _construct(self, functools.partial(original, self), settings, given)
        except PipelinesError as error:
            error.explain = doctor.explain
            raise

    return __init__


def _ours(given: JsonDict) -> bool:
    """Tell whether a call is one for our credentials."""
    if any(given.get(name) for name in _SIGN_IN):
        return False
    if any(os.environ.get(name) for name in _SIGN_IN_VARIABLES):
        return False
    return not given.get("host") or _may_have_the_token(given["host"])


def _may_have_the_token(host: str) -> bool:
    """Tell whether a host named in a notebook may be sent the token: ours, or one in the cluster.

    A notebook from somewhere else may name any host; the token is not for all of them.
    """
    ours = runtime.current_settings().host.value
    if is_cluster_local(host) or _name(host) == _name(ours):
        return True
    warnings.warn(
        f"{_name(host)} is not your Pipelines ({ours}), so no token is sent there. If it is to be, "
        "say so: %kfp use --host",
        stacklevel=4,
    )
    return False


def _name(host: str) -> str:
    return urlsplit(host if "://" in host else f"//{host}").hostname or ""


def _construct(
    client: object, original: Callable[..., None], settings: Settings, given: JsonDict
) -> None:
    asked = given.pop("namespace", None)
    namespace = settings.namespace.value
    # In the SDK this argument names the user's namespace and the one of the server; with a host
    # beside it, as here, only the first is left.
    if asked and asked not in (_NO_NAMESPACE, settings.kfp_namespace):
        namespace = asked
    namespaced, _ = probe(settings)  # what it warns of has been said when this was switched on
    construct(client, original, complete(settings, given), namespace if namespaced else "")
