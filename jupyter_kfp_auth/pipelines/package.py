"""A pipeline as it is uploaded: checked here, because some servers never answer to a broken one."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..http.multipart import encode_file
from ..http.strict_json import JsonObject
from .compiled_pipeline import (
    CompiledPipeline,
    InvalidPipeline,
    from_bytes,
    from_documents,
    read_file,
)
from .errors import InvalidRequest

#: A compiled pipeline: the path of its file, what is in it, or what `compiled_pipeline` made of it.
PipelineSource = str | os.PathLike[str] | JsonObject | CompiledPipeline


@dataclass(frozen=True, slots=True)
class Package:
    """The file to upload, and what is in it."""

    pipeline: CompiledPipeline
    content: bytes = field(repr=False)

    @classmethod
    def of(cls, source: PipelineSource) -> Package:
        """Read what is to be uploaded.

        Raises:
            InvalidRequest: it is not a compiled pipeline.
        """
        try:
            if isinstance(source, (str, os.PathLike)):
                path = Path(source).expanduser()
                content = read_file(path)
                return cls(from_bytes(content, str(path)), content)
            if isinstance(source, Mapping):
                source = from_documents([source], "The definition")
        except InvalidPipeline as error:
            raise InvalidRequest("invalid-request", str(error)) from None
        return cls(source, _as_yaml(source.definition))

    def form(self) -> tuple[bytes, str]:
        """Return the body of the upload, and its content type."""
        suffix = "yaml"  # which the server reads by the end of the name
        if self.content.startswith(b"PK\x03\x04"):
            suffix = "zip"
        elif self.content.startswith(b"\x1f\x8b"):
            suffix = "tar.gz"
        return encode_file("uploadfile", f"pipeline.{suffix}", self.content)


def _as_yaml(definition: JsonObject) -> bytes:
    """Return a definition as a file; the settings of its platform are a document of their own."""
    parts: list[object] = [definition]
    if isinstance(definition.get("pipeline_spec"), Mapping):
        parts = [definition["pipeline_spec"], definition.get("platform_spec")]
    return "\n---\n".join(json.dumps(part) for part in parts if part).encode()
