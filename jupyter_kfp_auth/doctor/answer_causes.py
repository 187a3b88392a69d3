"""The part of the catalogue about answers: of others on the way, and of Pipelines itself.

Rows of `doctor.causes`: code, message, next step, who can do that, and the template to paste.
"""

from __future__ import annotations

_YOU = "you"
_ADMIN = "administrator"

Row = tuple[str, str, str, str, str]

#: Where something other than Pipelines answered: nothing here speaks of Kubeflow's set-up.
ELSEWHERE_CAUSES: tuple[Row, ...] = (
    (
        "login-openshift",
        "{host} is guarded by OpenShift's login, which wants another token than Kubeflow does.",
        "Use the token of a service account that may get the route, and name its file in "
        "KF_PIPELINES_SA_TOKEN_PATH.",
        _YOU,
        "token-path",
    ),
    (
        "guarded-elsewhere",
        "{host} is guarded by something that is not Kubeflow ({server}): HTTP {status}, {body}",
        "Name the file of a token that it accepts in KF_PIPELINES_SA_TOKEN_PATH, or use another "
        "address.",
        _YOU,
        "token-path",
    ),
    (
        "refused-elsewhere",
        "A server before Pipelines ({server}) refuses the request: HTTP {status}, {body}",
        "Ask the administrator of {name} to let this request pass.",
        _ADMIN,
        "",
    ),
    (
        "kubernetes-answered",
        "The cluster's API server answered, not Pipelines: {said}",
        "Check the address: it leads to Kubernetes itself.",
        _YOU,
        "default-host",
    ),
    (
        "service-missing",
        "The cluster's API server answered that there is no service {service}: Pipelines is not "
        "in that namespace.",
        "Find the namespace of Pipelines, and use that in the address.",
        _YOU,
        "find-service",
    ),
    (
        "address-moved",
        "{host} says that it has moved to {moved_to}.",
        "If that is where your Pipelines is, use that address.",
        _YOU,
        "moved-host",
    ),
    (
        "proxy-denied",
        "Your proxy {proxy} refuses to connect to {name}.",
        "Exclude this host from the proxy, or ask your administrator to allow it there.",
        _YOU,
        "no-proxy",
    ),
    (
        "proxy-password",
        "Your proxy {proxy} wants a password.",
        "Exclude this host from the proxy, or put user and password into the address in "
        "{proxy_variable}.",
        _YOU,
        "no-proxy",
    ),
    (
        "proxy-socks",
        "{proxy_variable} names a SOCKS proxy, and this Python cannot use one.",
        "Install PySocks and restart the kernel, or exclude this host from the proxy.",
        _YOU,
        "pip-socks",
    ),
    (
        "too-many-requests",
        "{host} gets too many requests at the moment.",
        "Wait a little, then try again.",
        _YOU,
        "",
    ),
    (
        "gateway-timeout",
        "The request to {host} took too long on the way (HTTP {status}).",
        "Try again in a minute.",
        _YOU,
        "",
    ),
    (
        "request-too-large",
        "The request is too large for a gateway before Pipelines.",
        "Make the pipeline smaller: move code and long texts out of the components into an image, "
        "or split the pipeline.",
        _YOU,
        "",
    ),
    (
        "server-failed",
        "A server before Pipelines ({server}) failed: HTTP {status}, {body}",
        "Try again. If it keeps failing, send your administrator the report.",
        _ADMIN,
        "",
    ),
    (
        "connection-closed",
        "{host} closes the connection before it answers: most likely Istio wants mutual TLS there "
        "and this pod has no sidecar, or the port is not the one for HTTP.",
        "Use port 8888 (8887 is for gRPC); if you do, ask your administrator whether this pod "
        "should have a container istio-proxy.",
        _ADMIN,
        "default-host",
    ),
)

