"""The pages as they are written, and the code in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Every page that people read: those of the site, and those at the top of the repository.
PAGES = sorted(
    page.relative_to(ROOT)
    for pattern in (
        "*.md",
        "docs/*.md",
        "docs/reference/*.md",
        "deploy/*.md",
        "sandbox/*.md",
        "benchmarks/*.md",
    )
    for page in ROOT.glob(pattern)
)

#: A comment above a block says where it runs, or why it does not.
_BLOCK = re.compile(
    r"^(?:<!-- (?P<order>(?:not run: .+?|run in .+?)) -->\n)?"
    r"^(?P<fence>```+)(?P<language>\w*)\n(?P<code>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A block of code, and the environments to run it in: none, ours (empty name), or an SDK's."""

    line: int
    language: str
    code: str
    environments: tuple[str, ...]


def blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page that can be run."""
    text = (ROOT / page).read_text("utf-8")
    for found in _BLOCK.finditer(text):
        order = found["order"] or ""
        environments: tuple[str, ...] = ("",)
        if order.startswith("not run"):
            environments = ()
        elif order:
            environments = tuple(order.removeprefix("run in ").split(", "))
        if found["language"] in ("python", "ipython", "console"):
            line = text.count("\n", 0, found.start("code")) + 1
            yield Block(line, found["language"], found["code"], environments)
