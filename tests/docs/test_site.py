"""The site: it builds without a warning, asks nobody for anything, and its links lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from jupyter_kfp_auth.doctor.causes import CATALOGUE

from .pages import PAGES, ROOT

pytestmark = pytest.mark.extra


class Page(HTMLParser):
    """The anchors and links of an HTML page, and what it loads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.anchors.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if "src" in given:
            self.loaded.append(given["src"])
        if tag == "link" and given.get("rel") in ("stylesheet", "preload", "icon"):
            self.loaded.append(given["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("site")
    trees = tmp_path_factory.mktemp("doctrees")
    strict = ("--fail-on-warning", "--keep-going", "--quiet")
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    ran = subprocess.run(
        [sys.executable, "-m", "sphinx", *strict, "-d", str(trees), str(ROOT / "docs"), str(built)],
        env={**os.environ, **nowhere},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return built


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    made = {path: Page(path) for path in site.rglob("*.html") if "_static" not in path.parts}
    assert len(made) > len(list((ROOT / "docs").rglob("*.md"))) > 10
    return made


def test_no_page_loads_anything_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    loaded = [urlsplit(address) for page in pages.values() for address in page.loaded]
    assert loaded
    assert not [one for one in loaded if one.scheme or one.netloc]
    for style in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import )[\"']?(https?:)?//", style.read_text("utf-8")), style


def test_each_link_within_the_site_leads_somewhere(pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchored = not parts.fragment or (
                target in pages and unquote(parts.fragment) in pages[target].anchors
            )
            if not target.exists() or not anchored:
                broken.append(f"{path.name}: {link}")
    assert not broken


def test_each_cause_has_an_anchor_in_the_site(site: Path, pages: dict[Path, Page]) -> None:
    assert set(CATALOGUE) <= pages[site / "problems.html"].anchors


@pytest.mark.parametrize("source", [str(page) for page in PAGES])
def test_each_relative_link_of_a_source_leads_to_a_file(source: str) -> None:
    text = (ROOT / source).read_text("utf-8")
    links = re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)", text)
    missing = [link for link in links if not ((ROOT / source).parent / link).exists()]
    assert not missing


def test_the_map_of_the_house_has_every_room() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rooms = {
        path.parent.relative_to(ROOT).as_posix()
        for pattern in (
            "jupyter_kfp_auth/*/__init__.py",
            "labextension/src/*/*.ts*",
            "tests/*/*.py",
        )
        for path in ROOT.glob(pattern)
    }
    assert len(rooms) > 20
    # What certificates there are is known to those who look for them.
    assert not {room for room in rooms if f"`{room}" not in text} - {"tests/certificates"}
