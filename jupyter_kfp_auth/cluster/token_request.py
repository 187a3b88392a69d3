"""A token for Pipelines that this pod requests for itself, and renews.

It is renewed after 80 % of its life, by the process that reads it then: a kernel, the server
extension or the command line.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from ..auth.requested_token import ORIGIN, write
from ..auth.token_file import AUDIENCE, Claims, TokenFile
from ..config.settings import Settings
from ..http.errors import PipelinesError, TokenError
from ..http.strict_json import Json, JsonDict

if TYPE_CHECKING:  # reading a token needs no HTTP
    from ..http.session import Answer
    from .client import Kubernetes

#: Seconds that a minted token shall live: as long as the one that a PodDefault mounts.
LIFETIME = 7200

#: The share of its life after which a token is replaced, as the kubelet does it.
SHARE = 0.8

#: Seconds to leave the cluster alone after it did not renew a token: one that is still good, and
#: one that has ended.
PAUSE, SHORT_PAUSE = 30.0, 5.0

_failed: dict[str, float] = {}


def token_file(settings: Settings) -> TokenFile:
    """Return the token's file of these settings; reading a requested token renews it in time."""
    if settings.token_path.origin == ORIGIN:
        return RequestedTokenFile(settings.token_path.value, settings.service_account)
    return TokenFile(settings.token_path.value)


def request(kubernetes: Kubernetes) -> JsonDict:
    """Return the TokenRequest for the pod's own account, bound to the pod where it is known."""
    namespace, account = kubernetes.account
    spec: JsonDict = {"audiences": [AUDIENCE], "expirationSeconds": LIFETIME}
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
    from .client import KubernetesError

    wanted = request(kubernetes)
    namespace, account = kubernetes.account
    answer = kubernetes.post(
        f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token", wanted
    )
    code, said = _keep(answer, path)
    if code:
        raise KubernetesError(code, said, status=answer.status, facts={"said": said})


class RequestedTokenFile(TokenFile):
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
            from .client import Kubernetes

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
        write(path, token)
    except OSError as error:
        return "mint-unwritable", f"{path.parent}: {error.strerror or type(error).__name__}"
    return "", ""


def _audiences(document: Json) -> tuple[str, ...]:
    """Return what an answer says of the audience of a token that does not say it itself."""
    spec = document.get("spec")
    found = spec.get("audiences") if isinstance(spec, dict) else None
    return tuple(str(each) for each in found) if isinstance(found, list) else ()


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
