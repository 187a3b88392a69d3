"""The public functions, composed from the layers below."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from . import doctor
from .cluster.client import KubernetesError
from .commands import connection, sdk
from .commands.connection import Connection
from .config.runtime import current_settings
from .doctor import Diagnosis
from .outputs.metadata.store import MetadataError
from .outputs.models import Comparison, RunOutputs
from .outputs.storage.location import ArtifactError
from .pipelines.errors import (
    ApiError,
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    OutcomeUnknown,
    PipelinesError,
    SettingsError,
    StillRunning,
    TokenError,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
)
from .pipelines.models import Experiment, Page, Pipeline, PipelineVersion, RecurringRun, Run, Task

if TYPE_CHECKING:
    import kfp
    from kfp.auth import ServiceAccountTokenVolumeCredentials

__all__ = [
    "ApiError",
    "ArtifactError",
    "Comparison",
    "Conflict",
    "Connection",
    "Diagnosis",
    "Experiment",
    "Forbidden",
    "InvalidRequest",
    "KubernetesError",
    "MetadataError",
    "NotFound",
    "OutcomeUnknown",
    "Page",
    "Pipeline",
    "PipelineVersion",
    "PipelinesError",
    "RecurringRun",
    "Run",
    "RunOutputs",
    "ServiceAccountTokenVolumeCredentials",
    "SettingsError",
    "StillRunning",
    "Task",
    "TokenError",
    "Unauthenticated",
    "Unavailable",
    "UnexpectedAnswer",
    "Unreachable",
    "client",
    "connect",
    "diagnose",
]


def connect(
    host: str | None = None,
    namespace: str | None = None,
    token_path: str | None = None,
    ca_cert: str | None = None,
    timeout: float | None = None,
) -> Connection:
    """Return a client of the Pipelines API. Nothing is sent before its first method is called.

    Args:
        host: address of the API; by default from ``%kfp use``, configuration, the environment, or
            the in-cluster address.
        namespace: of your experiments; by default the pod's.
        token_path: file with the service-account token; read anew for each request.
        ca_cert: file with the CA certificates to trust.
        timeout: seconds to wait for an answer.

    Raises:
        PipelinesError: a setting that cannot be used.
    """
    with _explained():
        settings = current_settings(
            host=host,
            namespace=namespace,
            token_path=token_path,
            ca_cert=ca_cert,
            timeout=timeout,
        )
    return connection.connect(settings)


def client(**kfp_client_arguments: Any) -> kfp.Client:
    """Return a real, authenticated `kfp.Client` of whichever kfp version is installed.

    Args:
        kfp_client_arguments: passed on; ``host=`` and ``credentials=`` are filled in, and
            ``namespace=`` is taken as yours.

    Raises:
        ImportError: kfp is not installed; the message says how to install it.
        PipelinesError: Pipelines does not answer or refuses.
    """
    with _explained():
        settings = current_settings(
            host=kfp_client_arguments.get("host"), ca_cert=kfp_client_arguments.get("ssl_ca_cert")
        )
    return sdk.kfp_client(settings, **kfp_client_arguments)


def diagnose() -> Diagnosis:
    """Probe the connection in order and return one cause and one next step."""
    try:
        return doctor.diagnose(current_settings())
    except PipelinesError as error:  # a setting that cannot be used ends the examination
        return doctor.explain(error)


def public(name: str) -> object:
    """Return what is public under a name. kfp is imported for its credentials only."""
    if name == "ServiceAccountTokenVolumeCredentials":
        return sdk.credentials_class()
    return globals()[name]


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except PipelinesError as error:
        error.explain = doctor.explain
        raise
