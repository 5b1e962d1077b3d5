"""Signing in, staying, going: in a real browser."""

import re
import shutil
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import update
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string, generate_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

import db
from programme.models import AppUser, SignInSession
from programme.permissions import Role
from programme.sessions import REFUSED
from programme.settings import now
from tests import factories, live, raw
from tests.browser.conftest import Visitor, settle, sign_in
from tests.live import PASSWORD, Live

pytestmark = pytest.mark.browser
NEW_PASSWORD = "t7R-mmVw_x9!"


def cookie_of(page: Page) -> dict[str, object]:
    return next(dict(cookie) for cookie in page.context.cookies() if cookie["name"] == "netlift")


def alert(page: Page) -> Locator:
    return page.get_by_role("alert").get_by_role("paragraph")


def expect_sign_in(page: Page) -> None:
    expect(page.get_by_label("用户名")).to_be_visible()
    expect(page.get_by_text("退出登录")).to_have_count(0)


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
    for password in ("wrong-1", "wrong-2", "wrong-3", "wrong-4", "wrong-5", PASSWORD):
        page.reload()
        sign_in(page, username, password)
        expect(alert(page)).to_have_text(REFUSED)
    page.reload()
    sign_in(page, "nobody-of-this-name")
    expect(alert(page)).to_have_text(REFUSED)


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
    other.get_by_text("操作记录").click()
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
    page.get_by_text("操作记录").click()
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
    page.get_by_label("操作人").fill("x")
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
    page.get_by_label("查找").fill("reader")
    page.keyboard.press("Enter")
    expect(page.get_by_text("共2条")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 CSV").click()
    assert download.value.suggested_filename == "操作记录.csv"
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[2] for line in lines] == ["操作", "登录", "新建账号"]


# --- strangers --------------------------------------------------------------------------------------------------------


def answer_to_a_stranger(live_app: Live, method: str, path: str, cookies: str = "") -> int:
    request = urllib.request.Request(f"{live_app.url}{path}", method=method, headers={"Cookie": cookies})
    if method == "PUT":
        request.data = b"x"
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_strangers_cannot_upload_nor_read_what_was_downloaded(live_app: Live) -> None:
    with raw.connection(live_app.url) as client:
        session_id, _ = raw.rerun(client)
        closed = {
            ("PUT", f"/_stcore/upload_file/{session_id}/0b6b3f5e-0000-4000-8000-000000000000"): 401,
            ("GET", "/media/00.csv"): 401,
            ("GET", "/_stcore/metrics"): 401,
            ("GET", "/component/extra_streamlit_components.CookieManager.cookie_manager/index.html"): 401,
            ("GET", "/_stcore/agent/openapi.json"): 401,
            ("POST", "/_stcore/agent/interact"): 401,
            ("GET", "/_stcore/bidi-components/x"): 401,
            ("GET", "/nothing-here"): 404,
            ("GET", "/"): 200,
            ("GET", "/accounts"): 200,
            ("GET", "/healthz"): 200,
        }
        assert {call: answer_to_a_stranger(live_app, *call) for call in closed} == closed


def test_a_stolen_session_id_opens_nothing(visitor: Visitor, live_app: Live) -> None:
    page = visitor()
    page.goto("/audit")
    sign_in(page, live_app.account("victim", Role.ADMIN))
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    with raw.connection(live_app.url, cookies=cookies) as victim:
        stolen, seen = raw.rerun(victim, "audit")
        assert "victim" in seen
        with raw.connection(live_app.url, session_id=stolen) as thief:
            session_id, seen = raw.rerun(thief, "audit")
            assert session_id != stolen
            assert "登录" in seen
            assert "victim" not in seen
    with raw.connection(live_app.url, session_id=stolen) as thief:
        session_id, seen = raw.rerun(thief, "audit")
        assert session_id != stolen
        assert "victim" not in seen
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == XSRF_COOKIE_NAME)
    masked_anew = cookies.replace(token, generate_xsrf_token_string(*decode_xsrf_token_string(token)))
    assert masked_anew != cookies
    with raw.connection(live_app.url, cookies=masked_anew, session_id=stolen) as owner:
        session_id, seen = raw.rerun(owner, "audit")
        assert session_id == stolen
        assert "victim" in seen


