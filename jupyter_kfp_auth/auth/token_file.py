"""The projected service-account token: read from its file each time, never kept."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from ..http.errors import TokenError
from ..http.strict_json import JsonDict

#: What Pipelines expects in a token's ``aud`` unless its ``TOKEN_REVIEW_AUDIENCE`` says otherwise.
AUDIENCE = "pipelines.kubeflow.org"

#: A projected token has one to two kilobytes; more is not a token.
_MAX_BYTES = 64 * 1024
_PRINTABLE = re.compile(rb"[\x21-\x7e]*")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a JWT says of itself. Read for display and diagnosis; nothing here is verified."""

    subject: str = ""
    issuer: str = ""
    audience: tuple[str, ...] = ()
    expires_at: datetime | None = None
    not_before: datetime | None = None
    namespace: str = ""
    pod: tuple[str, str] = ("", "")  # name and uid

    @classmethod
    def of(cls, token: str) -> Claims | None:
        """Decode the payload of ``token``; ``None`` for an opaque token, which is legal."""
        import jwt  # on first use: it is not needed to load the extension

        try:
            payload = jwt.decode(token, options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError, RecursionError):
            return None
        audience = payload.get("aud")
        if isinstance(audience, str):
            audience = [audience]
        kubernetes = _table(payload.get("kubernetes.io"))
        pod = _table(kubernetes.get("pod"))
        return cls(
            subject=_text(payload.get("sub")),
            issuer=_text(payload.get("iss")),
            audience=tuple(a for a in audience if isinstance(a, str))
            if isinstance(audience, list)
            else (),
            expires_at=_time(payload.get("exp")),
            not_before=_time(payload.get("nbf")),
            namespace=_text(kubernetes.get("namespace")),
            pod=(_text(pod.get("name")), _text(pod.get("uid"))),
        )


def _parse(raw: bytes) -> str | None:
    """Return the token; ``None`` for what would break the Authorization header.

    A function of its own: a verbose traceback shows the variables of the frames that raise.
    """
    token = raw.strip()
    if len(token) > _MAX_BYTES or not _PRINTABLE.fullmatch(token):
        return None
    return token.decode("ascii")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _table(value: object) -> JsonDict:
    return value if isinstance(value, dict) else {}


def _time(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return datetime.fromtimestamp(value, tz=timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None


class TokenFile:
    """The file that the kubelet keeps current.

    The kubelet replaces the token by renaming a symlink (``..data``), so an open descriptor or a
    watched inode goes stale: the path is opened anew for every request.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def exists(self) -> bool:
        """Tell whether there is something at the path, readable or not."""
        try:
            os.lstat(self.path)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return False
        except OSError:  # a directory on the way that we may not enter: something is there
            return True
        return True

    def read(self) -> str:
        """Return the token.

        Raises:
            TokenError: ``token-missing``, ``token-unreadable``, ``token-empty`` or
                ``token-malformed``.
        """
        facts = {"path": str(self.path)}
        try:
            token = _parse(self._bytes())
        except (FileNotFoundError, NotADirectoryError) as error:
            raise TokenError("token-missing", _reason(error), facts=facts) from None
        except (OSError, ValueError) as error:  # ValueError: a NUL byte in the path
            facts["mode"] = self._mode()
            raise TokenError("token-unreadable", _reason(error), facts=facts) from None
        if token is None:
            raise TokenError("token-malformed", f"{self.path} does not hold a token", facts=facts)
        if not token:
            raise TokenError("token-empty", f"{self.path} is empty", facts=facts)
        return token

    def _bytes(self) -> bytes:
        try:
            return self._content()
        except FileNotFoundError:
            # The kubelet removes the old directory right after its swap: who was on the way
            # through that one finds the new one.
            return self._content()

    def _content(self) -> bytes:
        with open(self.path, "rb") as file:
            return file.read(_MAX_BYTES + 1)

    def claims(self) -> Claims | None:
        """Return what the token says of itself; ``None`` when there is none or it is opaque."""
        try:
            return Claims.of(self.read())
        except TokenError:
            return None

    def _mode(self) -> str:
        """Owner, group and mode of the file beside this process's own, for an administrator."""
        try:
            found = self.path.stat()
        except (OSError, ValueError):
            return ""
        return (
            f"owner {found.st_uid}, group {found.st_gid}, mode {found.st_mode & 0o777:o}; "
            f"this process is user {os.getuid()}, group {os.getgid()}"
        )


def _reason(error: Exception) -> str:
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
