"""Pages that are made from the code: a line `<!-- made: NAME -->` becomes what the code says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import commands, interfaces, migration, outside, settings

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MAKERS = {
    "commands": commands.commands,
    "terminal": commands.terminal,
    "places": settings.places,
    "traitlets": settings.traitlets,
    "panel": settings.panel,
    "routes": interfaces.routes,
    "schemas": interfaces.schemas,
    "events": interfaces.events,
    "only_in_1": migration.only_in_1,
    "only_in_2": migration.only_in_2,
    "deploy": outside.deploy,
}


def fill(page: str, text: str) -> str:
    """Return a page with each such line replaced, and with what lies outside of `docs/`."""
    text = re.sub(r"^<!-- made: (\w+) -->$", lambda found: MAKERS[found[1]](), text, flags=re.M)
    text = outside.drawn(text)
    return text if "/" in page else outside.linked(text)


def _on_source_read(_app: Sphinx, page: str, source: list[str]) -> None:
    source[0] = fill(page, source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Let Sphinx fill each page as it reads it."""
    app.connect("source-read", _on_source_read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
