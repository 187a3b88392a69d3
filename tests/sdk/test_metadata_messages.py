"""The messages of the metadata store, with the protobuf that each SDK brings."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .environments import SDKS

pytestmark = pytest.mark.sdk

ROOT = Path(__file__).parents[2]

CODE = """
from jupyter_kfp_auth.outputs.metadata.messages import MESSAGES
from jupyter_kfp_auth.outputs.metadata.values import value
import google.protobuf, kfp
sent = MESSAGES["Execution"](id=2**40, type="system.ContainerExecution")
outputs = sent.custom_properties["outputs"].struct_value.fields
outputs["list"].list_value.values.add().number_value = 0.1
sent.custom_properties["parent_dag_id"].int_value = -1
got = MESSAGES["Execution"].FromString(sent.SerializeToString())
print(got.id, sorted((k, value(v)) for k, v in got.custom_properties.items()))
print(google.protobuf.__version__)
"""


@pytest.mark.parametrize("sdk", sorted(SDKS))
def test_they_are_built_and_read_with_any_protobuf(sdk: str) -> None:
    done = subprocess.run(
        [SDKS[sdk](), "-W", "ignore", "-c", CODE],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    found, version = done.stdout.splitlines()
    assert found == f"{2**40} [('outputs', {{'list': [0.1]}}), ('parent_dag_id', -1)]"
    assert (int(version.split(".")[0]) < 4) == (sdk == "kfp-1.8.22")
