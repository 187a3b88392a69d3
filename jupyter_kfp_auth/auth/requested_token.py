"""Where this pod keeps a token that it requested for itself: one private file.

The file lies where it ends with the pod, not on the home volume: in the session's own directory, or
else in one of ours among the temporary files. It is named after the pod.
"""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from .token_file import Claims, TokenFile

#: Where the settings say that a minted token comes from.
ORIGIN = "minted by %kfp doctor --fix, kept in this pod only"


def place(service_account: str, environ: Mapping[str, str] | None = None) -> Path:
    """Return where this pod's minted token is kept, whether or not there is one.

    Args:
        service_account: the directory of the pod's ordinary token, which names the pod.
        environ: environment variables, by default those of this process.
    """
    claims = TokenFile(Path(service_account) / "token").claims() or Claims()
    # What lies among temporary files may still be shared, or outlive a pod.
    owner = "/".join((claims.subject, *claims.pod, "" if claims.pod[1] else socket.gethostname()))
    return _directory(environ) / hashlib.sha256(owner.encode()).hexdigest()[:16]


def find(service_account: str, environ: Mapping[str, str] | None = None) -> Path | None:
    """Return this pod's minted token; ``None`` where there is none."""
    try:  # the usual case, and no more than a look
        found = _directory(environ).lstat()
    except OSError:
        return None
    if not _is_ours(found) or found.st_mode & 0o077:
        return None  # anybody may make directories there, and put a token of their own into them
    path = place(service_account, environ)
    return path if path.exists() else None


def remove(path: Path) -> bool:
    """Delete a minted token and its lock; tell whether there was one."""
    with suppress(OSError):
        path.with_suffix(".lock").unlink()
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def write(path: Path, token: str) -> None:
    """Put the token in place by renaming. Raises OSError."""
    _make_private(path.parent)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(token)
        os.replace(temporary, path)
    except OSError:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _make_private(directory: Path) -> None:
    """Make the directory, or see that it is ours alone. Raises OSError."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = directory.lstat()
    if not _is_ours(found):
        raise PermissionError(1, "it belongs to someone else")
    if found.st_mode & 0o077:
        directory.chmod(0o700)


def _is_ours(found: os.stat_result) -> bool:
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()


def _directory(environ: Mapping[str, str] | None) -> Path:
    env = os.environ if environ is None else environ
    session = env.get("XDG_RUNTIME_DIR", "")
    if session and os.access(session, os.W_OK):
        return Path(session) / "jupyter-kfp-auth"
    user = os.getuid() if hasattr(os, "getuid") else ""  # no pod runs where it is missing
    return Path(env.get("TMPDIR") or "/tmp") / f"jupyter-kfp-auth-{user}"  # noqa: S108 - see `find`
