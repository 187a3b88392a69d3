"""The catalogue as a page: ``python -m jupyter_kfp_auth.doctor.catalogue > docs/problems.md``.

With ``--json``, its sentences and those of reasons for the panel, which translates them:
``labextension/src/explorer/model/causes.json``.
"""

from __future__ import annotations

import json
import re
import sys

from ..pipelines import reasons
from .causes import ADMIN, CATALOGUE, Cause
from .paste import fill

_HEAD = """\
<!-- Made from the catalogue by `python -m jupyter_kfp_auth.doctor.catalogue` -->

# Problems and their next steps

Every known connection problem has a name, a cause and a next step. `%kfp doctor` finds out which
it is; `jupyter kfp doctor` does so in a terminal, and the side panel with a click. The names below
are stable: they are `cause` in `%kfp doctor --json`, and the anchors of this page.

## By what you see

The words of the kfp SDK, of Istio, of Kubernetes or of Pipelines, and what they mean.

"""

#: The headings of the page, each with the first cause below it.
_GROUPS = {
    "host-invalid": "Settings",
    "token-missing": "The token",
    "host-not-found": "The network",
    "istio-denied": "The service mesh",
    "rbac-denied": "Pipelines",
    "metadata-unreachable": "Outputs of runs",
    "sdk-too-new": "The kfp SDK",
    "unknown": "Anything else",
    "cluster-absent": "Why the doctor cannot repair it",
}

_ONLY_A_FACT = re.compile(r"\{\w+\}")

#: What the SDK, Istio, the kernel or Pipelines says in each case, for those who search for it.
SEEN: dict[str, tuple[str, ...]] = {
    "token-missing": (
        "Failed to read a token from file '/var/run/secrets/kubeflow/pipelines/token' "
        "([Errno 2] No such file or directory",
        "Failed to set up default credentials. Proceeding without credentials...",
    ),
    "token-empty": ("TypeError: expected string or bytes-like object",),
    "token-unreadable": ("[Errno 13] Permission denied: '/var/run/secrets/",),
    "token-expired": ("service account token has expired", "Jwt is expired"),
    "token-audience": ("Failed to find all of '[...]' in audience: [...]",),
    "token-invalidated": ("service account token has been invalidated",),
    "token-rejected": ("Review.Status.Authenticated is false",),
    "identity-missing": ("Request header error: there is no user identity header.",),
    "host-not-found": ("[Errno -2] Name or service not known",),
    "connection-refused": (
        "MaxRetryError: HTTPConnectionPool(...): Max retries exceeded with url",
        "[Errno 111] Connection refused",
    ),
    "tls-untrusted": ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",),
    "tls-failed": ("[SSL: WRONG_VERSION_NUMBER] wrong version number",),
    "tls-required": ("Client sent an HTTP request to an HTTPS server.",),
    "istio-denied": ("RBAC: access denied",),
    "istio-issuer": ("Jwt issuer is not configured",),
    "istio-keys": ("Jwks doesn't have key to match kid or alg from Jwt",),
    "login-required": (
        "/dex/auth",
        "{'next_page_token': None, 'pipelines': None, ...}",
        "'NoneType' object has no attribute 'status'",
    ),
    "mesh-unavailable": (
        "upstream connect error or disconnect/reset before headers",
        "no healthy upstream",
    ),
    "rbac-denied": ("User '...' is not authorized with reason: ... ResourceAttributes{Namespace:",),
    "namespace-required": (
        "An experiment cannot have an empty namespace in multi-user mode",
        "ListExperiment requires filtering by namespace.",
    ),
    "namespace-rejected": ("In single-user mode, ListExperiment cannot filter by namespace.",),
    "api-not-found": ("404 page not found",),
    "page-too-large": ("grpc: received message larger than max",),
    "sdk-too-new": ("Cannot GET /pipeline/apis/v2beta1/",),
    "sdk-missing": ("ModuleNotFoundError: No module named 'kfp'",),
    "sdk-broken": ("ImportError: cannot import name 'appengine' from 'urllib3.contrib'",),
    "kfp-1-code": (
        "module 'kfp' has no attribute 'auth'",
        "ModuleNotFoundError: No module named 'kfp.auth'",
    ),
    "kfp-2-code": ("ModuleNotFoundError: No module named 'kfp.client'",),
    "client-without-token": ("Request header error: there is no user identity header.",),
    "client-token-copied": ("401 Unauthorized",),
    "client-no-health": (
        "Failed to get healthz info attempt 1 of 5.",
        "TimeoutError: Failed getting healthz endpoint after 5 attempts.",
    ),
    "wait-ended": ("TimeoutError: Run timeout",),
    "context-unusable": ("PermissionError: [Errno 13] Permission denied: '.../kfp/context.json'",),
}


