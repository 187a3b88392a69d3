"""The catalogue, the templates, and how a fact gets into a sentence."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import jupyter_kfp_auth
from jupyter_kfp_auth.doctor import Diagnosis, explain
from jupyter_kfp_auth.doctor.causes import _CAUSES, ADMIN, CATALOGUE, YOU, Cause
from jupyter_kfp_auth.doctor.diagnosis import _UNKNOWN
from jupyter_kfp_auth.doctor.paste import _PLACEHOLDERS, _TEMPLATES, fill
from jupyter_kfp_auth.http.errors import PipelinesError
from jupyter_kfp_auth.pipelines import answers, errors, refusals
from jupyter_kfp_auth.pipelines.errors import InvalidRequest

PACKAGE = Path(jupyter_kfp_auth.__file__).parent
CAUSES = [pytest.param(cause, id=cause.code) for cause in CATALOGUE.values()]


def sentences(text: str) -> int:
    """Count the sentences; a dot inside of a name or a version ends none."""
    return len(re.findall(r"[.:!?](?= [A-Z“]|$)", re.sub(r"\{said\}|\{body\}", "It.", text)))


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_is_well_formed(cause: Cause) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", cause.code)
    assert cause.who in (YOU, ADMIN)
    assert cause.message.endswith((".", "{said}", "{body}", "{reason}"))
    assert 1 <= sentences(cause.message) <= 2 or cause.message == "{reason}"
    assert cause.next_step.endswith(".")
    assert 1 <= sentences(cause.next_step) <= 2
    assert len(cause.message) < 250
    assert len(cause.next_step) < 250
    assert cause.paste in {"", *_TEMPLATES}


def test_each_code_is_there_once() -> None:
    codes = [cause.code for cause in _CAUSES]
    assert sorted(set(codes)) == sorted(codes)
    assert CATALOGUE.keys() >= set(codes)


@pytest.mark.parametrize("cause", CAUSES)
def test_each_fact_of_a_sentence_has_a_word_for_when_it_is_not_known(cause: Cause) -> None:
    used = {
        name
        for text in (cause.message, cause.next_step)
        for _, name, _, _ in Formatter().parse(text)
        if name
    }
    assert used <= {*_UNKNOWN, "reason"}
    for template in _TEMPLATES.values():
        fields = {name for _, name, _, _ in Formatter().parse(template) if name}
        assert fields <= set(_PLACEHOLDERS)


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_can_be_said_without_a_single_fact(cause: Cause) -> None:
    diagnosis = explain(PipelinesError(cause.code, "what was seen."))
    assert diagnosis.cause == cause.code
    for text in (diagnosis.message, diagnosis.next_step, diagnosis.paste):
        assert not re.search(r"[{}?]|None", text)
    assert bool(diagnosis.paste) == bool(cause.paste)


def codes_in_the_source() -> set[str]:
    """Collect the first argument of every error that is made in the layers below."""
    kinds = {"PipelinesError", "ArtifactError", "MetadataError", *(name for name in errors.__all__)}
    found = set()
    for layer in (
        "http",
        "config",
        "auth",
        "cluster",
        "pipelines",
        "outputs",
        "doctor",
        "commands",
    ):
        for path in (PACKAGE / layer).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or not node.args:
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0]
                if name in kinds and isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return found


def test_each_code_that_is_ever_raised_is_in_the_catalogue() -> None:
    raised = codes_in_the_source()
    assert {"token-missing", "host-invalid", "pipelines-down"} <= raised
    raised |= {code for _, code, _ in answers._MESH}
    raised |= {code for code, _, _ in refusals.REFUSALS}
    raised |= {code for code, _ in (*answers._BY_STATUS.values(), *answers._ELSEWHERE.values())}
    assert raised <= set(CATALOGUE)


def test_a_code_that_nobody_knows_is_unknown_and_shows_what_was_seen() -> None:
    diagnosis = explain(PipelinesError("new-code", "something new"))
    assert diagnosis.cause == "unknown"
    assert "something new" in diagnosis.message


def test_braces_in_a_fact_are_text() -> None:
    error = PipelinesError("unknown", "x", facts={"body": "{host} {0} {body!r}"})
    assert "{host} {0} {body!r}" in explain(error).message


def test_a_wrong_option_says_what_is_allowed() -> None:
    error = InvalidRequest.of("page_size", "a whole number from 1 to 200", 500)
    assert explain(error).message == "page_size must be a whole number from 1 to 200, not 500."


# -- What is pasted ---------------------------------------------------------------------------


def test_the_rolebinding_is_for_the_account_that_was_refused() -> None:
    facts = {"user": "system:serviceaccount:team-a:default-editor", "namespace": "team-b"}
    text = fill("rolebinding", facts)
    assert "name: pipelines-team-a-default-editor\n  namespace: team-b\n" in text
    assert text.endswith(
        "  - kind: ServiceAccount\n    name: default-editor\n    namespace: team-a\n"
    )


def test_the_poddefault_is_for_the_namespace_and_the_audience() -> None:
    text = fill("poddefault", {"namespace": "team-a", "wanted": "kfp.example"})
    assert "  namespace: team-a\n" in text
    assert "audience: kfp.example\n" in text
    assert "audience: pipelines.kubeflow.org\n" in fill("poddefault", {})


def test_nothing_to_paste() -> None:
    assert fill("", {"namespace": "team-a"}) == ""


@given(st.dictionaries(st.sampled_from(["user", *_PLACEHOLDERS]), st.text()))
def test_facts_from_the_network_cannot_change_what_is_pasted(facts: dict[str, str]) -> None:
    for name, template in _TEMPLATES.items():
        text = fill(name, facts)
        assert text.count("\n") == template.count("\n")
        assert text.isascii()


@pytest.mark.parametrize(
    "user",
    [
        "system:serviceaccount:a\nkind: Evil:b",
        "system:serviceaccount:team-a",
        "system:serviceaccount:a: {b}:c",
        "someone@example.com",
    ],
)
def test_a_user_that_is_no_service_account_leaves_the_placeholder(user: str) -> None:
    text = fill("rolebinding", {"user": user, "namespace": "team-b"})
    assert "name: default-editor\n    namespace: YOUR-NAMESPACE" in text


# -- How it is shown --------------------------------------------------------------------------


def test_a_diagnosis_as_html_shows_text_as_text() -> None:
    diagnosis = Diagnosis(
        False, "unknown", "<script>1</script>", "<b>2</b>.", paste="<i>3</i>", who="you"
    )
    html = diagnosis._repr_html_()
    assert "<script>" not in html
    assert "<b>2" not in html
    assert "<i>" not in html
    assert str(diagnosis) == repr(diagnosis)
    assert diagnosis.as_dict()["checks"] == []


@pytest.mark.parametrize("code", ["token-missing", "identity-missing"])
def test_in_a_step_of_a_pipeline_no_notebook_server_is_created(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KFP_POD_NAME", "train-abcde-system-container-impl-7")
    monkeypatch.delenv("NB_PREFIX", raising=False)
    diagnosis = explain(PipelinesError(code, "x", facts={"namespace": "team-a"}))
    assert diagnosis.cause == "token-missing-in-step"
    assert "notebook server" not in f"{diagnosis.message} {diagnosis.next_step} {diagnosis.paste}"
    assert "add_pod_label(task, 'access-ml-pipeline', 'true')" in diagnosis.paste
    monkeypatch.setenv("NB_PREFIX", "/notebook/team-a/nb")  # a notebook that runs a step's image
    assert explain(PipelinesError(code, "x")).cause == code
