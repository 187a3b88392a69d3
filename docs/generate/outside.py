"""What is not a page: files elsewhere in the repository, and drawings."""

from __future__ import annotations

import re
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_REPOSITORY = "https://github.com/jupyter-kfp-auth/jupyter-kfp-auth/blob/main"


def linked(text: str) -> str:
    """Let the links of a page directly in `docs/` that leave it lead to the repository."""
    return text.replace("](../", f"]({_REPOSITORY}/")


def deploy() -> str:
    """Return the README of `deploy/` under a title of its own, its links leading there."""
    text = (_ROOT / "deploy" / "README.md").read_text("utf-8")
    text = re.sub(r"\A# .*", "# Files for the cluster", text)
    text = text.replace("](../docs/", "](")
    return re.sub(r"\]\((?![a-z]+://|#|[\w-]+\.md)", "](../deploy/", text)


def drawn(text: str) -> str:
    """Put drawings into the page itself, so that they have the page's colours and links."""

    def drawing(found: re.Match[str]) -> str:
        svg = (_ROOT / "docs" / found[1]).read_text("utf-8")
        return f'```{{raw}} html\n<div class="drawing">{svg}</div>\n```'

    return re.sub(r"^!\[[^\]]*\]\((images/[\w-]+\.svg)\)$", drawing, text, flags=re.M)
