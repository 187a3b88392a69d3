"""The side panel in a real JupyterLab, under a prefix, without a Jupyter token."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from jupyter_kfp_auth.demo.lab import Lab
from kfp_sandbox import Sandbox

from .conftest import PREFIX, choose

pytestmark = pytest.mark.ui

PANEL = "#jupyter-kfp-auth-explorer"


@pytest.fixture(autouse=True)
def no_faults(sandbox: Sandbox) -> Iterator[None]:
    yield
    sandbox.faults.clear()


@pytest.fixture
def panel(open_lab: Page) -> Page:
    """Open the panel by its icon in the side bar."""
    open_lab.locator('[data-id="jupyter-kfp-auth-explorer"]').click()
    open_lab.locator(PANEL).wait_for()
    return open_lab


def test_shows_the_experiments_newest_first_and_how_many(panel: Page) -> None:
    rows = panel.locator(f"{PANEL} .jp-kfp-Row")
    expect(rows).to_have_count(8)
    expect(rows.first).to_contain_text("scratch")
    expect(rows.last).to_contain_text("Default")
    expect(panel.locator(PANEL)).to_contain_text("8 of 8")
    expect(panel.locator(PANEL)).to_contain_text("team-a (sandbox)")


def test_nothing_is_asked_before_the_panel_is_opened(page: Page, lab: Lab) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{lab.url}lab?reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.locator('[data-id="jupyter-kfp-auth-explorer"]').wait_for()
    assert not [url for url in asked if "/kfp/v1/" in url]


def test_every_request_stays_below_the_prefix_and_no_answer_holds_the_token(
    page: Page, lab: Lab, sandbox: Sandbox
) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"{lab.url}lab?reset")
    page.locator('[data-id="jupyter-kfp-auth-explorer"]').click()
    expect(page.locator(f"{PANEL} .jp-kfp-Row")).to_have_count(8)
    paths = [answer.url.split("/", 3)[3] for answer in answers if answer.url.startswith("http")]
    assert all(f"/{path}".startswith(PREFIX) for path in paths)
    assert any("kfp/v1/experiments" in path for path in paths)
    ours = [answer for answer in answers if "/kfp/v1/" in answer.url]
    assert {answer.status for answer in ours} <= {200, 304}
    told = "".join(answer.text() + str(answer.all_headers()) for answer in ours)
    assert sandbox.namespace in told
    assert sandbox.token not in told
    assert sandbox.token.rpartition(".")[2] not in told


def test_from_an_experiment_to_its_runs_to_a_run_and_back(panel: Page) -> None:
    panel.locator(f"{PANEL} .jp-kfp-Row", has_text="churn-xgboost").click()
    rows = panel.locator(f"{PANEL} .jp-kfp-Row")
    expect(panel.locator(PANEL)).to_contain_text("xgboost depth")
    rows.filter(has_text="xgboost depth").first.click()
    expect(panel.locator(PANEL)).to_contain_text("train")
    for _ in range(2):
        panel.locator(PANEL).get_by_role("button", name="Back").click()
    expect(panel.locator(f"{PANEL} .jp-kfp-Row")).to_have_count(8)


@pytest.mark.parametrize(
    ("tab", "route"),
    [
        ("Experiments", "experiments"),
        ("Runs", "runs"),
        ("Recurring", "recurringrun"),
        ("Pipelines", "pipelines"),
    ],
)
def test_links_lead_to_the_dashboard_on_the_pages_own_host(
    panel: Page, lab: Lab, tab: str, route: str
) -> None:
    panel.locator(PANEL).get_by_role("tab", name=tab, exact=True).click()
    origin = lab.url.removesuffix("/").removesuffix(PREFIX.rstrip("/"))
    with panel.expect_popup() as opened:
        choose(panel.locator(f"{PANEL} .jp-kfp-Row").first, "Open in Pipelines UI")
    page = re.compile(f"^{re.escape(origin)}/_/pipeline/\\?ns=team-a#/{route}/details/[0-9a-f-]+$")
    expect(opened.value).to_have_url(page)


def test_search_asks_the_server(panel: Page) -> None:
    panel.locator(PANEL).get_by_placeholder("Search").fill("churn")
    expect(panel.locator(f"{PANEL} .jp-kfp-Row")).to_have_count(2)
    expect(panel.locator(PANEL)).to_contain_text("2 of 2")


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("token-missing", "No token for Pipelines is mounted"),
        ("token-empty", "is empty"),
        ("login-page", "wants a browser login"),
        ("token-expired", "has expired"),
        ("istio-denied", "Istio refused"),
        ("rbac-denied", "may not list experiments"),
    ],
)
def test_bad_input_is_one_sentence_and_never_an_empty_list(
    open_lab: Page, sandbox: Sandbox, fault: str, says: str
) -> None:
    sandbox.faults.set(fault)
    open_lab.locator('[data-id="jupyter-kfp-auth-explorer"]').click()
    panel = open_lab.locator(PANEL)
    expect(panel).to_contain_text(says)
    expect(panel).not_to_contain_text("0 of 0")
    expect(panel).not_to_contain_text("Traceback")
    expect(open_lab.locator(".jp-Dialog")).to_have_count(0)


def test_keeps_the_last_data_while_the_server_is_away_and_recovers(
    panel: Page, sandbox: Sandbox
) -> None:
    rows = panel.locator(f"{PANEL} .jp-kfp-Row")
    expect(rows).to_have_count(8)
    sandbox.stop()
    try:
        panel.locator(PANEL).get_by_role("button", name="Refresh").click()
        expect(panel.locator(PANEL)).to_contain_text("Nothing listens at")
        expect(rows).to_have_count(8)
    finally:
        sandbox.start()
    panel.locator(PANEL).get_by_role("button", name="Refresh").click()
    expect(panel.locator(PANEL)).not_to_contain_text("Nothing listens at")
    expect(rows).to_have_count(8)


def test_nothing_in_the_browser_holds_the_token(panel: Page, sandbox: Sandbox, lab: Lab) -> None:
    """Neither the page, nor its storages, nor what JupyterLab saves of the workspace."""
    panel.locator(f"{PANEL} .jp-kfp-Row", has_text="churn-xgboost").click()
    expect(panel.locator(PANEL)).to_contain_text("xgboost depth")
    kept = panel.evaluate(
        """async () => {
          const read = store => JSON.stringify(Object.entries(store));
          const all = [document.cookie, document.documentElement.outerHTML];
          all.push(read(localStorage), read(sessionStorage), location.href);
          const ask = request => new Promise((done, failed) => {
            request.onsuccess = () => done(request.result);
            request.onerror = () => failed(request.error);
          });
          for (const { name } of await indexedDB.databases()) {
            const database = await ask(indexedDB.open(name));
            for (const store of database.objectStoreNames) {
              const rows = database.transaction(store).objectStore(store);
              all.push(JSON.stringify([await ask(rows.getAllKeys()), await ask(rows.getAll())]));
            }
            database.close();
          }
          for (const name of await caches.keys()) all.push(name);
          return all.join("\\n");
        }"""
    )
    kept += str(panel.context.cookies())
    home = lab.directory.parent
    kept += "".join(
        path.read_text("utf-8", "replace")
        for path in home.rglob("*")
        if path.suffix in (".jupyterlab-workspace", ".jupyterlab-settings", ".json", ".log")
    )
    assert "churn-xgboost" in kept
    assert sandbox.token not in kept
    assert sandbox.token.rpartition(".")[2] not in kept


def to_the_end(panel: Locator) -> None:
    """Scroll to the last row that is loaded, which brings the next ones."""
    panel.locator(".jp-kfp-Scroller").evaluate("it => it.scrollTo(0, it.scrollHeight)")


# The last, since the experiments stay.
def test_many_experiments_come_page_by_page_and_each_once(open_lab: Page, sandbox: Sandbox) -> None:
    sandbox.add_experiments(500)
    pages: list[Response] = []
    open_lab.on("response", lambda it: pages.append(it) if "/experiments?" in it.url else None)
    open_lab.locator('[data-id="jupyter-kfp-auth-explorer"]').click()
    panel = open_lab.locator(PANEL)
    expect(panel).to_contain_text("50 of 508")
    assert len(pages) == 1
    for shown in range(100, 508, 50):
        to_the_end(panel)
        expect(panel).to_contain_text(f"{shown} of 508")
    to_the_end(panel)
    expect(panel).to_contain_text("508 of 508")
    expect(panel.get_by_role("button", name="Load More")).to_have_count(0)
    found = [row["experiment_id"] for page in pages for row in page.json()["items"]]
    assert len(found) == len(set(found)) == 508

    panel.get_by_role("button", name="Filters").click()
    panel.get_by_label("Order").select_option(label="Oldest")
    expect(panel).to_contain_text("50 of 508")
    oldest = [page.url for page in pages if "created_at+asc" in page.url.replace("%20", "+")]
    assert "page_token" not in oldest[0]
    sandbox.faults.set("grpc-too-large")
    panel.get_by_label("Order").select_option(label="Name")
    expect(panel).to_contain_text(re.compile(r"[1-9]\d* of 508"))
    expect(panel.get_by_text("Not updated")).to_have_count(0)
