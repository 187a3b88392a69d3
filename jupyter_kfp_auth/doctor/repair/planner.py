"""Find the best remedy: what is wrong, what the cluster allows, and what it would change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from ...auth import requested_token
from ...auth.token_file import AUDIENCE
from ...cluster import token_request
from ...cluster.client import Kubernetes, KubernetesError
from ...config.settings import Settings, usable
from ...http.errors import PipelinesError, in_a_line
from ...http.strict_json import JsonDict
from ..diagnosis import Diagnosis, explain
from ..paste import fill
from ..probes import diagnose
from . import notebook as notebooks
from .notebook import RepairError, Target
from .plan import Edit, Plan

#: The causes that another token may remove, where the one at hand is no good by its own claims.
REPAIRABLE = frozenset(
    {
        "token-missing",
        "token-empty",
        "token-unreadable",
        "token-malformed",
        "token-expired",
        "token-audience",
        "token-rejected",
        "token-invalidated",
        "token-issuer",
        "token-not-renewed",
        "identity-missing",
    }
)

LOST = (
    "Kubeflow then restarts this notebook server: kernels and unsaved work are lost, and so is "
    "whatever was installed or stored outside your home volume."
)


def plan(settings: Settings) -> Plan:
    """Return the best remedy for what is wrong. Asks the cluster; changes nothing."""
    diagnosis = diagnose(settings)
    if diagnosis.ok:
        message = f"Nothing to repair. {diagnosis.message}"
        return Plan("nothing", message, settings, diagnosis=diagnosis)
    # A mounted token that seems good comes before a minted one: another of its kind is no help.
    ours = settings.token_path.origin == requested_token.ORIGIN
    good = usable(settings.token_file, settings.service_account) and not ours
    if diagnosis.cause not in REPAIRABLE or good:
        message = f"No repair for this: another token would not help. {diagnosis.next_step}"
        return Plan("nothing", message, settings, who=diagnosis.who, diagnosis=diagnosis)
    chosen = settings.token_path
    if chosen.origin in ("argument", "KfpAuth.token_path"):
        facts = {"path": chosen.value, "origin": chosen.origin}
        refusal = explain(RepairError("token-explicit", "set by hand", facts=facts))
        message = in_a_line(refusal.message, refusal.next_step)
        return Plan("nothing", message, settings, who="you", diagnosis=diagnosis)
    reasons: list[str] = []
    try:
        with Kubernetes(settings.service_account) as kubernetes:
            for remedy in (_mint, _mount):
                found = _attempt(remedy, kubernetes, settings, reasons)
                if found is not None:
                    return replace(found, reasons=tuple(reasons), diagnosis=diagnosis)
            return _ask(settings, reasons, diagnosis, kubernetes)
    except PipelinesError as error:
        reasons.append(explain(error).message)
        return _ask(settings, reasons, diagnosis)


def plan_undo(settings: Settings) -> Plan:
    """Return what would take back every repair of this pod. Changes nothing."""
    messages: list[str] = []
    reasons: list[str] = []
    change, edit = "", None
    path = requested_token.find(settings.service_account)
    if path is not None:
        messages.append(
            f"The minted token {path} is deleted. A copy of it, if there is one, ends by itself."
        )
    try:
        with Kubernetes(settings.service_account) as kubernetes:
            target, notebook = own_notebook(kubernetes, verb="get")
            edit, left = undoing(target, notebook)
            if edit is not None:
                _check(kubernetes, "patch", target)
                dry_run(kubernetes, edit)
                change = as_yaml(edit.addition.fragment(target))
                messages.append(
                    f"What is below is removed from your Notebook {target.name}. {LOST}"
                )
                if left:
                    changed = ", ".join(left)
                    messages.append(f"Changed since, and left as it is: {changed}.")
    except PipelinesError as error:
        edit = None
        refusal = explain(error)
        if path is None and error.facts.get("verb") == "get":
            # What may not even be looked at was not changed from here.
            return Plan("nothing", f"There is nothing to take back. {refusal.message}", settings)
        if path is None:
            return Plan("nothing", in_a_line(refusal.message, refusal.next_step), settings)
        reasons.append(refusal.message)
    if not messages:
        return Plan("nothing", "There is no repair to take back.", settings)
    message = " ".join(messages)
    return Plan(
        "undo", message, settings, change, edit is not None, "you", tuple(reasons), edit=edit
    )


def own_notebook(kubernetes: Kubernetes, *, verb: str) -> tuple[Target, JsonDict]:
    """Return the Notebook of this pod. Raises `RepairError` or `KubernetesError`."""
    target = Target.here()
    _check(kubernetes, "get", target)
    if verb != "get":
        _check(kubernetes, verb, target)
    try:
        return target, kubernetes.get(target.path)
    except KubernetesError as error:
        raise refused(error, target) from None


def undoing(target: Target, notebook: JsonDict) -> tuple[Edit | None, list[str]]:
    """Return the patch that takes back what was added, and what stays; ``None`` for no patch."""
    addition = notebooks.Addition.recorded(notebook)
    if addition is None:
        return None, []
    steps, left = notebooks.removing(notebook, addition)
    return Edit(target, addition, steps), left


def dry_run(kubernetes: Kubernetes, edit: Edit) -> JsonDict:
    """Let the cluster try the patch and return the Notebook as it would be.

    Raises `RepairError` or `KubernetesError`.
    """
    try:
        return kubernetes.patch(edit.target.path, edit.steps, dry_run=True)
    except KubernetesError as error:
        raise refused(error, edit.target) from None


def refused(error: KubernetesError, target: Target) -> PipelinesError:
    """Say in words about this Notebook why the cluster refused."""
    code = {404: "notebook-missing", 409: "notebook-changed", 400: "notebook-rejected",
            422: "notebook-rejected"}.get(error.status or 0)  # fmt: skip
    said = error.facts.get("said", "")
    if error.status == 403 and "admission webhook" in said:
        code = "notebook-rejected"
    if code is None:
        return error
    facts = {**error.facts, **target.facts}
    return RepairError(code, error.detail, status=error.status, facts=facts)


def as_yaml(document: object) -> str:
    """Return a document as YAML, in its own order."""
    import yaml

    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    return text


def _attempt(
    remedy: Callable[[Kubernetes, Settings], Plan],
    kubernetes: Kubernetes,
    settings: Settings,
    reasons: list[str],
) -> Plan | None:
    """Return the plan of a remedy, or keep the reason why it is none."""
    try:
        return remedy(kubernetes, settings)
    except PipelinesError as error:
        if error.cause_code in _HOPELESS:  # no other remedy will fare better
            raise
        refusal = explain(error)
        if error.cause_code in ("notebook-restart", "notebook-changed"):
            return Plan(
                "nothing", in_a_line(refusal.message, refusal.next_step), settings, who="you"
            )
        if refusal.message not in reasons:
            reasons.append(refusal.message)
        return None


_HOPELESS = frozenset({"cluster-absent", "cluster-unreachable", "cluster-untrusted"})


def _mint(kubernetes: Kubernetes, settings: Settings) -> Plan:
    namespace, account = kubernetes.account
    if not account:
        raise RepairError("mint-account-unknown", "the token is opaque")
    resource = "serviceaccounts/token"
    if not kubernetes.allows("create", resource, namespace=namespace, name=account):
        facts = {"user": kubernetes.identity.subject}
        raise RepairError("mint-denied", f"create {resource}: no", facts=facts)
    path = requested_token.place(settings.service_account)
    message = (
        f"A token for Pipelines is minted for this pod's own account {account} and kept in {path}, "
        f"readable for you only. It lives {token_request.LIFETIME // 3600} hours "
        "and is renewed in time. Nothing restarts."
    )
    return Plan("mint", message, settings, as_yaml(token_request.request(kubernetes)), who="you")


def _mount(kubernetes: Kubernetes, settings: Settings) -> Plan:
    for attempt in range(_ATTEMPTS):
        try:
            return _mounting(kubernetes, settings)
        except RepairError as error:
            # A culler, for one, writes to it all the time.
            if error.cause_code != "notebook-changed" or attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


#: How often a change is planned anew on a Notebook that others change at the same time.
_ATTEMPTS = 3


def _mounting(kubernetes: Kubernetes, settings: Settings) -> Plan:
    target, notebook = own_notebook(kubernetes, verb="patch")
    name = notebooks.waiting(notebook, _poddefaults(kubernetes, target), _labels(kubernetes))
    if name:
        raise _restart(f"The PodDefault {name}")
    addition = _missing(notebook, target)
    if addition.empty:
        raise _restart(f"The Notebook {target.name}")
    edit = Edit(target, addition, notebooks.adding(notebook, addition))
    if not _missing(dry_run(kubernetes, edit), target).empty:
        said = "it takes the change, but drops a part of it"
        raise RepairError("notebook-rejected", said, facts={**target.facts, "said": said})
    message = (
        f"The token for Pipelines is mounted by adding what is below to your Notebook "
        f"{target.name}. {LOST} `%kfp doctor --unfix` takes it back."
    )
    shown = as_yaml(addition.fragment(target))
    return Plan("mount", message, settings, shown, restart=True, who="you", edit=edit)


def _missing(notebook: JsonDict, target: Target) -> notebooks.Addition:
    try:
        return notebooks.missing(notebook)
    except RepairError as error:
        error.facts.update(target.facts)
        raise


def _restart(said: str) -> RepairError:
    return RepairError("notebook-restart", said, facts={"said": said})


def _check(kubernetes: Kubernetes, verb: str, target: Target) -> None:
    """Raise RepairError unless this account may do that with its Notebook."""
    if not kubernetes.allows(
        verb, "notebooks", group="kubeflow.org", namespace=target.namespace, name=target.name
    ):
        facts = {**target.facts, "verb": verb, "user": kubernetes.identity.subject}
        raise RepairError("mount-denied", f"{verb} notebooks.kubeflow.org: no", facts=facts)


def _poddefaults(kubernetes: Kubernetes, target: Target) -> list[JsonDict]:
    """Return the namespace's PodDefaults, as far as we may see them."""
    try:
        found = kubernetes.get(
            f"/apis/kubeflow.org/v1alpha1/namespaces/{target.namespace}/poddefaults"
        )
    except KubernetesError as error:
        if error.status is None:
            raise
        return []
    items = found.get("items")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _labels(kubernetes: Kubernetes) -> dict[str, str] | None:
    """Return the labels of this pod; ``None`` where we may not see them.

    Those of its Notebook may be newer: they reach a pod only when its StatefulSet is created.
    """
    namespace, name = kubernetes.account[0], kubernetes.identity.pod[0]
    if not name:
        return None
    try:
        pod = kubernetes.get(f"/api/v1/namespaces/{quote(namespace)}/pods/{quote(name)}")
    except KubernetesError as error:
        if error.status is None:
            raise
        return None
    metadata = pod.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    return labels if isinstance(labels, dict) else {}


def _ask(
    settings: Settings,
    reasons: list[str],
    diagnosis: Diagnosis,
    kubernetes: Kubernetes | None = None,
) -> Plan:
    user, namespace = "", settings.namespace.value
    if kubernetes is not None:
        user = kubernetes.identity.subject
        namespace = kubernetes.account[0] or namespace  # the pod's, whichever is looked at
    yaml = fill("poddefault", {"namespace": namespace, "wanted": AUDIENCE})
    where = f"in the namespace {namespace}" if namespace else "in my namespace"
    who = f" It runs as {user}." if user else ""
    letter = (
        f"Hello,\n\nmy notebook server {where} has no token for Kubeflow Pipelines.{who}\n"
        "Could you please apply the PodDefault below there (kubectl apply -f)? I will then create\n"
        "a new notebook server with “Allow access to Kubeflow Pipelines” ticked.\n"
        "\nThe alternative, without a new server: let my account create tokens for itself\n"
        "(verb create, resource serviceaccounts/token).\n\nThank you!\n\n"
    )
    return Plan(
        "ask",
        "Only your administrator can help here. Send them the message below.",
        settings,
        yaml,
        who="administrator",
        reasons=tuple(reasons),
        letter=letter + yaml,
        diagnosis=diagnosis,
    )
