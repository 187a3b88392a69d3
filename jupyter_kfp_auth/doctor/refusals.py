"""The part of the catalogue that says why a repair is not possible: rows of `doctor.causes`.

Each row is code, message, next step, and who can do that.
"""

from __future__ import annotations

_BY_HAND = "Do the next step of `%kfp doctor` by hand."
_AGAIN = "Run `%kfp doctor --fix` again."

REFUSALS: tuple[tuple[str, str, str, str], ...] = (
    (
        "cluster-absent",
        "This process cannot ask a cluster for anything: {said}.",
        _BY_HAND,
        "you",
    ),
    (
        "cluster-unreachable",
        "The cluster's API server at {host} cannot be reached: {said}.",
        "Try again in a minute. If it keeps failing, ask your administrator whether a "
        "NetworkPolicy keeps notebooks from it.",
        "administrator",
    ),
    (
        "cluster-untrusted",
        "The cluster's API server at {host} cannot be trusted: {said}.",
        "Send your administrator the report.",
        "administrator",
    ),
    (
        "cluster-denied",
        "The cluster does not allow it: {said}",
        _BY_HAND,
        "administrator",
    ),
    (
        "cluster-not-found",
        "The cluster does not have it: {said}",
        _BY_HAND,
        "administrator",
    ),
    (
        "cluster-conflict",
        "The cluster refuses in its present state: {said}",
        _AGAIN,
        "you",
    ),
    (
        "cluster-failed",
        "The cluster refuses: {said}",
        "Send your administrator the report.",
        "administrator",
    ),
    (
        "token-explicit",
        "The token's file {path} is chosen by {origin}, and a repair does not overrule that.",
        "Correct {origin}, or remove it and run `%kfp doctor --fix` again.",
        "you",
    ),
    (
        "mint-denied",
        "{user} may not create tokens for itself (serviceaccounts/token).",
        _BY_HAND,
        "administrator",
    ),
    (
        "mint-account-unknown",
        "The pod's own token does not say which service account it belongs to.",
        _BY_HAND,
        "administrator",
    ),
    (
        "mint-audience",
        "The cluster minted a token for {said} instead of {wanted}; it was thrown away.",
        "Ask your administrator for the PodDefault instead.",
        "administrator",
    ),
    (
        "mint-unwritable",
        "The minted token cannot be kept in {said}.",
        "Let XDG_RUNTIME_DIR or TMPDIR name a directory of your own.",
        "you",
    ),
    (
        "mint-useless",
        "Pipelines does not accept a minted token either, so it was removed. {said}",
        "Send your administrator the report.",
        "administrator",
    ),
    (
        "mount-denied",
        "{user} may not {verb} the Notebook {name} in the namespace {namespace}.",
        _BY_HAND,
        "administrator",
    ),
    (
        "notebook-unknown",
        "NB_PREFIX does not name the Notebook of this server, so its volumes cannot be changed "
        "from here.",
        _BY_HAND,
        "administrator",
    ),
    (
        "notebook-workspace",
        "This server is a Workspace of Kubeflow Notebooks 2, not a Notebook; its volumes come from "
        "what your administrator has set up.",
        "Ask your administrator to mount the token in the Workspace.",
        "administrator",
    ),
    (
        "notebook-missing",
        "There is no Notebook {name} in the namespace {namespace}; if this is a Workspace of "
        "Kubeflow Notebooks 2, its volumes are not set there.",
        "Ask your administrator to mount the token.",
        "administrator",
    ),
    (
        "notebook-occupied",
        "The Notebook {name} already has something else in that place: {said}.",
        "Change the Notebook by hand.",
        "administrator",
    ),
    (
        "notebook-restart",
        "{said} mounts the token already, but only into a pod that starts after it was made.",
        "Stop and start this notebook server once.",
        "you",
    ),
    (
        "notebook-changed",
        "The Notebook {name} was changed by someone else at the same time, so nothing was done.",
        _AGAIN,
        "you",
    ),
    (
        "notebook-rejected",
        "The cluster rejects this change of the Notebook {name}: {said}",
        "Show your administrator this sentence.",
        "administrator",
    ),
    (
        "notebook-uncertain",
        "No answer came to the change of the Notebook {name}: it may or may not have been made.",
        "Run `%kfp doctor` in a minute.",
        "you",
    ),
)
