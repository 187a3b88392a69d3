"""Kubeflow Pipelines from a Jupyter notebook, authenticated by the pod's own service account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from ._version import __version__
    from .api import (
        ApiError,
        ArtifactError,
        Comparison,
        Conflict,
        Connection,
        Diagnosis,
        Experiment,
        Forbidden,
        InvalidRequest,
        KubernetesError,
        MetadataError,
        NotFound,
        OutcomeUnknown,
        Page,
        Pipeline,
        PipelinesError,
        PipelineVersion,
        RecurringRun,
        Run,
        RunOutputs,
        ServiceAccountTokenVolumeCredentials,
        SettingsError,
        StillRunning,
        Task,
        TokenError,
        Unauthenticated,
        Unavailable,
        UnexpectedAnswer,
        Unreachable,
        client,
        connect,
        diagnose,
    )

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
    "__version__",
    "client",
    "connect",
    "diagnose",
]


def __getattr__(name: str) -> object:
    # On first use, so that loading the extension costs a notebook nothing.
    if name == "__version__":
        from ._version import __version__

        return __version__
    if name in __all__:
        from . import api

        return api.public(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Offer the public names only, and not the modules that happen to be imported."""
    return list(__all__)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register ``%kfp``: called by ``%load_ext jupyter_kfp_auth``."""
    from .notebook import extension

    extension.load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Remove ``%kfp``: called by ``%unload_ext jupyter_kfp_auth``."""
    from .notebook import extension

    extension.unload(shell)


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .server.app import KfpApp

    return [{"module": "jupyter_kfp_auth", "app": KfpApp}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-kfp-auth"}]
