"""What Pipelines' own refusals mean, whatever words this release has for them.

Pipelines wraps the reason in the names of its functions, may put it into another field than the one
meant for people, and appends stack traces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..http.session import Answer
from ..http.strict_json import JsonDict
from .errors import (
    ApiError,
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    Unauthenticated,
    Unavailable,
)

#: First match wins. They are searched in everything that an answer says.
REFUSALS: tuple[tuple[str, type[ApiError], re.Pattern[str]], ...] = tuple(
    (code, kind, re.compile(pattern, re.IGNORECASE))
    for code, kind, pattern in (
        # -- Who asks -------------------------------------------------------------------------
        ("rbac-denied", Forbidden, r"is not authorized with reason"),
        ("token-audience", Unauthenticated, r"Failed to find all of|token audiences"),
        ("token-expired", Unauthenticated, r"token has expired"),
        ("token-not-yet-valid", Unauthenticated, r"token is not valid yet"),
        (
            "token-invalidated",
            Unauthenticated,
            r"token has been invalidated|does not match claim"
            r"|invalid bearer token, (serviceaccounts|pods|secrets|nodes) \S+ not found",
        ),
        (
            "token-rejected",
            Unauthenticated,
            r"Review\.Status\.Authenticated is false|Failed to review the token",
        ),
        (
            "identity-missing",
            Unauthenticated,
            r"there is no user identity header|User identity is empty",
        ),
        # -- What is asked for ----------------------------------------------------------------
        (
            "namespace-rejected",
            InvalidRequest,
            r"cannot filter by namespace"
            r"|In single-user mode,.{0,80}(namespace|resource references)",
        ),
        (
            "namespace-required",
            InvalidRequest,
            r"(with|have|has|to|an?) (an )?empty namespace|namespace (is|must not be|can ?not be) "
            r"(empty|missing|required)|namespace (is )?(not )?(specified|provided|required)"
            r"|requires? filtering by namespace|must (be )?filter(ed)? by (resource reference of "
            r"type )?namespace|must have an? (owner )?namespace|missing (owner )?namespace"
            r"|without an? (owner )?namespace|no namespace (was |is )?(given|set|specified)",
        ),
        ("experiment-required", InvalidRequest, r"Experiment id can ?not be empty"),
        (
            "run-ended",
            InvalidRequest,
            r"Failed to terminate a run \S+ Row not found|workflow (already|has) (completed|ended)"
            r"|cannot (shutdown|terminate) a completed workflow",
        ),
        (
            "run-not-retryable",
            Conflict,
            r"must be Failed/Error to retry|can ?not be retried|only failed .{0,40}retr"
            r"|Failed to retry run \S+ due to error fetching workflow manifest",
        ),
        ("name-taken", Conflict, r"\balready exists?\b|Duplicate entry|duplicate key value"),
        # -- The pipeline ---------------------------------------------------------------------
        (
            "definition-missing",
            NotFound,
            r"(Workflow|Pipeline)SpecManifest.{0,80}not found|NoSuchKey"
            r"|specified key does not exist|pipeline spec.{0,40} (is|was) (not found|empty)",
        ),
        (
            "pipeline-too-large",
            InvalidRequest,
            r"Too long: (must|may not)|request is too large|request entity too large"
            r"|trying to send message larger than max|max_allowed_packet|packet for query is too "
            r"large|longer than maximum allowed size|limit is 3145728|file size too large"
            r"|argument list too long",
        ),
        (
            "template-unreadable",
            InvalidRequest,
            r"unknown template format|only supports schema version|invalid .{0,12}pipeline spec"
            r"|pipeline spec is invalid|failed to parse pipeline|multiple platform specs"
            r"|component spec for|failed to unmarshal|proto: .{0,40}unknown field",
        ),
        # -- What Pipelines is made of --------------------------------------------------------
        (
            "value-too-long",
            InvalidRequest,
            r"Data too long for column|value too long for type|string or blob too big",
        ),
        (
            "text-not-storable",
            InvalidRequest,
            r"Incorrect string value|Error 1366|invalid byte sequence for encoding",
        ),
        (
            "disk-full",
            Unavailable,
            r"no space left on device|Error 1114|Error 1021|disk is full|table .{1,80} is full",
        ),
        (
            "database-unavailable",
            Unavailable,
            r"lookup [\w.-]*(mysql|mariadb|postgres)|:(3306|5432)\b|driver: bad connection"
            r"|invalid connection|too many connections|Error (1040|1044|1045|1205|1213|1290|2006"
            r"|2013)\b|lost connection to|server has gone away|lock wait timeout|deadlock found"
            r"|database is (locked|closed)|too many clients",
        ),
        (
            "store-unavailable",
            Unavailable,
            r"\b(minio|seaweedfs)|:9000\b|NoSuchBucket|bucket does not exist|InvalidAccessKeyId"
            r"|SignatureDoesNotMatch|access key id .{0,40}does not exist",
        ),
        ("argo-missing", Unavailable, r"no matches for kind|could not find the requested resource"),
        (
            "workflow-denied",
            Unavailable,
            r"(workflows|scheduledworkflows)\.\S+ is forbidden: User",
        ),
        ("quota-exceeded", InvalidRequest, r"exceeded quota|quota exceeded"),
        (
            "admission-denied",
            InvalidRequest,
            r"admission webhook|denied the request|ValidatingAdmissionPolicy",
        ),
        ("namespace-missing", InvalidRequest, r"namespaces? \\?\"[^\"]{1,80}\" not found"),
        (
            "pipelines-busy",
            Unavailable,
            r"client rate limiter|etcdserver: (request timed out|leader changed|no leader)"
            r"|context deadline exceeded|http2: client connection lost|i/o timeout"
            r"|request did not complete|dial tcp \S+:443\b|too many requests|ResourceExhausted"
            r"|TLS handshake timeout",
        ),
    )
)

#: What Pipelines is made of, and not what was asked of it.
INFRASTRUCTURE = frozenset(
    {"disk-full", "database-unavailable", "store-unavailable", "argo-missing", "pipelines-busy"}
)

#: Refusals that say for certain that nothing was made, whatever the status.
BEFORE_ANYTHING = frozenset(
    {
        "argo-missing",
        "workflow-denied",
        "quota-exceeded",
        "admission-denied",
        "namespace-missing",
        "pipeline-too-large",
    }
)


def texts(answer: Answer) -> list[str]:
    """Return everything that an answer says in any of the error shapes, the nearest first.

    Those are ``google.rpc.Status`` (2.x), ``api.Error`` with three fields of its own (1.8), and
    ``error_message`` with ``error_details`` (uploads and files).
    """
    try:
        body = answer.json()
    except ValueError:
        return []
    return list(dict.fromkeys(_texts(body))) if isinstance(body, dict) else []


def said(answer: Answer) -> str:
    """Return the sentence meant for people, or the reason where that says nothing."""
    found = texts(answer)
    if not found:
        return answer.text if not answer.body.lstrip().startswith(b"{") else ""
    first, *others = found
    if not _vague(first):
        return unwrapped(first)
    telling = [unwrapped(text) for text in others if not _vague(unwrapped(text))]
    return telling[0] if telling else first


def unwrapped(text: str) -> str:
    """Return the reason without the names of Pipelines' errors before it, and the stack behind."""
    text = re.split(
        r"\n(?:\s|github\.com/|google\.golang\.org/|runtime\.|main\.)", text, maxsplit=1
    )[0]
    wrappers = list(_WRAPPER.finditer(text))
    inner = text[wrappers[-1].end() :].strip() if wrappers else text.strip()
    parts = re.split(r": ", inner)
    kept = [part for place, part in enumerate(parts) if place == 0 or part != parts[place - 1]]
    return ": ".join(kept) or text.strip()


def _texts(body: JsonDict) -> Iterator[str]:
    details = body.get("details")
    inner = [one for one in details if isinstance(one, dict)] if isinstance(details, list) else []
    for keys, sources in (
        (("message", "error_message"), inner),
        (("message", "error_message", "error"), [body]),
        (("error_details", "error"), inner),
        (("error_details",), [body]),
    ):
        for source in sources:
            for key in keys:
                if isinstance(source.get(key), str) and source[key].strip():
                    yield source[key]


#: `InternalServerError: `, `Invalid input error: ` and so on: what follows is nearer to the reason.
_WRAPPER = re.compile(
    r"\b(?:[A-Z][A-Za-z]+Error|Invalid input error|Already exist error|Internal error"
    r"|Unauthenticated|PermissionDenied|rpc error): (?=\S)"
)

_VAGUE = re.compile(
    r"(internal( server)? error|internal|unknown( error)?|error|bad request|service unavailable"
    r"|an? (unexpected )?error occurred|failed|failure|key not found"
    r"|failed to [a-z0-9 -]{3,80})[.!]?",
    re.IGNORECASE,
)


def _vague(text: str) -> bool:
    """Tell whether a text says that something failed, and not why."""
    return _VAGUE.fullmatch(text.strip()) is not None
