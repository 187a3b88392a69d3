"""The page of the documentation that is made from the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

from jupyter_kfp_auth.doctor import explain
from jupyter_kfp_auth.doctor.catalogue import _GROUPS, PANEL, SEEN, page, sentences
from jupyter_kfp_auth.doctor.causes import CATALOGUE
from jupyter_kfp_auth.doctor.links import DOCUMENTATION
from jupyter_kfp_auth.http.errors import PipelinesError
from jupyter_kfp_auth.notebook.hints import Hint

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "problems.md"
SENTENCES = ROOT / "labextension/src/explorer/model/causes.json"


def test_the_committed_page_is_the_catalogues() -> None:
    made = "python -m jupyter_kfp_auth.doctor.catalogue > docs/problems.md"
    assert PAGE.read_text("utf-8") == page(), f"Make it anew: {made}"


def test_the_panel_translates_the_catalogues_sentences() -> None:
    made = "python -m jupyter_kfp_auth.doctor.catalogue --json > labextension/src/explorer/model/"
    assert SENTENCES.read_text("utf-8") == sentences(), f"Make it anew: {made}causes.json"


def test_each_cause_has_its_anchor() -> None:
    anchors = re.findall(r"^### (.*)$", page(), re.MULTILINE)
    assert anchors == [*CATALOGUE, *PANEL]
    assert set(_GROUPS) <= set(CATALOGUE)


def test_each_cause_of_the_panel_and_its_server_has_its_anchor() -> None:
    problem = (ROOT / "labextension/src/explorer/components/problem.tsx").read_text("utf-8")
    handlers = (ROOT / "jupyter_kfp_auth/server/handlers.py").read_text("utf-8")
    said = {
        *re.findall(r"case '([a-z-]+-[a-z-]+)'", problem),
        *re.findall(r'return \(?\s*"([a-z-]+)", ', handlers),
        "jupyter-denied",
        "internal",
    }
    assert said >= {"signed-out", "server-extension-missing", "xsrf"}
    assert said <= {*CATALOGUE, *PANEL}


def test_each_message_links_to_its_anchor() -> None:
    diagnosis = explain(PipelinesError("token-missing", "x"))
    address = f"{DOCUMENTATION}/problems.html#token-missing"
    hint = Hint(diagnosis)
    for shown in (str(diagnosis), diagnosis._repr_html_(), repr(hint), hint._repr_html_()):
        assert shown.count(address) == 1


def test_the_address_of_the_documentation_is_the_same_everywhere() -> None:
    for place in ("labextension/src/explorer/model/links.ts", "pyproject.toml", "README.md"):
        assert DOCUMENTATION in (ROOT / place).read_text("utf-8"), place


def test_it_reads_without_a_case() -> None:
    assert not re.search(r"\{\w+[!}]|None\b(?!')", page().replace("': None, ", ""))
    assert set(SEEN) <= set(CATALOGUE)
