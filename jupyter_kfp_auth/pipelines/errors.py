"""The errors, by what a caller can do about them.

Each has ``cause_code``, a stable name such as ``rbac-denied``, and ``diagnosis``, which says what
is wrong and what to do about it. The hierarchy::

    PipelinesError
        SettingsError           a setting has a value that cannot be used
        TokenError              the service-account token is missing, empty or unreadable
        Unreachable             no usable answer came back: name, network, TLS, time or size
        ApiError                an answer came back, and it is not the data
            Unauthenticated     the token was not believed, or none was sent
            Forbidden           the identity is known and may not do this
            NotFound            there is no such thing
            InvalidRequest      the request itself is wrong
            Conflict            it exists already, or its state does not allow this
            Unavailable         the server, or what is in front of it, cannot answer now
            UnexpectedAnswer    an answer that nothing here knows
            OutcomeUnknown      a change may have been made, the answer got lost
        StillRunning            the time for waiting is over, the run goes on; a TimeoutError
        KubernetesError         the cluster could not be asked, or refused
        MetadataError           the metadata store could not be asked, or refused
        ArtifactError           an artifact cannot be read from its store
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..http.errors import PipelinesError, SettingsError, TokenError, Unreachable

__all__ = [
    "ApiError",
    "Conflict",
    "Forbidden",
    "InvalidRequest",
    "NotFound",
    "OutcomeUnknown",
    "PipelinesError",
    "SettingsError",
    "StillRunning",
    "TokenError",
    "Unauthenticated",
    "Unavailable",
    "UnexpectedAnswer",
    "Unreachable",
]


class ApiError(PipelinesError):
    """An answer arrived, and it is not the data that was asked for."""


class Unauthenticated(ApiError):
    """Nobody on the other side believes the token, or none was sent."""


class Forbidden(ApiError):
    """The identity is known and may not do this."""


class NotFound(ApiError):
    """There is no such thing."""


class InvalidRequest(ApiError):
    """The request itself is wrong.

    Attributes:
        fields: what is wrong, by the name of what was given, where that is known.
    """

    def __init__(self, *args: Any, fields: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields: dict[str, str] = dict(fields or {})

    @classmethod
    def of(cls, option: str, allowed: str, given: object) -> InvalidRequest:
        """Name the option, what is allowed, and what was given."""
        shown = repr(given)[:80]
        return cls(
            "invalid-request",
            f"{option} must be {allowed}, not {shown}",
            facts={"option": option, "allowed": allowed, "given": shown},
        )


class Conflict(ApiError):
    """It exists already, or its state does not allow this."""


class Unavailable(ApiError):
    """The server or the mesh in front of it is not able to answer now."""


class StillRunning(PipelinesError, TimeoutError):
    """The time given for waiting is over, and the run goes on."""


class UnexpectedAnswer(ApiError):
    """An answer that nothing here knows; shown as it is, never guessed at."""


class OutcomeUnknown(ApiError):
    """A change was asked for, and no answer of Pipelines came: it may have been made."""

    may_have_happened = True
