"""What Pipelines (or something on the way to it) answers instead of data, told apart by its body.

Statuses differ between releases: a missing identity has been seen as 400, 401, 409 and 500. So the
body decides, with the token's own claims where the body is the same for several causes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from ..auth.token_file import AUDIENCE, Claims
from ..cluster.token_request import token_file
from ..config.settings import Settings
from ..http.errors import PipelinesError, SettingsError, TokenError, UnreachableError
from ..http.redaction import redacted
from ..http.session import Answer

__all__ = [
    "ApiError",
    "Conflict",
    "Forbidden",
    "InvalidRequest",
    "NotFound",
    "PipelinesError",
    "SettingsError",
    "TokenError",
    "Unauthenticated",
    "Unavailable",
    "UnexpectedAnswer",
    "UnreachableError",
]


class ApiError(PipelinesError):
    """An answer arrived, and it is not the data that was asked for."""


class Unauthenticated(ApiError):
    """Nobody on the other side believes the token, or none was sent."""


class Forbidden(ApiError):
    """The identity is known and may not do this."""


class NotFound(ApiError):
    """There is no such thing."""


class InvalidRequest(ApiError):
    """The request itself is wrong.

    Attributes:
        fields: what is wrong, by the name of what was given, where that is known.
    """

    def __init__(self, *args: Any, fields: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields: dict[str, str] = dict(fields or {})

    @classmethod
    def of(cls, option: str, allowed: str, given: object) -> InvalidRequest:
        """Name the option, what is allowed, and what was given."""
        shown = repr(given)[:80]
        return cls(
            "invalid-request",
            f"{option} must be {allowed}, not {shown}",
            facts={"option": option, "allowed": allowed, "given": shown},
        )


class Conflict(ApiError):
    """It exists already, or its state does not allow this."""


class Unavailable(ApiError):
    """The server or the mesh in front of it is not able to answer now."""


class UnexpectedAnswer(ApiError):
    """An answer that nothing here knows; shown as it is, never guessed at."""


Rule = tuple[Callable[[Answer, str], bool], str, type[ApiError]]


def _says(*parts: str) -> Callable[[Answer, str], bool]:
    return lambda answer, body: any(part in body for part in parts)


def _is_html(answer: Answer) -> bool:
    return answer.content_type == "text/html" or answer.text[:200].lstrip().lower().startswith(
        ("<!doctype html", "<html")
    )


def _is_json(answer: Answer) -> bool:
    return answer.body.lstrip()[:1] == b"{"


def _wants_login(answer: Answer, body: str) -> bool:
    return 300 <= answer.status < 400 or (answer.status in (200, 401, 403) and _is_html(answer))


def _wants_https(answer: Answer, body: str) -> bool:
    """Tell whether it is a redirect to the same host, but with TLS."""
    there = re.match(r"https://([^/:?#]+)", answer.headers.get("Location", ""))
    here = urlsplit(answer.url)
    return (
        300 <= answer.status < 400
        and there is not None
        and (here.scheme, here.hostname) == ("http", there[1].lower())
    )


def _knows_no_such_route(answer: Answer, body: str) -> bool:
    """Tell whether it is the route that does not exist, and not the object of that id."""
    return answer.status == 404 and (not _is_json(answer) or said(answer) == "Not Found")


#: First match wins. Where the cause code is only the family, `_precisely` looks at the claims.
_RULES: tuple[Rule, ...] = (
    (_says("RBAC: access denied"), "istio-denied", Forbidden),
    (_says("Jwt issuer is not configured"), "istio-issuer", Unauthenticated),
    (_says("Jwks doesn't have key to match"), "istio-keys", Unauthenticated),
    (_says("Audiences in Jwt are not allowed"), "istio-audience", Forbidden),
    (_says("Jwt is expired"), "token-expired", Unauthenticated),
    (_says("Jwt verification fails"), "istio-keys", Unauthenticated),
    (_says("Jwt is missing"), "istio-denied", Unauthenticated),
    (
        _says(
            "Client sent an HTTP request to an HTTPS server",
            "plain HTTP request was sent to HTTPS port",
        ),
        "tls-required",
        InvalidRequest,
    ),
    (
        _says("upstream connect error or disconnect", "no healthy upstream"),
        "mesh-unavailable",
        Unavailable,
    ),
    (_says("is not authorized with reason"), "rbac-denied", Forbidden),
    (_says("Failed to find all of", "token audiences"), "token-audience", Unauthenticated),
    (_says("token has expired"), "token-expired", Unauthenticated),
    (
        _says("token has been invalidated", "does not match claim"),
        "token-invalidated",
        Unauthenticated,
    ),
    (
        _says("Review.Status.Authenticated is false", "Failed to review the token"),
        "token-rejected",
        Unauthenticated,
    ),
    (
        _says("there is no user identity header", "User identity is empty"),
        "identity-missing",
        Unauthenticated,
    ),
    (
        _says(
            "cannot have an empty namespace in multi-user mode",
            "requires filtering by namespace",
            "Namespace is empty",
        ),
        "namespace-required",
        InvalidRequest,
    ),
    (
        _says("cannot filter by namespace"),
        "namespace-rejected",
        InvalidRequest,
    ),
    (_says("received message larger than max"), "page-too-large", Unavailable),
    (_says("Cannot GET /", "Cannot POST /"), "api-not-found", NotFound),
    (_wants_https, "tls-required", InvalidRequest),
    (_wants_login, "login-required", Unauthenticated),
    (_knows_no_such_route, "api-not-found", NotFound),
    # Envoy and other gateways say nothing in JSON; Pipelines says nothing else.
    (
        lambda answer, body: answer.status in (502, 503, 504) and not _is_json(answer),
        "mesh-unavailable",
        Unavailable,
    ),
)

_BY_STATUS: dict[int, tuple[str, type[ApiError]]] = {
    400: ("invalid-request", InvalidRequest),
    401: ("token-rejected", Unauthenticated),
    403: ("unknown", UnexpectedAnswer),
    404: ("not-found", NotFound),
    407: ("proxy-failed", Unavailable),
    409: ("conflict", Conflict),
}

_OTHER: dict[bool, tuple[str, type[ApiError]]] = {
    True: ("pipelines-failed", Unavailable),
    False: ("unknown", UnexpectedAnswer),
}

#: Bytes of a body that are looked at: the longest known ones are stack traces of some kilobytes.
_SEARCHED = 64 * 1024

#: What the server wanted, in the words of KFP and of kube-apiserver.
_WANTED = re.compile(
    r"Failed to find all of '\[(?P<kfp>[^\]]+)\]' in audience"
    r"|for the target audiences \[(?P<kubernetes>[^\]]+)\]"
)

_DENIED = re.compile(
    r"User '(?P<user>[^']*)' is not authorized with reason:.*?"
    r"Namespace:(?P<namespace>[^,]*),Verb:(?P<verb>[^,]*),.*?Resource:(?P<resource>[^,]*),",
    re.DOTALL,
)


def error_from(answer: Answer, settings: Settings, *, asked: str) -> ApiError:
    """Turn an answer that is not the wanted data into the error that says why.

    Args:
        answer: the answer.
        settings: of the session that asked.
        asked: what was asked for, in words (``list experiments``).
    """
    body = answer.body[:_SEARCHED].decode("utf-8", errors="replace")
    known = ((code, kind) for matches, code, kind in _RULES if matches(answer, body))
    code, kind = next(known, None) or _BY_STATUS.get(answer.status) or _OTHER[answer.status >= 500]
    facts = {
        "asked": asked,
        "host": settings.host.value,
        "name": urlsplit(settings.host.value).hostname or "",
        "namespace": settings.namespace.value,
        "path": settings.token_path.value,
        "kfp_namespace": settings.kfp_namespace,
        "body": presentable(body, settings),
        "said": presentable(said(answer), settings),
    }
    if code == "istio-denied" and not answer.token and facts["name"].startswith("ml-pipeline-ui"):
        # Before the web page's server Istio refuses exactly those who send no token.
        code = _token_problem(settings) or code
    if kind is Unauthenticated:
        code = _precisely(code, answer.token, token_file(settings).claims(), facts)
    if code == "token-audience":
        facts["wanted"] = wanted = _wanted(body)
        if wanted and wanted == facts.get("audience"):
            code = "token-rejected"  # it is the right one: the cluster does not look at audiences
    denied = _DENIED.search(body) if code == "rbac-denied" else None
    if denied:
        facts.update(
            (name, presentable(text, settings)) for name, text in denied.groupdict().items()
        )
    detail = f"{asked}: HTTP {answer.status}, {facts['said'] or 'empty answer'}"
    return kind(code, detail, status=answer.status, facts=facts)


def _token_problem(settings: Settings) -> str:
    """Return the code of what is wrong with the token's file; empty text when nothing is."""
    try:
        token_file(settings).read()
    except TokenError as error:
        return error.cause_code
    return ""