#: What only the panel meets, between the browser and Jupyter: what it is, and the next step.
PANEL: dict[str, tuple[str, str]] = {
    "server-extension-missing": (
        "The Jupyter server does not run the server part of this extension.",
        "Run `jupyter server extension enable jupyter_kfp_auth` in the environment of the Jupyter "
        "server, and restart the server.",
    ),
    "signed-out": ("Your session with the Jupyter server has ended.", "Reload the page."),
    "xsrf": ("This page's session with Jupyter has ended.", "Reload the page."),
    "jupyter-denied": (
        "This Jupyter server does not allow you to do this.",
        "Ask its administrator for access to the resource `kfp`.",
    ),
    "jupyter-away": (
        "The Jupyter server does not answer.",
        "Check your connection. This view reconnects automatically.",
    ),
    "kernel-away": ("The kernel behind a widget does not answer.", "Run the cell again."),
    "method-not-allowed": (
        "Something other than the panel asked in a way that this address does not take.",
        "Reload the page.",
    ),
    "unexpected-answer": (
        "The Jupyter server, or a proxy before it, gave an unexpected answer.",
        "See the Jupyter server log.",
    ),
    "internal": (
        "Something went wrong inside the server extension.",
        "Try again. If it keeps failing, see the Jupyter server log.",
    ),
}


def page() -> str:
    """Return the page: what may be seen, and one section for each cause, in the table's order."""
    meanings: dict[str, list[str]] = {}
    for code in CATALOGUE:
        for text in SEEN.get(code, ()):
            meanings.setdefault(text, []).append(f"[{code}](#{code})")
    seen = [f"- `{text}`: {' or '.join(codes)}\n" for text, codes in meanings.items()]
    parts = [_HEAD + "".join(seen)]
    for cause in CATALOGUE.values():
        if cause.code in _GROUPS:
            parts.append(f"## {_GROUPS[cause.code]}\n")
        parts.append(_section(cause))
    parts.append("## Between the browser and Jupyter\n")
    parts += [f"### {c}\n\n{what}\n\n**Next step**: {step}\n" for c, (what, step) in PANEL.items()]
    return "\n".join(parts)


class _Named(dict[str, str]):
    """Shows a fact that only a real case has by its name."""

    def __missing__(self, name: str) -> str:
        return f"*{name.replace('_', ' ')}*"


def _section(cause: Cause) -> str:
    who = " (with your administrator)" if cause.who == ADMIN else ""
    facts = _Named(reason="What was asked is not possible, and the message says why.")
    parts = [
        f"### {cause.code}",
        cause.message.replace("!r}", "}").format_map(facts),
        f"**Next step**{who}: {cause.next_step.format_map(facts)}",
    ]
    paste = fill(cause.paste, {}).rstrip()
    if paste:
        kind = "yaml" if paste.startswith("apiVersion") else "text"
        parts.append(f"```{kind}\n{paste}\n```")
    if cause.code in SEEN:
        said = "\n".join(f"- `{text}`" for text in SEEN[cause.code])
        parts.append(f"Also seen as:\n\n{said}")
    return "\n\n".join(parts) + "\n"


def sentences() -> str:
    """Return what is said of each cause and reason as JSON, with ``{name}`` where a fact goes."""
    each = {
        cause.code: [
            said
            for said in (cause.message.replace("!r}", "}"), cause.next_step)
            if not _ONLY_A_FACT.fullmatch(said)
        ]
        for cause in CATALOGUE.values()
    }
    each |= {code: list(texts) for code, texts in PANEL.items()}
    return json.dumps(each | reasons.sentences(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(sentences() if "--json" in sys.argv else page())
