"""A bounded look into an artifact, and its whole as a download."""

from __future__ import annotations

import base64
import csv
import io
import json
import mimetypes
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from ..http.strict_json import JsonDict
from .models import Artifact, ArtifactFile

#: Bytes that a preview holds at most, and when nobody says.
MAX_PREVIEW = 1024 * 1024
DEFAULT_PREVIEW = 64 * 1024

#: Files of a folder that a preview lists.
_MAX_FILES = 1000

#: Images by their first bytes: what a component calls its artifact says little.
_IMAGES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"BM": "image/bmp",
}
_BY_TYPE = {"HTML": "html", "Markdown": "markdown"}
_BY_ENDING = {
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
}
_MEDIA = {
    "html": "text/html",
    "markdown": "text/markdown",
    "csv": "text/csv",
    "json": "application/json",
    "text": "text/plain",
    "binary": "application/octet-stream",
}


def preview(artifact: Artifact, limit: int = DEFAULT_PREVIEW) -> JsonDict:
    """Return the beginning of an artifact as JSON-ready data.

    It is untrusted: `html` must only be shown in a sandboxed frame.

    Args:
        artifact: to look into.
        limit: bytes of its content, at most `MAX_PREVIEW`.

    Raises:
        PipelinesError: it cannot be read.
    """
    files = artifact.files()
    about: JsonDict = {key: getattr(artifact, key) for key in ("id", "name", "type", "uri")}
    if is_folder(files):
        return {
            **about,
            "media_type": "application/x-directory",
            "kind": "folder",
            "size": sum(file.size for file in files),
            "truncated": len(files) > _MAX_FILES,
            "files": [{"name": f.name, "size": f.size} for f in files[:_MAX_FILES]],
        }
    size = files[0].size
    data = artifact.read(min(limit, MAX_PREVIEW)) if size else b""
    whole = len(data) >= size
    kind, media_type = _kind(artifact, data, whole=whole)
    found = {**about, "media_type": media_type, "kind": kind, "size": size, "truncated": not whole}
    if kind == "image":
        return {**found, "base64": base64.b64encode(data).decode()} if whole else found
    return found if kind == "binary" else {**found, "text": _text(data, whole=whole) or ""}


def is_folder(files: tuple[ArtifactFile, ...]) -> bool:
    """Tell whether these are the files of a folder, and not a single file."""
    return len(files) != 1 or bool(files[0].name)


def download(artifact: Artifact) -> tuple[str, int | None, Iterator[bytes]]:
    """Return a file's name, size (``None``: not known) and pieces; a folder comes as a tar.

    Raises:
        PipelinesError: it cannot be read; also while it is iterated.
    """
    files = artifact.files()
    name = PurePosixPath(artifact.uri.rstrip("/")).name or artifact.name
    if is_folder(files):
        return f"{name}.tar", None, _tar(artifact, name, files)
    return name, files[0].size, artifact.stream()


def _tar(artifact: Artifact, name: str, files: tuple[ArtifactFile, ...]) -> Iterator[bytes]:
    """Yield a tar of a folder, one piece of one file at a time."""
    for file in files:
        part = replace(artifact, uri=f"{artifact.uri.rstrip('/')}/{file.name}")
        entry = tarfile.TarInfo(f"{name}/{file.name}")
        entry.size = file.size
        yield entry.tobuf(tarfile.PAX_FORMAT)
        written = 0
        for piece in part.stream():
            piece = piece[: file.size - written]  # it may have grown since it was listed
            written += len(piece)
            yield piece
        yield b"\0" * (file.size - written + -file.size % tarfile.BLOCKSIZE)
    yield b"\0" * (2 * tarfile.BLOCKSIZE)


def _kind(artifact: Artifact, data: bytes, *, whole: bool) -> tuple[str, str]:
    """Tell what it is by its type, then by its content, then by its name."""
    for beginning, media_type in _IMAGES.items():
        if data.startswith(beginning):
            return "image", media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image", "image/webp"
    text = _text(data, whole=whole)
    if text is None:
        guessed = mimetypes.guess_type(artifact.uri)[0]
        return "binary", guessed or _MEDIA["binary"]
    kind = _BY_TYPE.get(artifact.type.rpartition(".")[2]) or _text_kind(artifact, text, whole=whole)
    return kind, _MEDIA[kind]


def _text_kind(artifact: Artifact, text: str, *, whole: bool) -> str:
    start = text[:500].lstrip().lower()
    if start.startswith(("<!doctype html", "<html")):
        return "html"
    kind = _BY_ENDING.get(PurePosixPath(artifact.uri).suffix.lower(), "")
    if kind == "json" or (not kind and start[:1] in ("{", "[")):
        return "json" if not whole or _is_json(text) else "text"
    if kind:
        return kind
    return "csv" if artifact.type.endswith("Dataset") and _is_table(text) else "text"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_table(text: str) -> bool:
    """Tell whether the first lines have the same number of cells, and more than one."""
    lines = text.splitlines()[:10]
    try:
        rows = [row for row in csv.reader(io.StringIO("\n".join(lines[:9]))) if row]
    except csv.Error:
        return False
    return len(rows) > 1 and len(rows[0]) > 1 and len({len(row) for row in rows}) == 1


def _text(data: bytes, *, whole: bool) -> str | None:
    """Return UTF-8 text, without a letter that the limit has cut; ``None`` for other bytes."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if whole or error.start < len(data) - 3:
            return None
        text = data[: error.start].decode()
    return None if "\0" in text else text
