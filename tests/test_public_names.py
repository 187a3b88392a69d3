"""What `import jupyter_kfp_auth` offers: these names, no more, each with its docstring."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys

import pytest

import jupyter_kfp_auth
from jupyter_kfp_auth import PipelinesError, api
from jupyter_kfp_auth.commands import sdk
from jupyter_kfp_auth.pipelines import errors

FUNCTIONS = {"client", "connect", "diagnose"}
ERRORS = {
    "ApiError",
    "ArtifactError",
    "Conflict",
    "Forbidden",
    "InvalidRequest",
    "KubernetesError",
    "MetadataError",
    "NotFound",
    "OutcomeUnknown",
    "PipelinesError",
    "SettingsError",
    "StillRunning",
    "TokenError",
    "Unauthenticated",
    "Unavailable",
    "UnexpectedAnswer",
    "Unreachable",
}
MODELS = {
    "Comparison",
    "Connection",
    "Diagnosis",
    "Experiment",
    "Page",
    "Pipeline",
    "PipelineVersion",
    "RecurringRun",
    "Run",
    "RunOutputs",
    "Task",
}
#: Of kfp, which need not be installed.
KFPS = {"ServiceAccountTokenVolumeCredentials"}
PUBLIC = FUNCTIONS | ERRORS | MODELS | KFPS | {"__version__"}


def test_these_names_are_public_and_no_others() -> None:
    assert set(jupyter_kfp_auth.__all__) == PUBLIC
    assert dir(jupyter_kfp_auth) == sorted(PUBLIC)
    assert set(api.__all__) == PUBLIC - {"__version__"}


@pytest.mark.parametrize("name", sorted(FUNCTIONS | ERRORS | MODELS))
def test_each_name_is_there_and_explained(name: str) -> None:
    found = getattr(jupyter_kfp_auth, name)
    assert found.__name__ == name
    assert inspect.getdoc(found)
    assert not found.__name__.startswith("_")


def public_members() -> list[tuple[str, str]]:
    return [
        (name, member)
        for name in sorted(MODELS)
        for member in vars(getattr(jupyter_kfp_auth, name))
        if not member.startswith("_")
    ]


@pytest.mark.parametrize(("name", "member"), public_members())
def test_each_method_is_explained(name: str, member: str) -> None:
    found = inspect.getattr_static(getattr(jupyter_kfp_auth, name), member)
    if inspect.isfunction(found) or isinstance(found, property):
        assert inspect.getdoc(found)


def test_the_credentials_are_those_of_the_installed_kfp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk, "credentials_class", lambda: int)
    assert vars(api)["public"]("ServiceAccountTokenVolumeCredentials") is int


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = jupyter_kfp_auth.nothing


def test_the_docstring_tells_the_whole_hierarchy_of_errors() -> None:
    told = re.findall(r"^ {4}( *)(\w+)", errors.__doc__ or "", re.MULTILINE)
    assert {name for _, name in told} == ERRORS
    for place, (indent, name) in enumerate(told):
        kind = getattr(jupyter_kfp_auth, name)
        assert issubclass(kind, PipelinesError)
        above = next((n for i, n in reversed(told[:place]) if len(i) < len(indent)), None)
        if above is not None:
            assert kind.__bases__[0] is getattr(jupyter_kfp_auth, above)


def test_importing_costs_nothing() -> None:
    program = (
        "import sys, jupyter_kfp_auth; dir(jupyter_kfp_auth); "
        "print(sorted({'requests', 'ipywidgets', 'kfp', 'grpc', 'yaml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
