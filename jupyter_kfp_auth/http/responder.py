"""Who gave an answer: decided from the whole of it, before anything is concluded from its status.

On the way to Pipelines there may be a sidecar, a gateway, a login, the user's own proxy or another
server altogether. What each of them says means something else, even with the same status.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from urllib.parse import urlsplit

from .session import Answer
from .strict_json import JsonObject

#: Bytes of a body that are looked at: the longest known ones are stack traces of some kilobytes.
SEARCHED = 64 * 1024


class Responder(Enum):
    """Who gave an answer."""

    PIPELINES = "Kubeflow Pipelines"
    PIPELINES_UI = "the web page's server of Pipelines"
    KUBERNETES = "the cluster's API server"
    MESH = "Istio or Envoy"
    LOGIN = "a browser login"
    OPENSHIFT = "OpenShift's login"
    PROXY = "the user's own proxy"
    OBJECT_STORE = "an object store"
    WEB_SERVER = "a web server"
    UNKNOWN = "something else"


def responder(answer: Answer) -> Responder:
    """Tell who gave this answer."""
    text = answer.body[:SEARCHED].decode("utf-8", errors="replace").strip()
    headers = {name.lower(): value for name, value in answer.headers.items()}
    if answer.status == 407 or _PROXY_HEADERS & headers.keys():
        return Responder.PROXY
    if "x-goog-iap-generated-response" in headers or "cf-access-domain" in headers:
        return Responder.LOGIN
    if _MESH.search(text[:2000]):  # also where a proxy passes it on, or a gateway dresses it up
        return Responder.MESH
    data = _object(answer)
    if data is not None:
        return _of_json(answer, data)
    if 300 <= answer.status < 400:
        return _of_redirect(headers.get("location", ""), answer.url)
    if _UI.search(text[:2000]):
        return Responder.PIPELINES_UI
    if _is_proxy(answer, headers, text):
        return Responder.PROXY
    return _of_text(answer, headers, text)


def is_html(answer: Answer) -> bool:
    """Tell whether an answer is a web page, whatever it is said to be."""
    if answer.content_type == "text/html":
        return True
    return _HTML.match(answer.text[:1000].lstrip("\ufeff \t\r\n")) is not None


def is_markup(answer: Answer) -> bool:
    """Tell whether an answer is HTML or XML: nothing to show in a sentence."""
    kind = answer.content_type
    return is_html(answer) or kind.endswith("xml") or answer.text[:20].lstrip().startswith("<?xml")


def title(answer: Answer) -> str:
    """Return what a web page calls itself, or the message in an XML document; else empty text."""
    text = answer.body[:SEARCHED].decode("utf-8", errors="replace")
    found = _TITLE.search(text)
    return " ".join(re.sub(r"<[^>]*>", " ", found[2]).split())[:200] if found else ""


def moved_to(answer: Answer) -> str:
    """Return the origin (scheme, host and port) that a redirect leads to; empty where it is none.

    A `Location` without a host leads to the origin that was asked.
    """
    location = answer.headers.get("Location", "")
    try:
        there, here = urlsplit(location), urlsplit(answer.url)
        port = there.port  # raises for what is no port
    except ValueError:
        return ""
    if not there.netloc:
        return f"{here.scheme}://{here.netloc}" if location.startswith("/") else ""
    if there.scheme not in ("http", "https", "") or not there.hostname:
        return ""
    name = f"[{there.hostname}]" if ":" in there.hostname else there.hostname
    return f"{there.scheme or here.scheme}://{name}{f':{port}' if port else ''}"


_HTML = re.compile(r"(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<(title|message|h1)\b[^>]*>(.{0,500}?)</\1>", re.IGNORECASE | re.DOTALL)

#: What Envoy and Istio's filters write themselves.
_MESH = re.compile(
    r"RBAC: access denied"
    r"|Jwt (issuer is not configured|is expired|is missing|verification fails|not yet valid"
    r"|header \[|is not in the form)"
    r"|Jwks (doesn't have key|remote fetch)|Audiences in Jwt are not allowed"
    r"|upstream connect error or disconnect|no healthy upstream|upstream request timeout"
    r"|upstream_reset_before_response|local_rate_limited"
    r"|^(ext_authz_error|stream timeout|no cluster found|payload too large|response timeout)$",
    re.IGNORECASE,
)

#: Only a forward proxy sends these.
_PROXY_HEADERS = {
    "x-squid-error",
    "proxy-authenticate",
    "proxy-authentication-info",
    "x-bluecoat-via",
}
_PROXY_NAMES = re.compile(
    r"\b(squid|blue ?coat|proxysg|zscaler|mcafee web gateway|skyhigh|forcepoint|websense|ironport"
    r"|fortigate|fortiguard|privoxy|tinyproxy|mitmproxy|netskope|trafficserver|wsa)\b",
    re.IGNORECASE,
)

#: Express, which serves the web page of Pipelines, names the path that it does not know.
_UI = re.compile(r"Cannot (GET|POST|PUT|DELETE|HEAD) /")

_OPENSHIFT = re.compile(
    r"log in with openshift|openshift oauth|oauth-openshift|openshift_oauth|user:check-access",
    re.IGNORECASE,
)
#: Where logins are: Dex, oauth2-proxy, OIDC, cloud load balancers, and everything with OAuth.
_LOGIN_PLACE = re.compile(
    r"/(dex|oauth2?|login|log-in|signin|sign-in|sign_in|sso|saml2?|auth|authorize|authservice|cas"
    r"|realms|openid-connect|adfs)\b"
    r"|\b(client_id|response_type|SAMLRequest|redirect_uri)=|://(login|accounts|auth|sso|signin)\.",
    re.IGNORECASE,
)
_LOGIN_PAGE = re.compile(
    r"type=[\"']?password\b"
    r"|\b(log|sign)[ -]?(in|on)\b"
    r"|action=[\"'][^\"']*(/oauth|/login|/signin|/dex|/auth)"
    r"|single sign-on|/oauth2/(start|sign_in)|window\.location[^;]{0,80}(login|oauth|signin)",
    re.IGNORECASE,
)
_OBJECT_STORE = re.compile(
    r"<Error\b[^>]*>\s*<Code>|<(ListAllMyBucketsResult|ListBucketResult|LocationConstraint)\b"
)
_OBJECT_STORE_SERVERS = re.compile(r"minio|amazons3|seaweedfs|ceph|uploadserver|windows-azure-blob")


def _object(answer: Answer) -> JsonObject | None:
    if answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return None
    try:
        data = answer.json()
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _of_json(answer: Answer, data: JsonObject) -> Responder:
    if data.get("kind") == "Status" or {"apiVersion", "kind"} <= data.keys():
        return Responder.KUBERNETES
    if isinstance(data.get("code"), int) and isinstance(data.get("reason"), str):
        return Responder.KUBERNETES  # `Unauthorized` comes without a kind
    if answer.status < 300:
        return Responder.PIPELINES  # whether it is the wanted object, only who asked can tell
    if {"error_message", "error_details"} & data.keys():
        return Responder.PIPELINES  # uploads and files
    words = [data[key] for key in ("message", "error") if isinstance(data.get(key), str)]
    said = bool(words)
    if any(word.startswith(_PIPELINES_TEXTS) for word in words):
        return Responder.PIPELINES
    if isinstance(data.get("code"), int) and (said or "details" in data):
        return Responder.PIPELINES  # a google.rpc.Status
    if isinstance(data.get("details"), list) and data["details"]:
        return Responder.PIPELINES
    names = {name.lower() for name in answer.headers}
    if any(name.startswith("grpc-metadata-") for name in names):
        return Responder.PIPELINES
    if answer.status in (401, 403) and not data:
        return Responder.LOGIN  # oauth2-proxy, to those who want JSON
    return Responder.UNKNOWN


def _of_redirect(location: str, url: str) -> Responder:
    if _OPENSHIFT.search(location):
        return Responder.OPENSHIFT
    try:
        there, here = urlsplit(location), urlsplit(url)
    except ValueError:
        return Responder.UNKNOWN
    # A path that holds the one that was asked leads to the same thing somewhere else.
    if here.path and there.path.endswith(here.path.rstrip("/")) and here.path != "/":
        return Responder.WEB_SERVER
    if _LOGIN_PLACE.search(location):
        return Responder.LOGIN
    return Responder.WEB_SERVER


def _is_proxy(answer: Answer, headers: Mapping[str, str], text: str) -> bool:
    """Tell whether a forward proxy gave the answer itself, and did not just pass it on."""
    if answer.status < 400:
        return False
    named = " ".join(headers.get(name, "") for name in ("server", "via", "x-cache"))
    if _PROXY_NAMES.search(headers.get("server", "")):
        return True
    if not answer.proxy:
        return False
    return _PROXY_NAMES.search(f"{named} {text[:4000]}") is not None


def _of_text(answer: Answer, headers: Mapping[str, str], text: str) -> Responder:
    server = headers.get("server", "").lower()
    if _OBJECT_STORE.search(text[:2000]) or _OBJECT_STORE_SERVERS.search(server):
        return Responder.OBJECT_STORE
    if any(name.startswith(("x-amz-", "x-minio-")) for name in headers):
        return Responder.OBJECT_STORE
    if _OPENSHIFT.search(text) or _OPENSHIFT.search(headers.get("www-authenticate", "")):
        return Responder.OPENSHIFT
    if is_html(answer):
        return Responder.LOGIN if _LOGIN_PAGE.search(text) else Responder.WEB_SERVER
    if "audit-id" in headers or any(name.startswith("x-kubernetes-") for name in headers):
        return Responder.KUBERNETES
    if any(name.startswith("grpc-metadata-") for name in headers):
        return Responder.PIPELINES
    if text in ("Not Found", "404 page not found"):  # of its Go, in one release or another
        return Responder.PIPELINES
    if (
        any(text.startswith(start) for start in _PIPELINES_TEXTS)
        or "is not authorized with" in text
    ):
        return Responder.PIPELINES
    if "envoy" in server and "x-envoy-upstream-service-time" not in headers:
        return Responder.MESH
    if server or is_markup(answer):
        return Responder.WEB_SERVER
    return Responder.UNKNOWN


#: What Pipelines may write without JSON around it.
_PIPELINES_TEXTS = ("Request header error", "Failed to ", "rpc error")
