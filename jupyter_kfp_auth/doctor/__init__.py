"""Probes in order, causes, next steps, and the YAML they need."""

from __future__ import annotations

from ..config.settings import Settings
from ..outputs.connection import Connection
from .diagnosis import Check, Diagnosis, explain
from .probes import diagnose

__all__ = ["Check", "Diagnosis", "connect", "diagnose", "explain"]


def connect(settings: Settings) -> Connection:
    """Return a client whose errors explain themselves. Nothing is sent yet."""
    return Connection(settings, explain=explain)