def _precisely(code: str, sent: bool, claims: Claims | None, facts: dict[str, str]) -> str:
    """Say which of the reasons it is that the server leaves open, from the token's own claims."""
    if code in ("identity-missing", "token-rejected"):
        code = "token-rejected" if sent else "identity-missing"
    if claims is None:
        return code
    facts["issuer"] = claims.issuer
    facts["audience"] = ", ".join(claims.audience)
    facts["user"] = claims.subject
    if code == "token-rejected":
        now = datetime.now(timezone.utc)
        if claims.expires_at and claims.expires_at <= now:
            return "token-expired"
        if claims.not_before and claims.not_before > now:
            return "token-not-yet-valid"
        if claims.audience and AUDIENCE not in claims.audience:
            return "token-audience"
    return code


def _wanted(body: str) -> str:
    """Return the audience that the server expects of a token, as far as it says so."""
    found = _WANTED.search(body)
    text = (found["kfp"] or found["kubernetes"]) if found else ""
    names = [name.strip('\\"') for name in text.replace(",", " ").split()]
    return ", ".join(name for name in names if re.fullmatch(r"[\w.:/-]{1,200}", name))


def presentable(text: str, settings: Settings, length: int = 300) -> str:
    """Return the beginning of a text from the network, without this pod's token."""
    try:
        token = token_file(settings).read()
    except TokenError:
        token = ""
    return redacted(text, token, length)


def said(answer: Answer) -> str:
    """Return the sentence meant for people in any of the error shapes that are in use."""
    try:
        body: Any = answer.json()
    except ValueError:
        return answer.text
    if not isinstance(body, dict):
        return answer.text
    details = body.get("details")
    first = details[0] if isinstance(details, list) and details else None
    for source in (first, body):
        if isinstance(source, dict):
            for key in ("message", "error_message", "error"):
                if isinstance(source.get(key), str) and source[key]:
                    return str(source[key])
    return ""


def refuses_token(answer: Answer) -> bool:
    """Tell whether an answer says that the token is not valid, in any release's way."""
    if answer.status == 401:
        return True
    if answer.status < 400 or b"identity" not in answer.body:
        return False
    return "there is no user identity header" in answer.text
