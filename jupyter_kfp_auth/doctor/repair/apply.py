"""Do what a plan says, once the user has said yes, and have the doctor look again."""

from __future__ import annotations

from dataclasses import replace

from ...auth import requested_token
from ...auth.token_file import AUDIENCE
from ...cluster import token_request
from ...cluster.client import Kubernetes, KubernetesError
from ...config.settings import Setting, Settings
from ...http.errors import PipelinesError
from ..diagnosis import explain
from ..probes import diagnose
from . import notebook as notebooks
from .notebook import RepairError
from .plan import Edit, Outcome, Plan
from .planner import REPAIRABLE, plan_undo, refused, undoing

_LATER = "When the notebook server is back, run `%kfp doctor`."

#: What the doctor says when it is the token that Pipelines does not take.
_USELESS = REPAIRABLE | {"token-not-yet-valid"}


def apply(plan: Plan) -> Outcome:
    """Carry out a plan. A refusal is an outcome, too, and leaves everything as it was."""
    try:
        if plan.remedy == "mint":
            return _mint(plan)
        if plan.remedy == "mount":
            return _mount(plan)
        if plan.remedy == "undo":
            return _undo(plan)
    except PipelinesError as error:
        refusal = explain(error)
        return Outcome(
            False, plan.remedy, False, refusal.message, refusal.next_step, cause=refusal.cause
        )
    ok = plan.diagnosis is None or plan.diagnosis.ok
    return Outcome(ok, plan.remedy, False, plan.message, diagnosis=plan.diagnosis)


def undo(settings: Settings) -> Outcome:
    """Take back every repair of this pod, without asking anybody."""
    return apply(plan_undo(settings))


def _mint(plan: Plan) -> Outcome:
    settings = plan.settings
    path = requested_token.place(settings.service_account)
    with Kubernetes(settings.service_account) as kubernetes:
        try:
            token_request.mint(kubernetes, path)
        except KubernetesError as error:
            error.facts["wanted"] = AUDIENCE
            raise
    settings = replace(settings, token_path=Setting(str(path), requested_token.ORIGIN))
    if not settings.namespace.value and (claims := settings.token_file.claims()):
        settings = replace(settings, namespace=Setting(claims.namespace, "the token"))
    found = diagnose(settings)
    if found.cause in _USELESS:
        requested_token.remove(path)
        raise RepairError("mint-useless", found.message, facts={"said": found.message})
    message = "A token for Pipelines was minted; it is renewed in time."
    return Outcome(found.ok, "mint", True, message, diagnosis=found)


def _mount(plan: Plan) -> Outcome:
    edit = plan.edit
    assert edit is not None
    with Kubernetes(plan.settings.service_account) as kubernetes:
        try:
            _patch(kubernetes, edit)
        except KubernetesError as error:
            if error.status != 409:
                raise
            _patch_anew(kubernetes, edit)
    message = (
        f"The Notebook {edit.target.name} now mounts the token, and Kubeflow restarts this "
        "notebook server. Whether it works can be seen only after that."
    )
    return Outcome(True, "mount", True, message, _LATER, restart=True)


def _patch_anew(kubernetes: Kubernetes, edit: Edit) -> None:
    """Try once more on the Notebook as it is now, if the change is still the one that was shown."""
    try:
        notebook = kubernetes.get(edit.target.path)
        same = notebooks.missing(notebook) == edit.addition
    except PipelinesError:  # it is gone, or something else is in that place now
        same = False
    if not same:
        raise _changed(edit)
    steps = notebooks.adding(notebook, edit.addition)
    try:
        _patch(kubernetes, replace(edit, steps=steps))
    except KubernetesError as error:
        raise _changed(edit) if error.status == 409 else error from None


def _patch(kubernetes: Kubernetes, edit: Edit) -> None:
    """Patch the Notebook. Raises `KubernetesError` for a conflict, `RepairError` otherwise."""
    try:
        kubernetes.patch(edit.target.path, edit.steps, dry_run=False)
    except KubernetesError as error:
        if error.status == 409:
            raise
        if error.cause_code == "cluster-unreachable":
            facts = dict(edit.target.facts)
            raise RepairError("notebook-uncertain", error.detail, facts=facts) from None
        raise refused(error, edit.target) from None


def _changed(edit: Edit) -> RepairError:
    return RepairError("notebook-changed", "409 twice", status=409, facts=dict(edit.target.facts))


def _undo(plan: Plan) -> Outcome:
    done, edit = [], plan.edit
    if edit is not None:  # first what can be refused
        with Kubernetes(plan.settings.service_account) as kubernetes:
            try:
                _patch(kubernetes, edit)
            except KubernetesError:
                again, _ = undoing(edit.target, kubernetes.get(edit.target.path))
                if again is None or again.addition != edit.addition:
                    raise _changed(edit) from None
                try:
                    _patch(kubernetes, again)
                except KubernetesError:
                    raise _changed(edit) from None
        done.append(
            f"The Notebook {edit.target.name} is as it was before, and Kubeflow restarts this "
            "notebook server."
        )
    path = requested_token.find(plan.settings.service_account)
    if path is not None and requested_token.remove(path):
        done.append("The minted token is deleted.")
    return Outcome(True, "undo", True, " ".join(done), "", restart=edit is not None)
