"""The page of the documentation that is made from the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

from jupyter_kfp_auth.doctor.catalogue import SEEN, page
from jupyter_kfp_auth.doctor.causes import CATALOGUE

PAGE = Path(__file__).parents[2] / "docs" / "problems.md"


def test_the_committed_page_is_the_catalogues() -> None:
    made = "python -m jupyter_kfp_auth.doctor.catalogue > docs/problems.md"
    assert PAGE.read_text("utf-8") == page(), f"Make it anew: {made}"


def test_each_cause_has_its_anchor() -> None:
    anchors = re.findall(r"^## (.*)$", page(), re.MULTILINE)
    assert anchors == list(CATALOGUE)


def test_it_reads_without_a_case() -> None:
    assert not re.search(r"\{\w+[!}]|None\b(?!')", page().replace("': None, ", ""))
    assert set(SEEN) <= set(CATALOGUE)
