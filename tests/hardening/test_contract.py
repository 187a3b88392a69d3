"""Whatever is asked of the real server, it answers as `openapi.yaml` says."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from ..server import contract
from ..server.test_process import PASS, Process
from ..server.test_process import process as process

SCHEMA: Any = schemathesis.openapi.from_dict(contract.DOCUMENT)
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}
#: Those that look at one answer. That strangers and other verbs are refused is tested elsewhere.
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
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

    @settings(max_examples=300 if soak else 6, suppress_health_check=list(HealthCheck))
    @given(case=st.builds(known, right, real=st.booleans()) | wrong)
    def check(case: Case[Any]) -> None:
        # Tornado refuses other headers before any handler sees them.
        assume(all(str(value).isprintable() for value in (case.headers or {}).values()))
        response = case.call(base_url=f"{process.url}kfp/v1", headers=AUTHORIZATION)
        case.validate_response(response, checks=CHECKS)

    check()
