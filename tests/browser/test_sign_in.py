"""Signing in, staying, going: in a real browser."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, update
from sqlmodel import select

import db
from programme.models import AppUser, SignInAttempt, SignInSession
from programme.permissions import Role
from programme.sessions import REFUSED
from programme.settings import now
from tests import factories
from tests.browser.conftest import Visitor, expect_sign_in, settle, sign_in
from tests.live import PASSWORD, Live

pytestmark = pytest.mark.browser
NEW_PASSWORD = "t7R-mmVw_x9!"


def cookie_of(page: Page) -> dict[str, object]:
    return next(dict(cookie) for cookie in page.context.cookies() if cookie["name"] == "netlift")


def alert(page: Page) -> Locator:
    return page.get_by_role("alert").get_by_role("paragraph")


def change_in_store(live_app: Live, statement: object) -> None:
    with factories.environment(**live_app.environment), db.transaction() as session:
        session.connection().execute(statement)  # type: ignore[call-overload]


def test_the_address_asked_for_survives_the_sign_in_with_its_filters(visitor: Visitor, live_app: Live) -> None:
    page = visitor()
    page.goto("/accounts?province=53&text=%E6%B3%B8%E6%B0%B4")
    sign_in(page, live_app.account("deep", Role.ADMIN))
    expect(page.get_by_role("heading", name="账号管理")).to_be_visible()
    assert page.url == f"{live_app.url}/accounts?province=53&text=%E6%B3%B8%E6%B0%B4"
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.title() == "账号管理 · 网络扶贫监测平台"


def test_the_bare_address_leads_to_ones_own_first_page(visitor: Visitor, live_app: Live) -> None:
    page = visitor()
    page.goto("/")
    sign_in(page, live_app.account("bare", Role.ADMIN))
    page.wait_for_url(f"{live_app.url}/accounts")


def test_scripts_cannot_read_the_cookie(visitor: Visitor, live_app: Live) -> None:
    page = visitor()
    page.goto("/")
    sign_in(page, live_app.account("script", Role.ADMIN))
    cookie = cookie_of(page)
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
    assert str(cookie["value"]) not in page.evaluate("document.cookie")
    assert "netlift" not in page.evaluate("document.cookie")


def test_five_wrong_passwords_lock_and_the_sentence_never_says_which_was_wrong(
    visitor: Visitor, live_app: Live
) -> None:
    page = visitor()
    page.goto("/")
    username = live_app.account("locked", Role.ADMIN)
    settle(page)
    for tried, password in enumerate(("wrong-1", "wrong-2", "wrong-3", "wrong-4", "wrong-5", PASSWORD), 1):
        page.get_by_label("用户名").fill(username)
        page.get_by_role("textbox", name="密码").fill(password)
        page.get_by_role("button", name="登录").click()
        wait_for_tries(page, live_app, username, tried)
        expect(alert(page)).to_have_text(REFUSED)
    page.reload()
    sign_in(page, "nobody-of-this-name")
    expect(alert(page)).to_have_text(REFUSED)


def wait_for_tries(page: Page, live_app: Live, username: str, number: int) -> None:
    query = select(func.count(SignInAttempt.id)).where(SignInAttempt.username == username)  # type: ignore[arg-type]
    for _ in range(300):
        with factories.environment(**live_app.environment), db.reading() as session:
            if session.exec(query).one() == number:
                return settle(page)
        page.wait_for_timeout(100)
    raise AssertionError(f"{username} was not tried {number} times")


def test_signing_out_ends_the_other_tab_and_a_copied_cookie(visitor: Visitor, live_app: Live) -> None:
    page = visitor()
    page.goto("/accounts")
    sign_in(page, live_app.account("leaving", Role.ADMIN))
    copied = cookie_of(page)
    other = page.context.new_page()
    other.goto("/accounts")
    expect(other.get_by_role("heading", name="账号管理")).to_be_visible()

    page.get_by_role("button", name="退出登录").click()
    expect_sign_in(page)
    assert [cookie["name"] for cookie in page.context.cookies()] == ["_streamlit_xsrf"]
    other.get_by_role("link", name="操作记录", exact=True).click()
    expect_sign_in(other)

    thief = visitor()
    thief.context.add_cookies([{"name": "netlift", "value": str(copied["value"]), "url": live_app.url}])
    thief.goto("/accounts")
    expect_sign_in(thief)


def test_a_first_password_opens_only_the_page_where_it_is_changed(visitor: Visitor, live_app: Live) -> None:
    page = visitor()
    page.goto("/accounts")
    sign_in(page, live_app.account("newcomer", Role.ADMIN, first_password=True))
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    expect(page.get_by_text("账号管理")).to_have_count(0)
    page.goto("/audit")
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    expect(page.get_by_role("heading", name="操作记录")).to_have_count(0)

    change_password(page, PASSWORD, NEW_PASSWORD)
    expect(page.get_by_role("heading", name="账号管理")).to_be_visible()


def test_changing_the_password_keeps_this_browser_and_ends_the_others(visitor: Visitor, live_app: Live) -> None:
    username = live_app.account("changing", Role.LEADER)
    page, other = visitor(), visitor()
    for tab in (page, other):
        tab.goto("/password")
        sign_in(tab, username)
    change_password(page, "not the old one", NEW_PASSWORD)
    expect(alert(page)).to_have_text("当前密码不正确；多次输错后账号会暂时锁定。")
    change_password(page, PASSWORD, NEW_PASSWORD)
    expect(page.get_by_text("密码已修改，其他浏览器中的登录已全部退出。")).to_be_visible()
    other.reload()
    expect_sign_in(other)
    sign_in(other, username, PASSWORD)
    expect(alert(other)).to_have_text(REFUSED)


def change_password(page: Page, old: str, new: str) -> None:
    settle(page)
    page.get_by_label("当前密码").fill(old)
    page.get_by_role("textbox", name="新密码", exact=True).fill(new)
    page.get_by_label("再输入一次新密码").fill(new)
    page.get_by_test_id("stFormSubmitButton").get_by_role("button").click()


def test_an_idle_session_and_a_disabled_account_end_at_the_next_click(visitor: Visitor, live_app: Live) -> None:
    page = visitor()
    page.goto("/accounts")
    username = live_app.account("idle", Role.ADMIN)
    sign_in(page, username)
    change_in_store(live_app, update(SignInSession).values(last_seen=now() - timedelta(minutes=31)))
    page.get_by_role("link", name="操作记录", exact=True).click()
    expect_sign_in(page)
    sign_in(page, username)
    expect(page.get_by_role("heading", name="操作记录")).to_be_visible()

    change_in_store(live_app, update(AppUser).where(AppUser.username == username).values(active=False))  # type: ignore[arg-type]
    page.get_by_text("账号管理").click()
    expect_sign_in(page)


def test_a_role_taken_away_closes_the_page_at_the_next_click(visitor: Visitor, live_app: Live) -> None:
    page = visitor()
    page.goto("/audit")
    username = live_app.account("demoted", Role.ADMIN)
    sign_in(page, username)
    change_in_store(live_app, update(AppUser).where(AppUser.username == username).values(role="leader"))  # type: ignore[arg-type]
    page.get_by_label("操作人", exact=True).fill("x")
    page.keyboard.press("Enter")
    expect(alert(page)).to_have_text("领导小组没有“查看操作记录”的权限，如有需要请联系系统管理员。")
    expect(page.get_by_role("heading", name="操作记录")).to_have_count(0)


def test_an_administrator_creates_an_account_whose_password_works_once(visitor: Visitor, live_app: Live) -> None:
    page, newcomer = visitor(), visitor()
    page.goto("/accounts")
    sign_in(page, live_app.account("creator", Role.ADMIN))
    page.get_by_role("button", name="新建账号").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("角色").click()
    page.get_by_role("option", name="领导小组", exact=True).click()
    dialog.get_by_label("单位名称").fill("领导小组成员单位")
    dialog.get_by_label("用户名").fill("Chengyuan")
    dialog.get_by_role("button", name="新建").click()
    password = dialog.get_by_test_id("stCode").inner_text().strip()
    newcomer.goto("/")
    sign_in(newcomer, "chengyuan", password)
    expect(newcomer.get_by_role("heading", name="修改密码")).to_be_visible()


def test_the_record_is_downloaded_as_it_was_filtered(visitor: Visitor, live_app: Live) -> None:
    page = visitor()
    page.goto("/audit")
    sign_in(page, live_app.account("reader", Role.ADMIN))
    page.get_by_label("查找", exact=True).fill("reader")
    page.keyboard.press("Enter")
    expect(page.get_by_text("共2条")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 CSV").click()
    assert download.value.suggested_filename == "操作记录.csv"
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[2] for line in lines] == ["操作", "登录", "新建账号"]
