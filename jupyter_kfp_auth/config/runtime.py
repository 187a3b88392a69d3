"""What this process has been told: traitlets configuration and ``%kfp use``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from traitlets.config import Application

from .settings import KfpAuth, Settings, resolve

_config: KfpAuth | None = None
_use: dict[str, str] = {}


def configure(config: KfpAuth | None) -> None:
    """Take traitlets configuration from here on; ``None`` goes back to the application's own."""
    global _config
    _config = config


def use(**choices: str | None) -> None:
    """Choose ``host`` or ``namespace`` for the rest of this process.

    Raises:
        SettingsError: a choice that cannot be used; nothing changes then.
    """
    chosen = _use | {name: value for name, value in choices.items() if value}
    resolve(use=chosen, config=_configuration())
    _use.update(chosen)


def chosen() -> dict[str, str]:
    """Return what `use` has chosen so far."""
    return dict(_use)


def restore(choices: dict[str, str]) -> None:
    """Go back to what was chosen before, as `chosen` has returned it."""
    _use.clear()
    _use.update(choices)


def reset() -> None:
    """Forget what `use` has chosen."""
    _use.clear()


def current_settings(
    *,
    host: str | None = None,
    namespace: str | None = None,
    token_path: str | None = None,
    ca_cert: str | None = None,
    timeout: float | None = None,
    environ: Mapping[str, str] | None = None,
    namespace_file: Path | None = None,
) -> Settings:
    """Resolve the settings as they are now for this process; arguments as `resolve`."""
    return resolve(
        host=host,
        namespace=namespace,
        token_path=token_path,
        ca_cert=ca_cert,
        timeout=timeout,
        use=_use,
        config=_configuration(),
        environ=environ,
        namespace_file=namespace_file,
    )


def _configuration() -> KfpAuth:
    if _config is not None:
        return _config
    if Application.initialized():
        return KfpAuth(config=Application.instance().config)
    return KfpAuth()
