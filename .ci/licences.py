"""List the licences of what is installed with the package and of what is built into it."""

from __future__ import annotations

import json
import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAME = "jupyter-kfp-auth"
BUILT = ROOT / "jupyter_kfp_auth/labextension/static/third-party-licenses.json"

#: Built into the widget's module in place of React.
WIDGET_ONLY = ("preact",)


def licence(found: metadata.PackageMetadata) -> str:
    """Return the licence as the package states it."""
    stated = found.get("License-Expression") or ""
    classes = (c for c in found.get_all("Classifier") or () if c.startswith("License :: "))
    short = (found.get("License") or "").strip().split("\n")[0]
    return stated or ", ".join(c.rsplit(" :: ", 1)[1] for c in classes) or short or "not stated"


def python() -> dict[str, tuple[str, str]]:
    """Return version and licence of everything that an installation brings along."""
    found: dict[str, tuple[str, str]] = {}
    names = [NAME]
    while names:
        name = re.sub(r"[-_.]+", "-", names.pop()).lower()
        if name in found:
            continue
        try:
            about = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # for another platform or Python
            continue
        found[name] = (about.version, licence(about.metadata))
        wanted = (one for one in about.requires or () if "extra ==" not in one)
        names += [match[0] for one in wanted if (match := re.match(r"[\w.-]+", one))]
    return found


def javascript() -> dict[str, tuple[str, str]]:
    """Return version and licence of everything in the built front end."""
    packages = json.loads(BUILT.read_text("utf-8"))["packages"]
    found = {one["name"]: (one["versionInfo"], one["licenseId"]) for one in packages}
    for name in WIDGET_ONLY:
        path = ROOT / "labextension/node_modules" / name / "package.json"
        about = json.loads(path.read_text("utf-8"))
        found[name] = (about["version"], about["license"])
    return found


if __name__ == "__main__":
    for heading, table in (("Python", python()), ("In the front end", javascript())):
        print(heading)
        for name, (version, words) in sorted(table.items()):
            print(f"  {name:28} {version:14} {words}")
