"""The pages for people who see little or use no mouse: the rules of WCAG 2.1 AA that a machine can check, and the keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from programme.settings import demo
from tests.browser.conftest import Official, Visitor, expect_sign_in, settle
from tests.live import Live

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
PAGES = {
    "leader": ("/overview", "/indicator", "/map", "/county", "/projects", "/project?no=SL1101"),
    "county-533301": ("/submit", "/plan", "/reminders", "/registers", "/password"),
    "province-53": ("/review",),
    "office": ("/accept", "/release", "/board", "/plan", "/wall"),
    "admin": ("/accounts", "/audit", "/channels"),
    "national-cac": ("/projects-import", "/enterprises"),
    "enterprise-53": ("/apply",),
}


@pytest.fixture(scope="module")
def live_app(sample_programme: Live) -> Live:
    return sample_programme


LOOKS = pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])


def looking(scheme: str, width: int) -> dict[str, object]:
    viewport = {"width": width, "height": 1000}
    return {"color_scheme": scheme, "viewport": viewport, "reduced_motion": "reduce", "bypass_csp": True}


def violations(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]]


@LOOKS
def test_the_sign_in_breaks_no_rule_of_accessibility(visitor: Visitor, scheme: str, width: int) -> None:
    page = visitor(**looking(scheme, width))
    page.goto("/")
    expect_sign_in(page)
    settle(page)
    assert violations(page) == []


@LOOKS
@pytest.mark.parametrize("username", PAGES)
def test_no_page_breaks_a_rule_of_accessibility(official: Official, username: str, scheme: str, width: int) -> None:
    page = official(username, "/", **looking(scheme, width))
    for path in PAGES[username]:
        page.goto(path)
        expect(page.get_by_test_id("stMain").get_by_role("heading").first).to_be_visible()
        settle(page)
        assert violations(page) == [], path


def tab_to(page: Page, words: str, presses: int = 60) -> None:
    """Press Tab until what these words name has the focus."""
    for _ in range(presses):
        page.keyboard.press("Tab")
        named = page.evaluate(
            "(e => (e.ariaLabel || (e.labels && e.labels[0] && e.labels[0].innerText) || e.innerText || '').trim())"
            "(document.activeElement)"
        )
        if words in named and len(named) < len(words) + 20:
            return
    raise AssertionError(f"{words}: not reached by the keyboard")


def test_a_county_signs_in_and_gets_its_form_with_the_keyboard_alone(visitor: Visitor) -> None:
    page = visitor()
    page.goto("/")
    settle(page)
    tab_to(page, "用户名")
    page.keyboard.type("county-533301")
    tab_to(page, "密码")
    page.keyboard.type(demo()["password"])
    tab_to(page, "登录")
    page.keyboard.press("Enter")
    expect(page.get_by_text("退出登录")).to_be_visible()
    settle(page)
    tab_to(page, "填报")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="填报", exact=True)).to_be_visible()
    tab_to(page, "下载填报表")
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    assert started.value.suggested_filename.endswith(".xlsx")
