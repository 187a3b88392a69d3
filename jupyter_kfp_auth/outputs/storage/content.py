"""Read and save artifacts. Keys stay inside the object that holds the store."""

from __future__ import annotations

import io
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from ...http.errors import Explain
from ...http.strict_json import JsonDict
from ..models import Artifact, ArtifactFile
from .access import StoreKeys, StoreSecret
from .location import ArtifactError, Location, StoreAccess

#: Files of a folder that are listed and saved at most.
MAX_FILES = 10_000

#: Bytes that are fetched at a time.
_PIECE = 256 * 1024

_OPTIONS = {"connect_timeout": "5s", "timeout": "60s"}
_RETRIES = {"max_retries": 2}


class StoredContent:
    """Reads what artifacts hold, from whichever store each lies in. Thread-safe.

    Args:
        keys: finds how a store is reached.
        namespace: of the user, for artifacts that name none.
        explain: turns an error into a diagnosis.
    """

    def __init__(
        self,
        keys: StoreKeys,
        namespace: str,
        explain: Explain | None = None,
    ) -> None:
        self._keys = keys
        self._namespace = namespace
        self._explain = explain
        self._lock = threading.Lock()
        self._stores: dict[tuple[str, ...], Any] = {}

    def __repr__(self) -> str:
        return "StoredContent()"

    def read(self, artifact: Artifact, limit: int | None) -> bytes:
        """Return the content, or its first ``limit`` bytes. Raises `ArtifactError`."""
        if limit is not None and limit < 0:
            raise ValueError("limit must not be negative")
        pieces, size = [], 0
        for piece in self.stream(artifact):
            pieces.append(piece)
            size += len(piece)
            if limit is not None and size >= limit:
                break
        found = b"".join(pieces)
        return found if limit is None else found[:limit]

    def stream(self, artifact: Artifact) -> Iterator[bytes]:
        """Yield the content in pieces. Raises `ArtifactError`."""
        with self._guarded(artifact) as (store, location):
            import obstore

            try:
                answer = obstore.get(store, location.key)
            except _missing():
                raise self._folder_or_gone(store, artifact, location) from None
            pieces = iter(answer.stream(min_chunk_size=_PIECE))
        while True:
            with self._guarded(artifact):
                piece = next(pieces, None)
            if piece is None:
                return
            yield bytes(piece)

    def open(self, artifact: Artifact) -> IO[bytes]:
        """Return a seekable file. Raises `ArtifactError`."""
        with self._guarded(artifact) as (store, location):
            import obstore

            try:
                reader = obstore.open_reader(store, location.key)
            except _missing():
                raise self._folder_or_gone(store, artifact, location) from None
        return io.BufferedReader(_Reader(reader, lambda: self._guarded(artifact)), _PIECE)

    def files(self, artifact: Artifact) -> tuple[ArtifactFile, ...]:
        """Return the files of a folder, or the single file itself. Raises `ArtifactError`."""
        with self._guarded(artifact) as (store, location):
            import obstore

            try:
                found = obstore.head(store, location.key)
                return (ArtifactFile("", found["size"]),)
            except _missing():
                listed = self._listed(store, location)
            if not listed:
                raise _gone(artifact)
            return tuple(listed)

    def save(self, artifact: Artifact, path: Path) -> Path:
        """Copy the file or folder to ``path``. Raises `ArtifactError`, `FileExistsError`."""
        files = self.files(artifact)
        if len(files) == 1 and not files[0].name:
            if path.is_dir():
                raise FileExistsError(f"{path} is a folder, and the artifact is a file")
            self._save(artifact, path)
            return path
        if path.is_file() or (path.is_dir() and any(path.iterdir())):
            raise FileExistsError(f"{path} exists already")
        for file in files:
            target = path / _inside(artifact, file.name)
            self._save(_part(artifact, file.name), target)
        return path

    # -----------------------------------------------------------------------------------------

    @contextmanager
    def _guarded(self, artifact: Artifact) -> Iterator[tuple[Any, Location]]:
        """Give the store of an artifact; errors of its library, which hold addresses, become ours.

        Raises:
            ArtifactError: of the library, or where there is no way to the store.
        """
        facts = {"artifact": artifact.name}
        try:
            location = Location.of(artifact.uri)
            facts |= {"bucket": location.bucket, "provider": location.provider}
            yield self._store(artifact, location), location
            return
        except ArtifactError as error:
            error.explain = self._explain
            raise
        except ImportError:
            facts = {"library": "obstore"}
            problem = ArtifactError("outputs-library-missing", "obstore", facts=facts)
        except Exception as error:
            foreign = not type(error).__module__.startswith("obstore")
            if foreign and not isinstance(error, (ValueError, OSError)):
                raise
            error.__traceback__ = None  # its frames hold keys, and a debugger would show them
            kind = type(error).__name__
            facts["said"] = f"{kind}."
            problem = ArtifactError(_cause(kind, str(error)), f"{kind} of the store", facts=facts)
        problem.explain = self._explain
        raise problem from None

    def _save(self, artifact: Artifact, path: Path) -> None:
        """Write a file beside its place first, so that a broken one is never taken for whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name[:50]}-{secrets.token_hex(4)}")
        try:
            with temporary.open("xb") as out:
                for piece in self.stream(artifact):
                    out.write(piece)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def _listed(self, store: Any, location: Location) -> list[ArtifactFile]:
        import obstore

        found: list[ArtifactFile] = []
        prefix = f"{location.key}/"
        for page in obstore.list(store, prefix=location.key or None, chunk_size=1000):
            for item in page:
                name = item["path"].removeprefix(prefix)
                if name and name != item["path"]:
                    found.append(ArtifactFile(name, item["size"]))
            if len(found) >= MAX_FILES:
                break
        return sorted(found[:MAX_FILES], key=lambda file: file.name)

    def _folder_or_gone(
        self, store: object, artifact: Artifact, location: Location
    ) -> ArtifactError:
        if self._listed(store, location):
            return ArtifactError(
                "artifact-is-folder",
                f"{artifact.name} is a folder",
                facts={"artifact": artifact.name},
            )
        return _gone(artifact)

    def _store(self, artifact: Artifact, location: Location) -> Any:
        """Return the store of an artifact; connections are shared among all of one bucket."""
        namespace = artifact.namespace or self._namespace
        key = (artifact.session, namespace, location.provider, location.bucket, location.account)
        with self._lock:
            found = self._stores.get(key)
        if found is None:
            access = self._keys.access(location, artifact.session, namespace)
            secret = self._keys.secret(access, namespace) if _needs_secret(access) else None
            found = _connect(location, access, secret)
            with self._lock:
                self._stores[key] = found
        return found


class _Reader(io.RawIOBase):
    """A file of an object store as Python knows files; its errors are ours."""

    def __init__(self, reader: Any, guard: Callable[[], AbstractContextManager[object]]) -> None:
        self._reader = reader
        self._guard = guard

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with self._guard():
            found = bytes(self._reader.read(len(buffer)))
        buffer[: len(found)] = found
        return len(found)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with self._guard():
            return int(self._reader.seek(offset, whence))

    def tell(self) -> int:
        return int(self._reader.tell())


_CAUSES = {
    "FileNotFoundError": "artifact-gone",
    "NotFoundError": "artifact-gone",
    "PermissionError": "artifact-denied",
    "PermissionDeniedError": "artifact-denied",
    "UnauthenticatedError": "artifact-denied",
}
_NETWORK = ("error sending request", "kind: Connect", "timed out", "dns error")
_DENIED = ("status 403", "status 401", "Forbidden", "AccessDenied", "InvalidAccessKeyId")
_NO_KEYS = ("credential", "Credential", "token endpoint", "metadata/identity")


def _cause(kind: str, said: str) -> str:
    """Return the cause of an error of the library."""
    if kind in _CAUSES:
        return _CAUSES[kind]
    for words, cause in (
        (_DENIED, "artifact-denied"),
        (_NO_KEYS, "artifact-no-identity"),
        (_NETWORK, "artifact-unreachable"),
    ):
        if any(word in said for word in words):
            return cause
    return "artifact-failed"


def _missing() -> tuple[type[Exception], ...]:
    from obstore.exceptions import NotFoundError

    return NotFoundError, FileNotFoundError  # which of them depends on the release


def _needs_secret(access: StoreAccess) -> bool:
    return bool(access.secret) and not access.from_environment


def _connect(location: Location, access: StoreAccess, secret: StoreSecret | None) -> Any:
    from obstore.store import AzureStore, GCSStore, S3Store

    options: JsonDict = {**_OPTIONS, "allow_http": access.endpoint.startswith("http://")}
    shared: JsonDict = {"client_options": options, "retry_config": _RETRIES}
    if location.provider == "gs":
        more: JsonDict = {}
        if secret is not None and access.token_key:
            more["service_account_key"] = secret.entry(access.token_key)
        return GCSStore(location.bucket, **shared, **more)
    if location.provider == "azure":
        more = {"account_name": location.account} if location.account else {}
        if secret is not None and access.secret_key:
            more["account_key"] = secret.entry(access.secret_key)
        return AzureStore(location.bucket, **shared, **more)
    more = {"virtual_hosted_style_request": not access.path_style}
    if access.endpoint:
        more["endpoint"] = access.endpoint
    if access.region:
        more["region"] = access.region
    if secret is not None:
        # Not as settings: those would be mixed with a session token of the environment.
        keys = {
            "access_key_id": secret.entry(access.access_key),
            "secret_access_key": secret.entry(access.secret_key),
            "expires_at": None,
        }
        more["credential_provider"] = lambda: keys
    return S3Store(location.bucket, **shared, **more)


def _gone(artifact: Artifact) -> ArtifactError:
    return ArtifactError(
        "artifact-gone", f"there is nothing at {artifact.uri}", facts={"artifact": artifact.name}
    )


def _part(artifact: Artifact, name: str) -> Artifact:
    """Return a file of a folder as an artifact of its own."""
    return Artifact(
        artifact.id,
        artifact.name,
        artifact.type,
        f"{artifact.uri.rstrip('/')}/{name}",
        session=artifact.session,
        namespace=artifact.namespace,
        content=artifact.content,
    )


def _inside(artifact: Artifact, name: str) -> Path:
    """Return the relative path of a file; keys come from components, so they are not trusted."""
    parts = PurePosixPath(name).parts
    if any(part in ("..", "/") or "\\" in part or "\0" in part for part in parts):
        raise ArtifactError(
            "artifact-failed",
            f"the file {name[:80]!r} would be written outside its folder",
            facts={"artifact": artifact.name, "said": "a file of it would lie outside."},
        )
    return Path(*parts)
