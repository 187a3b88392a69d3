"""What ``%load_ext jupyter_kfp_auth`` does. It imports nothing that a notebook would feel."""

from __future__ import annotations

from typing import Any

from IPython.core.interactiveshell import InteractiveShell


def load(shell: InteractiveShell) -> None:
    """Register the magic and the hints; the second time replaces the first."""
    from .completion import Completer
    from .hints import Hints
    from .magics import KfpMagics

    unload(shell)
    magics = KfpMagics(shell)
    shell.register_magics(magics)
    magics.hints = Hints(shell, magics.config_object)
    magics.hints.register()
    magics.completer = Completer(shell)
    magics.completer.register()
    # `%config KfpAuth` finds it here.
    _configurables(shell).append(magics.config_object)


def unload(shell: InteractiveShell) -> None:
    """Remove the magic and the hints, and forget what they were told."""
    from .magics import KfpMagics

    manager = shell.magics_manager
    registered = manager.registry.pop("KfpMagics", None)
    for kind in ("line", "cell"):
        manager.magics[kind].pop("kfp", None)
    if isinstance(registered, KfpMagics):
        configurables = _configurables(shell)
        configurables[:] = [c for c in configurables if c is not registered.config_object]
        if registered.hints is not None:
            registered.hints.unregister()
        if registered.completer is not None:
            registered.completer.unregister()
        registered.close()


def _configurables(shell: InteractiveShell) -> list[Any]:
    """Everything that `%config` knows; IPython annotates it as shells only."""
    found: list[Any] = shell.configurables
    return found
