"""The doctor's repair by REST: the plan is shown, and only that plan is carried out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kfp_sandbox import Sandbox

from .conftest import Ask

MINT = "/serviceaccounts/token/create"


@pytest.fixture(autouse=True)
def runtime_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A minted token of one test must not be found by the next."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


async def test_from_no_token_to_experiments_by_minting(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.kubernetes.allow(MINT)
    sandbox.faults.set("token-missing")
    assert (await ask("experiments")).cause == "token-missing"
    plan = (await ask("doctor/plan")).data
    assert plan["remedy"] == "mint"
    done = (await ask("doctor/fix", method="POST", query={"key": plan["key"]})).data
    assert (done["ok"], done["changed"], done["restart"]) == (True, True, False)
    assert (await ask("experiments")).data["items"]
    origin = (await ask("status")).data["settings"]["token_path"]["origin"]
    assert "minted" in origin


async def test_a_minted_token_is_seen_beside_a_useless_mounted_one(
    ask: Ask, sandbox: Sandbox
) -> None:
    sandbox.kubernetes.allow(MINT)
    sandbox.write_token(sandbox.issue_token(audience="somebody-else"))
    assert (await ask("experiments")).cause == "token-audience"
    plan = (await ask("doctor/plan")).data
    done = await ask("doctor/fix", method="POST", query={"key": plan["key"]})
    assert done.data["ok"]
    assert (await ask("experiments")).data["items"]


async def test_another_plan_than_the_one_that_was_shown_is_not_carried_out(
    ask: Ask, sandbox: Sandbox, upstream: Callable[[str], int]
) -> None:
    sandbox.faults.set("token-missing")
    shown = (await ask("doctor/plan")).data
    assert shown["remedy"] != "mint"
    sandbox.kubernetes.allow(MINT)
    answer = await ask("doctor/fix", method="POST", query={"key": shown["key"]})
    assert (answer.status, answer.cause) == (409, "conflict")
    assert upstream("/serviceaccounts/default-editor/token") == 0


async def test_where_nothing_is_wrong_nothing_is_done(ask: Ask) -> None:
    plan = (await ask("doctor/plan")).data
    assert plan["remedy"] == "nothing"
    answer = await ask("doctor/fix", method="POST", query={"key": plan["key"]})
    assert answer.status == 409


@pytest.mark.parametrize("key", ["", "x", "0" * 17, "../../0000000000"])
async def test_a_key_that_is_none_is_refused(ask: Ask, key: str) -> None:
    answer = await ask("doctor/fix", method="POST", query={"key": key}, known=False)
    assert answer.status in (400, 409)
