"""A pod's token, as the kubelet writes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jwt

#: No pod has its namespace here.
NOWHERE = Path("/nowhere/namespace")


def make_token(**claims: Any) -> str:
    """A token as the kubelet writes it, with other claims where the test says so."""
    content = {
        "aud": ["pipelines.kubeflow.org"],
        "iss": "https://kubernetes.default.svc",
        "sub": "system:serviceaccount:team-a:default-editor",
        "kubernetes.io": {"namespace": "team-a"},
    }
    return jwt.encode(content | claims, "k" * 32, "HS256")
