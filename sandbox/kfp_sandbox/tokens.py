"""Projected service account tokens: issued, written as the kubelet writes them, and reviewed."""

from __future__ import annotations

import os
import secrets
import shutil
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt

from .clock import Clock

AUDIENCE = "pipelines.kubeflow.org"
ISSUER = "https://kubernetes.default.svc.cluster.local"
MOUNT = Path("var/run/secrets/kubeflow/pipelines")

_KEY_ID = "sandbox"
_LEEWAY = 60  # seconds that kube-apiserver accepts a token past its end
_WRITE_ONLY = Path("/proc/sys/vm/compact_memory")


class ReviewError(Exception):
    """A TokenReview that did not authenticate; the text is kube-apiserver's."""


@dataclass(frozen=True)
class ServiceAccount:
    """A service account of a namespace."""

    namespace: str
    name: str

    @property
    def user(self) -> str:
        """The name that Kubernetes knows it by."""
        return f"system:serviceaccount:{self.namespace}:{self.name}"


class Issuer:
    """The part of kube-apiserver that issues tokens and reviews them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._cluster = uuid.uuid4()
        self._invalidated: set[str] = set()

    def issue(self, account: ServiceAccount, audience: str, lifetime: float) -> str:
        """A signed token. `lifetime` is in seconds; a negative one has ended already."""
        now = int(self._clock.time())
        issued = min(now, now + int(lifetime) - 7200) if lifetime < 0 else now
        claims = {
            "aud": [audience],
            "exp": now + int(lifetime),
            "iat": issued,
            "iss": ISSUER,
            "jti": str(uuid.uuid4()),
            "kubernetes.io": {
                "namespace": account.namespace,
                "pod": {"name": "notebook-0", "uid": self._uid("pod", account)},
                "serviceaccount": {"name": account.name, "uid": self._uid("account", account)},
            },
            "nbf": issued,
            "sub": account.user,
        }
        return jwt.encode(claims, self._key, "HS256", headers={"kid": _KEY_ID})

    def invalidate(self, token: str) -> None:
        """Treat the token as if its pod had been deleted."""
        self._invalidated.add(token)

    def revalidate(self) -> None:
        """Forget every invalidation."""
        self._invalidated.clear()

    def _uid(self, kind: str, account: ServiceAccount) -> str:
        return str(uuid.uuid5(self._cluster, f"{kind}/{account.user}"))

    def review(self, token: str, audience: str) -> str:
        """The user that the token stands for. Raises ReviewError."""
        options: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
        options["verify_aud"] = False
        try:
            claims = jwt.decode(token, self._key, algorithms=["HS256"], options=options)
        except jwt.InvalidTokenError:
            reason = self._unsigned(token)
            text = f"[invalid bearer token, {reason}]" if reason else "invalid bearer token"
            raise ReviewError(text) from None
        held = ", ".join(f'"{name}"' for name in claims["aud"])
        now, reason = self._clock.time(), ""
        if audience not in claims["aud"]:
            wanted = f'for the target audiences ["{audience}"]'
            reason = f"token audiences [{held}] is invalid {wanted}"
        elif claims["exp"] + _LEEWAY < now:
            reason = "service account token has expired"
        elif claims["nbf"] - _LEEWAY > now:
            reason = "service account token is not valid yet"
        elif token in self._invalidated:
            reason = "service account token has been invalidated"
        if reason:
            raise ReviewError(f"[invalid bearer token, {reason}]")
        return str(claims["sub"])

    def _unsigned(self, token: str) -> str:
        """What is said of a token with another signature; nothing of one that is not ours."""
        try:
            header = jwt.get_unverified_header(token)
            claims = jwt.decode(token, options={"verify_signature": False})
        except jwt.InvalidTokenError:
            return ""
        if claims.get("iss") != ISSUER:
            return ""
        if header.get("kid") == _KEY_ID:
            return "go-jose/go-jose: error in cryptographic primitive"
        return "invalid signature, no keys found"


class TokenVolume:
    """A mounted token, kept as the kubelet's AtomicWriter keeps it.

    `token` is a symlink to `..data/token`, and `..data` is a symlink that a rename points at a
    new directory whenever the token changes.
    """

    def __init__(self, root: Path) -> None:
        self._directory = root / MOUNT
        self._lock = threading.Lock()
        self._outdated: Path | None = None

    @property
    def path(self) -> Path:
        """The file that a pod reads."""
        return self._directory / "token"

    def write(self, text: str) -> None:
        """Put another token in place in one step."""
        with self._lock:
            fresh = self._prepare()
            (fresh / "token").write_text(text)
            self._swap(fresh)

    def write_unreadable(self) -> None:
        """Put a token in place that this process may not read."""
        with self._lock:
            fresh = self._prepare()
            target = fresh / "token"
            if os.geteuid() == 0:  # root ignores modes, but not that of a write-only kernel file
                target.symlink_to(_WRITE_ONLY)
            else:
                target.write_text("unreadable")
                target.chmod(0)
            self._swap(fresh)

    def remove(self) -> None:
        """Leave the pod without a token, as if the volume had never been mounted."""
        with self._lock:
            shutil.rmtree(self._directory, ignore_errors=True)

    def _prepare(self) -> Path:
        moment, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
        stamp = time.strftime("%Y_%m_%d_%H_%M_%S", time.gmtime(moment))
        fresh = self._directory / f"..{stamp}.{nanoseconds:09d}"
        fresh.mkdir(parents=True)
        return fresh

    def _swap(self, fresh: Path) -> None:
        data, temporary = self._directory / "..data", self._directory / "..data_tmp"
        old = data.resolve() if data.is_symlink() else None
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(fresh.name)
        temporary.rename(data)
        if not self.path.is_symlink():
            self.path.symlink_to(Path("..data") / "token")
        # A reader may be on its way through the old directory: it goes with the next change.
        if self._outdated:
            shutil.rmtree(self._outdated, ignore_errors=True)
        self._outdated = old
