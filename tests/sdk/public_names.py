"""Run with an SDK's own Python: print what is public in it, as JSON."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import warnings

warnings.simplefilter("ignore")

import kfp  # noqa: E402
import kfp.compiler  # noqa: E402
import kfp.components  # noqa: E402
import kfp.dsl  # noqa: E402

MODULES = (
    "kfp", "kfp.dsl", "kfp.components", "kfp.compiler", "kfp.dsl.types", "kfp.auth", "kfp.client",
    "kfp.local", "kfp.aws", "kfp.azure", "kfp.gcp", "kfp.onprem", "kfp.notebook", "kfp.containers",
)  # fmt: skip


def own(name: str) -> list[str]:
    """Names of a module, without those that it imports from elsewhere."""
    module = importlib.import_module(name)
    found = []
    for each in dir(module):
        value = getattr(module, each)
        home = value.__name__ if inspect.ismodule(value) else getattr(value, "__module__", "kfp")
        if not each.startswith("_") and str(home or "kfp").partition(".")[0] == "kfp":
            found.append(f"{name}.{each}")
    return found


def main() -> None:
    """Print modules, names in them, and methods of tasks and of the client."""
    present = []
    for name in MODULES:
        try:
            present += own(name)
        except ImportError:
            continue
        present.append(name)
    for module in pkgutil.iter_modules(kfp.__path__, "kfp."):
        if not module.name.startswith(("kfp._", "kfp.cli", "kfp.deprecated", "kfp.init_test")):
            present.append(module.name)
    task = getattr(kfp.dsl, "PipelineTask", None) or kfp.dsl.ContainerOp
    present += [f"Task.{name}" for name in dir(task) if not name.startswith("_")]
    present += [f"Client.{name}" for name in dir(kfp.Client) if name[:1].islower()]
    print(json.dumps(sorted(set(present))))


if __name__ == "__main__":
    main()
