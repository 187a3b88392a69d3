"""Where an artifact lies, and how its store is reached, as KFP writes both."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ...http.errors import PipelinesError
from ...http.strict_json import JsonObject

#: The kind of store behind each scheme.
_PROVIDERS = {
    "minio": "minio",
    "s3": "s3",
    "gs": "gs",
    "gcs": "gs",
    "az": "azure",
    "azblob": "azure",
    "abfs": "azure",
    "abfss": "azure",
    "wasbs": "azure",
}
_URI = re.compile(r"([a-z][a-z0-9+.-]*)://([^/?#]+)(?:/(.*))?", re.DOTALL)


class ArtifactError(PipelinesError):
    """An artifact cannot be read; the cause says why."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place in an object store.

    Attributes:
        provider: ``minio``, ``s3``, ``gs`` or ``azure``.
        bucket: its name; the container's in Azure.
        key: of the object, or the prefix of several; empty for the whole bucket.
        account: in Azure; empty otherwise.
    """

    provider: str
    bucket: str
    key: str
    account: str = ""

    @classmethod
    def of(cls, uri: str) -> Location:
        """Decode a uri. What stands behind the bucket is the key as it is, ``?`` and ``#`` too.

        Raises:
            ArtifactError: there is no such store, or none that is read here.
        """
        found = _URI.fullmatch(uri)
        provider = _PROVIDERS.get(found[1]) if found else None
        bucket = found[2].rpartition("@")[2] if found else ""
        if found is None or provider is None or not bucket:
            scheme = uri.partition(":")[0][:20]
            raise ArtifactError(
                "artifact-scheme", f"nothing here reads {scheme}://", facts={"scheme": scheme}
            )
        account = ""
        if provider == "azure" and "@" in found[2]:  # container@account.blob.core.windows.net
            bucket, _, host = found[2].partition("@")
            account = host.partition(".")[0]
        return cls(provider, bucket, (found[3] or "").rstrip("/"), account)


@dataclass(frozen=True, slots=True)
class StoreAccess:
    """How a store is reached: the decoded ``store_session_info``.

    Attributes:
        endpoint: its address with a scheme; empty for the provider's own.
        region: empty for the default one.
        from_environment: whether the pod's own identity is used.
        secret: name of the Secret with the keys; empty for none.
        access_key: which entry of the Secret is the key's id.
        secret_key: which entry is the key itself.
        token_key: which entry is a service account's JSON (``gs``).
        path_style: whether the bucket stands in the path and not in the host's name.
    """

    endpoint: str = ""
    region: str = ""
    from_environment: bool = False
    secret: str = ""
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    token_key: str = field(default="", repr=False)
    path_style: bool = True

    @property
    def secret_entries(self) -> tuple[str, str, str, str]:
        """Which entries of which Secret are read."""
        return self.secret, self.access_key, self.secret_key, self.token_key

    @classmethod
    def decoded(cls, text: str) -> StoreAccess | None:
        """Decode ``store_session_info``; ``None`` where there is none, or it is not JSON."""
        try:
            found = json.loads(text) if text else None
        except ValueError:
            return None
        if not isinstance(found, dict) or not isinstance(found.get("Params"), dict):
            return None
        return cls.of(found["Params"], str(found.get("Provider")))

    @classmethod
    def of(cls, params: JsonObject, provider: str) -> StoreAccess:
        """Decode the parameters: every value is text, or absent."""

        def text(name: str) -> str:
            value = params.get(name)
            return str(value) if isinstance(value, (str, int, float)) else ""

        def flag(name: str, default: bool) -> bool:
            return text(name).lower() == "true" if text(name) else default

        # KFP's launcher takes the path style unless it is told otherwise, and so do we.
        return cls(
            endpoint=address(text("endpoint"), plain=flag("disableSSL", False)),
            region=text("region"),
            from_environment=flag("fromEnv", False),
            secret=text("secretName"),
            access_key=text("accessKeyKey"),
            secret_key=text("secretKeyKey"),
            token_key=text("tokenKey"),
            path_style=flag("forcePathStyle", provider == "minio" or bool(text("endpoint"))),
        )


def address(endpoint: str, *, plain: bool) -> str:
    """Return an endpoint with its scheme, without a user or a query; empty for none.

    Raises:
        ArtifactError: it is not the address of a host.
    """
    if not endpoint:
        return ""
    given = endpoint if "://" in endpoint else f"{'http' if plain else 'https'}://{endpoint}"
    try:
        parts = urlsplit(given)
        usable = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    except ValueError:
        usable = False
    if not usable:
        raise ArtifactError("artifact-store-unknown", "the store's endpoint is not an address")
    scheme = "http" if plain else parts.scheme
    return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}"
