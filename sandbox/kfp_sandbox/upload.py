"""Uploads of compiled pipelines: multipart forms, packages, and errors of a shape of their own."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from typing import Any

from tornado.httputil import HTTPFile, parse_body_arguments

from . import pipeline_spec
from .errors import ALREADY_EXISTS, INVALID_ARGUMENT, ApiError
from .pipelines import NewVersion, Pipelines
from .routing import Call, Reply, Router
from .state import ServerState
from .store import Row

_LIMIT = 32 * 1024 * 1024
_ENDINGS = (".yaml", ".yml", ".json", ".zip", ".gz", ".tgz")
_UNREADABLE = "Failed to read a pipeline spec file"
_NO_PIPELINE = "Failed to create a pipeline"
_NO_VERSION = "Failed to create a pipeline version"

ToJson = Callable[[Row], dict[str, Any]]


class _Refused(Exception):
    """A failed upload. What the server finds before it stores anything is sent as plain text."""

    def __init__(self, text: str, status: int = 400, *, late: bool = False) -> None:
        super().__init__(text)
        self.reply = Reply.of_json({"error_message": text, "error_details": text}, status)
        if not late:
            self.reply.headers["Content-Type"] = "text/plain; charset=utf-8"


class Uploads:
    """The two upload routes of one version of the API."""

    def __init__(
        self,
        server: ServerState,
        pipelines: Pipelines,
        router: Router,
        root: str,
        pipeline_json: ToJson,
        version_json: ToJson,
    ) -> None:
        self._server = server
        self._pipelines = pipelines
        self._pipeline_json = pipeline_json
        self._version_json = version_json
        router.add("POST", f"{root}/pipelines/upload", self._pipeline)
        router.add("POST", f"{root}/pipelines/upload_version", self._version)

    def _pipeline(self, call: Call) -> Any:
        if self._hangs(call):
            return Reply(0, b"", delivery="silent")
        try:
            file_name, document = _file(call, "Failed to read pipeline from file")
            namespace = call.query.get("namespace", "") if self._server.multi_user else ""
            _authorize(lambda: self._pipelines.authorize_upload(call, namespace), _NO_PIPELINE)
            new = _new_version(call, file_name, document)
            if len(new.name) > 128:
                return Reply.of_text("Pipeline.Name length cannot exceed 128\n", 400)
            row = self._add_pipeline(new, namespace)
        except _Refused as refused:
            return refused.reply
        return self._pipeline_json(row)

    def _hangs(self, call: Call) -> bool:
        """Whether the upload is one of those that 2.17.0 never answers, and shall not be."""
        if not self._server.faults.find("upload-hangs"):
            return False
        try:
            pipeline_spec.check_syntax(_file(call, "")[1])
        except ApiError:
            return self._server.faults.take("upload-hangs", call.path) is not None
        except _Refused:
            pass
        return False

    def _add_pipeline(self, new: NewVersion, namespace: str) -> Row:
        text = "Failed to create a pipeline and a pipeline version"
        if not new.document.strip():
            raise _Refused(text, 500, late=True)
        try:
            pipeline_spec.parse(new.document)
            row = self._pipelines.add(
                new.name, namespace, new.display_name, new.description, new.tags
            )
            new.tags = {}
            self._pipelines.add_version(row["id"], new)
        except ApiError as error:
            raise _failure(error, text) from None
        return self._server.row("pipelines", row["id"])

    def _version(self, call: Call) -> Any:
        if self._hangs(call):
            return Reply(0, b"", delivery="silent")
        try:
            file_name, document = _file(call, _NO_VERSION)
            pipeline_id = call.query.get("pipelineid", "")
            pipeline = self._server.store.get("pipelines", pipeline_id)
            if pipeline is None:
                raise _Refused(_NO_VERSION)
            _authorize(
                lambda: self._pipelines.authorize_upload(call, pipeline["namespace"]), _NO_VERSION
            )
            new = _new_version(call, file_name, document)
            try:
                row = self._pipelines.add_version(pipeline_id, new)
            except ApiError as error:
                raise _failure(error, _NO_VERSION) from None
        except _Refused as refused:
            return refused.reply
        return self._version_json(row)


def _failure(error: ApiError, text: str) -> _Refused:
    if error.code == ALREADY_EXISTS:
        return _Refused(text, 409, late=True)
    if error.code == INVALID_ARGUMENT:
        return _Refused(error.external or text, late=True)
    return _Refused(text, 500, late=True)


def _authorize(check: Callable[[], None], text: str) -> None:
    try:
        check()
    except ApiError:
        raise _Refused(text) from None  # 400, whatever the reason


def _new_version(call: Call, file_name: str, document: str) -> NewVersion:
    query = call.query
    display_name = query.get("display_name", "")
    name = query.get("name", "") or display_name or file_name
    tags: dict[str, str] = {}
    if query.get("tags"):
        try:
            tags = json.loads(query["tags"])
        except ValueError:
            raise _Refused(
                "Failed to parse tags query parameter. Expected JSON object with string keys "
                "and values"
            ) from None
    return NewVersion(
        name,
        document,
        display_name or name,
        query.get("description", ""),
        query.get("code_source_url", ""),
        tags,
    )


def _file(call: Call, text: str) -> tuple[str, str]:
    """The name and the text of the uploaded pipeline."""
    files: dict[str, list[HTTPFile]] = {}
    kind = call.headers.get("Content-Type") or ""
    if kind.startswith("multipart/form-data"):
        parse_body_arguments(kind, call.body, {}, files)
    if not files.get("uploadfile"):
        raise _Refused(text)
    upload = files["uploadfile"][0]
    if not upload["filename"].lower().endswith(_ENDINGS):
        raise _Refused(_UNREADABLE)
    try:
        content = _unpack(upload["body"])
        if len(content) > _LIMIT:
            raise ValueError("too large")
        return upload["filename"], content.decode()
    except (ValueError, KeyError, tarfile.TarError, zipfile.BadZipFile):
        raise _Refused(_UNREADABLE) from None


def _unpack(body: bytes) -> bytes:
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            return package.read(_main(package.namelist()))
    if body.startswith(b"\x1f\x8b"):
        with tarfile.open(fileobj=io.BytesIO(body)) as package:
            names = [member.name for member in package.getmembers() if member.isfile()]
            extracted = package.extractfile(_main(names))
            return extracted.read() if extracted else b""
    return body


def _main(names: list[str]) -> str:
    if not names:
        raise ValueError("an empty package")
    return "pipeline.yaml" if "pipeline.yaml" in names else names[0]
