"""The keys of a store: from the namespace's Secrets, its ``kfp-launcher``, or the pod itself."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from urllib.parse import quote

from ...cluster.client import Kubernetes, KubernetesError
from ...http.strict_json import JsonDict, JsonObject
from ...pipelines.fields import mapping, objects, text
from ...pipelines.yaml_loader import NotYaml, documents
from .location import ArtifactError, Location, StoreAccess

#: What KFP takes for ``minio://`` where nothing is configured.
_MINIO = {
    "endpoint": "seaweedfs.kubeflow:9000",
    "disableSSL": "true",
    "region": "minio",
    "secretName": "mlpipeline-minio-artifact",
    "accessKeyKey": "accesskey",
    "secretKeyKey": "secretkey",
}
_DEFAULT = (_MINIO["secretName"], _MINIO["accessKeyKey"], _MINIO["secretKeyKey"], "")
_CONFIG = "kfp-launcher"

#: Names in the ConfigMap, and in ``store_session_info``.
_SECRET_NAMES = ("secretName", "accessKeyKey", "secretKeyKey", "tokenKey")


class StoreSecret:
    """The entries of a Secret, which no traceback with variables shows.

    Args:
        document: the Secret as Kubernetes gives it.
    """

    __slots__ = ("_entries",)

    def __init__(self, document: JsonObject) -> None:
        self._entries = {name: _decoded(value) for name, value in mapping(document, "data").items()}

    def __repr__(self) -> str:
        return "StoreSecret()"

    def entry(self, name: str) -> str:
        """Return an entry; empty where there is none, or none that is text."""
        return self._entries.get(name, "")


class StoreKeys:
    """Finds how a store is reached, as the pod's own account in Kubernetes.

    Args:
        kubernetes: connects to the cluster; called when a Secret or ConfigMap is needed.
        kfp_namespace: where KFP itself is installed.
    """

    def __init__(self, kubernetes: Callable[[], Kubernetes], kfp_namespace: str) -> None:
        self._kubernetes = kubernetes
        self._kfp_namespace = kfp_namespace

    def access(self, location: Location, session: str, namespace: str) -> StoreAccess:
        """Return how an artifact's store is reached.

        What the run noted counts; where it noted no address of a MinIO (importers do not), that
        of the namespace's configuration, and then KFP's own default.
        """
        noted = StoreAccess.decoded(session)
        default = self._default()
        if noted is not None and (noted.endpoint or location.provider != "minio"):
            # Anyone in the cluster can write to the metadata store. So what stands there never
            # decides which Secret is read: KFP's own default, or the namespace's configuration.
            if not noted.secret or noted.from_environment or noted.secret_entries == _DEFAULT:
                return noted
            for allowed in self._configured(location, namespace):
                if allowed.secret_entries == noted.secret_entries:
                    return noted
            raise ArtifactError(
                "artifact-secret-foreign",
                f"the Secret {noted.secret} is not that of a store of {namespace}",
                facts={"secret": noted.secret, "namespace": namespace},
            )
        for configured in self._configured(location, namespace):
            return configured
        return default if location.provider == "minio" else StoreAccess(from_environment=True)

    def secret(self, access: StoreAccess, namespace: str) -> StoreSecret:
        """Return the store's Secret.

        Raises:
            ArtifactError: there is no such Secret, or this account may not read it.
        """
        path = f"/api/v1/namespaces/{quote(namespace)}/secrets/{quote(access.secret, safe='')}"
        facts = {"secret": access.secret, "namespace": namespace}
        try:
            with self._kubernetes() as cluster:
                found = StoreSecret(cluster.get(path))
        except KubernetesError as error:
            cause = _CAUSES.get(error.cause_code, "artifact-no-cluster")
            raise ArtifactError(cause, error.detail, facts=facts) from None
        for name in (access.access_key, access.secret_key, access.token_key):
            if name and not found.entry(name):
                raise ArtifactError(
                    "artifact-secret-incomplete",
                    f"the Secret {access.secret} has no entry {name}",
                    facts={**facts, "entry": name},
                )
        return found

    def _default(self) -> StoreAccess:
        endpoint = _MINIO["endpoint"].replace(".kubeflow", f".{self._kfp_namespace}")
        return StoreAccess.of({**_MINIO, "endpoint": endpoint}, "minio")

    def _configured(self, location: Location, namespace: str) -> Iterator[StoreAccess]:
        """Yield what the namespace's ``kfp-launcher`` says of a store, the best first."""
        path = f"/api/v1/namespaces/{quote(namespace)}/configmaps/{_CONFIG}"
        try:
            with self._kubernetes() as cluster:
                data = mapping(cluster.get(path), "data")
            found = documents(text(data, "providers"))
        except (KubernetesError, NotYaml):
            return
        providers = found[0] if found and isinstance(found[0], dict) else {}
        provider = mapping(providers, location.provider)
        for configured in (*objects(provider, "overrides"), mapping(provider, "default")):
            bucket = text(configured, "bucketName")
            prefix = text(configured, "keyPrefix").strip("/")
            inside = not prefix or f"{location.key}/".startswith(f"{prefix}/")
            if configured and bucket in ("", location.bucket) and inside:
                yield StoreAccess.of(_flat(configured), location.provider)


def _flat(configured: JsonObject) -> JsonDict:
    """Return a provider of the ConfigMap in the names of ``store_session_info``."""
    credentials = mapping(configured, "credentials")
    secret = mapping(credentials, "secretRef")
    names = ("endpoint", "region", "disableSSL", "forcePathStyle")
    flat = {name: _text(configured.get(name)) for name in names if name in configured}
    flat["fromEnv"] = _text(credentials.get("fromEnv", False))
    return flat | {name: _text(secret[name]) for name in _SECRET_NAMES if name in secret}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_CAUSES = {
    "cluster-denied": "artifact-secret-denied",
    "cluster-not-found": "artifact-secret-missing",
}


def _decoded(value: object) -> str:
    try:
        return base64.b64decode(str(value), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
