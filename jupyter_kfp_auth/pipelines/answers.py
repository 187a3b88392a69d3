"""What an answer means that is not the data that was asked for.

First it is told who answered (`http.responder`): a cause that speaks of Kubeflow's set-up is given
only for an answer of Kubeflow's. Then its words count and not its status, which differs between
releases: a missing identity has been seen as 400, 401, 409 and 500. Where the words are the same
for several causes, the token's own claims tell them apart.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from urllib.parse import urlsplit

from ..auth.requested_token import ORIGIN as REQUESTED
from ..auth.token_file import AUDIENCE, Claims, TokenFile
from ..cluster.token_request import token_file
from ..config.settings import Settings
from ..http.address import proxy_variable
from ..http.errors import TokenError
from ..http.redaction import redacted
from ..http.responder import SEARCHED, Responder, is_markup, moved_to, responder, title
from ..http.session import Answer
from .errors import (
    ApiError,
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
)
from .refusals import INFRASTRUCTURE, REFUSALS, said, texts

Found = tuple[str, type[ApiError]]

_UNKNOWN: Found = ("unknown", UnexpectedAnswer)

#: What Istio and Envoy say. First match wins.
_MESH: tuple[tuple[str, str, type[ApiError]], ...] = (
    (r"RBAC: access denied", "istio-denied", Forbidden),
    (r"Jwt is missing", "istio-denied", Unauthenticated),
    (r"Jwt issuer is not configured", "istio-issuer", Unauthenticated),
    (
        r"Jwks doesn't have key|Jwt verification fails|Jwks remote fetch",
        "istio-keys",
        Unauthenticated,
    ),
    (r"Audiences in Jwt are not allowed", "istio-audience", Forbidden),
    (r"Jwt is expired", "token-expired", Unauthenticated),
    (r"Jwt not yet valid", "token-not-yet-valid", Unauthenticated),
    (r"Jwt (header|is not in the form)", "token-malformed", Unauthenticated),
    (r"local_rate_limited", "too-many-requests", Unavailable),
    (r"payload too large", "request-too-large", InvalidRequest),
    (r"upstream|stream timeout|response timeout", "mesh-unavailable", Unavailable),
)

#: What Pipelines means where its words are not known.
_BY_STATUS: dict[int, Found] = {
    400: ("invalid-request", InvalidRequest),
    401: ("token-rejected", Unauthenticated),
    404: ("not-found", NotFound),
    405: ("api-not-found", NotFound),
    409: ("conflict", Conflict),
    412: ("conflict", Conflict),
    413: ("request-too-large", InvalidRequest),
    422: ("invalid-request", InvalidRequest),
    429: ("too-many-requests", Unavailable),
    501: ("api-not-found", NotFound),
}

#: What a status means from anybody: a gateway, a web server, a proxy.
_ELSEWHERE: dict[int, Found] = {
    401: ("guarded-elsewhere", Unauthenticated),
    403: ("refused-elsewhere", Forbidden),
    404: ("api-not-found", NotFound),
    408: ("gateway-timeout", Unavailable),
    413: ("request-too-large", InvalidRequest),
    429: ("too-many-requests", Unavailable),
    451: ("refused-elsewhere", Forbidden),
    499: ("gateway-timeout", Unavailable),
}

_WANTS_TLS = re.compile(
    r"Client sent an HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port"
    r"|speaking plain HTTP to an SSL-enabled server",
    re.IGNORECASE,
)

#: What the server wanted, in the words of KFP and of kube-apiserver.
_WANTED = re.compile(
    r"Failed to find all of '\[(?P<kfp>[^\]]+)\]' in audience"
    r"|for the target audiences \[(?P<kubernetes>[^\]]+)\]"
)

#: Why kube-apiserver does not believe a token; it says only the first words of an issuer or a
#: signature that it knows nothing of.
_REVIEWED = re.compile(r"Error \[?invalid bearer token(?:, (?P<why>[^\n]*?))?\]?: Failed to auth")

_DENIED = re.compile(
    r"User '(?P<user>[^']*)' is not authorized with reason:.*?"
    r"Namespace:(?P<namespace>[^,]*),Verb:(?P<verb>[^,]*),.*?Resource:(?P<resource>[^,]*),",
    re.DOTALL,
)

_COLUMN = re.compile(r"column '?\"?(\w{1,40})")
_NO_SERVICE = re.compile(r"(services|endpoints) \"([^\"]{1,80})\" not found|no endpoints available")


def error_from(answer: Answer, settings: Settings, *, asked: str) -> ApiError:
    """Turn an answer that is not the wanted data into the error that says why.

    Args:
        answer: the answer.
        settings: of the session that asked.
        asked: what was asked for, in words (``list experiments``).
    """
    body = answer.body[:SEARCHED].decode("utf-8", errors="replace")
    who = responder(answer)
    facts = {
        "asked": asked,
        "host": settings.host.value,
        "name": urlsplit(settings.host.value).hostname or "",
        "namespace": settings.namespace.value,
        "path": settings.token_path.value,
        "kfp_namespace": settings.kfp_namespace,
        "body": presentable(_shown(answer, body), settings),
        "said": presentable(said(answer) if not is_markup(answer) else title(answer), settings),
        "answered_by": who.value,
        "status": str(answer.status),
        "retry_after": answer.headers.get("Retry-After", "").strip(),
        "server": _server(answer),
    }
    code: str
    kind: type[ApiError]
    if _WANTS_TLS.search(body):
        code, kind = "tls-required", InvalidRequest
    elif who is Responder.PIPELINES:
        code, kind = _of_pipelines(answer, body, facts, settings)
    elif who is Responder.MESH:
        code, kind = _of_mesh(answer, body, facts, settings)
    else:
        code, kind = _of_others(who, answer, facts)
    if code == "token-expired" and settings.token_path.origin == REQUESTED:
        code = "token-not-renewed"
    detail = f"{asked}: HTTP {answer.status}, {facts['said'] or facts['body'] or 'empty answer'}"
    return kind(code, detail, status=answer.status, facts=facts)


# -- By who answered ---------------------------------------------------------------------------


def _of_pipelines(
    answer: Answer, body: str, facts: dict[str, str], settings: Settings
) -> tuple[str, type[ApiError]]:
    everything = "\n".join(texts(answer)) or body
    code, kind = _meaning(answer, everything)
    if kind is Unauthenticated:
        code = _precisely(code, answer.token, everything, token_file(settings), facts, settings)
    if code == "token-audience":
        facts["wanted"] = wanted = _wanted(everything)
        if wanted and wanted == facts.get("audience"):
            code = "token-rejected"  # it is the right one: the cluster does not look at audiences
    if code == "rbac-denied" and (denied := _DENIED.search(everything)):
        facts.update((key, presentable(text, settings)) for key, text in denied.groupdict().items())
    if code == "value-too-long":
        column = _COLUMN.search(everything)
        facts["field"] = _FIELDS.get(column[1].lower() if column else "", "a value")
        if facts["field"] == "the pipeline":
            code = "pipeline-too-long"
    return code, kind


def _meaning(answer: Answer, everything: str) -> Found:
    if answer.status == 404 and everything.strip() in ("Not Found", "404 page not found"):
        return "api-not-found", NotFound  # the route does not exist, not the thing of that id
    if "received message larger than max" in everything:
        if answer.method == "GET":
            return "page-too-large", Unavailable
        return "pipeline-too-large", InvalidRequest
    for code, kind, pattern in REFUSALS:
        if answer.status in (404, 409) and code in INFRASTRUCTURE:
            continue  # words from a name that a user chose
        if pattern.search(everything):
            return code, kind
    if answer.status in _BY_STATUS:
        return _BY_STATUS[answer.status]
    return ("pipelines-failed", Unavailable) if answer.status >= 500 else _UNKNOWN


#: What the columns of Pipelines' database hold.
_FIELDS = {
    "pipelinespecmanifest": "the pipeline",
    "workflowspecmanifest": "the pipeline",
    "pipelinespec": "the pipeline",
    "workflowspec": "the pipeline",
    "parameters": "the arguments together",
    "runtimeparameters": "the arguments together",
    "displayname": "the name",
    "name": "the name",
    "description": "the description",
    "pipelineroot": "the pipeline root",
}


def _of_mesh(answer: Answer, body: str, facts: dict[str, str], settings: Settings) -> Found:
    known = ((code, kind) for pattern, code, kind in _MESH if re.search(pattern, body, re.I))
    code, kind = next(known, None) or _elsewhere(answer.status)
    if code == "istio-denied" and not answer.token and facts["name"].startswith("ml-pipeline-ui"):
        # Before the web page's server Istio refuses exactly those who send no token.
        return _token_problem(settings) or code, kind
    if code == "token-malformed" and (claims := token_file(settings).claims()):
        _describe(claims, facts)
        return "istio-keys", kind
    if kind is Unauthenticated and (claims := token_file(settings).claims()):
        _describe(claims, facts)
    return code, kind


def _of_others(who: Responder, answer: Answer, facts: dict[str, str]) -> Found:
    status = answer.status
    if who is Responder.LOGIN:
        return "login-required", Unauthenticated
    if who is Responder.OPENSHIFT:
        return "login-openshift", Unauthenticated
    if who is Responder.KUBERNETES:
        if service := _NO_SERVICE.search(facts["said"]):
            facts["service"] = service[2] or "ml-pipeline"
            return "service-missing", NotFound
        return "kubernetes-answered", UnexpectedAnswer
    if who is Responder.PROXY:
        facts["proxy"] = answer.proxy
        facts["proxy_variable"] = proxy_variable(answer.url)
        if status == 407:
            return "proxy-password", Unavailable
        return ("proxy-denied", Forbidden) if status < 500 else ("proxy-failed", Unavailable)
    if who is Responder.PIPELINES_UI:
        return "api-not-found", NotFound
    if who is Responder.OBJECT_STORE:
        return "not-pipelines", UnexpectedAnswer
    if 300 <= status < 400:
        return _moved(answer, facts)
    if status < 300:
        return ("not-pipelines" if status == 200 else "unknown"), UnexpectedAnswer
    if 400 <= status < 500 and status not in _ELSEWHERE and is_markup(answer):
        return "not-pipelines", UnexpectedAnswer
    return _elsewhere(status)


def _elsewhere(status: int) -> Found:
    if status >= 500:
        away = status in (502, 503, 504) or status >= 520
        return ("mesh-unavailable" if away else "server-failed"), Unavailable
    return _ELSEWHERE.get(status, _UNKNOWN)


def _moved(answer: Answer, facts: dict[str, str]) -> Found:
    """Say where a redirect leads that is no login: to TLS, or to another place."""
    origin = moved_to(answer)
    if not origin:
        return "not-pipelines", UnexpectedAnswer
    here, there = urlsplit(answer.url), urlsplit(origin)
    location = urlsplit(answer.headers.get("Location", ""))
    # What stands before the path that was asked belongs to the address.
    api = here.path.find("/apis/")
    asked = here.path[api:] if api >= 0 else here.path
    prefix = location.path[: -len(asked)] if asked and location.path.endswith(asked) else ""
    facts["moved_to"] = origin + prefix.rstrip("/")
    if (here.scheme, there.scheme) == ("http", "https") and here.hostname == there.hostname:
        return "tls-required", InvalidRequest
    return "address-moved", NotFound


# -- The token ---------------------------------------------------------------------------------


def _token_problem(settings: Settings) -> str:
    """Return the code of what is wrong with the token's file; empty text when nothing is."""
    try:
        token_file(settings).read()
    except TokenError as error:
        return error.cause_code
    return ""


