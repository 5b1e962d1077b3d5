"""Every page for people who see little, use no mouse, or hold a phone: the rules of WCAG 2.1 AA that a machine can check, the
keyboard, nothing wider than the screen, nothing in English. The pictures of the manual are taken on the way."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from components.pages import PAGES as REGISTER
from programme.settings import ROOT, demo
from tests.browser.conftest import Official, Visitor, expect_sign_in, settle
from tests.live import Live

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
LIGHT, DARK = ("light", 1440), ("dark", 390)
PAGES = {
    "leader": (
        "/overview", "/indicator", "/map", "/county", "/ahead", "/assessment", "/bulletin", "/library", "/projects",
        "/project?no=SL1101",
    ),
    "county-533301": (
        "/submit", "/plan", "/reminders", "/registers", "/story", "/warnings", "/password", "/contact", "/manual",
    ),
    "province-53": ("/review",),
    "office": ("/accept", "/release", "/board", "/wall"),
    "admin": ("/accounts", "/audit", "/channels"),
    "national-cac": (
        "/projects-import", "/enterprises", "/panel", "/shortlist", "/notice", "/carrying", "/evaluation", "/recheck",
    ),
    "cac-53": ("/selection",),
    "expert-1": ("/scoring",),
    "enterprise-53": ("/apply",),
}  # fmt: skip
PICTURED = {"overview", "indicator", "map", "county", "submit", "review", "release", "apply", "selection", "projects"}
PICTURES = ROOT / "docs" / "manual" / "pictures"
LATIN = {
    "CSV", "html", "xlsx", "xls", "csv", "docx", "pdf", "json", "png", "jpg", "jpeg", "PDF", "Word", "WPS", "Excel",
    "SHA", "Webhook", "Tab", "Ctrl", "Esc",
}  # fmt: skip
WRITTEN = """element => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("[data-testid=stIconMaterial], svg, script, style, code").forEach(node => node.remove());
    return copy.textContent;
}"""


@pytest.fixture(scope="module")
def live_app(sample_programme: Live) -> Live:
    return sample_programme


def look(page: Page, scheme: str, width: int) -> None:
    """As a browser that prefers this scheme shows it at this width."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 1000})
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
    settle(page)


def violations(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]]


def english(page: Page) -> list[str]:
    words = set(page.get_by_test_id("stMain").evaluate(WRITTEN).split())
    usual = LATIN | set(PAGES)
    return [word for word in words if word.isascii() and word.isalpha() and len(word) > 2 and word not in usual]


def too_wide(page: Page) -> int:
    """Pixels by which the page scrolls sideways."""
    return int(page.get_by_test_id("stMain").evaluate("element => element.scrollWidth - element.clientWidth"))


@pytest.mark.parametrize(("scheme", "width"), [LIGHT, DARK])
def test_the_sign_in_breaks_no_rule_of_accessibility(visitor: Visitor, scheme: str, width: int) -> None:
    page = visitor(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 1000})
    page.goto("/")
    expect_sign_in(page)
    settle(page)
    assert violations(page) == []


def test_no_page_is_left_out() -> None:
    visited = {path.strip("/").split("?")[0] for paths in PAGES.values() for path in paths}
    assert visited == {line.url_path for line in REGISTER}


@pytest.mark.parametrize("username", PAGES)
def test_every_page_keeps_the_rules_speaks_chinese_and_fits_the_screen(official: Official, username: str) -> None:
    page = official(username, PAGES[username][0], bypass_csp=True)
    page.set_default_timeout(60_000)  # a map may keep a machine without a graphics card busy
    for path in PAGES[username]:
        if path != PAGES[username][0]:
            look(page, *LIGHT)  # a map is drawn for the scheme its page was opened in
            page.goto(path)
        expect(page.get_by_test_id("stMain").get_by_role("heading").first).to_be_visible()
        for scheme, width in (LIGHT, DARK):
            look(page, scheme, width)
            assert (violations(page), english(page), too_wide(page)) == ([], [], 0), (path, scheme)
            topic = path.strip("/").split("?")[0]
            if (scheme, width) == LIGHT and topic in PICTURED:
                page.wait_for_load_state("networkidle")  # the map draws when its parts are there
                expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
                page.screenshot(path=PICTURES / f"{topic}.png", animations="disabled", caret="hide")


def test_dialogs_and_opened_menus_keep_the_rules_too(official: Official) -> None:
    page = official("admin", "/accounts", bypass_csp=True)
    page.get_by_role("button", name="新建账号").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    settle(page)
    assert violations(page) == []
    page.get_by_role("dialog").get_by_role("combobox").first.click()
    expect(page.get_by_role("listbox")).to_be_visible()
    assert violations(page) == []
    phone = official("leader", "/overview", bypass_csp=True, viewport={"width": 390, "height": 1000})
    phone.get_by_test_id("stExpandSidebarButton").click()
    expect(phone.get_by_text("退出登录")).to_be_visible()
    assert violations(phone) == []


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


def test_a_province_approves_a_return_with_the_keyboard_alone(official: Official) -> None:
    page = official("province-53", "/review?period=2019-10")
    expect(page.get_by_role("button", name="审核通过", exact=True)).to_be_visible()
    tab_to(page, "审核通过")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已审核通过：")).to_be_visible()
