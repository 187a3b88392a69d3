"""Look for known vulnerabilities in what is installed and in what the front end is built of.

Ends with 0 when there are none, with 1 when there are some, and with 2 where the data of PyPI or of
the npm registry cannot be reached: then nothing is known, and nothing is said to be fine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FINE, VULNERABLE, UNKNOWN = 0, 1, 2


def run(*command: str, cwd: Path = ROOT) -> str:
    """Return what a command prints."""
    return subprocess.run(  # noqa: S603 - our own tools
        command, cwd=cwd, capture_output=True, text=True, check=False
    ).stdout


def python() -> int:
    """Ask pip-audit about every package of this environment."""
    try:
        found = json.loads(run(sys.executable, "-m", "pip_audit", "--format", "json"))
    except ValueError:
        found = {"dependencies": []}
    packages: list[dict[str, Any]] = found["dependencies"]
    asked = [package for package in packages if "skip_reason" not in package]
    for package in asked:
        for flaw in package["vulns"]:
            fixed = ", ".join(flaw["fix_versions"]) or "no version yet"
            print(f"{package['name']} {package['version']}: {flaw['id']}, fixed in {fixed}")
    print(f"Python: {len(asked)} of {len(packages)} packages could be looked up.")
    if any(package["vulns"] for package in asked):
        return VULNERABLE
    # Our own is not on PyPI as it is here.
    return FINE if len(asked) >= len(packages) - 1 > 0 else UNKNOWN


def javascript() -> int:
    """Ask the npm registry about everything in yarn.lock."""
    told = run("jlpm", "npm", "audit", "--all", "--json", cwd=ROOT / "labextension")
    try:
        found = json.loads(told)["metadata"]["vulnerabilities"]
    except (ValueError, KeyError):
        print("npm: the registry does not answer questions about vulnerabilities from here.")
        return UNKNOWN
    print(f"npm: {', '.join(f'{count} {level}' for level, count in found.items())}")
    return VULNERABLE if any(found.values()) else FINE


def main() -> int:
    """Ask both."""
    codes = python(), javascript()
    if VULNERABLE in codes:
        return VULNERABLE
    if UNKNOWN in codes:
        print("NOT AUDITED: the data cannot be reached from here. Run it where there is internet.")
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
