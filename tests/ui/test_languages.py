"""JupyterLab in Chinese, as the menu Settings > Language sets it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jupyter_kfp_auth.demo.lab import Lab
from kfp_sandbox import Sandbox

from .conftest import write_notebook
from .test_widget import KERNEL_START, WIDGET

pytestmark = pytest.mark.ui

PANEL = "#jupyter-kfp-auth-explorer"


@pytest.fixture(scope="module", autouse=True)
def _chinese(lab: Lab) -> None:
    settings = Path(lab.environment["HOME"], ".jupyter/lab/user-settings")
    language = settings / "@jupyterlab/translation-extension/plugin.jupyterlab-settings"
    language.parent.mkdir(parents=True)
    language.write_text('{"locale": "zh_CN"}', "utf-8")


def test_the_panel_is_in_chinese(open_lab: Page) -> None:
    open_lab.locator(".lm-MenuBar-itemLabel", has_text="查看").click()
    open_lab.locator(".lm-Menu-itemLabel", has_text="打开 Kubeflow Pipelines").click()
    panel = open_lab.locator(PANEL)
    expect(panel.locator(".jp-kfp-Tab")).to_have_text(["实验", "运行", "流水线", "定时"])
    expect(panel.get_by_placeholder("搜索")).to_be_visible()
    expect(panel).to_contain_text("8/8 项")
    panel.locator(".jp-kfp-Tab", has_text="运行").click()
    run = panel.locator(".jp-kfp-Row", has_text="成功").first
    expect(run.locator("time")).to_have_text(re.compile("^[0-9]+(秒|分钟|小时)前$"))
    # The exact time, too.
    expect(run.locator("time")).to_have_attribute("title", re.compile("^20[0-9]{2}年"))


def test_a_problem_is_in_chinese(open_lab: Page, sandbox: Sandbox) -> None:
    sandbox.faults.set("istio-denied")
    try:
        open_lab.evaluate("() => void window.jupyterapp.commands.execute('kfp:open-explorer')")
        panel = open_lab.locator(PANEL)
        panel.locator(".jp-kfp-Foot-connection").click()
        panel.get_by_role("button", name="检查连接").click()
        expect(panel).to_contain_text("Istio 拒绝了请求")
        expect(panel).to_contain_text("请使用 ml-pipeline:8888")
    finally:
        sandbox.faults.clear()


def test_the_settings_are_in_chinese_and_can_be_changed(open_lab: Page) -> None:
    open_lab.evaluate(
        "() => void window.jupyterapp.commands.execute('settingeditor:open', {query: 'Kubeflow'})"
    )
    editor = open_lab.locator(".jp-SettingsPanel")
    expect(editor).to_contain_text("侧边栏中的 Pipelines 浏览器。")
    bar = editor.locator("select", has_text="打开过面板之后")
    expect(bar.locator("option")).to_contain_text(["打开过面板之后", "始终", "从不"])
    with open_lab.expect_response(
        lambda it: it.request.method == "PUT" and "jupyter-kfp-auth:explorer" in it.url
    ) as saved:
        bar.select_option(label="始终")
    assert saved.value.ok
    assert '"always"' in (saved.value.request.post_data or "").replace("\\", "")
    expect(open_lab.locator(".jp-kfp-Status")).to_contain_text("team-a")


def test_a_notebook_is_in_chinese(page: Page, lab: Lab) -> None:
    cell = "%load_ext jupyter_kfp_auth\n%kfp experiments"
    write_notebook(lab.directory, "chinese.ipynb", cell)
    page.goto(f"{lab.url}lab/tree/chinese.ipynb?reset")
    page.locator("#jp-main-statusbar").get_by_text("| 空闲").wait_for(timeout=KERNEL_START)
    page.locator(".jp-CodeCell .cm-content").click()
    page.keyboard.press("Control+Enter")
    widget = page.locator(WIDGET)
    expect(widget.locator(".jp-kfp-Row")).to_have_count(8, timeout=KERNEL_START)
    expect(widget.locator(".jp-kfp-Tab").first).to_have_text("实验")
