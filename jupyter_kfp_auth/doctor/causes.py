"""The catalogue: every cause with its sentence, who can fix it, and the one next step.

``{name}`` is filled from the facts of the error. `paste` names a template of `doctor.paste`.
"""

from __future__ import annotations

from dataclasses import dataclass

from .outputs_causes import OUTPUTS_CAUSES
from .refusals import REFUSALS
from .sdk_causes import SDK_CAUSES

YOU = "you"
ADMIN = "administrator"


@dataclass(frozen=True, slots=True)
class Cause:
    """One row of the catalogue."""

    code: str
    message: str
    next_step: str
    who: str = YOU
    paste: str = ""


_CAUSES = (
    # -- Settings -----------------------------------------------------------------------------
    Cause(
        "host-invalid",
        "The address of Pipelines from {origin} cannot be used: it must be an http:// or "
        "https:// address without user, password and query.",
        "Correct {origin}, or choose another address.",
        paste="use-host",
    ),
    Cause(
        "namespace-invalid",
        "The namespace {namespace!r} from {origin} is not a Kubernetes name.",
        "Use lower-case letters, digits and hyphens, at most 63 characters.",
        paste="use-namespace",
    ),
    Cause(
        "timeout-invalid",
        "The timeout {timeout} from {origin} is not a number of seconds above 0 and up to 3600.",
        "Correct {origin}.",
    ),
    Cause(
        "ca-missing",
        "The CA bundle {path} from {origin} cannot be read.",
        "Correct {origin}, or unset it to use the certificates that come with Python.",
    ),
    # -- The token ----------------------------------------------------------------------------
    Cause(
        "token-missing",
        "No token for Pipelines is mounted in this pod: there is no file {path}.",
        "Try `%kfp doctor --fix`; where that may not repair it, ask for the PodDefault below in "
        "the namespace {namespace} and create a new notebook server with its box ticked under "
        "“Configurations”, because a running one does not get it.",
        who=ADMIN,
        paste="poddefault",
    ),
    Cause(
        "token-empty",
        "The token file {path} is empty.",
        "Wait a minute until the cluster has written it; if it stays empty, restart the notebook "
        "server.",
    ),
    Cause(
        "token-unreadable",
        "The token file {path} may not be read by this process ({mode}).",
        "Ask your administrator to set fsGroup in the notebook's pod to a group of your user.",
        who=ADMIN,
    ),
    Cause(
        "token-malformed",
        "The file {path} does not hold a token.",
        "Point KF_PIPELINES_SA_TOKEN_PATH at the projected token for Pipelines.",
    ),
    Cause(
        "token-expired",
        "The token has expired, and no newer one has been written to {path}.",
        "Restart the notebook server; if the token is a copy, use the mounted file instead.",
    ),
    Cause(
        "token-not-yet-valid",
        "The token is not valid yet: the clock of this notebook's machine is not the cluster's.",
        "Ask your administrator to check the time on the nodes.",
        who=ADMIN,
    ),
    Cause(
        "token-audience",
        "The token is meant for {audience}, and Pipelines wants {wanted}.",
        "Use the projected token for Pipelines, not the pod's ordinary token; `%kfp doctor --fix` "
        "can get one where your cluster allows it.",
        paste="poddefault",
    ),
    Cause(
        "token-invalidated",
        "The token belongs to a pod or service account that has been deleted or made anew.",
        "Restart the notebook server to get a new token.",
    ),
    Cause(
        "token-rejected",
        "Pipelines does not accept the token: {said}",
        "Restart the notebook server for a new token; if that does not help, show your "
        "administrator the report.",
    ),
    Cause(
        "identity-missing",
        "The request reached Pipelines without any identity: no token was sent.",
        "Try `%kfp doctor --fix`; where that may not repair it, have the token mounted with the "
        "PodDefault below and create a new notebook server.",
        who=ADMIN,
        paste="poddefault",
    ),
    # -- The network --------------------------------------------------------------------------
    Cause(
        "host-not-found",
        "The name {name} does not resolve: Pipelines is not there, or this is not a pod of its "
        "cluster.",
        "Set the address of your Pipelines; without a cluster, try the sandbox with "
        "`jupyter kfp demo`.",
        paste="use-host",
    ),
    Cause(
        "connection-refused",
        "Nothing listens at {host}.",
        "Check the port (Pipelines itself uses 8888) and try again in a minute if the notebook "
        "has just started.",
        paste="use-host",
    ),
    Cause(
        "network-timeout",
        "No connection to {host} within {timeout} s: most likely the cluster does not let "
        "notebooks connect there (a NetworkPolicy).",
        "Use ml-pipeline:8888 and not ml-pipeline-ui; if you do, ask your administrator to allow "
        "your namespace.",
        who=ADMIN,
        paste="default-host",
    ),
    Cause(
        "network-unreachable",
        "There is no way from here to {host}: the address is wrong, or the cluster does not let "
        "notebooks connect there (a NetworkPolicy).",
        "Use ml-pipeline:8888 and not ml-pipeline-ui; if you do, ask your administrator to allow "
        "your namespace.",
        who=ADMIN,
        paste="default-host",
    ),
    Cause(
        "no-answer",
        "{host} takes the connection but did not answer within {timeout} s.",
        "Try again; if it stays so, ask your administrator to look at the ml-pipeline deployment.",
        who=ADMIN,
    ),
    Cause(
        "connection-broken",
        "The connection to {host} broke before the answer was complete.",
        "Try again; if it happens often, ask your administrator to look at ml-pipeline and its "
        "sidecar.",
        who=ADMIN,
    ),
    Cause(
        "answer-too-large",
        "The answer of Pipelines is larger than {megabytes} MiB.",
        "Ask for fewer rows at a time.",
    ),
    Cause(
        "proxy-failed",
        "The proxy from the environment did not pass the request on to {host}.",
        "Let this host be asked without the proxy.",
        paste="no-proxy",
    ),
    Cause(
        "tls-untrusted",
        "The certificate of {name} is signed by a CA that is not trusted here.",
        "Name the file with your CA's certificates.",
        paste="ca-cert",
    ),
    Cause(
        "tls-other-name",
        "The certificate that answers is not for {name}.",
        "Use the name that the certificate is made for.",
        paste="other-host",
    ),
    Cause(
        "tls-expired",
        "The certificate of {name} is out of its time, or the clock of this node is wrong.",
        "Ask your administrator to renew the certificate.",
        who=ADMIN,
    ),
    Cause(
        "tls-failed",
        "The TLS handshake with {name} failed.",
        "Try the same address with http:// instead of https://.",
        paste="http-host",
    ),
    Cause(
        "tls-required",
        "{host} wants https://, and the address says http://.",
        "Use the https:// address.",
        paste="https-host",
    ),
    # -- The mesh -----------------------------------------------------------------------------
    Cause(
        "istio-denied",
        "Istio refused the request: the cluster's network stopped it before Pipelines saw it, so "
        "no RoleBinding will help.",
        "Use ml-pipeline:8888 instead of ml-pipeline-ui; if you do, ask your administrator about "
        "AuthorizationPolicies, and whether an EnvoyFilter adds a kubeflow-userid header.",
        who=ADMIN,
        paste="default-host",
    ),
    Cause(
        "istio-issuer",
        "Istio, the cluster's network, does not know the issuer of the token, {issuer}.",
        "Ask your administrator to add this issuer to the RequestAuthentication.",
        who=ADMIN,
    ),
    Cause(
        "istio-keys",
        "Istio, the cluster's network, cannot verify the token of issuer {issuer}: the signing "
        "keys that it has are stale or wrong.",
        "Ask your administrator to refresh the keys (jwks) of the RequestAuthentication.",
        who=ADMIN,
    ),
    Cause(
        "istio-audience",
        "Istio, the cluster's network, does not allow the token's audience, {audience}.",
        "Ask your administrator to add it to the audiences of the RequestAuthentication.",
        who=ADMIN,
    ),
    Cause(
        "login-required",
        "{host} wants a browser login: that is the gateway's address, not the one for pods.",
        "Use the address inside the cluster.",
        paste="default-host",
    ),
    Cause(
        "mesh-unavailable",
        "Behind {host} the cluster's network cannot reach Pipelines; your token is not the "
        "problem.",
        "Try again in a minute; if it stays so, ask your administrator to restart ml-pipeline.",
        who=ADMIN,
    ),
    # -- Pipelines ----------------------------------------------------------------------------
    Cause(
        "rbac-denied",
        "{user} may not {verb} {resource} in the namespace {namespace}.",
        "Ask the owner of {namespace} for the RoleBinding below.",
        who=ADMIN,
        paste="rolebinding",
    ),
    Cause(
        "namespace-required",
        "This Pipelines serves many namespaces, and none is set.",
        "Choose the namespace of your experiments.",
        paste="use-namespace",
    ),
    Cause(
        "namespace-rejected",
        "This Pipelines knows no namespaces, and one was sent.",
        "Forget the namespace that was chosen.",
        paste="use-reset",
    ),
    Cause(
        "api-not-found",
        "{host} answers, but no Pipelines API is there.",
        "Check the address: its path and its port (8888 for Pipelines itself).",
        paste="default-host",
    ),
    Cause(
        "pipelines-down",
        "The web page's server at {host} answers, but the Pipelines API server behind it is down.",
        "Try again in a minute; if it stays so, tell your administrator.",
        who=ADMIN,
    ),
    Cause(
        "page-too-large",
        "One row is too large for the server to send: {said}",
        "Open it on the Pipelines web page.",
    ),
    Cause("not-found", "Pipelines has no such thing: {said}", "Check the id, or list again."),
    Cause(
        "invalid-request",
        "{reason}",
        "Correct it and try again.",
    ),
    Cause(
        "conflict",
        "Pipelines refuses in the present state: {said}",
        "Look at its state and try again.",
    ),
    Cause(
        "pipelines-failed",
        "Pipelines failed to {asked}: {said}",
        "Try again; if it stays so, show your administrator the report.",
        who=ADMIN,
    ),
    Cause(
        "not-pipelines",
        "{host} answered something that Pipelines does not answer: {body}",
        "Check the address; inside the cluster it is the one below.",
        paste="default-host",
    ),
    # -- Outputs of runs ----------------------------------------------------------------------
    *(Cause(*row) for row in OUTPUTS_CAUSES),
    # -- The kfp SDK --------------------------------------------------------------------------
    *(Cause(*row) for row in SDK_CAUSES),
    Cause(
        "unknown",
        "An answer that this version does not know: {body}",
        "Show your administrator the report.",
        who=ADMIN,
    ),
    # -- Why a repair is not possible ---------------------------------------------------------
    *(Cause(*row) for row in REFUSALS),
)

CATALOGUE = {cause.code: cause for cause in _CAUSES}