def _describe(claims: Claims, facts: dict[str, str]) -> None:
    facts["issuer"] = claims.issuer
    facts["audience"] = ", ".join(claims.audience)
    facts["user"] = claims.subject


def _precisely(
    code: str,
    sent: bool,
    everything: str,
    source: TokenFile,
    facts: dict[str, str],
    settings: Settings,
) -> str:
    """Say which of the reasons it is that the server leaves open, from the token's own claims."""
    if code in ("identity-missing", "token-rejected"):
        code = "token-rejected" if sent else "identity-missing"
    claims = source.claims()
    if claims is not None:
        _describe(claims, facts)
    if code != "token-rejected":
        return code
    reviewed = _REVIEWED.search(everything)
    why = (reviewed["why"] or "") if reviewed else ""
    facts["said"] = (
        presentable(why or _REASONLESS.get(bool(reviewed), ""), settings) or facts["said"]
    )
    if claims is None:
        # An opaque token is legal, so only the server's word makes it a bad one.
        return "token-malformed" if reviewed and not why else code
    now = datetime.now(timezone.utc)
    if claims.expires_at and claims.expires_at <= now:
        return "token-expired"
    if claims.not_before and claims.not_before > now:
        return "token-not-yet-valid"
    if claims.audience and AUDIENCE not in claims.audience:
        return "token-audience"
    if reviewed and claims.issuer and (not why or "no keys found" in why):
        return "token-issuer"
    return code


