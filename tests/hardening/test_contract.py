"""Whatever is asked of the real server, it answers as `openapi.yaml` says."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi import checks

from ..server import contract
from ..server.test_process import PASS, Process
from ..server.test_process import process as process

SCHEMA: Any = schemathesis.openapi.from_dict(contract.DOCUMENT)
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}
#: Those that look at one answer. Who and what is refused is tested in `tests/server`.
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
AUTHORIZATION = {"Authorization": f"token {PASS}"}


@pytest.mark.parametrize("process", ["cookie"], indirect=True)
@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_conforms(process: Process, label: str, soak: bool) -> None:
    kind = label.split("/")[1].split("/")[0].replace("-", "_")
    item = ""
    if "{id}" in label:
        page = process.send("GET", kind.replace("_", "-")).json()
        item = page["items"][0][f"{kind[:-1]}_id"]

    def known(case: Case[Any], *, real: bool) -> Case[Any]:
        if item and real:
            case.path_parameters["id"] = item
        return case

    operation = OPERATIONS[label]
    right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @settings(
        max_examples=300 if soak else 6,
        derandomize=not soak,  # `make test` asks the same each time, `make soak` looks for more
        phases=[Phase.generate],  # to make a request smaller takes minutes
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.builds(known, right, real=st.booleans()) | wrong)
    def check(case: Case[Any]) -> None:
        # Tornado refuses other headers before any handler sees them.
        assume(all(str(value).isprintable() for value in (case.headers or {}).values()))
        try:
            response = case.call(base_url=f"{process.url}kfp/v1", headers=AUTHORIZATION)
        except requests.ConnectionError as error:  # nor a head of more than 64 KiB
            if len(str(getattr(error.request, "url", ""))) < 60_000:
                raise
            return
        # Pipelines itself may fail to act, as it does when asked to retry what cannot be retried.
        assert response.status_code < 500 or (case.method, response.status_code) == ("POST", 502)
        case.validate_response(response, checks=CHECKS)

    check()
