"""Where the real kfp SDKs are installed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


def _python(variable: str, name: str) -> Callable[[], str]:
    def find() -> str:
        python = os.environ.get(variable) or str(_ROOT / ".venvs" / name / "bin" / "python")
        if not Path(python).exists():
            pytest.fail(f"There is no {python}. Run: make sdk-envs", pytrace=False)
        return python

    return find


#: For each SDK a function that returns its interpreter, or fails the test and says what to do.
SDKS = {
    "kfp-1.8.22": _python("JKA_KFP1_PYTHON", "kfp-1.8.22"),
    "kfp-2": _python("JKA_KFP2_PYTHON", "kfp-2"),
}
