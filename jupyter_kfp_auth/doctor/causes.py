"""The catalogue: every cause with its sentence, who can fix it, and the one next step.

``{name}`` is filled from the facts of the error. `paste` names a template of `doctor.paste`.
"""

from __future__ import annotations

from dataclasses import dataclass

from .answer_causes import ELSEWHERE_CAUSES, PIPELINES_CAUSES
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
        "The address of Pipelines from {origin} cannot be used: {problem}.",
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
        "Run `%kfp doctor --fix`. If that is not allowed, ask an administrator to apply the "
        "PodDefault below to {namespace}, then create a new notebook server and tick it under "
        "“Configurations” (running servers do not pick it up).",
        who=ADMIN,
        paste="poddefault",
    ),
    Cause(
        "token-missing-in-step",
        "This is a step of a pipeline, and no token for Pipelines is mounted in its pod: there is "
        "no file {path}.",
        "Have the token mounted into the step's pod: where {namespace} has the PodDefault, give "
        "the task its label.",
        paste="pod-label",
    ),
    Cause(
        "token-empty",
        "The token file {path} is empty.",
        "Wait a minute until the cluster has written it. If it stays empty, restart the notebook "
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
        "token-not-renewed",
        "The token that this pod requested for itself has expired, and the cluster did not renew "
        "it.",
        "Ask your administrator whether your account may still create tokens for itself "
        "(serviceaccounts/token), or take it back with `%kfp doctor --unfix`.",
        who=ADMIN,
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
        "The token belongs to a pod or service account that has been deleted or recreated.",
        "Restart the notebook server to get a new token.",
    ),
    Cause(
        "token-rejected",
        "Pipelines does not accept the token: {said}",
        "Restart the notebook server to get a new token. If that does not help, send your "
        "administrator the report.",
    ),
    Cause(
        "identity-missing",
        "The request reached Pipelines without any identity: no token was sent.",
        "Run `%kfp doctor --fix`. If that is not allowed, have the token mounted with the "
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
        "{host} cannot be reached from here: the address is wrong, or the cluster does not let "
        "notebooks connect there (a NetworkPolicy).",
        "Use ml-pipeline:8888 and not ml-pipeline-ui; if you do, ask your administrator to allow "
        "your namespace.",
        who=ADMIN,
        paste="default-host",
    ),
    Cause(
        "no-answer",
        "{host} takes the connection but did not answer within {timeout} s.",
        "Try again. If it keeps failing, ask your administrator to look at the ml-pipeline "
        "deployment.",
        who=ADMIN,
    ),
    Cause(
        "connection-broken",
        "The connection to {host} broke before the answer was complete.",
        "Try again. If it keeps failing, ask your administrator to look at the server and at "
        "what is before it.",
        who=ADMIN,
    ),
    Cause(
        "answer-too-large",
        "The answer of Pipelines is larger than {megabytes} MiB.",
        "Ask for fewer rows at a time.",
    ),
    Cause(
        "proxy-failed",
        "The proxy {proxy} did not forward the request to {host}.",
        "Exclude this host from the proxy.",
        paste="no-proxy",
    ),
    Cause(
        "tls-untrusted",
        "The certificate of {name} is signed by a CA that is not trusted here.",
        "Set the path to your CA bundle.",
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
        "The certificate of {name} has expired or is not yet valid, or this node's clock is wrong.",
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
        paste="moved-host",
    ),
    # -- Others on the way ---------------------------------------------------------------------
    *(Cause(*row) for row in ELSEWHERE_CAUSES),
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
        "{host} wants a browser login: that is an address for browsers, not the one for pods.",
        "Use the address of Pipelines inside the cluster.",
        paste="default-host",
    ),
    Cause(
        "mesh-unavailable",
        "Behind {host} the cluster's network cannot reach Pipelines; your token is not the "
        "problem.",
        "Try again in a minute. If it keeps failing, ask your administrator to look at "
        "ml-pipeline.",
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
        "Try again in a minute. If it keeps failing, tell your administrator.",
        who=ADMIN,
    ),
    Cause(
        "page-too-large",
        "One row is too large for the server to send: {said}",
        "Open it on the Pipelines web page.",
    ),
    Cause("not-found", "There is no {thing}.", "Check the id, or list what there is."),
    Cause(
        "invalid-request",
        "{reason}",
        "Fix the value and run it again.",
    ),
    Cause(
        "conflict",
        "Its present state does not allow this: {said}",
        "Look at its state.",
    ),
    Cause(
        "still-running",
        "The run has not ended within {timeout} s; it is still running.",
        "Wait again, with a longer timeout.",
    ),
    Cause(
        "logs-unreadable",
        "{said}",
        "Look at the log on the run's page in the Kubeflow dashboard.",
    ),
    Cause(
        "pipelines-failed",
        "Pipelines failed to {asked}: {said}",
        "Try again. If it keeps failing, send your administrator the report.",
        who=ADMIN,
    ),
    Cause(
        "not-pipelines",
        "{host} answered something that Pipelines does not answer: {body}",
        "Check the address; inside the cluster it is the one below.",
        paste="default-host",
    ),
    *(Cause(*row) for row in PIPELINES_CAUSES),
    # -- Outputs of runs ----------------------------------------------------------------------
    *(Cause(*row) for row in OUTPUTS_CAUSES),
    # -- The kfp SDK --------------------------------------------------------------------------
    *(Cause(*row) for row in SDK_CAUSES),
    Cause(
        "unknown",
        "This version does not know such an answer: {body}",
        "Send your administrator the report.",
        who=ADMIN,
    ),
    # -- Why a repair is not possible ---------------------------------------------------------
    *(Cause(*row) for row in REFUSALS),
)

CATALOGUE = {cause.code: cause for cause in _CAUSES}
