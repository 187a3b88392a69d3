"""Probes in order, causes, next steps, and the YAML they need."""

from __future__ import annotations

from ..connection.session import Session
from ..connection.settings import Settings
from ..pipelines.client import PipelinesClient
from .diagnosis import Check, Diagnosis, explain
from .probes import diagnose

__all__ = ["Check", "Diagnosis", "connect", "diagnose", "explain"]


def connect(settings: Settings) -> PipelinesClient:
    """Return a client whose errors explain themselves. Nothing is sent yet."""
    return PipelinesClient(Session(settings), explain=explain)
