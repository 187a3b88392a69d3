"""The object store of the runs, as S3 serves it: one bucket, to be read."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from urllib.parse import unquote
from xml.sax.saxutils import escape

from . import content, logs
from .produced import BUCKET, LOG, Execution, File, executions
from .routing import Call, Reply
from .run_state import RunStates
from .state import ServerState

SECRET = "mlpipeline-minio-artifact"  # noqa: S105 - its name
KEYS = {"accesskey": "sandbox", "secretkey": "sandbox-secret-key"}

_KEY = re.compile(r"v2/artifacts/[^/]+/(?P<run>[0-9a-f-]{36})(?:/.*)?", re.DOTALL)
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


class ObjectStore:
    """Serves what the tasks of runs have put out."""

    def __init__(self, server: ServerState, run_states: RunStates) -> None:
        self._server = server
        self._run_states = run_states

    def serves(self, path: str) -> bool:
        """Whether the path is one of the object store."""
        return path == f"/{BUCKET}" or path.startswith(f"/{BUCKET}/")

    def answer(self, call: Call) -> Reply:
        """Answer a request for an object or a list of objects."""
        allowed = f"Credential={KEYS['accesskey']}/" in (call.headers.get("Authorization") or "")
        if not allowed:
            return _error(403, "AccessDenied", "Access Denied.")
        if call.method not in ("GET", "HEAD"):
            return _error(501, "NotImplemented", "The sandbox's bucket is only read.")
        key = unquote(call.path[len(BUCKET) + 2 :])
        if not key:
            return self._list(call.query.get("prefix", ""))
        data = self._objects(key).get(key)
        if data is None:
            return _error(404, "NoSuchKey", "The specified key does not exist.")
        return self._object(call, data)

    def _object(self, call: Call, data: bytes) -> Reply:
        headers = {
            "Content-Type": "application/octet-stream",
            "ETag": f'"{len(data):x}"',
            "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT",
            "Accept-Ranges": "bytes",
        }
        status, wanted = 200, _RANGE.fullmatch(call.headers.get("Range") or "")
        if wanted and (wanted[1] or wanted[2]):
            size = len(data)
            start = int(wanted[1]) if wanted[1] else max(0, size - int(wanted[2]))
            end = min(size, int(wanted[2]) + 1) if wanted[1] and wanted[2] else size
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
            status, data = 206, data[start:end]
        if call.method == "HEAD":
            headers["Content-Length"] = str(len(data))
            data = b""
        return Reply(status, data, headers)

    def _list(self, prefix: str) -> Reply:
        found = {k: v for k, v in self._objects(prefix).items() if k.startswith(prefix)}
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-01-01T00:00:00.000Z"
            f"</LastModified><ETag>&quot;{len(data):x}&quot;</ETag><Size>{len(data)}</Size>"
            "<StorageClass>STANDARD</StorageClass></Contents>"
            for key, data in sorted(found.items())
        )
        body = (
            f'{_XML}<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<Name>{BUCKET}</Name><Prefix>{escape(prefix)}</Prefix>"
            f"<KeyCount>{len(found)}</KeyCount><MaxKeys>1000</MaxKeys>"
            f"<IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
        )
        return Reply.of_text(body, 200, "application/xml")

    def _objects(self, key: str) -> Mapping[str, bytes]:
        """Return the objects of the run to which a key, or the beginning of one, belongs."""
        match = _KEY.fullmatch(key)
        row = self._server.store.get("runs", match["run"]) if match else None
        found: dict[str, bytes] = {}
        for one in executions(self._run_states, row) if row else ():
            for file in one.wrote:
                for name, data in self._files(one, file).items():
                    found[f"{file.key}/{name}" if name else file.key] = data
        return found

    def _files(self, one: Execution, file: File) -> Mapping[str, bytes]:
        if file.name == LOG and one.pod:
            return {"": logs.text(logs.log(one.pod, self._server.now())).encode()}
        return content.files(file.type, file.name, file.metadata, file.key)


def _error(status: int, code: str, text: str) -> Reply:
    body = f"{_XML}<Error><Code>{code}</Code><Message>{text}</Message></Error>"
    return Reply.of_text(body, status, "application/xml")


def secret(namespace: str) -> dict[str, object]:
    """The Secret in which Kubeflow keeps the keys of a namespace."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": SECRET, "namespace": namespace},
        "data": {name: base64.b64encode(key.encode()).decode() for name, key in KEYS.items()},
        "type": "Opaque",
    }
