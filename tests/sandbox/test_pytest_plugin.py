"""The fixtures that the sandbox brings for the tests of others."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
import requests

from kfp_sandbox import Sandbox


def _list(sandbox: Sandbox) -> dict[str, object]:
    token = sandbox.token_path.read_text()
    answer = requests.get(
        f"{sandbox.url}/apis/v2beta1/experiments?namespace={sandbox.namespace}",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    return dict(answer.json())


def test_it_runs_and_the_environment_leads_to_it(kfp_sandbox: Sandbox) -> None:
    assert os.environ["KF_PIPELINES_ENDPOINT"] == kfp_sandbox.url
    assert os.environ["KF_PIPELINES_SA_TOKEN_PATH"] == str(kfp_sandbox.token_path)
    assert _list(kfp_sandbox)["experiments"]


@pytest.mark.kfp_sandbox(seed=None, release="2.5.0", namespace="mine")
def test_a_marker_brings_its_options(kfp_sandbox: Sandbox) -> None:
    assert (kfp_sandbox.release.name, kfp_sandbox.namespace) == ("2.5.0", "mine")
    assert _list(kfp_sandbox) == {}


def test_a_factory_makes_several(kfp_sandbox_factory: Callable[..., Sandbox]) -> None:
    full, empty = kfp_sandbox_factory(seed=2), kfp_sandbox_factory(seed=None)
    assert _list(full)["experiments"]
    assert _list(empty) == {}
    assert os.environ.get("KF_PIPELINES_ENDPOINT") not in (full.url, empty.url)


def test_it_works_in_a_project_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import os

        def test_it(kfp_sandbox):
            assert os.environ["KF_PIPELINES_ENDPOINT"] == kfp_sandbox.url
        """
    )
    done = pytester.runpytest_subprocess("-p", "kfp_sandbox.pytest_plugin", "-p", "no:asyncio")
    done.assert_outcomes(passed=1)
