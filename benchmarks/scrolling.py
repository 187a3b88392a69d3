"""How smoothly lists scroll in a real Chromium: the milliseconds from one frame to the next."""

from __future__ import annotations

import itertools
import json
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from playwright.sync_api import Page, Route

from jupyter_kfp_auth.demo.lab import Lab

from .measure import Goal, Result
from .page import ICON, browser_page
from .server import jupyter

ROWS = 10_000

#: What the eye does not miss: a frame of a usual screen takes 16.7 ms.
SMOOTH = Goal(
    "p95 below 20 ms", lambda ours, _: (ours, f"{ours:.1f} ms"), lambda figure: figure < 20
)
FEW = Goal("at most 100", lambda ours, _: (ours, f"{ours:.0f}"), lambda figure: figure <= 100)

#: Scrolls an element a step in each frame; resolves with the frames' times and the most rows seen.
SCROLL = """
([scroller, row, count, step]) => new Promise(done => {
  const element = document.querySelector(scroller);
  const times = [];
  let rows = 0;
  const frame = time => {
    times.push(time);
    rows = Math.max(rows, element.querySelectorAll(row).length);
    element.scrollTop += step;
    times.length > count ? done([times, rows]) : requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})
"""


@dataclass(frozen=True)
class Frames:
    """What scrolling was like."""

    #: Milliseconds from each frame to the next.
    times: tuple[float, ...]
    #: The most row elements that there were at a time.
    rows: int

    @property
    def p95(self) -> float:
        """The time that 95 of 100 frames keep within, in milliseconds."""
        return statistics.quantiles(self.times, n=20)[-1]


def scrolling() -> Iterator[Result]:
    """Compare the frames while a long list scrolls with those of the same page at rest."""
    with jupyter() as lab, browser_page() as page:
        page.set_default_timeout(60_000)
        for place, show in (("panel", panel), ("widget", widget)):
            show(page, lab)
            rest, moving = frames(page, step=0), frames(page)
            what = f"frames, {ROWS:,} rows, {place}"
            yield Result(what, moving.p95, "at rest", rest.p95, SMOOTH)
            what = f"row elements of {ROWS:,}, {place}"
            yield Result(what, moving.rows, "rows", ROWS, FEW, unit="rows")
            page.unroute_all()


def frames(
    page: Page,
    scroller: str = ".jp-kfp-Scroller",
    row: str = ".jp-kfp-Row",
    *,
    count: int = 300,
    step: int = 80,
) -> Frames:
    """Scroll down, and return what each frame took.

    Args:
        page: shows the list already, with all its rows loaded.
        scroller: CSS selector of the element that scrolls.
        row: CSS selector of its row elements.
        count: how many frames are measured.
        step: pixels from one frame to the next; 80 is a quick turn of the wheel.
    """
    times, rows = page.evaluate(SCROLL, [scroller, row, count, step])
    return Frames(tuple(after - before for before, after in itertools.pairwise(times)), rows)


def panel(page: Page, lab: Lab) -> None:
    """Open the side panel on a list of `ROWS` experiments, all of them there."""
    page.route(re.compile(r"/kfp/v1/experiments\?"), _answer)
    page.goto(f"{lab.url}lab?token={lab.token}&reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.locator(ICON).click()
    page.get_by_text(f"{ROWS:,} of {ROWS:,}").first.wait_for()


def widget(page: Page, lab: Lab) -> None:
    """Run `%kfp experiments` in a notebook, and let its widget refresh to `ROWS` experiments."""
    page.route(re.compile(r"/kfp/v1/experiments\?"), _answer)
    name = "benchmark.ipynb"
    source = ["%load_ext jupyter_kfp_auth\n", "%kfp experiments"]
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "source": source}
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": [{**cell, "execution_count": None}], "metadata": {"kernelspec": spec}}
    (lab.directory / name).write_text(json.dumps({**notebook, "nbformat": 4, "nbformat_minor": 5}))
    page.goto(f"{lab.url}lab/tree/{name}?token={lab.token}&reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".jp-OutputArea .jp-kfp-Row").first.wait_for()
    page.locator(".jp-OutputArea").get_by_role("button", name="Refresh").click()
    page.get_by_text(f"{ROWS:,} of {ROWS:,}").first.wait_for()


def _answer(route: Route) -> None:
    route.fulfill(json={"items": _experiments(), "next_page_token": "", "total_size": ROWS})


def _experiments() -> list[dict[str, Any]]:
    now = datetime.now(timezone.utc)
    return [
        {
            "experiment_id": f"{number:08}-0000-4000-8000-000000000000",
            "display_name": f"experiment {number}",
            "description": "",
            "namespace": "team-a",
            "created_at": (now - timedelta(minutes=number)).isoformat(),
            "last_run_created_at": (now - timedelta(minutes=number)).isoformat(),
            "storage_state": "AVAILABLE",
        }
        for number in range(ROWS)
    ]