#: Where kube-apiserver says no more than that it is invalid.
_REASONLESS = {True: "it is not a token of this cluster", False: ""}


def _wanted(body: str) -> str:
    """Return the audience that the server expects of a token, as far as it says so."""
    found = _WANTED.search(body)
    text = (found["kfp"] or found["kubernetes"]) if found else ""
    names = [name.strip('\\"') for name in text.replace(",", " ").split()]
    return ", ".join(name for name in names if re.fullmatch(r"[\w.:/-]{1,200}", name))


def refuses_token(answer: Answer) -> bool:
    """Tell whether an answer says that the token is not valid, in any release's way."""
    if answer.status == 401:
        return True
    if answer.status < 400 or b"identity" not in answer.body:
        return False
    return "there is no user identity header" in answer.text


# -- What is shown -----------------------------------------------------------------------------


def presentable(text: str, settings: Settings, length: int = 300) -> str:
    """Return the beginning of a text from the network, without this pod's token."""
    try:
        token = token_file(settings).read()
    except TokenError:
        token = ""
    return redacted(text, token, length)


def _shown(answer: Answer, body: str) -> str:
    """Return what may stand in a sentence: text, or the title of a page, never markup."""
    if not is_markup(answer):
        return body
    name = title(answer)
    kind = "a web page" if "html" in f"{answer.content_type}{answer.text[:300]}".lower() else "XML"
    return f"{kind}, “{name}”" if name else kind


def _server(answer: Answer) -> str:
    """Return what an answer's server calls itself, without its version; else empty text."""
    header = answer.headers.get("Server", "")
    page = re.search(r"<(?:center|address)>([\w-]{2,30})", answer.text[:4000])
    known = _SERVERS.search(f"{page[1] if page else ''} {header}")
    if known:
        return known[0]
    found = re.match(r"[A-Za-z][\w -]{1,30}", header)
    return found[0].strip() if found else ""


_SERVERS = re.compile(
    r"\b(nginx|openresty|apache|envoy|haproxy|traefik|caddy|cloudflare|microsoft-iis|awselb|kong"
    r"|varnish|akamaighost|lighttpd|gunicorn|uvicorn|jetty|tomcat)\b",
    re.IGNORECASE,
)
