"""Addresses: which are inside the cluster, and how they are shown."""

from __future__ import annotations

import ipaddress
import os
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


def without_password(address: str) -> str:
    """Return an address without the user and password that a proxy's may hold."""
    scheme, separator, rest = address.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def proxy_variable(url: str) -> str:
    """Return the environment variable that names the proxy for an address; else empty text."""
    scheme = urlsplit(url).scheme
    names = (f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY")
    return next((name for name in names if os.environ.get(name)), "")
