"""What tells that the settings may be others than before."""

from __future__ import annotations

import os

from ...auth import requested_token
from ...config.settings import Settings


def stamp(settings: Settings) -> tuple[int, ...] | None:
    """Return what changes when another token is written or minted; ``None`` when there is none."""
    try:
        found = os.stat(settings.token_path.value)
    except (OSError, ValueError):
        return None
    is_minted = requested_token.find(settings.service_account) is not None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size, is_minted
