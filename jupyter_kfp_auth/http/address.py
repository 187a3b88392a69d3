"""Which addresses are inside the cluster."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_cluster_local(host: str) -> bool:
    """Tell whether a host name or address is one inside the cluster (or this machine)."""
    try:
        name = urlsplit(host if "://" in host else f"//{host}").hostname or ""
    except ValueError:
        return False
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        pass
    labels = name.removesuffix(".").split(".")
    return (
        len(labels) == 1
        or "svc" in labels[2:]  # <service>.<namespace>.svc, whatever the cluster's domain
        or labels[-1] in ("local", "localhost", "internal")
        # `<service>.<namespace>`, resolved by the pod's search domains.
        or (len(labels) == 2 and labels[0].startswith("ml-pipeline"))
    )
