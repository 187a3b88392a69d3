"""A small session to the pod's own Kubernetes API server, with the pod's ordinary token.

The address comes from the environment that Kubernetes gives to every pod, never from a request or
an answer.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..auth.token_file import Claims, TokenFile
from ..http.errors import PipelinesError, TokenError, Unreachable
from ..http.redaction import redacted
from ..http.session import Answer, Body, Session
from ..http.stream import Stream
from ..http.strict_json import JsonDict

#: Seconds for each request; the API server is near, and the user waits.
TIMEOUT = 5.0

#: The largest answer that is read, in bytes. etcd keeps no object above 1.5 MiB.
MAX_BYTES = 4 * 1024 * 1024

_JSON_PATCH = "application/json-patch+json"


class KubernetesError(PipelinesError):
    """The cluster could not be asked, or refused. ``status`` is that of its answer."""


class Kubernetes:
    """Asks the API server of the cluster as this pod's service account.

    Over https only, and only with the pod's own CA. A directory without ``ca.crt`` is not that of
    a real pod: then it is plain HTTP, and only to this machine.

    Args:
        directory: with ``token``, ``ca.crt`` and ``namespace``, as mounted in every pod.
        environ: environment variables, by default those of this process.

    Raises:
        KubernetesError: ``cluster-absent`` where this is not a pod, ``cluster-untrusted`` without
            a CA.
    """

    def __init__(
        self, directory: str | os.PathLike[str], environ: Mapping[str, str] | None = None
    ) -> None:
        env = os.environ if environ is None else environ
        self._directory = Path(directory)
        token = self._directory / "token"
        host, port = env.get("KUBERNETES_SERVICE_HOST", ""), env.get("KUBERNETES_SERVICE_PORT", "")
        if not host or not port.isdecimal():
            raise _absent("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set")
        if not TokenFile(token).exists():
            raise _absent(f"there is no {token}")
        ca_cert = self._directory / "ca.crt"
        if not ca_cert.exists() and not _is_this_machine(host):
            why = f"there is no {ca_cert}"
            raise KubernetesError("cluster-untrusted", why, facts={"host": host, "said": why})
        scheme = "https" if ca_cert.exists() else "http"
        address = f"[{host}]" if ":" in host else host
        self.url = f"{scheme}://{address}:{port}"
        self._token = TokenFile(token)
        self._session = Session(
            self.url,
            self._token,
            str(ca_cert) if scheme == "https" else "",
            TIMEOUT,
            max_bytes=MAX_BYTES,
            proxies=False,
        )

    @property
    def identity(self) -> Claims:
        """What the pod's ordinary token says of itself; empty where it does not say."""
        return self._token.claims() or Claims()

    @property
    def account(self) -> tuple[str, str]:
        """Namespace and name of the pod's service account; empty texts where unknown."""
        parts = self.identity.subject.split(":")  # system:serviceaccount:<namespace>:<name>
        if len(parts) == 4 and parts[:2] == ["system", "serviceaccount"]:
            return parts[2], parts[3]
        return "", ""

    def allows(
        self, verb: str, resource: str, *, namespace: str, name: str = "", group: str = ""
    ) -> bool:
        """Ask whether this account may use ``verb`` on ``resource`` (or ``resource/subresource``).

        Raises:
            KubernetesError: the cluster could not be asked.
        """
        resource, _, subresource = resource.partition("/")
        attributes = {
            "verb": verb,
            "group": group,
            "resource": resource,
            "subresource": subresource,
            "namespace": namespace,
            "name": name,
        }
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {k: v for k, v in attributes.items() if v}},
        }
        answer = self.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)
        status = _object(answer).get("status")
        return isinstance(status, dict) and status.get("allowed") is True

    def get(
        self, path: str, params: Mapping[str, str] | None = None, *, accept: str = ""
    ) -> JsonDict:
        """Return an object, in the representation that ``accept`` names.

        Raises:
            KubernetesError: the cluster could not be asked, or refused.
        """
        return _object(self._send("GET", path, params, accept=accept))

    @contextmanager
    def stream(
        self, path: str, params: Mapping[str, str], *, accept: str, seconds: float
    ) -> Iterator[Stream]:
        """Open a watch, for at most so many seconds. Raises as `get`, also while it is read."""
        try:
            with self._session.stream(path, params, accept=accept, seconds=seconds) as stream:
                if stream.status != 200:
                    raise _refusal(
                        Answer(stream.status, stream.headers, stream.body(), self.url + path, True),
                        self.url,
                    )
                yield stream
        except TokenError as error:
            raise _unusable(error) from None
        except KubernetesError:
            raise
        except PipelinesError as error:
            raise self._out_of_reach(error) from None

    def text(self, path: str) -> str:
        """Return what is no object, such as the log of a pod. Raises as `get`."""
        return self._send("GET", path).text

    def post(self, path: str, document: Body) -> Answer:
        """Send a document and return the answer, which may hold a token. Raises as `get`."""
        return self._send("POST", path, body=document)

    def patch(self, path: str, steps: Body, *, dry_run: bool) -> JsonDict:
        """Apply a JSON patch and return the object as it then is, or would be. Raises as `get`."""
        params = {"fieldManager": "jupyter-kfp-auth"} | ({"dryRun": "All"} if dry_run else {})
        return _object(self._send("PATCH", path, params, body=steps, content_type=_JSON_PATCH))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def __enter__(self) -> Kubernetes:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _send(
        self, method: str, path: str, params: Mapping[str, str] | None = None, **body: Any
    ) -> Answer:
        try:
            answer = self._session.request(method, path, params, needs_token=True, **body)
        except TokenError as error:
            raise _unusable(error) from None
        except PipelinesError as error:
            raise self._out_of_reach(error) from None
        if 200 <= answer.status < 300:
            return answer
        raise _refusal(answer, self.url)

    def _out_of_reach(self, error: PipelinesError) -> KubernetesError:
        trust = error.cause_code.startswith("tls-") or not isinstance(error, Unreachable)
        code = "cluster-untrusted" if trust else "cluster-unreachable"
        facts = {"host": self.url, "said": error.detail}
        return KubernetesError(code, error.detail, facts=facts)


_CODES = {
    401: "cluster-denied",
    403: "cluster-denied",
    404: "cluster-not-found",
    409: "cluster-conflict",
}


def _refusal(answer: Answer, url: str) -> KubernetesError:
    """Return the error for an answer that is not the wanted one."""
    said = _said(answer)
    facts = {"said": said, "host": url, "status": str(answer.status)}
    code = _CODES.get(answer.status, "cluster-failed")
    return KubernetesError(code, f"HTTP {answer.status}: {said}", status=answer.status, facts=facts)


def _unusable(error: TokenError) -> KubernetesError:
    return _absent(f"the pod's own token is not usable: {error.detail}")


def _absent(why: str) -> KubernetesError:
    return KubernetesError("cluster-absent", why, facts={"said": why})


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _object(answer: Answer) -> JsonDict:
    """Return the object in an answer."""
    try:
        document = answer.json()
    except ValueError:
        document = None
    if isinstance(document, dict):
        return document
    raise KubernetesError(
        "cluster-failed",
        "the answer is not an object of Kubernetes",
        status=answer.status,
        facts={"said": "the answer is not an object of Kubernetes"},
    )


def _said(answer: Answer) -> str:
    """Return the message of a refusal (a ``Status`` object), or the beginning of what there is."""
    try:
        document = answer.json()
    except ValueError:
        document = None
    message = document.get("message") if isinstance(document, dict) else None
    text = message if isinstance(message, str) and message else answer.text
    return redacted(text) or "no reason given"
