"""Files as the body of a request."""

from __future__ import annotations

from urllib3.filepost import encode_multipart_formdata


def encode_file(field: str, filename: str, content: bytes) -> tuple[bytes, str]:
    """Return the body of a form with one file in it, and its content type."""
    return encode_multipart_formdata({field: (filename, content, "application/octet-stream")})
