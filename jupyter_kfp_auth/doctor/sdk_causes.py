"""The part of the catalogue about the kfp SDK and calls of it: rows of `doctor.causes`.

Each row is code, message, next step, who can do that, and the template to paste.
"""

from __future__ import annotations

SDK_CAUSES: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "sdk-too-new",
        "kfp {sdk} asks for an API that this Pipelines does not have: the server is older than "
        "2.0.",
        "Install the kfp of this server, then restart the kernel.",
        "you",
        "pip-1",
    ),
    (
        "sdk-too-old",
        "kfp {sdk} is older than this Pipelines: it sees only what KFP 1 already had.",
        "Install the kfp of this server, then restart the kernel.",
        "you",
        "pip-2",
    ),
    (
        "sdk-missing",
        "The kfp SDK is not installed in the environment of this kernel.",
        "Install it, then restart the kernel; %kfp works without it.",
        "you",
        "pip",
    ),
    (
        "sdk-broken",
        "kfp {sdk} cannot be imported because of an incompatible package: {said}",
        "Reinstall kfp, then restart the kernel; %kfp works without it.",
        "you",
        "pip-anew",
    ),
    (
        "kfp-1-code",
        "This is code for kfp 1.x, and kfp {sdk} is installed: it has no {name}.",
        "Write it for kfp 2; what to write instead stands on the page about migrating.",
        "you",
        "",
    ),
    (
        "kfp-2-code",
        "This is code for kfp 2.x, and kfp {sdk} is installed: it has no {name}.",
        "Write it for kfp 1; what to write instead stands on the page about migrating.",
        "you",
        "",
    ),
    (
        "sdk-kubernetes-missing",
        "kfp.kubernetes is a package of its own, and it is not installed here.",
        "Install it, then restart the kernel.",
        "you",
        "pip-kubernetes",
    ),
    (
        "client-token-newline",
        "The token given to this kfp.Client ends in a line break, which no header may hold.",
        "Make the client with %kfp client: it reads the token again for each request; clear this "
        "output before you save the notebook, because the token stands in it.",
        "you",
        "kfp-client",
    ),
    (
        "client-google-sign-in",
        "KF_PIPELINES_IAP_OAUTH2_CLIENT_ID makes kfp.Client sign in at Google, and there are no "
        "credentials for that here.",
        "On Kubeflow unset that variable, or make the client with %kfp client.",
        "you",
        "unset-iap",
    ),
    (
        "client-without-token",
        "This kfp.Client sends no token, although one is mounted: where a host is given, kfp wants "
        "credentials beside it.",
        "Make the client with %kfp client, or give it credentials beside the host.",
        "you",
        "credentials",
    ),
    (
        "client-token-copied",
        "This kfp.Client holds a copy of a token, and Pipelines no longer accepts it.",
        "Make the client with %kfp client: it reads the token again for each request.",
        "you",
        "kfp-client",
    ),
    (
        "client-without-host",
        "This kfp.Client was given no address and found none, so it asks http://localhost.",
        "Make the client with %kfp client.",
        "you",
        "kfp-client",
    ),
    (
        "client-no-health",
        "kfp.Client asked {host} five times for its health and got no good answer.",
        "Let the doctor find out why; it takes a few seconds.",
        "you",
        "doctor",
    ),
    (
        "call-without-namespace",
        "This call names no namespace, and this Pipelines serves many.",
        "Name yours in the call, as below, or make the client with %kfp client.",
        "you",
        "call-namespace",
    ),
    (
        "call-with-namespace",
        "This call names a namespace, and this Pipelines knows none.",
        "Leave namespace= out of the call.",
        "you",
        "",
    ),
    (
        "wait-ended",
        "The wait timed out. The run may still be going, or it was cancelled, which kfp does not "
        "recognise as finished.",
        "Look at the run.",
        "you",
        "run",
    ),
    (
        "context-unusable",
        "kfp.Client cannot use its stored settings, {path}: {said}",
        "Rename that file, or make the client with %kfp client, which does not need it.",
        "you",
        "kfp-client",
    ),
)
