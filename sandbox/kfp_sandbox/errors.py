"""Errors of the API server, in the shapes of its releases.

Functions that fail raise `ApiError`. Its message is the chain of causes that the server would
log and send, which grows through `wrapping` on the way up, as the server's own wrapping does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .releases import Release

INVALID_ARGUMENT = 3
NOT_FOUND = 5
ALREADY_EXISTS = 6
PERMISSION_DENIED = 7
FAILED_PRECONDITION = 9
ABORTED = 10
UNIMPLEMENTED = 12
INTERNAL = 13
UNAVAILABLE = 14
UNAUTHENTICATED = 16

_HTTP = {
    INVALID_ARGUMENT: 400,
    NOT_FOUND: 404,
    ALREADY_EXISTS: 409,
    PERMISSION_DENIED: 403,
    FAILED_PRECONDITION: 400,
    ABORTED: 409,
    UNIMPLEMENTED: 501,
    INTERNAL: 500,
    UNAVAILABLE: 503,
    UNAUTHENTICATED: 401,
}

_AUTHORIZATION = re.compile(r".*?(?=(Unauthenticated|PermissionDenied): )", re.DOTALL)
_STACK = (
    "\ngithub.com/kubeflow/pipelines/backend/src/common/util.Wrap"
    "\n\t/go/src/github.com/kubeflow/pipelines/backend/src/common/util/error.go:244"
    "\nmain.apiServerInterceptor"
    "\n\t/go/src/github.com/kubeflow/pipelines/backend/src/apiserver/interceptor.go:30"
    "\nruntime.goexit\n\t/usr/local/go/src/runtime/asm_amd64.s:1371"
)


class ApiError(Exception):
    """A failed call.

    Attributes:
        code: the gRPC code.
        message: the internal chain of causes.
        external: the short text for people; none means that the answer has no details.
        http_status: overrides the status that belongs to the code.
        complete: the chain of causes goes no further up.
    """

    complete = False

    def __init__(
        self, code: int, message: str, external: str | None, http_status: int | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.external = external
        self.http_status = http_status

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.http_status or _HTTP.get(self.code, 500)

    def body(self, release: Release) -> bytes:
        """The JSON body as the given release writes it."""
        code, message = self.code, self.message
        document: dict[str, Any] = {}
        if not release.has_v2:
            code, message = self._before_v2()
            document["error"] = message
        elif not release.modern_gateway:
            document["error"] = message
        document |= {"code": code, "message": message}
        if self.external is not None:
            document["details"] = [self._detail(release, code, message, self.external)]
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
        if not release.modern_gateway:
            for character in "&<>":  # Go's encoding/json escapes these
                text = text.replace(character, f"\\u{ord(character):04x}")
        return text.encode()

    def status_of(self, release: Release) -> int:
        """The HTTP status in the given release."""
        if self.code == UNAUTHENTICATED and not release.has_v2:
            return 500
        return self.status

    def _before_v2(self) -> tuple[int, str]:
        """The code and the message of 1.8, whose chain about authorization is another."""
        if self.code not in (UNAUTHENTICATED, PERMISSION_DENIED):
            return self.code, self.message
        chain = "Failed to authorize with API resource references"
        cause = _AUTHORIZATION.sub("", self.message, count=1)
        if self.code == PERMISSION_DENIED:
            return self.code, f"{chain}: {chain}: {cause}"
        # 1.8 does not know a failed authentication from an internal failure.
        cause = cause.partition("request header: ")[2] or cause
        return INTERNAL, f"Internal error: {cause}\n{chain}{_STACK}"

    def _detail(self, release: Release, code: int, message: str, external: str) -> dict[str, Any]:
        if release.has_v2:
            kind = "type.googleapis.com/google.rpc.Status"
            return {"@type": kind, "code": code, "message": external}
        kind = "type.googleapis.com/api.Error"
        if self.code == UNAUTHENTICATED:
            external = message
        return {"@type": kind, "error_message": external, "error_details": message}


@contextmanager
def wrapping(text: str) -> Iterator[None]:
    """Put `text` before the message of an ApiError that passes through."""
    try:
        yield
    except ApiError as error:
        if not error.complete:
            error.message = f"{text}: {error.message}"
        raise


@contextmanager
def converting(text: str) -> Iterator[None]:
    """Let a failed conversion be told with `text` alone before it."""
    try:
        with wrapping(f"{text} due to conversion error"):
            yield
    except ApiError as error:
        error.complete = True
        raise


def invalid_input(text: str, cause: str = "") -> ApiError:
    """400: something in the request is wrong."""
    message = f"InvalidInputError: {text}: {cause}" if cause else f"Invalid input error: {text}"
    return ApiError(INVALID_ARGUMENT, message, text)


def gateway_error(text: str) -> ApiError:
    """400 from the gateway, before the server sees the call."""
    error = ApiError(INVALID_ARGUMENT, text, None)
    error.complete = True
    return error


def not_found(kind: str, identifier: str) -> ApiError:
    """404: no such row."""
    text = f"{kind} {identifier} not found"
    return ApiError(NOT_FOUND, f"ResourceNotFoundError: {text}", text)


def already_exists(text: str) -> ApiError:
    """409: the name is taken."""
    return ApiError(ALREADY_EXISTS, f"Already exist error: {text}", text)


def bad_request(text: str, cause: str) -> ApiError:
    """409: what the server calls a bad request is ABORTED on the wire."""
    return ApiError(ABORTED, f"BadRequestError: {text}: {cause}", text)


def failed_precondition(text: str, cause: str) -> ApiError:
    """400: the row is not in the state that the action needs."""
    return ApiError(FAILED_PRECONDITION, f"FailedPreconditionError: {text}: {cause}", text)


def internal(text: str, cause: str) -> ApiError:
    """500."""
    return ApiError(INTERNAL, f"InternalServerError: {text}: {cause}", "Internal Server Error")


def unauthenticated(cause: str) -> ApiError:
    """401: the caller is unknown."""
    text = "Failed to check authorization. User identity is empty in the request header"
    return ApiError(UNAUTHENTICATED, f"Unauthenticated: {text}: {cause}", text)


def permission_denied(text: str) -> ApiError:
    """403: known, but not allowed."""
    return ApiError(PERMISSION_DENIED, f"PermissionDenied: {text}: Unauthorized access", text)
