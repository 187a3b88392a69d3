"""A token for Pipelines that this pod had minted for itself, kept in one private file.

The file lies where it ends with the pod, not on the home volume: in the session's own directory, or
else in one of ours among the temporary files. It is named after the pod, and is renewed by whoever
reads it after 80 % of the token's life: a kernel, the Jupyter server or the command line.
"""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import PipelinesError, TokenError
from .token import AUDIENCE, Claims, TokenFile

if TYPE_CHECKING:  # whoever only looks for the file needs no HTTP
    from .kubernetes import Kubernetes
    from .session import Answer

#: Where the settings say that a minted token comes from.
ORIGIN = "minted by %kfp doctor --fix, kept in this pod only"

#: Seconds that a minted token shall live: as long as the one that a PodDefault mounts.
LIFETIME = 7200

#: The share of its life after which a token is replaced, as the kubelet does it.
SHARE = 0.8

#: Seconds to leave the cluster alone after it did not renew a token: one that is still good, and
#: one that has ended.
PAUSE, SHORT_PAUSE = 30.0, 5.0

_failed: dict[str, float] = {}


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


def request(kubernetes: Kubernetes) -> dict[str, Any]:
    """Return the TokenRequest for the pod's own account, bound to the pod where it is known."""
    namespace, account = kubernetes.account
    spec: dict[str, Any] = {"audiences": [AUDIENCE], "expirationSeconds": LIFETIME}
    name, uid = kubernetes.identity.pod
    if name and uid:  # the token ends with the pod, as a mounted one does
        spec["boundObjectRef"] = {"apiVersion": "v1", "kind": "Pod", "name": name, "uid": uid}
    return {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "metadata": {"name": account, "namespace": namespace},
        "spec": spec,
    }


def mint(kubernetes: Kubernetes, path: Path) -> None:
    """Have a token minted and put it at ``path``, in one step, readable for this user only.

    Raises:
        KubernetesError: the cluster refused, or its token is for another audience
            (``mint-audience``), or the file cannot be written (``mint-unwritable``).
    """
    from .kubernetes import KubernetesError

    wanted = request(kubernetes)
    namespace, account = kubernetes.account
    answer = kubernetes.post(
        f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token", wanted
    )
    code, said = _keep(answer, path)
    if code:
        raise KubernetesError(code, said, status=answer.status, facts={"said": said})


def remove(path: Path) -> bool:
    """Delete a minted token and its lock; tell whether there was one."""
    with suppress(OSError):
        path.with_suffix(".lock").unlink()
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True


class MintedTokenFile(TokenFile):
    """A minted token's file: reading it renews the token when it is time."""

    def __init__(self, path: str | os.PathLike[str], service_account: str) -> None:
        super().__init__(path)
        self._service_account = service_account

    def read(self) -> str:
        """Return the token, as `TokenFile.read`."""
        self.renew()
        return super().read()

    def renew(self) -> None:
        """Replace the token when 80 % of its life are over; while it is good, failures may wait."""
        left = self._left()
        if left is None or left[0] > 0:
            return
        expired = left[1] <= 0
        key = str(self.path)
        if time.monotonic() - _failed.get(key, -PAUSE) < (SHORT_PAUSE if expired else PAUSE):
            return
        with _lock(self.path, wait=expired) as ours:
            left = self._left()  # another process may have been faster
            if not ours or left is None or left[0] > 0:
                return
            from .kubernetes import Kubernetes

            try:
                with Kubernetes(self._service_account) as kubernetes:
                    mint(kubernetes, self.path)
            except PipelinesError:  # the token at hand may do; if not, Pipelines says so
                _failed[key] = time.monotonic()
            else:
                _failed.pop(key, None)

    def _left(self) -> tuple[float, float] | None:
        """Return the seconds until renewal and until the end; ``None`` where nothing is known."""
        try:
            claims = Claims.of(super().read())
        except TokenError:
            return None
        if claims is None or claims.expires_at is None or claims.not_before is None:
            return None
        life = (claims.expires_at - claims.not_before).total_seconds()
        age = (datetime.now(timezone.utc) - claims.not_before).total_seconds()
        return life * SHARE - age, life - age


def _keep(answer: Answer, path: Path) -> tuple[str, str]:
    """Write the token of an answer. Return a code and a reason where that cannot be.

    Nothing is raised from here: a verbose traceback shows the variables of frames.
    """
    try:
        document = answer.json()
    except ValueError:
        document = None
    status = document.get("status") if isinstance(document, dict) else None
    token = status.get("token") if isinstance(status, dict) else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        return "cluster-failed", "the answer to the TokenRequest holds no token"
    claims = Claims.of(token)
    audience = claims.audience if claims else _audiences(document)
    if AUDIENCE not in audience:
        return "mint-audience", ", ".join(audience)[:200] or "nobody"
    try:
        _write(path, token)
    except OSError as error:
        return "mint-unwritable", f"{path.parent}: {error.strerror or type(error).__name__}"
    return "", ""


def _audiences(document: Any) -> tuple[str, ...]:
    """Return what an answer says of the audience of a token that does not say it itself."""
    spec = document.get("spec")
    found = spec.get("audiences") if isinstance(spec, dict) else None
    return tuple(str(each) for each in found) if isinstance(found, list) else ()


def _write(path: Path, token: str) -> None:
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


@contextmanager
def _lock(path: Path, *, wait: bool) -> Iterator[bool]:
    """Hold the lock beside the file, across processes; yield whether it is ours.

    Where the file system knows no locks, it is: two tokens instead of one do no harm.
    """
    import fcntl  # no pod runs where this is missing

    try:
        descriptor = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield True
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            ours = True
        except BlockingIOError:
            ours = False
        except OSError:
            ours = True
        yield ours
    finally:
        os.close(descriptor)
