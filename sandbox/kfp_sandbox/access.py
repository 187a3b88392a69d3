"""Who is asking, and may they? TokenReview and SubjectAccessReview, as the API server does them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from .errors import (
    ABORTED,
    INTERNAL,
    INVALID_ARGUMENT,
    UNAUTHENTICATED,
    permission_denied,
    unauthenticated,
)
from .faults import Faults
from .rbac import Rbac
from .releases import Release
from .routing import Call
from .tokens import AUDIENCE, Issuer, ReviewError

_NO_HEADER = "Request header error: there is no user identity header."
_NO_IDENTITY = f"Unauthenticated: {_NO_HEADER}: {_NO_HEADER}"
_CODES = {400: INVALID_ARGUMENT, 401: UNAUTHENTICATED, 409: ABORTED, 500: INTERNAL}


class RateLimit:
    """A bucket of tokens, as the Kubernetes client of the API server has one for all users.

    Args:
        qps: tokens a second; 0 sets no limit.
        burst: tokens that an idle bucket holds.
    """

    def __init__(self, qps: float = 0, burst: int = 10) -> None:
        self._qps = qps
        self._burst = burst
        self._full_at = 0.0

    def reserve(self) -> float:
        """Take a token. Returns the seconds until it may be used."""
        if not self._qps:
            return 0.0
        now = time.monotonic()
        self._full_at = max(self._full_at, now) + 1 / self._qps
        return max(0.0, self._full_at - now - self._burst / self._qps)


@dataclass
class Access:
    """Authentication and authorization of one API server.

    Attributes:
        limit: of the calls that are authenticated.
        reviewed: how many calls have been.
        wait: seconds that the last of them waits for its turn.
    """

    release: Release
    multi_user: bool
    issuer: Issuer
    rbac: Rbac
    faults: Faults
    limit: RateLimit = field(default_factory=RateLimit)
    reviewed: int = 0
    wait: float = 0.0

    def check(self, call: Call, namespace: str, resource: str, verb: str, name: str = "") -> None:
        """Raise ApiError unless the caller may use `verb` on `resource` in `namespace`."""
        if not self.multi_user or (not namespace and self.faults.find("namespace-rejected")):
            return
        user = self.identify(call)
        denied = self.faults.take("rbac-denied", call.path)
        if denied or not self.rbac.allows(user, namespace, resource, verb):
            raise permission_denied(
                f"User '{user}' is not authorized with reason:  (request: "
                f"{self._attributes(namespace, resource, verb, name)})"
            )

    def identify(self, call: Call) -> str:
        """The user behind the call. Raises ApiError."""
        missing = self.faults.take("identity-missing", call.path)
        if missing:
            error = unauthenticated(_NO_IDENTITY)
            status = int(missing.options.get("status", 401))
            if status not in _CODES:
                raise ValueError(f"identity-missing: status must be one of {sorted(_CODES)}")
            error.code, error.http_status = _CODES[status], status
            raise error
        header = call.headers.get("Authorization")
        if header is None:
            raise unauthenticated(_NO_IDENTITY)
        if not header.startswith("Bearer "):
            text = "Header 'Authorization' is incorrectly formatted. Expected prefix 'Bearer '"
            raise unauthenticated(f"[{_NO_IDENTITY}, BadRequestError: {text}: {text}]")
        try:
            return self._review(header.removeprefix("Bearer "))
        except ReviewError as error:
            failed = "Failed to authenticate token review"
            cause = f"Authentication failure: Unauthenticated: {error}: {failed}"
            raise unauthenticated(f"[{_NO_IDENTITY}, {cause}]") from None

    def _review(self, token: str) -> str:
        self.reviewed += 1
        self.wait = self.limit.reserve()
        late = self.faults.find("token-audience")
        if late and late.options.get("late"):
            raise ReviewError(f"Failed to find all of '[{AUDIENCE}]' in audience: []")
        try:
            return self.issuer.review(token, AUDIENCE)
        except ReviewError as error:
            text = "Review.Status.Authenticated is false"
            if self.release.explains_token_reviews:
                text += f". Error {error}"
            raise ReviewError(text) from None

    def _attributes(self, namespace: str, resource: str, verb: str, name: str) -> str:
        group = "kubeflow.org" if resource == "viewers" else "pipelines.kubeflow.org"
        selectors = "FieldSelector:nil,LabelSelector:nil," if self.release.since(2, 14) else ""
        return (
            f"&ResourceAttributes{{Namespace:{namespace},Verb:{verb},Group:{group},"
            f"Version:v1beta1,Resource:{resource},Subresource:,Name:{name},{selectors}}}"
        )