def test_a_cold_deep_link_runs_nothing_but_the_sign_in(sqlite_template: Path, tmp_path: Path) -> None:
    """The first request that a fresh process sees: Streamlit would serve the page's file without app.py."""
    shutil.copy(sqlite_template, tmp_path / "netlift.db")
    with live.running(tmp_path) as fresh, raw.connection(fresh.url) as stranger:
        _, seen = raw.rerun(stranger, "audit")
        assert "登录" in seen
        assert "操作记录" not in seen
        assert "请先登录" not in seen


def test_the_tie_header_cannot_be_set_from_outside(live_app: Live) -> None:
    with raw.connection(live_app.url) as first:
        session_id, _ = raw.rerun(first)
    with raw.connection(live_app.url, session_id=session_id, cookies="netlift=other") as second:
        assert raw.rerun(second)[0] != session_id


def test_what_users_write_leads_nobody_to_the_exit(visitor: Visitor, live_app: Live) -> None:
    """Only our own links are followed by themselves."""
    page = visitor()
    page.goto("/accounts")
    sign_in(page, live_app.account("writer", Role.ADMIN, name="[x](/auth/leave)"))
    expect(page.get_by_test_id("stSidebar").get_by_role("link", name="x", exact=True)).to_be_visible()
    settle(page)
    assert page.url == f"{live_app.url}/accounts"


def test_a_ticket_for_one_browser_signs_in_no_other(visitor: Visitor, live_app: Live) -> None:
    """Nobody can be signed in to a foreign account by following a link."""
    page, victim = visitor(), visitor()
    username = live_app.account("attacker", Role.ADMIN)
    page.goto("/")
    page.route("**/auth/establish**", lambda route: route.abort())
    settle(page)
    page.get_by_label("用户名").fill(username)
    page.get_by_role("textbox", name="密码").fill(PASSWORD)
    with page.expect_request("**/auth/establish**") as request:
        page.get_by_role("button", name="登录").click()
    victim.goto("/")
    settle(victim)
    victim.goto(request.value.url)
    expect_sign_in(victim)


# --- other browsers ---------------------------------------------------------------------------------------------------


def test_an_old_browser_is_told_what_to_do(chromium: Browser, live_app: Live) -> None:
    page = chromium.new_page(base_url=live_app.url)
    page.add_init_script("delete Object.fromEntries")
    page.goto("/")
    expect(page.locator("#old-browser")).to_contain_text("请切换到极速模式")
    page.close()


def test_a_browser_without_scripts_is_told_what_to_do(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False)
    page.goto("/")
    expect(page.locator("noscript p")).to_be_visible()
    assert page.locator("noscript p").inner_html() == "本系统需要启用 JavaScript，请在浏览器设置中启用后刷新。"


ENGLISH = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL);
  while (walker.nextNode()) {
    const node = walker.currentNode, shown = node.parentElement && !node.parentElement.closest("script,style,noscript");
    if (node.nodeType === 3 && shown && !node.parentElement.closest('[data-testid="stIconMaterial"], #old-browser, code'))
      found.push(node.data);
    if (node.nodeType === 1)
      for (const name of ["aria-label", "aria-roledescription", "placeholder", "title", "alt"]) found.push(node.getAttribute(name) || "");
  }
  return found.filter(text => /[A-Za-z]{3}/.test(text) && !/[\\u4e00-\\u9fff]/.test(text));
}"""


def test_the_controls_speak_chinese(visitor: Visitor, live_app: Live) -> None:
    page = visitor()
    page.goto("/accounts")
    settle(page)
    page.get_by_label("用户名").fill("x")
    expect(page.get_by_text("按回车键提交")).to_be_visible()
    assert page.evaluate(ENGLISH) == []
    sign_in(page, live_app.account("speaker", Role.ADMIN))
    page.get_by_role("button", name="新建账号").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    settle(page)
    usernames = {text for text in page.evaluate(ENGLISH) if not re.fullmatch(r"[a-z-]+", text)}
    assert usernames == set()
    page.goto("/password")
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    settle(page)
    assert page.evaluate(ENGLISH) == []
