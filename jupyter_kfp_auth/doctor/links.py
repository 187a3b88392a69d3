"""Where the documentation is, and in it each cause."""

from __future__ import annotations

#: The published pages of `docs/`. The panel has the same address in `explorer/links.ts`.
DOCUMENTATION = "https://jupyter-kfp-auth.github.io/jupyter-kfp-auth"


def problem(code: str) -> str:
    """Return the address of a cause's section in the catalogue."""
    return f"{DOCUMENTATION}/problems.html#{code}"
