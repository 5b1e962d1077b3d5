"""A real Chromium against a real server. Nothing leaves the machine (fixture `chromium`), and no page may throw."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

import db
from components.browser import COOKIE
from programme import accounts, sessions
from tests import factories, live
from tests.live import Live

expect.set_options(timeout=30_000)
KNOWN = ("/_stcore/health", "/_stcore/host-config")
Visitor = Callable[..., Page]
Official = Callable[..., Page]


@pytest.fixture(scope="session")
def live_app(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One server for all browser tests; accounts are made by the tests that need them."""
    folder = live.copied(sqlite_template, tmp_path_factory.mktemp("live"))
    with factories.environment(NETLIFT_MODE="demo"), live.running(folder) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="module")
def sample_programme(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server of this module's own on the sample programme."""
    folder = shutil.copytree(filled, tmp_path_factory.mktemp("sample") / "store")
    with factories.environment(NETLIFT_MODE="demo"), live.running(folder) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture
def visitor(chromium: Browser, live_app: Live) -> Iterator[Visitor]:
    """Opens a browser of its own (cookies, cache) for each call; `context` options are Playwright's."""
    contexts: list[BrowserContext] = []
    outside: list[str] = []
    errors: list[str] = []

    def note_outside(request: Request) -> None:
        if request.url.startswith(("http", "ws")) and not request.url.startswith(live_app.url):
            outside.append(request.url)

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.location.get("url", "").endswith(KNOWN):
            errors.append(message.text)

    def open_one(**context: object) -> Page:
        options = {"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}, "accept_downloads": True, **context}
        contexts.append(chromium.new_context(base_url=live_app.url, **options))
        contexts[-1].on("request", note_outside)
        contexts[-1].on("console", note)
        contexts[-1].on("weberror", lambda error: errors.append(str(error.error)))
        contexts[-1].set_default_timeout(20_000)
        return contexts[-1].new_page()

    yield open_one
    for context in contexts:
        context.close()
    assert outside == []
    assert errors == []


@pytest.fixture
def official(visitor: Visitor, live_app: Live) -> Official:
    """Opens a page in a browser of its own in which one of the accounts is signed in: it has the cookie already."""

    def open_one(username: str, path: str, **context: object) -> Page:
        with factories.environment(**live_app.environment), db.transaction() as session:
            token = sessions.open_session(session, accounts.actor_named(session, username))
        page = visitor(**context)
        page.context.add_cookies(
            [{"name": COOKIE, "value": token, "url": live_app.url, "httpOnly": True, "sameSite": "Lax"}]
        )
        page.goto(path)
        expect(page.get_by_text("退出登录")).to_be_attached()
        settle(page)
        return page

    return open_one


def settle(page: Page) -> None:
    """Wait until the server has finished the current run."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def sign_in(page: Page, username: str, password: str = live.PASSWORD) -> None:
    """Fill in the form that is shown; returns when the answer is there."""
    settle(page)
    page.get_by_label("用户名").fill(username)
    page.get_by_role("textbox", name="密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.get_by_text("退出登录").or_(page.get_by_test_id("stAlert")).first.wait_for(state="attached")
    settle(page)


def expect_sign_in(page: Page) -> None:
    expect(page.get_by_label("用户名")).to_be_visible()
    expect(page.get_by_text("退出登录")).to_have_count(0)
