"""A county's monthly workbook in a real browser: from choosing the file to the whole list of findings."""

import io
import time
from pathlib import Path
from statistics import median

import openpyxl
from playwright.sync_api import Browser, Page, sync_playwright

import db
from bench.report import Line, Section, at_most
from bench.store import megabytes, sample, standing_in
from programme import forms, settings
from programme.calendar import Month
from programme.permissions import Actor, Role
from tests import factories, live
from tests.browser.conftest import settle, sign_in
from tests.browser.test_main_path import BROKEN, fill, upload
from tests.conftest import CHROMIUM

COUNTY, MONTH, TRIES, WARM = 533301, Month(2019, 10), 20, 2
HOW = (
    "The form of one county and month with five broken cells, uploaded to a running server by Chromium on the same machine: "
    "from choosing the file until all five findings stand in the table. Median of "
    f"{TRIES} uploads in one session after {WARM} to warm up. The server's memory is read after the first and the last."
)


def broken_form(folder: Path) -> bytes:
    office = Actor(0, "office", "办公室", Role.OFFICE)
    with standing_in(folder), db.reading() as session:
        form = forms.blank_form(session, office, COUNTY, MONTH)
    return fill(openpyxl.load_workbook(io.BytesIO(form)), BROKEN)


def measure(folder: Path) -> Section:
    form = broken_form(sample(folder))
    with factories.environment(NETLIFT_MODE="demo"), live.running(folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        seconds, memory = _uploads(browser, server, form)
        browser.close()
    return Section(
        "One county's workbook",
        HOW,
        [
            at_most("upload to all findings", median(seconds), 1, "{:.2f} s"),
            Line("slowest of them", f"{max(seconds):.2f} s"),
            Line("memory of the server after the first and the last", " → ".join(f"{one:.0f} MB" for one in memory)),
        ],
    )


def _uploads(browser: Browser, server: live.Live, form: bytes) -> tuple[list[float], list[float]]:
    page = browser.new_page(base_url=server.url, locale="zh-CN", viewport={"width": 1440, "height": 900})
    page.goto("/submit")
    sign_in(page, f"county-{COUNTY}", settings.demo()["password"])
    seconds, memory = [], []
    for number in range(WARM + TRIES):
        seconds.append(_one(page, f"{number}.xlsx", form))
        memory.append(megabytes(server.pid))
    return seconds[WARM:], [memory[WARM], memory[-1]]


def _one(page: Page, name: str, form: bytes) -> float:
    """The table must be a new one: what was found before is taken away first."""
    remove = page.get_by_test_id("stFileUploaderDeleteBtn").get_by_role("button")
    if remove.count():
        remove.click()
        page.get_by_text("有5处错误").wait_for(state="hidden")
    settle(page)
    start = time.perf_counter()
    upload(page, name, form)
    page.get_by_role("row", name="错误").nth(len(BROKEN) - 1).wait_for()
    return time.perf_counter() - start