#: What Pipelines itself refuses, and what it is made of.
PIPELINES_CAUSES: tuple[Row, ...] = (
    (
        "token-issuer",
        "This cluster does not know the issuer or the signature of the token; it says that it is "
        "from {issuer}.",
        "Use a token of this cluster: the one mounted for Pipelines, or the one that `%kfp doctor "
        "--fix` requests.",
        _YOU,
        "poddefault",
    ),
    (
        "experiment-required",
        "This Pipelines wants to know the experiment of a run, and none was named.",
        "Name one: experiment_id=... in Python, -e EXPERIMENT in a command.",
        _YOU,
        "",
    ),
    (
        "run-ended",
        "The run {run_name} has already {ended}: there is nothing to terminate.",
        "Look at the run.",
        _YOU,
        "run",
    ),
    (
        "run-not-retryable",
        "Only failed runs can be retried, and {which_run} {state}.",
        "Look at the run; to run it again, clone it.",
        _YOU,
        "clone",
    ),
    (
        "name-taken",
        "That name is taken: {said}",
        "Take another name; for a pipeline, upload a new version of it.",
        _YOU,
        "",
    ),
    (
        "definition-missing",
        "Pipelines no longer has the definition of this run or pipeline version: {said}",
        "Upload the pipeline again, or submit its file.",
        _YOU,
        "",
    ),
    (
        "template-unreadable",
        "Pipelines {release} cannot read this pipeline, compiled by {compiled}: {said}",
        "Compile it with the kfp that fits the server; where it was uploaded, upload it again.",
        _YOU,
        "",
    ),
    (
        "pipeline-too-large",
        "The pipeline is too large for the cluster: {said}",
        "Make it smaller: move code and long texts out of the components into an image, or split "
        "the pipeline.",
        _YOU,
        "",
    ),
    (
        "pipeline-too-long",
        "The pipeline is too long for the database of Pipelines: {said}",
        "Make it smaller, or ask your administrator to enlarge that column.",
        _ADMIN,
        "",
    ),
    (
        "value-too-long",
        "The database of Pipelines has no room for {field}: {said}",
        "Make it shorter.",
        _YOU,
        "",
    ),
    (
        "text-not-storable",
        "The database of Pipelines cannot keep a character of this text: {said}",
        "Leave out emoji and other rare characters, or ask your administrator for a database with "
        "utf8mb4.",
        _ADMIN,
        "",
    ),
    (
        "disk-full",
        "The disk of Pipelines is full: {said}",
        "Ask your administrator to make room.",
        _ADMIN,
        "",
    ),
    (
        "database-unavailable",
        "The database of Pipelines cannot be reached, or refuses: {said}",
        "Try again in a minute. If it keeps failing, ask your administrator to look at the "
        "database.",
        _ADMIN,
        "",
    ),
    (
        "store-unavailable",
        "The object store of Pipelines cannot be reached, or refuses: {said}",
        "Ask your administrator to look at the object store and its credentials.",
        _ADMIN,
        "",
    ),
    (
        "argo-missing",
        "Pipelines cannot start workflows: the cluster does not know what one is. {said}",
        "Ask your administrator whether Argo Workflows is installed.",
        _ADMIN,
        "",
    ),
    (
        "workflow-denied",
        "Pipelines itself may not start workflows in your namespace: {said}",
        "Ask your administrator to check the roles of Pipelines in {namespace}.",
        _ADMIN,
        "",
    ),
    (
        "quota-exceeded",
        "The quota of your namespace is used up: {said}",
        "Delete what is no longer needed, or ask your administrator for a larger quota.",
        _YOU,
        "",
    ),
    (
        "admission-denied",
        "A policy of the cluster refuses this run: {said}",
        "Change what the policy names, or ask your administrator about it.",
        _ADMIN,
        "",
    ),
    (
        "namespace-missing",
        "There is no such namespace in the cluster: {said}",
        "Choose a namespace that exists.",
        _YOU,
        "use-namespace",
    ),
    (
        "pipelines-busy",
        "Pipelines got no answer from the cluster in time: {said}",
        "Wait a little, then try again. If it keeps failing, send your administrator the report.",
        _ADMIN,
        "",
    ),
    (
        "outcome-unknown",
        "The request to {asked} may have been carried out: no answer came back ({why}).",
        "Look before you send it again.",
        _YOU,
        "look",
    ),
)
