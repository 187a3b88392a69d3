"""An interpreter of another environment, to be driven from a test."""

from __future__ import annotations

import os
import subprocess


class Python:
    """An interpreter with an SDK, fed line by line, so that a test can act between two calls."""

    def __init__(self, executable: str, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [executable, "-u", "-m", "code", "-q"],
            env={**os.environ, **environment, "PYTHONSTARTUP": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.run("import sys, warnings; sys.ps1 = sys.ps2 = ''")

    def run(self, line: str) -> str:
        """Run one line and return what it printed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\nprint('<done>')\n")
        self._process.stdin.flush()
        printed = []
        for out in self._process.stdout:
            if out.strip().lstrip("> .") == "<done>":
                break
            printed.append(out)
        return "".join(printed)

    def close(self) -> None:
        """End the interpreter."""
        self._process.kill()
        self._process.communicate()
