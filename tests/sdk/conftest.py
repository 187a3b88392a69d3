"""IPython shells in the environments of the real SDKs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .environments import SDKS
from .python import Python


@pytest.fixture(params=sorted(SDKS), scope="module")
def shell(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Python]:
    """An IPython shell without any variable that names a host."""
    python = Python(SDKS[request.param](), {"HOME": str(tmp_path_factory.mktemp("home"))})
    python.run("import os, kfp; from kfp import Client; own = Client.__init__")
    python.run(
        "from IPython.core.interactiveshell import InteractiveShell as S; sh = S(); "
        "sys.ps1 = sys.ps2 = ''"  # a shell changes the prompt
    )
    python.run("cell = sh.run_cell")
    yield python
    python.close()
